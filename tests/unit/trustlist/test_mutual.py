"""Agreements in pointers become arrangements, and never more than was agreed."""

import pytest

pytest.importorskip("lxml")

from defa_trust.trustlist.model import ArrangementStatus
from defa_trust.trustlist.mutual import recognition_of
from defa_trust.trustlist.ts119612.bridge import convert_to_612
from defa_trust.trustlist.ts119612.model import (
    ContentEquivalence,
    Criteria,
    Equivalence,
    Extension,
    MutualRecognition,
    Pointer,
    StatusEquivalence,
    TypeEquivalence,
)
from defa_trust.trustlist.ts119612.opening import OpenedList
from defa_trust.trustlist.ts119612.read import read_list
from defa_trust.verdict import TIME_MAX, Interval
from tests import signed_lists as lists

NOW = lists.NOW
MRA = "http://ec.europa.eu/tools/lotl/mra/"
GRANTED, WITHDRAWN = "urn:test:granted", "urn:test:withdrawn"
STATUSES = StatusEquivalence((GRANTED,), (GRANTED,), (WITHDRAWN,), (WITHDRAWN,))


def types(name="urn:test:ca"):
    return TypeEquivalence((("urn:test:here", None),), ((name, None),))


def service(status="enacted", since=NOW - 100, history=(), **more):
    return Equivalence(
        "x", more.pop("types", types()), f"{MRA}{status}", since, STATUSES, history=history, **more
    )


def past(status="enacted", since=NOW - 200, **more):
    return service(status, since, **more)._replace(legal_identifier=None)


def agreement(*services, **more):
    return MutualRecognition(
        1, 2, more.pop("law", "https://law.test.example/"), "urn:b", more.pop("depth", 1), services
    )


def pointing(*pointers, territory="SG"):
    """SG's own list with these (territory, agreement) in its pointers, as if it had been opened."""
    document = convert_to_612(lists.member_document(territory)).document
    whole = read_list(document)
    found = tuple(
        Pointer(f"https://{number}.test.example/", (), territory=code, recognition=agreed)
        for number, (code, agreed) in enumerate(pointers)
    )
    return OpenedList(whole._replace(pointers=found), b"", NOW, "ab" * 32, 1, "cd" * 32)


def arrangements(*pointers, **more):
    result = recognition_of(pointing(*pointers), **more)
    return () if result.trust_list is None else result.trust_list.arrangements


def test_an_agreement_is_an_arrangement_of_the_pointing_state():
    (entry,) = arrangements(("TH", agreement(service())))
    assert (entry.recognising, entry.recognised, entry.id) == ("SG", "TH", "mra-sg-th-1-1")
    assert entry.interval == Interval(NOW - 100, TIME_MAX)
    assert entry.valid_statuses == {GRANTED}
    assert entry.instrument.uri == "https://law.test.example/"
    assert entry.requires == ()


def test_several_pointers_and_services_keep_apart():
    pair = agreement(service(), service(types=types("urn:test:tsa")))
    found = arrangements(("TH", pair), ("MY", agreement(service())))
    assert [entry.id for entry in found] == ["mra-sg-th-1-1", "mra-sg-th-1-2", "mra-sg-my-2-1"]


def test_the_future_is_a_period_that_has_not_begun():
    (entry,) = arrangements(("TH", agreement(service(since=NOW + 500))))
    assert entry.interval.start == NOW + 500


def test_equal_terms_are_one_arrangement_with_a_history():
    (entry,) = arrangements(
        ("TH", agreement(service("repealed", history=(past(), past("repealed", NOW - 300)))))
    )
    assert [period.status for period in entry.periods] == [
        ArrangementStatus.REPEALED,
        ArrangementStatus.ENACTED,
        ArrangementStatus.REPEALED,
    ]
    assert entry.interval == Interval(NOW - 300, TIME_MAX)


def test_other_terms_in_the_past_are_not_read_as_todays():
    content = ContentEquivalence("urn:test:context", Criteria("all"), Criteria("all"))
    strict = past(contents=(content,))
    now, then = arrangements(("TH", agreement(service(history=(strict,)))))
    assert (now.requires, then.requires) == ((), ("urn:test:context",))
    assert (now.interval.start, then.interval) == (NOW - 100, Interval(NOW - 200, NOW - 100))
    assert then.id == "mra-sg-th-1-1-past-1"


def test_terms_that_come_back_are_three_arrangements():
    other = past(since=NOW - 200, types=types("urn:test:tsa"))
    entries = arrangements(("TH", agreement(service(history=(other, past(since=NOW - 300))))))
    assert [entry.interval for entry in entries] == [
        (NOW - 100, TIME_MAX),
        (NOW - 200, NOW - 100),
        (NOW - 300, NOW - 200),
    ]


@pytest.mark.parametrize(
    ("agreed", "where"),
    [
        (agreement(service("maybe")), "services[0].status"),
        (agreement(service(history=(past(since=NOW - 100),))), "services[0].history"),
        (
            agreement(service(history=(past(since=NOW - 200), past(since=NOW - 150)))),
            "services[0].history",
        ),
    ],
)
def test_what_cannot_be_understood_recognises_nothing_and_is_told(agreed, where):
    result = recognition_of(pointing(("TH", agreed)))
    assert result.trust_list is None
    assert f"pointers[0].{where}" in [loss.where for loss in result.losses]


def test_one_bad_service_does_not_sink_the_other():
    agreed = agreement(service("maybe"), service(types=types("urn:test:tsa")))
    result = recognition_of(pointing(("TH", agreed)))
    (entry,) = result.trust_list.arrangements
    assert entry.id == "mra-sg-th-1-2"
    assert [loss.where for loss in result.losses] == ["pointers[0].services[0].status"]


def test_a_greater_depth_grants_nothing_further():
    result = recognition_of(pointing(("TH", agreement(service(), depth=3))))
    assert {entry.recognised for entry in result.trust_list.arrangements} == {"TH"}
    assert ("pointers[0].MRADepth", "3", "1: recognition is direct") in result.losses


@pytest.mark.parametrize("law", ["uri/.../", "<b>", "", " \u202e", "x" * 999])
def test_a_legislation_that_is_no_uri_stands_in_the_title(law):
    result = recognition_of(pointing(("TH", agreement(service(), law=law))))
    (entry,) = result.trust_list.arrangements
    assert entry.instrument.uri is None
    assert "<" not in entry.citation
    assert "\u202e" not in entry.citation
    assert any("Legislation" in loss.where for loss in result.losses)


def test_two_agreements_that_contradict_recognise_nothing():
    other = service(types=TypeEquivalence((("urn:test:other", None),), (("urn:test:ca", None),)))
    result = recognition_of(pointing(("TH", agreement(service())), ("TH", agreement(other))))
    assert result.trust_list is None
    assert result.losses[-1].where == "pointers"


@pytest.mark.parametrize("territory", ["SG", "EU", None, "XX"])
def test_only_another_member_state_is_recognised(territory):
    result = recognition_of(pointing((territory, agreement(service()))))
    assert result.trust_list is None
    assert result.losses[0].before == str(territory)


def test_a_list_without_agreements_is_no_recognition_list():
    assert recognition_of(pointing()) == (None, ())
    opened = pointing(("TH", agreement(service())))
    closed = opened._replace(list=opened.list._replace(next_update=None))
    assert recognition_of(closed).trust_list is None


def test_a_critical_extension_that_is_not_read_recognises_nothing_and_is_told():
    opened = pointing(("MY", agreement(service())))
    for critical in (False, True):
        own = (Extension("DefaAnythingElse", critical, 1),)
        found = recognition_of(opened._replace(list=opened.list._replace(extensions=own)))
        assert (found.trust_list is None) is critical
        assert ("SchemeExtensions" in {loss.where for loss in found.losses}) is critical


def test_a_closed_list_recognises_nothing_and_is_told():
    opened = pointing(("MY", agreement(service())))
    assert recognition_of(opened).trust_list
    found = recognition_of(opened._replace(list=opened.list._replace(next_update=None)))
    assert found.trust_list is None
    assert "NextUpdate" in {loss.where for loss in found.losses}
