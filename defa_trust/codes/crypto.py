"""Codes of algorithms, keys and signatures."""

from __future__ import annotations

from typing import Final

from ..verdict import Code, Indication, Outcome, Stage, SubIndication

_FORMAT = (Indication.TOTAL_FAILED, SubIndication.FORMAT_FAILURE)
_SIGNATURE = (Indication.TOTAL_FAILED, SubIndication.SIG_CRYPTO_FAILURE)
_CONSTRAINTS = (Indication.INDETERMINATE, SubIndication.CRYPTO_CONSTRAINTS_FAILURE)


def _code(
    id: str,
    rule: str,
    stage: Stage,
    citation: str,
    text: str,
    *,
    status: tuple[Indication, SubIndication],
) -> Code:
    return Code(id, rule, stage, Outcome.NOT_MET, citation, text, *status)


# --- the name of an algorithm -----------------------------------------------------------------
ALGORITHM_NONE: Final = _code(
    "crypto.algorithm_none",
    "crypto.algorithm",
    Stage.PARSE,
    "RFC 8725, 3.2; RFC 7518, 3.6",
    "The message declares itself unsigned (algorithm `none`).",
    status=_FORMAT,
)
ALGORITHM_SYMMETRIC: Final = _code(
    "crypto.algorithm_symmetric",
    "crypto.algorithm",
    Stage.PARSE,
    "RFC 8725, 3.1; RFC 7518, 3.2",
    "The algorithm {actual} needs a shared secret; a trust list publishes none.",
    status=_FORMAT,
)
ALGORITHM_UNKNOWN: Final = _code(
    "crypto.algorithm_unknown",
    "crypto.algorithm",
    Stage.PARSE,
    "RFC 8725, 3.1; RFC 7515, 4.1.1; RFC 9052, 3.1",
    "The algorithm {actual} is not one this verifier knows.",
    status=_FORMAT,
)

ALGORITHM_OBSOLETE: Final = _code(
    "crypto.algorithm_obsolete",
    "crypto.algorithm",
    Stage.PARSE,
    "ETSI TS 119 312; RFC 8725, 3.2",
    "The algorithm {actual} is not one whose signatures count.",
    status=_CONSTRAINTS,
)
ALGORITHM_PARAMETERS: Final = _code(
    "crypto.algorithm_parameters",
    "crypto.algorithm",
    Stage.PARSE,
    "RFC 4055, 3.1 and 5; RFC 5758, 3.2; RFC 8410, 3",
    "The algorithm {expected} is stated with other parameters than may count: {actual}.",
    status=_CONSTRAINTS,
)

# --- policy ------------------------------------------------------------------------------------
ALGORITHM_ALLOWED: Final = Code(
    "crypto.algorithm_allowed",
    "crypto.algorithm",
    Stage.AUTHENTICATE,
    Outcome.MET,
    "EN 319 102-1, 5.2.8; RFC 8725, 3.1",
    "The policy allows the algorithm {actual}.",
)
ALGORITHM_NOT_ALLOWED: Final = _code(
    "crypto.algorithm_not_allowed",
    "crypto.algorithm",
    Stage.AUTHENTICATE,
    "EN 319 102-1, 5.2.8; RFC 8725, 3.1",
    "The policy does not allow the algorithm {actual}.",
    status=_CONSTRAINTS,
)
ALGORITHM_EXPIRED: Final = _code(
    "crypto.algorithm_expired",
    "crypto.algorithm",
    Stage.AUTHENTICATE,
    "EN 319 102-1, 5.2.8",
    "The policy allowed the algorithm {actual} only until {expected}.",
    status=_CONSTRAINTS,
)
ALGORITHM_NOT_YET_ALLOWED: Final = _code(
    "crypto.algorithm_not_yet_allowed",
    "crypto.algorithm",
    Stage.AUTHENTICATE,
    "EN 319 102-1, 5.2.8",
    "The policy allows the algorithm {actual} only from {expected}.",
    status=_CONSTRAINTS,
)
RSA_KEY_TOO_SMALL: Final = _code(
    "crypto.rsa_key_too_small",
    "crypto.algorithm",
    Stage.AUTHENTICATE,
    "RFC 7518, 3.3; EN 319 102-1, 5.2.8",
    "The RSA key has {actual} bits; the policy wants at least {expected}.",
    status=_CONSTRAINTS,
)
RSA_KEY_TOO_LARGE: Final = _code(
    "crypto.rsa_key_too_large",
    "crypto.algorithm",
    Stage.AUTHENTICATE,
    "defa_trust limit RSA_MAX_BITS",
    "The RSA key has {actual} bits; at most {expected} are worked with.",
    status=_CONSTRAINTS,
)
KEY_TYPE_MISMATCH: Final = _code(
    "crypto.key_type_mismatch",
    "crypto.key_type",
    Stage.AUTHENTICATE,
    "RFC 8725, 3.1 and 3.2; RFC 9864, 3.1",
    "The algorithm needs a key of type {expected}; the listed key is of type {actual}.",
    status=_SIGNATURE,
)
KEY_ALGORITHM_MISMATCH: Final = _code(
    "crypto.key_algorithm_mismatch",
    "crypto.key_type",
    Stage.AUTHENTICATE,
    "RFC 7517, 4.4; RFC 9052, 7.1",
    "The key is for {expected} only; the message uses {actual}.",
    status=_SIGNATURE,
)

# --- signatures --------------------------------------------------------------------------------
SIGNATURE_VALID: Final = Code(
    "crypto.signature_valid",
    "crypto.signature",
    Stage.AUTHENTICATE,
    Outcome.MET,
    "EN 319 102-1, 5.2.7",
    "The signature ({actual}) verifies with the listed key.",
)
SIGNATURE_INVALID: Final = _code(
    "crypto.signature_invalid",
    "crypto.signature",
    Stage.AUTHENTICATE,
    "EN 319 102-1, 5.2.7",
    "The signature ({actual}) does not verify with the listed key.",
    status=_SIGNATURE,
)
MAC_VALID: Final = Code(
    "crypto.mac_valid",
    "crypto.mac",
    Stage.AUTHENTICATE,
    Outcome.MET,
    "RFC 9052, 6.3",
    "The message authentication code verifies with the key of this session.",
)
MAC_INVALID: Final = _code(
    "crypto.mac_invalid",
    "crypto.mac",
    Stage.AUTHENTICATE,
    "RFC 9052, 6.3",
    "The message authentication code does not verify with the key of this session.",
    status=_SIGNATURE,
)
SIGNATURE_ENCODING: Final = _code(
    "crypto.signature_encoding",
    "crypto.signature",
    Stage.AUTHENTICATE,
    "RFC 7518, 3.3 to 3.5; RFC 9053, 2.1; RFC 8032, 5.1.7",
    "The signature has {actual} octets; the algorithm makes exactly {expected}.",
    status=_FORMAT,
)

# --- keys --------------------------------------------------------------------------------------
KEY_FORM: Final = _code(
    "crypto.key_form",
    "crypto.key",
    Stage.PARSE,
    "RFC 7517, 4; RFC 7518, 6; RFC 8037, 2; RFC 9053, 7",
    "The key is malformed: {actual} must be {expected}.",
    status=_FORMAT,
)
KEY_TYPE_UNKNOWN: Final = _code(
    "crypto.key_type_unknown",
    "crypto.key",
    Stage.PARSE,
    "RFC 7517, 4.1; RFC 7518, 6.2.1.1",
    "The key's type or curve {actual} is not one this verifier knows.",
    status=_FORMAT,
)
KEY_SYMMETRIC: Final = _code(
    "crypto.key_symmetric",
    "crypto.key",
    Stage.PARSE,
    "RFC 8725, 3.1; RFC 7518, 6.4",
    "The key is a shared secret, where a public key belongs.",
    status=_FORMAT,
)
JWK_PRIVATE: Final = _code(
    "crypto.jwk_private",
    "crypto.key",
    Stage.PARSE,
    "RFC 7517, 9.2",
    "The key shows its private half (member {actual}): whoever reads it can sign.",
    status=_FORMAT,
)
KEY_USE: Final = _code(
    "crypto.key_use",
    "crypto.key",
    Stage.PARSE,
    "RFC 7517, 4.2 and 4.3; RFC 9052, 7.1",
    "The key is not for verifying signatures: its {actual} must be {expected}.",
    status=_FORMAT,
)
KEY_ALGORITHM_UNFIT: Final = _code(
    "crypto.key_algorithm_unfit",
    "crypto.key",
    Stage.PARSE,
    "RFC 7517, 4.4; RFC 9864, 2",
    "The key names an algorithm that no key of type {expected} can serve: {actual}.",
    status=_FORMAT,
)
KEY_INVALID: Final = _code(
    "crypto.key_invalid",
    "crypto.key",
    Stage.PARSE,
    "RFC 8725, 3.4; RFC 8032, 5.1.3; RFC 8017, 3.1",
    "The key's value is impossible or forgeable: {actual}.",
    status=_FORMAT,
)
RSA_KEY_ROCA: Final = _code(
    "crypto.rsa_key_roca",
    "crypto.key",
    Stage.PARSE,
    "CVE-2017-15361 (ROCA)",
    "The RSA key has the structure of a faulty smart-card library: its secret can be computed.",
    status=_CONSTRAINTS,
)
DIGEST_UNKNOWN: Final = _code(
    "crypto.digest_unknown",
    "crypto.digest",
    Stage.PARSE,
    "RFC 9901, 4.1.1; IANA Named Information Hash Algorithm Registry",
    "The hash algorithm {actual} is not one of {expected}.",
    status=_FORMAT,
)
