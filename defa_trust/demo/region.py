"""The test region as one value, and as a folder (floor 13).

``build_region()`` is pure and gives the same bytes each time; ``write_region()`` is the edge.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Mapping
from functools import cache
from hashlib import sha256
from importlib.resources import files
from pathlib import Path
from typing import Final, NamedTuple

from .. import publish
from ..errors import MisuseError
from ..material import Evidence, EvidenceKind, Item
from ..store import TrustStore
from ..store_files import TYPE_NAMES
from ..trustlist.accept import Pin
from ..trustlist.assemble import Assembly, Pins, assemble
from ..trustlist.model import ListType
from ..trustlist.snapshot import TrustSnapshot
from .bad_samples import bad_samples
from .corridors import CORRIDORS, recognising_states
from .document_samples import FORMATS, document_samples
from .document_signers import (
    certification_authority,
    document_signer,
    revocation_list,
    signer_key,
    time_stamping_unit,
)
from .documents import (
    ISSUED,
    REGION,
    REGION_HOST,
    REGIONAL_OPERATOR,
    VALID_UNTIL,
    Document,
    member_state_list,
    recognition_list,
    regional_list,
)
from .keys import CERTIFICATES_FROM, CERTIFICATES_UNTIL, seeded
from .mdoc_samples import mdoc_samples
from .plans import DAY, REGION_EPOCH, YEAR, StatePlan
from .proof_samples import proof_samples
from .samples import Sample, good_samples, holder_signer
from .scheme_samples import scheme_samples
from .states import STATES
from .status_samples import status_lists, status_samples
from .term_samples import term_samples

Place = tuple[ListType, str]

WITHHELD: Final = (ListType.MEMBER_STATE, "MM")
"""The list that the regional list points to and that the region does not deliver."""


class Region(NamedTuple):
    """The whole test region as of ``at`` (Unix seconds).

    ``documents`` are signed lists as they would be fetched; ``withheld`` is one more that a
    verifier lacks. ``pins`` is the root of trust: the regional list's signer, and nobody else.
    ``status_lists`` are the lists that samples name, by address. ``signed`` are signed documents;
    ``samples`` are credentials and presentations.
    """

    at: int
    pins: Pins
    documents: Mapping[Place, bytes]
    withheld: Mapping[Place, bytes]
    samples: tuple[Sample, ...]
    status_lists: Mapping[str, bytes]
    signed: tuple[Sample, ...] = ()

    @property
    def evidence(self) -> Evidence:
        """The status lists as a verifier holds them that did not fetch them itself."""
        return status_evidence(self.status_lists)

    def assemble(self) -> Assembly:
        """The lists, judged at the region's moment."""
        return assemble(self.pins, self.documents, now=self.at)

    def snapshot(self) -> TrustSnapshot:
        """What a verifier that holds ``documents`` trusts."""
        return self.assemble().snapshot()

    def sample(self, file_name: str) -> Sample:
        """The sample of that file name; ``MisuseError`` where there is none."""
        for sample in (*self.samples, *self.signed):
            if sample.file_name == file_name:
                return sample
        raise MisuseError(f"the region has no sample {file_name!r}")


class _Signed(NamedTuple):
    """A signed list with what the regional list says of it."""

    place: Place
    data: bytes
    sequence: int
    issued: int
    next_update: int


@cache
def build_region(at: int = REGION_EPOCH) -> Region:
    """The test region as of ``at``: the same bytes for the same moment, on every machine.

    Samples with salted signatures exist for ``REGION_EPOCH`` only. Raises ``MisuseError`` for a
    moment before it (histories would lie in the future) or near the end of the certificates.
    """
    if not REGION_EPOCH <= at < CERTIFICATES_UNTIL - YEAR:
        raise MisuseError("the test region exists from 2026-11-01T00:00:00Z until the end of 2032")
    signed = [_member_state(plan, at) for plan in STATES.values()]
    signed += [_recognition(STATES[code], at) for code in recognising_states()]
    regional = regional_list(at, [_pointer(item) for item in signed], _snapshot(signed))
    certificate = _regional_certificate()
    place = (ListType.REGIONAL, REGION)
    key = seeded(REGION, "list operator", "ES256")
    documents = {
        place: publish.sign_list(regional, key, certificate, issued_at=at + ISSUED + DAY),
        **{item.place: item.data for item in signed},
    }
    withheld = {WITHHELD: documents.pop(WITHHELD)}
    pins = Pins([Pin(*place, (certificate,), _location(place, REGION_HOST))])
    samples = (
        *good_samples(at),
        *term_samples(at),
        *bad_samples(at),
        *scheme_samples(at),
        *mdoc_samples(at),
        *proof_samples(at),
        *status_samples(at),
    )
    return Region(
        at, pins, documents, withheld, samples, status_lists(at), tuple(document_samples(at))
    )


def status_evidence(lists: Mapping[str, bytes]) -> Evidence:
    """Status lists by address, as evidence."""
    return Evidence(Item(EvidenceKind.STATUS_LIST, data, uri) for uri, data in lists.items())


# --- signing -------------------------------------------------------------------------------------
@cache
def list_signer_certificate(code: str) -> bytes:
    """DER of the certificate with which a test state signs its lists."""
    plan = STATES[code]
    return publish.tl_signer_certificate(
        seeded(code, "list operator", plan.list_algorithm),
        territory=code,
        operator=plan.operator,
        not_before=CERTIFICATES_FROM,
        not_after=CERTIFICATES_UNTIL,
    )


@cache
def _regional_certificate() -> bytes:
    return publish.tl_signer_certificate(
        seeded(REGION, "list operator", "ES256"),
        territory=REGION,
        operator=REGIONAL_OPERATOR,
        not_before=CERTIFICATES_FROM,
        not_after=CERTIFICATES_UNTIL,
    )


def _member_state(plan: StatePlan, at: int) -> _Signed:
    issued, until = at + plan.list_issued, at + plan.list_until
    data = _sign(plan, member_state_list(plan, at), issued)
    return _Signed((ListType.MEMBER_STATE, plan.code), data, plan.sequence, issued, until)


def _recognition(plan: StatePlan, at: int) -> _Signed:
    corridors = [corridor for corridor in CORRIDORS if corridor.recognising == plan.code]
    issued, until = at + ISSUED, at + VALID_UNTIL
    data = _sign(plan, recognition_list(plan, at, corridors), issued)
    return _Signed((ListType.RECOGNITION, plan.code), data, plan.sequence, issued, until)


def _sign(plan: StatePlan, document: Document, issued: int) -> bytes:
    key = seeded(plan.code, "list operator", plan.list_algorithm)
    certificate = list_signer_certificate(plan.code)
    return publish.sign_list(document, key, certificate, issued_at=issued)


def _location(place: Place, host: str) -> str:
    return f"https://tl.{host}/{TYPE_NAMES[place[0]]}.jwt"


def _pointer(item: _Signed) -> Document:
    kind, territory = item.place
    plan = STATES[territory]
    return publish.pointer(
        type=kind,
        territory=territory,
        location=_location(item.place, plan.host),
        operator=plan.operator,
        signers=[list_signer_certificate(territory)],
    )


def _snapshot(signed: Iterable[_Signed]) -> list[Document]:
    return [
        publish.snapshot_entry(
            territory=item.place[1],
            type=item.place[0],
            sequence=item.sequence,
            sha256=sha256(item.data).hexdigest(),
            size=len(item.data),
            issued=item.issued,
            next_update=item.next_update,
        )
        for item in signed
    ]


# --- as a folder ---------------------------------------------------------------------------------
def write_region(folder: str | os.PathLike[str], at: int = REGION_EPOCH) -> Region:
    """Write the region into ``folder``, anew where one is there already; returns it.

    `trust/` is a pinned trust store, `lists/` the signed lists, `samples/` the credentials and
    `signed/` the documents, each with `index.json`, `status/` the status lists with `index.json`
    (file to address) and each signing CA's CRL, `keys/` the TEST-ONLY keys. Raises
    ``MisuseError`` where it holds something else than a test region, or cannot be written.
    """
    region = build_region(at)
    root = Path(folder)
    store = TrustStore(root / "trust")
    try:
        _clear(root, store, region)
        store.init(region.pins)
        for (kind, territory), data in region.documents.items():
            store.put(kind, territory, data)
            _put(root / "lists" / _list_name(kind, territory), data)
        for (kind, territory), data in region.withheld.items():
            _put(root / "lists" / "withheld" / _list_name(kind, territory), data)
        for sample in region.samples:
            _put(root / "samples" / sample.file_name, sample.data + b"\n")
        _put(root / "samples" / "index.json", _json(sample_index(region.samples)))
        for sample in region.signed:
            # Every octet of these counts.
            _put(root / "signed" / sample.file_name, sample.data)
        _put(root / "signed" / "index.json", _json(sample_index(region.signed)))
        for uri, data in region.status_lists.items():
            _put(root / "status" / status_file(uri), data)
        places = {status_file(uri): uri for uri in region.status_lists}
        _put(root / "status" / "index.json", _json(places))
        for code in FORMATS:
            name = f"{code.lower()}-signing-ca.crl"
            _put(root / "status" / name, revocation_list(code, at - DAY))
        for name, data in key_files().items():
            _put(root / "keys" / name, data)
        _put(root / "README.md", (files(__package__) / "REGION.md").read_bytes())
    except OSError as fault:
        raise MisuseError(f"{root} cannot be written: {fault.strerror}") from None
    return region


def _clear(root: Path, store: TrustStore, region: Region) -> None:
    """Take away what an earlier call wrote; anybody else's trust store stays as it is."""
    pins = store.folder / "pins.json"
    if not pins.exists():
        if root.is_dir() and any(root.iterdir()):
            raise MisuseError(f"{root} is not empty and holds no test region")
        return
    if store.pins != region.pins:
        raise MisuseError(f"{store.folder} pins other signers than the test region's")
    # The samples and lists of another moment would lie beside the new ones.
    stale = (
        *root.glob("lists/*.jwt"),
        *root.glob("samples/*"),
        *root.glob("signed/*"),
        *root.glob("status/*"),
        *store.folder.glob("lists/*"),
    )
    for path in stale:
        path.unlink()
    pins.unlink()


def _put(path: Path, data: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)


def _list_name(kind: ListType, territory: str) -> str:
    return f"{TYPE_NAMES[kind]}-{territory}.jwt"


def status_file(uri: str) -> str:
    """`sg-3.status` for `https://status.sg.test.example/3`."""
    host, _, number = uri.removeprefix("https://status.").partition("/")
    return f"{host[:2]}-{number}.status"


def _json(value: object) -> bytes:
    return (json.dumps(value, indent=2, ensure_ascii=False) + "\n").encode()


def sample_index(samples: Iterable[Sample]) -> list[dict[str, object]]:
    """Of each sample: its file, what it shows, what to ask, and the verdicts it must get."""
    return [
        {
            "file": sample.file_name,
            "state": sample.state,
            "format": sample.format,
            "shows": sample.shows,
            "request": dict(sample.request_hint),
            "expect": {
                state: {
                    "validity": answer.indication.value,
                    "recognition": answer.recognition.value,
                    "reason": answer.reason,
                }
                for state, answer in sample.expect.items()
            },
        }
        for sample in samples
    ]


def key_files() -> dict[str, bytes]:
    """Every key of the region by file name, private halves too: TEST-ONLY, as each name says."""
    found: dict[str, bytes] = {}
    for plan in STATES.values():
        operator = seeded(plan.code, "list operator", plan.list_algorithm)
        found[f"TEST-ONLY-{plan.code.lower()}-list-operator.pem"] = operator.private_pem()
        holder = holder_signer(plan.code).key
        found[f"TEST-ONLY-{plan.code.lower()}-holder.pem"] = holder.private_pem()
        for service in plan.services:
            for planned in service.keys:
                key = plan.signer(service.slug, planned.role).key
                name = f"TEST-ONLY-{plan.code.lower()}-{planned.role.replace(' ', '-')}"
                found[f"{name}.pem"] = key.private_pem()
                found[f"{name}.public.jwk.json"] = _json(key.jwk())
    for code in FORMATS:
        name = f"TEST-ONLY-{code.lower()}"
        authority, unit = certification_authority(code), time_stamping_unit(code)
        found[f"{name}-signing-ca.pem"] = authority.key.private_pem()
        found[f"{name}-signing-ca.crt.der"] = authority.certificate
        found[f"{name}-time-stamps.pem"] = unit.key.private_pem()
        found[f"{name}-time-stamps.crt.der"] = unit.certificate
        found[f"{name}-signer.pem"] = signer_key(code).private_pem()
        found[f"{name}-signer.crt.der"] = document_signer(code).certificate
    regional = seeded(REGION, "list operator", "ES256")
    found["TEST-ONLY-region-list-operator.pem"] = regional.private_pem()
    found["TEST-ONLY-region-list-operator.crt.der"] = _regional_certificate()
    return found
