"""Trust lists as frozen values (floor 5): what a list says, after it was parsed and validated.

Member names follow ETSI TS 119 602 v1.1.1; the profile is docs/profile.md. No I/O, no clock.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, NamedTuple

from ..crypto import VerificationKey
from ..verdict import Interval, Level

if TYPE_CHECKING:
    from .ts119612.model import MutualRecognition, Qualification


class ListType(StrEnum):
    """LoTEType of the DEFA profile (TS 119 602, 6.3.3)."""

    REGIONAL = "https://defa.example/19602/LoTEType/RegionalListOfLists"
    MEMBER_STATE = "https://defa.example/19602/LoTEType/MemberStateList"
    RECOGNITION = "https://defa.example/19602/LoTEType/RecognitionList"


class Binding(StrEnum):
    """Syntax of a list. A pin states it: no list is read as what it was not pinned as."""

    JSON = "602"
    """JSON of TS 119 602 in the DEFA profile, in a compact JWS."""
    XML = "612"
    """XML of TS 119 612, with an enveloped XAdES signature."""


class Publication(StrEnum):
    """Who made the list: the state, or somebody who transcribed what the state publishes."""

    AUTHORITATIVE = "authoritative"
    TRANSCRIBED = "transcribed"


class Status(StrEnum):
    """Operational status of a service: one vocabulary, mapped to ETSI URIs where one fits."""

    GRANTED = "granted"
    SUSPENDED = "suspended"
    WITHDRAWN = "withdrawn"
    EXPIRED = "expired"
    CEASED_WITH_VALID_PAST = "ceased_with_valid_past"
    SANDBOX = "sandbox"
    UNKNOWN = "unknown"
    """Nobody may say which: a status URI that is not read, or a history that contradicts itself.
    Only lists of TS 119 612 from outside the profile have it, and nothing verifies with it."""


class StatusPeriod(NamedTuple):
    """One entry of a service's history: ``uri`` held in ``interval``.

    ``qualifications`` and ``additional`` are what a list of TS 119 612 says of the service for that
    time (5.5.9.2 and 5.5.9.4): who issues what kind of certificates.
    """

    status: Status
    uri: str
    interval: Interval
    qualifications: tuple[Qualification, ...] = ()
    additional: tuple[str, ...] = ()


class IdentityKind(StrEnum):
    """Kinds of service digital identity (TS 119 602, 6.6.3, and OtherIds of the profile)."""

    X509 = "x509"
    JWK = "jwk"
    JWKS = "jwks"
    DID = "did"
    ISSUER = "issuer"
    ISSUER_PATTERN = "issuer-pattern"
    ONLINE = "online"


class Identity(NamedTuple):
    """One digital identity of a service.

    ``key`` is set for X509 and JWK (and for did:key / did:jwk, which carry their key). ``value`` is
    the kid, URI, DID, issuer or pattern. ``certificate`` is the DER of an X.509 identity.
    ``not_after`` without ``not_before`` is the last second for which a fetched key is remembered.
    """

    kind: IdentityKind
    value: str
    key: VerificationKey | None = None
    certificate: bytes | None = None
    not_before: int | None = None
    not_after: int | None = None
    ski: bytes | None = None
    """Subject key identifier of an X.509 identity; a hint for look-ups, never a proof."""
    extended_key_usage: tuple[str, ...] = ()
    """EKU OIDs (dotted) of an X.509 identity; they bound what its key may sign."""
    signs: bool = True
    """False for a certificate whose key usage excludes signatures over anything but certificates
    and CRLs (RFC 5280, 4.2.1.3): it is no end-entity key, and what it issued needs a path."""
    country: str | None = None
    """Country in the subject's name of an X.509 identity, as written there."""


class LegalStatus(StrEnum):
    """A service's standing in law, apart from whether it is in operation, so that a voluntary
    regime is not ranked below a licensing one. Names, never ranks."""

    LICENSED = "licensed"
    ACCREDITED = "accredited"
    RECOGNISED_FOREIGN = "recognised_foreign"
    REGISTERED = "registered"
    DESIGNATED = "designated"
    GOVERNMENT_OPERATED = "government_operated"
    SELF_DECLARED = "self_declared"


class TechnicalClass(StrEnum):
    """What kind of method a service stands for, apart from any legal term and any effect."""

    ANY = "any"
    UNIQUELY_LINKED = "uniquely_linked"
    CERTIFICATE_BASED = "certificate_based"
    ACCREDITED_CERTIFICATE = "accredited_certificate"
    PROTECTED_KEY = "protected_key"
    """The key is protected by hardware, or by a remote signing service."""


class LevelGrant(NamedTuple):
    """Highest national level the service may assert (extension `DefaLoA`).

    ``unstated`` levels have no grant. ``caps`` are provider limits (`max_ial`, `max_aal`) in the
    same scale and are applied before any mapping.
    """

    scheme: str
    value: str
    cap: str | None = None


class Service(NamedTuple):
    """One trust service of one state. Compared by identity: a snapshot holds each once.

    ``history`` is strictly descending, current entry first, and its intervals do not overlap.
    ``formats`` and ``credential_types`` bound what the service may issue; empty means unbounded.
    """

    id: str
    territory: str
    entity: str
    name: str
    type: str
    identities: tuple[Identity, ...]
    history: tuple[StatusPeriod, ...]
    levels: tuple[LevelGrant, ...] = ()
    issuer_ids: tuple[str, ...] = ()
    credential_types: tuple[str, ...] = ()
    formats: tuple[str, ...] = ()
    term: str | None = None
    scope: str | None = None
    distrust_after: int | None = None
    """`DefaDistrustAfter`: what was issued later does not count, whatever the status."""
    supply_points: tuple[str, ...] = ()
    """Addresses under which the service is supplied (TS 119 602, 6.6.7): where to fetch, no more.
    """
    legal_status: LegalStatus | None = None
    technical_class: TechnicalClass | None = None
    standards: tuple[str, ...] = ()
    """Standards that the home list says the service was shown to meet (`DefaStandards`)."""

    def status_at(self, moment: int) -> StatusPeriod | None:
        """The entry of the history that held at ``moment``; ``None`` before the first one."""
        for period in self.history:
            if period.interval.start <= moment < period.interval.end:
                return period
        return None


# A tuple is made in a third of the time, and there are thousands; yet no service equals another.
Service.__eq__ = object.__eq__  # type: ignore[method-assign]
Service.__ne__ = object.__ne__  # type: ignore[method-assign]
Service.__hash__ = object.__hash__  # type: ignore[method-assign]


class Stage(StrEnum):
    """How far an arrangement has been phased in."""

    OBSERVE = "observe"
    PILOT = "pilot"
    IN_FORCE = "in_force"


class ArrangementStatus(StrEnum):
    ENACTED = "enacted"
    SUSPENDED = "suspended"
    REPEALED = "repealed"


class InstrumentStatus(StrEnum):
    """Whether a legal instrument binds anybody yet."""

    IN_FORCE = "in_force"
    CONCLUDED_UNSIGNED = "concluded_unsigned"
    SIGNED = "signed"
    """Signed, and not in force between its parties yet."""
    TERMINATED = "terminated"
    UNCLEAR = "unclear"
    """Whoever wrote the entry could not tell."""


class Obligation(StrEnum):
    """What an instrument's article demands of the states: a duty, or an endeavour."""

    BINDING = "binding"
    BEST_ENDEAVOUR = "best_endeavour"
    UNCLEAR = "unclear"


class Instrument(NamedTuple):
    """The legal instrument, as data. ``verified`` says whether the article's text was read.

    ``status`` and ``obligation`` are ``None`` where the list does not speak of them; ``parties``
    are the member states between which it is in force, ``None`` where none are named.
    """

    code: str
    title: str
    article: str | None = None
    uri: str | None = None
    verified: bool = False
    status: InstrumentStatus | None = None
    parties: frozenset[str] | None = None
    obligation: Obligation | None = None

    @property
    def citation(self) -> str:
        base = f"{self.title}, {self.article}" if self.article else self.title
        return base if self.verified else f"{base} [citation unverified]"


class LevelMapping(NamedTuple):
    """``home`` in ``scheme`` counts as ``recognised`` here: made by the receiving state."""

    scheme: str
    home: str
    recognised: Level


class ArrangementPeriod(NamedTuple):
    """Status and stage of an arrangement in a span of time (current first, then history)."""

    status: ArrangementStatus
    stage: Stage
    interval: Interval


class Assessment(NamedTuple):
    """A judgement that somebody made of the recognised state's reliability, as evidence.

    ``equivalent`` is its outcome; ``uri`` and ``sha256`` (hex) say where it stands.
    """

    equivalent: bool
    uri: str
    sha256: str | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Arrangement:
    """One directional recognition: ``recognising`` accepts objects of ``recognised``.

    Empty ``purposes``, ``sectors``, ``relying_parties``, ``users``, ``entity_scope`` or
    ``certificate_scope`` bound nothing. Times are Unix seconds.
    """

    id: str
    recognising: str
    recognised: str
    instrument: Instrument
    basis: str
    service_types: tuple[tuple[str, str], ...]
    valid_statuses: frozenset[str]
    invalid_statuses: frozenset[str]
    levels: tuple[LevelMapping, ...]
    periods: tuple[ArrangementPeriod, ...]
    interval: Interval
    purposes: frozenset[str] = frozenset()
    sectors: frozenset[str] = frozenset()
    relying_parties: frozenset[str] = frozenset()
    excluded_acts: frozenset[str] = frozenset()
    credential_types: frozenset[str] = frozenset()
    requires: tuple[str, ...] = ()
    effect: str | None = None
    limits: tuple[tuple[str, int], ...] = ()
    grace_until: int | None = None
    comparator: str | None = None
    """How reliability is compared, where the instrument names a standard: `at_least` against
    ``minimum``, `substantially_equivalent` by ``assessment``, `equivalent` by what is there."""
    entity_scope: frozenset[str] = frozenset()
    certificate_scope: frozenset[str] = frozenset()
    users: frozenset[str] = frozenset()
    """Classes of users (``request.UserClass``) to whom it is limited."""
    standards: frozenset[str] = frozenset()
    """Standards that this direction asks for; the home list must name every one."""
    considered_standards: frozenset[str] = frozenset()
    """Standards to which regard is had: evidence, neither needed nor enough."""
    minimum: Level | None = None
    """Least mapped level under ``comparator``; an axis that is ``None`` asks nothing."""
    assessment: Assessment | None = None
    citation: str = field(init=False)
    """Instrument and article, with `[citation unverified]` where nobody read the article."""

    def __post_init__(self) -> None:
        object.__setattr__(self, "citation", self.instrument.citation)


class LawKind(StrEnum):
    """What a statement of a receiving state's own law is about (`DefaReceivingLaw`)."""

    EXCLUDED_ACTS = "excluded_acts"
    CATEGORY_STANDARD = "category_standard"
    NON_DISCRIMINATION = "non_discrimination"
    PARTY_AUTONOMY = "party_autonomy"
    PROVEN_RELIABILITY = "proven_reliability"
    EFFECT = "effect"
    VOLUNTARY_USE = "voluntary_use"
    DUTY_OF_USE = "duty_of_use"


@dataclass(frozen=True, slots=True, eq=False)
class LawStatement:
    """One statement of a receiving state about its own law; it holds in ``interval``.

    ``acts`` are those excluded, or excepted from what the statement grants. The other sets belong
    to CATEGORY_STANDARD: what is asked of a service for a transaction of one of ``categories``.
    ``effect`` and ``term`` (language, wording) belong to EFFECT.
    """

    id: str
    kind: LawKind
    instrument: Instrument
    interval: Interval
    acts: frozenset[str] = frozenset()
    categories: frozenset[str] = frozenset()
    standards: frozenset[str] = frozenset()
    legal_statuses: frozenset[LegalStatus] = frozenset()
    technical_classes: frozenset[TechnicalClass] = frozenset()
    effect: str | None = None
    term: tuple[str, str] | None = None


class ForeignListing(NamedTuple):
    """Another state's service in a state's own register (`DefaRecognisedForeign`). No anchor.

    It names the service by its identifier in the home list, or by SHA-256 (hex) of certificates.
    """

    territory: str
    status: LegalStatus
    interval: Interval
    service: str | None = None
    certificates: frozenset[str] = frozenset()


class Pointer(NamedTuple):
    """Where another list is and who may sign it (TS 119 602, 6.3.13)."""

    territory: str
    type: ListType
    location: str
    signers: tuple[bytes, ...]
    """DER certificates; a list is accepted only where one of exactly these signed it."""
    binding: Binding = Binding.JSON


class Agreement(NamedTuple):
    """A mutual recognition agreement that a list of lists states in a pointer (the European
    Commission's MRA extension): ``pointing`` says that it recognises ``pointed``.

    For people and for drafts (``ts119612.recognition.from_mra``): what counts in a state is in
    that state's own recognition list.
    """

    pointing: str
    pointed: str
    recognition: MutualRecognition


class Succession(NamedTuple):
    """`DefaSignerSuccession` of a regional list: the last that its own signers sign.

    ``signers`` are DER certificates, ``threshold`` of which sign each list that follows, issued at
    ``valid_from`` (Unix seconds) or later. ``previous`` is the SHA-256 (hex) of the JWS signing
    input of the list that this one follows.
    """

    signers: tuple[bytes, ...]
    threshold: int
    valid_from: int
    previous: str


@dataclass(frozen=True, slots=True, eq=False)
class TrustList:
    """One accepted list. ``digest`` is the SHA-256 (hex) of the signed bytes as received."""

    type: ListType
    territory: str
    sequence: int
    issued: int
    next_update: int
    operator: str
    digest: str
    size: int
    publication: Publication = Publication.AUTHORITATIVE
    pointers: tuple[Pointer, ...] = ()
    services: Sequence[Service] = ()
    arrangements: tuple[Arrangement, ...] = ()
    law: tuple[LawStatement, ...] = ()
    """`DefaReceivingLaw` of a recognition list."""
    foreign: tuple[ForeignListing, ...] = ()
    """`DefaRecognisedForeign` of a member-state list."""
    community: str | None = None
    snapshot: tuple[tuple[str, str, int, str], ...] = ()
    """`DefaSnapshot` of a regional list: (territory, LoTEType, sequence, sha256)."""
    previous: tuple[int, str] | None = None
    closed_since: int | None = None
    """`DefaClosed`: the list is final; no service in it is in operation."""
    source: str | None = None
    """Where a transcribed list was transcribed from (`DefaPublication`)."""
    signer: str | None = None
    """SHA-256 (hex) of the certificate that signed it."""
    usable_until: int | None = None
    """End of the signer's certificate (exclusive): past it, the list needs a new signature."""
    signed_at: int | None = None
    signed_digest: str | None = None
    """SHA-256 (hex) of the JWS signing input, or of the signed content of an XML list. Unlike
    ``digest`` it is the same for (r, s) and (r, n-s), so nobody without the key can make two lists
    of one."""
    succession: Succession | None = None
    binding: Binding = Binding.JSON
    agreements: tuple[Agreement, ...] = ()
    via: str | None = None
    """Digest of the regional list whose pointer pinned this one; ``None`` where it was pinned
    directly. A list reached through an expired regional list falls with it."""
