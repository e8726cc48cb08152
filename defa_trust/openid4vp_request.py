"""A verifier's own request to a wallet, as one frozen value (floor 3; OpenID4VP 1.0, 5 and A).

Stateless: the value holds all that the response is compared with. Keep it (``stored()``) from the
moment the request goes out until the one response to it has come, and then no longer.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import Enum, StrEnum
from typing import Any, Final
from urllib.parse import urlsplit

from .codec import base64url
from .codec import json as strict_json
from .crypto import DIGESTS, KeyType, VerificationKey
from .errors import MisuseError, Rejection
from .formats.mdoc_device import dc_api_transcript, openid4vp_transcript
from .jwe import ALGORITHM, ENCRYPTIONS
from .openid4vp_query import CredentialFormat, Query

MIN_NONCE: Final = 16
"""Ours: characters of a nonce. 22 of base64url are 128 random bits."""
MAX_TEXT: Final = 2048
"""Ours: characters of an identifier or an address."""
MAX_TRANSACTIONS: Final = 32
CLIENT_ID_PREFIXES: Final = (
    "redirect_uri",
    "openid_federation",
    "decentralized_identifier",
    "verifier_attestation",
    "x509_san_dns",
    "x509_hash",
)
"""Client Identifier Prefixes (5.9.3); an identifier with none of them is one that the wallet knows
beforehand. `origin` is reserved and in no request."""

_URL_SAFE: Final = re.compile(r"[A-Za-z0-9._~-]+")
_PRINTABLE: Final = re.compile(r"[\x21-\x7e]+")
_VP_FORMATS: Final[Mapping[CredentialFormat, Mapping[str, Any]]] = {
    CredentialFormat.SD_JWT_VC: {
        "sd-jwt_alg_values": ["ES256", "ES384", "ES512", "Ed25519"],
        "kb-jwt_alg_values": ["ES256", "ES384", "ES512", "Ed25519"],
    },
    CredentialFormat.MDOC: {},
}


class ResponseMode(StrEnum):
    """How the response comes (8.2, 8.3 and A.2). Those with `.jwt` are encrypted, and only so."""

    DIRECT_POST = "direct_post"
    DIRECT_POST_JWT = "direct_post.jwt"
    DC_API = "dc_api"
    DC_API_JWT = "dc_api.jwt"

    @property
    def encrypted(self) -> bool:
        return self in (ResponseMode.DIRECT_POST_JWT, ResponseMode.DC_API_JWT)

    @property
    def over_dc_api(self) -> bool:
        return self in (ResponseMode.DC_API, ResponseMode.DC_API_JWT)


class Surplus(Enum):
    """What becomes of a presentation that discloses more than was asked for."""

    REPORTED = "reported"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class TransactionData:
    """What the holder is to authorise (5.1, 8.4): ``text`` goes to the wallet as it is, and its
    hash comes back in the holder's proof (B.3.3.1)."""

    text: str
    type: str
    credential_ids: tuple[str, ...]
    algorithms: tuple[str, ...] = ()
    """`transaction_data_hashes_alg` as asked; empty: not asked for, and SHA-256 it is."""

    @classmethod
    def of(
        cls, type: str, credential_ids: Sequence[str], *, algorithms: Sequence[str] = (),
        **members: Any,
    ) -> TransactionData:  # fmt: skip
        """Encode one; ``members`` are those of its type."""
        document = {"type": type, "credential_ids": list(credential_ids), **members}
        if algorithms:
            document["transaction_data_hashes_alg"] = list(algorithms)
        return cls.read(base64url.encode(strict_json.compact(document)))

    @classmethod
    def read(cls, text: str) -> TransactionData:
        """Read what was encoded elsewhere. Raises ``MisuseError``."""
        try:
            document = strict_json.loads_object(base64url.decode(text))
        except Rejection as refusal:
            raise MisuseError(f"transaction data: {refusal}") from None
        kind = document.get("type")
        if type(kind) is not str or not kind:
            raise MisuseError("transaction data has a `type`")
        algorithms: tuple[str, ...] = ()
        if "transaction_data_hashes_alg" in document:
            algorithms = _texts(document, "transaction_data_hashes_alg")
            if not DIGESTS.keys() >= set(algorithms):
                raise MisuseError(f"transaction data is hashed with one of {', '.join(DIGESTS)}")
        return cls(text, kind, _texts(document, "credential_ids"), algorithms)

    def hashes(self, algorithm: str) -> bytes:
        """The digest that a proof must carry: of the text, not of what it encodes."""
        return DIGESTS[algorithm](self.text.encode("ascii"))


def _texts(document: Mapping[str, Any], name: str) -> tuple[str, ...]:
    values = document.get(name)
    if type(values) is not list or not values or not all(type(v) is str and v for v in values):
        raise MisuseError(f"transaction data: `{name}` is an array of texts that is not empty")
    if len(set(values)) != len(values):
        raise MisuseError(f"transaction data: `{name}` names one thing twice")
    return tuple(values)


@dataclass(frozen=True, slots=True)
class PresentationRequest:
    """One request. ``nonce`` is fresh and random for each: `secrets.token_urlsafe(32)`.

    For `direct_post` modes ``client_id`` (with its prefix) and ``response_uri``; over the Digital
    Credentials API ``origin`` as the browser serialises it. ``encryption_key`` is the public half
    of an ``AgreementKey`` made for this request. Raises ``MisuseError`` for what contradicts
    itself.
    """

    query: Query
    mode: ResponseMode
    nonce: str
    client_id: str | None = None
    response_uri: str | None = None
    origin: str | None = None
    state: str | None = None
    encryption_key: VerificationKey | None = None
    encryptions: tuple[str, ...] = ("A128GCM", "A256GCM")
    transaction_data: tuple[TransactionData, ...] = ()
    surplus: Surplus = Surplus.REPORTED

    def __post_init__(self) -> None:
        if not isinstance(self.query, Query) or not isinstance(self.mode, ResponseMode):
            raise MisuseError("a request has a Query and a ResponseMode")
        if not isinstance(self.surplus, Surplus):
            raise MisuseError("surplus is a Surplus")
        _check_token("nonce", self.nonce)
        if len(self.nonce) < MIN_NONCE:
            raise MisuseError(f"a nonce has at least {MIN_NONCE} characters, all of them random")
        if self.state is not None:
            _check_token("state", self.state)
        if self.mode.over_dc_api:
            self._check_dc_api()
        else:
            self._check_direct_post()
        self._check_encryption()
        self._check_transactions()

    def _check_direct_post(self) -> None:
        _check_text("client_id", self.client_id)
        _check_text("response_uri", self.response_uri)
        assert self.client_id is not None
        if self.origin is not None:
            raise MisuseError("an origin belongs to the Digital Credentials API")
        address = urlsplit(self.response_uri or "")
        if address.scheme != "https" or not address.hostname or address.fragment:
            raise MisuseError("response_uri is an https address without fragment")
        prefix, _, rest = self.client_id.partition(":")
        if prefix == "origin":
            raise MisuseError("the prefix `origin` is reserved (OpenID4VP 1.0, 5.9.3)")
        if prefix == "redirect_uri" and rest != self.response_uri:
            raise MisuseError("after `redirect_uri:` the client_id is the response_uri")
        if self.state is None and not all(each.holder_binding for each in self.query.credentials):
            # 5.3: without the holder's proof nothing else ties the response to the request.
            raise MisuseError("a query without holder binding needs a random `state`")

    def _check_dc_api(self) -> None:
        _check_text("origin", self.origin)
        assert self.origin is not None
        address = urlsplit(self.origin)
        if address.scheme in ("http", "https") and self.origin != (
            f"{address.scheme}://{address.netloc.lower()}"
        ):
            raise MisuseError("an origin has a scheme, a host and maybe a port, and nothing else")
        if address.scheme == "http" or "@" in address.netloc:
            raise MisuseError("an origin is one of https, or of an app")
        if self.client_id is not None:
            _check_text("client_id", self.client_id)
        if self.response_uri is not None or self.state is not None:
            raise MisuseError("the Digital Credentials API has neither response_uri nor state")

    def _check_encryption(self) -> None:
        if (self.encryption_key is not None) is not self.mode.encrypted:
            raise MisuseError("an encryption key is given for modes with `.jwt`, and only for them")
        if self.encryption_key is not None and (
            not isinstance(self.encryption_key, VerificationKey)
            or self.encryption_key.key_type is not KeyType.P256
        ):
            raise MisuseError("the encryption key is the public half of an AgreementKey")
        if not self.encryptions or not ENCRYPTIONS.keys() >= set(self.encryptions):
            raise MisuseError(f"encryptions are some of {', '.join(ENCRYPTIONS)}")

    def _check_transactions(self) -> None:
        if len(self.transaction_data) > MAX_TRANSACTIONS:
            raise MisuseError(f"at most {MAX_TRANSACTIONS} transactions are authorised at once")
        texts = [item.text for item in self.transaction_data]
        if len(set(texts)) != len(texts):
            raise MisuseError("transaction data stands twice: number it, or leave one out")
        for item in self.transaction_data:
            for name in item.credential_ids:
                asked = self.query.credential(name)
                if asked is None:
                    raise MisuseError(f"transaction data names {name!r}, which the query does not")
                if asked.format is not CredentialFormat.SD_JWT_VC or not asked.holder_binding:
                    # Annex B leaves it to each type how an mdoc would carry it; none is known here.
                    raise MisuseError(
                        "transaction data is authorised with an SD-JWT VC and its holder's proof"
                    )

    @property
    def audience(self) -> str:
        """What a holder's proof must be made for (5.9.3 and A.4)."""
        if self.mode.over_dc_api:
            return f"origin:{self.origin}"
        assert self.client_id is not None
        return self.client_id

    @property
    def session_transcript(self) -> bytes:
        """What an mdoc's device must have signed (B.2.6)."""
        key = self.encryption_key
        thumbprint = None if key is None else key.thumbprint
        if self.mode.over_dc_api:
            assert self.origin is not None
            return dc_api_transcript(self.origin, self.nonce, thumbprint)
        assert self.client_id is not None
        assert self.response_uri is not None
        return openid4vp_transcript(self.client_id, self.nonce, self.response_uri, thumbprint)

    @property
    def key_id(self) -> str | None:
        """`kid` of the encryption key: its thumbprint, so that it names no other."""
        key = self.encryption_key
        return None if key is None else base64url.encode(key.thumbprint)

    # --- as it goes out --------------------------------------------------------------------
    def parameters(self) -> dict[str, Any]:
        """The authorization request's parameters as JSON: the payload of a request object (RFC
        9101), or what the Digital Credentials API is given. In a URL each object is its JSON text.
        """
        metadata: dict[str, Any] = {
            "vp_formats_supported": {
                format.value: dict(_VP_FORMATS[format])
                for format in dict.fromkeys(each.format for each in self.query.credentials)
            }
        }
        key = self.encryption_key
        if key is not None:
            published = {**key.jwk(), "use": "enc", "alg": ALGORITHM, "kid": self.key_id}
            metadata["jwks"] = {"keys": [published]}
            metadata["encrypted_response_enc_values_supported"] = list(self.encryptions)
        members: dict[str, Any] = {
            "response_type": "vp_token",
            "response_mode": self.mode.value,
            "client_id": self.client_id,
            "response_uri": self.response_uri,
            "nonce": self.nonce,
            "state": self.state,
            "dcql_query": strict_json.loads(self.query.document),
            "client_metadata": metadata,
        }
        if self.mode.over_dc_api and self.client_id is not None:
            # A.2: a signed request says where it may come from; an unsigned one has no client_id.
            members["expected_origins"] = [self.origin]
        if self.transaction_data:
            members["transaction_data"] = [item.text for item in self.transaction_data]
        return {name: value for name, value in members.items() if value is not None}

    # --- as it is kept ---------------------------------------------------------------------
    def stored(self) -> bytes:
        """JSON from which ``restore`` makes an equal request. The private key is not in it."""
        kept = {
            "version": 1,
            "parameters": self.parameters(),
            "origin": self.origin,
            "surplus": self.surplus.value,
        }
        return strict_json.compact(kept)

    @classmethod
    def restore(cls, stored: bytes | str) -> PresentationRequest:
        """Read what ``stored`` wrote. Raises ``MisuseError`` for anything else."""
        try:
            kept = strict_json.loads_object(stored)
            if kept.get("version") != 1:
                raise MisuseError("no stored request of version 1")
            sent, metadata = kept["parameters"], kept["parameters"]["client_metadata"]
            keys = metadata.get("jwks", {}).get("keys", [])
            point = {name: keys[0][name] for name in ("kty", "crv", "x", "y")} if keys else None
            texts = sent.get("transaction_data", ())
            made = cls(
                Query.parse(sent["dcql_query"]),
                ResponseMode(sent["response_mode"]),
                sent["nonce"],
                sent.get("client_id"),
                sent.get("response_uri"),
                kept.get("origin"),
                sent.get("state"),
                None if point is None else VerificationKey.from_jwk(point),
                tuple(metadata.get("encrypted_response_enc_values_supported", ENCRYPTIONS)),
                tuple(TransactionData.read(text) for text in texts),
                Surplus(kept["surplus"]),
            )
        except (Rejection, KeyError, TypeError, ValueError, AttributeError, IndexError):
            raise MisuseError("no stored request: give what `stored()` wrote") from None
        if made.parameters() != sent:
            raise MisuseError(
                "the stored request was changed: its parameters contradict each other"
            )
        return made


def _check_token(name: str, value: object) -> None:
    """5.2: ASCII characters that need no encoding in an address."""
    if type(value) is not str or _URL_SAFE.fullmatch(value) is None or len(value) > MAX_TEXT:
        raise MisuseError(f"{name} is letters, digits, hyphens, periods, underscores and tildes")


def _check_text(name: str, value: object) -> None:
    if type(value) is not str or _PRINTABLE.fullmatch(value) is None or len(value) > MAX_TEXT:
        raise MisuseError(f"{name} is text of 1 to {MAX_TEXT} printable ASCII characters")
