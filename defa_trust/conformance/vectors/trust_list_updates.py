"""Lists over time and lists of lists: rollback, freeze, split view, mix-and-match."""

from __future__ import annotations

from hashlib import sha256
from typing import Any

from ...trustlist import documents
from ...trustlist.model import ListType, Status
from ..build import DAY, MOMENT, YEAR, Json, vc
from ..lists import (
    ISSUED,
    REGION,
    certificate,
    envelope,
    offered,
    pin,
    pointer,
    recognition,
    regional,
    signed_world,
    signer,
    thai_list,
    thai_service,
    update,
)
from ..registry import Case, Group, Importance

_group = Group("trust_list", features=("es256", "signed-lists", "vc-jwt"))
_NONE = "resolve.no_anchors"
_EARLIER = MOMENT - 20 * DAY


def _singapore() -> Json:
    return offered("recognition", "SG", envelope(recognition(), "SG"))


def _thailand(text: str) -> Json:
    return offered("member_state", "TH", text)


def _granted(sequence: int, **members: Any) -> str:
    return envelope(thai_list(sequence=sequence, **members), "TH")


def _withdrawn(sequence: int) -> str:
    gone = thai_service(
        status=Status.WITHDRAWN,
        since=MOMENT - 25 * DAY,
        history=[(Status.GRANTED, MOMENT - YEAR)],
    )
    return envelope(thai_list(gone, sequence=sequence), "TH")


def _then(first: str, second: str) -> Case:
    """Thailand's list ``first``, and three weeks later ``second``."""
    return Case(
        vc(),
        signed_world(
            update(_thailand(first), _singapore(), at=_EARLIER), update(_thailand(second))
        ),
    )


# --- sequences of updates
@_group.vector("TS 119 602, 6.3.2")
def newer_list_replaces() -> Case:
    """A list in which the service is withdrawn is replaced by a newer one that grants it."""
    return _then(_withdrawn(5), _granted(6))


@_group.vector(
    "TS 119 602, 6.3.2",
    "service.not_granted",
    refused="list.rollback",
    twin="newer_list_replaces",
    notes="Sequence numbers never compared: an old list undoes a withdrawal.",
)
def rollback() -> Case:
    """After a list that withdraws the service, an older list that grants it is shown."""
    return _then(_withdrawn(6), _granted(5))


@_group.vector(
    "TS 119 602, 6.3.2",
    "service.not_granted",
    refused="list.split_view",
    twin="newer_list_replaces",
    notes="Two lists with one number: different verifiers are shown different ones.",
)
def split_view() -> Case:
    """A second list with the same number, in which the service is granted."""
    return _then(_withdrawn(6), _granted(6))


@_group.vector("TS 119 602, 6.3.2")
def same_list_again() -> Case:
    """The same octets are fetched a second time."""
    return _then(_granted(5), _granted(5))


@_group.vector("TS 119 615, 4.1.4", "service.not_granted", twin="newer_list_replaces")
def newer_list_withdraws() -> Case:
    """A newer list withdraws the service."""
    return _then(_granted(5), _withdrawn(6))


@_group.vector(
    "DEFA profile, consumer order",
    refused="list.not_a_jws",
    notes="A bad answer replaces a good list, and every issuer is gone.",
)
def error_page_after_a_good_list() -> Case:
    """A later fetch brings an error page: the good list stays in use."""
    return _then(_granted(5), "<html><body>502 Bad Gateway</body></html>")


@_group.vector("DEFA profile, consumer order", refused="list.signature_invalid")
def forged_list_after_a_good_one() -> Case:
    """A later list, forged so as to withdraw the service, is refused: the good one stays."""
    gone = thai_service(
        status=Status.WITHDRAWN, since=MOMENT - 25 * DAY, history=[(Status.GRANTED, MOMENT - YEAR)]
    )
    forged = envelope(thai_list(gone, sequence=6), "TH", by=signer("TH", "attacker"))
    return _then(_granted(5), forged)


@_group.vector(
    "TS 119 602, 6.3.15",
    "list.expired",
    twin="directly_pinned",
    notes="Whoever holds back new lists keeps a withdrawn service alive.",
)
def frozen() -> Case:
    """No newer list came, and the last one lapsed ten days ago."""
    old = _granted(5, next_update=MOMENT - 10 * DAY)
    return Case(vc(), signed_world(update(_thailand(old), _singapore(), at=_EARLIER)))


# --- the region -----------------------------------------
def _region(regional_text: str, thailand: str | None = None, singapore: str | None = None) -> Case:
    lists = signed_world(
        update(
            offered("regional", REGION, regional_text),
            _thailand(thailand or _granted(5)),
            offered("recognition", "SG", singapore or envelope(recognition(), "SG")),
        ),
        pins=[pin("regional", REGION)],
    )
    return Case(vc(), lists)


def _entry(type: ListType, territory: str, sequence: int, text: str) -> Json:
    return documents.snapshot_entry(
        territory=territory,
        type=type,
        sequence=sequence,
        sha256=sha256(text.encode()).hexdigest(),
        size=len(text),
        issued=ISSUED,
        next_update=MOMENT + 60 * DAY,
    )


def _snapshot(thailand: str | None) -> list[Json]:
    own = [_entry(ListType.RECOGNITION, "SG", 3, envelope(recognition(), "SG"))]
    if thailand is not None:
        own.append(_entry(ListType.MEMBER_STATE, "TH", 5, thailand))
    return own


@_group.vector("TS 119 602, 6.3.13")
def regional_pins_all() -> Case:
    """Only the regional list's signer is pinned; its pointers lead to the others."""
    return _region(envelope(regional(), REGION))


@_group.vector(
    "TS 119 602, 6.3.13", _NONE, refused="list.signer_not_pinned", twin="regional_pins_all"
)
def pointer_names_another_signer() -> Case:
    """The pointer to Thailand's list names another certificate than the one that signed it."""
    other = certificate("TH", "second")
    pointers = [pointer(ListType.MEMBER_STATE, "TH", other), pointer(ListType.RECOGNITION, "SG")]
    return _region(envelope(regional(pointers), REGION))


@_group.vector(
    "TS 119 602, 6.3.13",
    _NONE,
    twin="regional_pins_all",
    notes="Whatever lies in the cache is used, pointed to or not.",
)
def pointer_missing() -> Case:
    """The regional list does not point to Thailand's list."""
    return _region(envelope(regional([pointer(ListType.RECOGNITION, "SG")]), REGION))


@_group.vector(
    "DEFA profile, pointers",
    _NONE,
    refused="list.signer_shared",
    twin="regional_pins_all",
    importance=Importance.PROFILE,
    notes="One operator's key signs the lists of two states.",
)
def one_signer_for_two_states() -> Case:
    """The regional list names one certificate for the lists of two states."""
    shared = certificate("TH")
    pointers = [
        pointer(ListType.MEMBER_STATE, "TH", shared),
        pointer(ListType.MEMBER_STATE, "MY", shared),
        pointer(ListType.RECOGNITION, "SG"),
    ]
    return _region(envelope(regional(pointers), REGION))


@_group.vector("TS 119 615, 4.3", _NONE, refused="list.signer_not_pinned", twin="regional_pins_all")
def regional_signer_not_pinned() -> Case:
    """Somebody else signed the regional list."""
    foreign = certificate(REGION, "attacker")
    text = envelope(regional(), REGION, by=signer(REGION, "attacker"), der=foreign)
    return _region(text)


@_group.vector(
    "TS 119 615, 4.1.4",
    _NONE,
    refused="list.regional_expired",
    twin="regional_pins_all",
    notes="Pointers of a lapsed list still pin signers that were replaced.",
)
def regional_expired() -> Case:
    """The regional list lapsed an hour before the moment: what hangs on it falls with it."""
    return _region(envelope(regional(next_update=MOMENT - 3600), REGION))


@_group.vector("DEFA profile, DefaSnapshot", importance=Importance.PROFILE)
def regional_with_a_snapshot() -> Case:
    """The regional list says exactly which octets of the others it was issued with."""
    return _region(envelope(regional(snapshot=_snapshot(_granted(5))), REGION))


@_group.vector(
    "DEFA profile, DefaSnapshot",
    _NONE,
    refused="list.snapshot_mismatch",
    twin="regional_with_a_snapshot",
    importance=Importance.PROFILE,
    notes="Mix-and-match: an old list of one state beside new ones of others.",
)
def mix_and_match() -> Case:
    """Thailand's list is a genuine older one, and not the one in the snapshot."""
    text = envelope(regional(snapshot=_snapshot(_granted(5))), REGION)
    return _region(text, _granted(4))


@_group.vector(
    "DEFA profile, DefaSnapshot",
    _NONE,
    refused="list.not_in_snapshot",
    twin="regional_with_a_snapshot",
    importance=Importance.PROFILE,
)
def not_in_the_snapshot() -> Case:
    """Thailand's list is pointed to, but the snapshot does not name it."""
    return _region(envelope(regional(snapshot=_snapshot(None)), REGION))


@_group.vector(
    "DEFA profile, DefaRecognition",
    "recognition.list_missing",
    refused="list.not_a_jws",
    twin="regional_pins_all",
    importance=Importance.PROFILE,
    notes="One bad list sinks all others, or vanishes without a word.",
)
def one_bad_list_of_several() -> Case:
    """Singapore's list is an error page; Thailand's still serves: valid, recognition unknown."""
    return _region(envelope(regional(), REGION), singapore="<html>404</html>")
