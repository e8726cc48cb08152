"""For each rule of the registry and each outcome: a case, the code it gives, and both sides.

``test_rule_table.py`` runs every case; docs/recognition.md prints them beside the rules.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, NamedTuple

from defa_trust.policy import UnreadCitations, VerificationPolicy
from defa_trust.recognition import absence
from defa_trust.recognition.engine import recognise
from defa_trust.recognition.facts import Facts
from defa_trust.recognition.rule import PutTo
from defa_trust.recognition.rules import by_id
from defa_trust.request import (
    Agreement,
    CertificateUse,
    Counterpart,
    EntityKind,
    HolderBinding,
    MinimumLevel,
    ProvenReliability,
    Request,
)
from defa_trust.spec import SVC_EAA
from defa_trust.trustlist.model import (
    ArrangementStatus,
    ForeignListing,
    Instrument,
    InstrumentStatus,
    LawKind,
    LawStatement,
    LegalStatus,
    LevelGrant,
    Obligation,
    Stage,
    Status,
    StatusPeriod,
)
from defa_trust.verdict import TIME_MAX, Interval, Level, Outcome
from tests.build import (
    DAY,
    GRANTED_URI,
    NOW,
    WITHDRAWN_URI,
    YEAR,
    arrangement,
    level_row,
    recognition_list,
    service,
    snapshot,
    trust_list,
)

MET, NOT, UNKNOWN = Outcome.MET, Outcome.NOT_MET, Outcome.UNKNOWN
TH_IAL = "urn:defa:scale:th:ial"
READ = Instrument("law", "TEST-ONLY law", "s. 1", verified=True)
REFUSE = VerificationPolicy(unread_citations=UnreadCitations.REFUSE)
OTHER_TYPE = "http://uri.etsi.org/TrstSvc/Svctype/TSA"
SERVICE = "TEST-ONLY-TH-1"
NAME = "TEST-ONLY issuer of TH"
SG, TH = "SG", "TH"


_NOTHING: Mapping[str, Any] = MappingProxyType({})
SINCE_LAST_YEAR = Interval(NOW - YEAR, TIME_MAX)


class Case(NamedTuple):
    """What is given, and what must be said. ``given`` are members of the arrangement, ``offered``
    of the service, ``request`` of the request; ``law``, ``foreign`` and ``back`` stand in lists."""

    code: str
    expected: Any = None
    actual: Any = None
    given: Mapping[str, Any] = _NOTHING
    offered: Mapping[str, Any] = _NOTHING
    request: Mapping[str, Any] = _NOTHING
    law: tuple[LawStatement, ...] = ()
    foreign: tuple[ForeignListing, ...] = ()
    back: tuple[Any, ...] | None = None
    own_list: bool = True
    policy: VerificationPolicy = VerificationPolicy()
    types: tuple[str, ...] = ("T",)
    document: dict[str, Any] | None = None
    arrangements: tuple[Any, ...] | None = None
    listed: bool = True


SINCE_LAST_YEAR = Interval(NOW - YEAR, TIME_MAX)


def statement(kind, id="law-1", interval=SINCE_LAST_YEAR, **more):
    return LawStatement(id, kind, more.pop("instrument", READ), interval, **more)


def listing(status=LegalStatus.RECOGNISED_FOREIGN, interval=SINCE_LAST_YEAR, **more):
    return ForeignListing(TH, status, interval, **{"service": SERVICE, **more})


def ids_of(place):
    return f"{place[0]}-{place[1].value}"


def lists(case):
    offered = service(TH, **case.offered)
    given = (arrangement(SG, TH, **case.given),) if case.arrangements is None else case.arrangements
    found = [trust_list(TH, (offered,))]
    if case.listed:
        found.append(recognition_list(SG, given, law=case.law))
    if case.own_list:
        found.append(trust_list(SG, (), foreign=case.foreign))
    if case.back is not None:
        found.append(recognition_list(TH, case.back))
    return offered, given, snapshot(*found)


def facts_of(case, offered):
    return Facts(
        offered,
        offered.status_at(NOW),
        case.types,
        (),
        Request(SG, HolderBinding.IF_PRESENT, **case.request),
        case.policy,
        NOW,
    )


def answered(rule_id, case):
    """The finding of the rule alone."""
    rule = by_id(rule_id)
    if rule.put_to is PutTo.DOCUMENT:
        return rule.answer(case.document)
    offered, given, trusted = lists(case)
    if rule.put_to is PutTo.PRESENTATION:
        return absence.voluntary(SG, trusted, NOW)
    facts = facts_of(case, offered)
    if rule_id in ("recognition.list", "recognition.arrangement"):
        return next(f for f in recognise(facts, trusted).findings if f.code.rule == rule_id)
    if rule.put_to is PutTo.STATE:
        return rule.answer(facts, case.law, trusted)
    return rule.answer(facts, given[0], trusted)


def judged(case):
    """The engine's whole answer for the same case."""
    offered, _, trusted = lists(case)
    return recognise(facts_of(case, offered), trusted)


_WILLS = frozenset({"will"})
_ACCREDITED = statement(
    LawKind.CATEGORY_STANDARD,
    categories=frozenset({"land"}),
    legal_statuses=frozenset({LegalStatus.ACCREDITED}),
)
_TH_LEVEL = {"levels": (LevelGrant(TH_IAL, "2.3"),)}
_MAPPED = {"levels": (level_row(TH_IAL, "2.3", proofing=2),)}
_AT_LEAST = {**_MAPPED, "comparator": "at_least"}
_ISO = {"standards": ("iso-27001",)}
_AGREED = Obligation.BINDING


def _instrument(**more):
    return {"instrument": Instrument("bilateral", "TEST-ONLY MoU", "art. 1", verified=True, **more)}


CASES: dict[tuple[str, Outcome], Case] = {
    ("agreement", MET): Case(
        "agreement_binds", SG, "accepted", request={"agreement": Agreement.ACCEPTED},
        law=(statement(LawKind.PARTY_AUTONOMY),),
    ),
    ("agreement", NOT): Case(
        "agreement_excludes", "this method", "excluded",
        request={"agreement": Agreement.EXCLUDED},
    ),
    ("agreement", UNKNOWN): Case(
        "agreement_unfounded", SG, "accepted", request={"agreement": Agreement.ACCEPTED},
    ),
    ("list", MET): Case("list_fresh", NOW + 60 * DAY, "SG #1"),
    ("list", UNKNOWN): Case("list_missing", "a list", SG, listed=False),
    ("service_status", MET): Case("status_accepted", (GRANTED_URI,), GRANTED_URI),
    ("service_status", NOT): Case(
        "status_not_accepted", (GRANTED_URI,), WITHDRAWN_URI,
        offered={"history": (StatusPeriod(
            Status.WITHDRAWN, WITHDRAWN_URI, Interval(NOW - DAY, TIME_MAX)),)},
    ),
    ("service_status", UNKNOWN): Case(
        "status_unknown", (GRANTED_URI,), None, offered={"history": ()}
    ),
    ("state_exclusion", MET): Case(
        "law_excludes_not", ("will",), "lease", request={"act": "lease"},
        law=(statement(LawKind.EXCLUDED_ACTS, acts=_WILLS),),
    ),
    ("state_exclusion", NOT): Case(
        "law_excludes", ("will",), "will", request={"act": "will"},
        law=(statement(LawKind.EXCLUDED_ACTS, acts=_WILLS),),
    ),
    ("state_exclusion", UNKNOWN): Case(
        "law_act_not_stated", ("will",), None,
        law=(statement(LawKind.EXCLUDED_ACTS, acts=_WILLS),),
    ),
    ("category", MET): Case(
        "category_met", "land", ("accredited",), request={"category": "land"}, law=(_ACCREDITED,),
        offered={"legal_status": LegalStatus.ACCREDITED},
    ),
    ("category", NOT): Case(
        "category_not_met", ("accredited",), ("self_declared",), request={"category": "land"},
        law=(_ACCREDITED,), offered={"legal_status": LegalStatus.SELF_DECLARED},
    ),
    ("category", UNKNOWN): Case("category_not_stated", ("land",), None, law=(_ACCREDITED,)),
    ("ex_post", MET): Case(
        "proven_in_fact", SG, "proven", request={"reliability": ProvenReliability.PROVEN},
        law=(statement(LawKind.PROVEN_RELIABILITY),),
    ),
    ("ex_post", NOT): Case(
        "disproved_in_fact", "reliable", "disproved",
        request={"reliability": ProvenReliability.DISPROVED},
    ),
    ("ex_post", UNKNOWN): Case(
        "not_proven", SG, None, law=(statement(LawKind.PROVEN_RELIABILITY),)
    ),
    ("floor", MET): Case(
        "floor_admissible", SG, None, law=(statement(LawKind.NON_DISCRIMINATION),)
    ),
    ("floor", NOT): Case(
        "floor_excluded", ("will",), "will", request={"act": "will"},
        law=(statement(LawKind.NON_DISCRIMINATION, acts=_WILLS),),
    ),
    ("floor", UNKNOWN): Case(
        "floor_unknown", SG, None, law=(statement(LawKind.NON_DISCRIMINATION, acts=_WILLS),)
    ),
    ("excluded_act", MET): Case(
        "act_covered", ("will",), "lease", {"excluded_acts": _WILLS}, request={"act": "lease"}
    ),
    ("excluded_act", NOT): Case(
        "act_excluded", ("will",), "will", {"excluded_acts": _WILLS}, request={"act": "will"}
    ),
    ("excluded_act", UNKNOWN): Case(
        "act_not_stated", ("will",), None, {"excluded_acts": _WILLS}
    ),
    ("service_type", MET): Case("service_type_mapped", SVC_EAA, SVC_EAA),
    ("service_type", NOT): Case(
        "service_type_unmapped", (SVC_EAA,), OTHER_TYPE, offered={"type": OTHER_TYPE}
    ),
    ("credential_type", MET): Case(
        "credential_type_covered", ("T",), ("T",), {"credential_types": frozenset("T")}
    ),
    ("credential_type", NOT): Case(
        "credential_type_not_covered", ("T",), ("T", "U"), {"credential_types": frozenset("T")},
        types=("T", "U"),
    ),
    ("credential_type", UNKNOWN): Case(
        "credential_type_not_stated", ("T",), None, {"credential_types": frozenset("T")}, types=()
    ),
    ("entity_scope", MET): Case(
        "entity_covered", ("legal_person",), "legal_person",
        {"entity_scope": frozenset({"legal_person"})},
        request={"entity": EntityKind.LEGAL_PERSON},
    ),
    ("entity_scope", NOT): Case(
        "entity_not_covered", ("legal_person",), "device",
        {"entity_scope": frozenset({"legal_person"})}, request={"entity": EntityKind.DEVICE},
    ),
    ("entity_scope", UNKNOWN): Case(
        "entity_not_stated", ("legal_person",), None,
        {"entity_scope": frozenset({"legal_person"})},
    ),
    ("certificate_scope", MET): Case(
        "use_covered", ("seal",), "seal", {"certificate_scope": frozenset({"seal"})},
        request={"use": CertificateUse.SEAL},
    ),
    ("certificate_scope", NOT): Case(
        "use_not_covered", ("seal",), "signature", {"certificate_scope": frozenset({"seal"})},
        request={"use": CertificateUse.SIGNATURE},
    ),
    ("certificate_scope", UNKNOWN): Case(
        "use_not_stated", ("seal",), None, {"certificate_scope": frozenset({"seal"})}
    ),
    ("user", MET): Case(
        "user_covered", ("foreign_national",), ("foreign_national",),
        {"users": frozenset({"foreign_national"})}, request={"nationality": TH},
    ),
    ("user", NOT): Case(
        "user_not_covered", ("foreign_national", "national_unrecognised_abroad"), ("national",),
        {"users": frozenset({"foreign_national", "national_unrecognised_abroad"})},
        request={"nationality": SG, "counterpart": Counterpart.RECOGNISES},
    ),
    ("user", UNKNOWN): Case(
        "user_not_stated", ("foreign_national",), None, {"users": frozenset({"foreign_national"})}
    ),
    ("volume", MET): Case(
        "volume_left", ("maxPerDay 5",), ("maxPerDay 4",), {"limits": (("maxPerDay", 5),)},
        request={"volume_used": (("maxPerDay", 4),)},
    ),
    ("volume", NOT): Case(
        "volume_exhausted", "maxPerDay 5", 5, {"limits": (("maxPerDay", 5),)},
        request={"volume_used": (("maxPerDay", 5),)},
    ),
    ("volume", UNKNOWN): Case(
        "volume_unknown", "maxPerDay 5", None, {"limits": (("maxPerDay", 5),)}
    ),
    ("purpose", MET): Case(
        "purpose_covered", ("travel",), "travel", {"purposes": frozenset({"travel"})},
        request={"purpose": "travel"},
    ),
    ("purpose", NOT): Case(
        "purpose_not_covered", ("travel",), "voting", {"purposes": frozenset({"travel"})},
        request={"purpose": "voting"},
    ),
    ("purpose", UNKNOWN): Case(
        "purpose_not_stated", ("travel",), None, {"purposes": frozenset({"travel"})}
    ),
    ("sector", MET): Case(
        "sector_covered", ("banking",), "banking", {"sectors": frozenset({"banking"})},
        request={"sector": "banking"},
    ),
    ("sector", NOT): Case(
        "sector_not_covered", ("banking",), "health", {"sectors": frozenset({"banking"})},
        request={"sector": "health"},
    ),
    ("sector", UNKNOWN): Case(
        "sector_not_stated", ("banking",), None, {"sectors": frozenset({"banking"})}
    ),
    ("relying_party", MET): Case(
        "relying_party_covered", ("urn:a",), "urn:a", {"relying_parties": frozenset({"urn:a"})},
        request={"relying_party": "urn:a"},
    ),
    ("relying_party", NOT): Case(
        "relying_party_not_covered", ("urn:a",), "urn:b",
        {"relying_parties": frozenset({"urn:a"})}, request={"relying_party": "urn:b"},
    ),
    ("relying_party", UNKNOWN): Case(
        "relying_party_not_stated", ("urn:a",), None, {"relying_parties": frozenset({"urn:a"})}
    ),
    ("level", MET): Case(
        "level_met", ("proofing 2",), ("proofing 2",), _MAPPED, _TH_LEVEL,
        {"min_level": MinimumLevel(2)},
    ),
    ("level", NOT): Case(
        "level_too_low", ("proofing 3",), ("proofing 2",), _MAPPED, _TH_LEVEL,
        {"min_level": MinimumLevel(3)},
    ),
    ("reliability", MET): Case(
        "reliability_met", "at_least", ("proofing 2 of 2",),
        {**_AT_LEAST, "minimum": Level(proofing=2)}, _TH_LEVEL,
    ),
    ("reliability", NOT): Case(
        "reliability_not_met", "at_least", ("proofing 2 of 3",),
        {**_AT_LEAST, "minimum": Level(proofing=3)}, _TH_LEVEL,
    ),
    ("reliability", UNKNOWN): Case(
        "reliability_unknown", "at_least", ("authentication unstated of 1",),
        {**_AT_LEAST, "minimum": Level(authentication=1)}, _TH_LEVEL,
    ),
    ("stricter_form", MET): Case(
        "stricter_met", ("iso-27001",), ("iso-27001", "webtrust"),
        {"standards": frozenset({"iso-27001"})}, {"standards": ("webtrust", "iso-27001")},
    ),
    ("stricter_form", NOT): Case(
        "stricter_not_met", ("iso-27001",), ("webtrust",),
        {"standards": frozenset({"iso-27001"})}, {"standards": ("webtrust",)},
    ),
    ("stricter_form", UNKNOWN): Case(
        "stricter_unknown", ("iso-27001",), None, {"standards": frozenset({"iso-27001"})}
    ),
    ("standards", MET): Case(
        "standards_noted", ("iso-27001",), ("iso-27001",),
        {"considered_standards": frozenset({"iso-27001"})}, _ISO,
    ),
    ("standards", NOT): Case(
        "standards_none", ("webtrust",), ("iso-27001",),
        {"considered_standards": frozenset({"webtrust"})}, _ISO,
    ),
    ("standards", UNKNOWN): Case(
        "standards_unknown", ("webtrust",), None,
        {"considered_standards": frozenset({"webtrust"})},
    ),
    ("designation", MET): Case(
        "designated", SG, NAME, {"comparator": "equivalent"},
        foreign=(listing(LegalStatus.DESIGNATED),),
    ),
    ("designation", NOT): Case(
        "not_designated", SG, NAME, {"comparator": "equivalent"}, foreign=(listing(),)
    ),
    ("designation", UNKNOWN): Case(
        "designation_unknown", SG, NAME, {"comparator": "equivalent"}, own_list=False
    ),
    ("arrangement", MET): Case("arrangement_found", SG, TH),
    ("arrangement", NOT): Case(
        "no_arrangement", SG, TH, arrangements=(arrangement(SG, "MY"),)
    ),
    ("citation", MET): Case("citation_read", "read", "TEST-ONLY MoU, art. 1"),
    ("citation", UNKNOWN): Case(
        "citation_unread", "read", "RCEP, art. 12.6(3) [citation unverified]",
        {"instrument": Instrument("rcep", "RCEP", "art. 12.6(3)")}, policy=REFUSE,
    ),
    ("instrument", MET): Case(
        "instrument_binds", (SG, TH), "in_force",
        _instrument(status=InstrumentStatus.IN_FORCE, parties=frozenset({SG, TH})),
    ),
    ("instrument", NOT): Case(
        "party_missing", (TH,), ("MY", "SG"),
        _instrument(status=InstrumentStatus.IN_FORCE, parties=frozenset({SG, "MY"})),
    ),
    ("instrument", UNKNOWN): Case(
        "instrument_unclear", (SG, TH), "unclear", _instrument(status=InstrumentStatus.UNCLEAR)
    ),
    ("basis", MET): Case("basis_grants", "binding", "mutual", _instrument(obligation=_AGREED)),
    ("basis", NOT): Case(
        "basis_endeavour", "binding", "mutual", _instrument(obligation=Obligation.BEST_ENDEAVOUR)
    ),
    ("basis", UNKNOWN): Case(
        "basis_unclear", "binding", "mutual", _instrument(obligation=Obligation.UNCLEAR)
    ),
    ("period", MET): Case("in_period", NOW - YEAR, "test-sg-th"),
    ("period", NOT): Case(
        "no_longer_in_force", NOW - DAY, "test-sg-th",
        {"interval": Interval(NOW - YEAR, NOW - DAY)},
    ),
    ("status", MET): Case("enacted", "enacted", "test-sg-th"),
    ("status", NOT): Case(
        "suspended", "suspended", "test-sg-th", {"status": ArrangementStatus.SUSPENDED}
    ),
    ("prior_listing", MET): Case(
        "listed_here", SG, NAME, {"requires": ("prior_listing",)}, foreign=(listing(),)
    ),
    ("prior_listing", NOT): Case(
        "not_listed_here", SG, NAME, {"requires": ("prior_listing",)}
    ),
    ("prior_listing", UNKNOWN): Case(
        "listing_unknown", SG, NAME, {"requires": ("prior_listing",)}, own_list=False
    ),
    ("reciprocity", MET): Case(
        "reciprocated", TH, "test-th-sg", {"requires": ("reciprocity",)},
        back=(arrangement(TH, SG),),
    ),
    ("reciprocity", NOT): Case(
        "not_reciprocated", TH, SVC_EAA, {"requires": ("reciprocity",)}, back=()
    ),
    ("reciprocity", UNKNOWN): Case(
        "reciprocity_unknown", TH, None, {"requires": ("reciprocity",)}
    ),
    ("requirement", MET): Case(
        "requirement_established", ("urn:test:a",), ("urn:test:a",),
        {"requires": ("urn:test:a",)}, request={"established": (("urn:test:a", True),)},
    ),
    ("requirement", NOT): Case(
        "requirement_refuted", ("urn:test:a", "urn:test:b"), "urn:test:b",
        {"requires": ("urn:test:a", "urn:test:b")},
        request={"established": (("urn:test:b", False),)},
    ),
    ("requirement", UNKNOWN): Case(
        "requirement_unknown", ("urn:test:a", "urn:test:b"), ("urn:test:a",),
        {"requires": ("urn:test:a", "urn:test:b")},
        request={"established": (("urn:test:a", True),)},
    ),
    ("stage", MET): Case("in_force", None, "test-sg-th"),
    ("stage", NOT): Case(
        "observe_only", "pilot or in_force", "test-sg-th", {"stage": Stage.OBSERVE}
    ),
    ("receiving_law", MET): Case(
        "effect_stated", ("equals_handwritten",), "equals_handwritten (TEST-ONLY term)",
        {"effect": "equals_handwritten"},
        law=(statement(
            LawKind.EFFECT, effect="equals_handwritten", term=("en", "TEST-ONLY term")),),
    ),
    ("receiving_law", NOT): Case(
        "effect_not_of_this_law", ("equals_handwritten",), "presumption_of_intent",
        {"effect": "presumption_of_intent"},
        law=(statement(LawKind.EFFECT, effect="equals_handwritten"),),
    ),
    ("receiving_law", UNKNOWN): Case("effect_unknown", None, "unknown", {"effect": "unknown"}),
    ("voluntary", MET): Case(
        "voluntary", SG, "voluntary_use", law=(statement(LawKind.VOLUNTARY_USE),)
    ),
    ("voluntary", NOT): Case(
        "duty_stated", SG, "duty_of_use", law=(statement(LawKind.DUTY_OF_USE),)
    ),
    ("voluntary", UNKNOWN): Case("voluntariness_unknown", SG, None),
    ("geographic_neutrality", MET): Case(
        "place_not_tested", "status or list", "a",
        document={"id": "a", "requires": ["prior_listing"], "standards": ["iso-27001"]},
    ),
    ("geographic_neutrality", NOT): Case(
        "place_tested", "status or list", "urn:test:server-in-country",
        document={"id": "a", "requires": ["urn:test:server-in-country"]},
    ),
    ("geographic_neutrality", UNKNOWN): Case(
        "place_unreadable", "status or list", "urn:test:form-17",
        document={"id": "a", "requires": ["urn:test:form-17"]},
    ),
}  # fmt: skip
