"""Compact JWE with ECDH-ES on P-256 and AES-GCM: an encrypted response, and no more (floor 3).

One algorithm of key agreement, two of encryption, both of them authenticated; nothing in a header
chooses another (RFC 8725, 3.1 and 3.4). What was encrypted is not signed by that: whoever holds the
public key can write it (RFC 7516, 11.1), so everything inside is judged as if it had come openly.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from hashlib import sha256
from types import MappingProxyType
from typing import Any, Final

from .algorithms import shown
from .codec import base64url
from .codec import json as strict_json
from .codes import jwe as codes
from .crypto import VerificationKey
from .errors import MisuseError, Rejection
from .signing_crypto import AgreementKey, aes_gcm_open, aes_gcm_seal

ALGORITHM: Final = "ECDH-ES"
ENCRYPTIONS: Final[Mapping[str, int]] = MappingProxyType({"A128GCM": 16, "A256GCM": 32})
"""Content encryption by `enc` (RFC 7518, 5.3), with the octets of its key."""
MAX_JWE_BYTES: Final = 4 << 20
"""Ours: octets of an encrypted response; larger ones are refused unread."""
MAX_PARTY: Final = 1024
"""Ours: characters of `apu` and `apv`, which hold a name or a nonce."""

_IV: Final = 12
_TAG: Final = 16
_POINT: Final = frozenset({"kty", "crv", "x", "y"})
_UNKNOWN: Final = ("crit", "zip", "b64", "jwk", "jku", "x5u", "x5c")
"""Members that change how the text is read, or bring a key of their own."""


def decrypt(
    text: bytes,
    key: AgreementKey,
    *,
    encryptions: Iterable[str] = ENCRYPTIONS,
    key_id: str | None = None,
) -> bytes:
    """The plaintext of a compact JWE to ``key``. Raises ``Rejection`` (`jwe.*`, `json.*`,
    `base64url.not_canonical`).

    ``key_id`` is the `kid` under which the key was published; the header must then name it.
    """
    if len(text) > MAX_JWE_BYTES:
        raise Rejection(codes.FORM, expected=f"at most {MAX_JWE_BYTES} octets")
    segments = text.split(b".")
    if len(segments) != 5:
        raise Rejection(codes.FORM, expected="five parts with dots between them")
    if segments[1]:
        # RFC 7518, 4.6: with direct agreement there is no key to wrap.
        raise Rejection(codes.FORM, expected="no encrypted key with direct key agreement")
    header = strict_json.loads_object(base64url.decode(segments[0]))
    size = _check(header, tuple(encryptions), key_id)
    iv, ciphertext, tag = map(base64url.decode, segments[2:])
    if len(iv) != _IV or len(tag) != _TAG:
        raise Rejection(codes.FORM, expected="an initialisation vector of 12 octets, a tag of 16")
    content_key = _derived(key.agree(_ephemeral(header)), header, size)
    plaintext = aes_gcm_open(content_key, iv, ciphertext, tag, segments[0])
    if plaintext is None:
        raise Rejection(codes.DECRYPTION)
    return plaintext


def encrypt(
    plaintext: bytes,
    to: Mapping[str, Any],
    ephemeral: AgreementKey,
    iv: bytes,
    *,
    enc: str = "A128GCM",
    **members: Any,
) -> str:
    """A compact JWE to the public JWK ``to``, for wallets of tests and examples.

    ``ephemeral`` and ``iv`` (12 octets) serve one text only. ``members`` go into the header as they
    are, in place of its own.
    """
    if enc not in ENCRYPTIONS or len(iv) != _IV:
        raise MisuseError(f"enc is one of {', '.join(ENCRYPTIONS)}; an iv has {_IV} octets")
    header = {"alg": ALGORITHM, "enc": enc, "epk": ephemeral.jwk()}
    if "kid" in to:
        header["kid"] = to["kid"]
    header |= members
    head = base64url.encode(strict_json.compact(header))
    point = {name: value for name, value in to.items() if name in _POINT}
    content_key = _derived(ephemeral.agree(point), header, ENCRYPTIONS[enc], enc)
    sealed = aes_gcm_seal(content_key, iv, plaintext, head.encode())
    parts = (head, "", *map(base64url.encode, (iv, sealed[:-_TAG], sealed[-_TAG:])))
    return ".".join(parts)


def _check(header: Mapping[str, Any], encryptions: tuple[str, ...], key_id: str | None) -> int:
    """The header as it must be; answers how many octets the content's key has."""
    alg, enc = header.get("alg"), header.get("enc")
    if alg != ALGORITHM:
        raise Rejection(codes.ALGORITHM, where="alg", expected=ALGORITHM, actual=shown(alg))
    size = ENCRYPTIONS.get(enc) if type(enc) is str and enc in encryptions else None
    if size is None:
        raise Rejection(codes.ENCRYPTION, where="enc", expected=encryptions, actual=shown(enc))
    for name in _UNKNOWN:
        if name in header:
            raise Rejection(codes.HEADER, where=name, expected="absent", actual=f"`{name}`")
    if key_id is not None and header.get("kid") != key_id:
        raise Rejection(codes.KEY_ID, where="kid")
    return size


def _ephemeral(header: Mapping[str, Any]) -> dict[str, Any]:
    """`epk` (RFC 7518, 4.6.1.1): a point of P-256 and nothing secret."""
    epk = header.get("epk")
    if type(epk) is not dict:
        raise Rejection(codes.EPHEMERAL_KEY, where="epk", expected="P-256", actual="no object")
    if epk.get("kty") != "EC" or epk.get("crv") != "P-256":
        raise Rejection(codes.EPHEMERAL_KEY, where="epk", expected="P-256", actual="another kind")
    if "d" in epk:
        raise Rejection(codes.EPHEMERAL_KEY, where="epk", expected="P-256", actual="a secret")
    point = {name: epk[name] for name in _POINT if name in epk}
    try:
        VerificationKey.from_jwk(point)
    except Rejection as refusal:
        raise Rejection(
            codes.EPHEMERAL_KEY, where="epk", expected="P-256", actual=refusal.code.id
        ) from None
    return point


def _derived(secret: bytes, header: Mapping[str, Any], size: int, enc: str | None = None) -> bytes:
    """Concat KDF (RFC 7518, 4.6.2; NIST SP 800-56A, 5.8.1): one round gives all that is needed."""
    name = header["enc"] if enc is None else enc
    other = b"".join(
        (
            _prefixed(str(name).encode()),
            _prefixed(_party(header, "apu")),
            _prefixed(_party(header, "apv")),
            (size * 8).to_bytes(4, "big"),
        )
    )
    return sha256(b"\0\0\0\1" + secret + other).digest()[:size]


def _party(header: Mapping[str, Any], name: str) -> bytes:
    if name not in header:
        return b""
    value = header[name]
    if type(value) is not str or len(value) > MAX_PARTY:
        raise Rejection(codes.HEADER, where=name, expected="base64url text", actual=f"`{name}`")
    return base64url.decode(value)


def _prefixed(value: bytes) -> bytes:
    return len(value).to_bytes(4, "big") + value
