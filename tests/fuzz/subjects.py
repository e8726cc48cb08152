"""What is fuzzed: samples of a format, each with the world and the question it is judged in."""

from __future__ import annotations

import json
from typing import NamedTuple

from defa_trust.conformance import run
from defa_trust.conformance.harness import input_bytes
from defa_trust.conformance.trust import evidence_of, policy_of, request_of, snapshot_of
from defa_trust.demo.region import build_region
from defa_trust.errors import MisuseError, Rejection
from defa_trust.formats.registry import FORMATS, SIGNATURE_FORMATS
from defa_trust.material import EvidenceView
from defa_trust.request import HolderBinding, Request
from defa_trust.verify import Verifier, parse

ALL = (*FORMATS, *SIGNATURE_FORMATS)
MOST_VECTORS = 40
_GROUPS = {
    "hcert": ("qr", "cose"), "mdoc": ("mdoc",), "claim-169": ("qr",), "philsys-v1": ("qr",),
    "sd-jwt-vc": ("sd_jwt",), "vc-jwt": ("jose",), "vc-data-integrity": ("jose",),
    "oidc-id-token": ("jose",), "oidc-id-token-jwe": ("jose",), "camdigikey": ("jose",),
    "cades": ("cades",), "xades": ("xades",), "pades": ("pades",),
    "asic": ("asic",),
}  # fmt: skip
"""Groups of vectors in which a format's samples are."""


class Subject(NamedTuple):
    name: str
    data: bytes
    verifier: Verifier
    request: Request
    evidence: EvidenceView


def subjects(name):
    """Samples that can be read as format ``name``: of the region, the vectors and the tests.

    What cannot be read has signed octets that nobody can tell, so it is no seed. Raises
    ``MisuseError`` for a format without samples.
    """
    found = [
        subject
        for subject in (*_of_region(name), *_of_vectors(name), *_of_tests(name))
        if _reads_as(name, subject.data, subject.request)
    ]
    if not found:
        raise MisuseError(f"no samples of format {name!r}; formats: {', '.join(ALL)}")
    return found


def _reads_as(name, data, request):
    try:
        return parse(data, request).format == name
    except Rejection:
        return False


def _of_region(name):
    region = build_region()
    verifier = Verifier(region.snapshot())
    for sample in (*region.samples, *region.signed):
        if sample.format == name:
            request = sample.request(next(iter(sample.expect)), region.at)
            yield Subject(sample.file_name, sample.data, verifier, request, region.evidence)


def _vectors(groups):
    """Of these groups alone: all of them together take seconds to read."""
    for group in groups:
        yield from json.loads((run.default_vectors() / f"{group}.json").read_bytes())


def _of_vectors(name):
    groups = _GROUPS.get(name, ())
    worlds = {}
    taken = 0
    for vector in _vectors(groups):
        if vector["task"] != "verify" or "file" in vector["input"]:
            continue
        if not {"pins", "vicals"}.isdisjoint(vector["trust"]):
            continue
        request = request_of(vector["request"], vector["moment"])
        data = input_bytes(vector["input"])
        if not _reads_as(name, data, request):
            continue
        world = json.dumps([vector["trust"], vector["request"].get("policy")], sort_keys=True)
        if world not in worlds:
            policy = policy_of(vector["request"])
            worlds[world] = Verifier(snapshot_of(vector["trust"]), policy)
        yield Subject(vector["id"], data, worlds[world], request, evidence_of(vector))
        taken += 1
        if taken == MOST_VECTORS:
            return


def _of_tests(name):
    """Families of signatures that have no vectors of their own yet."""
    if name not in ("jades", "pades"):
        return
    from defa_trust.content import Content
    from tests import cms_samples, jades_samples, pdf_samples
    from tests.build import NOW

    verifier = Verifier(cms_samples.signing_world())
    held = cms_samples.evidence()

    def subject(label, data, content=None):
        request = Request("SG", HolderBinding.IF_PRESENT, at=NOW, content=content)
        return Subject(label, data, verifier, request, held)

    clock = cms_samples.clock()
    if name == "jades":
        plain = cms_samples.DOCUMENT
        text = b"TEST-ONLY text"
        clear = jades_samples.header_of(b64=False, crit=["b64", "sigT"])
        stamp = [jades_samples.stamped(clock)]
        lists = [jades_samples.revocations(*cms_samples.crls())]
        yield subject("compact", jades_samples.compact())
        yield subject("flattened", jades_samples.flattened())
        yield subject("stamped", jades_samples.flattened(unsigned=[*stamp, *lists]))
        yield subject("stamped in clear", jades_samples.flattened(unsigned=stamp, clear=True))
        signers = (cms_samples.ALICE, cms_samples.BOB)
        yield subject("general", jades_samples.general(*signers))
        yield subject("unencoded", jades_samples.compact(text, header=clear))
        yield subject("detached", jades_samples.compact(detached=True), Content.of(plain))
    else:
        whole = pdf_samples.signed()
        yield subject("signed", whole)
        stamped = pdf_samples.signed(make=lambda it: pdf_samples.message(it, timestamps=clock))
        yield subject("stamped", stamped)
        second = pdf_samples.signed(whole, at=20, fields=(10,), room=8192)
        yield subject("twice", second)
        changed = {4: pdf_samples.FORGED}
        yield subject("changed since", pdf_samples.update(whole, changed))
