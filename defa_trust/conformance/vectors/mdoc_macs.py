"""mdoc: the device's MAC, which the reader of its session can check and nobody else."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ...codec import cbor
from ...signing_crypto import AgreementKey
from ..mdocs import (
    PROXIMITY,
    READER,
    TRANSCRIPT,
    device_key,
    device_mac,
    device_signed,
    embedded,
    issuer_signed,
    mdoc_request,
    mdoc_world,
    response,
    text,
)
from ..registry import Case, Group

_group = Group("mdoc", features=("es256", "mdoc", "mdoc-device-mac"), twin="mac_of_this_session")
_ISO = "ISO/IEC 18013-5"
_OTHER = AgreementKey.from_seed("TEST-ONLY another mdoc reader")


def _asked(
    auth: Mapping[str, Any],
    transcript: bytes | None = PROXIMITY,
    reader: AgreementKey = READER,
) -> Case:
    presented = response(device=device_signed(auth=auth))
    asked = mdoc_request(transcript, readerKey=reader.jwk(private=True))
    return Case(text(presented), mdoc_world(), asked)


@_group.vector("RFC 9052, 6.2", "cose.structure")
def mac_without_a_tag() -> Case:
    """The structure has three parts: the tag is missing."""
    return _asked({"deviceMac": device_mac()["deviceMac"][:3]})


def _tagged(tag: bytes) -> Case:
    mac = device_mac()["deviceMac"]
    return _asked({"deviceMac": [*mac[:3], tag]})


@_group.vector(f"{_ISO}, 9.1.3.5")
def mac_of_this_session() -> Case:
    """Device and reader agreed on the key; the transcript is the request's own."""
    return _asked(device_mac())


@_group.vector(f"{_ISO}, 9.1.3.5")
def mac_over_an_element_it_may_add() -> Case:
    """The MAC covers an element of a namespace that the issuer left to the device."""
    return _adds({"pin_tries": 1}, {"pin_tries": 1})


def _adds(authenticated: dict[str, Any], shown: dict[str, Any]) -> Case:
    info = {
        "deviceKey": device_key(),
        "keyAuthorizations": {"nameSpaces": ["org.example.device"]},
    }
    names = embedded({"org.example.device": authenticated})
    device = {
        "nameSpaces": embedded({"org.example.device": shown}),
        "deviceAuth": device_mac(names=names),
    }
    presented = response(issuer_signed(deviceKeyInfo=info), device=device)
    asked = mdoc_request(PROXIMITY, readerKey=READER.jwk(private=True))
    return Case(text(presented), mdoc_world(), asked)


@_group.vector(
    f"{_ISO}, 9.1.3.5",
    "crypto.mac_invalid",
    twin="mac_over_an_element_it_may_add",
    notes="Device-signed elements are read without being covered by the MAC.",
)
def mac_over_other_elements() -> Case:
    """The device's namespaces are others than those the MAC covers."""
    return _adds({"pin_tries": 9}, {"pin_tries": 1})


@_group.vector(
    f"{_ISO}, 9.1.3.5", "crypto.mac_invalid", notes="The MAC is there, and good as such."
)
def mac_altered() -> Case:
    """One bit of the MAC is another."""
    tag = bytearray(device_mac()["deviceMac"][3])
    tag[-1] ^= 1
    return _tagged(bytes(tag))


@_group.vector(
    f"{_ISO}, 9.1.3.5", "crypto.mac_invalid", notes="As many octets are compared as there are."
)
def mac_cut_short() -> Case:
    """The first half of the MAC."""
    return _tagged(device_mac()["deviceMac"][3][:16])


@_group.vector(
    f"{_ISO}, 9.1.3.5", "crypto.mac_invalid", notes="No octets are compared, and all agree."
)
def mac_empty() -> Case:
    """A MAC without octets."""
    return _tagged(b"")


@_group.vector(
    f"{_ISO}, 9.1.5.1",
    "crypto.mac_invalid",
    notes="The transcript is not bound: a presentation in another session is replayed.",
)
def mac_of_another_session() -> Case:
    """Device and reader are the same, the transcript is that of another session."""
    return _asked(device_mac(TRANSCRIPT))


@_group.vector(
    f"{_ISO}, 9.1.3.5",
    "crypto.mac_invalid",
    notes="The MAC was made for somebody else, who relays it.",
)
def mac_for_another_reader() -> Case:
    """The device agreed on the key with another reader."""
    return _asked(device_mac(reader=_OTHER))


@_group.vector(
    f"{_ISO}, 9.1.3.5",
    "crypto.mac_invalid",
    notes="The key is not tied to the document: any device presents a copy.",
)
def mac_of_another_device() -> Case:
    """Another device agreed on a key with this reader."""
    return _asked(device_mac(device="holder"))


@_group.vector(
    f"{_ISO}, 9.1.3.4", "crypto.mac_invalid", notes="A proof for one document serves another."
)
def mac_for_another_doctype() -> Case:
    """The MAC covers a document of another type."""
    return _asked(device_mac(doctype="org.example.id"))


@_group.vector(
    f"{_ISO}, 9.1.3.5",
    "crypto.algorithm_unknown",
    notes="The message chooses how much of the MAC is compared.",
)
def mac_of_a_shorter_kind() -> Case:
    """The header says HMAC 256/64, of which eight octets count."""
    return _asked(device_mac(protected={1: 4}))


@_group.vector(f"{_ISO}, 9.1.3.5", "crypto.algorithm_unknown")
def mac_that_says_it_is_a_signature() -> Case:
    """The header says ES256."""
    return _asked(device_mac(protected={1: -7}))


@_group.vector("RFC 9052, 3", "cose.alg_unprotected")
def mac_algorithm_in_the_unprotected_header() -> Case:
    """The algorithm stands where the MAC does not cover it."""
    head, _, payload, tag = device_mac(protected={})["deviceMac"]
    return _asked({"deviceMac": [head, {1: 5}, payload, tag]})


@_group.vector(
    f"{_ISO}, 9.1.3.5",
    "cose.attached_payload",
    notes="The payload in the message is checked instead of the session's own.",
)
def mac_with_its_own_payload() -> Case:
    """The message carries what the MAC is over."""
    head, other, _, tag = device_mac()["deviceMac"]
    return _asked({"deviceMac": [head, other, cbor.dumps(embedded({})), tag]})


@_group.vector(
    f"{_ISO}, 9.1.5.1",
    "mdoc.transcript_missing",
    notes="Without a transcript the MAC is skipped, and a copy passes.",
)
def mac_without_a_transcript() -> Case:
    """The request holds the reader's key, and not the session it served."""
    return _asked(device_mac(), None)
