"""OpenSSL's OCSP responses of 2012: a path, the responses at hand, and whether they suffice.

The corpus is signed with SHA-1, which no policy of this library can allow. So that the cases test
what they are about, the driver teaches the algorithm table one more row for as long as they run,
and for no longer; everything else is the library's own.
"""

import base64
import json
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import datetime
from pathlib import Path
from unittest import mock

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding

from defa_trust import algorithm_ids, algorithms, crypto
from defa_trust.algorithms import Algorithm, AlgorithmPolicy, KeyType, SignatureEncoding
from defa_trust.errors import Rejection
from defa_trust.material import Evidence, EvidenceKind, Item
from defa_trust.policy import RequiredChecks, ResponderStatus, RevocationPolicy
from defa_trust.verdict import Interval
from defa_trust.x509.anchors import AnchorSet, TrustAnchor
from defa_trust.x509.path import PathOptions, find_path
from defa_trust.x509.profiles import ANY
from defa_trust.x509.revocation import check_path
from tests.conformance.corpora import Case

CORPUS = "openssl-ocsp"

_SHA1_WITH_RSA = (
    bytes.fromhex("300d06092a864886f70d0101050500"),
    bytes.fromhex("300b06092a864886f70d010105"),  # as one responder writes it
)
_ROW = Algorithm(
    "TEST-ONLY RS1", None, KeyType.RSA, "SHA-1", SignatureEncoding.PLAIN, None, "RFC 3279, 2.2.1"
)


@contextmanager
def sha1() -> Iterator[AlgorithmPolicy]:
    """A policy that allows RSA with SHA-1, while the table knows it."""
    table = {**algorithms.ALGORITHMS, _ROW.name: _ROW}
    rows = {**algorithm_ids._ROWS, **dict.fromkeys(_SHA1_WITH_RSA, (_ROW,))}
    schemes = {**crypto._SCHEMES, _ROW: (padding.PKCS1v15(), hashes.SHA1())}
    with ExitStack() as stack:
        for module, name, value in (
            (algorithms, "ALGORITHMS", table),
            (algorithm_ids, "_ROWS", rows),
            (crypto, "_SCHEMES", schemes),
        ):
            stack.enter_context(mock.patch.object(module, name, value))
        allowed = {**algorithms.DEFAULT_ALGORITHM_POLICY.allowed, _ROW.name: Interval()}
        yield AlgorithmPolicy(allowed)


def cases(folder: Path) -> Iterator[Case]:
    """Every case of ``openssl-ocsp.json``."""
    here = folder / "openssl-ocsp"
    with sha1() as policy:
        for case in json.loads((here / "openssl-ocsp.json").read_text(encoding="utf-8")):
            expected = "reject" if "error" in case else "accept"
            actual, detail = judge(here, case, policy)
            yield Case(case["name"], expected, actual, detail)


def judge(here: Path, case: dict, algorithms: AlgorithmPolicy) -> tuple[str, str]:
    """``accept`` where the path holds and every certificate has an answer. Also why not."""
    moment = int(datetime.fromisoformat(case["moment"]).timestamp())
    findings = []
    try:
        anchor = TrustAnchor.from_certificate(pem(here / case["root"]))
        path = find_path(
            pem(here / case["cert"]),
            [pem(here / name) for name in case.get("other_certs", [])],
            AnchorSet((anchor,)),
            PathOptions(moment, ANY, algorithms),
            findings,
        )
    except Rejection as refusal:
        return "reject", str(refusal)
    if path is None:
        return "reject", f"no path: {findings[0].code.id}"
    evidence = Evidence(
        Item(EvidenceKind.OCSP, base64.b64decode((here / name).read_bytes()))
        for name in case["ocsps"]
    )
    findings.clear()
    # Half of the cases come without a response about the intermediate certificate.
    whole = len(case["ocsps"]) == case["path_len"] - 1
    required = RequiredChecks.PATH if whole else RequiredChecks.LEAF
    rules = RevocationPolicy(required=required, responders=ResponderStatus.AS_NAMED)
    check_path(path, moment, moment, evidence, rules, findings, algorithms=algorithms)
    against = [finding for finding in findings if finding.code.indication is not None]
    return ("reject" if against else "accept"), ", ".join(f.code.id for f in against)


def pem(path: Path) -> bytes:
    body = path.read_text(encoding="ascii").partition("-----BEGIN CERTIFICATE-----")[2]
    return base64.b64decode(body.partition("-----END")[0])
