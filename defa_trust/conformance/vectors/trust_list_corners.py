"""Signed lists at the corners of their rules: bounds that meet, and lists between two others."""

from __future__ import annotations

from ...codec.der import encode_bits, encode_oid, seq
from ...trustlist.model import Status
from ..build import DAY, MOMENT, YEAR, Json, request_of, vc
from ..certificates import certificate as certified
from ..lists import (
    ISSUED,
    REGION,
    certificate,
    envelope,
    offered,
    pin,
    recognition,
    signed_world,
    thai_list,
    thai_service,
    update,
)
from ..registry import Case, Group, Importance
from .trust_list_rules import rule
from .trust_list_succession import _HANDED, _START, _edition, _story

_pair = Group(
    "trust_list",
    features=("es256", "recognition", "signed-lists", "vc-jwt"),
    twin="two_arrangements_for_two_purposes",
)
_walk = Group(
    "trust_list",
    features=("es256", "signed-lists", "signer-succession", "vc-jwt"),
    twin="handed_over_while_away",
)
_PROFILE = Importance.PROFILE
_LAW = "DEFA profile, DefaRecognition"
_STEP = "DEFA profile, DefaSignerSuccession"
_MISSING = "recognition.list_missing"
_NONE = "resolve.no_anchors"
_PID = "http://uri.etsi.org/19602/SvcType/PID/Issuance"
_HOUR = 3600


# --- two arrangements -----------------------------------------
def _two(first: Json, second: Json, **asked: str) -> Case:
    return Case(
        vc(),
        signed_world(
            update(
                offered("member_state", "TH", envelope(thai_list(), "TH")),
                offered(
                    "recognition", "SG", envelope(recognition(arrangements=[first, second]), "SG")
                ),
            )
        ),
        request_of(**asked),
    )


def _second(**members: object) -> Json:
    other = {"code": "bilateral", "title": "TEST-ONLY second memorandum", "verified": True}
    return rule(**{"id": "test-sg-th-2", "instrument": other, **members})


_OTHERWISE = {"valid": [Status.WITHDRAWN], "invalid": [Status.GRANTED]}


@_pair.vector(_LAW, _MISSING, refused="list.contradiction", importance=_PROFILE,
              notes="Whoever states no bound is taken to meet nobody.")  # fmt: skip
def status_both_ways_for_one_purpose() -> Case:
    """One arrangement for every purpose, and one for one, take one status both ways."""
    return _two(rule(), _second(purposes=["health"], **_OTHERWISE), purpose="health")


@_pair.vector(_LAW, _MISSING, refused="list.contradiction", importance=_PROFILE,
              notes="Whoever states no bound is taken to meet nobody.")  # fmt: skip
def status_both_ways_for_every_other_purpose() -> Case:
    """One arrangement for one purpose, and one for every purpose, take one status both ways."""
    return _two(rule(purposes=["health"]), _second(**_OTHERWISE), purpose="health")


@_pair.vector(_LAW, importance=_PROFILE)
def two_kinds_of_instrument_of_one_title() -> Case:
    """Two arrangements at one time say the same, under two instruments that share a title."""
    title = "TEST-ONLY memorandum"
    return _two(rule(), _second(instrument={"code": "mra", "title": title, "verified": True}))


# --- successions -----------------------------------------
@_walk.vector(_STEP, importance=_PROFILE)
def first_seen_after_the_handing_over() -> Case:
    """A reader who pinned the first signer and saw no list yet finds the succession beside."""
    return _story(_edition(4, "b", after=_HANDED, points=True))


@_walk.vector(
    _STEP,
    _NONE,
    refused="list.succession_gap",
    importance=_PROFILE,
    notes="The list between counts for the link, and is not looked at for its number.",
)
def list_between_has_the_higher_number() -> Case:
    """The list that is shown in between has a higher number than the one that hands over."""
    between = _edition(11, "a", after=_START, issued=ISSUED + 9 * _HOUR)
    handed = _edition(10, "ab", after=between, to="b", shown=between)
    return _story(_START, _edition(101, "b", after=handed, points=True))


@_walk.vector(
    _STEP,
    _NONE,
    refused="list.succession_gap",
    importance=_PROFILE,
    notes="What is shown as a list in between is a succession that is passed over.",
)
def list_between_hands_over_itself() -> Case:
    """The list that is shown in between hands over to another signer."""
    between = _edition(9, "ac", after=_START, to="c")
    handed = _edition(10, "ab", after=between, to="b", shown=between)
    return _story(_START, _edition(101, "b", after=handed, points=True))


# --- what a list says of the past -----------------------------------------
def _then(first: Json, second: Json) -> Case:
    singapore = offered("recognition", "SG", envelope(recognition(), "SG"))
    lists = (offered("member_state", "TH", envelope(made, "TH")) for made in (first, second))
    before, after = lists
    return Case(vc(), signed_world(update(before, singapore, at=MOMENT - 20 * DAY), update(after)))


@_pair.vector("TS 119 602, 6.6.5", importance=_PROFILE)
def history_that_stays_as_it_was() -> Case:
    """The next list tells the past of its service as the one before did."""
    service = thai_service(
        since=MOMENT - 60 * DAY,
        history=[(Status.WITHDRAWN, MOMENT - 90 * DAY), (Status.GRANTED, MOMENT - YEAR)],
    )
    return _then(thai_list(service), thai_list(service, sequence=6, issued=MOMENT - 2 * DAY))


# --- pins that nobody reads -----------------------------------------
_pins = Group(
    "trust_list",
    features=("es256", "signed-lists", "signer-succession", "vc-jwt"),
    twin="pin_on_a_curve_that_is_not_supported",
)


def _odd_pin(by: str) -> Case:
    """Pinned are the signer and a key on P-224, which nobody here supports."""
    point = bytes.fromhex(
        "04b70e0cbd6bb4bf7f321390b94a03c1d356c21122343280d6115c1d21"
        "bd376388b5f723fb4c22dfe6cd4375a05a07476444d5819985007e34"
    )
    spki = seq(seq(encode_oid("1.2.840.10045.2.1"), encode_oid("1.3.132.0.33")), encode_bits(point))
    odd = certified("list signer", spki=spki).der
    case = _story(_edition(2, by, points=True))
    pins = [pin("regional", REGION, certificate(REGION, "a"), odd)]
    return Case(case.data, {**case.trust, "pins": pins})


@_pins.vector("DEFA profile, pins", importance=_PROFILE)
def pin_on_a_curve_that_is_not_supported() -> Case:
    """One of two pinned signers, of whom one must sign, has a key on P-224; the other signed."""
    return _odd_pin("a")


@_pins.vector(
    "DEFA profile, pins",
    _NONE,
    refused="list.signer_not_pinned",
    importance=_PROFILE,
    notes="A pin that nobody can read fits every signer.",
)
def stranger_beside_a_pin_on_a_curve_that_is_not_supported() -> Case:
    """One of two pinned signers has a key on P-224; a stranger signed the list."""
    return _odd_pin("x")
