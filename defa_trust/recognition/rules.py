"""The registry of the rules of recognition, as data (floor 9).

Each rule has an id, a question, its inputs and its sources, and answers met, not met or unknown,
with one finding that carries both sides and the interval in which the answer holds. A rule never
decides alone: ``engine.py`` does. docs/recognition.md prints this table, and a test compares.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from ..trustlist.arrangements import PRIOR_LISTING, RECIPROCITY, REQUIREMENTS
from ..trustlist.model import Arrangement
from ..verdict import Outcome
from . import absence, instrument_rules, law_rules, neutrality, reliability_rules, scope_rules
from .rule import PutTo, Rule, Source, Step

__all__ = ["ALL_RULES", "ORDER", "RULES", "STATE_RULES", "Rule", "by_id"]

_RCEP: Final = "RCEP"
_MLES: Final = "UNCITRAL MLES"
_MLIT: Final = "UNCITRAL MLIT"


def _never(**why: str) -> Mapping[Outcome, str]:
    return MappingProxyType({Outcome(name): reason for name, reason in why.items()})


def _of_list(_: object) -> None:
    """Answered by the engine itself, before any rule is asked."""


def _further(arrangement: Arrangement) -> bool:
    return any(name not in REQUIREMENTS for name in arrangement.requires)


STATE_RULES: Final[tuple[Rule, ...]] = (
    Rule(
        "recognition.agreement",
        "What did the parties themselves agree about this method?",
        law_rules.agreement,
        ("request.agreement", "request.act", "law.party_autonomy"),
        Step.AGREEMENT,
        PutTo.STATE,
        2,
        (Source(_RCEP, "12.6(2)", read=True), Source(_MLES, "5")),
    ),
    Rule(
        "recognition.state_exclusion",
        "Does the receiving state's law leave the act open to what is electronic?",
        law_rules.state_exclusion,
        ("request.act", "law.excluded_acts"),
        Step.SCOPE,
        PutTo.STATE,
        15,
        (Source("lists of excluded acts in the laws of TL, TH and LA"),),
    ),
    Rule(
        "recognition.category",
        "Does the service meet what the receiving law asks for this category of transaction?",
        law_rules.category,
        (
            "request.category",
            "law.category_standard",
            "service.standards",
            "service.legal_status",
            "service.technical_class",
        ),
        Step.SCOPE,
        PutTo.STATE,
        3,
        (Source(_RCEP, "12.6(3)", read=True),),
    ),
    Rule(
        "recognition.ex_post",
        "Was the method found to be reliable in fact?",
        reliability_rules.ex_post,
        ("request.reliability", "law.proven_reliability", "policy.unread_citations"),
        Step.LEVEL,
        PutTo.STATE,
        12,
        (Source(_MLIT, "10 and 22"),),
    ),
    Rule(
        "recognition.floor",
        "Would it be denied effect solely because it is electronic?",
        law_rules.floor,
        (
            "request.act",
            "law.non_discrimination",
            "law.excluded_acts",
            "policy.unread_citations",
        ),
        Step.EFFECT,
        PutTo.STATE,
        1,
        (
            Source(_RCEP, "12.6(1)", read=True),
            Source("laws of TH and VN on non-discrimination"),
        ),
    ),
)
"""Asked once of the receiving state's list, whatever its arrangements say."""

RULES: Final[tuple[Rule, ...]] = (
    # --- the service's status ---------------------------------------------------------------------
    Rule(
        "recognition.service_status",
        "Is the service's status accepted?",
        scope_rules.service_status,
        ("service.history", "arrangement.valid_statuses", "arrangement.invalid_statuses"),
        Step.SERVICE_STATUS,
    ),
    # --- scope and exclusions ---------------------------------------------------------------------
    Rule(
        "recognition.excluded_act",
        "Is the act free of the arrangement's exclusions?",
        scope_rules.excluded_act,
        ("request.act", "arrangement.excluded_acts"),
        Step.SCOPE,
        applies=lambda arrangement: bool(arrangement.excluded_acts),
    ),
    Rule(
        "recognition.service_type",
        "Is the service's type among those mapped?",
        scope_rules.service_type,
        ("service.type", "arrangement.service_types"),
        Step.SCOPE,
        never=_never(unknown="a list that states no type of a service is refused"),
    ),
    Rule(
        "recognition.credential_type",
        "Is this type of credential covered?",
        scope_rules.credential_type,
        ("types", "arrangement.credential_types"),
        Step.SCOPE,
        applies=lambda arrangement: bool(arrangement.credential_types),
    ),
    Rule(
        "recognition.entity_scope",
        "Is the arrangement for this kind of holder?",
        scope_rules.entity_scope,
        ("request.entity", "arrangement.entity_scope"),
        Step.SCOPE,
        applies=lambda arrangement: bool(arrangement.entity_scope),
    ),
    Rule(
        "recognition.certificate_scope",
        "Is the arrangement for this use?",
        scope_rules.certificate_scope,
        ("request.use", "arrangement.certificate_scope"),
        Step.SCOPE,
        applies=lambda arrangement: bool(arrangement.certificate_scope),
    ),
    Rule(
        "recognition.purpose",
        "Is the purpose covered?",
        scope_rules.purpose,
        ("request.purpose", "arrangement.purposes"),
        Step.SCOPE,
        applies=lambda arrangement: bool(arrangement.purposes),
    ),
    Rule(
        "recognition.sector",
        "Is the sector covered?",
        scope_rules.sector,
        ("request.sector", "arrangement.sectors"),
        Step.SCOPE,
        applies=lambda arrangement: bool(arrangement.sectors),
    ),
    Rule(
        "recognition.relying_party",
        "Is the relying party covered?",
        scope_rules.relying_party,
        ("request.relying_party", "arrangement.relying_parties"),
        Step.SCOPE,
        applies=lambda arrangement: bool(arrangement.relying_parties),
    ),
    Rule(
        "recognition.user",
        "Is the user one of those whom the arrangement is for?",
        scope_rules.user,
        ("request.users", "arrangement.users"),
        Step.SCOPE,
        row=8,
        sources=(Source("VN Circular 06/2024", "scope", read=True),),
        applies=lambda arrangement: bool(arrangement.users),
    ),
    Rule(
        "recognition.volume",
        "Is there room within the corridor's limits?",
        scope_rules.volume,
        ("request.volume_used", "arrangement.limits"),
        Step.SCOPE,
        row=17,
        sources=(Source("treaty clauses on cooperation"),),
        applies=lambda arrangement: bool(arrangement.limits),
    ),
    # --- level, after caps ------------------------------------------------------------------------
    Rule(
        "recognition.level",
        "Is the mapped level high enough?",
        reliability_rules.level,
        ("service.levels", "asserted_levels", "request.min_level", "arrangement.levels"),
        Step.LEVEL,
        never=_never(unknown="a level that cannot be placed or mapped is refused"),
    ),
    Rule(
        "recognition.reliability",
        "Is the service as reliable as the instrument's measure demands?",
        reliability_rules.reliability,
        (
            "arrangement.comparator",
            "arrangement.minimum",
            "arrangement.assessment",
            "arrangement.levels",
            "service.levels",
            "asserted_levels",
            "request.reliability",
            "law.proven_reliability",
            "lists.foreign",
            "policy.unread_citations",
        ),
        Step.LEVEL,
        row=5,
        sources=(Source(_MLES, "12"), Source(_MLIT, "25-26"), Source("CPTA", "8")),
        applies=lambda arrangement: arrangement.comparator is not None,
        relies=True,
    ),
    Rule(
        "recognition.stricter_form",
        "Does the service meet the stricter form that this direction asks for?",
        reliability_rules.stricter_form,
        ("arrangement.standards", "service.standards"),
        Step.LEVEL,
        row=6,
        sources=(
            Source("MY, recognition of foreign certification authorities by MCMC", read=True),
            Source("TH, standards not lower"),
            Source("TL, equivalence"),
        ),
        applies=lambda arrangement: bool(arrangement.standards),
    ),
    Rule(
        "recognition.standards",
        "Which international standards speak for the service?",
        reliability_rules.standards,
        ("arrangement.considered_standards", "service.standards"),
        Step.LEVEL,
        row=9,
        sources=(Source(_MLIT, "25-26"), Source("PH EO 810")),
        applies=lambda arrangement: bool(arrangement.considered_standards),
    ),
    Rule(
        "recognition.designation",
        "Did the receiving state designate the service as reliable?",
        reliability_rules.designation,
        ("arrangement.comparator", "lists.foreign", "service.id", "policy.unread_citations"),
        Step.LEVEL,
        row=11,
        sources=(Source(_MLIT, "11 and 23"),),
        applies=lambda arrangement: arrangement.comparator is not None,
    ),
    # --- what it rests on -------------------------------------------------------------------------
    Rule(
        "recognition.citation",
        "Has the article been read, or does the policy do without?",
        instrument_rules.citation,
        ("arrangement.instrument", "policy.unread_citations"),
        Step.INSTRUMENT,
        never=_never(not_met="what nobody read says neither yes nor no"),
    ),
    Rule(
        "recognition.instrument",
        "Is the instrument in force between the two states?",
        instrument_rules.instrument,
        ("arrangement.instrument", "arrangement.basis"),
        Step.INSTRUMENT,
        row=16,
        sources=(Source("DEFA, ratification and differences of capacity"), Source("ASEAN-minus-X")),
        applies=lambda arrangement: (
            arrangement.instrument.status is not None or arrangement.instrument.parties is not None
        ),
    ),
    Rule(
        "recognition.basis",
        "Does what it rests on grant a right?",
        instrument_rules.basis,
        ("arrangement.basis", "arrangement.instrument"),
        Step.INSTRUMENT,
        row=14,
        sources=(Source("DEPA", "7.1"), Source("SADEA and UK-SG analogues")),
    ),
    Rule(
        "recognition.period",
        "Does the arrangement apply at this moment?",
        instrument_rules.period,
        ("moment", "arrangement.interval", "arrangement.grace_until"),
        Step.INSTRUMENT,
        row=16,
        sources=(Source("DEFA, ratification and differences of capacity"),),
        never=_never(unknown="a list that states no time of an arrangement is refused"),
    ),
    Rule(
        "recognition.status",
        "Is it enacted, and not suspended or repealed?",
        instrument_rules.status,
        ("moment", "arrangement.periods"),
        Step.INSTRUMENT,
        never=_never(unknown="a list that states no status of an arrangement is refused"),
    ),
    Rule(
        "recognition.prior_listing",
        "Has the receiving state listed the service in its own register?",
        instrument_rules.prior_listing,
        ("arrangement.requires", "lists.foreign", "service.id", "service.identities"),
        Step.INSTRUMENT,
        row=7,
        sources=(
            Source("VN Circular 06/2024", "scope", read=True),
            Source("VN Circular 06/2024", "application and review"),
            Source("MY, register of recognised foreign certification authorities", read=True),
            Source("ID, registration of foreign PSrE"),
        ),
        applies=lambda arrangement: PRIOR_LISTING in arrangement.requires,
    ),
    Rule(
        "recognition.reciprocity",
        "Does the other state grant the same in return?",
        instrument_rules.reciprocity,
        ("arrangement.requires", "arrangement.periods", "lists.arrangements", "service.type"),
        Step.INSTRUMENT,
        row=13,
        sources=(
            Source("digital trade legal guide (readiness.digitalizetrade.org)", "III.A", read=True),
            Source("eIDAS", "14"),
        ),
        applies=lambda arrangement: RECIPROCITY in arrangement.requires,
    ),
    Rule(
        "recognition.requirement",
        "Is every further requirement established?",
        instrument_rules.requirement,
        ("arrangement.requires", "request.established"),
        Step.INSTRUMENT,
        applies=_further,
    ),
    Rule(
        "recognition.stage",
        "How far has the arrangement been phased in?",
        instrument_rules.stage,
        ("moment", "arrangement.periods", "service.history"),
        Step.INSTRUMENT,
        row=17,
        sources=(Source("treaty clauses on cooperation"),),
        never=_never(unknown="a list that states no stage of an arrangement is refused"),
    ),
    # --- effect under the receiving law -----------------------------------------------------------
    Rule(
        "recognition.receiving_law",
        "Is its effect one of the receiving state's own law?",
        law_rules.receiving_law,
        ("arrangement.effect", "law.effect"),
        Step.EFFECT,
        row=4,
        sources=(Source("ASEAN Agreement on Electronic Commerce", "definitions", read=True),),
    ),
)
"""Asked of each arrangement, in this order: service status, scope and exclusions, level after caps,
instrument, effect under the receiving law. The answer of each is kept, so that a refusal names all
that is missing."""

_OF_LIST: Final[tuple[Rule, ...]] = (
    Rule(
        "recognition.list",
        "Is the receiving state's recognition list here and usable?",
        _of_list,
        ("moment", "lists.recognition", "policy.national_list_grace", "policy.transcribed"),
        Step.LIST,
        PutTo.STATE,
        never=_never(not_met="a list that cannot be used says nothing, not no"),
    ),
    Rule(
        "recognition.arrangement",
        "Does the receiving state have an arrangement for the issuing one?",
        _of_list,
        ("lists.arrangements", "service.territory", "request.relying_state"),
        Step.INSTRUMENT,
        PutTo.STATE,
        never=_never(unknown="recognition.list answers where there is no list"),
    ),
)
_ELSEWHERE: Final[tuple[Rule, ...]] = (
    Rule(
        "recognition.voluntary",
        "May everybody choose whether to use a digital identity?",
        absence.voluntary,
        ("presented", "request.relying_state", "law.voluntary_use", "law.duty_of_use"),
        Step.ELSEWHERE,
        PutTo.PRESENTATION,
        18,
        (Source(_MLIT),),
    ),
    Rule(
        "recognition.geographic_neutrality",
        "Does no condition test where something is?",
        neutrality.geographic_neutrality,
        ("document.requires", "document.limits", "document.standards", "document.law"),
        Step.ELSEWHERE,
        PutTo.DOCUMENT,
        10,
        (Source(_MLES, "12(1)"), Source(_MLIT, "10 and 22")),
    ),
)
ALL_RULES: Final = tuple(
    sorted((*_OF_LIST, *STATE_RULES, *RULES, *_ELSEWHERE), key=lambda rule: rule.step.value)
)
"""Every rule in the order in which answers are reported."""
ORDER: Final[Mapping[str, int]] = MappingProxyType(
    {rule.id: place for place, rule in enumerate(ALL_RULES)}
)


def by_id(rule_id: str) -> Rule:
    """The rule called ``rule_id``. Raises ``KeyError`` where there is none."""
    return ALL_RULES[ORDER[rule_id]]
