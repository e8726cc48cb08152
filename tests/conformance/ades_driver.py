"""Real signature files of the DSS test suite, one family at a time, judged twice.

``cases`` looks at integrity alone: each signature's value and the digest of what it signed, with
the certificate that the signer named. ``pinned_cases`` sends the same files through the whole spine
with the topmost certificates of each file as its anchors, at the time it was signed.

What is out of scope is decided from the message's own structure by ``out_of_scope()``.
"""

import json
from collections import Counter
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import NamedTuple

from defa_trust.algorithms import DEFAULT_ALGORITHM_POLICY
from defa_trust.authenticate import authenticate_signature
from defa_trust.codes import asic as asic_codes
from defa_trust.codes import xades as xades_codes
from defa_trust.codes import zip as zip_codes
from defa_trust.content import Content
from defa_trust.errors import Rejection
from defa_trust.formats import asic, cades, jades, pades, xades
from defa_trust.formats.signature import RefusedSignature
from defa_trust.formats.tst import parse_token
from defa_trust.material import Evidence, EvidenceKind, Item
from defa_trust.policy import RevocationPolicy, UncheckedStatus, VerificationPolicy
from defa_trust.request import HolderBinding, Profile, Request
from defa_trust.signing_certificate import choose_certificate
from defa_trust.spec import SVC_CA_PKC, SVC_TSA
from defa_trust.trustlist.model import Identity, IdentityKind, Status, StatusPeriod
from defa_trust.verdict import TIME_MAX, TIME_MIN, Indication, Interval
from defa_trust.verify import Verifier
from defa_trust.x509.certificate import open_certificate
from tests.build import GRANTED_URI, service, snapshot, trust_list
from tests.conformance.corpora import Case


class Family(NamedTuple):
    """``module`` is the folder of the suite, or how those of the family begin; ``parse`` the
    format's."""

    name: str
    module: str
    parse: Callable


CADES = Family("cades", "dss-cades", cades.parse)
JADES = Family("jades", "dss-jades", jades.parse)
XADES = Family("xades", "dss-xades", xades.parse)
PADES = Family("pades", "dss-pades", pades.parse)
ASIC = Family("asic", "dss-asic-", asic.parse)

REQUEST = Request(
    "SG",
    HolderBinding.IF_PRESENT,
    profiles=frozenset({Profile.CMS_WITHOUT_SIGNING_CERTIFICATE}),
)
ABOUT_A_COUNTER_SIGNATURE = frozenset(
    {
        "XAdESCounterSignatureWithTypeInvalidTest",
        "XAdESCounterSignatureNoTypeInvalidTest",
        "JAdESWithBrokenAttachedCounterSignatureTest",
        "JAdESWithBrokenDetachedCounterSignatureTest",
    }
)
"""Their first asserts are about the counter-signature, which is broken and is not judged here; the
later ones call the signature itself intact and valid."""
REFUSED_BY_THE_SUITE = frozenset({"JAdESWithDoubleSigTTest"})
"""Their whole test is that the file cannot be read."""
SIGNED_BY_THE_TEST = "JAdESSerializationDoubleSignatureTest"
"""Its file is a document that the test itself signs."""
CONTENTS = {"sample.json": "dss-jades/src/test/resources/sample.json"}
"""Detached contents that the corpus does hold, by the name that the signature gives them."""
_OBSOLETE = {
    "cms.digest_weak": "signed over a digest on which no signature counts (SHA-1, SHA3-224)",
    "crypto.algorithm_obsolete": "signed with an algorithm that has no row (RSA with SHA-1 or -3)",
    "jose.crit": "whose `crit` breaks RFC 7515, 4.1.11; the suite too finds its structure invalid",
    "xades.digest_weak": "signed over a digest on which no signature counts (SHA-1)",
    "xades.transform": "signed through XPath or XSLT, which are not run",
}


def tests(family: Family, folder: Path):
    """The entries of a family, each under the name of its test."""
    for entry in json.loads((folder / "expected_extracted.json").read_text(encoding="utf-8")):
        module = entry["module"]
        if module == family.module or (family is ASIC and module.startswith(family.module)):
            yield entry["cls"], entry, (folder / entry["file"]).read_bytes()


def expected(entry):
    """``accept`` where every signature is intact and valid. An overridden test says so itself: its
    first asserts, until one comes by again, are about the signature, and the later ones about
    counter-signatures, time-stamps and evidence records; ``either`` where there are none."""
    if entry["cls"] in REFUSED_BY_THE_SUITE:
        return "reject"
    if not entry["blevel_override"] or entry["cls"] in ABOUT_A_COUNTER_SIGNATURE:
        return "reject" if container_broken(entry) else "accept"
    first = {}
    for verdict, what in entry["asserts"]:
        if what in first:
            break
        first[what] = verdict
    if not first:
        return "either"
    return "reject" if "False" in first.values() else "accept"


def container_broken(entry):
    """Whether the suite says that a container fails, though the signature values in it are intact:
    a digest of its manifest is not that of the file, or it does not hold the files that one of its
    kind does. Of tests of evidence records the indications are about those."""
    return (
        entry["module"].startswith(ASIC.module)
        and "EvidenceRecord" not in entry["ext"]
        and "EvidenceRecord" not in entry["cls"]
        and "FAILED" in "".join(entry["indication"][:1])
    )


def unsigned(name, refusal):
    """Why a file is no case of a signature at all."""
    no_signature = (xades_codes.NO_SIGNATURE, asic_codes.NO_SIGNATURE)
    if refusal.code in no_signature or name == SIGNED_BY_THE_TEST:
        return "a file without a signature"
    if refusal.code is asic_codes.TIMESTAMP_ALONE:
        return "a container of time-stamps or evidence records alone"
    if refusal.code is zip_codes.ZIP64:
        return "a container in the form ZIP64, which is not read"
    return None


def out_of_scope(entry, file):
    claims = [c for s in file.signatures for c in getattr(s, "contents", ())]
    absent = any(claim.content is None for claim in claims)
    if entry["detached"] and (absent or (not claims and expected(entry) != "reject")):
        return "detached, and the content is not part of the corpus"
    for signature in file.signatures:
        if isinstance(signature, RefusedSignature):
            reason = _OBSOLETE.get(signature.finding.code.id)
            if reason is not None and expected(entry) != "reject":
                return reason
        elif expected(entry) == "reject":
            continue
        elif any(claim.content is None for claim in signature.contents):
            # The suite hands in what its table does not name.
            return "detached, and the content is not part of the corpus"
        elif any(finding.code is xades_codes.PARTIAL for finding in signature.findings):
            return "over a part of a document, which counts only under the profile xml-part"
    return None


def cases(family: Family, folder: Path) -> Iterator[Case]:
    for name, entry, data in tests(family, folder):
        try:
            file, _ = read(family, folder, data)
        except Rejection as refusal:
            reason = unsigned(name, refusal)
            yield Case(name, expected(entry), "reject", str(refusal), out_of_scope=reason)
            continue
        reason = out_of_scope(entry, file)
        if reason is not None:
            yield Case(name, expected(entry), out_of_scope=reason)
            continue
        said = [intact(file, signature) for signature in file.signatures]
        detail = ", ".join(sorted({code for codes in said for code in codes}))
        yield Case(name, expected(entry), "reject" if detail else "accept", detail)


def read(family: Family, folder: Path, data: bytes):
    """The file with the detached contents that the corpus holds, and these as evidence."""
    file = family.parse(data, REQUEST)
    signatures, items = [], []
    for signature in file.signatures:
        contents = []
        for claim in getattr(signature, "contents", ()):
            held = claim.content
            if held is None and claim.uri in CONTENTS:
                octets = (folder / CONTENTS[claim.uri]).read_bytes()
                items.append(Item(EvidenceKind.CONTENT, octets, claim.uri))
                held = Content.of(octets)
            contents.append(claim._replace(content=held))
        refused = isinstance(signature, RefusedSignature)
        signatures.append(signature if refused else signature._replace(contents=tuple(contents)))
    return file._replace(signatures=tuple(signatures)), Evidence(items)


def intact(file, signature):
    """Codes of what is wrong with one signature's integrity; whether its algorithm still counts is
    another question, and so is what was added to a document or to a container after it was signed:
    the suite warns of that and calls the signature intact."""
    if isinstance(signature, RefusedSignature):
        return [signature.finding.code.id]
    findings = list(signature.findings)
    pool = (*signature.certificates, *file.certificates)
    certificate = choose_certificate(signature, pool, REQUEST, findings)
    if certificate is not None:
        authenticated = authenticate_signature(
            signature, None, certificate.key, DEFAULT_ALGORITHM_POLICY, 0, findings, dict
        )
        if authenticated is not None:
            findings = list(signature.findings)
    return [
        finding.code.id
        for finding in (*file.findings, *findings)
        if finding.code.outcome.value != "met"
        and finding.code.rule != "pades.revisions"
        and finding.code is not asic_codes.UNCOVERED
    ]


# --- through the spine ---------------------------------------------------------------------------
POLICY = VerificationPolicy(revocation=RevocationPolicy(unchecked=UncheckedStatus.REPORT))


def pinned_cases(family: Family, folder: Path) -> Iterator[Case]:
    """``accept`` is: not TOTAL-FAILED where it must be intact, TOTAL-PASSED where it is broken."""
    for name, entry, data in tests(family, folder):
        wanted = expected(entry)
        try:
            file, given = read(family, folder, data)
        except Rejection as refusal:
            yield Case(name, wanted, "reject", str(refusal), out_of_scope=unsigned(name, refusal))
            continue
        reason = out_of_scope(entry, file)
        if reason is not None:
            yield Case(name, wanted, out_of_scope=reason)
            continue
        report = judged(file, data, given)
        indications = [v.validity.indication for v in report.verdicts]
        if wanted == "reject":
            accepted = all(i is Indication.TOTAL_PASSED for i in indications)
        else:
            accepted = Indication.TOTAL_FAILED not in indications
        yield Case(name, wanted, "accept" if accepted else "reject", shown(report))


def judged(file, data, given):
    """The file as of a day after it says it was signed, under its own topmost certificates."""
    times = [
        s.stated.signing_time
        for s in file.signatures
        if not isinstance(s, RefusedSignature) and s.stated.signing_time is not None
    ]
    stamps = [stamp for s in file.signatures for stamp in getattr(s, "timestamps", ())]
    signers = {*file.certificates}
    units = set()
    for signature in file.signatures:
        signers |= {*getattr(signature, "certificates", ())}
    for stamp in stamps:
        try:
            token = parse_token(stamp.token, stamp.covers)
        except Rejection:
            continue
        units |= {*token.signature.certificates}
        times.append(token.info.latest)
    begun = [c.not_before for c in _opened(signers)]
    at = max(times or begun, default=1_600_000_000) + 86_400
    listed = [
        _service("CA", SVC_CA_PKC, topmost(signers)),
        _service("TSA", SVC_TSA, topmost(units | signers)),
    ]
    world = snapshot(
        trust_list("VN", [s for s in listed if s], issued=at - 1, next_update=at + 86_400)
    )
    request = Request("VN", HolderBinding.IF_PRESENT, at=at, profiles=REQUEST.profiles)
    return Verifier(world, POLICY).evaluate(data, request, given)


def topmost(ders):
    """Certificates whose issuer is not among them, or who issued themselves."""
    opened = _opened(ders)
    names = {c.subject_key for c in opened if not c.self_issued}
    return [c for c in opened if c.self_issued or c.issuer_key not in names]


def _opened(ders):
    opened = []
    for der in ders:
        try:
            certificate = open_certificate(der)
            _ = certificate.key, certificate.issuer_key, certificate.subject_key
        except Rejection:
            continue
        opened.append(certificate)
    return opened


def _service(name, type, certificates):
    identities = [
        Identity(
            IdentityKind.X509, c.sha256.hex(), c.key, c.der, c.not_before, c.not_after, c.ski,
            signs=False,
        )
        for c in certificates
    ]  # fmt: skip
    if not identities:
        return None
    history = (StatusPeriod(Status.GRANTED, GRANTED_URI, Interval(TIME_MIN, TIME_MAX)),)
    return service(
        "VN", identities, issuer_ids=(), history=history, type=type, id=f"urn:test:{name}"
    )


def shown(report):
    """Each signature's answer, its time-stamps in brackets."""

    def one(verdict):
        sub = verdict.validity.sub_indication
        said = f"{verdict.validity.indication.value}{f'/{sub.value}' if sub else ''}"
        reason = verdict.reason
        return said if reason is None else f"{said} {reason.code.id}"

    lines = []
    for verdict in report.verdicts:
        inner = Counter(one(stamp) for stamp in verdict.nested)
        held = "; ".join(f"{n} × {text}" for text, n in sorted(inner.items()))
        lines.append(one(verdict) + (f" [{held}]" if held else ""))
    return " | ".join(lines)


def table(family: Family, folder: Path):
    """Every overridden test beside our answer: (test, its asserts, integrity, verdict)."""
    whole = {case.id: case for case in cases(family, folder)}
    pinned = {case.id: case for case in pinned_cases(family, folder)}
    for name, entry, _ in tests(family, folder):
        if entry["blevel_override"]:
            said = ", ".join(f"{what} {verdict}" for verdict, what in entry["asserts"])
            case = whole[name]
            answer = case.out_of_scope or case.detail or "intact"
            yield name, said or "-", answer, pinned[name].out_of_scope or pinned[name].detail


cades_cases, cades_pinned = partial(cases, CADES), partial(pinned_cases, CADES)
jades_cases, jades_pinned = partial(cases, JADES), partial(pinned_cases, JADES)
xades_cases, xades_pinned = partial(cases, XADES), partial(pinned_cases, XADES)
pades_cases, pades_pinned = partial(cases, PADES), partial(pinned_cases, PADES)
asic_cases, asic_pinned = partial(cases, ASIC), partial(pinned_cases, ASIC)
