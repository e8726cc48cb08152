import json

import pytest

from defa_trust.codes import codec, crypto
from defa_trust.codes import jose as jose_codes
from defa_trust.codes import sd_jwt as codes
from defa_trust.conformance import build
from defa_trust.conformance.build import MOMENT, digest, key_binding, sd_issuer, sd_payload
from defa_trust.formats import sd_jwt, vc_jwt
from tests.unit.formats.sd_jwt_tools import BIRTH, NAME, REQUEST, message, parse, problems, refused


# --- serialisations ------------------------------------------------------------------------------
@pytest.mark.parametrize(
    "change",
    [lambda t: t[:-1], lambda t: t + b"~", lambda t: t.replace(b"~", b"~~", 1),
     lambda t: t.partition(b"~")[0], lambda t: t + b"x"],
)  # fmt: skip
def test_refuses_other_forms(change):
    data = message(NAME, _sd=[digest(NAME)])
    assert problems(sd_jwt.parse(data, REQUEST)) == []
    assert refused(sd_jwt.parse, change(data), REQUEST).code is codes.FORM


def as_json(data, form="flattened", **unprotected):
    jwt, *disclosures, proof = data.decode().split("~")
    protected, payload, signature = jwt.split(".")
    header = {"disclosures": disclosures, **({"kb_jwt": proof} if proof else {}), **unprotected}
    entry = {"protected": protected, "signature": signature, "header": header}
    if form == "flattened":
        return {"payload": payload, **entry}
    return {"payload": payload, "signatures": [entry]}


def read_json(document, request=REQUEST):
    return sd_jwt.parse(json.dumps(document).encode(), request)


@pytest.mark.parametrize("form", ["flattened", "general"])
def test_reads_the_json_serialisations(form):
    data = message(NAME, _sd=[digest(NAME)], binding={})
    # What else stands outside the protected header is not read: anybody could have written it.
    presented = read_json(as_json(data, form, x5c=["ignored"], more=1))
    compact = sd_jwt.parse(data, REQUEST)
    assert problems(presented) == []
    assert presented.asserted == compact.asserted
    assert presented.digest_claims == compact.digest_claims
    assert presented.issuer_part == compact.issuer_part
    assert presented.reveal() == compact.reveal()


def test_reads_json_without_disclosures_and_header():
    document = as_json(message())
    assert problems(read_json(document)) == []
    del document["header"]
    assert problems(read_json(document)) == []


def test_refuses_other_json():
    data = message(NAME, _sd=[digest(NAME)], binding={})
    flat, general = as_json(data), as_json(data, "general")
    entry = general["signatures"][0]
    for document in (
        {},
        {**flat, "payload": None},
        {**flat, "payload": ""},
        {**flat, "protected": None},
        {**flat, "signature": ""},
        {**flat, "header": []},
        {**flat, "header": {"disclosures": "x"}},
        {**flat, "header": {"disclosures": [1]}},
        {**flat, "header": {"disclosures": [""]}},
        {**flat, "header": {"disclosures": ["\u00e9"]}},
        {**flat, "header": {"kb_jwt": ""}},
        {**flat, "header": {"kb_jwt": None}},
        {**flat, "signatures": [entry]},
        {**general, "header": {}},
        {**general, "signatures": []},
        {**general, "signatures": [entry, entry]},
        {**general, "signatures": [1]},
        {**general, "signatures": entry},
    ):
        assert refused(read_json, document).code is codes.FORM
    # What must be protected, and what stands in both headers (RFC 7515, 4.1.11 and 7.2.1).
    for name, value in {"alg": "ES256", "crit": [], "b64": False, "typ": 1, "kid": "key-1"}.items():
        whole = as_json(message(), **{name: value})
        assert refused(read_json, whole).where == name


def test_one_json_text_is_one_disclosure():
    both = [digest(NAME), digest(BIRTH)]
    document = as_json(message(NAME, BIRTH, _sd=both))
    assert problems(read_json(document)) == []
    document["header"]["disclosures"] = [f"{NAME}~{BIRTH}"]
    assert refused(read_json, document).code is codec.BASE64URL


# --- the proof -----------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("binding", "code"),
    [
        ({"header": {"typ": "JWT"}}, codes.KB_TYP),
        ({"header": {"typ": None}}, codes.KB_TYP),
        ({"header": {"typ": "dc+sd-jwt"}}, codes.KB_TYP),
        ({"header": {"alg": "none"}}, crypto.ALGORITHM_NONE),
        ({"header": {"alg": "HS256"}}, crypto.ALGORITHM_SYMMETRIC),
        ({"header": {"crit": ["x"], "x": 1}}, jose_codes.CRIT),
        ({"aud": None}, codes.KB_CLAIM),
        ({"aud": [build.VERIFIER]}, codes.KB_CLAIM),
        ({"aud": ""}, codes.KB_CLAIM),
        ({"nonce": None}, codes.KB_CLAIM),
        ({"nonce": 4711}, codes.KB_CLAIM),
        ({"iat": None}, codes.KB_CLAIM),
        ({"iat": "1"}, jose_codes.NUMERIC_DATE),
        ({"iat": float(MOMENT)}, jose_codes.NUMERIC_DATE),
        ({"exp": "1"}, jose_codes.NUMERIC_DATE),
        ({"sd_hash": None}, codes.KB_CLAIM),
        ({"sd_hash": ["x"]}, codes.KB_CLAIM),
        ({"sd_hash": "x y"}, codec.BASE64URL),
    ],
)
def test_refuses_proofs(binding, code):
    assert refused(parse, binding=binding).code is code


@pytest.mark.parametrize(
    ("binding", "problem"),
    [
        ({"sd_hash": digest("another")}, "digest.mismatch"),
        ({"signer": build.key("attacker")}, "crypto.signature_invalid"),
        ({"aud": "https://other.test.example"}, "holder.audience_mismatch"),
        ({"nonce": "other"}, "holder.nonce_mismatch"),
        ({"iat": MOMENT - 301}, "holder.proof_too_old"),
        ({"iat": MOMENT + 1}, "holder.proof_from_the_future"),
        ({"exp": MOMENT}, "holder.proof_too_old"),
        ({"nbf": MOMENT + 1}, "holder.proof_from_the_future"),
    ],
)
def test_reports_proofs_that_prove_nothing(binding, problem):
    presented = parse(binding=binding)
    assert problem in problems(presented)
    assert problems(parse(binding={"exp": MOMENT + 1, "nbf": MOMENT})) == []


@pytest.mark.parametrize(
    ("cnf", "code"),
    [
        (None, codes.HOLDER_KEY),
        ({"kid": "x"}, codes.HOLDER_KEY),
        ({"jku": "https://holder.test.example"}, codes.HOLDER_KEY),
        ({"jwe": "x"}, codes.HOLDER_KEY),
        ({"x5t#S256": "x"}, codes.HOLDER_KEY),
        ({"_sd": [digest(NAME)]}, codes.HOLDER_KEY),
        ({}, jose_codes.CLAIM),
        ("x", jose_codes.CLAIM),
        ({"jwk": {"kty": "oct", "k": "AAAA"}}, crypto.KEY_SYMMETRIC),
        ({"jwk": build.key("holder").jwk(private=True)}, crypto.JWK_PRIVATE),
    ],
)
def test_refuses_proofs_without_a_usable_key(cnf, code):
    assert refused(parse, binding={}, cnf=cnf).code is code


def test_the_proof_covers_every_byte_before_it():
    issued = sd_issuer(sd_payload(_sd=[digest(NAME), digest(BIRTH)]))
    whole = f"{issued}~{NAME}~{BIRTH}~"
    proof = key_binding(whole)
    for text in (f"{issued}~{NAME}~", f"{issued}~{BIRTH}~{NAME}~", f"{issued}~"):
        presented = sd_jwt.parse((text + proof).encode(), REQUEST)
        assert problems(presented) == ["digest.mismatch"]
    assert problems(sd_jwt.parse((whole + proof).encode(), REQUEST)) == []


# --- detection -----------------------------------------------------------------------------------
def test_detects_its_own():
    data = message(NAME, _sd=[digest(NAME)])
    assert sd_jwt.detect(data)
    assert sd_jwt.detect(json.dumps(as_json(data)).encode())
    assert not vc_jwt.detect(data)
    assert not vc_jwt.detect(json.dumps(as_json(data)).encode())


@pytest.mark.parametrize("data", [b"", b"a.b.c", b"{}", b"HC1:~", b'{"disclosures":[]}'])
def test_detects_nothing_else(data):
    assert not sd_jwt.detect(data)
