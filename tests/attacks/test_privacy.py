"""Nothing a person claims is in a verdict, a refusal or on the screen unless asked for."""

import json
import zlib

import pytest
from click.testing import CliRunner

from defa_trust.cli.app import cli
from defa_trust.cli.render import Paint, report_lines
from defa_trust.codec import base45, cbor
from defa_trust.demo.region import build_region, write_region
from defa_trust.errors import Rejection
from defa_trust.request import HolderBinding, Request
from defa_trust.verify import Verifier, parse
from tests.bench.samples import sd_jwt
from tests.build import NOW, jws, vc_jwt, vc_payload, world

REGION = build_region()
VERIFIER = Verifier(REGION.snapshot())
PUBLIC = frozenset(
    {
        "iss",
        "issuer",
        "vct",
        "type",
        "docType",
        "@context",
        "aud",
        "azp",
        "acr",
        "status",
        "credentialStatus",
    }
    | {"validFrom", "validUntil", "issuanceDate", "expirationDate", "cnf", "_sd_alg"}
)


def personal(claims):
    """Texts among the claims that only their holder should show."""
    if isinstance(claims, dict):
        for name, value in claims.items():
            if name not in PUBLIC:
                yield from personal(value)
    elif isinstance(claims, (list, tuple)):
        for value in claims:
            yield from personal(value)
    elif isinstance(claims, str) and len(claims) > 4:
        yield claims


def shown(report, state):
    return json.dumps(report.as_json(), ensure_ascii=False) + "\n".join(
        report_lines(report, state, Paint())
    )


@pytest.mark.parametrize("sample", REGION.samples, ids=lambda sample: sample.file_name)
def test_no_verdict_about_a_sample_of_the_region_shows_a_claim(sample):
    found = 0
    for state in sample.expect:
        request = sample.request(state, REGION.at)
        try:
            claims = parse(sample.data, request).reveal()
        except Rejection:
            claims = {}
        texts = set(personal(claims))
        found += len(texts)
        # Issuing states and issuers are public, wherever else a claim may repeat them.
        verdict_texts = shown(VERIFIER.evaluate(sample.data, request), state)
        leaked = {text for text in texts if text in verdict_texts}
        assert not leaked - {state, sample.state, sample.format, "TEST-ONLY"}, leaked
    if sample.name == "good" and sample.format != "hcert":
        assert found


CANARY = "TEST-ONLY-CANARY-7f3a"
BAD_CLAIMS = [
    {"exp": CANARY},
    {"nbf": {CANARY: 1}},
    {"iat": [CANARY]},
    {"validUntil": CANARY},
    {"credentialSubject": CANARY},
    {"credentialSubject": [{"id": CANARY}, CANARY]},
    {"sub": CANARY},
    {"jti": CANARY, "id": "urn:x"},
    {"cnf": CANARY},
    {"cnf": {"jwk": {"kty": "EC", "x": CANARY}}},
    {"status": {"status_list": {"idx": CANARY}}},
    {"credentialStatus": [CANARY]},
    {CANARY: CANARY},
    {"evidence": {CANARY: [CANARY]}},
]


@pytest.mark.parametrize("claims", BAD_CLAIMS, ids=lambda claims: next(iter(claims)))
@pytest.mark.parametrize("form", ["vc 2.0", "vc 1.1", "sd-jwt"])
def test_a_refusal_names_the_claim_and_never_its_value(claims, form):
    if form == "vc 2.0":
        token = vc_jwt(**claims)
    elif form == "vc 1.1":
        credential = vc_payload(**claims)
        credential["@context"] = ["https://www.w3.org/2018/credentials/v1"]
        token = jws({"vc": credential, **claims}, header={"typ": "JWT"})
    else:
        token = sd_jwt(1, **claims)
    report = Verifier(world()).evaluate(token, Request("SG", HolderBinding.IF_PRESENT, at=NOW))
    assert CANARY not in shown(report, "SG")


@pytest.mark.parametrize("damage", [3, 30, 200, 300, 500])
def test_a_damaged_payload_is_described_by_its_place(damage):
    body = json.dumps(vc_payload(name=CANARY)).encode()
    body = body.replace(b"Testville", CANARY.encode())
    for broken in (body[:damage], body[:damage] + b"\xff" + body[damage:], body + body):
        token = jws(broken, header={"typ": "vc+jwt"})
        report = Verifier(world()).evaluate(token, Request("SG", HolderBinding.IF_PRESENT, at=NOW))
        assert report.exit_code == 1
        assert CANARY not in shown(report, "SG")
    whole = Verifier(world()).evaluate(
        jws(body, header={"typ": "vc+jwt"}), Request("SG", HolderBinding.IF_PRESENT, at=NOW)
    )
    assert whole.exit_code == 0
    assert CANARY in str(whole.verdict.claims)
    assert CANARY not in shown(whole, "SG")


@pytest.mark.parametrize(
    "claims",
    [{1: CANARY * 100}, {4: CANARY}, {CANARY: 1, "exp": 1}, {-260: {1: {"v": [CANARY]}}}, {7: {}}],
    ids=str,
)
def test_a_damaged_cwt_is_described_by_its_place(claims):
    message = cbor.dumps(
        cbor.Tagged(18, [cbor.dumps({1: -7, 4: b"x"}), {}, cbor.dumps(claims), b""])
    )
    text = b"HC1:" + base45.encode(zlib.compress(message)).encode()
    report = VERIFIER.evaluate(text, Request("SG", HolderBinding.IF_PRESENT, at=NOW))
    assert report.exit_code == 1
    assert CANARY not in shown(report, "SG")


def test_the_screen_shows_claims_only_when_asked(tmp_path):
    write_region(tmp_path / "region")
    sample = REGION.sample("th-vc-jwt-good.txt")
    arguments = [
        *("verify", str(tmp_path / "region" / "samples" / sample.file_name), "--for", "SG"),
        *("--trust", str(tmp_path / "region" / "trust"), "--at", str(REGION.at)),
    ]
    names = set(personal(parse(sample.data, sample.request("SG")).reveal()["credentialSubject"]))
    assert names
    for more in ([], ["--json"], ["--quiet"]):
        run = CliRunner().invoke(cli, arguments + more)
        assert run.exit_code == 0
        assert not [name for name in names if name in run.output]
    asked = CliRunner().invoke(cli, [*arguments, "--show-claims"])
    assert [name for name in names if name in asked.output]
