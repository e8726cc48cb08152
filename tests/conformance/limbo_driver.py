"""x509-limbo: chains that real verifiers disagree about, in two editions of the suite.

Asked for is all of RFC 5280 that is not about TLS: section 4 as well as section 6. The expected
peer's name, TLS's own rules for it, and the CA/Browser Forum's rules are no business of a verifier
of signatures.
"""

import base64
import json
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from defa_trust.codes.x509 import FORM
from defa_trust.errors import Rejection
from defa_trust.material import Evidence, EvidenceKind, Item
from defa_trust.policy import RequiredChecks, RevocationPolicy
from defa_trust.verdict import Finding, Outcome
from defa_trust.x509.anchors import AnchorSet, Constraints, Purpose, TrustAnchor
from defa_trust.x509.crl import read_crl
from defa_trust.x509.form import Conformance, crl_form_faults
from defa_trust.x509.path import PathOptions, find_path
from defa_trust.x509.profiles import Authority, Profile
from defa_trust.x509.revocation import check_path
from tests.conformance.corpora import Case

NOW = int(datetime(2025, 6, 1, tzinfo=UTC).timestamp())
"""For cases that name no moment: they were made to be judged at any."""
_PURPOSES = {"serverAuth": "1.3.6.1.5.5.7.3.1", "clientAuth": "1.3.6.1.5.5.7.3.2"}
_USAGES = {"digitalSignature": "digital_signature", "keyCertSign": "key_cert_sign"}


def cases(path: Path) -> Iterator[Case]:
    """Every case of one edition."""
    for case in json.loads(path.read_text(encoding="utf-8"))["testcases"]:
        expected = "accept" if case["expected_result"] == "SUCCESS" else "reject"
        reason = out_of_scope(case)
        actual, detail = ("", "") if reason else judge(case)
        yield Case(case["id"], expected, actual, detail, reason)


def regen(folder: Path) -> Iterator[Case]:
    return cases(folder / "limbo-regen.json")


def of_2023(folder: Path) -> Iterator[Case]:
    return cases(folder / "limbo-2023-12-02.json")


def out_of_scope(case: dict) -> str | None:
    """A reason, or ``None``: by what a case is about, as its area, features or data say."""
    if "pedantic-rfc5280" in (case["features"] or ()):
        return "wants an authorityKeyIdentifier of an anchor, which cve:: cases do without"
    for prefix, reason in _TLS.items():
        if case["id"].startswith(prefix):
            return reason
    return None


_TLS = {
    "webpki::san": "matches the name of a TLS server",
    "webpki::cn": "matches the name of a TLS server",
    "rfc5280::ca-as-leaf-wrong-san": "matches the name of a TLS server",
    "webpki::aki": "Baseline Requirements 7.1.2.1.3: a root's own authorityKeyIdentifier",
    "webpki::eku": "Baseline Requirements 7.1.2: extended key usage of TLS certificates",
    "webpki::nc::permitted-dns-match-noncritical": "allowed by the Baseline Requirements against "
    "RFC 5280, 4.2.1.10, which rfc5280::nc asks for",
    "webpki::forbidden-rsa": "Baseline Requirements 6.1.5: the modulus a multiple of 8 bits",
}


def judge(case: dict) -> tuple[str, str]:
    """``accept`` where a path holds, and no CRL of the case says otherwise. Also why not."""
    time = case["validation_time"]
    moment = NOW if time is None else int(datetime.fromisoformat(time).timestamp())
    length = case["max_chain_depth"]
    anchors = []
    for text in case["trusted_certs"]:
        try:
            anchors.append(TrustAnchor.from_certificate(der(text), Constraints(path_length=length)))
        except Rejection as refusal:
            unreadable = refusal.code.id
    findings = []
    if not anchors:
        return "reject", f"no anchor: {unreadable}"
    pool = [der(text) for text in case["untrusted_intermediates"]]
    options = PathOptions(moment, profile(case), conformance=Conformance.PROFILE)
    path = find_path(der(case["peer_certificate"]), pool, AnchorSet(anchors), options, findings)
    if path is not None and case.get("crls"):
        evidence = Evidence(Item(EvidenceKind.CRL, der(text)) for text in case["crls"])
        rules = RevocationPolicy(required=RequiredChecks.LEAF)
        check_path(path, moment, moment, evidence, rules, findings)
        findings += [
            Finding(FORM, fault)
            for text in case["crls"]
            for fault in crl_form_faults(read_crl(der(text)))
        ]
    against = [
        f"{f.code.id} ({f.expected}, {f.actual})" for f in findings if f.outcome is not Outcome.MET
    ]
    return ("reject" if against else "accept"), ", ".join(against)


def profile(case: dict) -> Profile:
    """What the case wants of the leaf: the purposes and usages it names."""
    web = case["id"].startswith("webpki::")
    return Profile(
        "limbo",
        Purpose.ANY,
        # RFC 5280 lets a CA's certificate stand at the end; the Web PKI does not.
        authority=Authority.END_ENTITY if web else Authority.EITHER,
        key_usage=frozenset(_USAGES[name] for name in case.get("key_usage") or ()),
        extended_key_usage=frozenset(_PURPOSES[name] for name in case["extended_key_usage"] or ()),
    )


def der(pem: str) -> bytes:
    return base64.b64decode("".join(line for line in pem.splitlines() if "-----" not in line))
