"""From what a message points with to listed keys of one state (floor 6).

The snapshot, never the message alone, chooses the candidates: a bounded set, all of one territory.
A `kid`, certificate or issuer only *selects*; nothing in a message becomes an anchor.
"""

from __future__ import annotations

from base64 import b64encode
from collections import defaultdict
from collections.abc import Iterable
from hashlib import sha256
from typing import Final, NamedTuple

from . import resolve_path
from .codes import anchor as codes
from .formats.base import Asserted, KeyHint, Presented, SignerCertificate
from .policy import TranscribedLists, VerificationPolicy
from .request import Request
from .resolve_path import PathQuestion
from .spec import CREDENTIAL_SERVICE_TYPES, MAX_CANDIDATES, iso_territory
from .trustlist.index import published_elsewhere
from .trustlist.model import IdentityKind, ListType, Publication, Service, StatusPeriod
from .trustlist.snapshot import Issuer, ServiceAnchor, TrustSnapshot
from .verdict import TIME_MAX, TIME_MIN, Finding, Need, NeedKind, from_parts

_NOBODY: Final[tuple[ServiceAnchor, ...]] = ()


class Resolution(NamedTuple):
    """``candidates`` are of one ``territory``; empty where a finding says why."""

    candidates: tuple[ServiceAnchor, ...]
    territory: str | None = None
    needs: tuple[Need, ...] = ()


_resolution: Final = from_parts(Resolution)


def resolve(question: PathQuestion, request: Request, findings: list[Finding]) -> Resolution:
    """Candidate keys for the issuer's part. Appends a finding where there is none.

    Listed keys first; a certificate that no list holds is asked for a path to a listed authority,
    and what that search said of it stands in place of "not listed".
    """
    presented, snapshot = question.presented, question.snapshot
    asserted = presented.asserted
    stated = None if asserted.territory is None else iso_territory(asserted.territory)
    if not snapshot.territories:
        findings.append(Finding(codes.NO_ANCHORS))
        return Resolution(_NOBODY, None, missing_lists(snapshot))
    if asserted.issuer is not None:
        found = _by_issuer(question, asserted.issuer, request, findings)
    elif stated is not None:
        found = _by_territory(question, stated, findings)
    else:
        found = _by_hint(question, findings)
    if not found.candidates:
        return found
    if stated is not None and found.territory != stated:
        findings.append(Finding(codes.TERRITORY_MISMATCH, found.territory, asserted.territory))
        return Resolution(_NOBODY, found.territory)
    fit = found.candidates
    for anchor in fit:
        if anchor.service.type not in CREDENTIAL_SERVICE_TYPES:
            fit = tuple(a for a in fit if a.service.type in CREDENTIAL_SERVICE_TYPES)
            break
    if not fit:
        unfit = found.candidates[0].service.type
        findings.append(Finding(codes.SERVICE_TYPE_UNFIT, "a credential service", unfit))
    for anchor in fit:
        if anchor.until != TIME_MAX:
            found = _of_key_sets(fit, found, question.moment, findings)
            fit = found.candidates
            break
    return _resolution((fit[:MAX_CANDIDATES], found.territory, found.needs))


def _of_key_sets(
    fit: tuple[ServiceAnchor, ...], found: Resolution, moment: int, findings: list[Finding]
) -> Resolution:
    """Candidates among which are keys that were fetched: those of long ago serve no more, and are
    needed anew. The answer holds while no other of them grows old."""
    old = [anchor for anchor in fit if anchor.until <= moment]
    left = tuple(anchor for anchor in fit if anchor.until > moment)
    since = max((anchor.until for anchor in old), default=TIME_MIN)
    until = min((anchor.until for anchor in left), default=TIME_MAX)
    places = tuple(
        dict.fromkeys(
            identity.value
            for anchor in old
            for identity in anchor.service.identities
            if published_elsewhere(identity)
        )
    )
    if not left:
        findings.append(Finding(codes.KEYS_ELSEWHERE, None, places, start=since))
    elif until == TIME_MAX:
        findings.append(Finding(codes.KEYS_OLD, None, places, start=since))
    else:
        findings.append(Finding(codes.KEYS_REMEMBERED, until, start=since, end=until))
    return Resolution(left, found.territory, found.needs + _needed(places, found.territory))


def check_scope(
    anchor: ServiceAnchor, presented: Presented, policy: VerificationPolicy, findings: list[Finding]
) -> None:
    """What the list lets this service issue, and whether the policy takes such a list at all."""
    service = anchor.service
    allowed = service.credential_types
    types = presented.asserted.types
    if allowed:
        inside = bool(types) and all(name in allowed for name in types)
        code = codes.CREDENTIAL_TYPE_IN_SCOPE if inside else codes.CREDENTIAL_TYPE_OUT_OF_SCOPE
        findings.append(Finding(code, allowed, types))
    if service.formats and presented.format not in service.formats:
        findings.append(Finding(codes.FORMAT_OUT_OF_SCOPE, service.formats, presented.format))
    identity = anchor.identity
    if presented.key_usage is not None and identity.certificate is not None:
        bound = presented.key_usage(identity.extended_key_usage, types)
        if bound is not None:
            findings.append(bound)
    if presented.check_signer is not None and identity.not_before is not None:
        assert identity.not_after is not None  # a certificate has both
        certificate = SignerCertificate(identity.not_before, identity.not_after, identity.country)
        findings += presented.check_signer(certificate)
    if (
        policy.transcribed is TranscribedLists.REFUSE
        and anchor.source.trust_list.publication is Publication.TRANSCRIBED
    ):
        findings.append(Finding(codes.LIST_TRANSCRIBED, "authoritative", service.territory))


def check_ceased(status: StatusPeriod, asserted: Asserted, findings: list[Finding]) -> None:
    """A service that ceased issues nothing more: only its past stays valid (TS 119 612, 5.5.4).

    A key without a certificate has no end of its own, so what says that it was made after the end,
    or does not say when it was made, cannot be counted among that past.
    """
    issued = asserted.issued_at if asserted.issued_at is not None else asserted.not_before
    ceased = status.interval.start
    if issued is None or issued >= ceased:
        findings.append(Finding(codes.SERVICE_CEASED, ceased, issued))


def _by_issuer(
    question: PathQuestion, name: str, request: Request, findings: list[Finding]
) -> Resolution:
    snapshot, hint = question.snapshot, question.presented.issuer_part.hint
    issuers = snapshot.by_issuer.get(name)
    if issuers is None:
        issuers = _by_pattern(name, snapshot, request, findings)
        if issuers is None:
            return Resolution(_NOBODY)
    if not issuers:
        absent = missing_lists(snapshot)
        states = tuple(need.territory or "" for need in absent) or "none"
        findings.append(Finding(codes.ISSUER_UNKNOWN, states, name))
        return Resolution(_NOBODY, None, absent)
    if len(issuers) > 1:
        states = tuple(issuer.territory for issuer in issuers)
        findings.append(Finding(codes.TERRITORY_AMBIGUOUS, None, states))
        return Resolution(_NOBODY)
    issuer = issuers[0]
    if not issuer.anchors and not _authorities(issuer):
        return _without_keys(issuer, findings)
    candidates = _select(issuer, hint, snapshot)
    said = len(findings)
    if not candidates and hint.certificate is not None:
        candidates = resolve_path.by_issuer(question, issuer, name, findings)
    if not candidates:
        if len(findings) == said:
            evidence = issuer.sources[0].trust_list.digest
            findings.append(_no_candidate(issuer.territory, hint, evidence))
        needs = _path_need(hint, issuer.territory) + _keys_needed(issuer)
        return Resolution(_NOBODY, issuer.territory, needs)
    return _resolution((candidates, issuer.territory, ()))


def _select(issuer: Issuer, hint: KeyHint, snapshot: TrustSnapshot) -> tuple[ServiceAnchor, ...]:
    """Every hint that is there must agree; without one, all keys of this one issuer (bounded)."""
    candidates = issuer.anchors
    if isinstance(hint.kid, str):
        # did:example#key may be written as the bare fragment (DID Core 1.0, 5.2.1).
        candidates = issuer.by_kid.get(hint.kid, _NOBODY)
    elif hint.kid is not None:
        # A COSE kid is bytes, often of a certificate's digest: the state's index, this issuer's
        # keys.
        listed = snapshot.by_kid.get((issuer.territory, hint.kid), _NOBODY)
        candidates = tuple(anchor for anchor in listed if anchor in issuer.anchors)
    wanted = _fingerprint(hint)
    if wanted is not None:
        candidates = tuple(
            anchor
            for anchor in (candidates if hint.kid is not None else issuer.anchors)
            if _bears(anchor, wanted)
        )
    return candidates


def _by_pattern(
    name: str, snapshot: TrustSnapshot, request: Request, findings: list[Finding]
) -> tuple[Issuer, ...] | None:
    """Issuers bound to one relying party each; ``None`` where a finding was made."""
    matches = snapshot.by_pattern(name)
    if not matches:
        return ()
    if len({issuer.territory for issuer, _ in matches}) > 1:
        return tuple(issuer for issuer, _ in matches)  # two states claim it: nobody's
    if request.relying_party is None:
        findings.append(Finding(codes.RELYING_PARTY_NEEDED, None, name))
        return None
    fitting = tuple(issuer for issuer, party in matches if party == request.relying_party)
    if not fitting:
        findings.append(Finding(codes.RELYING_PARTY_MISMATCH, request.relying_party, name))
        return None
    return fitting


def _by_territory(question: PathQuestion, territory: str, findings: list[Finding]) -> Resolution:
    snapshot, hint = question.snapshot, question.presented.issuer_part.hint
    if territory not in snapshot.territories:
        findings.append(Finding(codes.TERRITORY_UNKNOWN, None, territory))
        return Resolution(_NOBODY, None, (Need(NeedKind.TRUST_LIST, territory, territory),))
    wanted = _fingerprint(hint)
    if hint.kid is not None:
        kid = hint.kid if isinstance(hint.kid, bytes) else hint.kid.encode()
        candidates = snapshot.by_kid.get((territory, kid), _NOBODY)
        if wanted is not None:
            candidates = tuple(a for a in candidates if _bears(a, wanted))
    elif wanted is not None:
        listed = snapshot.by_certificate.get(wanted, _NOBODY)
        candidates = tuple(a for a in listed if a.service.territory == territory)
    elif question.presented.points_to_no_key:
        return _by_format(question, territory, findings)
    else:
        findings.append(Finding(codes.NO_HINT))
        return Resolution(_NOBODY, territory)
    said = len(findings)
    if not candidates and hint.certificate is not None:
        candidates = resolve_path.by_territory(question, territory, findings)
    if not candidates:
        if len(findings) == said:
            findings.append(_no_candidate(territory, hint, None))
        return Resolution(_NOBODY, territory, _path_need(hint, territory))
    return Resolution(candidates, territory)


def _by_format(question: PathQuestion, territory: str, findings: list[Finding]) -> Resolution:
    """Of one state the services that name the message's format, which points to no key itself."""
    snapshot, format = question.snapshot, question.presented.format
    place = ("services by format", territory)
    by_format: dict[str, list[Service]] | None = snapshot.prepared.get(place)
    if by_format is None:
        # A long list is gone through once. Whoever races another thread here does it twice.
        by_format = defaultdict(list)
        for service in snapshot.sources[territory].trust_list.services:
            for named in dict.fromkeys(service.formats):
                by_format[named].append(service)
        snapshot.prepared[place] = by_format
    services = by_format.get(format, ())
    candidates = tuple(a for service in services for a in snapshot.by_service[service])
    if candidates:
        return Resolution(candidates, territory)
    online = tuple(
        identity.value
        for service in services
        for identity in service.identities
        if identity.kind is IdentityKind.ONLINE
    )
    if online:
        findings.append(Finding(codes.ONLINE_ONLY, None, online))
        needs = tuple(Need(NeedKind.ONLINE_CHECK, address, territory) for address in online)
        return Resolution(_NOBODY, territory, needs)
    findings.append(Finding(codes.NO_HINT))
    return Resolution(_NOBODY, territory)


def _by_hint(question: PathQuestion, findings: list[Finding]) -> Resolution:
    """Neither issuer nor state is named: the key itself must lead to exactly one state."""
    snapshot, hint = question.snapshot, question.presented.issuer_part.hint
    wanted = _fingerprint(hint)
    if wanted is not None:
        candidates = snapshot.by_certificate.get(wanted, _NOBODY)
    elif hint.kid is not None:
        kid = hint.kid if isinstance(hint.kid, bytes) else hint.kid.encode()
        candidates = tuple(
            anchor
            for state in sorted(snapshot.territories)
            for anchor in snapshot.by_kid.get((state, kid), _NOBODY)
        )
    else:
        findings.append(Finding(codes.NO_HINT))
        return Resolution(_NOBODY)
    said = len(findings)
    if not candidates and hint.certificate is not None:
        candidates, several = resolve_path.by_certificate(question, findings)
        if len(several) > 1:
            findings.append(Finding(codes.TERRITORY_AMBIGUOUS, None, several))
            return Resolution(_NOBODY)
    if not candidates:
        if len(findings) == said:
            findings.append(_no_candidate("No state", hint, None))
        return Resolution(_NOBODY, None, _path_need(hint, None) + missing_lists(snapshot))
    states = sorted({anchor.service.territory for anchor in candidates})
    if len(states) > 1:
        findings.append(Finding(codes.TERRITORY_AMBIGUOUS, None, tuple(states)))
        return Resolution(_NOBODY)
    return Resolution(candidates, states[0])


def _authorities(issuer: Issuer) -> bool:
    """Whether the lists name certificates that issue others, and sign nothing else."""
    return any(not identity.signs for s in issuer.services for identity in s.identities)


def _without_keys(issuer: Issuer, findings: list[Finding]) -> Resolution:
    if issuer.online:
        findings.append(Finding(codes.ONLINE_ONLY, None, issuer.online))
        needs = tuple(Need(NeedKind.ONLINE_CHECK, u, issuer.territory) for u in issuer.online)
    else:
        findings.append(Finding(codes.KEYS_ELSEWHERE, None, issuer.elsewhere))
        needs = _keys_needed(issuer)
    return Resolution(_NOBODY, issuer.territory, needs)


def _keys_needed(issuer: Issuer) -> tuple[Need, ...]:
    """Where the list says that the issuer publishes its keys: key sets, and DIDs without a key."""
    return _needed(issuer.elsewhere, issuer.territory)


def _needed(places: Iterable[str], territory: str | None) -> tuple[Need, ...]:
    return tuple(
        Need(
            NeedKind.DID_DOCUMENT if place.startswith("did:") else NeedKind.KEY_SET,
            place,
            territory,
        )
        for place in places
    )


def _bears(anchor: ServiceAnchor, fingerprint: bytes) -> bool:
    certificate = anchor.identity.certificate
    return certificate is not None and sha256(certificate).digest() == fingerprint


def _fingerprint(hint: KeyHint) -> bytes | None:
    if hint.certificate_sha256 is not None:
        return hint.certificate_sha256
    if hint.certificate is not None:
        return sha256(hint.certificate).digest()
    return None


def _no_candidate(territory: str, hint: KeyHint, evidence: str | None) -> Finding:
    wanted = _fingerprint(hint)
    if wanted is not None:
        return Finding(codes.CERTIFICATE_UNLISTED, territory, wanted.hex(), evidence=evidence)
    kid = hint.kid
    shown = b64encode(kid).decode() if isinstance(kid, bytes) else kid
    return Finding(codes.KEY_UNKNOWN, territory, shown, evidence=evidence)


def _path_need(hint: KeyHint, territory: str | None) -> tuple[Need, ...]:
    wanted = _fingerprint(hint)
    if wanted is None:
        return ()
    return (Need(NeedKind.CERTIFICATE_PATH, wanted.hex(), territory),)


def missing_lists(snapshot: TrustSnapshot) -> tuple[Need, ...]:
    """The lists that were expected and are not here: any of them may name who is looked for."""
    return tuple(
        Need(NeedKind.TRUST_LIST, item.code, item.territory)
        for item in snapshot.missing
        if item.type is not ListType.RECOGNITION
    )


__all__ = ["Asserted", "Resolution", "check_ceased", "check_scope", "resolve"]
