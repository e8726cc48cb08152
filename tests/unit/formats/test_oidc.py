"""ID tokens: which text is one, what is read of it, and what only looks like one."""

import json
from base64 import b64encode
from importlib.resources import files

import pytest

from defa_trust.codec import base64url
from defa_trust.conformance.vectors import jose_id_tokens as made
from defa_trust.errors import Rejection
from defa_trust.formats import oidc
from defa_trust.formats.registry import FORMATS
from defa_trust.recognition.levels import scales
from defa_trust.request import HolderBinding, Request
from defa_trust.spec import MEMBER_STATES

ASKED = Request("SG", HolderBinding.IF_PRESENT, audience=made.VERIFIER, nonce=made.NONCE)
GOOD = made.id_token()
FOREIGN = made.foreign_token()


def parse(data, request=ASKED, name=oidc.NAME):
    return FORMATS[name].parse(data, request)


def refused(data, name=oidc.NAME):
    with pytest.raises(Rejection) as caught:
        parse(data, name=name)
    return caught.value.code.id


def detected(data):
    return next((name for name, each in FORMATS.items() if each.detect(data)), None)


# --- which is which -------------------------------------------------------------------------------
def test_a_plain_jwt_with_subject_and_audience_is_an_id_token():
    assert detected(GOOD) == oidc.NAME
    assert detected(made.id_token(header={"typ": "JWT"})) == oidc.NAME


@pytest.mark.parametrize(
    "token",
    [
        made.id_token(header={"typ": "vc+jwt"}),
        made.id_token(sub=None),
        made.id_token(aud=None),
        made.id_token(vc={}),
        made.id_token(events={}),
    ],
)
def test_other_jwts_are_not_taken_for_one(token):
    assert detected(token) == "vc-jwt"


def test_a_token_that_is_still_encrypted_is_recognised():
    data = made.id_token_encrypted().data
    assert detected(data) == oidc.NAME
    assert refused(data) == "id_token.encrypted"
    assert refused(data, oidc.NESTED) == "id_token.encrypted"


def test_that_it_was_decrypted_is_the_callers_word_and_never_guessed():
    assert not FORMATS[oidc.NESTED].detect(GOOD)
    assert parse(GOOD, name=oidc.NESTED).format == oidc.NESTED


@pytest.mark.parametrize(
    "data", [b"", b".", b"..", b"e", b"e..", b"eyJ.e30.", b"\xff.\xff.\xff", b"e" * 9000 + b".."]
)
def test_looking_never_raises(data):
    for each in oidc.FORMATS:
        assert not each.detect(data)


# --- what is read ---------------------------------------------------------------------------------
def test_what_is_asserted():
    asserted = parse(made.id_token(nbf=made.MOMENT - 60)).asserted
    assert (asserted.issuer, asserted.territory) == (made.ISSUER, None)
    assert (asserted.not_before, asserted.issued_at, asserted.expires) == (
        made.MOMENT - 60, made.MOMENT - 30, made.MOMENT + 300,
    )  # fmt: skip
    assert asserted.types == (oidc.TYPE,)
    assert asserted.audience == (made.VERIFIER,)
    assert asserted.levels == (("acr", "urn:test:loa:2"),)


def test_claims_are_built_anew_at_each_call():
    presented = parse(GOOD)
    first = presented.reveal()
    first["sub"] = "somebody else"
    assert presented.reveal()["sub"] == "TEST-ONLY-subject"


@pytest.mark.parametrize(
    ("value", "read"), [("2.3", "2.3"), (2.3, "2.3"), (3, "3"), ("2.30", "2.30"), (3.0, "3.0")]
)
def test_a_level_is_text_whatever_json_makes_of_it(value, read):
    levels = parse(made.id_token(ial=value, aal="2.1", acr=None)).asserted.levels
    assert levels == (("urn:defa:scale:th:ial", read), ("urn:defa:scale:th:aal", "2.1"))


@pytest.mark.parametrize("value", [True, None, "", "two", [2.3], {}, 1e300, -1, 2.123, "2,3", 100])
def test_a_level_that_is_none_is_refused(value):
    assert refused(made.id_token({**made.id_claims(), "ial": value})) == "id_token.claim"


@pytest.mark.parametrize(
    ("name", "value", "code"),
    [
        ("iss", None, "id_token.claim"),
        ("iss", "http://issuer.th.test.example", "id_token.claim"),
        ("iss", "issuer.th.test.example", "id_token.claim"),
        ("iss", "https://", "id_token.claim"),
        ("iss", "https://a.test.example/#x", "id_token.claim"),
        ("iss", 7, "jose.claim"),
        ("sub", "x" * 256, "id_token.claim"),
        ("sub", "ชื่อ", "id_token.claim"),
        ("sub", 7, "jose.claim"),
        ("aud", [], "jose.claim"),
        ("aud", None, "id_token.claim"),
        ("exp", "1793491500", "jose.numeric_date"),
        ("exp", 1793491500.5, "jose.numeric_date"),
        ("exp", 1793491500000000, "jose.numeric_date"),
        ("iat", None, "id_token.claim"),
        ("iat", made.MOMENT + 300, "id_token.period"),
        ("auth_time", "yesterday", "jose.numeric_date"),
        ("amr", "pwd", "id_token.claim"),
        ("amr", [1], "id_token.claim"),
        ("nonce", 7, "jose.claim"),
        ("nonce", "", "jose.claim"),
        ("azp", [], "jose.claim"),
        ("acr", 2, "jose.claim"),
        ("typ", "Bearer", "id_token.other_kind"),
        ("typ", ["ID"], "id_token.other_kind"),
        ("vp", {}, "id_token.other_kind"),
        ("cnf", "key", "jose.claim"),
    ],
)
def test_each_fault_has_its_code(name, value, code):
    claims = {**made.id_claims(), name: value}
    if value is None:
        del claims[name]
    assert refused(made.id_token(claims)) == code
    parse(GOOD)


@pytest.mark.parametrize(
    ("header", "code"),
    [
        ({"typ": "at+jwt"}, "id_token.other_kind"),
        ({"typ": "logout+jwt"}, "id_token.other_kind"),
        ({"typ": "secevent+jwt"}, "id_token.other_kind"),
        ({"cty": "JWT"}, "id_token.other_kind"),
        ({"typ": 7}, "jose.header_member"),
        ({"alg": "none"}, "crypto.algorithm_none"),
        ({"alg": "HS256"}, "crypto.algorithm_symmetric"),
        ({"crit": ["exp"]}, "jose.crit"),
        ({"b64": False}, "jose.b64"),
    ],
)
def test_each_fault_of_a_header_has_its_code(header, code):
    assert refused(made.id_token(header=header)) == code


# --- for whom -------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("audience", "nonce", "code"),
    [
        (made.VERIFIER, made.NONCE, "id_token.nonce"),
        (made.VERIFIER, "another", "id_token.nonce_mismatch"),
        (made.VERIFIER, "\ud800", "id_token.nonce_mismatch"),
        (made.VERIFIER, None, "id_token.nonce_not_stated"),
        (None, made.NONCE, "id_token.nonce"),
    ],
)
def test_the_nonce_is_compared_and_never_shown(audience, nonce, code):
    request = Request("SG", HolderBinding.IF_PRESENT, audience=audience, nonce=nonce)
    (finding,) = parse(GOOD, request).findings
    assert (finding.code.id, finding.expected, finding.actual) == (code, None, None)


def test_no_nonce_was_asked_for_and_none_is_there():
    request = Request("SG", HolderBinding.IF_PRESENT, audience=made.VERIFIER)
    (finding,) = parse(made.id_token(nonce=None), request).findings
    assert finding.code.id == "id_token.nonce_absent"


def test_the_same_audience_twice_is_one():
    assert len(parse(made.id_token(aud=[made.VERIFIER] * 2)).findings) == 1


# --- tokens that are no JOSE ----------------------------------------------------------------------
def test_a_cambodian_token_is_called_what_it_is():
    assert detected(FOREIGN) == "camdigikey"
    presented = parse(FOREIGN, name="camdigikey")
    assert presented.asserted.territory == "KH"
    (finding,) = presented.findings
    assert finding.code.id == "id_token.not_jose"
    assert "`alg` SHA512withECDSA" in finding.text
    assert "ciphertext" in finding.text
    assert "DER" in finding.text


def test_a_strict_reader_of_jose_refuses_it_too():
    assert refused(FOREIGN) == "base64url.not_canonical"
    bare = ".".join(base64url.encode(p) for p in (b'{"alg":"SHA512withECDSA"}', b"x", b"\x30"))
    assert refused(bare.encode()) == "crypto.algorithm_unknown"


@pytest.mark.parametrize(
    "head", [b'{"alg":"SHA512withRSA"}', b'{"alg":7}', b"[]", b'{"alg":"none"}', b'{"alg"']
)
def test_nothing_else_is_called_a_cambodian_token(head):
    data = made.foreign_token(head=head)
    assert detected(data) != "camdigikey"
    assert refused(data, "camdigikey") == "id_token.other_kind"


def test_other_alphabets_and_paddings_are_the_same_header():
    text = b64encode(b'{"alg":"SHA512withECDSA","x":"\xc3\xbf\xc3\xbe??>>"}')
    rest = FOREIGN.partition(b".")[2]
    for head in (text, text.rstrip(b"="), text.replace(b"/", b"_").replace(b"+", b"-")):
        assert detected(head + b"." + rest) == "camdigikey"


# --- what is known of the schemes -----------------------------------------------------------------
TABLE = json.loads((files("defa_trust") / "profiles" / "id_tokens.json").read_text("utf-8"))


@pytest.mark.parametrize("row", TABLE["tokens"], ids=lambda row: row["scheme"])
def test_every_fact_has_a_source_and_an_unknown_one_says_so(row):
    assert row["territory"] in MEMBER_STATES
    assert row["facts"].keys() == TABLE["fields"].keys()
    for fact in row["facts"].values():
        assert fact["source"]
        assert (fact["value"] is None) is (fact["confidence"] == "not found")
    assert row["format"] is None or row["format"] in FORMATS
    assert all(scale in scales() for scale in row["levelClaims"].values())


def test_nothing_is_known_of_the_vietnamese_token():
    (row,) = [row for row in TABLE["tokens"] if row["scheme"] == "VNeID"]
    assert row["format"] is None
    assert {fact["value"] for fact in row["facts"].values()} == {None}
