"""NIST's PKITS: a certificate, a pool that is no ordered path, CRLs, and the policies asked for.

Path and revocation are both asked for, as the suite wants; the moment is any at which its
certificates are valid.
"""

import json
from collections.abc import Iterator
from pathlib import Path

from defa_trust.material import Evidence, EvidenceKind, Item
from defa_trust.policy import RevocationPolicy
from defa_trust.verdict import Outcome
from defa_trust.x509.anchors import AnchorSet, TrustAnchor
from defa_trust.x509.path import PathOptions, find_path
from defa_trust.x509.policies import AnyPolicy, ExplicitPolicy, PolicyInputs, PolicyMapping
from defa_trust.x509.profiles import ANY
from defa_trust.x509.revocation import check_path
from tests.conformance.corpora import Case

CORPUS = "pkits"
MOMENT = 1_577_836_800
"""2020-01-01T00:00:00Z: the certificates of the suite are valid from 2010 to 2030."""
ROOT_CRL = "TrustAnchorRootCRL.crl"
"""Every case has it, and no case says so."""
DSA = b"\x2a\x86\x48\xce\x38\x04"
"""The arc of id-dsa and its signatures (RFC 3279, 2.2.2 and 2.3.2), as it stands in a key."""


def cases(folder: Path) -> Iterator[Case]:
    """Every case of ``pkits.json``."""
    here = folder / "nist_pkits"
    anchors = AnchorSet(
        [TrustAnchor.from_certificate((here / "certs/TrustAnchorRootCertificate.crt").read_bytes())]
    )
    for case in json.loads((here / "pkits.json").read_text(encoding="utf-8")):
        expected = "reject" if "error" in case else "accept"
        actual, detail = judge(here, case, anchors)
        name = f"{case['id']} {case['name']}"
        yield Case(name, expected, actual, detail, out_of_scope(here, case))


def out_of_scope(here: Path, case: dict) -> str | None:
    """DSA: no scheme of the region signs with it, FIPS 186-5 ended it, and no row verifies it."""
    uses = [here / "certs" / name for name in (case["cert"], *case.get("other_certs", ()))]
    if "error" not in case and any(DSA in path.read_bytes() for path in uses):
        return "signed with DSA"
    return None


def judge(here: Path, case: dict, anchors: AnchorSet) -> tuple[str, str]:
    """``accept`` where a path holds and no certificate of it is revoked or unchecked."""
    pool = [(here / "certs" / name).read_bytes() for name in case.get("other_certs", ())]
    crls = [(here / "crls" / name).read_bytes() for name in (ROOT_CRL, *case.get("crls", ()))]
    options = PathOptions(MOMENT, ANY, policies=inputs(case.get("params", {})))
    findings = []
    path = find_path((here / "certs" / case["cert"]).read_bytes(), pool, anchors, options, findings)
    if path is None:
        return "reject", ", ".join(finding.code.id for finding in findings)
    evidence = Evidence(
        [Item(EvidenceKind.CRL, crl) for crl in crls]
        + [Item(EvidenceKind.CERTIFICATE, der) for der in pool]
    )
    check_path(path, MOMENT, MOMENT, evidence, RevocationPolicy(), findings)
    against = [f.code.id for f in findings if f.outcome is not Outcome.MET]
    return ("reject" if against else "accept"), ", ".join(against)


def inputs(params: dict) -> PolicyInputs:
    """RFC 5280, 6.1.1 (c) to (g)."""
    chosen = {}
    if "user_initial_policy_set" in params:
        chosen["initial"] = frozenset(params["user_initial_policy_set"])
    if params.get("initial_explicit_policy"):
        chosen["explicit"] = ExplicitPolicy.REQUIRED
    if params.get("initial_policy_mapping_inhibit"):
        chosen["mapping"] = PolicyMapping.INHIBITED
    if params.get("initial_any_policy_inhibit"):
        chosen["any_policy"] = AnyPolicy.INHIBITED
    return PolicyInputs(**chosen)
