"""Codes of W3C Verifiable Credentials secured as JWT."""

from __future__ import annotations

from typing import Final

from ..verdict import Code, Indication, Outcome, Stage, SubIndication

_FORMAT = (Indication.TOTAL_FAILED, SubIndication.FORMAT_FAILURE)


def _fault(id: str, citation: str, text: str) -> Code:
    return Code(id, id.partition(".")[0], Stage.PARSE, Outcome.NOT_MET, citation, text, *_FORMAT)


NOT_A_CREDENTIAL: Final = _fault(
    "vc.not_a_credential",
    "RFC 8725, 3.11; W3C VC-JOSE-COSE, 3.1.1; W3C VCDM 1.1, 6.3.1",
    "The token is no credential: its `typ` is {actual}, and it must be {expected}.",
)
PRESENTATION: Final = _fault(
    "vc.presentation",
    "W3C VC-JOSE-COSE, 3.1.2; W3C VCDM 1.1, 6.3.1",
    "The token is a presentation by its holder, where a credential by an issuer is expected.",
)
STATUS_LIST: Final = _fault(
    "vc.status_list",
    "W3C Bitstring Status List 1.0, 2.2; RFC 8725, 3.11",
    "The token is a list of other credentials' statuses, and nobody's credential.",
)
PROFILE: Final = _fault(
    "vc.profile",
    "W3C VCDM 1.1, 6.3.1; request profile vcdm-1.1",
    "The credential follows data model 1.1, which the request does not allow.",
)
VC_CLAIM: Final = _fault(
    "vc.vc_claim",
    "W3C VC-JOSE-COSE, 1.1.2.1; W3C VCDM 1.1, 6.3.1",
    "The claim `vc` must be {expected}.",
)
CONTEXT: Final = _fault(
    "vc.context",
    "W3C VCDM 2.0, 4.3; W3C VCDM 1.1, 4.1",
    "The first entry of `@context` must be {expected}.",
)
TYPE: Final = _fault(
    "vc.type",
    "W3C VCDM 2.0, 4.5",
    "`type` must be text or a list of texts, `VerifiableCredential` among them.",
)
ISSUER: Final = _fault(
    "vc.issuer",
    "W3C VCDM 2.0, 4.7",
    "`issuer` must be a name or an object with an `id`.",
)
ISSUER_MISMATCH: Final = _fault(
    "vc.issuer_mismatch",
    "W3C VC-JOSE-COSE, 3.1.3; W3C VCDM 1.1, 6.3.1",
    "The token names {actual} as its issuer, the credential within names {expected}.",
)
SUBJECT: Final = _fault(
    "vc.subject",
    "W3C VCDM 2.0, 4.8",
    "`credentialSubject` must be an object or a list of objects.",
)
CLAIM_MISMATCH: Final = _fault(
    "vc.claim_mismatch",
    "W3C VCDM 1.1, 6.3.1",
    "The claim {actual} contradicts the member {expected} of the credential.",
)
DATE_TIME: Final = _fault(
    "vc.date_time",
    "W3C VCDM 2.0, 4.9; XML Schema 1.1 part 2, 3.4.28",
    "The member {actual} is no dateTimeStamp: an existing day, a time and a zone.",
)
PERIOD: Final = _fault(
    "vc.period",
    "W3C VCDM 2.0, 4.9",
    "The credential's validity ends before it begins.",
)
STATUS: Final = _fault(
    "vc.status",
    "W3C VCDM 2.0, 4.10; W3C Bitstring Status List 1.0, 2.1",
    "`credentialStatus` must be an object or a short list of objects that say where the status is, "
    "in the form that their type asks for ({actual}).",
)
EXPIRIES_DIFFER: Final = Code(
    "vc.expiries_differ",
    "vc.expiries_differ",
    Stage.PARSE,
    Outcome.MET,
    "W3C VC-JOSE-COSE, 3.1.3",
    "`exp` ({actual}) and `validUntil` ({expected}) differ; the earlier one counts.",
)
STARTS_DIFFER: Final = Code(
    "vc.starts_differ",
    "vc.starts_differ",
    Stage.PARSE,
    Outcome.MET,
    "W3C VC-JOSE-COSE, 3.1.3",
    "`nbf` ({actual}) and `validFrom` ({expected}) differ; the later one counts.",
)
