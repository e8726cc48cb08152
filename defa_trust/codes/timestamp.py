"""Codes of RFC 3161 time-stamp tokens."""

from __future__ import annotations

from typing import Final

from ..verdict import Code, Indication, Outcome, Stage, SubIndication

_FORMAT = (Indication.TOTAL_FAILED, SubIndication.FORMAT_FAILURE)


def _fault(id: str, citation: str, text: str) -> Code:
    return Code(id, "timestamp.form", Stage.PARSE, Outcome.NOT_MET, citation, text, *_FORMAT)


NOT_A_TOKEN: Final = _fault(
    "timestamp.not_a_token",
    "RFC 3161, 2.4.2",
    "The time-stamp is no token: {expected} is expected.",
)
INFO: Final = _fault(
    "timestamp.info", "RFC 3161, 2.4.2", "The time-stamp's TSTInfo is malformed: {expected}."
)
GEN_TIME: Final = _fault(
    "timestamp.gen_time",
    "RFC 3161, 2.4.2",
    "The time-stamp's genTime is no GeneralizedTime in UTC, or no such moment exists.",
)
EXTENSION: Final = _fault(
    "timestamp.extension",
    "RFC 3161, 2.4.2; RFC 5280, 4.2",
    "The time-stamp demands that the extension {actual} be understood; it is not.",
)
NO_CERTIFICATE_REFERENCE: Final = _fault(
    "timestamp.no_certificate_reference",
    "RFC 3161, 2.4.2; RFC 5816, 2.2",
    "The time-stamp does not say which certificate signed it.",
)
MADE: Final = Code(
    "timestamp.made",
    "timestamp.time",
    Stage.TIME,
    Outcome.MET,
    "RFC 3161, 2.4.2; EN 319 102-1, 5.4",
    "What it covers existed at {actual:time} at the latest (policy and serial number: {expected}).",
)
FROM_THE_FUTURE: Final = Code(
    "timestamp.from_the_future",
    "timestamp.time",
    Stage.TIME,
    Outcome.UNKNOWN,
    "RFC 3161, 2.4.2",
    "The time-stamp says it was made by {actual:time}, which is still to come.",
    Indication.INDETERMINATE,
    SubIndication.TRY_LATER,
)
BEFORE_CERTIFICATE: Final = Code(
    "timestamp.before_certificate",
    "timestamp.certificate_period",
    Stage.TIME,
    Outcome.NOT_MET,
    "RFC 5280, 4.1.2.5; EN 319 102-1, 5.2.6",
    "The time-stamp says {actual:time}; its certificate is valid only from {expected:time}.",
    Indication.TOTAL_FAILED,
    SubIndication.NOT_YET_VALID,
)
SERVICE_NOT_GRANTED: Final = Code(
    "timestamp.service_not_granted",
    "timestamp.service",
    Stage.RESOLVE,
    Outcome.UNKNOWN,
    "TS 119 602, 6.6.4 and 6.6.5; EN 319 102-1, 5.4",
    "The time-stamp says {actual:time}; the status of its service at that time: {expected}.",
    Indication.INDETERMINATE,
    SubIndication.NO_CERTIFICATE_CHAIN_FOUND_NO_POE,
)
POLICY: Final = Code(
    "timestamp.policy",
    "timestamp.policy",
    Stage.TIME,
    Outcome.NOT_MET,
    "RFC 3161, 2.4.2; policy timestamp_policies",
    "The time-stamp was made under the policy {actual}; those that count are {expected}.",
    Indication.INDETERMINATE,
    SubIndication.SIG_CONSTRAINTS_FAILURE,
)
RESPONSE: Final = _fault(
    "timestamp.response",
    "RFC 3161, 2.4.2",
    "The answer of the time-stamping authority is malformed: {expected} is expected.",
)
REFUSED: Final = _fault(
    "timestamp.refused",
    "RFC 3161, 2.4.2",
    "The time-stamping authority refused: {actual}.",
)
OTHER_ANSWER: Final = _fault(
    "timestamp.other_answer",
    "RFC 3161, 2.2 and 2.4.2",
    "The time-stamp answers another question: its {expected} is not the one asked for.",
)
