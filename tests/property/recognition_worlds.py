"""Drawn recognition lists, laws, registers and questions: four states with two services each."""

from dataclasses import fields
from typing import NamedTuple

from hypothesis import strategies as st

from defa_trust.recognition.matrix import Question
from defa_trust.request import (
    Agreement,
    CertificateUse,
    Counterpart,
    EntityKind,
    MinimumLevel,
    ProvenReliability,
)
from defa_trust.spec import SVC_EAA, SVC_PID_ISSUANCE
from defa_trust.trustlist.model import (
    ArrangementPeriod,
    ArrangementStatus,
    Assessment,
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
from defa_trust.verdict import TIME_MAX, Interval, Level, RecognitionOutcome
from tests.build import (
    DAY,
    GRANTED_URI,
    NOW,
    WITHDRAWN_URI,
    YEAR,
    arrangement,
    jwk_identity,
    key,
    level_row,
    recognition_list,
    service,
    snapshot,
    trust_list,
)

STATES = ("SG", "TH", "MY", "PH")
PAIRS = [(a, b) for a in STATES for b in STATES if a != b]
TYPES = (SVC_EAA, SVC_PID_ISSUANCE)
SCALE = "urn:defa:scale:kh:ekyc-tier"
GRANTS = (RecognitionOutcome.RECOGNISED, RecognitionOutcome.PILOT)
RESTRICTING = (LawKind.EXCLUDED_ACTS, LawKind.CATEGORY_STANDARD)


def _services(territory):
    """Two services of two types; the second was granted late, and withdrawn in between."""
    broken = (
        StatusPeriod(Status.GRANTED, GRANTED_URI, Interval(NOW + 5 * DAY, TIME_MAX)),
        StatusPeriod(Status.WITHDRAWN, WITHDRAWN_URI, Interval(NOW - 5 * DAY, NOW + 5 * DAY)),
        StatusPeriod(Status.SANDBOX, GRANTED_URI, Interval(NOW - 20 * DAY, NOW - 5 * DAY)),
    )
    identity = (jwk_identity(key(territory), "k"),)
    return (
        service(
            territory,
            identity,
            (),
            id="1",
            name="1",
            levels=(LevelGrant(SCALE, "2"),),
            credential_types=("a", "b"),
            standards=("x",),
            legal_status=LegalStatus.ACCREDITED,
        ),
        service(territory, identity, (), broken, id="2", name="2", type=SVC_PID_ISSUANCE),
    )


SERVICES = {code: _services(code) for code in STATES}

DAYS = st.integers(-40, 40).map(lambda days: NOW + days * DAY)
SOME = st.sampled_from([frozenset(), frozenset(), frozenset({"x"}), frozenset({"x", "y"})])


@st.composite
def spans(draw):
    start = draw(DAYS)
    return Interval(
        start, draw(st.just(TIME_MAX) | st.integers(1, 60).map(lambda d: start + d * DAY))
    )


@st.composite
def periods(draw, interval):
    """One to three periods of an arrangement, newest first, with gaps or without."""
    cuts = sorted(draw(st.sets(DAYS, min_size=1, max_size=3)))
    ends = [*cuts[1:], TIME_MAX]
    found = []
    for start, end in zip(cuts, ends, strict=True):
        if draw(st.booleans()) or not found:
            status = draw(st.sampled_from(list(ArrangementStatus)))
            stage = draw(st.sampled_from(list(Stage)))
            found.append(ArrangementPeriod(status, stage, Interval(start, end)))
    return tuple(reversed(found)) or (
        ArrangementPeriod(ArrangementStatus.ENACTED, Stage.IN_FORCE, interval),
    )


def _rarely(*values):
    """The first value most of the time: what everything asks for at once, nothing ever meets."""
    return st.sampled_from([values[0]] * 4 + list(values[1:]))


@st.composite
def instruments(draw):
    return Instrument(
        "treaty",
        "TEST-ONLY treaty",
        "art. 1",
        verified=draw(_rarely(True, False)),
        status=draw(_rarely(None, *InstrumentStatus)),
        parties=draw(_rarely(None, frozenset({"SG", "TH"}), frozenset(STATES))),
        obligation=draw(_rarely(None, *Obligation)),
    )


@st.composite
def facts_of_lists(draw):
    """One arrangement that asks what lists answer, and lists that answer it at one time or other:
    little else stands in the way, so that the edges of these answers decide."""
    given = draw(entries(("SG", "TH"), plain=True, asks=True))
    back = draw(st.lists(entries(("TH", "SG"), asks=False), max_size=3))
    registers = tuple(
        ("SG", item._replace(territory="TH", service=draw(st.sampled_from(["1", "1", "2"]))))
        for item in draw(st.lists(listings(), min_size=1, max_size=3))
    )
    law = draw(
        st.lists(statements((LawKind.PROVEN_RELIABILITY, LawKind.NON_DISCRIMINATION)), max_size=2)
    )
    setting = Setting(_law_named(tuple(("SG", item) for item in law)), registers)
    return named([given, *back]), setting


def _asking(draw):
    facts = ("prior_listing",), ("reciprocity",), ("prior_listing", "reciprocity")
    measure = draw(st.sampled_from([None, "equivalent", "substantially_equivalent"]))
    return {"requires": draw(st.sampled_from(facts)), "comparator": measure}


@st.composite
def entries(draw, pair=None, plain=None, asks=None):
    """``asks``: true for an arrangement that asks for facts of lists and for nothing else, false
    for one that bounds nothing."""
    recognising, recognised = pair or draw(st.sampled_from(PAIRS))
    interval = draw(spans())
    if plain or (plain is None and draw(st.booleans())):
        interval = Interval(NOW - YEAR, TIME_MAX)
        terms = {
            "periods": (ArrangementPeriod(ArrangementStatus.ENACTED, Stage.IN_FORCE, interval),)
        }
    else:
        terms = {"periods": draw(periods(interval))}
    if asks is not None:
        types = tuple((t, t) for t in TYPES)
        terms |= _asking(draw) if asks else {}
        return arrangement(recognising, recognised, interval=interval, service_types=types, **terms)
    grace = draw(st.none() | st.integers(0, 20))
    return arrangement(
        recognising,
        recognised,
        interval=interval,
        instrument=draw(instruments()),
        basis=draw(st.sampled_from(["mutual", "autonomous"])),
        service_types=tuple(
            (t, t) for t in sorted(draw(st.sets(st.sampled_from(TYPES), min_size=1)))
        ),
        credential_types=draw(st.sampled_from([frozenset(), frozenset({"a"}), frozenset({"z"})])),
        purposes=draw(SOME),
        sectors=draw(SOME),
        excluded_acts=draw(SOME),
        requires=draw(
            _rarely((), ("prior_listing",), ("reciprocity",), ("prior_listing", "urn:form"))
        ),
        limits=draw(_rarely((), (("perDay", 3),))),
        levels=draw(st.sampled_from([(), (level_row(SCALE, "2", proofing=2),)])),
        users=draw(_rarely(frozenset(), frozenset({"foreign_national"}))),
        entity_scope=draw(_rarely(frozenset(), frozenset({"legal_person"}))),
        certificate_scope=draw(_rarely(frozenset(), frozenset({"seal"}))),
        standards=draw(_rarely(frozenset(), frozenset({"x"}), frozenset({"x", "y"}))),
        considered_standards=draw(SOME),
        comparator=draw(_rarely(None, "at_least", "equivalent", "substantially_equivalent")),
        minimum=draw(st.sampled_from([None, Level(proofing=2), Level(proofing=3)])),
        assessment=draw(
            st.sampled_from([None, Assessment(True, "urn:a"), Assessment(False, "urn:a")])
        ),
        effect=draw(_rarely("identification", "equals_handwritten", "unknown")),
        grace_until=None if grace is None else min(interval.end, NOW + 99 * DAY) + grace * DAY,
        **terms,
    )


@st.composite
def statements(draw, kinds=tuple(LawKind)):
    kind = draw(st.sampled_from(kinds))
    own = {}
    if kind in (LawKind.EXCLUDED_ACTS, LawKind.NON_DISCRIMINATION, LawKind.PARTY_AUTONOMY):
        own["acts"] = draw(SOME)
    if kind is LawKind.CATEGORY_STANDARD:
        own["categories"] = draw(st.sampled_from([frozenset({"x"}), frozenset({"x", "y"})]))
        own["standards"] = draw(SOME)
        own["legal_statuses"] = draw(
            st.sampled_from(
                [frozenset({LegalStatus.ACCREDITED}), frozenset({LegalStatus.LICENSED})]
            )
        )
    if kind is LawKind.EFFECT:
        own["effect"] = draw(st.sampled_from(["identification", "equals_handwritten"]))
    return LawStatement("?", kind, draw(instruments()), draw(spans()), **own)


@st.composite
def listings(draw):
    return ForeignListing(
        draw(st.sampled_from(STATES)),
        draw(st.sampled_from([LegalStatus.RECOGNISED_FOREIGN, LegalStatus.DESIGNATED])),
        draw(spans()),
        draw(st.sampled_from(["1", "2", "3"])),
    )


@st.composite
def questions(draw, moment=NOW):
    word = st.sampled_from([None, "x", "y", "w"])
    return Question(
        moment,
        min_level=draw(st.sampled_from([None, None, MinimumLevel(2), MinimumLevel(3)])),
        purpose=draw(word),
        sector=draw(word),
        act=draw(word),
        volume_used=draw(st.sampled_from([(), (("perDay", 0),), (("perDay", 3),)])),
        category=draw(word),
        agreement=draw(_rarely(None, *Agreement)),
        nationality=draw(st.sampled_from([None, *STATES])),
        counterpart=draw(st.sampled_from([None, *Counterpart])),
        entity=draw(st.sampled_from([None, *EntityKind])),
        use=draw(st.sampled_from([None, *CertificateUse])),
        reliability=draw(_rarely(None, *ProvenReliability)),
        established=draw(st.sampled_from([(), (("urn:form", True),), (("urn:form", False),)])),
    )


def renamed(entry, name):
    """The entry under an identifier of its own, as a list that was accepted has it."""
    members = {f.name: getattr(entry, f.name) for f in fields(entry) if f.init}
    return type(entry)(**{**members, "id": name})


def named(drawn):
    return [renamed(entry, f"entry-{number:02}") for number, entry in enumerate(drawn)]


class Setting(NamedTuple):
    """What stands in the lists beside the arrangements: law and register, by state."""

    law: tuple = ()
    registers: tuple = ()

    def of(self, code):
        return [s for c, s in self.law if c == code], [r for c, r in self.registers if c == code]


def _by_state(drawn):
    return st.lists(st.tuples(st.sampled_from(STATES), drawn), max_size=4).map(tuple)


def _law_named(law):
    return tuple((code, renamed(item, f"law-{number}")) for number, (code, item) in enumerate(law))


SETTINGS = st.builds(Setting, _by_state(statements()).map(_law_named), _by_state(listings()))
NOTHING = Setting()
SETS = st.lists(entries(), max_size=8).map(named)


def world(drawn, setting=NOTHING, order=lambda items: items):
    """A snapshot, each time of new lists: nothing prepared for one answers for another."""
    lists = []
    for code in STATES:
        law, register = setting.of(code)
        foreign = tuple(order([item for item in register if item.territory != code]))
        own = [entry for entry in drawn if entry.recognising == code]
        lists += [
            trust_list(code, SERVICES[code], foreign=foreign, digest=code * 32),
            recognition_list(code, order(own), law=tuple(order(law)), digest=code.lower() * 32),
        ]
    return snapshot(*order(lists))


def said(cell):
    """Everything that a cell answers, by service and credential type."""
    return {
        (case.service.id, type): (case.outcome, case.findings, case.answer, case.interval)
        for case in cell.cases
        for type in case.credential_types
    }


def outcomes(cell):
    return {
        (case.service.id, type): case.outcome
        for case in cell.cases
        for type in case.credential_types
    }
