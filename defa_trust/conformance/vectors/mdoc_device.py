"""mdoc: the device's part, which alone shows that the document was presented by its holder."""

from __future__ import annotations

from typing import Any

from ...codec import cbor
from ...formats.mdoc import MDL_DOCTYPE
from ...formats.mdoc_device import dc_api_transcript, openid4vp_transcript
from ..build import NONCE, VERIFIER, key, request_of
from ..mdocs import (
    NAMESPACE,
    RESPONSE_URI,
    TRANSCRIPT,
    device_auth,
    device_key,
    device_signed,
    embedded,
    issuer_signed,
    mdoc_request,
    mdoc_world,
    response,
    text,
)
from ..registry import Case, Group

_group = Group("mdoc", features=("es256", "mdoc", "mdoc-device-signature"), twin="device_proved")
_ISO = "ISO/IEC 18013-5"
_OID4VP = "OpenID4VP 1.0"
_ORIGIN = "https://verifier.sg.test.example"


def _asked(auth: Any, transcript: bytes | None = TRANSCRIPT, **request: Any) -> Case:
    presented = response(device=device_signed(auth=auth))
    return Case(text(presented), mdoc_world(), mdoc_request(transcript, **request))


def _adds(names: dict[Any, Any], **device: Any) -> Case:
    info = {"deviceKey": device_key(), **device}
    added = embedded(names)
    presented = response(issuer_signed(deviceKeyInfo=info), device=device_signed(added))
    return Case(text(presented), mdoc_world(), mdoc_request())


@_group.vector(f"{_OID4VP}, B.2.6.2")
def device_proved_to_an_origin() -> Case:
    """The transcript is that of the Digital Credentials API: origin and nonce."""
    transcript = dc_api_transcript(_ORIGIN, NONCE)
    return _asked(device_auth(transcript), transcript)


@_group.vector(f"{_OID4VP}, B.2.6.1")
def device_proved_for_an_encrypted_response() -> Case:
    """The transcript also names the key that the response was encrypted to."""
    thumbprint = key("reader").verification_key.thumbprint
    transcript = openid4vp_transcript(VERIFIER, NONCE, RESPONSE_URI, thumbprint)
    return _asked(device_auth(transcript), transcript)


@_group.vector(f"{_ISO}, 9.1.3.4")
def device_adds_an_element_it_may_add() -> Case:
    """The device signs an element of a namespace that the issuer left to it."""
    allowed = {"nameSpaces": ["org.example.device"]}
    return _adds({"org.example.device": {"pin_tries": 1}}, keyAuthorizations=allowed)


@_group.vector(f"{_ISO}, 9.1.2.4")
def device_adds_the_one_element_it_may_add() -> Case:
    """The issuer left one element of a namespace to the device, which signs just that."""
    allowed = {"dataElements": {NAMESPACE: ["portrait_capture"]}}
    return _adds({NAMESPACE: {"portrait_capture": 1}}, keyAuthorizations=allowed)


@_group.vector(
    f"{_ISO}, 9.1.2.4",
    "mdoc.device_unauthorised",
    twin="device_adds_the_one_element_it_may_add",
    notes="A holder adds claims of its own, which are shown beside the issuer's.",
)
def device_adds_an_element_it_may_not_add() -> Case:
    """The device signs an element that the issuer did not leave to it."""
    allowed = {"dataElements": {NAMESPACE: ["portrait_capture"]}}
    return _adds({NAMESPACE: {"age_over_18": True}}, keyAuthorizations=allowed)


@_group.vector(
    f"{_ISO}, 9.1.2.4",
    "mdoc.device_unauthorised",
    twin="device_adds_an_element_it_may_add",
    notes="No authorisation read as any.",
)
def device_adds_without_any_authorisation() -> Case:
    """The device signs an element, and the issuer authorised none."""
    return _adds({"org.example.device": {"pin_tries": 1}})


@_group.vector(
    f"{_ISO}, 9.1.3.4",
    "crypto.signature_invalid",
    notes="Device authentication skipped: a copied document passes.",
)
def device_signature_of_another_key() -> Case:
    """The transcript is signed with a key other than the one the issuer bound."""
    return _asked(device_auth(signer=key("holder")))


@_group.vector(
    f"{_OID4VP}, B.2.6.1",
    "crypto.signature_invalid",
    notes="The transcript is not checked: a presentation to somebody else is replayed.",
)
def device_signature_over_another_nonce() -> Case:
    """The device signed the transcript of a session with another nonce."""
    return _asked(device_auth(openid4vp_transcript(VERIFIER, "another", RESPONSE_URI)))


@_group.vector(
    f"{_OID4VP}, B.2.6.1",
    "crypto.signature_invalid",
    notes="The transcript is not checked: a presentation to somebody else is replayed.",
)
def device_signature_for_another_verifier() -> Case:
    """The device signed the transcript of a session with another verifier."""
    return _asked(device_auth(openid4vp_transcript("https://other.example", NONCE, RESPONSE_URI)))


@_group.vector(
    f"{_OID4VP}, B.2.6.1",
    "crypto.signature_invalid",
    notes="The response address is not bound: whoever relays the request collects the response.",
)
def device_signature_for_another_response_address() -> Case:
    """The device signed the transcript with another response address."""
    return _asked(device_auth(openid4vp_transcript(VERIFIER, NONCE, "https://other.example/r")))


@_group.vector(
    f"{_ISO}, 9.1.3.4",
    "crypto.signature_invalid",
    notes="A proof for one document serves another of the same holder.",
)
def device_signature_for_another_doctype() -> Case:
    """The device signed for a document of another type."""
    return _asked(device_auth(doctype="org.example.id"))


@_group.vector(
    f"{_ISO}, 9.1.3.4",
    "crypto.signature_invalid",
    twin="device_adds_an_element_it_may_add",
    notes="Device-signed elements are read without being covered by the signature.",
)
def device_elements_altered() -> Case:
    """The device's namespaces are others than those it signed."""
    info = {
        "deviceKey": device_key(),
        "keyAuthorizations": {"nameSpaces": ["org.example.device"]},
    }
    signed = device_auth(names=embedded({"org.example.device": {"pin_tries": 9}}))
    device = {"nameSpaces": embedded({"org.example.device": {"pin_tries": 1}}),
              "deviceAuth": signed}  # fmt: skip
    presented = response(issuer_signed(deviceKeyInfo=info), device=device)
    return Case(text(presented), mdoc_world(), mdoc_request())


@_group.vector(
    f"{_ISO}, 9.1.3.4",
    "mdoc.transcript_missing",
    notes="Without a transcript the proof is skipped, and a copy passes.",
)
def transcript_not_given() -> Case:
    """The device's signature is there, but the request does not say for which session."""
    return _asked(device_auth(), None)


@_group.vector(
    f"{_ISO}, 9.1.3.5",
    "mdoc.device_mac",
    notes="A MAC that nobody here can check counts as a proof.",
)
def device_mac() -> Case:
    """The device authenticated itself with a MAC instead of a signature."""
    mac: list[Any] = [cbor.dumps({1: 5}), {}, None, bytes(32)]
    return _asked({"deviceMac": mac})


@_group.vector(
    f"{_ISO}, 9.1.3.3",
    "mdoc.device_signed",
    notes="The one that can be checked is checked, the other ignored.",
)
def device_signature_and_mac() -> Case:
    """Both a signature and a MAC are there."""
    mac: list[Any] = [cbor.dumps({1: 5}), {}, None, bytes(32)]
    return _asked({**device_auth(), "deviceMac": mac})


@_group.vector(
    f"{_ISO}, 9.1.3.3",
    "mdoc.device_signed",
    notes="A device part without authentication counts as one.",
)
def device_part_without_authentication() -> Case:
    """The device's part holds neither signature nor MAC."""
    presented = response(device={"nameSpaces": embedded({}), "deviceAuth": {}})
    return Case(text(presented), mdoc_world(), mdoc_request())


@_group.vector(
    f"{_ISO}, 9.1.3.4",
    "cose.attached_payload",
    notes="The payload in the message is verified instead of the session's own.",
)
def device_signature_with_its_own_payload() -> Case:
    """The signature carries a payload of its own, over which it is good."""
    head = cbor.dumps({1: -7})
    payload = cbor.dumps(embedded(["DeviceAuthentication", None, MDL_DOCTYPE, embedded({})]))
    signed = cbor.dumps(["Signature1", head, b"", payload])
    own = [head, {}, payload, key("device").sign("ES256", signed)]
    return _asked({"deviceSignature": own})


@_group.vector(
    f"{_ISO}, 9.1.3.4",
    "crypto.key_type_mismatch",
    notes="The algorithm of the message is taken, whatever the key.",
)
def device_signature_of_another_algorithm() -> Case:
    """The device's signature is declared ES384; the bound key is of P-256."""
    auth = device_auth()
    auth["deviceSignature"][0] = cbor.dumps({1: -35})
    return _asked(auth)


@_group.vector(
    f"{_ISO}, 9.1.3.3",
    "holder.proof_missing",
    notes="The request's demand is forgotten where the message has no proof.",
)
def proof_demanded_and_absent() -> Case:
    """The request demands a proof; the issuer's part comes alone."""
    return Case(text(issuer_signed()), mdoc_world(), mdoc_request())


@_group.vector(
    f"{_ISO}, 9.1.3.3",
    "holder.proof_unwanted",
    notes="What the request refuses is taken.",
)
def proof_refused_and_there() -> Case:
    """The request refuses a proof, and one is there."""
    asked = request_of(holderBinding="must_be_absent")
    return Case(text(response()), mdoc_world(), asked)
