"""Whatever the bytes: a Rejection or a reading, and never claims nobody signed."""

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from defa_trust.authenticate import authenticate
from defa_trust.codec import base64url
from defa_trust.codec.json import compact
from defa_trust.conformance import build
from defa_trust.conformance.build import digest, disclosure, present, sd_issuer, sd_payload
from defa_trust.crypto import DEFAULT_ALGORITHM_POLICY
from defa_trust.errors import Rejection
from defa_trust.formats import jose, sd_jwt, vc_jwt
from defa_trust.request import HolderBinding, Profile, Request

ALL = Request("SG", HolderBinding.IF_PRESENT, audience=build.VERIFIER, nonce=build.NONCE,
              profiles=frozenset(Profile))  # fmt: skip
FORMATS = (vc_jwt, sd_jwt)
NAME = build.named("family_name", "TEST-ONLY")
SAMPLES = (
    build.vc(),
    build.sd_jwt(NAME, binding={}),
    build.sd_jwt(NAME, disclosure("TEST-ONLY", "TH"), list=[{"...": digest("x")}]),
)

SCALARS = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8)
NAMES = st.sampled_from(
    ["alg", "kid", "typ", "cty", "crit", "b64", "x5c", "x5t#S256", "x5t", "jwk", "enc", "zip",
     "iss", "exp", "nbf", "iat", "aud", "cnf", "vct", "status", "status_list", "idx", "uri", "acr",
     "_sd", "_sd_alg", "...", "vc", "vp", "@context", "type", "issuer", "credentialSubject",
     "validFrom", "validUntil", "credentialStatus", "id", "jti", "sub", "issuanceDate",
     "expirationDate", "statusListCredential", "kty", "crv", "x", "y"]
) | st.text(max_size=4)  # fmt: skip
WORDS = st.sampled_from(
    ["ES256", "EdDSA", "none", "vc+jwt", "dc+sd-jwt", "JWT", "sha-256", "VerifiableCredential",
     "VerifiablePresentation", vc_jwt.CONTEXT_1, vc_jwt.CONTEXT_2, build.ISSUER, "AAAA", "e30",
     "2026-11-01T00:00:00Z", "EC", "P-256", digest(NAME)]
)  # fmt: skip
VALUES = st.recursive(
    SCALARS | WORDS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(NAMES, inner, max_size=4),
    max_leaves=12,
)
OBJECTS = st.dictionaries(NAMES, VALUES, max_size=8)


def segment(value):
    return base64url.encode(json.dumps(value).encode("utf-8", "surrogatepass"))


def read(format, data):
    """Parse and reveal; only a ``Rejection`` may come out instead."""
    try:
        presented = format.parse(data, ALL)
        presented.reveal()
    except Rejection as refusal:
        assert refusal.code.id
        assert isinstance(str(refusal), str)
        refusal.finding().as_json()
        return None
    return presented


@given(st.binary(max_size=200))
def test_any_octets_are_read_or_refused(data):
    for format in FORMATS:
        assert format.detect(data) in (True, False)
        read(format, data)


@given(st.text('eyJ0.~-_{}":,[]AZaz=', max_size=80))
def test_any_text_of_the_right_letters_is_read_or_refused(text):
    for format in FORMATS:
        read(format, text.encode())


@settings(max_examples=200)
@given(OBJECTS, OBJECTS, st.sampled_from(["vc+jwt", "JWT", "dc+sd-jwt", "x+sd-jwt", None]))
def test_any_header_and_payload_are_read_or_refused(header, payload, typ):
    if typ is not None:
        header = {**header, "typ": typ, "alg": "ES256"}
    token = f"{segment(header)}.{segment(payload)}.AA"
    read(vc_jwt, token.encode())
    read(sd_jwt, f"{token}~".encode())


@settings(max_examples=200)
@given(OBJECTS, st.lists(VALUES, max_size=4), st.lists(VALUES, max_size=3))
def test_any_disclosures_are_read_or_refused(payload, first, second):
    texts = [segment(first), segment(second)]
    claims = {**payload, "vct": "x", "iss": "x"}
    head = segment({"alg": "ES256", "typ": "dc+sd-jwt"})
    for whole in (claims, {**claims, "_sd": [digest(text) for text in texts]}):
        read(sd_jwt, f"{head}.{segment(whole)}.AA~{'~'.join(texts)}~".encode())


@given(VALUES)
def test_any_json_document_is_read_or_refused(document):
    read(sd_jwt, json.dumps({"payload": "e30", "header": document, "protected": "e30",
                             "signature": "AA"}).encode("utf-8", "surrogatepass"))  # fmt: skip
    read(sd_jwt, json.dumps(document).encode("utf-8", "surrogatepass"))


@given(OBJECTS)
def test_any_claims_are_read_or_refused(claims):
    for helper in (
        jose.audience, jose.levels, jose.status_references, jose.is_key_bound,
        jose.confirmation_key, jose.media_type,
        *(lambda claims, name=name: jose.numeric_date(claims, name) for name in ("exp", "iat")),
    ):  # fmt: skip
        try:
            helper(claims)
        except Rejection:
            continue


# --- mutation ------------------------------------------------------------------------------------
@settings(max_examples=300)
@given(st.sampled_from(SAMPLES), st.data())
def test_no_mutation_authenticates(sample, data):
    place = data.draw(st.integers(0, len(sample) - 1))
    kind = data.draw(st.sampled_from(["flip", "drop", "insert", "double"]))
    octet = data.draw(st.integers(0, 255))
    match kind:
        case "flip":
            changed = sample[:place] + bytes([octet]) + sample[place + 1 :]
        case "drop":
            changed = sample[:place] + sample[place + 1 :]
        case "insert":
            changed = sample[:place] + bytes([octet]) + sample[place:]
        case _:
            changed = sample[:place] + sample[place : place + 1] + sample[place:]
    format = sd_jwt if b"~" in sample else vc_jwt
    presented = read(format, changed)
    if changed == sample or presented is None:
        return
    findings = []
    made = authenticate(
        presented, build.key().verification_key, DEFAULT_ALGORITHM_POLICY, build.MOMENT, findings
    )
    if made is None:
        return
    # All that is left: the holder's signature, which its own check judges afterwards.
    proof = presented.holder_proof
    assert proof is not None
    before = format.parse(sample, ALL)
    assert presented.reveal() == before.reveal()
    if proof.part != before.holder_proof.part:
        (row,) = proof.part.algorithms
        try:
            assert not proof.key.verify(row, proof.part.signature, proof.part.data)
        except Rejection:
            return


# --- issuing and reading back --------------------------------------------------------------------
PLAIN = st.recursive(
    st.none() | st.booleans() | st.integers(-(1 << 53) + 1, (1 << 53) - 1)
    | st.text(st.characters(exclude_categories=["Cs"]), max_size=6),
    lambda inner: st.lists(inner, max_size=3)
    | st.dictionaries(st.text("abc", min_size=1, max_size=3), inner, max_size=3),
    max_leaves=8,
)  # fmt: skip


def conceal(value, choose, texts):
    """Hide members and elements as ``choose`` says, innermost first."""
    if isinstance(value, dict):
        open_members, hidden = {}, []
        for name, member in value.items():
            inner = conceal(member, choose, texts)
            if choose():
                texts.append(disclosure(f"salt {len(texts)}", name, inner))
                hidden.append(digest(texts[-1]))
            else:
                open_members[name] = inner
        return {**open_members, "_sd": hidden} if hidden else open_members
    if isinstance(value, list):
        elements = []
        for element in value:
            inner = conceal(element, choose, texts)
            if choose():
                texts.append(disclosure(f"salt {len(texts)}", inner))
                elements.append({"...": digest(texts[-1])})
            else:
                elements.append(inner)
        return elements
    return value


@settings(max_examples=150)
@given(st.dictionaries(st.text("abc", min_size=1, max_size=3), PLAIN, max_size=4), st.data())
def test_what_was_hidden_comes_back(claims, data):
    texts = []
    hidden = conceal(claims, lambda: data.draw(st.booleans()), texts)
    shown = data.draw(st.permutations(texts))
    body = compact({**sd_payload(), **hidden})
    presented = sd_jwt.parse(present(sd_issuer(body), *shown), ALL)
    findings = []
    key = build.key().verification_key
    assert authenticate(presented, key, DEFAULT_ALGORITHM_POLICY, build.MOMENT, findings)
    revealed = dict(presented.reveal())
    assert revealed == presented.reveal()
    assert revealed == sd_payload() | claims


@pytest.mark.parametrize("name", ["iss", "exp", "cnf", "vct", "status"])
def test_no_disclosure_decides_about_validity(name):
    text = build.named(name, 1)
    payload = {k: v for k, v in sd_payload().items() if k != name or name in ("vct", "iss")}
    presented = sd_jwt.parse(
        present(sd_issuer(compact({**payload, "_sd": [digest(text)]})), text), ALL
    )
    with pytest.raises(Rejection) as caught:
        presented.reveal()
    assert caught.value.code.id == "sd_jwt.never_disclosable"
