"""Evidence bundles: a verdict with all it stood on, to be reached again years later (floor 12).

A bundle holds the input, the question, the policy, the moment, the pins and the signed lists. It
therefore holds a person's credential: keep it like one. ``replay`` trusts nothing in it but the
pins: every list is verified anew, and whoever reads the outcome must know those pins.
"""

from __future__ import annotations

import base64
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields
from hashlib import sha256
from types import MappingProxyType
from typing import Any, Final

from . import __version__
from .codec import json as strict_json
from .codes import evidence as codes
from .crypto import VerificationKey
from .errors import MisuseError, Rejection
from .evidence_shapes import policy_of, policy_shape, request_of, request_shape
from .formats.registry import FORMATS, SIGNATURE_FORMATS
from .material import NO_EVIDENCE, Evidence, EvidenceKind, Item, Recorder
from .policy import (
    DEFAULT_POLICY,
    VerificationPolicy,
)
from .request import (
    HolderBinding,
    Request,
)
from .spec import MAX_INPUT_BYTES, MAX_SIGNED_FILE_BYTES
from .store_files import handover_shape, read_handover, read_syntax, syntax_shape
from .trustlist.accept import Pin
from .trustlist.assemble import Pins, assemble
from .trustlist.model import Identity, IdentityKind, ListType
from .trustlist.snapshot import MissingList, TrustSnapshot
from .verdict import Report
from .verify import Verifier

MAX_BUNDLE_BYTES: Final = 256 << 20
"""Ours: room for the largest list that is accepted, several times over."""
_MAX_RECORDED_BYTES: Final = MAX_SIGNED_FILE_BYTES >> 2
"""Ours: a signed file that still fits into a bundle in base64, beside the lists."""
_SCHEMA: Final = "evidence.v1"
_PROOF_AGE: Final = Request("SG", HolderBinding.IF_PRESENT).max_proof_age


@dataclass(frozen=True, slots=True)
class Replayed:
    """What a bundle gives today.

    ``same`` says that the recorded report was reached again: every member but the findings' texts.
    ``differences`` name the members that were not. ``signers`` are the SHA-256 (hex) of the
    certificates the bundle pins; ``recorded_by`` is the version of this library that wrote it.
    ``unproved`` names what the verdict may rest on and no pinned signer answers for: a policy other
    than the default, a longer life of holder proofs, a device's MAC, keys fetched from where a list
    points, the moments at which evidence was fetched. Whoever
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
        """Whether each signer that the bundle trusts is pinned for the same place in ``pins``, and
        as many of them must sign.

        A bundle without pins trusts nobody, which is no agreement: false. Signers that handed over
        since are pinned no more: who has their keys today could make a bundle of then. See
        ``unproved`` too.
        """
        return _pinned_by(self.pins, pins)


def _pinned_by(trusted: Pins, pins: Iterable[Pin]) -> bool:
    known = {(pin.type, pin.territory): pin for pin in pins}
    return len(trusted) > 0 and all(
        _vouched(known.get((pin.type, pin.territory)), pin) for pin in trusted
    )


def _vouched(known: Pin | None, pin: Pin) -> bool:
    if known is None or not set(known.signers).issuperset(pin.signers):
        return False
    if pin.threshold < known.threshold:
        return False
    if pin.handover is not None and pin.handover != known.handover:
        return False
    known_syntax = (known.binding, known.profile, known.publication)
    return known_syntax == (pin.binding, pin.profile, pin.publication)


def record(
    data: bytes | str,
    request: Request,
    report: Report,
    verifier: Verifier,
    *,
    pins: Pins,
    documents: Mapping[tuple[ListType, str], bytes],
    accepted_at: int | None = None,
    evidence: Evidence = NO_EVIDENCE,
    companions: Mapping[tuple[ListType, str], bytes] = MappingProxyType({}),
) -> bytes:
    """The bundle of one ``evaluate()``: canonical JSON (RFC 8785), schema `evidence.v1`.

    ``documents`` are signed lists as a store holds them, ``companions`` what it holds beside them;
    those the snapshot used are kept.
    ``accepted_at`` is the moment at which the snapshot's lists were accepted (Unix seconds) where
    that was not the moment of the report. ``evidence`` is what the report was given; of it, what
    the verdict looked at is kept. Raises ``MisuseError`` where a list of the snapshot is
    not among ``documents`` or the input is too large to be judged at all.
    """
    raw = data.encode("utf-8", "surrogatepass") if isinstance(data, str) else data
    signed = report.verdict.subject.format in SIGNATURE_FORMATS
    most = _MAX_RECORDED_BYTES if signed else MAX_INPUT_BYTES
    if len(raw) > most:
        raise MisuseError(f"an input of more than {most} bytes is not recorded")
    snapshot = verifier.snapshot
    by_digest = {sha256(document).hexdigest(): document for document in documents.values()}
    lists = []
    for item in snapshot.lists:
        document = by_digest.get(item.digest)
        if document is None:
            raise MisuseError(
                f"the list of {item.territory} that the snapshot used is not in the store any more"
            )
        entry = {
            "type": item.type.value,
            "territory": item.territory,
            "sha256": item.digest,
            "document": document.decode("utf-8"),
        }
        beside = companions.get((item.type, item.territory))
        if beside is not None:
            entry["companion"] = _base64(beside)
        lists.append(entry)
    shape = report.as_json()
    bundle: dict[str, Any] = {
        "version": 1,
        "kind": "defa-trust-evidence",
        "tool": {"name": "defa-trust", "version": __version__},
        "input": _base64(raw),
        "request": request_shape(request),
        "policy": policy_shape(verifier.policy),
        "at": report.at,
        "acceptedAt": report.at if accepted_at is None else accepted_at,
        "pins": [_pin_shape(pin) for pin in pins],
        "lists": lists,
        "missing": [
            {"type": item.type.value, "territory": item.territory, "code": item.code}
            for item in snapshot.missing
        ],
        "keySets": {
            url: [_key_shape(identity) for identity in found if identity.key is not None]
            for url, found in snapshot.key_sets.items()
        },
        "evidence": [
            {
                "kind": item.kind.value,
                "uri": item.uri,
                "fetched": item.fetched,
                "octets": _base64(item.octets),
            }
            for item in _used(raw, request, report, verifier, evidence)
        ],
        "snapshotDigest": snapshot.digest.hex(),
        "report": shape,
        "reportSha256": sha256(strict_json.canonical(shape)).hexdigest(),
    }
    return strict_json.canonical(bundle)


def _used(
    raw: bytes, request: Request, report: Report, verifier: Verifier, evidence: Evidence
) -> list[Item]:
    """The evidence that was looked at, found by asking once more; the rest decides nothing."""
    if not len(evidence):
        return []
    recorder = Recorder(evidence)
    Verifier(verifier.snapshot, verifier.policy, clock=lambda: report.at).evaluate(
        raw, request, recorder
    )
    named = {(kind, uri) for kind, uri, _ in recorder.used}
    return [
        item
        for item in evidence.items
        if (item.kind, item.uri) in named or (item.kind, None) in named
    ]


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
    evidence: Evidence
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
    report = verifier.evaluate(opened.data, opened.request, opened.evidence)
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
        request = request_of(shape["request"])
        policy = policy_of(shape["policy"])
        pins = Pins(_pin(entry) for entry in shape["pins"])
        data = base64.b64decode(shape["input"], validate=True)
        documents = {
            (ListType(entry["type"]), entry["territory"]): _octets(entry["document"])
            for entry in shape["lists"]
        }
        companions = {
            (ListType(entry["type"]), entry["territory"]): base64.b64decode(
                entry["companion"], validate=True
            )
            for entry in shape["lists"]
            if "companion" in entry
        }
        missing = tuple(
            MissingList(ListType(entry["type"]), entry["territory"], entry["code"])
            for entry in shape["missing"]
        )
        key_sets = {url: _key_set(entries) for url, entries in shape.get("keySets", {}).items()}
        evidence = Evidence(_item(entry) for entry in shape.get("evidence", ()))
        if len(documents) != len(shape["lists"]):
            raise ValueError("two lists for one place")  # noqa: TRY301 - one way out for all faults
        at, accepted_at = _integer(shape["at"]), _integer(shape["acceptedAt"])
        if request.format is not None and request.format not in (*FORMATS, *SIGNATURE_FORMATS):
            raise ValueError("a format of no known name")  # noqa: TRY301
    except (MisuseError, ValueError, TypeError, KeyError, AttributeError, Rejection) as fault:
        raise Rejection(codes.MALFORMED, actual=type(fault).__name__) from None
    assembly = assemble(pins, documents, now=accepted_at, companions=companions)
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
        evidence,
        shape,
        tuple(differences),
        _unproved(request, policy, key_sets, evidence),
    )


def _unproved(
    request: Request,
    policy: VerificationPolicy,
    key_sets: Mapping[str, object],
    evidence: Evidence,
) -> tuple[str, ...]:
    said = [
        f"policy: {member.name} is not the default"
        for member in fields(policy)
        if member.compare and getattr(policy, member.name) != getattr(DEFAULT_POLICY, member.name)
    ]
    if request.max_proof_age > _PROOF_AGE:
        said.append("request: max_proof_age is longer than the default")
    if request.reader_key is not None:
        # Whoever has the key can make the MAC.
        said.append("request: a device's MAC proves to nobody but the reader of its session")
    said += [f"keySets: nobody signed what was fetched from {url}" for url in sorted(key_sets)]
    # Signed lists answer for themselves; that one was still fresh may rest on when it was fetched.
    said += [
        f"evidence: nobody signed when {uri} was fetched"
        for uri in sorted(i.uri for i in evidence.items if i.uri and i.fetched is not None)
    ]
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


def _octets(document: str) -> bytes:
    """A compact JWS is ASCII, and XML is UTF-8."""
    return document.encode("utf-8" if document.lstrip("\ufeff \t\r\n").startswith("<") else "ascii")


def _integer(value: Any) -> int:
    """JSON Schema calls 1.0 an integer; a moment is none of that kind."""
    if type(value) is not int:
        raise TypeError
    return value


def _base64(data: bytes) -> str:
    return base64.b64encode(data).decode("ascii")


def _key_shape(identity: Identity) -> dict[str, Any]:
    assert identity.key is not None
    shape: dict[str, Any] = {"kid": identity.value, "jwk": identity.key.jwk()}
    if identity.not_after is not None:
        shape["until"] = identity.not_after + 1
    return shape


def _key_set(entries: list[dict[str, Any]]) -> tuple[Identity, ...]:
    """Keys that were fetched from where a list points; like the input, they are as recorded."""
    return tuple(
        Identity(
            IdentityKind.JWK,
            entry["kid"],
            VerificationKey.from_jwk(entry["jwk"]),
            not_after=_integer(entry["until"]) - 1 if "until" in entry else None,
        )
        for entry in entries
    )


def _item(shape: Mapping[str, Any]) -> Item:
    fetched = shape["fetched"]
    octets = base64.b64decode(shape["octets"], validate=True)
    return Item(
        EvidenceKind(shape["kind"]),
        octets,
        shape["uri"],
        None if fetched is None else _integer(fetched),
    )


def _pin_shape(pin: Pin) -> dict[str, Any]:
    shape: dict[str, Any] = {
        "type": pin.type.value,
        "territory": pin.territory,
        "signers": [_base64(der) for der in pin.signers],
    }
    if pin.threshold != 1:
        shape["threshold"] = pin.threshold
    if pin.handover is not None:
        shape["handover"] = handover_shape(pin.handover)
    return shape | syntax_shape(pin)


def _pin(shape: Mapping[str, Any]) -> Pin:
    signers = tuple(base64.b64decode(text, validate=True) for text in shape["signers"])
    handover = shape.get("handover")
    return Pin(
        ListType(shape["type"]),
        shape["territory"],
        signers,
        None,
        _integer(shape.get("threshold", 1)),
        None if handover is None else read_handover(handover),
        *read_syntax(shape),
    )


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
