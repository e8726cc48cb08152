"""What the caller asks, as one frozen value (floor 3: formats and every later stage read it)."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from enum import Enum, StrEnum
from hashlib import sha256
from typing import TYPE_CHECKING, Any, Final

from .codec.cbor import item_span
from .content import Content
from .errors import MisuseError, Rejection
from .spec import MAX_MOMENT, MEMBER_STATES

if TYPE_CHECKING:
    from .signing_crypto import AgreementKey


class HolderBinding(StrEnum):
    """Whether a proof that the presenter holds the credential's key is wanted.

    A required choice (RFC 9901, 7.3 step 1: the verifier decides, not the message). With
    ``IF_PRESENT`` a proof that is there is verified like a required one, never skipped.
    """

    MUST_BE_PRESENT = "must_be_present"
    MUST_BE_ABSENT = "must_be_absent"
    IF_PRESENT = "if_present"


class Profile(Enum):
    """Named deviations a caller may allow; none is on by default."""

    HCERT_UNCOMPRESSED = "hcert-uncompressed"
    """CWT behind the prefix without zlib (seen in the Philippines' third QR generation)."""
    SD_JWT_VC_LEGACY_TYP = "sd-jwt-vc-legacy-typ"
    """`typ: vc+sd-jwt`, as drafts before -06 of SD-JWT VC had it."""
    SD_JWT_GENERIC = "sd-jwt-generic"
    """A plain RFC 9901 SD-JWT that is no SD-JWT VC: any explicit `typ`, no `vct` needed."""
    CMS_WITHOUT_SIGNING_CERTIFICATE = "cms-without-signing-certificate"
    """Signatures whose signer did not sign which certificate is its own (plain RFC 5652, and plain
    XML Signature)."""
    XML_PART = "xml-part"
    """An XML signature over a part of the document, of which only that part is read."""
    VC_DATA_MODEL_1_1 = "vcdm-1.1"
    """A JWT whose `vc` claim holds a W3C VCDM 1.1 credential."""


class Agreement(StrEnum):
    """What the parties agreed about this method of identifying or signing."""

    ACCEPTED = "accepted"
    EXCLUDED = "excluded"
    """They agreed on another method: between them this one does not count."""


class Counterpart(StrEnum):
    """Whether the counterpart's state recognises the user's domestic signatures."""

    RECOGNISES = "recognises"
    DOES_NOT_RECOGNISE = "does_not_recognise"


class EntityKind(StrEnum):
    """Whom the credential or certificate was issued to."""

    NATURAL_PERSON = "natural_person"
    LEGAL_PERSON = "legal_person"
    PUBLIC_BODY = "public_body"
    DEVICE = "device"


class CertificateUse(StrEnum):
    """What the credential or certificate is used for here."""

    SIGNATURE = "signature"
    SEAL = "seal"
    AUTHENTICATION = "authentication"
    ENCRYPTION = "encryption"


class ProvenReliability(StrEnum):
    """A person's judgement, after the fact, of whether the method was reliable in this case."""

    PROVEN = "proven"
    DISPROVED = "disproved"


class UserClass(StrEnum):
    """A user as seen from the receiving state: all that a rule ever learns of a nationality."""

    FOREIGN_NATIONAL = "foreign_national"
    NATIONAL = "national"
    NATIONAL_UNRECOGNISED_ABROAD = "national_unrecognised_abroad"


TEXTS: Final = (
    "purpose",
    "sector",
    "relying_party",
    "act",
    "category",
    "nationality",
    "audience",
    "nonce",
    "format",
)
"""Members that are texts, of any length."""
_CHOICES = {
    "agreement": Agreement,
    "counterpart": Counterpart,
    "entity": EntityKind,
    "use": CertificateUse,
    "reliability": ProvenReliability,
}
_NATIONS = re.compile(r"[A-Z]{2}")


def _is_volume(entry: object) -> bool:
    match entry:
        case (str(), int() as count):
            return not isinstance(count, bool) and count >= 0
        case _:
            return False


def _check_transcript(transcript: object) -> None:
    if transcript is None:
        return
    try:
        whole = type(transcript) is bytes and item_span(transcript) == len(transcript)
    except Rejection:
        whole = False
    if not whole:
        raise MisuseError("session_transcript is bytes that are one CBOR item, or None")


def _check_reader_key(key: object) -> None:
    if key is None:
        return
    from .signing_crypto import AgreementKey  # whoever has such a key has loaded it

    if not isinstance(key, AgreementKey):
        raise MisuseError("reader_key is an AgreementKey or None")


def _is_established(entry: object) -> bool:
    match entry:
        case (str(), bool()):
            return True
        case _:
            return False


@dataclass(frozen=True, slots=True)
class MinimumLevel:
    """Least assurance the caller accepts on each axis; 0 asks nothing of that axis."""

    proofing: int = 0
    authentication: int = 0
    federation: int = 0

    def __post_init__(self) -> None:
        for axis in (self.proofing, self.authentication, self.federation):
            if type(axis) is not int or axis not in (0, 1, 2, 3):
                raise MisuseError(f"an assurance level is 1, 2 or 3 (0 asks nothing), not {axis!r}")


@dataclass(frozen=True, slots=True)
class Request:
    """One question: does this count in ``relying_state``, for this purpose, at this moment?

    ``at`` is Unix seconds or an aware datetime; ``None`` reads the verifier's clock once. Giving it
    asks "as of" that moment and marks the report. ``audience`` and ``nonce`` are what the verifier
    put into its own request and are compared exactly. ``profiles`` names deviations allowed.

    What only the asker knows, and no list: what it is for (``purpose``, ``act``, ``category`` of
    transaction), for whom (``entity``, ``nationality`` as ISO 3166-1 alpha-2, ``counterpart``),
    how (``use``), what the parties agreed (``agreement``), and what people found
    (``established`` requirements, ``reliability`` in fact). ``None`` is "not stated", and a rule
    that needs it answers unknown.
    """

    relying_state: str
    holder_binding: HolderBinding
    at: int | datetime | None = None
    purpose: str | None = None
    sector: str | None = None
    relying_party: str | None = None
    act: str | None = None
    min_level: MinimumLevel | None = None
    audience: str | None = None
    nonce: str | None = None
    format: str | None = None
    profiles: frozenset[Profile] = field(
        default_factory=lambda: frozenset({Profile.VC_DATA_MODEL_1_1})
    )
    max_proof_age: int = 300
    volume_used: tuple[tuple[str, int], ...] = ()
    """What was already counted against a corridor's limits, as (limit name, count)."""
    session_transcript: bytes | None = None
    """The SessionTranscript (CBOR) of the exchange in which an mdoc was presented (ISO/IEC
    18013-5, 9.1.5.1; OpenID4VP 1.0, B.2.6): what the device signed besides the document."""
    category: str | None = None
    agreement: Agreement | None = None
    nationality: str | None = None
    counterpart: Counterpart | None = None
    entity: EntityKind | None = None
    use: CertificateUse | None = None
    reliability: ProvenReliability | None = None
    established: tuple[tuple[str, bool], ...] = ()
    """Requirements of arrangements that a person looked into, as (requirement, whether it is so).
    Only those that no list answers are read."""
    content: Content | None = None
    """What a detached signature is over: octets, or digests alone, so that a document need not
    leave the house. Given for an attached signature too, it must be the same content."""
    reader_key: AgreementKey | None = None
    """The reader's own ephemeral key of the exchange in which an mdoc was presented (EReaderKey;
    ISO/IEC 18013-5, 9.1.1.4): with it, and with the transcript, a device's MAC can be checked."""
    digest: bytes = field(init=False, repr=False, compare=False)
    terms: tuple[Any, ...] = field(init=False, repr=False, compare=False)
    """All that recognition reads, volume apart: equal terms have equal answers. Of a nationality it
    holds the classes of user alone."""

    def __post_init__(self) -> None:
        self._check_types()
        if self.relying_state not in MEMBER_STATES:
            known = " ".join(MEMBER_STATES)
            raise MisuseError(f"relying_state {self.relying_state!r} is none of: {known}")
        if not isinstance(self.holder_binding, HolderBinding):
            raise MisuseError("holder_binding must be a HolderBinding: choose one explicitly")
        if isinstance(self.at, datetime):
            if self.at.tzinfo is None:
                raise MisuseError("at needs a time zone: a naive datetime names no moment")
            object.__setattr__(self, "at", int(self.at.timestamp()))
        if isinstance(self.at, int) and not 0 <= self.at <= MAX_MOMENT:
            raise MisuseError("at lies between 1970 and 9999")
        if self.at is not None and (isinstance(self.at, bool) or not isinstance(self.at, int)):
            raise MisuseError("at is Unix seconds (int), an aware datetime, or None")
        if type(self.max_proof_age) is not int or self.max_proof_age <= 0:
            raise MisuseError("max_proof_age is a whole number of seconds above 0")
        object.__setattr__(self, "digest", self._digest())
        object.__setattr__(self, "terms", self._terms())

    @property
    def users(self) -> frozenset[UserClass]:
        """Every class that the user may belong to: one, where enough is stated."""
        if self.nationality is None:
            return frozenset(UserClass)
        if self.nationality != self.relying_state:
            return frozenset({UserClass.FOREIGN_NATIONAL})
        if self.counterpart is None:
            return frozenset(UserClass) - {UserClass.FOREIGN_NATIONAL}
        recognised = self.counterpart is Counterpart.RECOGNISES
        return frozenset(
            {UserClass.NATIONAL if recognised else UserClass.NATIONAL_UNRECOGNISED_ABROAD}
        )

    def _check_types(self) -> None:
        """A value of another type would compare unequal to everything, or not compare at all."""
        if type(self.relying_state) is not str:
            raise MisuseError("relying_state is a territory code such as SG")
        for name in TEXTS:
            value = getattr(self, name)
            if value is not None and not isinstance(value, str):
                raise MisuseError(f"{name} is text or None, not {type(value).__name__}")
        if self.min_level is not None and not isinstance(self.min_level, MinimumLevel):
            raise MisuseError("min_level is a MinimumLevel or None")
        if not isinstance(self.profiles, frozenset | set) or not all(
            isinstance(profile, Profile) for profile in self.profiles
        ):
            raise MisuseError("profiles is a set of Profile members")
        self._check_pairs("volume_used", _is_volume, "(limit name, count from 0 up)")
        self._check_pairs("established", _is_established, "(requirement, True or False)")
        for name, kind in _CHOICES.items():
            value = getattr(self, name)
            if value is not None and not isinstance(value, kind):
                raise MisuseError(f"{name} is a {kind.__name__} or None")
        if self.nationality is not None and _NATIONS.fullmatch(self.nationality) is None:
            raise MisuseError("nationality is two capital letters (ISO 3166-1 alpha-2)")
        _check_transcript(self.session_transcript)
        _check_reader_key(self.reader_key)
        if self.content is not None and not isinstance(self.content, Content):
            raise MisuseError("content is a Content: Content.of(octets), or .digested(...)")
        object.__setattr__(self, "profiles", frozenset(self.profiles))

    def _check_pairs(self, name: str, fits: Callable[[object], bool], what: str) -> None:
        pairs = getattr(self, name)
        if not isinstance(pairs, tuple) or not all(map(fits, pairs)):
            raise MisuseError(f"{name} is a tuple of {what}")
        if len({first for first, _ in pairs}) != len(pairs):
            raise MisuseError(f"{name} names one thing twice")

    def _terms(self) -> tuple[Any, ...]:
        level = self.min_level
        return (
            self.purpose,
            self.sector,
            self.relying_party,
            self.act,
            None if level is None else (level.proofing, level.authentication, level.federation),
            self.category,
            self.agreement,
            self.users,
            self.entity,
            self.use,
            self.reliability,
            self.established,
        )

    def _digest(self) -> bytes:
        """Digest of every member but ``at``: the moment is no part of a cache key."""
        parts = (
            self.relying_state,
            self.holder_binding.value,
            self.purpose,
            self.sector,
            self.relying_party,
            self.act,
            self.min_level
            and (
                self.min_level.proofing,
                self.min_level.authentication,
                self.min_level.federation,
            ),
            self.audience,
            self.nonce,
            self.format,
            sorted(profile.value for profile in self.profiles),
            self.max_proof_age,
            self.volume_used,
            self.session_transcript,
            self.category,
            self.agreement and self.agreement.value,
            self.nationality,
            self.counterpart and self.counterpart.value,
            self.entity and self.entity.value,
            self.use and self.use.value,
            self.reliability and self.reliability.value,
            self.established,
            self.content and self.content.identity,
            self.reader_key and self.reader_key.public_key.thumbprint,
        )
        return sha256(repr(parts).encode()).digest()
