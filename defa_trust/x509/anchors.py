"""Trust anchors and what each may be relied on for (floor 4).

An anchor comes from a trust list or a pinned file, never from a message: ``TrustAnchor`` and
``UntrustedCertificate`` are different types, and nothing turns one into the other but a call that
says so. Its own validity, name constraints, path length and policies count (RFC 5937): an anchor is
no carte blanche.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import Enum, StrEnum
from hashlib import sha256
from typing import Final, NoReturn

from ..crypto import VerificationKey
from ..errors import MisuseError
from ..finding import ALWAYS, Interval
from ..forking import Locked
from .certificate import UntrustedCertificate, open_certificate
from .extensions import NameConstraints, PolicyConstraints
from .names import name_key

MAX_KEPT: Final = 512
"""Ours: CA certificates (and signatures between them) that one set of anchors remembers."""


class Purpose(StrEnum):
    """What a path is asked for; an anchor may be limited to some."""

    SIGNATURE = "signature"
    SEAL = "seal"
    TIMESTAMP = "timestamp"
    STATUS = "status"
    LIST_SIGNING = "list_signing"
    DOCUMENT_SIGNING = "document_signing"
    ANY = "any"


class OwnValidity(Enum):
    """Whether the validity period in an anchor's own certificate bounds its use (RFC 5937, 3)."""

    APPLY = "apply"
    IGNORE = "ignore"
    """For lists that state a service's period themselves and keep older certificates."""


@dataclass(frozen=True, slots=True)
class Constraints:
    """What limits an anchor besides its own certificate; the default limits nothing.

    ``validity`` is half open. ``path_length``: CAs below the anchor. ``policies``: the only
    certificate policies for which it may be relied on (dotted OIDs). ``territory``: two letters;
    such an anchor serves only requests for that territory. ``purposes``: what it may serve.
    """

    validity: Interval = ALWAYS
    name_constraints: NameConstraints | None = None
    path_length: int | None = None
    policies: frozenset[str] | None = None
    territory: str | None = None
    purposes: frozenset[Purpose] | None = None

    def __post_init__(self) -> None:
        if self.validity.start >= self.validity.end:
            raise MisuseError("an anchor's validity is an interval [from, until)")
        if self.path_length is not None and self.path_length < 0:
            raise MisuseError("a path length is a number of CAs from 0 up")
        if self.policies is not None and not self.policies:
            raise MisuseError("an empty set of policies would allow nothing: leave the anchor out")
        if self.purposes is not None and not all(isinstance(p, Purpose) for p in self.purposes):
            raise MisuseError("purposes are members of Purpose")


UNCONSTRAINED: Final = Constraints()


class TrustAnchor:
    """A name and a key that are believed, with everything that limits them. Immutable.

    ``name_constraints`` are those of its certificate and of its ``constraints``, all of which hold;
    ``path_length`` is the lower of the two; ``validity`` their intersection. ``origin`` is the
    certificate it was made of, ``None`` for a bare key; ``digest`` names the anchor.
    """

    __slots__ = (
        *("key", "subject_name", "subject_key", "constraints", "origin", "validity"),
        *("name_constraints", "path_length", "policy_constraints", "inhibit_any_policy"),
        *("key_usage", "is_ca", "digest", "territory", "purposes", "spki"),
    )

    key: VerificationKey
    subject_name: bytes
    subject_key: bytes
    constraints: Constraints
    origin: UntrustedCertificate | None
    validity: Interval
    name_constraints: tuple[NameConstraints, ...]
    path_length: int | None
    policy_constraints: PolicyConstraints
    inhibit_any_policy: int | None
    key_usage: frozenset[str] | None
    is_ca: bool
    digest: str
    territory: str | None
    purposes: frozenset[Purpose] | None
    spki: bytes

    def __init__(self) -> None:
        raise MisuseError("a TrustAnchor is made by from_certificate() or from_key()")

    def __setattr__(self, name: str, value: object) -> NoReturn:
        raise AttributeError(f"a TrustAnchor is immutable: {name}")

    def __delattr__(self, name: str) -> NoReturn:
        raise AttributeError(f"a TrustAnchor is immutable: {name}")

    def __repr__(self) -> str:
        return f"<TrustAnchor {self.digest[:16]} {self.territory or ''}>"

    @classmethod
    def from_certificate(
        cls,
        der: bytes,
        constraints: Constraints = UNCONSTRAINED,
        own_validity: OwnValidity = OwnValidity.APPLY,
    ) -> TrustAnchor:
        """An anchor from a listed certificate. Raises ``Rejection`` (`certificate.*`, `crypto.*`).

        An end entity's certificate makes an anchor too: it is trusted itself and issues nothing.
        """
        origin = open_certificate(der)
        origin.check()
        validity = constraints.validity
        if own_validity is OwnValidity.APPLY:
            validity = validity.intersect(Interval(origin.not_before, origin.not_after + 1))
        lengths = [n for n in (origin.path_length, constraints.path_length) if n is not None]
        return cls._make(
            key=origin.key,
            subject_name=origin.subject_name,
            subject_key=origin.subject_key,
            constraints=constraints,
            origin=origin,
            validity=validity,
            name_constraints=tuple(
                limits
                for limits in (origin.name_constraints, constraints.name_constraints)
                if limits is not None
            ),
            path_length=min(lengths, default=None),
            policy_constraints=origin.policy_constraints,
            inhibit_any_policy=origin.inhibit_any_policy,
            key_usage=origin.key_usage,
            is_ca=origin.is_ca,
            digest=origin.sha256.hex(),
            spki=origin.spki,
        )

    @classmethod
    def from_key(
        cls, name: bytes, key: VerificationKey, constraints: Constraints = UNCONSTRAINED
    ) -> TrustAnchor:
        """An anchor from a DER Name and a key (RFC 5280, 6.1.1 (d)). Raises ``Rejection``."""
        limits, spki = constraints.name_constraints, key.spki()
        return cls._make(
            key=key,
            subject_name=name,
            subject_key=name_key(name),
            constraints=constraints,
            origin=None,
            validity=constraints.validity,
            name_constraints=() if limits is None else (limits,),
            path_length=constraints.path_length,
            policy_constraints=PolicyConstraints(),
            inhibit_any_policy=None,
            key_usage=None,
            is_ca=True,
            digest=sha256(name + spki).hexdigest(),
            spki=spki,
        )

    @classmethod
    def _make(cls, *, constraints: Constraints, **parts: object) -> TrustAnchor:
        made = object.__new__(cls)
        parts |= {
            "constraints": constraints,
            "territory": constraints.territory,
            "purposes": constraints.purposes,
        }
        for name, value in parts.items():
            object.__setattr__(made, name, value)
        return made


class AnchorSet:
    """Anchors, indexed by name; what was worked out about CAs below them is remembered here.

    An empty set is legal and anchors nothing. What is remembered (``Known``) are facts that never
    change, of CAs that an anchor's path was found for; it is bounded and dies with the set.
    """

    __slots__ = ("_by_certificate", "_by_key", "_by_name", "anchors", "known")

    def __init__(self, anchors: Iterable[TrustAnchor] = ()) -> None:
        kept = tuple(anchors)
        if not all(isinstance(anchor, TrustAnchor) for anchor in kept):
            raise MisuseError("an AnchorSet holds TrustAnchors; a certificate is none by itself")
        tables: list[dict[bytes, tuple[TrustAnchor, ...]]] = [{}, {}, {}]
        for anchor in kept:
            keys = [anchor.subject_name, anchor.subject_key]
            if anchor.origin is not None:
                keys.append(anchor.origin.der)
            for table, key in zip(tables, keys, strict=False):
                table[key] = (*table.get(key, ()), anchor)
        self.anchors: Final = kept
        self.known: Final = Known()
        self._by_name, self._by_key, self._by_certificate = tables

    def __len__(self) -> int:
        return len(self.anchors)

    def __iter__(self) -> Iterator[TrustAnchor]:
        return iter(self.anchors)

    def spelt(self, subject_name: bytes) -> tuple[TrustAnchor, ...]:
        """Anchors whose name is these very octets: candidates, nothing more."""
        return self._by_name.get(subject_name, ())

    def named(self, subject_key: bytes) -> tuple[TrustAnchor, ...]:
        """Anchors of that name (``names.name_key``), however they spell it."""
        return self._by_key.get(subject_key, ())

    def of_certificate(self, der: bytes) -> tuple[TrustAnchor, ...]:
        """Anchors made of exactly these octets."""
        return self._by_certificate.get(der, ())


class Known(Locked):
    """CA certificates once opened, and signatures between them once verified: pure facts, bounded.

    Only what lies on a path that was found gets in, so a flood of foreign certificates cannot push
    anything out. Reads take no lock.
    """

    __slots__ = ("certificates", "signatures")

    def __init__(self) -> None:
        self.certificates: Final[dict[bytes, UntrustedCertificate]] = {}
        self.signatures: Final[dict[tuple[bytes, bytes], None]] = {}
        super().__init__()

    def remember(
        self,
        certificates: Iterable[UntrustedCertificate],
        signatures: Iterable[tuple[bytes, bytes]],
    ) -> None:
        """``signatures``: (DER of the subject's certificate, SPKI of the key that verifies it)."""
        with self._lock:
            for certificate in certificates:
                self.certificates[certificate.der] = certificate
            for pair in signatures:
                self.signatures[pair] = None
            while len(self.certificates) > MAX_KEPT:
                del self.certificates[next(iter(self.certificates))]
            while len(self.signatures) > MAX_KEPT:
                del self.signatures[next(iter(self.signatures))]
