"""Samples whose status is published, and the lists that publish it (floor 13).

Revoked and good stand beside "not checked", whose list the region does not deliver.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from .bad_samples import bad
from .issue import issue_hcert, issue_sd_jwt, issue_vc_jwt
from .issue_status import issue_bitstring_list, issue_token_list, issue_token_list_cwt
from .samples import (
    BOUND,
    NO_ARRANGEMENT,
    PILOT,
    YES,
    Sample,
    cwt_claims,
    holder_signer,
    identity_expectations,
    issuer_of,
    proof,
    sd_claims,
    valid_for,
    vc_2_0,
)
from .states import STATES

GOOD: Final = 100
REVOKED: Final = 101
SUSPENDED: Final = 102
"""Places in every list of the region."""
_TH: Final = "TH"
_SG: Final = "SG"


def status_host(state: str) -> str:
    """Where a test state publishes statuses; its trust list names the host as a supply point."""
    return f"https://status.{state.lower()}.test.example"


_TOKENS: Final = f"{status_host(_TH)}/1"
_EXPIRED: Final = f"{status_host(_TH)}/2"
_BITS: Final = f"{status_host(_SG)}/3"
_CODES: Final = f"{status_host(_SG)}/4"
_FOREIGN: Final = f"{status_host(_SG)}/5"


def status_lists(at: int) -> Mapping[str, bytes]:
    """Every list that the region delivers, by its address."""
    thai, singaporean = STATES[_TH].signer("identity"), STATES[_SG].signer("identity")
    values = {REVOKED: 1, SUSPENDED: 2}
    revoked = {REVOKED: 1}
    return {
        _TOKENS: issue_token_list(_TOKENS, values, thai, at),
        _EXPIRED: issue_token_list(_EXPIRED, values, thai, at, exp=at),
        _BITS: issue_bitstring_list(_BITS, revoked, singaporean, at, issuer=issuer_of(_SG)),
        _CODES: issue_token_list_cwt(_CODES, revoked, STATES[_SG].signer("documents"), at),
        # Well-formed, signed and current; but another state's issuer made it.
        _FOREIGN: issue_bitstring_list(_FOREIGN, {}, thai, at, issuer=issuer_of(_TH)),
    }


def status_samples(at: int) -> Iterator[Sample]:
    """Good, revoked and suspended; and lists that say nothing."""
    hint, _ = identity_expectations(_TH)
    yield Sample(
        "good-status", _TH, "sd-jwt-vc", _sd_jwt(at, _TOKENS, GOOD),
        "its issuer's status list says that it stands",
        valid_for(SG=YES, MY=NO_ARRANGEMENT), hint | BOUND,
    )  # fmt: skip
    yield bad(_TH, "sd-jwt-vc", "revoked", _sd_jwt(at, _TOKENS, REVOKED), **BOUND)
    yield bad(_TH, "sd-jwt-vc", "suspended", _sd_jwt(at, _TOKENS, SUSPENDED), **BOUND)
    yield bad(_TH, "sd-jwt-vc", "status-expired", _sd_jwt(at, _EXPIRED, GOOD), **BOUND)
    hint, _ = identity_expectations(_SG)
    yield Sample(
        "good-status", _SG, "vc-jwt", _vc_jwt(at, _BITS, GOOD),
        "its issuer's bitstring status list says that it stands",
        valid_for(SG=YES, TH=PILOT), hint,
    )  # fmt: skip
    yield bad(_SG, "vc-jwt", "revoked", _vc_jwt(at, _BITS, REVOKED))
    yield bad(_SG, "vc-jwt", "status-of-another-state", _vc_jwt(at, _FOREIGN, GOOD))
    yield Sample(
        "good-status", _SG, "hcert", _hcert(at, GOOD),
        "a QR certificate that its signer's status list lets stand",
        valid_for(SG=YES, TH=YES),
    )  # fmt: skip
    yield bad(_SG, "hcert", "revoked", _hcert(at, REVOKED))


def _sd_jwt(at: int, uri: str, idx: int) -> bytes:
    status = {"status_list": {"idx": idx, "uri": uri}}
    claims = sd_claims(_TH, issuer_of(_TH), at, status=status)
    issued = issue_sd_jwt(claims, STATES[_TH].signer("identity"), "th-status", decoys=2)
    return issued.present(("given_name",), proof(at), holder_signer(_TH))


def _vc_jwt(at: int, uri: str, idx: int) -> bytes:
    entry: dict[str, Any] = {
        "type": "BitstringStatusListEntry",
        "statusPurpose": "revocation",
        "statusListIndex": str(idx),
        "statusListCredential": uri,
    }
    credential = vc_2_0(_SG, issuer_of(_SG), at, credentialStatus=entry)
    return issue_vc_jwt(credential, STATES[_SG].signer("identity"), "sg-status")


def _hcert(at: int, idx: int) -> bytes:
    claims = {**cwt_claims(_SG, at), 65535: {"status_list": {"idx": idx, "uri": _CODES}}}
    return issue_hcert(claims, STATES[_SG].signer("documents"), "sg-status")
