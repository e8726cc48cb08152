"""Codes of presentations: what a wallet answered to a verifier's query (OpenID4VP 1.0)."""

from __future__ import annotations

from typing import Final

from ..verdict import Code, Indication, Outcome, Stage, SubIndication

_MET = Outcome.MET
_NOT = Outcome.NOT_MET
_FORMAT = (Indication.TOTAL_FAILED, SubIndication.FORMAT_FAILURE)
_CONSTRAINT = (Indication.TOTAL_FAILED, SubIndication.SIG_CONSTRAINTS_FAILURE)


def _refused(id: str, citation: str, text: str) -> Code:
    return Code(id, "presentation.response", Stage.PARSE, _NOT, citation, text, *_FORMAT)


def _unmet(id: str, rule: str, stage: Stage, citation: str, text: str) -> Code:
    return Code(id, rule, stage, _NOT, citation, text, *_CONSTRAINT)


def _met(id: str, rule: str, stage: Stage, citation: str, text: str) -> Code:
    return Code(id, rule, stage, _MET, citation, text)


# --- the response as a whole ---------------------------------------------------------------------
RESPONSE_FORM: Final = _refused(
    "presentation.response_form",
    "OpenID4VP 1.0, 8.1 to 8.3",
    "The wallet's response is malformed: {actual}.",
)
WALLET_ERROR: Final = Code(
    "presentation.wallet_error",
    "presentation.response",
    Stage.PARSE,
    Outcome.UNKNOWN,
    "OpenID4VP 1.0, 8.5",
    "The wallet presents nothing and answers with the error {actual}.",
    Indication.INDETERMINATE,
    SubIndication.SIGNED_DATA_NOT_FOUND,
)
STATE: Final = _unmet(
    "presentation.state",
    "presentation.state",
    Stage.PARSE,
    "OpenID4VP 1.0, 5.3; RFC 6749, 4.1.1",
    "The response does not carry the `state` of this request.",
)
NOT_ENCRYPTED: Final = _unmet(
    "presentation.not_encrypted",
    "presentation.encryption",
    Stage.PARSE,
    "OpenID4VP 1.0, 8.3",
    "The request asked for an encrypted response; this one came in the open.",
)
ENCRYPTION_UNASKED: Final = _unmet(
    "presentation.encryption_unasked",
    "presentation.encryption",
    Stage.PARSE,
    "OpenID4VP 1.0, 8.3",
    "The response is encrypted, which the request did not ask for.",
)
CREDENTIAL_UNKNOWN: Final = _refused(
    "presentation.credential_unknown",
    "OpenID4VP 1.0, 8.1",
    "The response answers a credential query that was not made.",
)
COUNT: Final = _refused(
    "presentation.count",
    "OpenID4VP 1.0, 6.1 and 8.1",
    "{actual} presentations answer the query for one credential; {expected} is the most.",
)
REPEATED: Final = _refused(
    "presentation.repeated",
    "OpenID4VP 1.0, 6.1 and 8.1",
    "One presentation stands twice among those that answer one query.",
)

# --- one presentation against its credential query -----------------------------------------------
NOT_LOOKED_INTO: Final = Code(
    "presentation.not_looked_into",
    "presentation.match",
    Stage.CONCLUDE,
    Outcome.UNKNOWN,
    "OpenID4VP 1.0, 8.6",
    "Whether it answers the query was not looked into: the credential did not pass.",
)
TYPE_FITS: Final = _met(
    "presentation.type_fits",
    "presentation.type",
    Stage.CONCLUDE,
    "OpenID4VP 1.0, 6.1, B.2.3 and B.3.5",
    "The credential is of a type that was asked for.",
)
TYPE_OTHER: Final = _unmet(
    "presentation.type_other",
    "presentation.type",
    Stage.CONCLUDE,
    "OpenID4VP 1.0, 6.1, B.2.3 and B.3.5",
    "The credential is of another type than the query asks for ({expected}).",
)
CLAIMS_COMPLETE: Final = _met(
    "presentation.claims_complete",
    "presentation.claims",
    Stage.CONCLUDE,
    "OpenID4VP 1.0, 6.4.1",
    "Every claim that was asked for is there.",
)
CLAIM_MISSING: Final = _unmet(
    "presentation.claim_missing",
    "presentation.claims",
    Stage.CONCLUDE,
    "OpenID4VP 1.0, 6.4.1 and 7",
    "The claim {expected} was asked for and is not there.",
)
CLAIM_VALUE: Final = _unmet(
    "presentation.claim_value",
    "presentation.claims",
    Stage.CONCLUDE,
    "OpenID4VP 1.0, 6.3 and 6.4.1",
    "The claim {expected} has none of the values that were asked for.",
)
NOTHING_MORE: Final = _met(
    "presentation.nothing_more",
    "presentation.surplus",
    Stage.CONCLUDE,
    "OpenID4VP 1.0, 6.4",
    "Nothing was disclosed beyond what was asked for.",
)
SURPLUS: Final = Code(
    "presentation.surplus",
    "presentation.surplus",
    Stage.CONCLUDE,
    _NOT,
    "OpenID4VP 1.0, 6.4",
    "More was disclosed than was asked for ({actual}): the wallet must not send it, and whoever "
    "receives it should not keep it.",
)
SURPLUS_REFUSED: Final = _unmet(
    "presentation.surplus_refused",
    "presentation.surplus",
    Stage.CONCLUDE,
    "OpenID4VP 1.0, 6.4",
    "More was disclosed than was asked for ({actual}), and the verifier takes no more than it "
    "asked for.",
)
AUTHORITIES: Final = Code(
    "presentation.authorities_by_list",
    "presentation.authorities",
    Stage.CONCLUDE,
    Outcome.UNKNOWN,
    "OpenID4VP 1.0, 6.1.1",
    "The query names trusted authorities ({expected}) to spare the holder a useless disclosure; "
    "whether the issuer is trusted was answered by the trust lists alone.",
)

# --- transaction data ----------------------------------------------------------------------------
AUTHORISED: Final = _met(
    "presentation.transaction_authorised",
    "presentation.transaction",
    Stage.AUTHENTICATE,
    "OpenID4VP 1.0, 8.4 and B.3.3.1",
    "The holder's key signed the transaction data of this request ({actual}).",
)
TRANSACTION_FORM: Final = _unmet(
    "presentation.transaction_form",
    "presentation.transaction",
    Stage.AUTHENTICATE,
    "OpenID4VP 1.0, B.3.3.1",
    "What the holder signed of transaction data is malformed: {expected} is expected.",
)
TRANSACTION_ALGORITHM: Final = _unmet(
    "presentation.transaction_algorithm",
    "presentation.transaction",
    Stage.AUTHENTICATE,
    "OpenID4VP 1.0, B.3.3.1",
    "The transaction data was hashed with an algorithm that the request does not allow.",
)
TRANSACTION_OTHER: Final = _unmet(
    "presentation.transaction_other",
    "presentation.transaction",
    Stage.AUTHENTICATE,
    "OpenID4VP 1.0, 8.4 and B.3.3.1",
    "The holder signed transaction data that this request did not put to this credential.",
)
UNAUTHORISED: Final = _unmet(
    "presentation.transaction_unauthorised",
    "presentation.transaction",
    Stage.CONCLUDE,
    "OpenID4VP 1.0, 5.1 and 8.4",
    "No presentation that counts authorises transaction data {actual} of the request.",
)
AUTHORISED_TWICE: Final = _unmet(
    "presentation.transaction_twice",
    "presentation.transaction",
    Stage.CONCLUDE,
    "OpenID4VP 1.0, 5.1",
    "Several presentations authorise transaction data {actual} of the request; the wallet must use "
    "one credential only.",
)

# --- the query as a whole ------------------------------------------------------------------------
SATISFIED: Final = _met(
    "presentation.query_satisfied",
    "presentation.query",
    Stage.CONCLUDE,
    "OpenID4VP 1.0, 6.4.2 and 8.6",
    "Every credential that the query demands was presented, and counts.",
)
UNSATISFIED: Final = Code(
    "presentation.query_unsatisfied",
    "presentation.query",
    Stage.CONCLUDE,
    _NOT,
    "OpenID4VP 1.0, 6.4.2 and 8.6",
    "The query is not satisfied by what counts of the response.",
)
CREDENTIAL_MISSING: Final = _unmet(
    "presentation.credential_missing",
    "presentation.query",
    Stage.CONCLUDE,
    "OpenID4VP 1.0, 6.4.2 and 8.6",
    "A credential that the query demands was not presented: {expected}.",
)
