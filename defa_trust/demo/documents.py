"""The region's lists as documents in the shape of TS 119 602, not yet signed (floor 13).

Pure: plans in, plain JSON values out, by the builders that a list operator would use.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from hashlib import sha256
from typing import Any, Final

from .. import publish
from ..spec import SVC_TSA
from ..trustlist.model import LawKind, LevelGrant, Publication, Status
from .corridors import EFFECTS, INSTRUMENTS, LISTED_FOREIGN, WITHOUT_TERM, Corridor
from .document_signers import listed_certificate
from .keys import kept_rsa, seeded
from .plans import DAY, YEAR, AnchorForm, ServicePlan, StatePlan
from .states import STATES

Document = dict[str, Any]

REGION: Final = "AP"
"""SchemeTerritory of the regional list: two letters, because ETSI's schema allows no more."""
REGION_HOST: Final = "region.test.example"
COMMUNITY: Final = "TEST-ONLY ASEAN test region (defa_trust)"
REGIONAL_OPERATOR: Final = "TEST-ONLY Regional List Operator (defa_trust)"

ISSUED: Final = -31 * DAY
"""When lists were issued, in seconds from the region's moment."""
VALID_UNTIL: Final = 120 * DAY
"""Their NextUpdate, likewise: 151 days in all, within the six months of TS 119 602, 6.3.15."""


def regional_list(at: int, pointers: Sequence[Document], snapshot: Sequence[Document]) -> Document:
    """The list of lists: pointers, and exactly which lists belong together."""
    return publish.regional_list(
        operator=REGIONAL_OPERATOR,
        sequence=1,
        issued=at + ISSUED + DAY,
        next_update=at + VALID_UNTIL,
        pointers=pointers,
        community=COMMUNITY,
        territory=REGION,
        snapshot=snapshot,
        title="TEST-ONLY list of lists",
        **_addresses(REGION_HOST),
    )


def member_state_list(plan: StatePlan, at: int) -> Document:
    """The trust list of one test state as of ``at``."""
    by_entity: dict[str, list[Document]] = {}
    for service in plan.services:
        by_entity.setdefault(plan.entity(service), []).append(_service(plan, service))
    entities = [
        publish.trusted_entity(
            name=name,
            territory=plan.code,
            services=services,
            uri=f"https://provider.{plan.host}/about",
            contact=f"mailto:contact@provider.{plan.host}",
        )
        for name, services in by_entity.items()
    ]
    return publish.member_state_list(
        territory=plan.code,
        operator=plan.operator,
        sequence=plan.sequence,
        issued=at + plan.list_issued,
        next_update=at + plan.list_until,
        entities=entities,
        foreign=[
            publish.foreign_listing(
                territory=code,
                service=STATES[code].service_id(STATES[code].by_slug[slug]),
                since=at - YEAR,
            )
            for code, slug in LISTED_FOREIGN.get(plan.code, ())
        ],
        publication=_publication(plan, at),
        title=f"TEST-ONLY trusted services of {plan.name}",
        **_addresses(f"tl.{plan.host}"),
    )


def recognition_list(plan: StatePlan, at: int, corridors: Sequence[Corridor]) -> Document:
    """The recognition list of one test state: whom it recognises, and on what terms."""
    return publish.recognition_list(
        territory=plan.code,
        operator=plan.operator,
        sequence=plan.sequence,
        issued=at + ISSUED,
        next_update=at + VALID_UNTIL,
        arrangements=[_arrangement(corridor, at) for corridor in corridors],
        law=list(_law(plan, at)),
        publication={"kind": Publication.AUTHORITATIVE.value},
        title=f"TEST-ONLY recognition by {plan.name}",
        **_addresses(f"tl.{plan.host}"),
    )


def _addresses(host: str) -> dict[str, Any]:
    return {"uri": f"https://{host}/about", "contact": f"mailto:operator@{host}"}


def _publication(plan: StatePlan, at: int) -> Document:
    if plan.publication is Publication.AUTHORITATIVE:
        return {"kind": Publication.AUTHORITATIVE.value}
    source = f"https://source.{plan.host}/register"
    return publish.transcription(
        source=source,
        retrieved=at + plan.list_issued - DAY,
        sha256=sha256(f"TEST-ONLY page at {source}".encode()).hexdigest(),
        transcriber="TEST-ONLY transcriber (defa_trust)",
    )


def _service(plan: StatePlan, service: ServicePlan) -> Document:
    current, *past = service.history
    return publish.service(
        id=plan.service_id(service),
        type=service.type,
        name=service.name,
        identity=_identity(plan, service),
        since=current.since,
        status=current.status,
        history=[(entry.status, entry.since) for entry in past],
        levels=[LevelGrant(*level) for level in service.levels],
        credential_types=service.credential_types,
        issuer_ids=service.issuers,
        formats=service.formats,
        # A time-stamp is nobody's signature: the term of signatures is not one for it.
        term=None if service.type == SVC_TSA else service.term or plan.term,
        scope=service.scope,
        supply_points=service.supply_points,
        technical_class=service.technical_class,
    )


def _identity(plan: StatePlan, service: ServicePlan) -> Document:
    found: list[Document] = []
    if (certificate := listed_certificate(plan.code, service.type)) is not None:
        found.append(publish.certificate_identity(certificate))
    for planned in service.keys:
        key = (
            kept_rsa(planned.rsa)
            if planned.rsa
            else seeded(plan.code, planned.role, planned.algorithm)
        ).verification_key
        if planned.form is AnchorForm.CERTIFICATE:
            certificate = plan.signer(service.slug, planned.role).certificate
            assert certificate is not None  # the form says that there is one
            found.append(publish.certificate_identity(certificate))
        elif planned.form is AnchorForm.DID:
            found.append(publish.did_key_identity(key))
        else:
            found.append(publish.jwk_identity(key, planned.kid))
    if service.pattern:
        found.append(publish.other_identity(f"issuer-pattern:{service.pattern}"))
    if service.online:
        found.append(publish.other_identity(f"online:{service.online}"))
    return publish.merged(*found)


def _arrangement(corridor: Corridor, at: int) -> Document:
    bounds: dict[str, Any] = {name: list(values) for name, values in corridor.bounds.items()}
    if corridor.limits:
        bounds["limits"] = dict(corridor.limits)
    refused = (Status.WITHDRAWN, Status.SUSPENDED)
    return publish.arrangement(
        id=corridor.id,
        recognising=corridor.recognising,
        recognised=corridor.recognised,
        instrument=_instrument(corridor.instrument),
        since=at + corridor.since,
        service_types=[(uri, uri) for uri in corridor.types],
        basis=corridor.basis,
        valid=corridor.statuses,
        invalid=refused,
        levels=[(row.scheme, row.home, _axes(row.counts)) for row in corridor.levels],
        effect=corridor.effect,
        stage=corridor.stage,
        status=corridor.status.value,
        until=None if corridor.until is None else at + corridor.until,
        grace_until=None if corridor.grace_until is None else at + corridor.grace_until,
        history=[(status.value, stage, at + since) for status, stage, since in corridor.history],
        **bounds,
    )


def _law(plan: StatePlan, at: int) -> Iterator[Document]:
    """The effects that the state's own law knows, those of signatures under its own term."""
    named: Document = {}
    if plan.term is not None:
        named["term"] = {"lang": plan.term[0], "value": plan.term[1]}
    effects = {**dict.fromkeys(EFFECTS[plan.code], named), **{name: {} for name in WITHOUT_TERM}}
    for effect, own in effects.items():
        yield publish.law_statement(
            id=f"test-{plan.code}-{effect}".lower(),
            kind=LawKind.EFFECT.value,
            instrument=_instrument("law"),
            since=at - 2 * YEAR,
            effect=effect,
            **own,
        )


def _instrument(name: str) -> Document:
    plan = INSTRUMENTS[name]
    found: Document = {"code": plan.code, "title": plan.title, "verified": plan.verified}
    if plan.article is not None:
        found["article"] = plan.article
    return found


def _axes(counts: Mapping[str, int]) -> Document:
    return {
        axis: counts.get(axis, "unstated") for axis in ("proofing", "authentication", "federation")
    }
