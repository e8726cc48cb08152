"""EU DCC test data: one case a file, judged end to end by a ``Verifier``.

The snapshot holds one service of the issuing state, whose only key is the certificate that the case
names; ``accept`` is TOTAL-PASSED. A step that a case does not label is not tested by it (README of
the corpus), so nothing is concluded from it.
"""

import base64
import json
import ssl
import zlib
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from cryptography import x509

from defa_trust.codec import base45
from defa_trust.crypto import VerificationKey
from defa_trust.errors import Rejection
from defa_trust.formats import hcert
from defa_trust.request import HolderBinding, Request
from defa_trust.trustlist.model import Identity, IdentityKind, Status, StatusPeriod
from defa_trust.verdict import TIME_MAX, TIME_MIN, Indication, Interval
from defa_trust.verify import Verifier
from tests.build import DAY, GRANTED_URI, service, snapshot, trust_list
from tests.conformance.corpora import Case

CORPUS = "hcert"
BASIC = "hcert-basic"

STEPS = ("UNPREFIX", "B45DECODE", "COMPRESSION", "DECODE", "VERIFY", "EXPIRATIONCHECK", "KEYUSAGE")
"""Labelled steps that concern what a verifier of signatures and trust does."""


def cases(folder: Path) -> Iterator[Case]:
    """Every file of the corpus that carries labels."""
    for path in sorted(folder.rglob("*.json")):
        document = json.loads(path.read_text(encoding="utf-8-sig"))
        if "EXPECTEDRESULTS" in document:
            yield case(path.relative_to(folder).with_suffix("").as_posix(), document)


def labels(document):
    return {
        name.removeprefix("EXPECTED"): value
        for name, value in document["EXPECTEDRESULTS"].items()
        if isinstance(value, bool)
    }


def out_of_scope(marks):
    """Why a case asks for something this library does not do; ``None`` where it must agree."""
    if any(marks.get(step) is False for step in STEPS) or marks.get("VERIFY"):
        return None
    if marks.get("PICTUREDECODE") is False:
        return "the picture cannot be read; the text beside it is sound"
    return "only the medical content is labelled (JSON schema or JSON equality)"


def case(id, document):
    marks = labels(document)
    expected = "reject" if any(marks.get(step) is False for step in STEPS) else "accept"
    reason = out_of_scope(marks)
    if reason is not None:
        return Case(id, expected, out_of_scope=reason)
    return Case(id, expected, *judge(document))


def judge(document):
    """``accept`` or ``reject``, and why."""
    marks = labels(document)
    text = document["PREFIX"]
    signer = read_signer(base64.b64decode(document["TESTCTX"]["CERTIFICATE"]))
    try:
        presented = hcert.parse(text.encode(), request())
    except Rejection as refusal:
        return "reject", str(refusal)
    asserted = presented.asserted
    moment = clock(document)
    if "EXPIRATIONCHECK" not in marks and not asserted.issued_at <= moment < asserted.expires:
        moment = max(asserted.issued_at, signer.not_before)
    if "KEYUSAGE" not in marks:
        # Some certificates have usages of other kinds only (TLS, e-mail); the step is not labelled.
        signer = signer._replace(extended_key_usage=())
    report = Verifier(world(asserted, moment, signer)).evaluate(text, request(moment))
    return answer(report)


def answer(report):
    passed = report.verdict.validity.indication is Indication.TOTAL_PASSED
    detail = ", ".join(finding.code.id for finding in report.verdict.problems)
    return ("accept" if passed else "reject"), detail


def request(moment=None):
    return Request("SG", HolderBinding.IF_PRESENT, at=moment, format="hcert")


def clock(document):
    """VALIDATIONCLOCK in Unix seconds; local times without a zone are read as UTC."""
    moment = datetime.fromisoformat(document["TESTCTX"]["VALIDATIONCLOCK"])
    return int((moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp())


def read_signer(der):
    """The certificate as a listed identity. Whether a list may hold it is not asked here: some of
    Finland's and Spain's have extensions, or a version, that our list reader refuses."""
    certificate = x509.load_der_x509_certificate(der)
    try:
        extension = certificate.extensions.get_extension_for_class(x509.ExtendedKeyUsage)
        usages = tuple(oid.dotted_string for oid in extension.value)
    except (x509.ExtensionNotFound, ValueError):
        usages = ()
    return Identity(
        IdentityKind.X509,
        "",
        VerificationKey.from_public_key(certificate.public_key()),
        der,
        int(certificate.not_valid_before_utc.timestamp()),
        int(certificate.not_valid_after_utc.timestamp()),
        extended_key_usage=usages,
    )


def world(asserted, moment, *signers):
    """Lists in which one service, of the state the credential names, holds these certificates."""
    state = asserted.territory or "XX"
    issuer = service(
        state,
        signers,
        (asserted.issuer,) if asserted.issuer else (),
        (StatusPeriod(Status.GRANTED, GRANTED_URI, Interval(TIME_MIN, TIME_MAX)),),
    )
    return snapshot(trust_list(state, (issuer,), issued=moment - DAY, next_update=moment + DAY))


def basic_cases(folder: Path) -> Iterator[Case]:
    """`testdata/test1.bin`: a bare CWT, the listed certificates, and the content it must reveal."""
    data = folder / "testdata"
    message = (data / "test1.bin").read_bytes()
    text = "HC1:" + base45.encode(zlib.compress(message))
    presented = hcert.present(message, b"")
    moment = presented.asserted.issued_at
    signers = [
        read_signer(ssl.PEM_cert_to_DER_cert(path.read_text()))
        for path in sorted(data.glob("issuer*.crt"))
    ]
    report = Verifier(world(presented.asserted, moment, *signers)).evaluate(text, request(moment))
    actual, detail = answer(report)
    revealed = json.loads((data / "test1.json").read_text(encoding="utf-8"))
    if actual == "accept" and report.verdict.claims["hcert"] != revealed:
        actual, detail = "reject", "the claims revealed are not those of test1.json"
    yield Case("test1", "accept", actual, detail)
