"""Whether a presented credential answers its query, and what it disclosed besides (floor 3).

Takes authenticated claims and the places of what was disclosed selectively; verifies nothing.
OpenID4VP 1.0, 6.4 and 7.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, Final, NamedTuple

from .codes import presentation as codes
from .formats.sd_jwt_presented import Disclosed, disclosed
from .openid4vp_query import ClaimQuery, ClaimsPath, CredentialFormat, CredentialQuery
from .verdict import Finding

Place = tuple[str | int, ...]
"""A path without ``None``: one place among the claims of one credential."""

DEVICE: Final = "deviceSigned"
"""First component of the place of what an mdoc's device signed by itself."""


class Shown(NamedTuple):
    """An authenticated credential as the query language sees it.

    ``disclosed`` are the places of what was disclosed selectively (SD-JWT: its disclosures; mdoc:
    every element), each with a name that tells nobody's claims.
    """

    format: CredentialFormat
    type: str
    claims: Mapping[str, Any]
    disclosed: tuple[tuple[Place, str], ...]


class Match(NamedTuple):
    """``answered`` are the claims of the option that is answered, each with the places that it
    selects; ``surplus`` the places of what was disclosed and not asked for."""

    findings: tuple[Finding, ...]
    answered: tuple[tuple[ClaimQuery, tuple[Place, ...]], ...]
    surplus: tuple[Place, ...]


def shown_sd_jwt(data: bytes, claims: Mapping[str, Any], *, is_vc: bool = True) -> Shown:
    """``claims`` are those of a verified verdict on ``data``. A plain SD-JWT, which the caller's
    profile may allow, is of no type that a query can ask for, whatever it says of itself."""
    places = _numbered(disclosed(data))
    return Shown(CredentialFormat.SD_JWT_VC, claims["vct"] if is_vc else "", claims, tuple(places))


def _numbered(found: Iterable[Disclosed]) -> Iterator[tuple[Place, str]]:
    for each in found:
        yield each.path, f"disclosure {each.number}"


def shown_mdoc(claims: Mapping[str, Any]) -> Shown:
    """``claims`` are those of a verified verdict: `docType`, `nameSpaces`, `deviceSigned`.

    NOTE: an element answers a query only where the issuer signed it. What the device signed by
    itself (ISO/IEC 18013-5, 9.1.3) is reported like anything that nobody asked for. Byte strings
    are compared as verdicts show them, in hexadecimal, and not as RFC 8949, 6.1 advises.
    """
    spaces: Mapping[str, Mapping[str, Any]] = claims["nameSpaces"]
    places: list[tuple[Place, str]] = []
    for space, elements in spaces.items():
        places += [((space, name), space) for name in elements]
    for space, elements in claims.get(DEVICE, {}).items():
        places += [((DEVICE, space, name), f"{DEVICE} {space}") for name in elements]
    return Shown(CredentialFormat.MDOC, claims["docType"], spaces, tuple(places))


def match(
    shown: Shown,
    query: CredentialQuery,
    others: Sequence[CredentialQuery] = (),
    *,
    refuse_surplus: bool = False,
) -> Match:
    """Compare; never raises. ``others`` are the further credential queries of the request: the same
    credential may be presented once for several of them (6.4), so what they ask for is no surplus.

    A finding that is not met and has an indication says that the query is not answered.
    """
    subject = f"query {query.id}"
    findings: list[Finding] = []
    if shown.format is query.format and shown.type in query.types:
        findings.append(Finding(codes.TYPE_FITS, subject=subject))
    else:
        findings.append(Finding(codes.TYPE_OTHER, query.types, subject=subject))
    elsewhere = _asked_elsewhere(shown, others)
    best: tuple[int, tuple[tuple[ClaimQuery, tuple[Place, ...]], ...], tuple[Place, ...]] | None
    best = None
    nearest: list[Finding] | None = None
    for option in query.options:
        faults: list[Finding] = []
        answered: list[tuple[ClaimQuery, tuple[Place, ...]]] = []
        for claim in option:
            places = select(shown.claims, claim.path)
            if not places:
                faults.append(Finding(codes.CLAIM_MISSING, claim.shown(), subject=subject))
                continue
            if claim.values:
                places = tuple(
                    place for place in places if _has_value(value_at(shown.claims, place), claim)
                )
            if not places:
                faults.append(Finding(codes.CLAIM_VALUE, claim.shown(), subject=subject))
                continue
            answered.append((claim, places))
        if faults:
            if nearest is None or len(faults) < len(nearest):
                nearest = faults
            continue
        selected = [place for _, places in answered for place in places]
        surplus = _surplus(shown, (*selected, *elsewhere))
        if best is None or len(surplus) < best[0]:
            best = (len(surplus), tuple(answered), surplus)
    if best is None:
        findings += nearest or ()
        # Nothing of it serves the query: all that was disclosed is more than was asked for. That
        # is no second reason to refuse it.
        beyond = _surplus(shown, elsewhere)
        findings.append(_surplus_finding(shown, beyond, subject, refuse=False))
        return Match(tuple(findings), (), beyond)
    _, chosen, beyond = best
    findings.append(Finding(codes.CLAIMS_COMPLETE, None, len(chosen), subject=subject))
    findings.append(_surplus_finding(shown, beyond, subject, refuse=refuse_surplus))
    if query.authorities:
        findings.append(Finding(codes.AUTHORITIES, query.authorities, subject=subject))
    return Match(tuple(findings), chosen, beyond)


def _asked_elsewhere(shown: Shown, others: Sequence[CredentialQuery]) -> tuple[Place, ...]:
    places: list[Place] = []
    for other in others:
        if other.format is shown.format and shown.type in other.types:
            for claim in other.claims:
                places += select(shown.claims, claim.path)
    return tuple(places)


def _surplus(shown: Shown, asked: Sequence[Place]) -> tuple[Place, ...]:
    """What was disclosed and is neither on the way to a claim asked for, nor part of one."""
    wanted = frozenset(asked)
    ways = {place[:length] for place in wanted for length in range(1, len(place) + 1)}
    return tuple(
        place
        for place, _ in shown.disclosed
        if place not in ways
        and not any(place[:length] in wanted for length in range(1, len(place)))
    )


def _surplus_finding(
    shown: Shown, surplus: tuple[Place, ...], subject: str, *, refuse: bool
) -> Finding:
    if not surplus:
        return Finding(codes.NOTHING_MORE, subject=subject)
    beyond = frozenset(surplus)
    names: dict[str, int] = {}
    for place, name in shown.disclosed:
        if place in beyond:
            names[name] = names.get(name, 0) + 1
    said = tuple(name if count == 1 else f"{name} ({count})" for name, count in names.items())
    code = codes.SURPLUS_REFUSED if refuse else codes.SURPLUS
    return Finding(code, None, said[:16], subject=subject)


# --- claims path pointers (7) --------------------------------------------------------------------
def select(claims: Any, path: ClaimsPath) -> tuple[Place, ...]:
    """The places that ``path`` selects; none where processing it ends in an error (7.1.1).

    For an mdoc ``claims`` are elements by namespace, and the path has two components (7.2.1).
    """
    selected: list[tuple[Place, Any]] = [((), claims)]
    for part in path:
        reached: list[tuple[Place, Any]] = []
        for place, value in selected:
            if type(part) is str:
                if not isinstance(value, Mapping):
                    return ()
                if part in value:
                    reached.append(((*place, part), value[part]))
                continue
            if type(value) is not list:
                return ()
            if part is None:
                reached += [((*place, index), item) for index, item in enumerate(value)]
            elif type(part) is int and part < len(value):
                reached.append(((*place, part), value[part]))
        selected = reached
    return tuple(place for place, _ in selected)


def value_at(claims: Any, place: Place) -> Any:
    """What stands at a place that ``select`` gave."""
    value = claims
    for part in place:
        value = value[part]
    return value


def _has_value(value: Any, claim: ClaimQuery) -> bool:
    """Type and value, both exactly (6.3): neither is 1 true, nor is 1.0 the whole number 1."""
    return any(type(value) is type(wanted) and value == wanted for wanted in claim.values)
