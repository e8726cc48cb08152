"""OpenID4VP: presentations made for this request, and for others."""

from __future__ import annotations

from typing import Any

from ...formats.mdoc_device import dc_api_transcript, openid4vp_transcript
from .. import mdocs
from ..build import MOMENT, NONCE, key
from ..presentations import (
    CLIENT_ID,
    ORIGIN,
    VERIFIER_KEY,
    WALLET_KEY,
    asked,
    case,
    mdl,
    mdl_query,
    pid,
    pid_query,
)
from ..registry import Case, Group, Importance

_sd = Group("openid4vp", features=("es256", "key-binding", "openid4vp", "sd-jwt-vc"),
            twin="posted")  # fmt: skip
_mdoc = Group("openid4vp", features=("es256", "mdoc", "mdoc-device-signature", "openid4vp"),
              twin="posted_licence")  # fmt: skip
_OLD = "TEST-ONLY-nonce-4710"
_FAMILY = ("family_name", "issuing_country")


def _pid(mode: str = "direct_post", **members: Any) -> Case:
    request = asked(mode=mode)
    return case(request, {"pid": [pid(request, "family_name", **members)]})


def _mdl(mode: str = "direct_post", transcript: bytes | None = None) -> Case:
    request = asked(mdl_query(*_FAMILY), mode=mode)
    return case(request, {"mdl": [mdl(request, *_FAMILY, transcript=transcript)]})


# --- SD-JWT VC -----------------------------------------
@_sd.vector("OpenID4VP 1.0, 8.2")
def posted() -> Case:
    """An SD-JWT VC with its holder's proof, posted."""
    return _pid()


@_sd.vector("OpenID4VP 1.0, A.4")
def over_the_api() -> Case:
    """An SD-JWT VC over the Digital Credentials API, for the origin."""
    return _pid("dc_api")


@_sd.vector(
    "OpenID4VP 1.0, B.3.6",
    "holder.nonce_mismatch",
    notes="Whoever once saw a presentation shows it again.",
)
def nonce_of_another_request() -> Case:
    """The proof carries the nonce of an earlier request."""
    return _pid(binding={"nonce": _OLD})


@_sd.vector(
    "OpenID4VP 1.0, B.3.6",
    "holder.audience_mismatch",
    notes="A verifier presents to others what was presented to it.",
)
def audience_of_another_verifier() -> Case:
    """The proof was made for another verifier."""
    return _pid(binding={"aud": "x509_san_dns:evil.example"})


@_sd.vector(
    "OpenID4VP 1.0, 5.9",
    "holder.audience_mismatch",
    notes="Two verifiers of one name under two prefixes take each other's presentations.",
)
def audience_without_its_prefix() -> Case:
    """The proof was made for the client identifier without its prefix."""
    return _pid(binding={"aud": CLIENT_ID.partition(":")[2]})


@_sd.vector("OpenID4VP 1.0, A.4", "holder.audience_mismatch", twin="over_the_api")
def another_origin() -> Case:
    """The proof was made at another origin."""
    return _pid("dc_api", binding={"aud": "origin:https://evil.example"})


@_sd.vector("OpenID4VP 1.0, A.4", "holder.audience_mismatch", twin="over_the_api")
def client_in_place_of_the_origin() -> Case:
    """Over the Digital Credentials API the proof was made for the client, not for the origin."""
    return _pid("dc_api", binding={"aud": CLIENT_ID})


@_sd.vector("OpenID4VP 1.0, A.4", "holder.audience_mismatch", twin="over_the_api")
def origin_without_its_prefix() -> Case:
    """Over the Digital Credentials API the audience is the bare origin."""
    return _pid("dc_api", binding={"aud": ORIGIN})


@_sd.vector("OpenID4VP 1.0, 8.6", "holder.proof_missing")
def no_proof() -> Case:
    """The credential comes without its holder's proof."""
    return _pid(bound=False)


@_sd.vector("OpenID4VP 1.0, 8.6", "crypto.signature_invalid")
def proof_with_another_key() -> Case:
    """The proof is signed with another key than the one the issuer named."""
    return _pid(binding={"signer": key("thief")})


@_sd.vector("RFC 9901, 7.3", "holder.proof_too_old")
def old_proof() -> Case:
    """The proof was made long before it came."""
    return _pid(binding={"iat": MOMENT - 3600})


def _unbound(**members: Any) -> Case:
    query = pid_query("family_name", require_cryptographic_holder_binding=False)
    request = asked(query, state="TEST-ONLY-state-0815")
    return case(request, {"pid": [pid(request, "family_name", **members)]})


@_sd.vector("OpenID4VP 1.0, 5.3")
def no_proof_where_none_was_asked_for() -> Case:
    """The query does not require the holder's proof, and none is there."""
    return _unbound(bound=False)


@_sd.vector(
    "OpenID4VP 1.0, 8.6",
    "holder.nonce_mismatch",
    twin="no_proof_where_none_was_asked_for",
    importance=Importance.PROFILE,
    notes="A proof that is there and wrong is taken for none.",
)
def wrong_proof_where_none_was_asked_for() -> Case:
    """The query does not require the holder's proof; the one that is there is for another."""
    return _unbound(binding={"nonce": _OLD})


# --- mdoc -----------------------------------------
@_mdoc.vector("OpenID4VP 1.0, B.2.6.1")
def posted_licence() -> Case:
    """A driving licence whose device signed the session, posted."""
    return _mdl()


@_mdoc.vector("OpenID4VP 1.0, B.2.6.2")
def licence_over_the_api() -> Case:
    """A driving licence over the Digital Credentials API."""
    return _mdl("dc_api")


@_mdoc.vector("OpenID4VP 1.0, B.2.6.2", features=("jwe",))
def encrypted_licence_over_the_api() -> Case:
    """An encrypted response; its transcript names the key."""
    return _mdl("dc_api.jwt")


@_mdoc.vector("OpenID4VP 1.0, B.2.6.1", "crypto.signature_invalid")
def session_with_another_nonce() -> Case:
    """The device signed a session with another nonce."""
    return _mdl(transcript=openid4vp_transcript(CLIENT_ID, _OLD, mdocs.RESPONSE_URI))


@_mdoc.vector("OpenID4VP 1.0, B.2.6.1", "crypto.signature_invalid")
def session_with_another_place_of_response() -> Case:
    """The device signed a session whose response goes elsewhere."""
    return _mdl(transcript=openid4vp_transcript(CLIENT_ID, NONCE, "https://evil.example/"))


@_mdoc.vector("OpenID4VP 1.0, B.2.6.1", "crypto.signature_invalid")
def session_of_an_encrypted_response() -> Case:
    """The device signed a session whose response is encrypted; this one is not."""
    thumbprint = VERIFIER_KEY.public_key.thumbprint
    made = openid4vp_transcript(CLIENT_ID, NONCE, mdocs.RESPONSE_URI, thumbprint)
    return _mdl(transcript=made)


@_mdoc.vector("OpenID4VP 1.0, B.2.6.1", "crypto.signature_invalid")
def handover_of_the_other_way() -> Case:
    """The device signed the handover of the Digital Credentials API; the response was posted."""
    return _mdl(transcript=dc_api_transcript(ORIGIN, NONCE))


@_mdoc.vector("OpenID4VP 1.0, B.2.6.2", "crypto.signature_invalid", twin="licence_over_the_api")
def session_at_another_origin() -> Case:
    """The device signed a session at another origin."""
    return _mdl("dc_api", dc_api_transcript("https://evil.example", NONCE))


@_mdoc.vector("OpenID4VP 1.0, B.2.6.2", "crypto.signature_invalid", twin="licence_over_the_api")
def origin_with_its_prefix_in_the_handover() -> Case:
    """In the handover the origin stands without the prefix that the audience has."""
    return _mdl("dc_api", dc_api_transcript(f"origin:{ORIGIN}", NONCE))


@_mdoc.vector(
    "OpenID4VP 1.0, B.2.6.2",
    "crypto.signature_invalid",
    twin="encrypted_licence_over_the_api",
    features=("jwe",),
    notes="Somebody in between had the response encrypted to itself, read it, and sent it on.",
)
def encrypted_again_by_somebody_in_between() -> Case:
    """The transcript names another encryption key than that of the request."""
    other = dc_api_transcript(ORIGIN, NONCE, WALLET_KEY.public_key.thumbprint)
    return _mdl("dc_api.jwt", other)
