"""Evidence bundles: a verdict with all it stood on, to be reached again years later (floor 12).

A bundle holds the input, the question, the policy, the moment, the pins and the signed lists. It
therefore holds a person's credential: keep it like one. ``replay`` trusts nothing in it but the
pins: every list is verified anew, and whoever reads the outcome must know those pins.
"""

from __future__ import annotations

import base64
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields
from enum import StrEnum
from hashlib import sha256
from typing import Any, Final, TypeVar

from . import __version__
from .algorithms import AlgorithmPolicy, PostQuantum
from .codec import json as strict_json
from .codes import evidence as codes
from .crypto import VerificationKey
from .errors import MisuseError, Rejection
from .formats.registry import FORMATS
from .policy import (
    DEFAULT_POLICY,
    ArrangementMoment,
    TranscribedLists,
    UncheckedStatus,
    UnreadCitations,
    VerificationPolicy,
)
from .request import (
    Agreement,
    CertificateUse,
    Counterpart,
    EntityKind,
    HolderBinding,
    MinimumLevel,
    Profile,
    ProvenReliability,
    Request,
)
from .spec import MAX_INPUT_BYTES
from .trustlist.accept import Pin
from .trustlist.assemble import Pins, assemble
from .trustlist.model import Identity, IdentityKind, ListType
from .trustlist.snapshot import MissingList, TrustSnapshot
from .verdict import TIME_MAX, TIME_MIN, Interval, Report
from .verify import Verifier

MAX_BUNDLE_BYTES: Final = 256 << 20
"""Ours: room for the largest list that is accepted, several times over."""
_Choice = TypeVar("_Choice", bound=StrEnum)
_SCHEMA: Final = "evidence.v1"
_PROOF_AGE: Final = Request("SG", HolderBinding.IF_PRESENT).max_proof_age


@dataclass(frozen=True, slots=True)
class Replayed:
    """What a bundle gives today.

    ``same`` says that the recorded report was reached again: every member but the findings' texts.
    ``differences`` name the members that were not. ``signers`` are the SHA-256 (hex) of the
    certificates the bundle pins; ``recorded_by`` is the version of this library that wrote it.
    ``unproved`` names what the verdict may rest on and no pinned signer answers for: a policy other
    than the default, a longer life of holder proofs, keys fetched from where a list points. Whoever
    made the bundle may have chosen them, so a verdict reached again shows nothing about them.
    """

    report: Report
    relying_state: str
    differences: tuple[str, ...]
    pins: Pins
    recorded_by: str
    unproved: tuple[str, ...] = ()

    @property
    def same(self) -> bool:
        return not self.differences

    @property
    def signers(self) -> tuple[str, ...]:
        return tuple(sorted({sha256(der).hexdigest() for pin in self.pins for der in pin.signers}))

    def pinned_by(self, pins: Iterable[Pin]) -> bool:
        """Whether each signer that the bundle trusts is pinned for the same place in ``pins``.

        A bundle without pins trusts nobody, which is no agreement: false. See ``unproved`` too.
        """
        return _pinned_by(self.pins, pins)


def _pinned_by(trusted: Pins, pins: Iterable[Pin]) -> bool:
    known: dict[tuple[ListType, str], set[bytes]] = {}
    for pin in pins:
        known.setdefault((pin.type, pin.territory), set()).update(pin.signers)
    return len(trusted) > 0 and all(
        known.get((pin.type, pin.territory), set()).issuperset(pin.signers) for pin in trusted
    )


def record(
    data: bytes | str,
    request: Request,
    report: Report,
    verifier: Verifier,
    *,
    pins: Pins,
    documents: Mapping[tuple[ListType, str], bytes],
    accepted_at: int | None = None,
) -> bytes:
    """The bundle of one ``evaluate()``: canonical JSON (RFC 8785), schema `evidence.v1`.

    ``documents`` are signed lists as a store holds them; those the snapshot used are kept.
    ``accepted_at`` is the moment at which the snapshot's lists were accepted (Unix seconds) where
    that was not the moment of the report. Raises ``MisuseError`` where a list of the snapshot is
    not among ``documents`` or the input is too large to be judged at all.
    """
    raw = data.encode("utf-8", "surrogatepass") if isinstance(data, str) else data
    if len(raw) > MAX_INPUT_BYTES:
        raise MisuseError(f"an input of more than {MAX_INPUT_BYTES} bytes is not recorded")
    snapshot = verifier.snapshot
    by_digest = {sha256(document).hexdigest(): document for document in documents.values()}
    lists = []
    for item in snapshot.lists:
        document = by_digest.get(item.digest)
        if document is None:
            raise MisuseError(
                f"the list of {item.territory} that the snapshot used is not in the store any more"
            )
        lists.append(
            {
                "type": item.type.value,
                "territory": item.territory,
                "sha256": item.digest,
                "document": document.decode("ascii"),
            }
        )
    shape = report.as_json()
    bundle = {
        "version": 1,
        "kind": "defa-trust-evidence",
        "tool": {"name": "defa-trust", "version": __version__},
        "input": _base64(raw),
        "request": _request_shape(request),
        "policy": _policy_shape(verifier.policy),
        "at": report.at,
        "acceptedAt": report.at if accepted_at is None else accepted_at,
        "pins": [
            {
                "type": pin.type.value,
                "territory": pin.territory,
                "signers": [_base64(der) for der in pin.signers],
            }
            for pin in pins
        ],
        "lists": lists,
        "missing": [
            {"type": item.type.value, "territory": item.territory, "code": item.code}
            for item in snapshot.missing
        ],
        "keySets": {
            url: [{"kid": i.value, "jwk": i.key.jwk()} for i in found if i.key is not None]
            for url, found in snapshot.key_sets.items()
        },
        "snapshotDigest": snapshot.digest.hex(),
        "report": shape,
        "reportSha256": sha256(strict_json.canonical(shape)).hexdigest(),
    }
    return strict_json.canonical(bundle)


@dataclass(frozen=True, slots=True)
class Opened:
    """What a bundle holds, its lists verified anew from its own pins. Nothing is judged yet.

    ``shape`` is the bundle as decoded JSON; ``differences`` name lists that were not accepted, and
    members that do not fit together.
    """

    data: bytes
    request: Request
    policy: VerificationPolicy
    pins: Pins
    snapshot: TrustSnapshot
    at: int
    shape: Mapping[str, Any]
    differences: tuple[str, ...]
    unproved: tuple[str, ...]

    def pinned_by(self, pins: Iterable[Pin]) -> bool:
        """Whether each signer that the bundle trusts is pinned for the same place in ``pins``."""
        return _pinned_by(self.pins, pins)


def replay(bundle: bytes) -> Replayed:
    """Judge again what ``bundle`` holds, at its own moment, from its own pins.

    Raises ``Rejection`` (`evidence.malformed`, `evidence.too_large`) where it is no bundle.
    """
    opened = open_bundle(bundle)
    shape, differences = opened.shape, list(opened.differences)
    verifier = Verifier(opened.snapshot, opened.policy, clock=lambda: opened.at)
    report = verifier.evaluate(opened.data, opened.request)
    recorded = shape["report"]
    if sha256(strict_json.canonical(recorded)).hexdigest() != shape["reportSha256"]:
        differences.append("reportSha256: the recorded report was altered")
    found = strict_json.loads(strict_json.canonical(report.as_json()), max_bytes=MAX_BUNDLE_BYTES)
    differences += _differences(recorded, found)
    return Replayed(
        report,
        opened.request.relying_state,
        tuple(differences),
        opened.pins,
        shape["tool"]["version"],
        opened.unproved,
    )


def open_bundle(bundle: bytes) -> Opened:
    """Read a bundle and accept its lists from its own pins, at the moment it was made.

    Raises ``Rejection`` (`evidence.malformed`, `evidence.too_large`) where it is no bundle.
    """
    shape = _read(bundle)
    try:
        request = _request(shape["request"])
        policy = _policy(shape["policy"])
        pins = Pins(_pin(entry) for entry in shape["pins"])
        data = base64.b64decode(shape["input"], validate=True)
        documents = {
            (ListType(entry["type"]), entry["territory"]): entry["document"].encode("ascii")
            for entry in shape["lists"]
        }
        missing = tuple(
            MissingList(ListType(entry["type"]), entry["territory"], entry["code"])
            for entry in shape["missing"]
        )
        key_sets = {url: _key_set(entries) for url, entries in shape.get("keySets", {}).items()}
        if len(documents) != len(shape["lists"]):
            raise ValueError("two lists for one place")  # noqa: TRY301 - one way out for all faults
        at, accepted_at = _integer(shape["at"]), _integer(shape["acceptedAt"])
        if request.format is not None and request.format not in FORMATS:
            raise ValueError("a format of no known name")  # noqa: TRY301
    except (MisuseError, ValueError, TypeError, KeyError, AttributeError, Rejection) as fault:
        raise Rejection(codes.MALFORMED, actual=type(fault).__name__) from None
    assembly = assemble(pins, documents, now=accepted_at)
    accepted = {(item.type, item.territory) for item in assembly.lists}
    differences = [
        f"lists: the {place[0].name} list of {place[1]} is not accepted from this bundle"
        for place in documents
        if place not in accepted
    ]
    # What the snapshot lacked then is taken from the record: it can only take trust away.
    absent = tuple(item for item in missing if (item.type, item.territory) not in accepted)
    snapshot = TrustSnapshot.build(assembly.lists, absent, key_sets)
    if snapshot.digest.hex() != shape["snapshotDigest"]:
        differences.append("snapshotDigest: another set of lists than the recorded one")
    if request.at is not None and request.at != at:
        differences.append("at: the request and the report name different moments")
    return Opened(
        data,
        request,
        policy,
        pins,
        snapshot,
        at,
        shape,
        tuple(differences),
        _unproved(request, policy, key_sets),
    )


def _unproved(
    request: Request, policy: VerificationPolicy, key_sets: Mapping[str, object]
) -> tuple[str, ...]:
    said = [
        f"policy: {member.name} is not the default"
        for member in fields(policy)
        if member.compare and getattr(policy, member.name) != getattr(DEFAULT_POLICY, member.name)
    ]
    if request.max_proof_age > _PROOF_AGE:
        said.append("request: max_proof_age is longer than the default")
    said += [f"keySets: nobody signed what was fetched from {url}" for url in sorted(key_sets)]
    return tuple(said)


def _read(bundle: bytes) -> dict[str, Any]:
    from .trustlist.schema import validate

    if len(bundle) > MAX_BUNDLE_BYTES:
        raise Rejection(codes.TOO_LARGE, expected=MAX_BUNDLE_BYTES, actual=len(bundle))
    try:
        shape = strict_json.loads(bundle, max_bytes=MAX_BUNDLE_BYTES)
        validate(shape, _SCHEMA)
    except Rejection as refusal:
        place = f" at {refusal.where}" if refusal.where else ""
        # The refused value may be a person's claim: only code and place are told.
        raise Rejection(codes.MALFORMED, actual=f"{refusal.code.id}{place}") from None
    assert isinstance(shape, dict)
    return shape


def _integer(value: Any) -> int:
    """JSON Schema calls 1.0 an integer; a moment is none of that kind."""
    if type(value) is not int:
        raise TypeError
    return value


def _base64(data: bytes) -> str:
    return base64.b64encode(data).decode("ascii")


def _request_shape(request: Request) -> dict[str, Any]:
    level = request.min_level
    return {
        "relyingState": request.relying_state,
        "holderBinding": request.holder_binding.value,
        "at": request.at,
        "purpose": request.purpose,
        "sector": request.sector,
        "relyingParty": request.relying_party,
        "act": request.act,
        "minLevel": None
        if level is None
        else {
            "proofing": level.proofing,
            "authentication": level.authentication,
            "federation": level.federation,
        },
        "audience": request.audience,
        "nonce": request.nonce,
        "format": request.format,
        "profiles": sorted(profile.value for profile in request.profiles),
        "maxProofAge": request.max_proof_age,
        "volumeUsed": [list(pair) for pair in request.volume_used],
        "category": request.category,
        "agreement": request.agreement and request.agreement.value,
        "nationality": request.nationality,
        "counterpart": request.counterpart and request.counterpart.value,
        "entity": request.entity and request.entity.value,
        "use": request.use and request.use.value,
        "reliability": request.reliability and request.reliability.value,
        "established": [list(pair) for pair in request.established],
    }


def _request(shape: Mapping[str, Any]) -> Request:
    level = shape["minLevel"]
    return Request(
        shape["relyingState"],
        HolderBinding(shape["holderBinding"]),
        at=shape["at"],
        purpose=shape["purpose"],
        sector=shape["sector"],
        relying_party=shape["relyingParty"],
        act=shape["act"],
        min_level=None if level is None else MinimumLevel(**level),
        audience=shape["audience"],
        nonce=shape["nonce"],
        format=shape["format"],
        profiles=frozenset(Profile(name) for name in shape["profiles"]),
        max_proof_age=shape["maxProofAge"],
        volume_used=tuple((str(name), count) for name, count in shape["volumeUsed"]),
        category=shape.get("category"),
        agreement=_chosen(Agreement, shape, "agreement"),
        nationality=shape.get("nationality"),
        counterpart=_chosen(Counterpart, shape, "counterpart"),
        entity=_chosen(EntityKind, shape, "entity"),
        use=_chosen(CertificateUse, shape, "use"),
        reliability=_chosen(ProvenReliability, shape, "reliability"),
        established=tuple((str(name), so) for name, so in shape.get("established", ())),
    )


def _chosen(kind: type[_Choice], shape: Mapping[str, Any], member: str) -> _Choice | None:
    """A member that bundles of before it existed lack."""
    value = shape.get(member)
    return None if value is None else kind(value)


def _policy_shape(policy: VerificationPolicy) -> dict[str, Any]:
    algorithms = policy.algorithms
    return {
        "nationalListGrace": policy.national_list_grace,
        "transcribed": policy.transcribed.value,
        "uncheckedStatus": policy.unchecked_status.value,
        "unreadCitations": policy.unread_citations.value,
        "clockSkew": policy.clock_skew,
        "arrangementMoment": policy.arrangement_moment.value,
        "algorithms": {
            "allowed": {
                name: [
                    None if start == TIME_MIN else start,
                    None if end == TIME_MAX else end,
                ]
                for name, (start, end) in algorithms.allowed.items()
            },
            "rsaMinBits": algorithms.rsa_min_bits,
            "rsaMaxBits": algorithms.rsa_max_bits,
            "postQuantum": algorithms.post_quantum.value,
        },
    }


def _policy(shape: Mapping[str, Any]) -> VerificationPolicy:
    algorithms = shape["algorithms"]
    return VerificationPolicy(
        algorithms=AlgorithmPolicy(
            {
                name: Interval(
                    TIME_MIN if start is None else start, TIME_MAX if end is None else end
                )
                for name, (start, end) in algorithms["allowed"].items()
            },
            algorithms["rsaMinBits"],
            algorithms["rsaMaxBits"],
            PostQuantum(algorithms["postQuantum"]),
        ),
        national_list_grace=shape["nationalListGrace"],
        transcribed=TranscribedLists(shape["transcribed"]),
        unchecked_status=UncheckedStatus(shape["uncheckedStatus"]),
        unread_citations=UnreadCitations(shape["unreadCitations"]),
        clock_skew=shape["clockSkew"],
        arrangement_moment=ArrangementMoment(shape.get("arrangementMoment", "asked")),
    )


def _key_set(entries: list[dict[str, Any]]) -> tuple[Identity, ...]:
    """Keys that were fetched from where a list points; like the input, they are as recorded."""
    return tuple(
        Identity(IdentityKind.JWK, entry["kid"], VerificationKey.from_jwk(entry["jwk"]))
        for entry in entries
    )


def _pin(shape: Mapping[str, Any]) -> Pin:
    signers = tuple(base64.b64decode(text, validate=True) for text in shape["signers"])
    return Pin(ListType(shape["type"]), shape["territory"], signers, None)


def _differences(recorded: Any, found: Any, path: str = "report") -> list[str]:
    """Paths whose values differ, in order. A finding's text may change with the translation."""
    if isinstance(recorded, dict) and isinstance(found, dict):
        said = []
        for name in sorted({*recorded, *found} - {"text"}):
            if name in recorded and name in found:
                said += _differences(recorded[name], found[name], f"{path}.{name}")
            else:
                said.append(f"{path}.{name}: only in {'the record' if name in recorded else 'now'}")
        return said
    if isinstance(recorded, list) and isinstance(found, list):
        if len(recorded) != len(found):
            return [f"{path}: {len(recorded)} recorded, {len(found)} now"]
        return [
            line
            for number, pair in enumerate(zip(recorded, found, strict=True))
            for line in _differences(*pair, f"{path}[{number}]")
        ]
    if type(recorded) is not type(found) or recorded != found:
        return [f"{path}: {_short(recorded)} recorded, {_short(found)} now"]
    return []


def _short(value: Any) -> str:
    text = value if isinstance(value, str) else repr(value)
    return text if len(text) <= 80 else text[:77] + "…"


__all__ = ["MAX_BUNDLE_BYTES", "Replayed", "record", "replay"]
