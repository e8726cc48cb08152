"""Samples in the forms that single states' own schemes have, good and bad (floor 13).

Each is modelled on what is publicly known of one scheme, and each that passes has a twin that
does not.
"""

from __future__ import annotations

import json
from base64 import b64encode
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Any, Final

from ..codec import base45
from ..codec import json as strict_json
from ..formats import oidc, philsys_v1
from .bad_samples import bad, widely
from .issue import issue_jws, issue_sign1
from .plans import DAY
from .samples import (
    NONCE,
    VERIFIER,
    Sample,
    identity_expectations,
    issuer_of,
    refused,
    valid_for,
)
from .states import SCALE_SG, STATES

_ANSWERS: Final = {"audience": VERIFIER, "nonce": NONCE}
_MONTHS: Final = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September",
    "October", "November", "December",
)  # fmt: skip


def scheme_samples(at: int) -> Iterator[Sample]:
    """Sign-in tokens of SG, MY, TH and KH; cards and tokens of PH."""
    yield from _singapore(at)
    yield from _malaysia(at)
    yield from _thailand(at)
    yield from _philippines(at)
    yield widely(bad("KH", "camdigikey", "no-jose", opaque_token()), "PH", "TL")


# --- ID tokens -----------------------------------------------------------------------------------
def id_claims(state: str, issuer: str, at: int, **members: Any) -> dict[str, Any]:
    """Claims of an ID token of a session that began a minute ago."""
    return {
        "iss": issuer,
        "sub": f"TEST-ONLY-{state}-0000001",
        "aud": VERIFIER,
        "exp": at + 540,
        "iat": at - 60,
        "nonce": NONCE,
        **members,
    }


def _singapore(at: int) -> Iterator[Sample]:
    """What was inside an encrypted token: its format's name is the caller's word for that."""
    plan = STATES["SG"]
    signer, (issuer,) = plan.signer("sign-in"), plan.by_slug["sign-in"].issuers
    hint, expect = identity_expectations("SG")
    # Viet Nam's own register names the other service of Singapore, not this one.
    expect |= valid_for(VN=refused("not_listed_here"))
    decrypted = hint | _ANSWERS | {"format": oidc.NESTED}

    def token(**members: Any) -> bytes:
        claims = id_claims("SG", issuer, at, acr=f"{SCALE_SG}:2", amr=["pwd", "face"], **members)
        return issue_jws({"typ": "JWT"}, claims, signer, "sg-sign-in").encode()

    yield Sample(
        "good", "SG", oidc.NESTED, token(), "a sign-in token that the caller decrypted",
        expect, decrypted,
    )  # fmt: skip
    yield bad("SG", oidc.NAME, "in-the-open", token(), **hint, **_ANSWERS)
    other = "https://another.test.example"
    yield bad("SG", oidc.NESTED, "other-client", token(aud=other), **decrypted)
    yield bad("SG", oidc.NESTED, "replayed", token(nonce="TEST-ONLY-nonce-0"), **decrypted)


def _malaysia(at: int) -> Iterator[Sample]:
    signer = STATES["MY"].signer("identity")
    hint, expect = identity_expectations("MY")
    claims = id_claims("MY", issuer_of("MY"), at, typ="ID", azp=VERIFIER)
    data = issue_jws({"typ": "JWT"}, claims, signer, "my-sign-in").encode()
    yield Sample("good", "MY", oidc.NAME, data, "a sign-in token of the relying party's own realm",
                 expect, hint | _ANSWERS)  # fmt: skip
    yield bad("MY", oidc.NAME, "other-relying-party", data, **_ANSWERS, relyingParty="another-bank")


def _thailand(at: int) -> Iterator[Sample]:
    signer = STATES["TH"].signer("identity")
    hint, expect = identity_expectations("TH")

    def token(ial: str) -> bytes:
        claims = id_claims("TH", issuer_of("TH"), at, ial=ial, aal="2.2")
        return issue_jws({"typ": "JWT"}, claims, signer, "th-sign-in").encode()

    yield Sample("good", "TH", oidc.NAME, token("2.3"), "a sign-in token that names its levels",
                 expect, hint | _ANSWERS)  # fmt: skip
    yield Sample(
        "lower-session", "TH", oidc.NAME, token("1.3"),
        "a session at a lower level than the service may assert",
        valid_for(SG=refused("level_too_low"), TH=refused("level_unmapped")), hint | _ANSWERS,
    )  # fmt: skip


def opaque_token() -> bytes:
    """A token of the shape of Cambodia's online service: three parts, and no JOSE at all."""
    header = strict_json.compact({"alg": "SHA512withECDSA"})
    secret = b"TEST-ONLY ciphertext, which nobody but the service reads"
    parts = (header, secret, b"\x30\x81\x87" + bytes(135))
    return b".".join(b64encode(part) for part in parts)


# --- the Philippines' cards ----------------------------------------------------------------------
def _philippines(at: int) -> Iterator[Sample]:
    hint, expect = identity_expectations("PH")
    yield Sample("good", "PH", "claim-169", _third_generation(at), "a QR card, third generation",
                 expect, hint)  # fmt: skip
    yield bad("PH", "claim-169", "other-states-name", _third_generation(at, {1: "TH"}))
    yield Sample("good", "PH", philsys_v1.NAME, _first_generation(at),
                 "a QR card, first generation: its own print is signed", expect, hint)  # fmt: skip
    yield bad("PH", philsys_v1.NAME, "tampered", _first_generation(at, {"DOB": "January 15, 2008"}))
    opaque = bad("PH", "everify", "online-only", b"TEST-ONLY-opaque-token-0001", format="everify")
    yield widely(opaque, "KH", "TL")


def _third_generation(at: int, changes: Mapping[Any, Any] | None = None) -> bytes:
    person = {"fn": "TEST-ONLY Maria", "ln": "TEST-ONLY Holder", "DOB": "1990-01-15"}
    claims = {
        1: "PH", 4: at + 700 * DAY, 6: at - 20 * DAY, 169: {"i": "TEST-ONLY", "sb": person},
        **(changes or {}),
    }  # fmt: skip
    token = issue_sign1(claims, STATES["PH"].signer("cards"), "ph-card")
    return b"PH1:" + base45.encode(token).encode()


def _first_generation(at: int, shown: Mapping[str, str] | None = None) -> bytes:
    """The card's text; ``shown`` replaces what is written, and not what is signed."""
    day = datetime.fromtimestamp(at - 20 * DAY, UTC)
    issued = f"{day.day:02d} {_MONTHS[day.month - 1]} {day.year}"
    top = {"DateIssued": issued, "Issuer": "TEST-ONLY"}
    subject = {
        "Suffix": "", "lName": "TEST-ONLY HOLDER", "fName": "MARIA", "mName": "", "sex": "Female",
        "BF": "[1,6]", "DOB": "January 15, 1990", "POB": "TEST-ONLY TOWN",
        "PCN": "0000-0000-0000-0001",
    }  # fmt: skip
    signer = STATES["PH"].signer("cards")
    signature = signer.sign(philsys_v1.printed({**top, **subject}), "ph-card-1")
    card = {
        **top, "subject": {**subject, **(shown or {})}, "alg": philsys_v1.ALGORITHM,
        "signature": b64encode(signature).decode(),
    }  # fmt: skip
    return json.dumps(card, separators=(",", ":")).encode()
