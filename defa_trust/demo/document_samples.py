"""Signed documents of the test region, and the verdicts they must get (floor 13).

One function a format makes a document from a ``Work``; ``FORMS`` names them, and nothing else here
knows a format. What is expected is written down and not computed. Signers are fictitious, and every
document says TEST-ONLY.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Final, NamedTuple

from ..formats.cades_sign import Placement, TimestampSource, sign_cades
from ..formats.tst_sign import authority as time_authority
from ..signer import Signer
from .document_signers import (
    document_signer,
    revocation_list,
    time_stamping_unit,
    unlisted_authority,
)
from .plans import DAY
from .samples import (
    FAILED,
    NO_ARRANGEMENT,
    NO_LIST,
    OPEN,
    PILOT,
    YES,
    Expected,
    Sample,
    everywhere,
    valid_for,
)

SIGNED: Final = -10 * DAY
"""When documents were signed, in seconds from the region's moment; time-stamped a minute later."""
_STAMPED: Final = SIGNED + 60
_LISTED: Final = -DAY
"""When the CRLs in them were issued."""
_REVOKED: Final = -5 * DAY
"""When a certificate was revoked, or ended: after the time-stamp."""


class Work(NamedTuple):
    """What is to be signed, by whom, and what the document is to hold. Times are Unix seconds."""

    content: bytes
    signer: Signer
    signing_time: int
    timestamps: TimestampSource | None
    revocation_lists: tuple[bytes, ...]


def _cades(work: Work) -> bytes:
    """CMS with the content inside: levels B-B, B-T, and B-LT with CRLs."""
    return sign_cades(
        work.content,
        work.signer,
        placement=Placement.ATTACHED,
        signing_time=work.signing_time,
        timestamps=work.timestamps,
        revocations=work.revocation_lists,
    )


FORMS: Final[Mapping[str, Callable[[Work], bytes]]] = {"cades": _cades}
"""How a document is made, by the name of its format."""
FORMATS: Final[Mapping[str, tuple[str, ...]]] = {"VN": ("cades",)}
"""The formats in which a state signs documents here."""

_CONTENT: Final = b"TEST-ONLY contract between two parties that do not exist.\n"
_GOOD: Final[Mapping[str, dict[str, Expected]]] = {
    "VN": valid_for(VN=YES, TH=YES, SG=PILOT, MY=NO_ARRANGEMENT, TL=YES, ID=NO_LIST),
}
"""By issuing state: the answers for a document that stands."""


def document_samples(at: int) -> Iterator[Sample]:
    """Every signed document of the region as of ``at``."""
    for state, formats in FORMATS.items():
        for format in formats:
            yield from _documents(state, format, at)


def _documents(state: str, format: str, at: int) -> Iterator[Sample]:
    usual = document_signer(state)
    stamps = time_authority(time_stamping_unit(state), at + _STAMPED)
    current = revocation_list(state, at + _LISTED)
    good = dict(_GOOD[state])
    others = tuple(good)[:3]

    def made(
        signer: Signer = usual,
        timestamps: TimestampSource | None = stamps,
        lists: tuple[bytes, ...] = (current,),
    ) -> bytes:
        return FORMS[format](Work(_CONTENT, signer, at + SIGNED, timestamps, lists))

    def sample(name: str, data: bytes, shows: str, expect: Mapping[str, Expected]) -> Sample:
        return Sample(name, state, format, data, shows, expect)

    def open_(reason: str) -> dict[str, Expected]:
        return everywhere(OPEN, reason, *others)

    yield sample(
        "good", made(), "a signed document with a time-stamp and its own evidence (B-LT)", good
    )
    ended = document_signer(state, not_after=at + _REVOKED - 1)
    # Of a certificate that has ended a CRL need not say anything more (RFC 5280, 3.3).
    then = (revocation_list(state, at + _REVOKED - DAY),)
    yield sample(
        "good-expired-since", made(ended, lists=then),
        "the signer's certificate ended after the time-stamp", good,
    )  # fmt: skip
    yield sample(
        "expired-no-time-stamp", made(ended, None, then),
        "the same, and nothing proves that it was signed before", open_("path.expired"),
    )  # fmt: skip
    since = (revocation_list(state, at + _LISTED, [(usual, at + _REVOKED)]),)
    yield sample(
        "good-revoked-since", made(lists=since),
        "the signer's certificate was revoked after the time-stamp", good,
    )  # fmt: skip
    yield sample(
        "revoked-no-time-stamp", made(timestamps=None, lists=since),
        "the same, and nothing proves that it was signed before", open_("revocation.revoked"),
    )  # fmt: skip
    before = (revocation_list(state, at + _LISTED, [(usual, at + SIGNED - DAY)]),)
    yield sample(
        "revoked-before", made(lists=before),
        "the signer's certificate was revoked a day before", open_("revocation.revoked"),
    )  # fmt: skip
    yield sample(
        "revocation-not-checked", made(lists=()),
        "it brings no evidence of revocation, and nobody has fetched any",
        open_("revocation.missing"),
    )  # fmt: skip
    yield sample(
        "tampered", made().replace(b"two parties", b"six parties"),
        "a word was changed after signing",
        everywhere(FAILED, "signature.content_changed", *others),
    )  # fmt: skip
    yield sample(
        "unlisted-authority", made(document_signer(state, by=unlisted_authority(state))),
        "no list names the CA of its signer", open_("path.no_issuer"),
    )  # fmt: skip
