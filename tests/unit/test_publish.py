"""Publishing: only what can be accepted is signed, and it is the same at every run."""

import pytest

from defa_trust import publish
from defa_trust.codec import base64url
from defa_trust.codec import json as strict_json
from defa_trust.crypto import KeyType
from defa_trust.errors import MisuseError, Rejection
from defa_trust.signing_crypto import SigningKey
from defa_trust.spec import MEMBER_STATES
from defa_trust.trustlist.documents import addresses, texts, time_text
from defa_trust.trustlist.envelope import open_envelope
from tests.conformance.corpora import corpus_path
from tests.signed_lists import (
    DAY,
    ISSUED,
    MEMBER,
    NOW,
    RECOGNITION,
    REGIONAL,
    SCHEME,
    arrangement,
    changed,
    judge,
    key,
    member_document,
    operator,
    operator_name,
    recognition_document,
    regional_document,
    signed,
)


def test_the_same_input_gives_the_same_bytes():
    for document in (member_document(), recognition_document(), regional_document()):
        territory = document["LoTE"]["ListAndSchemeInformation"]["SchemeTerritory"]
        assert signed(document, territory) == signed(document, territory)


@pytest.mark.parametrize("state", MEMBER_STATES)
def test_every_state_can_publish(state):
    assert judge(signed(member_document(state)), MEMBER, state).trust_list.territory == state
    other = "MY" if state != "MY" else "SG"
    rules = recognition_document(state, arrangements=[arrangement(state, other)])
    assert judge(signed(rules), RECOGNITION, state).trust_list.arrangements[0].recognised == other


def test_a_region_can_publish():
    assert judge(signed(regional_document()), REGIONAL, "AP").trust_list.pointers


def test_rsa_signs_with_pss(tmp_path):
    from cryptography.hazmat.primitives.asymmetric import rsa

    rsa_key = SigningKey(rsa.generate_private_key(65537, 2048))
    certificate = publish.tl_signer_certificate(
        rsa_key,
        territory="TH",
        operator=operator_name("TH"),
        not_before=NOW - DAY,
        not_after=NOW + DAY,
    )
    data = publish.sign_list(member_document(), rsa_key, certificate, issued_at=ISSUED)
    assert open_envelope(data, (certificate,), now=NOW, country="TH").signed_at == ISSUED
    header = strict_json.loads(base64url.decode(data.split(b".")[0]))
    assert header["alg"] == "PS256"


def test_the_header_is_jades_b_b_and_passes_etsis_rules():
    header = strict_json.loads(base64url.decode(signed(member_document()).split(b".")[0]))
    assert list(header) == ["alg", "typ", "cty", "x5t#S256", "x5c", "iat"]
    rules = strict_json.loads(
        (corpus_path("etsi-schemas") / "19182-protected-jsonSchema.json").read_bytes()
    )
    from jsonschema import Draft7Validator

    # The part that speaks of presence; the rest refers to schemas of other documents.
    (own,) = [part for part in rules["definitions"]["jwsProtectedHeader"]["allOf"]
              if "anyOf" in part]  # fmt: skip
    presence = {name: own[name] for name in ("required", "anyOf", "oneOf", "not") if name in own}
    assert Draft7Validator(presence).is_valid(header)
    assert not Draft7Validator(presence).is_valid({**header, "x5t": "AAAA"})


def test_key_and_certificate_belong_together():
    with pytest.raises(MisuseError, match="not that of the signing key"):
        publish.sign_list(member_document(), key("x"), operator("TH")[1], issued_at=ISSUED)


def test_a_key_that_signs_no_lists():
    other, certificate = operator("TH", KeyType.ED448)
    with pytest.raises(MisuseError, match="Ed448"):
        publish.sign_list(member_document(), other, certificate, issued_at=ISSUED)


@pytest.mark.parametrize(
    ("path", "value"),
    [
        (("LoTE", "evil"), 1),
        ((*SCHEME, "LoTESequenceNumber"), 0),
        ((*SCHEME, "SchemeOperatorName", 0, "value"), "TEST\u202eYLNO"),
        ((*SCHEME, "SchemeInformationURI"), [{"lang": "en", "uriValue": "no uri"}]),
    ],
)
def test_nothing_unacceptable_is_signed(path, value):
    signing_key, certificate = operator("TH")
    with pytest.raises(Rejection):
        publish.sign_list(
            changed(member_document(), path, value), signing_key, certificate, issued_at=ISSUED
        )


def test_a_value_that_is_no_json_is_the_callers_fault():
    signing_key, certificate = operator("TH")
    document = changed(member_document(), (*SCHEME, "LoTESequenceNumber"), object())
    with pytest.raises(MisuseError):
        publish.sign_list(document, signing_key, certificate, issued_at=ISSUED)


@pytest.mark.parametrize("name", ["", "x" * 65])
def test_an_organisation_has_its_bounds(name):
    with pytest.raises(MisuseError, match="64"):
        publish.tl_signer_certificate(
            key("x"), territory="TH", operator=name, not_before=NOW, not_after=NOW + DAY
        )


def test_serial_numbers_differ_with_the_content():
    made = {
        publish.tl_signer_certificate(
            key("x"), territory=state, operator="TEST", not_before=NOW, not_after=NOW + DAY
        )
        for state in MEMBER_STATES
    }
    from defa_trust.x509.certificate import read_certificate

    assert len({read_certificate(der).serial for der in made}) == len(MEMBER_STATES)


def test_small_builders():
    assert time_text(NOW) == "2026-11-01T00:00:00Z"
    assert texts("x") == [{"lang": "en", "value": "x"}]
    assert texts({"en": "x", "th": "y"})[1] == {"lang": "th", "value": "y"}
    assert addresses("a:b") == [{"lang": "en", "uriValue": "a:b"}]
    assert publish.extension("N", 1, critical=True) == {"Critical": True, "N": 1}
