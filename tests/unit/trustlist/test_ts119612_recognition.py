"""Recognition between the two vocabularies never becomes wider."""

import pytest

pytest.importorskip("lxml")

from defa_trust import publish
from defa_trust.errors import Rejection
from defa_trust.trustlist.model import Stage
from defa_trust.trustlist.ts119612.model import ContentEquivalence, Criteria
from defa_trust.trustlist.ts119612.recognition import QUALIFIERS, from_mra, to_mra
from tests import signed_lists as lists

SINCE = lists.ISSUED


def arrangement(**more):
    return publish.arrangement(
        **{
            "id": "sg-th-1",
            "recognising": "SG",
            "recognised": "TH",
            "since": SINCE,
            "instrument": {"code": "b", "title": "TEST-ONLY", "uri": "https://law.test.example/"},
            "service_types": [("urn:test:home", "urn:test:here")],
            "history": [("repealed", Stage.IN_FORCE, SINCE - 99)],
            **more,
        }
    )


def test_there_and_back_keeps_services_statuses_and_dates():
    entry = arrangement()
    found, losses = to_mra(entry)
    assert {loss.where for loss in losses} == {"effect", "basis", "instrument"}
    (back,) = from_mra(found, recognising="SG", recognised="TH").arrangements
    for member in ("serviceTypeMap", "statusMap", "from", "history", "status", "stage"):
        assert back[member] == entry[member], member
    assert back["instrument"]["uri"] == "https://law.test.example/"
    assert "requires" not in back


@pytest.mark.parametrize(
    ("more", "where"),
    [
        ({"purposes": ["urn:test:purpose"]}, "purposes"),
        ({"excludedActs": ["urn:test:act"]}, "excludedActs"),
        ({"limits": {"maxPerDay": 5}}, "limits"),
        ({"until": SINCE + 99}, "until"),
        ({"stage": Stage.PILOT}, "stage"),
        ({"stage": Stage.OBSERVE}, "stage"),
        ({"status": "suspended"}, "status"),
        ({"history": [("enacted", Stage.PILOT, SINCE - 99)]}, "stage"),
    ],
)
def test_a_condition_that_the_extension_cannot_carry_stops_it(more, where):
    found, losses = to_mra(arrangement(**more))
    assert found is None
    assert [loss.where for loss in losses] == [where]


def test_conditions_of_the_extension_become_requirements():
    found, _ = to_mra(arrangement())
    (entry,) = found.services
    content = ContentEquivalence("urn:test:context", Criteria("all"), Criteria("all"))
    types = entry.types._replace(pointed=(("urn:test:home", "urn:test:for-signatures"),))
    changed = entry._replace(contents=(content,), types=types, qualifiers=(("urn:a", "urn:b"),))
    (back,), losses = from_mra(
        found._replace(services=(changed,)), recognising="SG", recognised="TH"
    )
    assert back["requires"] == ["urn:test:for-signatures", "urn:test:context", QUALIFIERS]
    assert any(loss.after == "requires" for loss in losses)


def test_an_unknown_status_recognises_nothing():
    found, _ = to_mra(arrangement())
    (entry,) = found.services
    unknown = found._replace(services=(entry._replace(status="urn:test:maybe"),))
    result = from_mra(unknown, recognising="SG", recognised="TH")
    assert result.arrangements == ()
    assert result.losses[0].where == "services[0].status"


def test_what_the_profile_refuses_does_not_come_out():
    found, _ = to_mra(arrangement())
    for recognising, recognised in (("SG", "SG"), ("SG", "EU"), ("EU", "TH")):
        with pytest.raises(Rejection):
            from_mra(found, recognising=recognising, recognised=recognised)
    with pytest.raises(Rejection):
        to_mra({**arrangement(), "unknown": 1})
