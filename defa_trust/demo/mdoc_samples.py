"""Driving licences as mdoc, good and bad (floor 13).

No member state is known to issue one. Brunei Darussalam, of whose formats nothing is published,
stands for whoever does: the form is that of ISO/IEC 18013-5, and nothing of it is a state's own.
"""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Iterator
from typing import Any, Final

from ..codec.cbor import Tagged
from ..formats import mdoc
from ..formats.mdoc_device import openid4vp_transcript
from .bad_samples import bad
from .issue_mdoc import NAMESPACE, IssuedMdoc, encoded, issue_mdoc
from .plans import DAY
from .samples import NONCE, VERIFIER, Sample, holder_signer, identity_expectations, person
from .states import STATES

_STATE: Final = "BN"
_RESPONSE_URI: Final = f"{VERIFIER}/response"
_SHOWN: Final = ("family_name", "birth_date", "issuing_country", "document_number")


def transcript(nonce: str = NONCE) -> bytes:
    """The session of the region's own request (OpenID4VP 1.0, B.2.6.1)."""
    return openid4vp_transcript(VERIFIER, nonce, _RESPONSE_URI)


def issued(at: int, **changes: Any) -> IssuedMdoc:
    """The test person's licence; ``changes`` replace what it says."""
    facts = person(_STATE)
    elements = {
        "family_name": facts["family_name"],
        "given_name": facts["given_name"],
        "birth_date": Tagged(1004, facts["birthdate"]),
        "issuing_country": _STATE,
        "issuing_authority": "TEST-ONLY Land Transport Authority",
        "document_number": facts["document_number"],
        "driving_privileges": [{"vehicle_category_code": "B"}],
        **changes,
    }
    return issue_mdoc(
        mdoc.MDL_DOCTYPE,
        elements,
        STATES[_STATE].signer("licences"),
        holder_signer(_STATE).key,
        signed=at - 20 * DAY,
        until=at + 700 * DAY,
    )


def mdoc_samples(at: int) -> Iterator[Sample]:
    """A presentation, the document without one, and one fault of each part."""
    hint, expect = identity_expectations(_STATE)
    session = b64encode(transcript()).decode()
    asked: dict[str, Any] = {"sessionTranscript": session, "holderBinding": "must_be_present"}
    licence, holder = issued(at), holder_signer(_STATE).key

    def faulty(name: str, data: bytes) -> Sample:
        return bad(_STATE, mdoc.NAME, name, data, **asked)

    yield Sample(
        "good-bound", _STATE, mdoc.NAME, licence.present(transcript(), holder, _SHOWN),
        "a driving licence (mDL), of which four elements are shown, with the device's signature",
        expect, hint | asked,
    )  # fmt: skip
    yield Sample(
        "good", _STATE, mdoc.NAME, encoded(licence.signed()),
        "the same as its issuer signed it: whoever shows it proves no possession", expect, hint,
    )  # fmt: skip
    elsewhere = transcript("TEST-ONLY-nonce-0")
    yield faulty("other-session", licence.present(elsewhere, holder, _SHOWN))
    forged = {
        **licence.items,
        "birth_date": issued(at, birth_date="2008-01-15").items["birth_date"],
    }
    yield faulty("forged-item", licence._replace(items=forged).present(transcript(), holder))
    other = issued(at, document_number="TEST-ONLY other")
    mixed = licence._replace(issuer_auth=[*licence.issuer_auth[:2], *other.issuer_auth[2:3],
                                          licence.issuer_auth[3]])  # fmt: skip
    yield faulty("other-security-object", mixed.present(transcript(), holder))
    foreign = issued(at, issuing_country="SG")
    yield faulty("other-country", foreign.present(transcript(), holder))


__all__ = ["NAMESPACE", "issued", "mdoc_samples", "transcript"]
