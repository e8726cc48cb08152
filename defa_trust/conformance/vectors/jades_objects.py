"""JAdES signatures over named objects (ETSI TS 119 182-1, 5.2.8)."""

from __future__ import annotations

from collections.abc import Mapping
from hashlib import sha1
from typing import Any

from ...codec import base64url
from ...content import Content
from ...formats.jades_sign import JadesForm, JadesPayload, sign_jades
from ...formats.sign_common import Detached
from ..build import Json, without_none
from ..cms_build import ALICE, DOCUMENT, MADE, case, item
from ..jades_build import compact, header
from ..registry import Case, Group, Importance

_TS = "ETSI TS 119 182-1"
_AV = "EN 319 102-1"
_ANNEX = b"TEST-ONLY annex of the contract."
_ONE = {"contract.txt": DOCUMENT}
_BOTH = {**_ONE, "annex.txt": _ANNEX}
_group = Group(
    "jades", features=("jades", "certificate-path", "crl", "es256"), twin="objects_by_digest"
)


def _signed(
    objects: Mapping[str, bytes] = _BOTH,
    payload: JadesPayload = JadesPayload.BY_URI_HASH,
    **more: Any,
) -> bytes:
    named = [Detached(uri, Content.of(octets)) for uri, octets in objects.items()]
    return sign_jades(
        named, ALICE, form=JadesForm.COMPACT, payload=payload, signing_time=MADE, **more
    )


def _case(data: bytes, objects: Mapping[str, bytes] = _BOTH) -> Case:
    """The objects are evidence, each under its name."""
    return case(data, *({**item("content", o), "uri": uri} for uri, o in objects.items()))


def _by_hand(payload: bytes = b"", crit: tuple[str, ...] = ("sigD",), **members: Any) -> bytes:
    """A signature over the one document by its digest; ``None`` leaves a member of `sigD` out."""
    digest = Content.of(DOCUMENT).base64url().digest("sha-256")
    assert digest is not None  # of octets every digest can be had
    usual: Json = {
        "mId": "http://uri.etsi.org/19182/ObjectIdByURIHash",
        "pars": ["contract.txt"],
        "hashM": "S256",
        "hashV": [base64url.encode(digest)],
    }
    made = header(sigD=without_none(usual | members), crit=[*crit] or None)
    return compact(payload, head=made)


@_group.vector(f"{_TS}, 5.2.8.3.3")
def objects_by_digest() -> Case:
    """Two documents, each by the digest of its base64url text."""
    return _case(_signed())


@_group.vector(f"{_TS}, 5.2.8.1")
def objects_by_digest_as_they_are() -> Case:
    """`b64` is false: the digests are of the documents themselves."""
    return _case(_signed(encoded=False))


@_group.vector(f"{_TS}, 5.2.8.3.3")
def object_by_digest_with_sha_512() -> Case:
    """One document, by another digest."""
    return _case(_signed(_ONE, digest="sha-512"), _ONE)


@_group.vector(f"{_AV}, 5.2.7", "signature.content_changed")
def one_object_is_another() -> Case:
    """The annex is not the one that was signed."""
    return _case(_signed(), _BOTH | {"annex.txt": _ANNEX + b" "})


@_group.vector(f"{_AV}, 5.2.7", "signature.content_changed")
def objects_under_each_others_names() -> Case:
    """Both are there, each under the name of the other."""
    return _case(_signed(), {"contract.txt": _ANNEX, "annex.txt": DOCUMENT})


@_group.vector(f"{_AV}, 5.2.7", "signature.content_missing")
def one_object_is_not_there() -> Case:
    """Nobody brought the annex."""
    return _case(_signed(), _ONE)


@_group.vector(f"{_TS}, 5.2.8.1", "signature.content_changed",
               notes="The digest is of the text, and so is the file.")  # fmt: skip
def text_in_the_place_of_what_it_encodes() -> Case:
    """What was brought is the base64url text of the document."""
    text = base64url.encode(DOCUMENT).encode()
    return _case(_signed(_ONE), {"contract.txt": text})


@_group.vector(f"{_TS}, 5.2.8.3.2")
def object_by_name() -> Case:
    """The one document is the payload, and stays outside."""
    return _case(_signed(_ONE, JadesPayload.BY_URI), _ONE)


@_group.vector(f"{_AV}, 5.2.7", "crypto.signature_invalid", twin="object_by_name")
def object_by_name_is_another() -> Case:
    """Another document stands under the name."""
    return _case(_signed(_ONE, JadesPayload.BY_URI), {"contract.txt": _ANNEX})


@_group.vector(f"{_AV}, 5.2.7", "signature.content_not_covered", twin="object_by_name",
               importance=Importance.PROFILE)  # fmt: skip
def object_by_name_beside_another() -> Case:
    """The annex was brought as well, and the signature is not over it."""
    return _case(_signed(_ONE, JadesPayload.BY_URI), _BOTH)


@_group.vector(f"{_TS}, 5.2.8.3.2", "jades.mechanism", twin="object_by_name",
               importance=Importance.PROFILE,
               notes="Octets of one object could be moved into the other.")  # fmt: skip
def two_objects_joined() -> Case:
    """Two documents are signed as one: where one ends is not signed."""
    return _case(_signed(_BOTH, JadesPayload.BY_URI))


@_group.vector(f"{_TS}, 5.1.9", "jades.objects")
def names_that_are_not_critical() -> Case:
    """`crit` does not name `sigD`: who does not know it would read an empty payload."""
    return _case(_by_hand(crit=()), _ONE)


@_group.vector(f"{_TS}, 5.2.8.1", "jades.objects")
def payload_beside_the_names() -> Case:
    """The header names what is signed, and the file holds another payload."""
    return _case(_by_hand(b"TEST-ONLY other"), _ONE)


@_group.vector(f"{_TS}, 5.2.8.1", "jades.objects")
def more_names_than_digests() -> Case:
    """The second object has no digest."""
    return _case(_by_hand(pars=["contract.txt", "annex.txt"]))


@_group.vector(f"{_AV}, 5.2.8", "jades.digest_weak")
def object_by_a_weak_digest() -> Case:
    """The digest of the document is SHA-1."""
    digest = sha1(base64url.encode(DOCUMENT).encode(), usedforsecurity=False).digest()
    return _case(_by_hand(hashM="S1", hashV=[base64url.encode(digest)]), _ONE)


@_group.vector(f"{_TS}, 5.2.8.2", "jades.mechanism", importance=Importance.PROFILE)
def fields_of_a_request() -> Case:
    """The mechanism HttpHeaders signs a request's fields, which are not at hand here."""
    mechanism = "http://uri.etsi.org/19182/HttpHeaders"
    return _case(_by_hand(mId=mechanism, pars=["digest"], hashM=None, hashV=None), _ONE)
