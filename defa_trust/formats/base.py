"""The seam between formats and everything else (floor 3).

A format module reads bytes and says what they *claim*: signed parts, digest claims, and the few
public facts by which the trust snapshot can be asked for a key. It trusts nothing, needs no anchor,
and verifies no signature.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from enum import StrEnum
from typing import Any, Final, NamedTuple, Protocol, TypeGuard

from ..crypto import Algorithm, Hashed, VerificationKey
from ..request import Request
from ..spec import MAX_ADDRESS
from ..verdict import Finding


class PartRole(StrEnum):
    """Whose signature a part is."""

    ISSUER = "issuer"
    HOLDER = "holder"
    SIGNER = "signer"
    TIMESTAMP = "timestamp"


class KeyHint(NamedTuple):
    """What a message says of its key. A hint only selects among anchors; it never is one."""

    kid: str | bytes | None = None
    certificate: bytes | None = None
    """DER of the leaf in `x5c`/`x5chain`: selects an anchor that is byte for byte the same."""
    certificate_sha256: bytes | None = None
    """`x5t#S256` / COSE x5t with SHA-256."""
    chain: tuple[bytes, ...] = ()
    """DER of the certificates that came behind the leaf: a pool to find a path in, none trusted."""


class SignedPart(NamedTuple):
    """Signed bytes and their signature, whatever the format.

    ``algorithms`` are those the message's `alg` may stand for (one, or Ed25519 and Ed448 for the
    polymorphic `EdDSA`); the key's type picks. ``data`` is one byte string, a tuple of chunks,
    or the digest of either.
    """

    role: PartRole
    data: bytes | Hashed | tuple[bytes, ...]
    signature: bytes
    algorithms: tuple[Algorithm, ...]
    hint: KeyHint


class DigestClaim(NamedTuple):
    """``digest(algorithm, data)`` must be one of ``expected``.

    ``algorithm`` is an IANA Named Information name (`sha-256`). For SD-JWT ``expected`` is the set
    of all digests in the signed payload and in the other disclosures: hashes cannot form a cycle,
    so by induction every admitted disclosure hangs on the signed payload.
    """

    data: bytes
    algorithm: str
    expected: frozenset[bytes]
    what: str


class StatusMechanism(StrEnum):
    """How a reference says that the status of a credential is published."""

    TOKEN_STATUS_LIST = "token status list"
    BITSTRING_STATUS_LIST = "bitstring status list"
    UNKNOWN = "unknown"
    """A mechanism nobody here knows: the status can never be checked, and is never "good"."""


class StatusReference(NamedTuple):
    """Where one status of a credential is published, as its issuer wrote it.

    ``uri`` names the list and ``idx`` the entry in it, from 0 up; of an unknown mechanism ``uri``
    is what names it. ``purpose`` and ``size`` (bits of an entry) are those of a
    BitstringStatusListEntry; a token status list says itself how many bits an entry has.
    """

    mechanism: StatusMechanism
    uri: str
    idx: int = 0
    purpose: str | None = None
    size: int = 1


def is_address(value: object) -> TypeGuard[str]:
    """Whether ``value`` is a bounded text of the characters that RFC 3986, 2 lets a URI hold (and a
    few more): what a status list can be named by. It may still lead nowhere."""
    return type(value) is str and 0 < len(value) <= MAX_ADDRESS and _VISIBLE.issuperset(value)


_VISIBLE: Final = frozenset(map(chr, range(0x21, 0x7F)))


class Asserted(NamedTuple):
    """What the message says of itself: unauthenticated until its issuer part verifies.

    Times are Unix seconds. ``territory`` is an ISO 3166-1 code the message itself names (CWT `iss`
    of an HCERT). ``types`` are credential types (`vct`, VC type, HCERT kind). ``levels`` are
    (scheme, value) pairs the message claims, one for each scale it speaks of; they can only lower
    what the trust list grants.
    """

    issuer: str | None = None
    territory: str | None = None
    not_before: int | None = None
    expires: int | None = None
    issued_at: int | None = None
    types: tuple[str, ...] = ()
    levels: tuple[tuple[str, str], ...] = ()
    audience: tuple[str, ...] = ()
    """`aud` of the issuer-signed part: where present, the verifier must be named (RFC 7519, 4.1.3).
    """
    status: tuple[StatusReference, ...] = ()
    """References to revocation information, whose answers the verdict needs."""


class SignerCertificate(NamedTuple):
    """What the certificate of the issuer's key says, by which a list or a path found that key.

    Times are Unix seconds, ``not_after`` inclusive (RFC 5280, 4.1.2.5); ``country`` is the one of
    the subject's name, as written.
    """

    not_before: int
    not_after: int
    country: str | None


class MacPart(NamedTuple):
    """Octets with their HMAC-SHA-256, beside ``SignedPart``. Whoever has ``key`` can make one too:
    it proves nothing to anybody but the two who agreed on that key."""

    data: bytes
    tag: bytes
    key: bytes

    def __repr__(self) -> str:
        return f"<MacPart over {len(self.data)} octets>"


class HolderProof(NamedTuple):
    """A proof of possession: a second signed part whose key the first one's payload names."""

    part: SignedPart | None
    key: VerificationKey
    audience: str | None
    nonce: str | None
    issued_at: int | None
    not_before: int | None = None
    expires: int | None = None
    """`nbf` and `exp` of the proof itself: it is a JWT like any other (RFC 9901, 7.3 step 5.h)."""
    obstacle: Finding | None = None
    """Why the proof cannot be checked at all; ``part`` is then ``None``."""
    by_transcript: bool = False
    """The proof covers the transcript that the request gave, and with it audience, nonce and the
    moment (ISO/IEC 18013-5, 9.1.3.4): it carries none of them by itself."""
    mac: MacPart | None = None
    """What stands in place of the signature where both sides agreed on a key (9.1.3.5); ``part`` is
    then ``None``."""


class Presented(NamedTuple):
    """A parsed, untrusted object.

    ``reveal`` is pure: it rebuilds the claims from the input bytes and raises ``Rejection`` where
    their structure breaks a rule that needs the digests (an unreferenced disclosure, a claim
    overwritten; ``reveal_judges``). It is called only once every part is
    authenticated. ``holder_key_bound`` is
    true where the issuer bound the credential to a key, whether or not a proof came with it.
    """

    format: str
    digest: bytes
    """SHA-256 of the input."""
    issuer_part: SignedPart
    asserted: Asserted
    reveal: Callable[[], Mapping[str, Any]]
    digest_claims: tuple[DigestClaim, ...] = ()
    holder_proof: HolderProof | None = None
    holder_key_bound: bool = False
    reveal_judges: bool = True
    """Whether ``reveal`` can refuse: the spine then calls it before it concludes. Only a format
    whose ``reveal`` never refuses sets this to false."""
    findings: tuple[Finding, ...] = ()
    points_to_no_key: bool = False
    """A format whose messages need not say which key signed them. Where one does not, the keys
    count whose service names this very format, in the one state that the message names."""
    certificate_profile: str = "credential_issuer"
    """Name of the certificate profile (``x509.profiles``) of a signer that is found by a path."""
    key_usage: Callable[[Collection[str], tuple[str, ...]], Finding | None] | None = None
    """What the extended key usages of a listed certificate say of these credential types, for
    formats that bind the two (EU DCC). ``None``: this format binds nothing to them."""
    check_signer: Callable[[SignerCertificate], tuple[Finding, ...]] | None = None
    """What the signer's certificate says of this message, for formats that bind the two (mdoc)."""


class Format(Protocol):
    """One file a format: two functions and a name. A module is one."""

    @property
    def NAME(self) -> str:  # noqa: N802  a constant of the module
        """The name by which a request can force the format."""
        ...

    @property
    def FIRST_OCTETS(self) -> bytes | None:  # noqa: N802  a constant of the module
        """The octets one of which comes first where ``detect`` says yes; ``None``: any may."""
        ...

    def detect(self, data: bytes, /) -> bool:
        """Cheap look at the bytes; never raises."""
        ...

    def parse(self, data: bytes, request: Request, /) -> Presented:
        """Raises ``Rejection``."""
        ...
