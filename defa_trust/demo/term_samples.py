"""Valid samples whose recognition turns on a term of an arrangement (floor 13).

The bytes are those of a good sample or nearly; what varies is the question.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final, NamedTuple

from ..verdict import RecognitionOutcome
from .issue import issue_vc_jwt, issue_vc_jwt_1_1
from .samples import (
    PASSED,
    Expected,
    Sample,
    issuer_of,
    refused,
    unknown,
    vc_1_1,
    vc_2_0,
)
from .states import SCALE_SG, STATES

_ONE_DAY_USED: Final = {"maxPerDay": 12}


class Term(NamedTuple):
    """A question about the good identity credential of ``state``, asked in ``relying``."""

    state: str
    name: str
    relying: str
    answer: tuple[RecognitionOutcome, str]
    shows: str
    hint: Mapping[str, Any]


TERMS: Final = (
    Term(
        "SG", "no-purpose", "TH", unknown("purpose_not_stated"),
        "the pilot asks for a purpose, and none is stated", {"volumeUsed": _ONE_DAY_USED},
    ),
    Term(
        "SG", "other-purpose", "TH", refused("purpose_not_covered"),
        "the pilot covers another purpose",
        {"purpose": "voting", "volumeUsed": _ONE_DAY_USED},
    ),
    Term(
        "SG", "volume-unknown", "TH", unknown("volume_unknown"),
        "the pilot has a limit, and nobody counted", {"purpose": "account-opening"},
    ),
    Term(
        "SG", "volume-exhausted", "TH", refused("volume_exhausted"),
        "the pilot's limit for the day is reached",
        {"purpose": "account-opening", "volumeUsed": {"maxPerDay": 1000}},
    ),
    Term(
        "SG", "other-sector", "KH", refused("sector_not_covered"),
        "the arrangement covers another sector", {"sector": "health"},
    ),
    Term(
        "BN", "excluded-act", "SG", refused("act_excluded"),
        "the arrangement excludes wills", {"act": "will"},
    ),
    Term(
        "BN", "act-not-stated", "SG", unknown("act_not_stated"),
        "some acts are excluded, and none is stated", {},
    ),
    Term(
        "BN", "level-unstated", "SG", refused("level_unstated"),
        "a level is asked for where none is published",
        {"act": "sale-of-goods", "minLevel": {"proofing": 1}},
    ),
    Term(
        "PH", "other-bank", "KH", refused("relying_party_not_covered"),
        "the arrangement covers another relying party",
        {"relyingParty": "https://shop.kh.test.example"},
    ),
)  # fmt: skip
"""One question a row."""
_CAPPED: Final = Term(
    "TH", "level-too-low", "SG", refused("level_too_low"),
    "a provider with a ceiling below the level asked for", {"minLevel": {"proofing": 2}},
)  # fmt: skip
_LOWERED: Final = Term(
    "SG", "level-lowered", "MY", refused("level_too_low"),
    "the credential claims less than its list grants", {"minLevel": {"authentication": 2}},
)  # fmt: skip


def term_samples(at: int) -> Iterator[Sample]:
    """Every sample whose validity passes and whose recognition a term decides."""
    for term in TERMS:
        signer = STATES[term.state].signer("identity")
        credential = vc_2_0(term.state, issuer_of(term.state), at)
        data = issue_vc_jwt(credential, signer, term.name)
        yield _sample(term, data)
    thailand = STATES["TH"]
    issuer = thailand.by_slug["identity-capped"].issuers[0]
    data = issue_vc_jwt(vc_2_0("TH", issuer, at), thailand.signer("identity-capped"), "capped")
    yield _sample(_CAPPED, data)
    claims = vc_1_1("SG", issuer_of("SG"), at, acr=f"{SCALE_SG}:1")
    data = issue_vc_jwt_1_1(claims, STATES["SG"].signer("identity"), "lowered")
    yield _sample(_LOWERED, data)


def _sample(term: Term, data: bytes) -> Sample:
    expect = {term.relying: Expected(PASSED, *term.answer)}
    return Sample(term.name, term.state, "vc-jwt", data, term.shows, expect, term.hint)
