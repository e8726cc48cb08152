"""Codes of SD-JWT (RFC 9901) and SD-JWT VC."""

from __future__ import annotations

from typing import Final

from ..verdict import Code, Indication, Outcome, Stage, SubIndication

_FORMAT = (Indication.TOTAL_FAILED, SubIndication.FORMAT_FAILURE)


def _fault(id: str, citation: str, text: str) -> Code:
    return Code(id, id.partition(".")[0], Stage.PARSE, Outcome.NOT_MET, citation, text, *_FORMAT)


# --- serialisation and type ----------------------------------------------------------------------
FORM: Final = _fault(
    "sd_jwt.form",
    "RFC 9901, 4; RFC 9901, 8",
    "The text is no SD-JWT: {expected} is expected.",
)
TOO_MANY_DISCLOSURES: Final = _fault(
    "sd_jwt.too_many_disclosures",
    "defa_trust limit MAX_DISCLOSURES",
    "The presentation has {actual} disclosures; at most {expected} are read.",
)
TYP: Final = _fault(
    "sd_jwt.typ",
    "SD-JWT VC, 2.2.1; RFC 9901, 9.11; RFC 8725, 3.11",
    "`typ` is {actual} and must be {expected}.",
)
VCT: Final = _fault(
    "sd_jwt.vct",
    "SD-JWT VC, 2.2.2.1",
    "`vct`, the type of the credential, must be there and be text.",
)
W3C_CREDENTIAL: Final = _fault(
    "sd_jwt.w3c_credential",
    "RFC 8725, 3.11; W3C VC-JOSE-COSE, 3.2.1",
    "The payload is a W3C credential, whose dates and status a plain SD-JWT does not know.",
)
ISSUER: Final = _fault(
    "sd_jwt.issuer",
    "SD-JWT VC, 2.2.2.3; RFC 9901, 7.1 step 2.c",
    "The credential names its issuer neither by `iss` nor by a certificate.",
)

# --- digests and disclosures ---------------------------------------------------------------------
SD_ALG: Final = _fault(
    "sd_jwt.sd_alg",
    "RFC 9901, 4.1.1 and 7.1 step 2.d",
    "`_sd_alg` must be one of {expected}.",
)
SD_MEMBER: Final = _fault(
    "sd_jwt.sd_member",
    "RFC 9901, 4.2.4.1 and 7.1 step 3.b",
    "`_sd` must be an array of digests.",
)
ARRAY_DIGEST: Final = _fault(
    "sd_jwt.array_digest",
    "RFC 9901, 4.2.4.2 and 7.1 step 3.b",
    "`...` must be the only member of an array's element and hold a digest.",
)
DIGEST_REPEATED: Final = _fault(
    "sd_jwt.digest_repeated",
    "RFC 9901, 7.1 step 4",
    "A digest is there more than once.",
)
DISCLOSURE_FORM: Final = _fault(
    "sd_jwt.disclosure_form",
    "RFC 9901, 4.2.1 and 4.2.2",
    "The disclosure {actual} is no array of salt, name and value, or of salt and value.",
)
DISCLOSURE_NAME: Final = _fault(
    "sd_jwt.disclosure_name",
    "RFC 9901, 4.2.1 and 7.1 step 3.c.ii.2",
    "The disclosure {actual} uses a name reserved for digests.",
)
DISCLOSURE_REPEATED: Final = _fault(
    "sd_jwt.disclosure_repeated",
    "RFC 9901, 7.1 steps 4 and 5",
    "A disclosure is presented more than once.",
)
DISCLOSURE_PLACE: Final = _fault(
    "sd_jwt.disclosure_place",
    "RFC 9901, 7.1 steps 3.c.ii.1 and 3.c.iii.1",
    "A disclosure for an object's member stands for an array's element, or the reverse.",
)
DISCLOSURE_UNREFERENCED: Final = _fault(
    "sd_jwt.disclosure_unreferenced",
    "RFC 9901, 7.1 step 5",
    "{actual} disclosures are referenced by no digest.",
)
CLAIM_OVERWRITTEN: Final = _fault(
    "sd_jwt.claim_overwritten",
    "RFC 9901, 7.1 step 3.c.ii.3",
    "A disclosure would replace a claim that is there already.",
)
NEVER_DISCLOSABLE: Final = _fault(
    "sd_jwt.never_disclosable",
    "SD-JWT VC, 2.2.2.3; RFC 9901, 9.7",
    "{actual} comes as a disclosure; what decides about validity must stand open.",
)

# --- key binding ---------------------------------------------------------------------------------
KB_TYP: Final = _fault(
    "sd_jwt.kb_typ",
    "RFC 9901, 4.3 and 7.3 step 5.d",
    "`typ` of the proof of possession is {actual} and must be {expected}.",
)
KB_CLAIM: Final = _fault(
    "sd_jwt.kb_claim",
    "RFC 9901, 4.3",
    "The proof of possession lacks a well-formed {actual}: {expected} is expected.",
)
HOLDER_KEY: Final = _fault(
    "sd_jwt.holder_key",
    "RFC 9901, 4.1.2 and 7.3 step 5.a; RFC 7800, 3.1",
    "A proof of possession is there, but the credential holds no key to check it with "
    "({expected}).",
)
