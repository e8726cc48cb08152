import json
from hashlib import sha256

import pytest

from defa_trust.codec import base64url
from defa_trust.codes import codec, crypto
from defa_trust.codes import jose as codes
from defa_trust.crypto import KeyType
from defa_trust.errors import Rejection
from defa_trust.formats import jose
from defa_trust.formats.base import KeyHint, StatusMechanism, StatusReference
from tests.build import jws, key

LEAF, OTHER = b"TEST-ONLY leaf", b"TEST-ONLY other"


def standard(data):
    return base64url.encode_standard(data)


def parse(header=None, payload=b"{}"):
    return jose.parse_compact(jws(payload, header=header))


def refusal(function, *arguments):
    with pytest.raises(Rejection) as caught:
        function(*arguments)
    return caught.value


# --- the three segments --------------------------------------------------------------------------
def test_takes_a_token_apart():
    token = jws({"a": 1})
    parsed = jose.parse_compact(token)
    head, payload, signature = token.split(b".")
    assert parsed.header == {"alg": "ES256", "kid": "key-1"}
    assert parsed.payload == b'{"a":1}'
    assert parsed.signing_input == head + b"." + payload
    assert parsed.signature == base64url.decode(signature)
    assert [row.name for row in parsed.algorithms] == ["ES256"]
    assert parsed.hint == KeyHint("key-1")
    assert parsed.findings == ()
    (row,) = parsed.algorithms
    assert key().verification_key.verify(row, parsed.signature, parsed.signing_input)


@pytest.mark.parametrize("text", [b"", b".", b"a.b", b"a.b.c.d", b"....", b"abc"])
def test_needs_exactly_three_segments(text):
    assert refusal(jose.parse_compact, text).code is codes.FORM


def test_leaves_an_empty_signature_to_the_verification():
    token = jws({}).rpartition(b".")[0] + b"."
    parsed = jose.parse_compact(token)
    assert parsed.signature == b""
    with pytest.raises(Rejection) as caught:
        key().verification_key.verify(parsed.algorithms[0], b"", parsed.signing_input)
    assert caught.value.code is crypto.SIGNATURE_ENCODING


@pytest.mark.parametrize("segment", [0, 1, 2])
@pytest.mark.parametrize("change", [b"=", b" ", b"\n", b"+", b"\xff", b"\x00"])
def test_refuses_other_spellings_of_a_segment(segment, change):
    parts = jws({"a": 1}).split(b".")
    parts[segment] += change
    assert refusal(jose.parse_compact, b".".join(parts)).code is codec.BASE64URL


# --- the header ----------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("header", "code"),
    [
        ({"alg": None}, codes.HEADER_MEMBER),
        ({"alg": 1}, codes.HEADER_MEMBER),
        ({"alg": ["ES256"]}, codes.HEADER_MEMBER),
        ({"alg": "none"}, crypto.ALGORITHM_NONE),
        ({"alg": "HS256"}, crypto.ALGORITHM_SYMMETRIC),
        ({"alg": "es256"}, crypto.ALGORITHM_UNKNOWN),
        ({"alg": "SHA512withECDSA"}, crypto.ALGORITHM_UNKNOWN),
        ({"alg": ""}, crypto.ALGORITHM_UNKNOWN),
        ({"kid": 1}, codes.HEADER_MEMBER),
        ({"kid": ""}, codes.HEADER_MEMBER),
        ({"kid": ["key-1"]}, codes.HEADER_MEMBER),
        ({"kid": "k" * 1025}, codes.HEADER_MEMBER),
        ({"zip": "DEF"}, codes.HEADER_MEMBER),
        ({"enc": "A256GCM"}, codes.HEADER_MEMBER),
        ({"b64": False}, codes.B64),
        ({"b64": True}, codes.B64),
        ({"b64": False, "crit": ["b64"]}, codes.B64),
        ({"crit": ["urn:test:x"], "urn:test:x": 1}, codes.CRIT),
        ({"crit": ["alg"]}, codes.CRIT),
        ({"crit": []}, codes.CRIT),
        ({"crit": ["gone"]}, codes.CRIT),
        ({"crit": ["x", "x"], "x": 1}, codes.CRIT),
        ({"crit": [1]}, codes.CRIT),
        ({"crit": "exp", "exp": 1}, codes.CRIT),
        ({"crit": {"exp": 1}, "exp": 1}, codes.CRIT),
        ({"x5c": []}, codes.HEADER_MEMBER),
        ({"x5c": standard(LEAF)}, codes.HEADER_MEMBER),
        ({"x5c": [1]}, codes.HEADER_MEMBER),
        ({"x5c": [""]}, codes.HEADER_MEMBER),
        ({"x5c": [standard(LEAF)] * 17}, codes.HEADER_MEMBER),
        ({"x5c": [standard(LEAF) + "\n"]}, codec.BASE64),
        ({"x5c": [standard(LEAF), "-_-_"]}, codec.BASE64),
        ({"x5t#S256": 1}, codes.HEADER_MEMBER),
        ({"x5t#S256": base64url.encode(bytes(20))}, codes.HEADER_MEMBER),
        ({"x5t#S256": base64url.encode(bytes(32)) + "="}, codec.BASE64URL),
        ({"x5t": base64url.encode(bytes(32))}, codes.HEADER_MEMBER),
        (
            {"x5c": [standard(OTHER)], "x5t#S256": base64url.encode(sha256(LEAF).digest())},
            codes.CERTIFICATE_MISMATCH,
        ),
    ],
)
def test_refuses_a_header(header, code):
    assert refusal(parse, header).code is code


def test_refuses_null_members():
    head = base64url.encode(b'{"alg":"ES256","kid":null}')
    assert refusal(jose.parse_compact, f"{head}.e30.AA".encode()).where == "kid"


@pytest.mark.parametrize(
    ("header", "hint"),
    [
        ({"kid": None}, KeyHint()),
        ({"typ": "JWT", "cty": "x"}, KeyHint("key-1")),
        ({"x5c": [standard(LEAF)]}, KeyHint("key-1", LEAF)),
        (
            {"x5c": [standard(LEAF), standard(OTHER)], "kid": None},
            KeyHint(None, LEAF, None, (OTHER,)),
        ),
        (
            {"x5t#S256": base64url.encode(sha256(LEAF).digest())},
            KeyHint("key-1", None, sha256(LEAF).digest()),
        ),
        (
            {"x5c": [standard(LEAF)], "x5t#S256": base64url.encode(sha256(LEAF).digest())},
            KeyHint("key-1", LEAF, sha256(LEAF).digest()),
        ),
        ({"x5t": base64url.encode(bytes(20))}, KeyHint("key-1")),
        ({"unknown": {"is": ["ignored"]}}, KeyHint("key-1")),
    ],
)
def test_reads_hints(header, hint):
    assert parse(header).hint == hint


@pytest.mark.parametrize("name", ["jwk", "jku", "x5u"])
def test_keys_in_the_header_are_reported_and_no_hint(name):
    parsed = parse({name: {"kty": "EC"} if name == "jwk" else "https://attacker.test.example"})
    assert parsed.hint == KeyHint("key-1")
    (finding,) = parsed.findings
    assert finding.code is codes.KEY_IN_HEADER
    assert finding.actual == (name,)


def test_eddsa_stands_for_both_curves():
    token = jws({}, key(key_type=KeyType.ED25519), alg="EdDSA")
    assert [row.name for row in jose.parse_compact(token).algorithms] == ["Ed25519", "Ed448"]


@pytest.mark.parametrize(
    ("typ", "read"),
    [
        ("JWT", "jwt"),
        ("vc+jwt", "vc+jwt"),
        ("application/vc+jwt", "vc+jwt"),
        ("APPLICATION/VC+JWT", "vc+jwt"),
        ("image/png", "image/png"),
        ("application/a/b", "application/a/b"),
        ("", ""),
    ],
)
def test_media_types_ignore_case_and_the_prefix_that_goes_without_saying(typ, read):
    assert jose.media_type({"typ": typ}) == read


def test_media_type_absent_or_malformed():
    assert jose.media_type({}) is None
    # U+212A is a letter whose lower case is an ASCII k.
    for value in (None, 1, ["JWT"], "\u212ab+jwt"):
        assert refusal(jose.media_type, {"typ": value}).code is codes.HEADER_MEMBER


# --- claims --------------------------------------------------------------------------------------
@pytest.mark.parametrize("value", [0, 1, 1_793_491_200, jose.MAX_DATE])
def test_reads_numeric_dates(value):
    assert jose.numeric_date({"exp": value}, "exp") == value


@pytest.mark.parametrize(
    "value",
    [-1, jose.MAX_DATE + 1, 1_793_491_200_000, 1 << 60, 1.0, 1.5, float("nan"), True, False, None,
     "1793491200", [1], {}],
)  # fmt: skip
def test_refuses_other_dates(value):
    caught = refusal(jose.numeric_date, {"exp": value}, "exp")
    assert caught.code is codes.NUMERIC_DATE
    assert caught.finding().actual == "`exp`"


def test_absent_claims_are_none():
    assert jose.numeric_date({}, "exp") is None
    assert jose.text_claim({}, "iss") is None
    assert jose.audience({}) == ()
    assert jose.levels({}) == ()
    assert jose.status_references({}) == ()
    assert not jose.is_key_bound({})


@pytest.mark.parametrize(
    ("value", "read"), [("a", ("a",)), (["a"], ("a",)), (["a", "b"], ("a", "b"))]
)
def test_reads_audiences(value, read):
    assert jose.audience({"aud": value}) == read


@pytest.mark.parametrize("value", [None, "", [], [""], ["a", 1], [["a"]], {"a": 1}, 1, True])
def test_refuses_other_audiences(value):
    assert refusal(jose.audience, {"aud": value}).code is codes.CLAIM


@pytest.mark.parametrize("value", [None, "", 1, ["x"], {"id": "x"}, True])
def test_refuses_issuers_that_are_no_text(value):
    assert refusal(jose.text_claim, {"iss": value}, "iss").code is codes.CLAIM


def test_reads_a_level():
    assert jose.levels({"acr": "urn:test:high"}) == (("acr", "urn:test:high"),)


def test_reads_status_lists():
    status = {"status_list": {"idx": 3, "uri": "https://status.test.example/1"}}
    assert jose.status_references({"status": status}) == (
        StatusReference(StatusMechanism.TOKEN_STATUS_LIST, "https://status.test.example/1", 3),
    )


def test_an_unknown_status_mechanism_is_never_no_status():
    references = jose.status_references({"status": {"something_new": {"x": 1}}})
    assert references == (
        StatusReference(StatusMechanism.UNKNOWN, "status mechanism `something_new`"),
    )


@pytest.mark.parametrize(
    "status",
    [
        None,
        {},
        [],
        "https://status.test.example/1",
        {"status_list": None},
        {"status_list": {}},
        {"status_list": {"idx": -1, "uri": "https://status.test.example/1"}},
        {"status_list": {"idx": "3", "uri": "https://status.test.example/1"}},
        {"status_list": {"idx": True, "uri": "https://status.test.example/1"}},
        {"status_list": {"idx": 3}},
        {"status_list": {"idx": 3, "uri": ""}},
        {"status_list": {"idx": 3.0, "uri": "https://status.test.example/1"}},
        {"status_list": {"idx": 3, "uri": "https://status.test.example/ 1"}},
        {"status_list": {"idx": 3, "uri": "https://status.test.example/" + "1" * 1024}},
        {f"mechanism {number}": {} for number in range(17)},
    ],
)
def test_refuses_malformed_status(status):
    assert refusal(jose.status_references, {"status": status}).code is codes.CLAIM


@pytest.mark.parametrize("cnf", [None, {}, [], "x", 1])
def test_refuses_a_malformed_confirmation(cnf):
    assert refusal(jose.is_key_bound, {"cnf": cnf}).code is codes.CLAIM


def test_reads_the_confirmation_key():
    holder = key("holder").verification_key
    assert jose.is_key_bound({"cnf": {"jwk": holder.jwk()}})
    assert jose.confirmation_key({"jwk": holder.jwk()}) == holder
    assert jose.confirmation_key({"jwk": holder.jwk(), "kid": "x"}) == holder
    assert jose.confirmation_key({"kid": "x"}) is None
    assert jose.confirmation_key({"jku": "https://holder.test.example"}) is None


@pytest.mark.parametrize("more", [{"jku": "https://x.test.example"}, {"jwe": "x"}])
def test_refuses_two_confirmation_keys(more):
    cnf = {"jwk": key("holder").verification_key.jwk(), **more}
    assert refusal(jose.confirmation_key, cnf).code is codes.CLAIM


@pytest.mark.parametrize("jwk", [None, "x", [], {"kty": "oct", "k": "AAAA"}, {"kty": "EC"}])
def test_refuses_confirmation_keys_that_are_none(jwk):
    assert refusal(jose.confirmation_key, {"jwk": jwk}).code.id.startswith("crypto.")


def test_refusals_show_no_claim():
    name = "TEST-ONLY Somchai"
    for function, claims in (
        (jose.audience, {"aud": {name: 1}}),
        (lambda claims: jose.text_claim(claims, "iss"), {"iss": [name]}),
        (lambda claims: jose.numeric_date(claims, "exp"), {"exp": name}),
        (jose.status_references, {"status": name}),
    ):
        caught = refusal(function, claims)
        assert name not in str(caught)
        assert name not in json.dumps(caught.finding().as_json())
