"""Reading responses: forms, objects, encryption, and everything that is none of them."""

import json
from urllib.parse import quote, urlencode

import pytest

from defa_trust.conformance.presentations import (
    IV,
    VERIFIER_KEY,
    WALLET_KEY,
    asked,
    mdl_query,
    pid_query,
    respond,
)
from defa_trust.errors import MisuseError, Rejection
from defa_trust.jwe import encrypt
from defa_trust.openid4vp_response import (
    MAX_PRESENTATIONS,
    MAX_RESPONSE_BYTES,
    read_response,
)
from defa_trust.spec import MAX_INPUT_BYTES

MODES = ["direct_post", "direct_post.jwt", "dc_api", "dc_api.jwt"]
TOKEN = {"pid": ["a.b.c~"]}


def read(request, data):
    return read_response(data, request, VERIFIER_KEY if request.mode.encrypted else None)


def code_of(request, data):
    with pytest.raises(Rejection) as caught:
        read(request, data)
    return caught.value.code.id


@pytest.mark.parametrize("mode", MODES)
def test_each_mode_is_read(mode):
    request = asked(mode=mode)
    assert read(request, respond(request, TOKEN)) == {"pid": (b"a.b.c~",)}
    assert read(request, respond(request, TOKEN).decode()) == {"pid": (b"a.b.c~",)}


@pytest.mark.parametrize("mode", ["direct_post.jwt", "dc_api.jwt"])
@pytest.mark.parametrize("enc", ["A128GCM", "A256GCM"])
def test_each_encryption_is_read(mode, enc):
    request = asked(mode=mode)
    assert read(request, respond(request, TOKEN, header={"enc": enc}))


def test_the_order_is_that_of_the_query():
    request = asked(pid_query("a"), mdl_query("b"))
    data = respond(request, {"mdl": ["AQ"], "pid": ["a.b.c~"]})
    assert list(read(request, data)) == ["pid", "mdl"]


def test_parameters_nobody_knows_are_ignored():
    request = asked()
    assert read(request, respond(request, TOKEN, iss="https://wallet.example", other="x"))


# --- state ---------------------------------------------------------------------------------------
STATE = "TEST-ONLY-state-0815"


@pytest.mark.parametrize("mode", ["direct_post", "direct_post.jwt"])
def test_the_state_must_come_back(mode):
    request = asked(mode=mode, state=STATE)
    assert read(request, respond(request, TOKEN))
    for stated in ("", "TEST-ONLY-state-0816", STATE.lower(), None):
        assert code_of(request, respond(request, TOKEN, state=stated)) == "presentation.state"


def test_a_state_beside_the_encryption_does_not_count():
    request = asked(mode="direct_post.jwt", state=STATE)
    inside = respond(request, TOKEN, state=None)
    assert code_of(request, inside + f"&state={STATE}".encode()) == "presentation.state"
    good = respond(request, TOKEN)
    assert read(request, good + f"&state={STATE}".encode())
    assert code_of(request, good + b"&state=another") == "presentation.state"


def test_a_state_that_was_not_asked_for_is_ignored():
    request = asked()
    assert read(request, respond(request, TOKEN, state="whatever"))


# --- encryption ----------------------------------------------------------------------------------
@pytest.mark.parametrize("mode", ["direct_post.jwt", "dc_api.jwt"])
def test_an_open_response_where_encryption_was_asked_for(mode):
    request = asked(mode=mode)
    assert code_of(request, respond(request, TOKEN, to=None)) == "presentation.not_encrypted"


def test_an_open_response_beside_an_encrypted_one():
    request = asked(mode="direct_post.jwt")
    both = respond(request, TOKEN) + b"&" + urlencode({"vp_token": json.dumps(TOKEN)}).encode()
    assert code_of(request, both) == "presentation.not_encrypted"


def test_an_encrypted_response_where_none_was_asked_for():
    encrypted = respond(asked(mode="direct_post.jwt"), TOKEN)
    assert code_of(asked(), encrypted) == "presentation.encryption_unasked"
    shown = respond(asked(mode="dc_api.jwt"), TOKEN)
    assert code_of(asked(mode="dc_api"), shown) == "presentation.encryption_unasked"


def test_a_response_to_another_key():
    request = asked(mode="direct_post.jwt")
    assert code_of(request, respond(request, TOKEN, to=WALLET_KEY)) == "jwe.key_id"
    pretended = respond(request, TOKEN, to=WALLET_KEY, header={"kid": request.key_id})
    assert code_of(request, pretended) == "jwe.decryption"


def test_an_encryption_that_was_not_offered():
    request = asked(mode="direct_post.jwt", encryptions=("A128GCM",))
    data = respond(request, TOKEN, header={"enc": "A256GCM"})
    assert code_of(request, data) == "jwe.encryption"


@pytest.mark.parametrize("value", [1, None, [], {}, "", "a.b", "é.b.c.d.e"])
def test_a_response_that_is_no_jwe(value):
    request = asked(mode="dc_api.jwt")
    said = code_of(request, json.dumps({"response": value}))
    assert said in ("presentation.response_form", "jwe.form")


@pytest.mark.parametrize("plaintext", [b"", b"[]", b"\xff", b"a.b.c", b'{"vp_token": "{}"}', b"{}"])
def test_what_was_encrypted_must_be_a_response(plaintext):
    request = asked(mode="dc_api.jwt")
    published = {**VERIFIER_KEY.jwk(), "kid": request.key_id}
    text = encrypt(plaintext, published, WALLET_KEY, IV)
    said = code_of(request, json.dumps({"response": text}))
    assert said.startswith("json.") or said == "presentation.response_form"


# --- errors of the wallet ------------------------------------------------------------------------
@pytest.mark.parametrize("mode", MODES)
def test_an_error_may_come_openly(mode):
    request = asked(mode=mode)
    data = b'{"error": "access_denied"}' if mode.startswith("dc") else b"error=access_denied"
    assert code_of(request, data) == "presentation.wallet_error"


def test_an_error_may_come_encrypted():
    request = asked(mode="direct_post.jwt")
    data = respond(request, None, error="invalid_request")
    assert code_of(request, data) == "presentation.wallet_error"


def test_an_error_from_somebody_who_does_not_know_the_state():
    request = asked(state=STATE)
    assert code_of(request, b"error=access_denied") == "presentation.state"
    known = f"error=access_denied&state={STATE}"
    assert code_of(request, known) == "presentation.wallet_error"


def test_an_error_and_a_presentation_at_once():
    request = asked()
    data = respond(request, TOKEN, error="access_denied")
    assert code_of(request, data) == "presentation.response_form"


def test_an_error_in_the_wallets_own_words_is_not_repeated():
    with pytest.raises(Rejection) as caught:
        read(asked(), urlencode({"error": "\x1b[31mTEST-ONLY Jaidee"}))
    assert "Jaidee" not in str(caught.value)


# --- forms ---------------------------------------------------------------------------------------
VP = quote(json.dumps(TOKEN))


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\xff",
        b"vp_token",
        b"vp_token=%zz",
        b"vp_token=%ff%fe",
        f"vp_token={VP}&vp_token={VP}".encode(),
        f"vp_token={VP}&&".encode(),
        f"vp_token={VP}".encode() + b"&a=b" * 40,
        b'{"vp_token": {"pid": ["a.b.c~"]}}',
        "vp_token=é".encode(),
    ],
)
def test_a_body_that_is_no_form(data):
    said = code_of(asked(), data)
    assert said == "presentation.response_form" or said.startswith("json.")


def test_a_body_with_a_line_break_behind_it():
    assert read(asked(), f"vp_token={VP}\r\n")


@pytest.mark.parametrize("data", [b"", b"[]", b"x", b'"x"', b'{"vp_token": 1, "vp_token": 2}'])
def test_an_object_that_is_none(data):
    assert code_of(asked(mode="dc_api"), data).startswith("json.")


def test_a_token_is_no_text_over_the_api():
    data = json.dumps({"vp_token": json.dumps(TOKEN)})
    assert code_of(asked(mode="dc_api"), data) == "presentation.response_form"


def test_a_response_too_large():
    data = b"vp_token=" + b"a" * MAX_RESPONSE_BYTES
    assert code_of(asked(), data) == "presentation.response_form"
    large = {"pid": ["a" * (MAX_INPUT_BYTES + 1)]}
    assert code_of(asked(), respond(asked(), large)) == "presentation.response_form"


# --- the token -----------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("token", "code"),
    [
        (None, "presentation.response_form"),
        ({}, "presentation.response_form"),
        ([], "presentation.response_form"),
        ({"pid": "a.b.c~"}, "presentation.response_form"),
        ({"pid": []}, "presentation.response_form"),
        ({"pid": [None]}, "presentation.response_form"),
        ({"pid": [{"payload": "x"}]}, "presentation.response_form"),
        ({"pid": [""]}, "presentation.response_form"),
        ({"pid": ["a.b.c~\n"]}, "presentation.response_form"),
        ({"pid": [" a.b.c~"]}, "presentation.response_form"),
        ({"pid": ["HC1:ABC"]}, "presentation.response_form"),
        ({"pid": ["a.b.c~é"]}, "presentation.response_form"),
        ({"pid": [["a.b.c~"]]}, "presentation.response_form"),
        ({"pid": ["a.b.c~", "d.e.f~"]}, "presentation.count"),
        ({"pid": ["a.b.c~", "a.b.c~"]}, "presentation.count"),
        ({"pid": ["a.b.c~"], "other": ["a.b.c~"]}, "presentation.credential_unknown"),
        ({"PID": ["a.b.c~"]}, "presentation.credential_unknown"),
        ({"": ["a.b.c~"]}, "presentation.credential_unknown"),
    ],
)
@pytest.mark.parametrize("mode", MODES)
def test_a_token_that_is_none(token, code, mode):
    request = asked(mode=mode)
    if mode.startswith("direct_post") and token is None:
        assert code_of(request, respond(request, TOKEN, vp_token="null")) in (
            "json.not_an_object", code,
        )  # fmt: skip
        return
    said = code_of(request, respond(request, token))
    assert said == code or (token == [] and said == "json.not_an_object")


def test_where_several_were_asked_for():
    request = asked(pid_query("family_name", multiple=True))
    assert len(read(request, respond(request, {"pid": ["a.b.c~", "d.e.f~"]}))["pid"]) == 2
    twice = respond(request, {"pid": ["a.b.c~", "a.b.c~"]})
    assert code_of(request, twice) == "presentation.repeated"
    many = [f"a.b.{number}~" for number in range(MAX_PRESENTATIONS + 1)]
    assert code_of(request, respond(request, {"pid": many})) == "presentation.count"


def test_an_mdoc_is_base64url_and_nothing_else():
    request = asked(mdl_query("family_name"))
    assert read(request, respond(request, {"mdl": ["owAB_-"]}))
    for text in ("owAB=", "ow.AB", "ow~", "ow+/"):
        data = respond(request, {"mdl": [text]})
        assert code_of(request, data) == "presentation.response_form"


def test_what_is_no_text_is_the_callers_mistake():
    for value in (None, 1, {"vp_token": TOKEN}):
        with pytest.raises(MisuseError):
            read(asked(), value)
