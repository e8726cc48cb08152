"""Several signers of one regional list, and those who take over from them."""

from __future__ import annotations

from typing import NamedTuple

from ...cosign import add_signatures, carry_over, cosign, follow_on
from ...trustlist import documents
from ...trustlist.companion import Sibling, read_companion, write_companion
from ...trustlist.model import ListType
from ..build import DAY, MOMENT, vc
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
    update,
)
from ..registry import Case, Group, Importance

_group = Group(
    "trust_list",
    features=("es256", "signed-lists", "signer-succession", "vc-jwt"),
    twin="handed_over",
)
_CITES = "DEFA profile, DefaSignerSuccession"
_NONE = "resolve.no_anchors"
_FIRST, _SECOND, _THIRD = MOMENT - 20 * DAY, MOMENT - 10 * DAY, MOMENT - DAY
_HOUR = 3600


class _Edition(NamedTuple):
    text: str
    companion: bytes | None

    @property
    def data(self) -> bytes:
        return self.text.encode()


def _sibling(data: bytes, label: str, at: int) -> Sibling:
    return cosign(data, signer(REGION, label), certificate(REGION, label), issued_at=at)


def _edition(
    sequence: int,
    by: str,
    *,
    points: bool = False,
    after: _Edition | None = None,
    to: str | None = None,
    threshold: int = 1,
    shown: _Edition | None = None,
    issued: int | None = None,
    valid_from: int | None = None,
) -> _Edition:
    """A regional list signed by ``by`` (letters; the first makes the list's own signature), which
    points to Thailand's list or only to Singapore's, and may hand over to ``to``."""
    moment = ISSUED + sequence * _HOUR if issued is None else issued
    extensions = []
    if to is not None and after is not None:
        extensions = [
            documents.signer_succession(
                signers=[certificate(REGION, label) for label in to],
                threshold=threshold,
                valid_from=moment if valid_from is None else valid_from,
                previous=after.data,
            )
        ]
    pointers = [pointer(ListType.RECOGNITION, "SG")]
    if points:
        pointers.append(pointer(ListType.MEMBER_STATE, "TH"))
    document = regional(pointers, sequence=sequence, issued=moment, extensions=extensions)
    text = envelope(
        document,
        REGION,
        by=signer(REGION, by[0]),
        der=certificate(REGION, by[0]),
        signed_at=moment,
    )
    companion = None if after is None else carry_over(after.data, after.companion)
    siblings = [_sibling(text.encode(), label, moment) for label in by[1:]]
    if siblings:
        companion = add_signatures(companion, siblings)
    if shown is not None:
        companion = follow_on(companion, shown.data, shown.companion)
    return _Edition(text, companion)


def _story(*editions: _Edition, signers: str = "a", threshold: int = 1) -> Case:
    """The editions arrive in turn, ten days apart; the other lists are there from the first."""
    others = [
        offered("member_state", "TH", envelope(thai_list(), "TH")),
        offered("recognition", "SG", envelope(recognition(), "SG")),
    ]
    steps = []
    for number, (edition, at) in enumerate(
        zip(editions, (_FIRST, _SECOND, _THIRD)[-len(editions) :], strict=True)
    ):
        region = offered("regional", REGION, edition.text, edition.companion)
        # A list that nothing points to yet is not kept: it is offered each time.
        steps.append(update(region, *(others if number == 0 else others[:1]), at=at))
    pins = [
        pin("regional", REGION, *(certificate(REGION, s) for s in signers), threshold=threshold)
    ]
    return Case(vc(), signed_world(*steps, pins=pins))


# --- several signers -----------------------------------
@_group.vector("DEFA profile, pins", importance=Importance.PROFILE)
def two_of_three() -> Case:
    """Two of three pinned signers must sign: the list's own signature, and one beside it."""
    return _story(_edition(2, "ab", points=True), signers="abc", threshold=2)


@_group.vector(
    "DEFA profile, pins",
    _NONE,
    refused="list.below_threshold",
    twin="two_of_three",
    importance=Importance.PROFILE,
    notes="One stolen key of several signs for the whole region.",
)
def one_of_three() -> Case:
    """Only one of three pinned signers signed, where two must."""
    return _story(_edition(2, "a", points=True), signers="abc", threshold=2)


@_group.vector(
    "DEFA profile, pins",
    _NONE,
    refused="list.below_threshold",
    twin="two_of_three",
    importance=Importance.PROFILE,
    notes="Signatures are counted instead of keys.",
)
def one_signer_twice() -> Case:
    """The same signer signed the list, and once more beside it."""
    return _story(_edition(2, "aa", points=True), signers="abc", threshold=2)


@_group.vector(
    "DEFA profile, pins",
    _NONE,
    refused="list.below_threshold",
    twin="two_of_three",
    importance=Importance.PROFILE,
    notes="Anybody's signature beside the list counts.",
)
def a_stranger_beside_one_of_three() -> Case:
    """The second signature is of a key that is not pinned."""
    return _story(_edition(2, "ax", points=True), signers="abc", threshold=2)


@_group.vector(
    "DEFA profile, companion of a list",
    _NONE,
    refused="list.below_threshold",
    twin="two_of_three",
    importance=Importance.PROFILE,
    notes="A signature made for one list is counted for another.",
)
def a_signature_of_another_list() -> Case:
    """The signature beside the list was made over an earlier edition of it."""
    earlier = _edition(2, "ab")
    later = _edition(3, "a", points=True)
    return _story(later._replace(companion=earlier.companion), signers="abc", threshold=2)


# --- successions ---------------------------------------
_START = _edition(2, "a")
_HANDED = _edition(3, "ab", after=_START, to="b")


@_group.vector(_CITES, importance=Importance.PROFILE)
def handed_over() -> Case:
    """One list hands over to another signer, who signs the next."""
    return _story(_START, _HANDED, _edition(4, "b", after=_HANDED, points=True))


@_group.vector(_CITES, importance=Importance.PROFILE)
def handed_over_while_away() -> Case:
    """A reader who saw neither the handing over nor the list before it finds both beside."""
    between = _edition(9, "a", after=_START)
    handed = _edition(10, "ab", after=between, to="b", shown=between)
    last = _edition(99, "b", after=handed)
    again = _edition(100, "bc", after=last, to="c", shown=last)
    return _story(_START, _edition(101, "c", after=again, points=True))


@_group.vector(
    _CITES,
    _NONE,
    refused="list.succession_gap",
    importance=Importance.PROFILE,
    notes="A link is missing, and the signer at the far end is believed all the same.",
)
def succession_with_a_gap() -> Case:
    """Beside the list stands the second of two successions; the first is missing."""
    second = _edition(4, "bc", after=_HANDED, to="c")
    last = _edition(5, "c", after=second, points=True)
    known = read_companion(last.companion)
    cut = write_companion(known._replace(steps=known.steps[1:]))
    return _story(_START, last._replace(companion=cut))


@_group.vector(
    _CITES,
    _NONE,
    refused="list.succession_gap",
    importance=Importance.PROFILE,
    twin="handed_over_while_away",
    notes="The list between is read for its number alone, not for whom it handed over to.",
)
def succession_over_a_succession() -> Case:
    """The list shown as the one between handed over itself, to another than the next one does."""
    between = _edition(9, "ab", after=_START, to="b")
    handed = _edition(10, "ac", after=between, to="c", shown=between)
    last = _edition(11, "c", after=handed, points=True)
    known = read_companion(last.companion)
    cut = write_companion(known._replace(steps=known.steps[-1:]))
    return _story(_START, last._replace(companion=cut))


@_group.vector(
    _CITES,
    _NONE,
    refused="list.succession_below_threshold",
    importance=Importance.PROFILE,
    notes="One stolen key hands the region over to its thief.",
)
def succession_below_threshold() -> Case:
    """Two of three must sign; one of them hands over to a new signer."""
    start = _edition(2, "ab")
    handed = _edition(3, "ax", points=True, after=start, to="x")
    return _story(start, handed, signers="abc", threshold=2)


@_group.vector(
    _CITES,
    _NONE,
    refused="list.succession_self_appointed",
    importance=Importance.PROFILE,
    notes="Whoever says that he is the successor is believed.",
)
def self_appointed() -> Case:
    """The list that names a new signer is signed by the new signer alone."""
    return _story(_START, _edition(3, "x", points=True, after=_START, to="x"))


@_group.vector(
    _CITES,
    _NONE,
    refused="list.succession_unproved",
    importance=Importance.PROFILE,
    notes="The region is handed over to a key that nobody holds.",
)
def successor_without_a_signature() -> Case:
    """The successor did not sign the list that names him."""
    return _story(_START, _edition(3, "a", points=True, after=_START, to="b"))


@_group.vector(
    _CITES,
    _NONE,
    refused="list.succession_replayed",
    importance=Importance.PROFILE,
    notes="A handing over of the past undoes what came after it.",
)
def succession_replayed() -> Case:
    """A succession is shown to a reader who has accepted a newer list since."""
    newer = _edition(5, "a")
    return _story(newer, _edition(3, "ab", points=True, after=_START, to="b"))


@_group.vector(
    _CITES,
    _NONE,
    refused="list.succession_backdated",
    importance=Importance.PROFILE,
    notes="The successors' word counts for a time in which they had none.",
)
def succession_backdated() -> Case:
    """The successors are to have signed since before the list that names them was issued."""
    before = ISSUED - DAY
    return _story(_START, _edition(3, "ab", points=True, after=_START, to="b", valid_from=before))


@_group.vector(
    _CITES,
    _NONE,
    refused="list.succession_fork",
    importance=Importance.PROFILE,
    notes="Two successions of one list are both carried out, the later one last.",
)
def succession_forked() -> Case:
    """After one succession, another is shown that parts from the same list."""
    other = _edition(4, "ax", points=True, after=_START, to="x")
    return _story(_START, _HANDED, other)


@_group.vector(
    _CITES,
    _NONE,
    refused="list.signer_not_pinned",
    importance=Importance.PROFILE,
    notes="Whoever has the old key goes on signing.",
)
def signer_who_handed_over_goes_on() -> Case:
    """The signer who handed over signs the next list."""
    return _story(_START, _HANDED, _edition(4, "a", points=True))


@_group.vector(
    _CITES,
    _NONE,
    refused="list.succession_not_yet_valid",
    importance=Importance.PROFILE,
)
def successor_before_his_time() -> Case:
    """The successor's list is issued before the moment from which he signs."""
    handed = _edition(3, "ab", after=_START, to="b", valid_from=ISSUED + 30 * DAY)
    return _story(_START, handed, _edition(4, "b", after=handed, points=True))
