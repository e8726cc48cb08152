"""From decoded JSON to a ``TrustList``: typed and strict by itself (floor 5).

It needs no JSON Schema at hand, accepts nothing that ``schemas/`` refuses, and refuses more: times,
texts, territories, histories, duplicates, critical extensions (docs/profile.md).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cache
from types import ModuleType
from typing import Any, Final, NamedTuple, Protocol

from ..codec import json as strict_json
from ..codes import listing as codes
from ..errors import Rejection
from ..spec import MEMBER_STATES
from ..x509.certificate import read_certificate
from . import reading
from .arrangements import read_arrangements
from .identity import certificate_bytes
from .law import read_foreign, read_law
from .model import (
    Arrangement,
    ForeignListing,
    LawStatement,
    ListType,
    Pointer,
    Publication,
    Service,
    Succession,
    TrustList,
)
from .services import IN_OPERATION, check_addresses, read_services
from .spans import Layout
from .successors import read_succession

MIME_TYPE: Final = "application/jose"
MAX_VALIDITY_DAYS: Final = 184
"""TS 119 602, 6.3.15 says six months; no six months are longer than 184 days."""
QUICK_BYTES: Final = 1 << 17
"""Ours: a payload smaller than this is not worth loading another library for (docs/adr/0009)."""
_MAX_POINTERS: Final = 256
_MAX_SIGNERS: Final = 16

_STATES: Final = frozenset(MEMBER_STATES)
_TYPES: Final = {kind.value: kind for kind in ListType}
_DOCUMENT: Final = frozenset({"LoTE"})
_LOTE: Final = frozenset({"ListAndSchemeInformation"})
_LOTE_OPTIONAL: Final = frozenset({"TrustedEntitiesList"})
_SCHEME: Final = frozenset(
    {
        "LoTEVersionIdentifier",
        "LoTESequenceNumber",
        "LoTEType",
        "SchemeOperatorName",
        "SchemeOperatorAddress",
        "SchemeName",
        "SchemeInformationURI",
        "StatusDeterminationApproach",
        "SchemeTypeCommunityRules",
        "SchemeTerritory",
        "PolicyOrLegalNotice",
        "HistoricalInformationPeriod",
        "ListIssueDateTime",
        "NextUpdate",
    }
)
_SCHEME_OPTIONAL: Final = frozenset(
    {"PointersToOtherLoTE", "DistributionPoints", "SchemeExtensions"}
)
_ADDRESS: Final = frozenset({"SchemeOperatorPostalAddress", "SchemeOperatorElectronicAddress"})
_POINTER: Final = frozenset({"LoTELocation", "ServiceDigitalIdentities", "LoTEQualifiers"})
_QUALIFIER: Final = frozenset({"LoTEType", "SchemeOperatorName", "SchemeTerritory", "MimeType"})
_QUALIFIER_OPTIONAL: Final = frozenset({"SchemeTypeCommunityRules"})
_SIGNER_SDI: Final = frozenset({"X509Certificates"})
_PUBLICATION: Final = frozenset({"kind"})
_TRANSCRIPTION: Final = frozenset({"kind", "sourceUri", "retrieved", "sha256", "transcriber"})
_SNAPSHOT: Final = frozenset(
    {"territory", "LoTEType", "sequence", "sha256", "size", "issued", "nextUpdate"}
)
_PREVIOUS: Final = frozenset({"sequence", "sha256"})
_CLOSED: Final = frozenset({"since"})

_ANY_LIST: Final = frozenset({"DefaPublication", "DefaPreviousList", "DefaClosed"})
_EXTENSIONS: Final = {
    ListType.REGIONAL: _ANY_LIST | {"DefaCommunity", "DefaSnapshot", "DefaSignerSuccession"},
    ListType.MEMBER_STATE: _ANY_LIST | {"DefaRecognisedForeign"},
    ListType.RECOGNITION: _ANY_LIST | {"DefaRecognition", "DefaReceivingLaw"},
}


class _Scheme(NamedTuple):
    type: ListType
    territory: str
    operator: str
    issued: int
    next_update: int


def list_type(value: Any, where: str) -> ListType:
    """LoTEType (TS 119 602, 6.3.3) of this profile."""
    found = _TYPES.get(value) if type(value) is str else None
    if found is None:
        raise Rejection(codes.TYPE_UNKNOWN, where=where)
    return found


class Origin(NamedTuple):
    """What is known of a list beside its payload; members as in ``TrustList``."""

    digest: str
    size: int
    signer: str | None = None
    signed_at: int | None = None
    signed_digest: str | None = None
    via: str | None = None


class Read(NamedTuple):
    """A list and, of its document, ListAndSchemeInformation."""

    trust_list: TrustList
    scheme: dict[str, Any]


class Readings(Protocol):
    """What is known of lists that were read before, by this code and with this outcome: good."""

    def find(self, digest: str) -> Layout | None:
        """Of the list with this digest (hex) of its signed bytes. Never raises."""


def read(
    payload: bytes, origin: Origin, *, max_bytes: int, readings: Readings | None = None
) -> Read:
    """Read the JSON of a list: ``decode`` of what ``strict_json`` parses, and as strict.

    A large one is tried with ``quick`` first, which gives the same list or none. Of a list that
    ``readings`` know, only what it says of itself is read; its services, when they are looked up.
    Raises ``Rejection`` as those two do.
    """
    quick = _quick() if QUICK_BYTES <= len(payload) <= max_bytes else None
    if quick is not None:
        try:
            layout = None if readings is None else readings.find(origin.digest)
            parts = quick.split(payload) if layout is None else quick.resume(payload, layout)
            scheme = strict_json.loads_object(
                parts.scheme, max_depth=reading.MAX_DEPTH - 2, max_bytes=max_bytes
            )
            lote = {"ListAndSchemeInformation": scheme, "TrustedEntitiesList": parts.entities}
            found = _decode({"LoTE": lote}, origin, quick.read_services)
        except (quick.UnreadError, Rejection):
            pass  # what follows says why, or that it is good all the same
        else:
            return Read(found, scheme)
    document = strict_json.loads_object(payload, max_depth=reading.MAX_DEPTH, max_bytes=max_bytes)
    found = _decode(document, origin, read_services)
    return Read(found, document["LoTE"]["ListAndSchemeInformation"])


@cache
def _quick() -> ModuleType | None:
    try:
        from . import quick
    except ImportError:
        return None
    return quick


def decode(
    document: Any,
    *,
    digest: str,
    size: int,
    signer: str | None = None,
    signed_at: int | None = None,
    signed_digest: str | None = None,
    via: str | None = None,
) -> TrustList:
    """Read a decoded list (``{"LoTE": …}``).

    ``digest`` is the SHA-256 (hex) and ``size`` the length of the signed bytes as received. Raises
    ``Rejection`` with a `list.*` code (or one of the codecs and keys within) and the member's path.
    Says nothing of signatures, pins or the present time: that is ``accept``.
    """
    origin = Origin(digest, size, signer, signed_at, signed_digest, via)
    return _decode(document, origin, read_services)


_ReadServices = Callable[[Any, str, str], Sequence[Service]]


def _decode(document: Any, origin: Origin, services_of: _ReadServices) -> TrustList:
    lote = reading.members(
        reading.members(document, "document", _DOCUMENT)["LoTE"], "LoTE", _LOTE, _LOTE_OPTIONAL
    )
    where = "ListAndSchemeInformation"
    scheme = reading.members(lote["ListAndSchemeInformation"], where, _SCHEME, _SCHEME_OPTIONAL)
    reading.integer(scheme["LoTEVersionIdentifier"], f"{where}.LoTEVersionIdentifier", 1, 1)
    sequence = reading.integer(scheme["LoTESequenceNumber"], f"{where}.LoTESequenceNumber", 1)
    facts = _scheme(scheme, where)
    pointers: tuple[Pointer, ...] = ()
    if "PointersToOtherLoTE" in scheme:
        pointers = _pointers(scheme["PointersToOtherLoTE"], "PointersToOtherLoTE", facts)
    elif facts.type is ListType.REGIONAL:
        raise Rejection(
            codes.MEMBER_MISSING, where=where, expected="PointersToOtherLoTE", actual=where
        )
    extensions = _Extensions(scheme, facts.type)
    services: Sequence[Service] = ()
    if "TrustedEntitiesList" in lote:
        if facts.type is not ListType.MEMBER_STATE:
            # A regional list points and a recognition list recognises; neither lists services.
            raise Rejection(codes.MEMBER_UNKNOWN, where="LoTE", actual="LoTE: TrustedEntitiesList")
        services = services_of(lote["TrustedEntitiesList"], "TrustedEntitiesList", facts.territory)
    closed_since = extensions.closed()
    if closed_since is not None:
        for service in services:
            # Not the current entry alone: a withdrawal that is still to come leaves one before it.
            if any(
                period.status in IN_OPERATION and period.interval.end > facts.issued
                for period in service.history
            ):
                raise Rejection(codes.CLOSED, where="DefaClosed", actual=service.id)
    publication, source = extensions.publication()
    return TrustList(
        type=facts.type,
        territory=facts.territory,
        sequence=sequence,
        issued=facts.issued,
        next_update=facts.next_update,
        operator=facts.operator,
        digest=origin.digest,
        size=origin.size,
        publication=publication,
        pointers=pointers,
        services=services,
        arrangements=extensions.arrangements(facts),
        law=extensions.law(),
        foreign=extensions.foreign(facts),
        community=extensions.community(),
        snapshot=extensions.snapshot(),
        previous=extensions.previous(),
        closed_since=closed_since,
        source=source,
        succession=extensions.succession(facts, pointers),
        signer=origin.signer,
        signed_at=origin.signed_at,
        signed_digest=origin.signed_digest,
        via=origin.via,
    )


def _scheme(scheme: dict[str, Any], where: str) -> _Scheme:
    kind = list_type(scheme["LoTEType"], f"{where}.LoTEType")
    path = f"{where}.SchemeTerritory"
    if kind is ListType.REGIONAL:
        territory = reading.territory(scheme["SchemeTerritory"], path)
        if territory in _STATES:
            raise Rejection(codes.TERRITORY_UNKNOWN, where=path, actual=territory)
    else:
        territory = reading.member_state(scheme["SchemeTerritory"], path)
    operator = reading.multilingual(
        scheme["SchemeOperatorName"], f"{where}.SchemeOperatorName"
    ).english
    path = f"{where}.SchemeOperatorAddress"
    address = reading.members(scheme["SchemeOperatorAddress"], path, _ADDRESS)
    check_addresses(
        address["SchemeOperatorPostalAddress"], address["SchemeOperatorElectronicAddress"], path
    )
    path = f"{where}.SchemeName"
    name = reading.multilingual(scheme["SchemeName"], path)
    if not name.english.startswith(f"{territory}:"):
        raise reading.value_fault(path, f"a name that begins with {territory}:")
    reading.multilingual_uris(scheme["SchemeInformationURI"], f"{where}.SchemeInformationURI")
    reading.uri(scheme["StatusDeterminationApproach"], f"{where}.StatusDeterminationApproach")
    path = f"{where}.SchemeTypeCommunityRules"
    reading.multilingual_uris(scheme["SchemeTypeCommunityRules"], path)
    _legal_notice(scheme["PolicyOrLegalNotice"], f"{where}.PolicyOrLegalNotice")
    path = f"{where}.HistoricalInformationPeriod"
    # TS 119 602, 6.3.12: 65535 says that nothing is ever removed from the history.
    reading.integer(scheme["HistoricalInformationPeriod"], path, 65535, 65535)
    if "DistributionPoints" in scheme:
        path = f"{where}.DistributionPoints"
        reading.each(scheme["DistributionPoints"], path, reading.https, most=64)
    issued = reading.time(scheme["ListIssueDateTime"], f"{where}.ListIssueDateTime")
    next_update = reading.time(scheme["NextUpdate"], f"{where}.NextUpdate")
    if not 0 < next_update - issued <= MAX_VALIDITY_DAYS * 86_400:
        raise Rejection(codes.NEXT_UPDATE, where=f"{where}.NextUpdate", expected=MAX_VALIDITY_DAYS)
    return _Scheme(kind, territory, operator, issued, next_update)


def _legal_notice(value: Any, where: str) -> None:
    """All policies, or all notices (TS 119 602, 6.3.11 and its JSON schema)."""
    entries = reading.array(value, where, most=64)
    policies = type(entries[0]) is dict and "LoTEPolicy" in entries[0]
    kind = "LoTEPolicy" if policies else "LoTELegalNotice"
    for number, notice in enumerate(entries):
        path = f"{where}[{number}]"
        entry = reading.members(notice, path, frozenset({kind}))
        if kind == "LoTEPolicy":
            reading.uri_in_language(entry[kind], f"{path}.{kind}")
        else:
            reading.text(entry[kind], f"{path}.{kind}", most=16_384)


# --- pointers ------------------------------------------------------------------------------------
def _pointers(value: Any, where: str, facts: _Scheme) -> tuple[Pointer, ...]:
    found: dict[tuple[ListType, str], Pointer] = {}
    territory_of: dict[bytes, str] = {}
    for number, entry in enumerate(reading.array(value, where, most=_MAX_POINTERS)):
        path = f"{where}[{number}]"
        pointer = _pointer(entry, path)
        place = (pointer.type, pointer.territory)
        if place in found:
            raise Rejection(
                codes.DUPLICATE, where=path, actual=f"two pointers to {pointer.territory}"
            )
        own = (facts.type, facts.territory)
        if ListType.REGIONAL not in (facts.type, pointer.type) and place != own:
            # Only the regional list introduces lists; a state's pointer to another's would let
            # one state vouch for the next.
            raise Rejection(codes.POINTER, where=path, actual="a state points to another list")
        found[place] = pointer
        for der in pointer.signers:
            key = read_certificate(der).key.thumbprint
            other = territory_of.setdefault(key, pointer.territory)
            if other != pointer.territory:
                raise Rejection(
                    codes.SIGNER_SHARED, where=path, actual=f"{other} and {pointer.territory}"
                )
    return tuple(found.values())


def _pointer(value: Any, where: str) -> Pointer:
    entry = reading.members(value, where, _POINTER)
    (qualifier,) = reading.array(entry["LoTEQualifiers"], f"{where}.LoTEQualifiers", most=1)
    path = f"{where}.LoTEQualifiers[0]"
    qualifiers = reading.members(qualifier, path, _QUALIFIER, _QUALIFIER_OPTIONAL)
    kind = list_type(qualifiers["LoTEType"], f"{path}.LoTEType")
    read = reading.territory if kind is ListType.REGIONAL else reading.member_state
    territory = read(qualifiers["SchemeTerritory"], f"{path}.SchemeTerritory")
    if kind is ListType.REGIONAL and territory in _STATES:
        raise Rejection(codes.TERRITORY_UNKNOWN, where=path, actual=territory)
    reading.multilingual(qualifiers["SchemeOperatorName"], f"{path}.SchemeOperatorName")
    if "SchemeTypeCommunityRules" in qualifiers:
        reading.multilingual_uris(
            qualifiers["SchemeTypeCommunityRules"], f"{path}.SchemeTypeCommunityRules"
        )
    reading.one_of(qualifiers["MimeType"], f"{path}.MimeType", frozenset({MIME_TYPE}))
    signers: list[bytes] = []
    identities = f"{where}.ServiceDigitalIdentities"
    for number, identity in enumerate(
        reading.array(entry["ServiceDigitalIdentities"], identities, most=_MAX_SIGNERS)
    ):
        step = f"{identities}[{number}]"
        certificates = reading.members(identity, step, _SIGNER_SDI)["X509Certificates"]
        signers += reading.each(
            certificates, f"{step}.X509Certificates", certificate_bytes, most=_MAX_SIGNERS
        )
    if len(set(signers)) != len(signers):
        raise Rejection(codes.DUPLICATE, where=where, actual=f"a signer twice in {where}")
    return Pointer(
        territory,
        kind,
        reading.https(entry["LoTELocation"], f"{where}.LoTELocation"),
        tuple(signers),
    )


# --- extensions of the scheme --------------------------------------------------------------------
class _Extensions:
    """SchemeExtensions (TS 119 602, 6.3.17), each read by its own rule."""

    __slots__ = ("_found", "_kind")

    def __init__(self, scheme: dict[str, Any], kind: ListType) -> None:
        self._kind = kind
        self._found: dict[str, tuple[Any, str, bool]] = {}
        if "SchemeExtensions" in scheme:
            self._found = reading.extensions(
                scheme["SchemeExtensions"], "SchemeExtensions", _EXTENSIONS[kind]
            )

    def arrangements(self, facts: _Scheme) -> tuple[Arrangement, ...]:
        if self._kind is not ListType.RECOGNITION:
            return ()
        if "DefaRecognition" not in self._found:
            raise Rejection(
                codes.MEMBER_MISSING,
                where="SchemeExtensions",
                expected="DefaRecognition",
                actual="SchemeExtensions",
            )
        value, where, critical = self._found["DefaRecognition"]
        if not critical:
            # A reader that passed over it would see a list that says nothing, and call it good.
            raise Rejection(codes.EXTENSION_FORM, where=where, actual=f"{where} must be critical")
        return read_arrangements(value, where, facts.territory)

    def law(self) -> tuple[LawStatement, ...]:
        if "DefaReceivingLaw" not in self._found:
            return ()
        value, where, critical = self._found["DefaReceivingLaw"]
        if not critical:
            # Exclusions that a reader passes over would not exclude.
            raise Rejection(codes.EXTENSION_FORM, where=where, actual=f"{where} must be critical")
        return read_law(value, where)

    def foreign(self, facts: _Scheme) -> tuple[ForeignListing, ...]:
        if "DefaRecognisedForeign" not in self._found:
            return ()
        value, where, _ = self._found["DefaRecognisedForeign"]
        return read_foreign(value, where, facts.territory)

    def publication(self) -> tuple[Publication, str | None]:
        if "DefaPublication" not in self._found:
            return Publication.AUTHORITATIVE, None
        value, where, _ = self._found["DefaPublication"]
        kind = value.get("kind") if type(value) is dict else None
        if kind != Publication.TRANSCRIBED.value:
            entry = reading.members(value, where, _PUBLICATION)
            reading.one_of(entry["kind"], f"{where}.kind", frozenset(Publication))
            return Publication.AUTHORITATIVE, None
        entry = reading.members(value, where, _TRANSCRIPTION)
        reading.time(entry["retrieved"], f"{where}.retrieved")
        reading.digest(entry["sha256"], f"{where}.sha256")
        reading.english(entry["transcriber"], f"{where}.transcriber")
        return Publication.TRANSCRIBED, reading.uri(entry["sourceUri"], f"{where}.sourceUri")

    def community(self) -> str | None:
        if "DefaCommunity" not in self._found:
            return None
        value, where, _ = self._found["DefaCommunity"]
        return reading.multilingual(value, where).english

    def snapshot(self) -> tuple[tuple[str, str, int, str], ...]:
        if "DefaSnapshot" not in self._found:
            return ()
        value, where, _ = self._found["DefaSnapshot"]
        found = reading.each(value, where, _snapshot_entry, most=_MAX_POINTERS)
        if len({entry[:2] for entry in found}) != len(found):
            raise Rejection(codes.DUPLICATE, where=where, actual=f"a list twice in {where}")
        return found

    def previous(self) -> tuple[int, str] | None:
        if "DefaPreviousList" not in self._found:
            return None
        value, where, _ = self._found["DefaPreviousList"]
        entry = reading.members(value, where, _PREVIOUS)
        return (
            reading.integer(entry["sequence"], f"{where}.sequence", 1),
            reading.digest(entry["sha256"], f"{where}.sha256"),
        )

    def closed(self) -> int | None:
        if "DefaClosed" not in self._found:
            return None
        value, where, _ = self._found["DefaClosed"]
        return reading.time(reading.members(value, where, _CLOSED)["since"], f"{where}.since")

    def succession(self, facts: _Scheme, pointers: tuple[Pointer, ...]) -> Succession | None:
        if "DefaSignerSuccession" not in self._found:
            return None
        value, where, _ = self._found["DefaSignerSuccession"]
        return read_succession(
            value, where, issued=facts.issued, next_update=facts.next_update, pointers=pointers
        )


def _snapshot_entry(value: Any, where: str) -> tuple[str, str, int, str]:
    entry = reading.members(value, where, _SNAPSHOT)
    reading.integer(entry["size"], f"{where}.size", 1)
    reading.time(entry["issued"], f"{where}.issued")
    reading.time(entry["nextUpdate"], f"{where}.nextUpdate")
    return (
        reading.member_state(entry["territory"], f"{where}.territory"),
        list_type(entry["LoTEType"], f"{where}.LoTEType").value,
        reading.integer(entry["sequence"], f"{where}.sequence", 1),
        reading.digest(entry["sha256"], f"{where}.sha256"),
    )
