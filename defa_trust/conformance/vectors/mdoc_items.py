"""mdoc: the disclosed items and the digests that stand for them."""

from __future__ import annotations

from hashlib import sha1, sha384
from typing import Any

from ...codec import cbor
from ...codec.cbor import Tagged
from ..build import member_list, service
from ..mdocs import (
    ELEMENTS,
    NAMESPACE,
    digest_of,
    embedded,
    issuer_auth,
    issuer_signed,
    item,
    items,
    mdoc_request,
    mdoc_world,
    response,
    security_object,
    text,
)
from ..registry import Case, Group

_group = Group("mdoc", features=("es256", "mdoc", "mdoc-device-signature"), twin="device_proved")
_alone = Group("mdoc", features=("es256", "mdoc"), twin="issuer_signed_alone")
_ISO = "ISO/IEC 18013-5"


def _case(value: Any, **trust: Any) -> Case:
    return Case(text(value), mdoc_world(**trust), mdoc_request())


def _mso(**members: Any) -> Case:
    return _case(response(issuer_signed(**members)))


def _shown(entries: list[Any], space: str = NAMESPACE) -> Case:
    return _case(response(issuer_signed(shown={space: entries})))


@_group.vector(f"{_ISO}, 8.3.2.1.2.2")
def some_items_only() -> Case:
    """Two of the four signed items are disclosed; the digests of the others stay unused."""
    return _shown(items()[1:3])


@_group.vector(f"{_ISO}, 8.3.2.1.2.2")
def no_items() -> Case:
    """No item at all is disclosed: the document alone is shown."""
    return _case(response({"issuerAuth": issuer_auth(security_object(items()))}))


@_group.vector(f"{_ISO}, 9.1.2.5")
def sha_384() -> Case:
    """The digests are SHA-384."""
    own = items()
    digests = {n: sha384(cbor.dumps(entry)).digest() for n, entry in enumerate(own)}
    return _mso(digestAlgorithm="SHA-384", valueDigests={NAMESPACE: digests})


@_group.vector(f"{_ISO}, 8.1")
def unsorted_keys_of_an_item() -> Case:
    """The keys of an item are not in deterministic order: its bytes are signed as they stand."""
    swapped = cbor.dumps("elementValue") + cbor.dumps("TEST-ONLY") + cbor.dumps("digestID") + b"\0"
    rest = cbor.dumps({"random": bytes(16), "elementIdentifier": "given_name"})[1:]
    return _case(response(issuer_signed([embedded(b"\xa4" + swapped + rest)])))


@_group.vector(
    f"{_ISO}, 9.3.1", "digest.mismatch", notes="Digests not compared: anybody writes the claims."
)
def item_altered() -> Case:
    """One disclosed item has another value than the one whose digest was signed."""
    own = items()
    own[0] = item(0, "family_name", "TEST-ONLY Somebody Else")
    return _shown(own)


@_group.vector(
    f"{_ISO}, 9.3.1", "digest.mismatch", notes="The number read and not used: items trade places."
)
def item_under_another_number() -> Case:
    """An item carries the number of another item."""
    own = items()
    own[0] = item(1, "family_name", ELEMENTS["family_name"])
    return _shown(own[:1])


@_group.vector(
    f"{_ISO}, 9.3.1",
    "mdoc.item_unsigned",
    notes="Items without digest skipped: claims can be injected.",
)
def item_without_digest() -> Case:
    """An item is added for whose number no digest was signed."""
    return _shown([*items(), item(9, "given_name", "TEST-ONLY")])


@_group.vector(
    f"{_ISO}, 9.3.1",
    "mdoc.item_unsigned",
    notes="Only known namespaces are checked: others pass unsigned.",
)
def namespace_injected() -> Case:
    """A whole namespace is added of which the security object knows nothing."""
    shown = {NAMESPACE: items(), "org.example.injected": [item(0, "resident", True)]}
    return _case(response(issuer_signed(shown=shown)))


@_group.vector(
    f"{_ISO}, 9.1.2.4",
    "mdoc.item_twice",
    notes="Later entries replace earlier ones: two readers see two documents.",
)
def number_twice() -> Case:
    """Two items of one namespace carry one number."""
    return _shown([items()[0], items()[0]])


@_group.vector(
    f"{_ISO}, 9.1.2.4",
    "mdoc.item_twice",
    notes="Which of the two values counts is left to the reader.",
)
def identifier_twice() -> Case:
    """Two signed items of one namespace bear one identifier."""
    own = [item(0, "family_name", "TEST-ONLY A"), item(1, "family_name", "TEST-ONLY B")]
    return _case(response(issuer_signed(own)))


@_group.vector(
    f"{_ISO}, 9.1.2.5",
    "mdoc.item",
    notes="Digests of items that were not disclosed can be guessed.",
)
def random_too_short() -> Case:
    """The random of an item has eight octets."""
    return _case(response(issuer_signed([item(0, "family_name", "TEST-ONLY", random=bytes(8))])))


@_group.vector(f"{_ISO}, 8.3.2.1.2.2", "mdoc.item", notes="A traceback, or a claim under no name.")
def item_without_identifier() -> Case:
    """An item has no element identifier."""
    return _case(response(issuer_signed([item(0, "x", 1, elementIdentifier=None)])))


@_group.vector(f"{_ISO}, 8.3.2.1.2.2", "mdoc.item", notes="A missing value read as null.")
def item_without_value() -> Case:
    """An item has no value."""
    return _case(response(issuer_signed([item(0, "family_name", None)])))


@_group.vector(
    f"{_ISO}, 8.3.2.1.2.2",
    "mdoc.item",
    notes="A number that is no number selects nothing, or the last of a list.",
)
def item_number_negative() -> Case:
    """An item has a negative number."""
    return _case(response(issuer_signed([item(-1, "family_name", "TEST-ONLY")])))


@_group.vector(
    f"{_ISO}, 9.1.2.4",
    "mdoc.encoded_cbor",
    notes="The item is encoded anew and its digest taken over other bytes.",
)
def item_not_embedded() -> Case:
    """An item stands as a map, not as the bytes that were signed."""
    plain = {"digestID": 0, "random": bytes(16), "elementIdentifier": "x", "elementValue": 1}
    return _shown([plain])


@_group.vector(f"{_ISO}, 9.1.2.4", "mdoc.encoded_cbor", notes="Tags ignored.")
def item_under_another_tag() -> Case:
    """An item is embedded under tag 63 instead of 24."""
    return _shown([Tagged(63, items()[0].value)])


@_group.vector(
    f"{_ISO}, 8.3.2.1.2.2",
    "mdoc.structure",
    notes="A namespace shown as disclosed with nothing in it.",
)
def namespace_without_items() -> Case:
    """A namespace holds an empty array."""
    return _shown([])


@_group.vector(
    f"{_ISO}, 9.1.2.4", "mdoc.encoding", notes="Encodings that two readers cut differently."
)
def item_of_indefinite_length() -> Case:
    """An item is a map of indefinite length."""
    body = cbor.dumps({"digestID": 0, "random": bytes(16), "elementIdentifier": "x"})[1:]
    encoded = b"\xbf" + body + cbor.dumps("elementValue") + b"\x01\xff"
    return _case(response(issuer_signed([embedded(encoded)])))


@_group.vector(
    f"{_ISO}, 9.1.2.4",
    "mdoc.encoding",
    notes="Digests taken over re-encoded bytes agree where the original ones do not.",
)
def item_with_a_longer_head() -> Case:
    """An item writes its number in more octets than needed."""
    body = cbor.dumps({"random": bytes(16), "elementIdentifier": "x", "elementValue": 1})[1:]
    encoded = b"\xa4" + body + cbor.dumps("digestID") + b"\x18\x00"
    return _case(response(issuer_signed([embedded(encoded)])))


@_group.vector(
    f"{_ISO}, 9.1.2.4", "cbor.duplicate_key", notes="Two readers see two values under one digest."
)
def item_with_a_key_twice() -> Case:
    """An item has its value twice."""
    body = cbor.dumps({"digestID": 0, "random": bytes(16), "elementIdentifier": "x"})[1:]
    encoded = b"\xa5" + body + (cbor.dumps("elementValue") + b"\1") * 2
    return _case(response(issuer_signed([embedded(encoded)])))


@_group.vector(
    f"{_ISO}, 9.1.2.5", "mdoc.digest_algorithm", notes="A digest that can collide protects nothing."
)
def digest_algorithm_weak() -> Case:
    """The digests are SHA-1, rightly computed."""
    own = items()
    digests = {n: sha1(cbor.dumps(entry)).digest() for n, entry in enumerate(own)}  # noqa: S324
    return _mso(digestAlgorithm="SHA-1", valueDigests={NAMESPACE: digests})


@_group.vector(f"{_ISO}, 9.1.2.5", "mdoc.digest_algorithm", notes="Names compared loosely.")
def digest_algorithm_in_lower_case() -> Case:
    """The digest algorithm is written sha-256."""
    return _mso(digestAlgorithm="sha-256")


@_group.vector(f"{_ISO}, 9.1.2.5", "digest.mismatch", notes="Prefixes compared.")
def digest_cut_short() -> Case:
    """The signed digests are the first 16 octets."""
    own = items()
    digests = {n: digest_of(entry)[:16] for n, entry in enumerate(own)}
    return _mso(valueDigests={NAMESPACE: digests})


@_group.vector(
    f"{_ISO}, 7.2.1",
    "resolve.certificate_unlisted",
    notes="One state issues in the name of another.",
)
def issuing_country_of_another_state() -> Case:
    """The document says that it was issued by Malaysia; the signer is listed by Thailand."""
    presented = response(issuer_signed(items({**ELEMENTS, "issuing_country": "MY"})))
    return _case(presented, others=[member_list("MY", service("MY"))])


@_group.vector(
    f"{_ISO}, 7.2.1", "mdoc.issuing_country", notes="A name nobody compares is no binding."
)
def issuing_country_in_three_letters() -> Case:
    """The issuing country is THA."""
    return _case(response(issuer_signed(items({**ELEMENTS, "issuing_country": "THA"}))))


@_group.vector(f"{_ISO}, 7.2.1", "mdoc.issuing_country", notes="The first one found decides.")
def issuing_country_twice() -> Case:
    """Two namespaces name two issuing countries."""
    own = items()
    other = item(0, "issuing_country", "MY")
    digests = {
        NAMESPACE: {n: digest_of(entry) for n, entry in enumerate(own)},
        "org.example": {0: digest_of(other)},
    }
    auth = issuer_auth(security_object(own, valueDigests=digests))
    shown = {NAMESPACE: own, "org.example": [other]}
    return _case(response(issuer_signed(shown=shown, auth=auth)))
