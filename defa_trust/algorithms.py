"""The one table of algorithms, and the policy that judges them (floor 3).

It exists so that `alg` can only ever select: a name from a message finds a row here or nothing, and
each row is bound to one type of key (RFC 8725, 3.1). ``crypto`` re-exports all of it.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import Enum, StrEnum
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final

from .codes import crypto as codes
from .errors import MisuseError, Rejection
from .verdict import Finding, Interval

if TYPE_CHECKING:
    from .crypto import VerificationKey

RSA_MIN_BITS: Final = 2048
"""RFC 7518, 3.3 and 3.5. NOTE: SOG-IS Agreed Cryptographic Mechanisms 1.3 ends moduli under 3000
bits with 2025; schemes in the region still sign with 2048, so 3072 is a policy's choice."""
RSA_MAX_BITS: Final = 8192
"""Ours: the cost of one verification grows with the square of the modulus."""


class KeyType(StrEnum):
    """What a public key is: for elliptic curves the curve too (RFC 9864: fully specified)."""

    P256 = "P-256"
    P384 = "P-384"
    P521 = "P-521"
    BRAINPOOL_P256R1 = "brainpoolP256r1"
    BRAINPOOL_P384R1 = "brainpoolP384r1"
    BRAINPOOL_P512R1 = "brainpoolP512r1"
    ED25519 = "Ed25519"
    ED448 = "Ed448"
    RSA = "RSA"
    MLDSA44 = "ML-DSA-44"
    MLDSA65 = "ML-DSA-65"
    MLDSA87 = "ML-DSA-87"


_RSA: Final = KeyType.RSA
"""Bound once: looking up a member of an enumeration by its name is not cheap in Python 3.11."""
POST_QUANTUM_TYPES: Final = frozenset({KeyType.MLDSA44, KeyType.MLDSA65, KeyType.MLDSA87})


class SignatureEncoding(Enum):
    """How a signature's octets are laid out. One algorithm has one encoding: no guessing."""

    RAW = "raw"
    """ECDSA R || S, each as wide as the order (RFC 7518, 3.4; RFC 9053, 2.1)."""
    DER = "der"
    """ECDSA as Ecdsa-Sig-Value (RFC 3279, 2.2.3; CMS and X.509)."""
    PLAIN = "plain"
    """RSA, EdDSA, ML-DSA: the octets as the primitive makes them."""


@dataclass(frozen=True, slots=True, eq=False)
class Algorithm:
    """One fully specified signature algorithm. Compared by identity: only table rows count.

    ``name`` is the JOSE name where one exists, ``cose`` the COSE identifier; ``hash`` is `SHA-256`
    and the like, ``None`` where the primitive fixes it. ``signature_size`` is in octets, ``None``
    where the key or the value decides (RSA: as long as the modulus; DER).
    """

    name: str
    cose: int | None
    key_type: KeyType
    hash: str | None
    encoding: SignatureEncoding
    signature_size: int | None
    citation: str


_RAW, _DER, _PLAIN = SignatureEncoding.RAW, SignatureEncoding.DER, SignatureEncoding.PLAIN

ES256: Final = Algorithm("ES256", -7, KeyType.P256, "SHA-256", _RAW, 64, "RFC 7518, 3.4")
ES384: Final = Algorithm("ES384", -35, KeyType.P384, "SHA-384", _RAW, 96, "RFC 7518, 3.4")
ES512: Final = Algorithm("ES512", -36, KeyType.P521, "SHA-512", _RAW, 132, "RFC 7518, 3.4")
ED25519: Final = Algorithm("Ed25519", -19, KeyType.ED25519, None, _PLAIN, 64, "RFC 9864, 2.2")
ED448: Final = Algorithm("Ed448", -53, KeyType.ED448, None, _PLAIN, 114, "RFC 9864, 2.2")
RS256: Final = Algorithm("RS256", -257, KeyType.RSA, "SHA-256", _PLAIN, None, "RFC 7518, 3.3")
RS384: Final = Algorithm("RS384", -258, KeyType.RSA, "SHA-384", _PLAIN, None, "RFC 7518, 3.3")
RS512: Final = Algorithm("RS512", -259, KeyType.RSA, "SHA-512", _PLAIN, None, "RFC 7518, 3.3")
PS256: Final = Algorithm("PS256", -37, KeyType.RSA, "SHA-256", _PLAIN, None, "RFC 7518, 3.5")
PS384: Final = Algorithm("PS384", -38, KeyType.RSA, "SHA-384", _PLAIN, None, "RFC 7518, 3.5")
PS512: Final = Algorithm("PS512", -39, KeyType.RSA, "SHA-512", _PLAIN, None, "RFC 7518, 3.5")
MLDSA44: Final = Algorithm("ML-DSA-44", -48, KeyType.MLDSA44, None, _PLAIN, 2420, "RFC 9964, 8.1")
MLDSA65: Final = Algorithm("ML-DSA-65", -49, KeyType.MLDSA65, None, _PLAIN, 3309, "RFC 9964, 8.1")
MLDSA87: Final = Algorithm("ML-DSA-87", -50, KeyType.MLDSA87, None, _PLAIN, 4627, "RFC 9964, 8.1")

_FULLY_SPECIFIED: Final = (
    *(ES256, ES384, ES512, ED25519, ED448),
    *(RS256, RS384, RS512, PS256, PS384, PS512),
    *(MLDSA44, MLDSA65, MLDSA87),
)
_EDDSA: Final = (ED25519, ED448)

JOSE_ALGORITHMS: Final[Mapping[str, tuple[Algorithm, ...]]] = MappingProxyType(
    {algorithm.name: (algorithm,) for algorithm in _FULLY_SPECIFIED} | {"EdDSA": _EDDSA}
)
"""JOSE name to the rows it may stand for; the key's type picks. Only `EdDSA` stands for two: it is
polymorphic and deprecated (RFC 9864, 2.2), yet most tokens in the field carry it."""

COSE_ALGORITHMS: Final[Mapping[int, tuple[Algorithm, ...]]] = MappingProxyType(
    {algorithm.cose: (algorithm,) for algorithm in _FULLY_SPECIFIED if algorithm.cose is not None}
    | {-8: _EDDSA, -9: (ES256,), -51: (ES384,), -52: (ES512,)}
)
"""COSE identifier to rows, as in JOSE. ESP256, ESP384 and ESP512 (RFC 9864, 2.1) are the same
operations as the rows of ES256, ES384 and ES512.
NOTE: RFC 9053, 2.1 lets ES256 (-7) go with any curve; here it means P-256, as in JOSE."""

ECDSA_DER: Final[Mapping[tuple[KeyType, str], Algorithm]] = MappingProxyType(
    {
        (key_type, hash): Algorithm(
            f"ECDSA/{key_type.value}/{hash}", None, key_type, hash, _DER, None, "RFC 5758, 3.2"
        )
        for key_type in list(KeyType)[:6]
        for hash in ("SHA-256", "SHA-384", "SHA-512")
    }
)
"""ecdsa-with-SHA2 of X.509 and CMS, where curve and hash are chosen apart."""

ALGORITHMS: Final[Mapping[str, Algorithm]] = MappingProxyType(
    {algorithm.name: algorithm for algorithm in (*_FULLY_SPECIFIED, *ECDSA_DER.values())}
)
"""Every row by its own name (no aliases)."""

_JOSE_SYMMETRIC: Final = frozenset({"HS256", "HS384", "HS512"})
_COSE_SYMMETRIC: Final = frozenset({4, 5, 6, 7, 14, 15, 25, 26})  # RFC 9053, 3.1 and 3.2


def select(alg: object, *, table: Mapping[Any, tuple[Algorithm, ...]]) -> tuple[Algorithm, ...]:
    """The rows that ``alg``, as a message states it, stands for in ``table``.

    Exact and case-sensitive (RFC 7515, 4.1.1). Raises ``Rejection``: `crypto.algorithm_none`,
    `crypto.algorithm_symmetric`, `crypto.algorithm_unknown`.
    """
    kind = type(alg)
    # Python calls -7.0 and -7 (and True and 1) the same key of a dict; CBOR and JSON do not.
    if kind is str or kind is int:
        found = table.get(alg)
        if found is not None:
            return found
        if kind is str and alg.lower() == "none":  # type: ignore[attr-defined]
            raise Rejection(codes.ALGORITHM_NONE, where="alg", actual="none")
        if alg in _JOSE_SYMMETRIC or (table is COSE_ALGORITHMS and alg in _COSE_SYMMETRIC):
            raise Rejection(codes.ALGORITHM_SYMMETRIC, where="alg", actual=shown(alg))
    raise Rejection(codes.ALGORITHM_UNKNOWN, where="alg", actual=shown(alg))


def shown(name: object) -> str:
    """A name from a message, fit for a finding: short and printable, or only its Python type."""
    if type(name) is int and -(1 << 63) <= name < 1 << 63:
        return str(name)
    if type(name) is str and len(name) <= 32 and name.isascii() and name.isprintable():
        return f"`{name}`"
    if isinstance(name, str):
        return f"({len(name)} characters, not shown)"
    return "(none given)" if name is None else f"(a {type(name).__name__})"


# --- digests -----------------------------------------------------------------------------------
DIGESTS: Final[Mapping[str, Callable[[bytes], bytes]]] = MappingProxyType(
    {
        "sha-256": lambda data: hashlib.sha256(data).digest(),
        "sha-384": lambda data: hashlib.sha384(data).digest(),
        "sha-512": lambda data: hashlib.sha512(data).digest(),
        "sha3-256": lambda data: hashlib.sha3_256(data).digest(),
        "sha3-384": lambda data: hashlib.sha3_384(data).digest(),
        "sha3-512": lambda data: hashlib.sha3_512(data).digest(),
    }
)
"""IANA Named Information names to functions from octets to digest. No others, however spelled."""
DIGEST_SIZES: Final[Mapping[str, int]] = MappingProxyType(
    {name: len(function(b"")) for name, function in DIGESTS.items()}
)
"""Octets of each digest."""


def hasher(name: str) -> hashlib._Hash:
    """A running digest under a name of ``DIGESTS``; ``MisuseError`` for another name."""
    if name not in DIGESTS:
        raise MisuseError(f"no digest {name!r}; known: {', '.join(DIGESTS)}")
    return _HASHERS[name]()


_HASHERS: Final[Mapping[str, Callable[[], hashlib._Hash]]] = {
    "sha-256": hashlib.sha256,
    "sha-384": hashlib.sha384,
    "sha-512": hashlib.sha512,
    "sha3-256": hashlib.sha3_256,
    "sha3-384": hashlib.sha3_384,
    "sha3-512": hashlib.sha3_512,
}


def digest(name: object, data: bytes) -> bytes:
    """The digest of ``data``; raises ``Rejection`` (`crypto.digest_unknown`) for another name."""
    function = DIGESTS.get(name) if type(name) is str else None
    if function is None:
        raise Rejection(codes.DIGEST_UNKNOWN, expected=tuple(DIGESTS), actual=shown(name))
    return function(data)


# --- policy ------------------------------------------------------------------------------------
class PostQuantum(Enum):
    """Whether ML-DSA may count. REFUSE by default: no scheme of the region has listed one yet."""

    REFUSE = "refuse"
    ACCEPT = "accept"


def _default_allowed() -> Mapping[str, Interval]:
    nist = (KeyType.P256, KeyType.P384, KeyType.P521)
    names = [algorithm.name for algorithm in _FULLY_SPECIFIED]
    names += [row.name for (key_type, _), row in ECDSA_DER.items() if key_type in nist]
    return dict.fromkeys(names, Interval())


def _interval(name: str, value: object) -> Interval:
    match value:
        case (int() as start, int() as end) if start < end:
            return Interval(start, end)
        case _:
            raise MisuseError(f"{name} needs an interval [from, until) of Unix seconds")


@dataclass(frozen=True, slots=True, eq=False)
class AlgorithmPolicy:
    """Which algorithms count, and when: a name maps to the half-open interval of acceptability.

    Raises ``MisuseError`` for a name that ``ALGORITHMS`` does not hold, an empty interval, or RSA
    bounds outside 1024 to ``RSA_MAX_BITS``. ``digest`` is the SHA-256 (hex) of the content; two
    policies of one content are equal.
    """

    allowed: Mapping[str, Interval] = field(default_factory=_default_allowed)
    rsa_min_bits: int = RSA_MIN_BITS
    rsa_max_bits: int = RSA_MAX_BITS
    post_quantum: PostQuantum = PostQuantum.REFUSE
    digest: str = field(init=False, repr=False)
    _met: Mapping[Algorithm, Finding] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        if type(self.rsa_min_bits) is not int or type(self.rsa_max_bits) is not int:
            raise MisuseError("RSA bounds are whole numbers of bits")
        if not 1024 <= self.rsa_min_bits <= self.rsa_max_bits <= RSA_MAX_BITS:
            raise MisuseError(f"RSA bounds must lie within 1024 and {RSA_MAX_BITS} bits, in order")
        if not isinstance(self.post_quantum, PostQuantum):
            raise MisuseError("post_quantum is PostQuantum.REFUSE or PostQuantum.ACCEPT")
        allowed: dict[str, Interval] = {}
        met: dict[Algorithm, Finding] = {}
        for name in sorted(self.allowed):
            algorithm = ALGORITHMS.get(name)
            if algorithm is None:
                raise MisuseError(f"no algorithm {name!r}; known: {', '.join(ALGORITHMS)}")
            interval = allowed[name] = _interval(name, self.allowed[name])
            if self.post_quantum is PostQuantum.ACCEPT or (
                algorithm.key_type not in POST_QUANTUM_TYPES
            ):
                met[algorithm] = Finding(codes.ALGORITHM_ALLOWED, None, name, *interval)
        content = [
            "defa_trust algorithm policy 1",
            [[name, *interval] for name, interval in allowed.items()],
            [self.rsa_min_bits, self.rsa_max_bits, self.post_quantum.value],
        ]
        canonical = json.dumps(content, separators=(",", ":")).encode()
        object.__setattr__(self, "allowed", MappingProxyType(allowed))
        object.__setattr__(self, "digest", hashlib.sha256(canonical).hexdigest())
        object.__setattr__(self, "_met", met)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, AlgorithmPolicy) and other.digest == self.digest

    def __hash__(self) -> int:
        return hash(self.digest)

    def judge(self, algorithm: Algorithm, key: VerificationKey, at: int) -> Finding:
        """One finding: may ``algorithm`` with ``key`` count at ``at`` (Unix seconds)?

        MET holds in the allow-list's interval. Otherwise, in this order (EN 319 102-1, 5.2.8):
        `crypto.key_type_mismatch`, `crypto.algorithm_not_allowed`, `crypto.rsa_key_too_small`,
        `crypto.rsa_key_too_large`, `crypto.algorithm_not_yet_allowed`, `crypto.algorithm_expired`.
        """
        finding = self._met.get(algorithm)
        key_type = key.key_type
        if algorithm.key_type is not key_type:
            return Finding(codes.KEY_TYPE_MISMATCH, algorithm.key_type.value, key_type.value)
        if finding is None:
            return Finding(codes.ALGORITHM_NOT_ALLOWED, None, algorithm.name)
        if key_type is _RSA:
            if key.bits < self.rsa_min_bits:
                return Finding(codes.RSA_KEY_TOO_SMALL, self.rsa_min_bits, key.bits)
            if key.bits > self.rsa_max_bits:
                return Finding(codes.RSA_KEY_TOO_LARGE, self.rsa_max_bits, key.bits)
        if finding.start <= at < finding.end:
            return finding
        if at < finding.start:
            start = finding.start
            return Finding(codes.ALGORITHM_NOT_YET_ALLOWED, start, algorithm.name, end=start)
        return Finding(codes.ALGORITHM_EXPIRED, finding.end, algorithm.name, start=finding.end)

    def until(self, ends: Mapping[str, int]) -> AlgorithmPolicy:
        """The same policy with algorithms ending earlier: name to the first moment refused.

        Never allows more than before: raises ``MisuseError`` for a name that is not allowed.
        """
        allowed = dict(self.allowed)
        for name, end in ends.items():
            if name not in allowed:
                raise MisuseError(f"the policy does not allow {name!r}, so it cannot end")
            start, before = allowed[name]
            allowed[name] = Interval(start, min(end, before))
        return AlgorithmPolicy(allowed, self.rsa_min_bits, self.rsa_max_bits, self.post_quantum)


DEFAULT_ALGORITHM_POLICY: Final = AlgorithmPolicy()
