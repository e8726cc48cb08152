"""Cold verdicts: bytes in, an explained verdict out, nothing remembered between calls.

The baseline of each row is the raw signature verification it cannot do without, with a key object
that is kept. Every benchmark checks its own answer first.
"""

import subprocess
import sys
import time

import jwt
import pytest

from defa_trust.codec import base64url
from defa_trust.crypto import JOSE_ALGORITHMS
from defa_trust.request import HolderBinding, Request
from defa_trust.verdict import ExitCode, RecognitionOutcome
from defa_trust.verify import Verifier
from tests.build import NOW, key, recognition_list, service, snapshot, trust_list, vc_jwt, world

from .paired import ratio
from .samples import hcert_world, sd_jwt_world

REQUEST = Request("SG", HolderBinding.IF_PRESENT, at=NOW)
ES256 = JOSE_ALGORITHMS["ES256"][0]


def raw_es256(token=None):
    token = token or vc_jwt()
    signing_input, _, signature = token.rpartition(b".")
    raw = base64url.decode(signature)
    verify = key().verification_key.verify
    assert verify(ES256, raw, signing_input)
    return lambda: verify(ES256, raw, signing_input)


def bare_es256(token=None):
    """The library's own call, with nothing of ours around it."""
    from cryptography.hazmat.primitives import hashes
    from cryptography.hazmat.primitives.asymmetric import ec
    from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature

    token = token or vc_jwt()
    signing_input, _, signature = token.rpartition(b".")
    raw = base64url.decode(signature)
    der = encode_dss_signature(int.from_bytes(raw[:32], "big"), int.from_bytes(raw[32:], "big"))
    public = key().private_key.public_key()
    scheme = ec.ECDSA(hashes.SHA256())
    public.verify(der, signing_input, scheme)
    return lambda: public.verify(der, signing_input, scheme)


def passes(verifier, data, request):
    report = verifier.evaluate(data, request)
    assert report.exit_code is ExitCode.RECOGNISED, report.verdict.reason
    return lambda: verifier.evaluate(data, request)


def test_raw_signature_through_our_door(benchmark):
    subject = raw_es256()
    ratio(
        "ES256 through VerificationKey.verify",
        subject,
        bare_es256(),
        goal=1.05,
        baseline_name="raw ES256",
    )
    benchmark(subject)


def test_cold_vc_jwt(benchmark):
    token = vc_jwt()
    subject = passes(Verifier(world()), token, REQUEST)
    ratio(
        "cold verdict, VC-JWT ES256",
        subject,
        bare_es256(token),
        goal=1.5,
        baseline_name="raw ES256",
        note=f"token of {len(token)} bytes; resolve, status, times and recognition included",
    )
    benchmark(subject)


def test_peer_pyjwt(benchmark):
    token = vc_jwt().decode()
    public = key().private_key.public_key()
    claims = jwt.decode(token, public, algorithms=["ES256"], options={"verify_aud": False})
    assert claims["issuer"] == "https://issuer.th.test.example"

    def subject():
        return jwt.decode(token, public, algorithms=["ES256"], options={"verify_aud": False})

    ratio(
        f"peer: PyJWT {jwt.__version__}, signature and claims only",
        subject,
        bare_es256(),
        goal=None,
        baseline_name="raw ES256",
        note="no trust list, no recognition, duplicate members accepted",
    )
    benchmark(subject)


def test_peer_joserfc(benchmark):
    joserfc_jwt = pytest.importorskip("joserfc.jwt")
    jwk = pytest.importorskip("joserfc.jwk")
    token = vc_jwt().decode()
    public = jwk.ECKey.import_key(key().jwk())
    assert joserfc_jwt.decode(token, public, algorithms=["ES256"]).claims["validFrom"]

    def subject():
        return joserfc_jwt.decode(token, public, algorithms=["ES256"])

    ratio(
        "peer: joserfc, signature only",
        subject,
        bare_es256(),
        goal=None,
        baseline_name="raw ES256",
        note="no claims checked, no trust list, no recognition",
    )
    benchmark(subject)


def test_cold_sd_jwt(benchmark):
    verifier, token, request = sd_jwt_world(disclosures=10)
    subject = passes(verifier, token, request)
    raw = bare_es256()
    ratio(
        "cold verdict, SD-JWT VC, 10 disclosures, key binding",
        subject,
        lambda: (raw(), raw()),
        goal=2.0,
        baseline_name="two raw ES256",
        note=f"presentation of {len(token)} bytes; the holder's key is imported each time",
    )
    benchmark(subject)


def test_cold_hcert(benchmark):
    verifier, token, request = hcert_world()
    subject = passes(verifier, token, request)
    ratio(
        "cold verdict, HC1",
        subject,
        bare_es256(),
        goal=2.5,
        baseline_name="raw ES256",
        note=f"QR text of {len(token)} characters",
    )
    benchmark(subject)


def test_a_refusal_costs_no_more_than_a_pass(benchmark):
    verifier = Verifier(
        snapshot(
            trust_list("TH", (service("TH", world().by_issuer[ISSUER][0].services[0].identities),)),
            recognition_list("SG"),
        )
    )
    token = vc_jwt()
    report = verifier.evaluate(token, REQUEST)
    assert report.verdict.recognition.outcome is RecognitionOutcome.NOT_RECOGNISED

    def subject():
        return verifier.evaluate(token, REQUEST)

    ratio(
        "cold verdict, VC-JWT, not recognised",
        subject,
        passes(Verifier(world()), token, REQUEST),
        goal=1.1,
        baseline_name="cold verdict, recognised",
    )
    benchmark(subject)


ISSUER = "https://issuer.th.test.example"


def test_import_time(benchmark):
    def started(statement):
        begun = time.perf_counter()
        subprocess.run([sys.executable, "-c", statement], check=True)
        return time.perf_counter() - begun

    ratio(
        "import defa_trust",
        lambda: started("import defa_trust"),
        lambda: started("import cryptography.x509"),
        goal=1.5,
        baseline_name="import cryptography.x509",
        note="whole process; names are loaded when they are first used",
        loops=1,
        rounds=21,
    )
    ratio(
        "from defa_trust import Verifier, Request, TrustStore",
        lambda: started("from defa_trust import Verifier, Request, TrustStore"),
        lambda: started("import cryptography.x509"),
        goal=None,
        baseline_name="import cryptography.x509",
        note="whole process; what a program that verifies really loads",
        loops=1,
        rounds=21,
    )
    benchmark.pedantic(lambda: started("import defa_trust"), rounds=5)
