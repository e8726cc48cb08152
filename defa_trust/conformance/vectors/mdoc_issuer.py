"""mdoc: the issuer's part, from the response down to the single item."""

from __future__ import annotations

from typing import Any

from ...codec import cbor
from ..build import DAY, MOMENT, key, request_of
from ..mdocs import (
    NAMESPACE,
    date,
    device_key,
    embedded,
    issuer_auth,
    issuer_signed,
    item,
    items,
    mdoc_request,
    mdoc_world,
    response,
    security_object,
    signer_certificate,
    text,
    validity,
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


@_group.vector(f"{_ISO}, 9.3.1")
def device_proved() -> Case:
    """A driving licence whose device signed the transcript of an OpenID4VP session."""
    return _case(response())


@_alone.vector(f"{_ISO}, 9.1.2.4")
def issuer_signed_alone() -> Case:
    """The issuer's part without any proof of the device, where the request allows that."""
    return Case(text(issuer_signed()), mdoc_world(), request_of())


@_group.vector(f"{_ISO}, 9.1.2.4")
def expected_update() -> Case:
    """The security object also says when it will be renewed."""
    return _mso(validityInfo=validity(expectedUpdate=date(MOMENT + DAY)))


@_group.vector(f"{_ISO}, 9.1.2.4")
def unknown_member_of_the_security_object() -> Case:
    """The security object has a member of a later edition, which is signed like the others."""
    return _mso(laterEdition=True)


@_group.vector(
    f"{_ISO}, 9.1.2.4", "cbor.duplicate_key", notes="Two readers see two document types."
)
def security_object_with_a_key_twice() -> Case:
    """The security object names its document type twice."""
    whole = cbor.dumps(security_object(items()))
    doubled = bytes((whole[0] + 1,)) + whole[1:] + cbor.dumps("docType") + cbor.dumps("org.example")
    auth = issuer_auth(cbor.dumps(embedded(doubled)))
    return _case(response(issuer_signed(auth=auth)))


@_group.vector(
    f"{_ISO}, 9.1.2.4", "mdoc.encoding", notes="Encodings that two readers cut differently."
)
def security_object_of_indefinite_length() -> Case:
    """The security object is a map of indefinite length."""
    whole = cbor.dumps(security_object(items()))
    auth = issuer_auth(cbor.dumps(embedded(b"\xbf" + whole[1:] + b"\xff")))
    return _case(response(issuer_signed(auth=auth)))


@_group.vector(
    f"{_ISO}, 9.1.2.4",
    "mdoc.encoded_cbor",
    notes="Both forms taken: a payload of another kind passes for a security object.",
)
def security_object_not_embedded() -> Case:
    """The signed payload is the security object itself, not its embedded bytes."""
    auth = issuer_auth(cbor.dumps(security_object(items())))
    return _case(response(issuer_signed(auth=auth)))


@_group.vector(
    f"{_ISO}, 9.3.1",
    "crypto.signature_invalid",
    notes="The signature over the security object is not checked.",
)
def security_object_altered() -> Case:
    """A digest in the security object is exchanged together with its item."""
    own = items()
    auth = issuer_auth(security_object(own))
    own[0] = item(0, "family_name", "TEST-ONLY Somebody Else")
    auth[2] = cbor.dumps(embedded(security_object(own)))
    return _case(response(issuer_signed(own, auth=auth)))


@_group.vector(
    f"{_ISO}, 9.3.1",
    "crypto.signature_invalid",
    notes="The key in the message verifies the message.",
)
def signed_by_another_key() -> Case:
    """The security object is signed with the device's own key."""
    return _case(
        response(issuer_signed(auth=issuer_auth(security_object(items()), signer=key("device"))))
    )


@_group.vector(
    f"{_ISO}, 9.3.1",
    "resolve.certificate_unlisted",
    notes="Whatever certificate comes with the message is trusted.",
)
def certificate_of_nobody() -> Case:
    """The signer's certificate is one that no list names."""
    der = signer_certificate("MY")
    auth = issuer_auth(security_object(items()), unprotected={33: der})
    return _case(response(issuer_signed(auth=auth)))


@_group.vector(f"{_ISO}, 9.1.2.4", "mdoc.chain_missing", notes="All listed keys are tried.")
def no_certificate() -> Case:
    """The signature comes without a certificate."""
    auth = issuer_auth(security_object(items()), unprotected={})
    return _case(response(issuer_signed(auth=auth)))


@_group.vector(
    f"{_ISO}, 9.1.2.4",
    "mdoc.chain_protected",
    notes="Two places for one thing: two readers follow two certificates.",
)
def certificate_in_the_protected_header() -> Case:
    """The certificate stands in the protected header."""
    head = {1: -7, 33: signer_certificate()}
    auth = issuer_auth(security_object(items()), protected=head, unprotected={})
    return _case(response(issuer_signed(auth=auth)))


@_group.vector(
    f"{_ISO}, 9.1.2.4", "cose.alg_unprotected", notes="Anybody on the way chooses the algorithm."
)
def algorithm_in_the_unprotected_header() -> Case:
    """The algorithm is named in the unprotected header only."""
    chain = {1: -7, 33: signer_certificate()}
    auth = issuer_auth(security_object(items()), protected={}, unprotected=chain)
    return _case(response(issuer_signed(auth=auth)))


@_group.vector(
    f"{_ISO}, 9.3.1",
    "mdoc.doctype",
    notes="The unsigned name decides what the document counts for.",
)
def doctype_of_the_document_differs() -> Case:
    """The document calls itself by another type than the security object."""
    return _case(response(doctype="org.example.licence"))


@_group.vector(f"{_ISO}, 9.1.2.4", "mdoc.version", notes="Rules of an unknown version are guessed.")
def security_object_version() -> Case:
    """The security object is of version 2.0."""
    return _mso(version="2.0")


@_group.vector(
    f"{_ISO}, 8.3.2.1.2.2", "mdoc.version", notes="Rules of an unknown version are guessed."
)
def response_version() -> Case:
    """The response is of version 2.0."""
    return _case(response(version="2.0"))


@_group.vector(
    f"{_ISO}, 8.3.2.1.2.3", "mdoc.no_document", notes="Nothing to object to, so it passes."
)
def response_without_documents() -> Case:
    """The response reports an error instead of documents."""
    presented = response(documents=None, status=10)
    return Case(text(presented), mdoc_world(), mdoc_request(format="mdoc"))


@_group.vector(f"{_ISO}, 8.3.2.1.2.2", "mdoc.structure", notes="All of no documents are valid.")
def response_with_an_empty_list() -> Case:
    """The response has an empty list of documents."""
    return _case(response(documents=[]))


@_group.vector(f"{_ISO}, 8.3.2.1.2.2", "mdoc.structure", notes="A missing member read as success.")
def response_without_status() -> Case:
    """The response has no status."""
    return _case(response(status=None))


@_group.vector(
    f"{_ISO}, 9.1.2.4", "time.expired", notes="The validity in the security object is ignored."
)
def expired() -> Case:
    """`validUntil` has passed."""
    return _mso(validityInfo=validity(validUntil=date(MOMENT)))


@_group.vector(
    f"{_ISO}, 9.1.2.4",
    "time.not_yet_valid",
    notes="The validity in the security object is ignored.",
)
def not_yet_valid() -> Case:
    """`validFrom` is still to come."""
    return _mso(validityInfo=validity(validFrom=date(MOMENT + DAY)))


@_group.vector(f"{_ISO}, 9.1.2.4", "mdoc.validity", notes="No end read as for ever.")
def validity_missing_its_end() -> Case:
    """`validUntil` is missing."""
    return _mso(validityInfo=validity(validUntil=None))


@_group.vector(f"{_ISO}, 9.1.2.4", "mdoc.validity", notes="Two readers round two ways.")
def validity_with_fractions() -> Case:
    """A time has fractions of a second."""
    return _mso(validityInfo=validity(validUntil=date(MOMENT + DAY, ".5Z")))


@_group.vector(
    f"{_ISO}, 9.1.2.4", "mdoc.validity", notes="The offset ignored: seven hours too long."
)
def validity_with_an_offset() -> Case:
    """A time is given with an offset."""
    return _mso(validityInfo=validity(validUntil=date(MOMENT + DAY, "+07:00")))


@_group.vector(f"{_ISO}, 9.1.2.4", "mdoc.validity", notes="Any text taken for a time.")
def validity_untagged() -> Case:
    """A time is text without its tag."""
    return _mso(validityInfo=validity(validUntil=date(MOMENT + DAY).value))


@_group.vector(f"{_ISO}, 9.1.2.4", "mdoc.validity", notes="An impossible span treated as none.")
def validity_ends_before_it_begins() -> Case:
    """It ends before it begins."""
    return _mso(validityInfo=validity(validUntil=date(MOMENT - 31 * DAY)))


@_group.vector(f"{_ISO}, 9.1.2.4", "mdoc.validity", notes="A document made good for the past.")
def validity_begins_before_it_was_signed() -> Case:
    """It is valid from before it was signed."""
    return _mso(validityInfo=validity(validFrom=date(MOMENT - 31 * DAY)))


@_group.vector(
    f"{_ISO}, 9.1.2.4",
    "resolve.credential_type_out_of_scope",
    notes="What a signer may issue is not looked at.",
)
def doctype_out_of_scope() -> Case:
    """The list lets the signer issue identity cards; the document is a driving licence."""
    return _case(response(), credentialTypes=["org.example.id"])


@_group.vector(f"{_ISO}, 9.1.2.4", "mdoc.device_key", notes="No key, no check.")
def device_key_missing() -> Case:
    """The security object binds no device key."""
    return _mso(deviceKeyInfo={})


@_group.vector(f"{_ISO}, 9.1.2.4", "mdoc.device_key", notes="Keys are not validated.")
def device_key_off_the_curve() -> Case:
    """The device key is no point of its curve."""
    bad = {**device_key(), -3: bytes(32)}
    return _mso(deviceKeyInfo={"deviceKey": bad})


@_group.vector(
    f"{_ISO}, 8.3.2.1.2.2", "mdoc.structure", notes="The second document is never looked at."
)
def two_documents() -> Case:
    """The response holds two documents where one is asked for."""
    one = response()["documents"][0]
    return _case(response(documents=[one, one]))


@_group.vector(
    f"{_ISO}, 8.3.2.1.2.2", "mdoc.encoding", notes="Encodings that two readers cut differently."
)
def response_of_indefinite_length() -> Case:
    """The response is a map of indefinite length."""
    whole = cbor.dumps(response())
    return _case(b"\xbf" + whole[1:] + b"\xff")


@_group.vector(
    f"{_ISO}, 8.3.2.1.2.2",
    "mdoc.structure",
    notes="What follows is ignored: one document has many spellings.",
)
def bytes_behind_the_response() -> Case:
    """A byte follows the response."""
    return _case(cbor.dumps(response()) + b"\0")
