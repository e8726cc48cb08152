"""JAdES signatures of levels B-B, B-T and B-LT, made with any ``Signer`` (floor 3).

For tests, samples and sandboxes: enough of ETSI TS 119 182-1, 6 to build what the verifier reads.
"""

from __future__ import annotations

from collections.abc import Iterable
from enum import Enum
from typing import Any, Final, NamedTuple

from ..algorithms import DIGESTS, ECDSA_DER, JOSE_ALGORITHMS, Algorithm, KeyType, SignatureEncoding
from ..codec import base64url
from ..codec.json import compact
from ..content import Content
from ..errors import MisuseError
from ..material import Item
from ..signer import Signer
from .cades_sign import TimestampSource
from .jades_header import DIGEST_NAMES, MECHANISMS
from .sign_common import Detached, ValidationData, as_uri, sign_plain, validation_data

_JOSE_NAMES: Final = {name: jose for jose, name in DIGEST_NAMES.items()}
_MECHANISM_URIS: Final = {name: uri for uri, name in MECHANISMS.items()}
_ECDSA: Final = {
    ECDSA_DER[KeyType.P256, "SHA-256"]: "ES256",
    ECDSA_DER[KeyType.P384, "SHA-384"]: "ES384",
    ECDSA_DER[KeyType.P521, "SHA-512"]: "ES512",
}


class JadesForm(Enum):
    """How the JWS is written (RFC 7515, 3)."""

    COMPACT = "compact"
    """Has no unsigned header: level B-B alone."""
    FLATTENED = "flattened"
    GENERAL = "general"
    """The one form of several signatures."""


class JadesPayload(Enum):
    """Where the payload is, from the signature's point of view."""

    ATTACHED = "attached"
    DETACHED = "detached"
    """Left out, and nothing says where it is (RFC 7515, appendix F)."""
    BY_URI = "ObjectIdByURI"
    """Named objects are the payload (TS 119 182-1, 5.2.8.3.2)."""
    BY_URI_HASH = "ObjectIdByURIHash"
    """The signed header holds digests of named objects; the payload is empty (5.2.8.3.3)."""


_NAMING: Final = (JadesPayload.BY_URI, JadesPayload.BY_URI_HASH)


class _Payload(NamedTuple):
    """``signed`` is as it is signed over; ``text`` the member of the file, if it is there;
    ``members`` what the header says of it."""

    signed: bytes
    text: str | None
    members: dict[str, Any]


def sign_jades(
    content: bytes | Detached | Iterable[Detached],
    signer: Signer | Iterable[Signer],
    *,
    form: JadesForm,
    signing_time: int,
    payload: JadesPayload = JadesPayload.ATTACHED,
    encoded: bool = True,
    digest: str = "sha-256",
    mime_type: str | None = None,
    commitments: Iterable[str] = (),
    roles: Iterable[str] = (),
    content_timestamps: TimestampSource | None = None,
    timestamps: TimestampSource | None = None,
    evidence: Iterable[Item] = (),
    clear: bool = False,
) -> bytes:
    """A JAdES-B-B signature; B-T with a source of ``timestamps`` over the signature, B-LT with
    ``evidence`` too (CRLs and OCSP responses).

    ``signing_time`` is Unix seconds (`iat`: new signatures have no `sigT`, 5.2.1). ``encoded`` is
    `b64`; ``digest`` names the signer's certificate and, by ``payload``, the objects; ``clear``
    writes what is unsigned as JSON instead of base64url. Raises ``MisuseError`` for what cannot be
    signed so.
    """
    signers = [signer] if isinstance(signer, Signer) else list(signer)
    along = validation_data(evidence)
    if digest not in _JOSE_NAMES:
        raise MisuseError(f"{digest} has no name in JAdES; known: {', '.join(_JOSE_NAMES)}")
    if not signers or (len(signers) > 1 and form is not JadesForm.GENERAL):
        raise MisuseError(f"a JWS in {form.value} form has one signature")
    if form is JadesForm.COMPACT and (timestamps is not None or along):
        raise MisuseError("the compact form has no place for time-stamps or validation data")
    held = _payload(content, payload, form, digest, encoded=encoded)
    stated = dict(held.members)
    if mime_type is not None and payload not in _NAMING:
        stated["cty"] = mime_type.removeprefix("application/")
    listed = [{"commId": {"id": as_uri(each)}} for each in commitments]
    if listed:
        stated["srCms"] = listed
    claimed = list(roles)
    if claimed:
        stated["srAts"] = [{"claimed": {"mediaType": "text/plain", "vals": claimed}}]
    if content_timestamps is not None:
        stated["adoTst"] = _container(content_timestamps(digest, _stamped(held, digest)))
    made = [
        _signature(each, signing_time, digest, stated, held.signed, timestamps, along, clear=clear)
        for each in signers
    ]
    if form is JadesForm.COMPACT:
        ((protected, value, _),) = made
        return f"{protected}.{held.text or ''}.{value}".encode()
    entries = [
        {"protected": protected, "signature": value}
        | ({"header": {"etsiU": components}} if components else {})
        for protected, value, components in made
    ]
    file: dict[str, Any] = {} if held.text is None else {"payload": held.text}
    file |= {"signatures": entries} if form is JadesForm.GENERAL else entries[0]
    return compact(file)


def _stamped(held: _Payload, digest: str) -> bytes:
    """The digest of what a content time-stamp covers: the payload as it is signed over, or the
    object of which the header holds the digest (5.2.6, 5.2.8.3.3)."""
    digests = held.members.get("sigD", {}).get("hashV")
    if digests is None:
        return DIGESTS[digest](held.signed)
    if len(digests) > 1:
        raise MisuseError("no content time-stamp over several objects is made")
    return base64url.decode(digests[0])


def _signature(
    signer: Signer,
    signing_time: int,
    digest: str,
    stated: dict[str, Any],
    signed: bytes,
    timestamps: TimestampSource | None,
    along: ValidationData,
    *,
    clear: bool,
) -> tuple[str, str, list[Any]]:
    """The protected header and the signature's value in base64url, and the elements of `etsiU`."""
    thumb = base64url.encode(DIGESTS[digest](signer.certificate))
    header = {
        "alg": _alg(signer.algorithm),
        "iat": signing_time,
        **(
            {"x5t#S256": thumb}
            if digest == "sha-256"
            else {"x5t#o": {"digAlg": _JOSE_NAMES[digest], "digVal": thumb}}
        ),
        "x5c": [base64url.encode_standard(der) for der in (signer.certificate, *signer.chain)],
        **stated,
    }
    protected = base64url.encode(compact(header))
    value = base64url.encode(sign_plain(signer, protected.encode() + b"." + signed))
    components: list[Any] = []
    if timestamps is not None:
        token = timestamps(digest, DIGESTS[digest](value.encode()))
        components.append({"sigTst": _container(token)})
    if along:
        lists = {
            name: [{"val": base64url.encode_standard(der)} for der in values]
            for name, values in (("crlVals", along.crls), ("ocspVals", along.responses))
            if values
        }
        components.append({"rVals": lists})
    if not clear:
        components = [base64url.encode(compact(component)) for component in components]
    return protected, value, components


def _payload(
    content: bytes | Detached | Iterable[Detached],
    payload: JadesPayload,
    form: JadesForm,
    digest: str,
    *,
    encoded: bool,
) -> _Payload:
    members: dict[str, Any] = {} if encoded else {"b64": False}
    if payload in _NAMING:
        if isinstance(content, bytes):
            raise MisuseError("an object that is named needs its name")
        objects = [content] if isinstance(content, Detached) else list(content)
        if not objects:
            raise MisuseError("at least one object is named")
        members["sigD"] = {
            "mId": _MECHANISM_URIS[payload.value],
            "pars": [each.uri for each in objects],
        }
        signed = b""
        if payload is JadesPayload.BY_URI_HASH:
            members["sigD"] |= {
                "hashM": _JOSE_NAMES[digest],
                "hashV": [
                    base64url.encode(_digest(each.content, digest, encoded=encoded))
                    for each in objects
                ],
            }
        else:
            # Each object is encoded by itself, and that is not encoded once more (5.2.8.3.2).
            parts = [_octets(each.content) for each in objects]
            signed = b"".join([_as_signed(part, encoded=encoded) for part in parts])
        text = None
    else:
        if not isinstance(content, bytes):
            raise MisuseError("what no name is said of is given as bytes")
        signed = _as_signed(content, encoded=encoded)
        text = None
        if payload is JadesPayload.ATTACHED:
            text = _text(signed, ascii=form is JadesForm.COMPACT)
    # RFC 7797, 6; TS 119 182-1, 5.1.9.
    critical = [name for name in ("b64", "sigD") if name in members]
    return _Payload(signed, text, members | ({"crit": critical} if critical else {}))


def _as_signed(octets: bytes, *, encoded: bool) -> bytes:
    return base64url.encode(octets).encode() if encoded else octets


def _octets(content: Content) -> bytes:
    octets = content.octets
    if octets is None:
        raise MisuseError("the octets of the content are not at hand")
    return octets


def _digest(content: Content, digest: str, *, encoded: bool) -> bytes:
    found = (content.base64url() if encoded else content).digest(digest)
    if found is None:
        what = "the content in base64url" if encoded else "the content"
        raise MisuseError(f"the {digest} of {what} is not at hand")
    return found


def _text(signed: bytes, *, ascii: bool) -> str:
    """A payload that is not encoded has to be text, and in compact form printable ASCII without a
    full stop (RFC 7797, 5.2 and 5.3)."""
    try:
        text = signed.decode("ascii" if ascii else "utf-8")
    except UnicodeDecodeError:
        text = None
    if text is None or (ascii and not (text.isprintable() and "." not in text)):
        raise MisuseError("this form cannot hold the payload unless it is encoded")
    return text


def _alg(algorithm: Algorithm) -> str:
    name = _ECDSA.get(algorithm)
    if name is None and algorithm.encoding is not SignatureEncoding.DER:
        name = algorithm.name if algorithm.name in JOSE_ALGORITHMS else None
    if name is None:
        raise MisuseError(f"{algorithm.name} has no name in JOSE")
    return name


def _container(token: bytes) -> dict[str, Any]:
    """A tstContainer with one RFC 3161 token."""
    return {"tstTokens": [{"val": base64url.encode_standard(token)}]}
