"""A receiving state's law, its register of foreign services, and what arrangements may say."""

import pytest

from defa_trust import publish
from defa_trust.errors import Rejection
from defa_trust.trustlist.decode import decode
from defa_trust.trustlist.model import (
    InstrumentStatus,
    LawKind,
    LegalStatus,
    Obligation,
    Stage,
    TechnicalClass,
)
from defa_trust.trustlist.schema import validate
from defa_trust.verdict import TIME_MAX, Interval, Level
from tests.signed_lists import (
    DAY,
    NOW,
    SCHEME,
    arrangement,
    changed,
    entity,
    member_document,
    recognition_document,
    service,
)

LAW = (*SCHEME, "SchemeExtensions", 1, "DefaReceivingLaw")
REGISTER = (*SCHEME, "SchemeExtensions", 0, "DefaRecognisedForeign")
FIRST = (*SCHEME, "SchemeExtensions", 0, "DefaRecognition", 0)
READ = {"code": "law", "title": "TEST-ONLY law", "article": "s. 1", "verified": True}


def read(document):
    return decode(document, digest="0" * 64, size=1)


def refused(document):
    with pytest.raises(Rejection) as refusal:
        read(document)
    return refusal.value


def statement(kind="excluded_acts", id="a", since=NOW - DAY, **own):
    if kind == "excluded_acts" and not own.get("acts"):
        own = {"acts": ["will"], **own}
    return publish.law_statement(id=id, kind=kind, instrument=READ, since=since, **own)


def with_law(*statements):
    return recognition_document(law=statements)


def listing(**more):
    return publish.foreign_listing(
        **{"territory": "SG", "service": "urn:test:sg:1", "since": NOW - DAY, **more}
    )


# --- the law -------------------------------------------------------------------------------------
def test_a_law_is_read_whole():
    found = read(
        with_law(
            statement("excluded_acts", "a", acts=["will", "land-transfer"]),
            statement(
                "category_standard", "b", categories=["land"], standards=["iso-27001"],
                legalStatuses=["accredited"], technicalClasses=["protected_key"],
                until=NOW + DAY,
            ),
            statement("non_discrimination", "c", exceptActs=["will"]),
            statement(
                "effect", "d", effect="equals_handwritten",
                term={"lang": "id", "value": "tersertifikasi"},
            ),
        )
    ).law  # fmt: skip
    acts, category, floor, effect = found
    assert [item.kind for item in found] == [
        LawKind.EXCLUDED_ACTS,
        LawKind.CATEGORY_STANDARD,
        LawKind.NON_DISCRIMINATION,
        LawKind.EFFECT,
    ]
    assert acts.acts == {"will", "land-transfer"}
    assert acts.interval == Interval(NOW - DAY, TIME_MAX)
    assert acts.instrument.citation == "TEST-ONLY law, s. 1"
    assert (category.categories, category.standards) == ({"land"}, {"iso-27001"})
    assert category.legal_statuses == {LegalStatus.ACCREDITED}
    assert category.technical_classes == {TechnicalClass.PROTECTED_KEY}
    assert category.interval.end == NOW + DAY
    assert floor.acts == {"will"}
    assert (effect.effect, effect.term) == ("equals_handwritten", ("id", "tersertifikasi"))


def test_a_list_without_a_law_states_none():
    assert read(recognition_document()).law == ()
    assert read(member_document()).foreign == ()


def test_a_law_is_critical_or_nothing():
    document = with_law(statement())
    assert read(document).law
    loose = changed(document, (*LAW[:-1], "Critical"), False)
    assert refused(loose).code.id == "list.extension_form"


def test_a_law_has_no_place_in_a_list_of_services():
    extension = publish.extension("DefaReceivingLaw", [statement()], critical=True)
    assert refused(member_document(extensions=[extension])).code.id == "list.extension_critical"


@pytest.mark.parametrize(
    ("path", "value", "code"),
    [
        ((0, "kind"), "whim", "member_value"),
        ((0, "kind"), 1, "member_value"),
        ((0, "acts"), [], "member_value"),
        ((0, "acts"), ["a", "a"], "duplicate"),
        ((0, "acts"), "will", "member_value"),
        ((0, "acts"), ..., "member_missing"),
        ((0, "exceptActs"), ["a"], "member_unknown"),
        ((0, "from"), "2026", "time_form"),
        ((0, "until"), publish.time_text(NOW - DAY), "arrangement"),
        ((0, "id"), "", "member_value"),
        ((0, "instrument"), {}, "member_missing"),
        ((0, "instrument", "status"), "soon", "member_value"),
        ((0, "instrument", "parties"), ["SG", "SG"], "duplicate"),
        ((0, "instrument", "parties"), ["US"], "territory_unknown"),
        ((0, "instrument", "parties"), [], "member_value"),
        ((0, "instrument", "obligation"), "maybe", "member_value"),
        ((0,), "will", "member_value"),
        ((), [], "member_value"),
        ((), {}, "member_value"),
    ],
)
def test_one_fault_refuses_the_law(path, value, code):
    document = with_law(statement())
    assert read(document).law
    faulty = changed(document, (*LAW, *path), value)
    assert refused(faulty).code.id == f"list.{code}"


@pytest.mark.parametrize(
    ("own", "code"),
    [
        ({"kind": "category_standard", "categories": ["a"]}, "member_value"),
        ({"kind": "category_standard", "standards": ["a"]}, "member_missing"),
        ({"kind": "category_standard", "categories": ["a"], "legalStatuses": ["royal"]},
         "member_value"),
        ({"kind": "category_standard", "categories": ["a"], "technicalClasses": ["magic"]},
         "member_value"),
        ({"kind": "effect", "effect": "unknown"}, "member_value"),
        ({"kind": "effect", "effect": "identification", "term": "x"}, "member_value"),
        ({"kind": "effect"}, "member_missing"),
        ({"kind": "voluntary_use", "acts": ["a"]}, "member_unknown"),
    ],
)  # fmt: skip
def test_each_kind_has_its_own_members(own, code):
    document = recognition_document(
        law=[publish.law_statement(**{"id": "a", "instrument": READ, "since": NOW, **own})]
    )
    assert refused(document).code.id == f"list.{code}"
    with pytest.raises(Rejection):
        validate(document, "recognition-list.v1")


def test_two_statements_of_one_identifier():
    assert refused(with_law(statement(), statement(acts=["b"]))).code.id == "list.duplicate"


def test_choice_and_duty_at_one_time_contradict_and_both_are_named():
    free, duty = statement("voluntary_use", "free"), statement("duty_of_use", "duty")
    refusal = refused(with_law(free, duty))
    assert refusal.code.id == "list.contradiction"
    assert (refusal.expected, refusal.actual.split()[0]) == ("free", "duty")
    over = statement("voluntary_use", "free", since=NOW - 9 * DAY, until=NOW - DAY)
    assert len(read(with_law(over, duty)).law) == 2


# --- the register --------------------------------------------------------------------------------
def test_a_register_is_read_and_gives_no_anchor():
    certificates = {
        "territory": "MY", "certificates": ["ab" * 32], "status": "designated",
        "from": publish.time_text(NOW),
    }  # fmt: skip
    found = read(member_document(foreign=[listing(until=NOW + DAY), certificates]))
    by_name, by_certificate = found.foreign
    assert by_name.status is LegalStatus.RECOGNISED_FOREIGN
    assert (by_name.territory, by_name.service) == ("SG", "urn:test:sg:1")
    assert by_name.interval == Interval(NOW - DAY, NOW + DAY)
    assert by_certificate.certificates == {"ab" * 32}
    assert {item.territory for item in found.services} == {"TH"}


@pytest.mark.parametrize(
    ("path", "value", "code"),
    [
        ((0, "territory"), "TH", "arrangement"),
        ((0, "territory"), "FR", "territory_unknown"),
        ((0, "status"), "licensed", "member_value"),
        ((0, "service"), ..., "member_value"),
        ((0, "service"), "no uri", "member_value"),
        ((0, "certificates"), ["ab" * 32], "member_value"),
        ((0, "until"), publish.time_text(NOW - DAY), "arrangement"),
        ((0, "key"), "x", "member_unknown"),
        ((), [], "member_value"),
    ],
)
def test_one_fault_refuses_the_register(path, value, code):
    document = member_document(foreign=[listing()])
    assert read(document).foreign
    assert refused(changed(document, (*REGISTER, *path), value)).code.id == f"list.{code}"


def test_one_service_stands_once_at_a_time_and_both_entries_are_named():
    refusal = refused(member_document(foreign=[listing(until=NOW + DAY), listing(since=NOW)]))
    assert refusal.code.id == "list.duplicate"
    assert "DefaRecognisedForeign[0] and" in refusal.actual
    assert "DefaRecognisedForeign[1]" in refusal.actual
    apart = [listing(until=NOW), listing(since=NOW)]
    assert len(read(member_document(foreign=apart)).foreign) == 2
    two = [listing(), listing(status=LegalStatus.DESIGNATED)]
    assert len(read(member_document(foreign=two)).foreign) == 2


# --- services ------------------------------------------------------------------------------------
def test_what_a_service_is_in_law_and_in_kind():
    told = service(
        legal_status=LegalStatus.LICENSED,
        technical_class=TechnicalClass.ACCREDITED_CERTIFICATE,
        standards=["iso-27001", "webtrust"],
    )
    (found,) = read(member_document(entities=[entity("TH", told)])).services
    assert found.legal_status is LegalStatus.LICENSED
    assert found.technical_class is TechnicalClass.ACCREDITED_CERTIFICATE
    assert found.standards == ("iso-27001", "webtrust")
    (plain,) = read(member_document()).services
    assert (plain.legal_status, plain.technical_class, plain.standards) == (None, None, ())


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("DefaLegalStatus", "recognised_foreign"),
        ("DefaLegalStatus", ["licensed"]),
        ("DefaTechnicalClass", "quantum"),
        ("DefaStandards", []),
        ("DefaStandards", ["a", "a"]),
    ],
)
def test_a_fault_in_what_a_service_is(name, value):
    told = service(extensions=[publish.extension(name, value)])
    document = member_document(entities=[entity("TH", told)])
    assert refused(document).code.id in ("list.member_value", "list.duplicate")
    with pytest.raises(Rejection):
        validate(document, "member-state-list.v1")


# --- arrangements --------------------------------------------------------------------------------
def test_the_terms_of_an_arrangement_are_read():
    told = arrangement(
        comparator="at_least",
        minimumLevel={"proofing": 2},
        assessment={"result": "not_equivalent", "uri": "urn:test:report"},
        standards=["iso-27001"],
        consideredStandards=["webtrust"],
        users=["foreign_national"],
        requires=["urn:test:form", "reciprocity", "prior_listing"],
        instrument={
            **READ, "status": "signed", "parties": ["SG", "TH"], "obligation": "best_endeavour",
        },
    )  # fmt: skip
    (found,) = read(recognition_document(arrangements=[told])).arrangements
    assert found.minimum == Level(proofing=2)
    assert (found.assessment.equivalent, found.assessment.uri) == (False, "urn:test:report")
    assert (found.standards, found.considered_standards) == ({"iso-27001"}, {"webtrust"})
    assert found.users == {"foreign_national"}
    assert found.requires == ("prior_listing", "reciprocity", "urn:test:form")
    assert found.instrument.status is InstrumentStatus.SIGNED
    assert found.instrument.parties == {"SG", "TH"}
    assert found.instrument.obligation is Obligation.BEST_ENDEAVOUR


@pytest.mark.parametrize(
    ("member", "value"),
    [
        ("requires", ["prior-listing"]),
        ("requires", ["registration"]),
        ("users", ["tourist"]),
        ("minimumLevel", {}),
        ("minimumLevel", {"proofing": 0}),
        ("minimumLevel", {"proofing": "unstated"}),
        ("minimumLevel", {"speed": 1}),
        ("assessment", {"result": "fine", "uri": "a:b"}),
        ("assessment", {"result": "equivalent"}),
        ("assessment", {"result": "equivalent", "uri": "a:b", "sha256": "no"}),
        ("standards", []),
        ("entityScope", ["robot"]),
        ("certificateScope", ["anything"]),
    ],
)
def test_a_word_that_nobody_knows_refuses_the_list(member, value):
    document = recognition_document()
    faulty = changed(document, (*FIRST, member), value)
    assert refused(faulty).code.id in ("list.member_value", "list.member_unknown",
                                       "list.member_missing")  # fmt: skip
    with pytest.raises(Rejection):
        validate(faulty, "recognition-list.v1")


# --- two arrangements that cannot both be meant --------------------------------------------------
ROWS = [("urn:defa:scale:th:ial", "2.3", {"proofing": 2})]
OTHER = {"code": "treaty", "title": "TEST-ONLY treaty"}


def two(**more):
    first = more.pop("first", {})
    return recognition_document(
        arrangements=[arrangement(id="one", **first), arrangement(id="other", **more)]
    )


@pytest.mark.parametrize(
    ("first", "second", "what"),
    [
        ({}, {}, "overlapping periods under one instrument"),
        ({}, {"stage": Stage.PILOT}, "overlapping periods under one instrument"),
        ({"until": NOW}, {"since": NOW - DAY}, "overlapping periods under one instrument"),
        ({"until": NOW, "grace_until": NOW + 2 * DAY}, {"since": NOW + DAY},
         "overlapping periods under one instrument"),
        ({}, {"instrument": OTHER, "effect": "identification"}, "what effect it has"),
        ({"levels": ROWS}, {"instrument": OTHER, "levels": [(*ROWS[0][:2], {"proofing": 3})]},
         "what urn:defa:scale:th:ial 2.3 counts as"),
        ({"levels": ROWS}, {"purposes": ["travel"], "levels": [(*ROWS[0][:2], {"proofing": 3})]},
         "what urn:defa:scale:th:ial 2.3 counts as"),
        ({}, {"purposes": ["travel"], "valid": ["withdrawn"], "invalid": ["granted"]}, "whether"),
        ({}, {"instrument": OTHER, "service_types": [
            ("http://uri.etsi.org/TrstSvc/Svctype/EAA", "urn:test:another")]}, "counts as"),
    ],
)  # fmt: skip
def test_one_case_in_two_ways_is_refused_and_both_are_named(first, second, what):
    refusal = refused(two(first=first, **second))
    assert refusal.code.id == "list.contradiction"
    assert refusal.expected == "one"
    assert refusal.actual.startswith("other (")
    assert what in refusal.actual
    assert "one and other" in refusal.finding().text


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ({}, {"recognised": "MY"}),
        ({}, {"service_types": [("urn:test:b", "urn:test:b")]}),
        ({"until": NOW}, {"since": NOW}),
        ({}, {"stage": Stage.OBSERVE}),
        ({}, {"status": "suspended"}),
        ({}, {"status": "repealed"}),
        ({}, {"instrument": OTHER}),
        ({}, {"purposes": ["travel"]}),
        ({"purposes": ["travel"]}, {"purposes": ["banking"], "effect": "identification"}),
        ({"levels": ROWS, "purposes": ["a"]},
         {"purposes": ["b"], "levels": [(*ROWS[0][:2], {"proofing": 3})]}),
        ({"levels": ROWS}, {"instrument": OTHER, "levels": ROWS}),
        ({}, {"entityScope": ["device"]}),
    ],
)  # fmt: skip
def test_what_stands_side_by_side_is_accepted(first, second):
    assert len(read(two(first=first, **second)).arrangements) == 2
