"""Identity QR codes: a MOSIP code (claim 169) signed on P-256, with ten attributes."""

import zlib

from defa_trust.codec import base45
from defa_trust.conformance.build import MOMENT, request_of, sign1, world
from defa_trust.conformance.trust import request_of as asked
from defa_trust.conformance.trust import snapshot_of
from defa_trust.conformance.vectors.qr_identity import _claims
from defa_trust.verify import Verifier

from .paired import ratio
from .test_cold import bare_es256, passes

IDENTITY = {
    1: "TEST-ONLY-000000000001", 2: "1.0", 3: "eng", 4: "TEST-ONLY Somchai Jaidee", 8: "19900115",
    9: 1, 10: "TEST-ONLY 1 Example Road, Test District", 11: "test-only@example.invalid",
    12: "+66 0 0000 0000", 13: "TH",
}  # fmt: skip
CODE = base45.encode(zlib.compress(sign1(_claims(IDENTITY)), 9)).encode()
VERIFIER = Verifier(snapshot_of(world()))
REQUEST = asked(request_of(), MOMENT)


def test_cold_claim_169(benchmark):
    subject = passes(VERIFIER, CODE, REQUEST)
    ratio(
        "cold verdict, claim 169 on P-256, 10 attributes",
        subject,
        bare_es256(),
        goal=2.5,
        baseline_name="raw ES256",
        note=f"{len(CODE)} characters, base45 and zlib included",
    )
    benchmark(subject)
