"""Recognition by the receiving state's arrangements: direct, directional, dated, and closed.

The credential is valid in each of these; only what it counts for differs.
"""

from __future__ import annotations

from typing import Any

from ..build import (
    DAY,
    GRANTED,
    MOMENT,
    WITHDRAWN,
    YEAR,
    arrangement,
    member_list,
    recognised_by,
    recognition_list,
    request_of,
    service,
    trust,
    vc,
    world,
)
from ..registry import Case, Group, Importance

_group = Group("recognition", features=("es256", "recognition", "vc-jwt"), twin="in_force")
_PROFILE = Importance.PROFILE
_OPEN = "Whoever forgets the rule recognises everybody."


def _case(*arrangements: dict[str, Any], **asked: Any) -> Case:
    return Case(vc(), recognised_by(*arrangements), request_of(**asked))


# --- existence and direction
@_group.vector("DEFA profile, DefaRecognition")
def in_force() -> Case:
    """SG recognises TH by an enacted arrangement in force, without conditions."""
    return Case(vc(), world())


@_group.vector("DEFA profile, DefaRecognition", importance=_PROFILE)
def domestic() -> Case:
    """TH itself asks about its own credential: no recognition is needed."""
    return Case(vc(), trust(member_list("TH", service())), request_of(relyingState="TH"))


@_group.vector(
    "DEFA profile, DefaRecognition",
    "recognition.list_missing",
    importance=_PROFILE,
    notes="An absent list is neither a yes nor a no.",
)
def no_list() -> Case:
    """The receiving state's recognition list is absent."""
    return Case(vc(), trust(member_list("TH", service())))


@_group.vector(
    "DEFA profile, DefaRecognition",
    "recognition.no_arrangement",
    importance=_PROFILE,
    notes='"No rule" read as "valid" recognises everybody.',
)
def no_arrangement() -> Case:
    """The receiving state's list is there and names other states only."""
    return _case(arrangement("SG", "MY"))


@_group.vector(
    "DEFA profile, DefaRecognition",
    "recognition.no_arrangement",
    importance=_PROFILE,
    notes='An empty list read as "no restriction" recognises everybody.',
)
def empty_list() -> Case:
    """The receiving state's list is there and holds no arrangement at all."""
    return _case()


@_group.vector(
    "DEFA profile, DefaRecognition",
    "recognition.list_missing",
    importance=_PROFILE,
    notes="Origin and destination mixed up: a state would declare itself recognised abroad.",
)
def wrong_direction() -> Case:
    """Only the issuing state's list exists: TH recognises SG, and SG asks about TH."""
    lists = member_list("TH", service()), recognition_list("TH", arrangement("TH", "SG"))
    return Case(vc(), trust(*lists))


@_group.vector(
    "DEFA profile, DefaRecognition",
    "recognition.no_arrangement",
    importance=_PROFILE,
    notes="Recognition is direct only: a chain would grant what no state decided.",
)
def chained() -> Case:
    """SG recognises MY and MY recognises TH; nothing links SG to TH."""
    return Case(
        vc(),
        trust(
            member_list("TH", service()),
            recognition_list("SG", arrangement("SG", "MY")),
            recognition_list("MY", arrangement("MY", "TH")),
        ),
    )


# --- the list itself -----------------------------------------
@_group.vector("TS 119 602, 6.3.15", importance=_PROFILE)
def list_within_grace() -> Case:
    """The recognition list lapsed an hour ago; national lists have three days' grace."""
    lists = (
        member_list("TH", service()),
        recognition_list("SG", arrangement(), nextUpdate=MOMENT - 3600),
    )
    return Case(vc(), trust(*lists))


@_group.vector(
    "TS 119 602, 6.3.15",
    "recognition.list_expired",
    notes="A frozen list keeps alive what was repealed long ago.",
)
def list_expired() -> Case:
    """The recognition list lapsed a week ago, beyond any grace."""
    lists = (
        member_list("TH", service()),
        recognition_list("SG", arrangement(), nextUpdate=MOMENT - 7 * DAY),
    )
    return Case(vc(), trust(*lists))


@_group.vector("TS 119 602, 6.3.14", "recognition.list_from_the_future")
def list_from_the_future() -> Case:
    """The recognition list was issued after the moment asked for."""
    lists = member_list("TH", service()), recognition_list("SG", arrangement(), issued=MOMENT + DAY)
    return Case(vc(), trust(*lists))


# --- dates and status -----------------------------------------
@_group.vector("DEFA profile, from", importance=_PROFILE)
def first_second() -> Case:
    """The arrangement applies from this very second."""
    return _case(arrangement(start=MOMENT))


@_group.vector(
    "DEFA profile, from",
    "recognition.not_yet_in_force",
    importance=_PROFILE,
    twin="first_second",
)
def one_second_early() -> Case:
    """The arrangement applies from the next second."""
    late = arrangement(start=MOMENT + 1)
    late["periods"][0]["from"] = MOMENT - YEAR
    return _case(late)


@_group.vector("DEFA profile, until", importance=_PROFILE)
def last_second() -> Case:
    """The arrangement ends with the next second."""
    return _case(arrangement(until=MOMENT + 1))


@_group.vector(
    "DEFA profile, until",
    "recognition.no_longer_in_force",
    importance=_PROFILE,
    twin="last_second",
    notes="The end is exclusive.",
)
def ended_this_second() -> Case:
    """The arrangement ended at this very second."""
    over = arrangement(until=MOMENT)
    over["periods"][0]["until"] = None
    return _case(over)


@_group.vector("DEFA profile, graceUntil", importance=_PROFILE)
def in_grace() -> Case:
    """The arrangement has ended and its own grace period still runs."""
    over = arrangement(until=MOMENT - DAY, graceUntil=MOMENT + DAY)
    over["periods"][0]["until"] = None
    return _case(over)


@_group.vector(
    "DEFA profile, graceUntil",
    "recognition.no_longer_in_force",
    importance=_PROFILE,
    twin="in_grace",
)
def grace_over() -> Case:
    """The arrangement's grace period ended at this very second."""
    over = arrangement(until=MOMENT - DAY, graceUntil=MOMENT)
    over["periods"][0]["until"] = None
    return _case(over)


@_group.vector(
    "DEFA profile, status",
    "recognition.suspended",
    importance=_PROFILE,
    notes="A suspension that only a history entry shows is overlooked.",
)
def suspended() -> Case:
    """The arrangement is suspended at this moment."""
    return _case(arrangement(status="suspended"))


@_group.vector("DEFA profile, status", "recognition.suspended", importance=_PROFILE)
def repealed() -> Case:
    """The arrangement is repealed at this moment."""
    return _case(arrangement(status="repealed"))


def _suspended_last_month() -> dict[str, Any]:
    return arrangement(
        periods=[
            {"status": "enacted", "stage": "in_force", "from": MOMENT - 10 * DAY, "until": None},
            {
                "status": "suspended",
                "stage": "in_force",
                "from": MOMENT - 30 * DAY,
                "until": MOMENT - 10 * DAY,
            },
            {
                "status": "enacted",
                "stage": "in_force",
                "from": MOMENT - YEAR,
                "until": MOMENT - 30 * DAY,
            },
        ]
    )


@_group.vector("DEFA profile, history", importance=_PROFILE)
def suspension_lifted() -> Case:
    """A suspension of last month has been lifted."""
    return _case(_suspended_last_month())


@_group.vector(
    "DEFA profile, history",
    "recognition.suspended",
    importance=_PROFILE,
    twin="suspension_lifted",
    notes="Judging an old moment by today's entry gives the wrong answer in a dispute.",
)
def suspended_at_the_moment_asked() -> Case:
    """The same history, asked about a moment within the suspension."""
    return Case(vc(), recognised_by(_suspended_last_month()), moment=MOMENT - 20 * DAY)


# --- stage -----------------------------------------
@_group.vector(
    "DEFA profile, stage",
    "recognition.pilot",
    importance=_PROFILE,
    notes="A sandbox verdict that looks like production.",
)
def pilot_corridor() -> Case:
    """The arrangement is a pilot corridor: PILOT, never RECOGNISED."""
    return _case(arrangement(stage="pilot"))


@_group.vector("DEFA profile, stage", "recognition.observe_only", importance=_PROFILE)
def observe_only() -> Case:
    """The arrangement only observes and grants nothing yet."""
    return _case(arrangement(stage="observe"))


@_group.vector(
    "DEFA profile, stage",
    "recognition.pilot",
    importance=_PROFILE,
    notes="A sandboxed service under an arrangement in force must not pass as production.",
)
def sandboxed_service() -> Case:
    """The arrangement is in force, and the issuing service is a sandbox."""
    uri = "https://defa.example/19602/SvcStatus/sandbox"
    open_to_both = arrangement(statusMap={"valid": [GRANTED, uri], "invalid": [WITHDRAWN]})
    history = [{"status": "sandbox", "uri": uri, "from": MOMENT - YEAR, "until": None}]
    return Case(vc(), recognised_by(open_to_both, history=history))


@_group.vector(
    "DEFA profile, stage",
    "recognition.pilot",
    importance=_PROFILE,
    twin="domestic",
)
def domestic_sandbox() -> Case:
    """A state's own sandbox at home: PILOT too."""
    uri = "https://defa.example/19602/SvcStatus/sandbox"
    history = [{"status": "sandbox", "uri": uri, "from": MOMENT - YEAR, "until": None}]
    return Case(
        vc(),
        trust(member_list("TH", service(history=history))),
        request_of(relyingState="TH"),
    )


@_group.vector("DEFA profile, DefaRecognition", importance=_PROFILE)
def better_of_two() -> Case:
    """Two arrangements: a pilot, and one in force. The better one counts."""
    return _case(arrangement(id="a-pilot", stage="pilot"), arrangement(id="b-force"))


@_group.vector(
    "DEFA profile, DefaRecognition",
    "recognition.pilot",
    importance=_PROFILE,
    twin="better_of_two",
)
def better_one_ended() -> Case:
    """Two arrangements: a pilot, and one in force that has ended."""
    over = arrangement(id="b-force", until=MOMENT - DAY)
    return _case(arrangement(id="a-pilot", stage="pilot"), over)


# --- what is covered -----------------------------------------
@_group.vector(
    "DEFA profile, serviceTypeMap",
    "recognition.service_type_unmapped",
    importance=_PROFILE,
)
def service_type_unmapped() -> Case:
    """The arrangement maps certificate authorities only; the issuer is an attestation service."""
    home = "http://uri.etsi.org/TrstSvc/Svctype/CA/PKC"
    return _case(arrangement(serviceTypeMap=[{"home": home, "recognised": home}]))


@_group.vector(
    "DEFA profile, statusMap",
    "recognition.status_not_accepted",
    importance=_PROFILE,
)
def status_not_accepted() -> Case:
    """The arrangement accepts another status than the service has."""
    other = "http://uri.etsi.org/TrstSvc/TrustedList/Svcstatus/setbynationallaw"
    return _case(arrangement(statusMap={"valid": [other], "invalid": [WITHDRAWN]}))


@_group.vector(
    "DEFA profile, statusMap",
    "recognition.status_not_accepted",
    importance=_PROFILE,
    notes="A contradiction in the list must not be resolved in favour of the message.",
)
def status_in_both_maps() -> Case:
    """The arrangement names the service's status as valid and as invalid."""
    return _case(arrangement(statusMap={"valid": [GRANTED], "invalid": [GRANTED]}))


@_group.vector("DEFA profile, credentialTypes", importance=_PROFILE)
def credential_type_covered() -> Case:
    """The arrangement covers this type of credential by name."""
    return _case(arrangement(credentialTypes=["TestIdentityCredential"]))


@_group.vector(
    "DEFA profile, credentialTypes",
    "recognition.credential_type_not_covered",
    importance=_PROFILE,
    twin="credential_type_covered",
)
def credential_type_not_covered() -> Case:
    """The arrangement covers another type of credential."""
    return _case(arrangement(credentialTypes=["TestDrivingLicence"]))


@_group.vector(
    "DEFA profile, credentialTypes",
    "recognition.credential_type_not_covered",
    importance=_PROFILE,
    twin="credential_type_covered",
    notes="One covered type among several would smuggle the others in.",
)
def one_type_of_two_covered() -> Case:
    """The credential is of two types, of which the arrangement covers one."""
    types = ["VerifiableCredential", "TestIdentityCredential", "TestDrivingLicence"]
    return Case(
        vc(type=types), recognised_by(arrangement(credentialTypes=["TestIdentityCredential"]))
    )


@_group.vector(
    "DEFA profile, requires",
    "recognition.requirement_unknown",
    importance=_PROFILE,
    notes="A condition nobody checked counts as fulfilled.",
)
def requirement_unknown() -> Case:
    """The arrangement requires something that the lists cannot prove."""
    return _case(arrangement(requires=["registration-with-receiving-authority"]))


@_group.vector("DEFA profile, instrument", importance=_PROFILE)
def citation_unread() -> Case:
    """Nobody has read the article the arrangement rests on; by default that is reported only."""
    unread = arrangement()
    unread["instrument"]["verified"] = False
    return _case(unread)


@_group.vector(
    "DEFA profile, instrument",
    "recognition.citation_unread",
    importance=_PROFILE,
    twin="citation_unread",
)
def citation_unread_refused() -> Case:
    """The same, and the verifier's policy refuses unread articles."""
    unread = arrangement()
    unread["instrument"]["verified"] = False
    return _case(unread, policy={"unreadCitations": "refuse"})
