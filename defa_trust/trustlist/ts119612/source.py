"""A signed list of TS 119 612 as a source of anchors (floor 5): from its bytes to a ``TrustList``.

A list of this profile in XML is read as what it is in JSON, by the same decoder. Any other list of
the standard (the EU's, or a state's own) is read by its own rules: the services with their statuses
over time, and in a list of lists the pointers to the lists of states whose lists are read here.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from typing import Final, NamedTuple

from ...codec import json as strict_json
from ...codes import listing as list_codes
from ...codes import xml as codes
from ...errors import Rejection
from ...spec import (
    MAX_LIST_BYTES,
    MAX_MOMENT,
    MEMBER_STATES,
    PARTNER_STATES,
    UNION,
    iso_territory,
)
from ...verdict import Code, Finding
from ...x509.certificate import UntrustedCertificate, read_certificate
from ...x509.pinned_key import read_pinned_key
from .. import reading
from ..acceptance import AcceptancePolicy
from ..decode import decode
from ..model import Agreement, Binding, ListType, TrustList
from ..model import Pointer as ListPointer
from ..pin import SignerProfile, SignerValidity
from ..services import IN_OPERATION
from .from_602 import DEFAULT_CODE, REGION_CODE, REGION_NAME
from .model import ETSI_EXTENSIONS, Pointer, TrustedList
from .opening import OpenedList, content_digest, open_list, own_signers, read_unverified
from .services import read_services
from .to_602 import to_602

MIME_XML: Final = "application/vnd.etsi.tsl+xml"
MIME_JSON: Final = "application/jose"
_MAX_VALIDITY: Final = 185 * 86_400
"""Six months (TS 119 612, 5.3.15). NOTE: a day more than in the profile: local midnights in winter
and summer lie 184 days and an hour apart, and the EU's own list of lists uses them."""

_PROFILE: Final = {kind.value: kind for kind in ListType}
_GENERIC: Final = re.compile(
    r"https?://uri\.etsi\.org/TrstSvc/TrustedList/TSLType/"
    r"(?:(?P<union>EU)(?:generic|listofthelists)|(?P<state>[A-Z]{2})(?:list|listofthelists))/?"
)


class Source(NamedTuple):
    """``successors`` are who may sign the next edition, as a list of lists says of itself;
    ``information`` is its SchemeInformationURI, in order."""

    trust_list: TrustList
    certificate: UntrustedCertificate
    notes: tuple[Finding, ...]
    successors: tuple[bytes, ...]
    information: tuple[str, ...]


def read_source(
    data: bytes,
    signers: Sequence[bytes],
    *,
    type: ListType,
    territory: str,
    now: int,
    policy: AcceptancePolicy,
    profile: SignerProfile,
    via: str | None = None,
    validity: SignerValidity = SignerValidity.NOW_TOO,
) -> Source:
    """Open an XML list with one of ``signers`` and read it; the rest is the pin's.

    Raises ``Rejection``: what ``open_list`` raises, and `list.*`.
    """
    opened = open_list(
        data,
        signers,
        now=now,
        profile=profile,
        algorithms=policy.algorithms,
        skew=policy.clock_skew,
        max_bytes=policy.max_bytes,
        validity=validity,
    )
    found = opened.list
    kind = kind_of(found)
    if kind is not type:
        raise Rejection(list_codes.TYPE_MISMATCH, expected=type.value, actual=kind.value)
    if territory_of(found) != territory:
        raise Rejection(list_codes.TERRITORY_MISMATCH, expected=territory, actual=found.territory)
    certificate = read_certificate(opened.signer)
    country = policy.regional_country
    if (
        kind is ListType.REGIONAL
        and territory != UNION
        and country
        not in (
            None,
            certificate.country,
        )
    ):
        raise Rejection(list_codes.SIGNER_COUNTRY, expected=country, actual=certificate.country)
    notes: tuple[Finding, ...] = ()
    if found.type in _PROFILE:
        trust_list = _of_the_profile(opened, certificate, via)
    else:
        trust_list, notes = _generic(opened, certificate, kind, territory, via)
    if trust_list.issued > now + policy.clock_skew:
        raise Rejection(list_codes.ISSUED_IN_THE_FUTURE, expected=now, actual=trust_list.issued)
    information = tuple(text.value for text in found.information)
    return Source(trust_list, certificate, notes, own_signers(found), information)


def claimed(data: bytes, *, max_bytes: int = MAX_LIST_BYTES) -> tuple[ListType, str]:
    """(type, territory) that an XML list claims, unverified. Raises ``Rejection``."""
    found = read_unverified(data, max_bytes=max_bytes)
    # Whoever keeps lists names files by it.
    return kind_of(found), reading.territory(territory_of(found), "SchemeTerritory")


def kind_of(found: TrustedList) -> ListType:
    """TSLType (5.3.3): of this profile, the EU's, or a state's own (`CClist`, `CClistofthelists`).

    A type that names another state than SchemeTerritory is none.
    """
    known = _PROFILE.get(found.type)
    if known is not None:
        return known
    match = _GENERIC.fullmatch(found.type)
    if match is None:
        raise Rejection(list_codes.TYPE_UNKNOWN, where="TSLType")
    regional = found.type.rstrip("/").endswith("listofthelists")
    state = match["state"]
    stated = iso_territory(found.territory or "")
    if state is not None and iso_territory(state) != stated:
        raise Rejection(list_codes.TYPE_UNKNOWN, where="TSLType")
    if state is None and regional is not (stated == UNION):
        # The list of lists is the Union's; the other lists of that type are its states'.
        raise Rejection(list_codes.TYPE_UNKNOWN, where="TSLType")
    return ListType.REGIONAL if regional else ListType.MEMBER_STATE


def territory_of(found: TrustedList) -> str:
    """SchemeTerritory as a pin names it: ISO 3166-1, and two letters for a region by name.

    A state's list bears its state's code: a list that could choose it would choose its signer's.
    """
    if found.territory == REGION_NAME and kind_of(found) is ListType.REGIONAL:
        codes_given = [entry.value for entry in found.extensions if entry.name == REGION_CODE]
        code = codes_given[0] if len(codes_given) == 1 else DEFAULT_CODE
        return code if type(code) is str else DEFAULT_CODE
    if not found.territory:
        raise Rejection(codes.MISSING, expected="SchemeTerritory", actual="the list")
    return iso_territory(found.territory)


def _of_the_profile(
    opened: OpenedList, certificate: UntrustedCertificate | None, via: str | None
) -> TrustList:
    # Through JSON's octets, as every other list: nothing but JSON's values reaches the decoder.
    document = strict_json.loads_object(
        strict_json.canonical(to_602(opened.list)), max_bytes=MAX_LIST_BYTES
    )
    for pointer in document["LoTE"]["ListAndSchemeInformation"].get("PointersToOtherLoTE", ()):
        for qualifier in pointer["LoTEQualifiers"]:
            _check_mime(qualifier.get("MimeType"))
    found = decode(
        document,
        digest=opened.digest,
        size=opened.size,
        signer=None if certificate is None else certificate.sha256.hex(),
        signed_at=opened.signed_at,
        signed_digest=opened.signed_digest,
        via=via,
    )
    return replace(found, binding=Binding.XML)


def _check_mime(mime: object) -> None:
    """Pointers of the profile lead to JSON; one that leads elsewhere says so by its type."""
    if mime != MIME_JSON:
        raise Rejection(list_codes.POINTER, actual="a pointer of the profile to another syntax")


def _generic(
    opened: OpenedList,
    certificate: UntrustedCertificate | None,
    kind: ListType,
    territory: str,
    via: str | None,
) -> tuple[TrustList, tuple[Finding, ...]]:
    found = opened.list
    _check_critical(found)
    notes: list[Finding] = []
    closed = found.next_update is None
    next_update = MAX_MOMENT if found.next_update is None else found.next_update
    if not closed and not 0 < next_update - found.issued <= _MAX_VALIDITY:
        raise Rejection(
            list_codes.NEXT_UPDATE, where="NextUpdate", expected=_MAX_VALIDITY // 86_400
        )
    services = read_services(found.providers, territory) if kind is ListType.MEMBER_STATE else None
    if kind is ListType.REGIONAL and found.providers:
        raise Rejection(codes.UNEXPECTED, actual="providers in a list of lists")
    if services is not None:
        if closed:
            for service in services.services:
                if any(
                    period.status in IN_OPERATION and period.interval.end > found.issued
                    for period in service.history
                ):
                    raise Rejection(list_codes.CLOSED, where="NextUpdate", actual=service.id)
        if services.unread:
            notes.append(_note(codes.IDENTITIES_UNREAD, services.unread, opened.digest))
        if services.unknown:
            notes.append(_note(codes.STATUSES_UNKNOWN, len(services.unknown), opened.digest))
    pointers, strange = _pointers(found, territory) if kind is ListType.REGIONAL else ((), 0)
    if closed and pointers:
        # Nothing ends them: whoever goes on sending it would keep their signers for good.
        first = f"the pointer to {pointers[0].territory}"
        raise Rejection(list_codes.CLOSED, where="NextUpdate", actual=first)
    if strange:
        notes.append(_note(codes.POINTERS_PASSED_OVER, strange, opened.digest))
    return (
        TrustList(
            type=kind,
            territory=territory,
            sequence=found.sequence,
            issued=found.issued,
            next_update=next_update,
            operator=found.operator[0].value,
            digest=opened.digest,
            size=opened.size,
            pointers=pointers,
            services=() if services is None else services.services,
            community=found.name[0].value if kind is ListType.REGIONAL else None,
            closed_since=found.issued if closed else None,
            signer=None if certificate is None else certificate.sha256.hex(),
            signed_at=opened.signed_at,
            signed_digest=opened.signed_digest,
            binding=Binding.XML,
            agreements=_agreements(found, territory),
            via=via,
        ),
        tuple(notes),
    )


def _check_critical(found: TrustedList) -> None:
    """Extensions of the profile are read in lists of the profile, and nowhere else: a critical one
    in another list is one that is not understood (TS 119 612, 5.3.17, 5.5.9)."""
    every = [*found.extensions]
    for provider in found.providers:
        every += provider.extensions
        for service in provider.services:
            every += service.extensions
            every += [entry for past in service.history for entry in past.extensions]
    for entry in every:
        if entry.critical and entry.name not in ETSI_EXTENSIONS:
            raise Rejection(codes.EXTENSION_CRITICAL, actual=entry.name[:64])


def _note(code: Code, actual: int, evidence: str) -> Finding:
    return Finding(code, None, actual, evidence=evidence, subject="list")


# --- pointers ------------------------------------------------------------------------------------
def _pointers(found: TrustedList, territory: str) -> tuple[tuple[ListPointer, ...], int]:
    """Pointers to the XML lists of states that are read here, and how many others there are.

    The EU's list of lists introduces partner states, any other one member states: no two lists of
    lists speak for one state. A state that is pointed to twice, and a key that may sign for two
    states, refuse the list.
    """
    introduced = PARTNER_STATES if territory == UNION else MEMBER_STATES
    by_state: dict[str, ListPointer] = {}
    state_of: dict[bytes, str] = {}
    strange = 0
    for pointer in found.pointers:
        state = iso_territory(pointer.territory or "")
        if _leads_to_itself(pointer, found):
            continue
        if state not in introduced or not _is_national(pointer):
            strange += 1
            continue
        if state in by_state:
            raise Rejection(list_codes.DUPLICATE, actual=f"two pointers to {state}")
        by_state[state] = ListPointer(
            state, ListType.MEMBER_STATE, pointer.location, pointer.signers, Binding.XML
        )
        for der in pointer.signers:
            other = state_of.setdefault(_key_of(der), state)
            if other != state:
                raise Rejection(list_codes.SIGNER_SHARED, actual=f"{other} and {state}")
    return tuple(by_state.values()), strange


def _key_of(der: bytes) -> bytes:
    """The key's thumbprint; of a certificate that cannot be read, which signs nothing, itself."""
    try:
        return read_pinned_key(der).thumbprint
    except Rejection:
        return der


def _leads_to_itself(pointer: Pointer, found: TrustedList) -> bool:
    return pointer.territory == found.territory and pointer.type == found.type


def _is_national(pointer: Pointer) -> bool:
    if pointer.mime_type != MIME_XML or not pointer.signers or pointer.type is None:
        return False
    match = _GENERIC.fullmatch(pointer.type)
    if match is None or pointer.type.rstrip("/").endswith("listofthelists"):
        return pointer.type == ListType.MEMBER_STATE.value
    state = match["state"]
    return state is None or iso_territory(state) == iso_territory(pointer.territory or "")


def _agreements(found: TrustedList, territory: str) -> tuple[Agreement, ...]:
    return tuple(
        Agreement(territory, iso_territory(pointer.territory or ""), pointer.recognition)
        for pointer in found.pointers
        if pointer.recognition is not None
    )


def look_back(data: bytes, *, max_bytes: int = MAX_LIST_BYTES) -> TrustList:
    """What an XML list says that was accepted before; its mark's digest vouches for it.

    Nobody looks at its signer again, who may have lapsed. Raises ``Rejection``.
    """
    found = read_unverified(data, max_bytes=max_bytes)
    kind, territory = kind_of(found), territory_of(found)
    opened = OpenedList(found, b"", 0, "", len(data), content_digest(data, max_bytes=max_bytes))
    if found.type in _PROFILE:
        return _of_the_profile(opened, None, None)
    return _generic(opened, None, kind, territory, None)[0]
