"""The signature around a list: who may sign, with what, and what a header may say."""

import pytest

from defa_trust import publish
from defa_trust.algorithms import AlgorithmPolicy
from defa_trust.codec import base64url
from defa_trust.crypto import KeyType
from defa_trust.errors import MisuseError, Rejection
from defa_trust.trustlist.envelope import open_envelope, peek_payload
from defa_trust.verdict import Interval
from tests.signed_lists import DAY, ISSUED, NOW, forged, key, member_document, operator, signed

PAYLOAD = b'{"any":"thing"}'


def opened(data, territory="TH", *, now=NOW, signers=None, country="TH", **more):
    pinned = signers or (operator(territory)[1],)
    return open_envelope(data, pinned, now=now, country=country, **more)


def refused(data, *args, **kwargs):
    with pytest.raises(Rejection) as refusal:
        opened(data, *args, **kwargs)
    return refusal.value.code.id


def test_an_honest_list_opens():
    data = signed(member_document())
    found = opened(data)
    assert found.signer == operator("TH")[1]
    assert found.signed_at == ISSUED
    assert found.payload == peek_payload(data)


@pytest.mark.parametrize("key_type", [KeyType.P256, KeyType.P384, KeyType.ED25519])
def test_each_algorithm_of_the_profile(key_type):
    signer = operator("TH", key_type)
    data = signed(member_document(), signer=signer)
    assert opened(data, signers=(signer[1],)).signer == signer[1]


def test_ed25519_under_its_own_name():
    signer = operator("TH", KeyType.ED25519)
    data = forged(PAYLOAD, signer=signer, really="Ed25519")
    assert opened(data, signers=(signer[1],)).payload == PAYLOAD


def test_an_algorithm_outside_the_profile():
    signer = operator("TH", KeyType.P521)
    with pytest.raises(MisuseError, match="P-521"):
        signed(member_document(), signer=signer)
    signer = operator("TH", KeyType.ED448)
    assert refused(forged(PAYLOAD, signer=signer, really="EdDSA"), signers=(signer[1],)) == (
        "list.algorithm"
    )


def test_the_policy_judges_the_algorithm_too():
    ended = AlgorithmPolicy({"ES256": Interval(0, NOW)})
    assert opened(forged(PAYLOAD), now=NOW - 1, algorithms=ended).payload == PAYLOAD
    assert refused(forged(PAYLOAD), algorithms=ended) == "crypto.algorithm_expired"


HEADERS = [
    ({"alg": None}, "list.header"),
    ({"alg": "none"}, "crypto.algorithm_none"),
    ({"alg": "HS256"}, "crypto.algorithm_symmetric"),
    ({"alg": "ES384"}, "list.algorithm"),
    ({"alg": "RS256"}, "list.algorithm"),
    ({"alg": "es256"}, "crypto.algorithm_unknown"),
    ({"alg": ["ES256"]}, "crypto.algorithm_unknown"),
    ({"alg": 5}, "crypto.algorithm_unknown"),
    ({"typ": "JWT"}, "list.header"),
    ({"typ": ["JOSE"]}, "list.header"),
    ({"cty": "xml"}, "list.header"),
    ({"kid": 5}, "list.header"),
    ({"jwk": {"kty": "EC"}}, "list.header"),
    ({"jku": "https://evil.test.example"}, "list.header"),
    ({"x5u": "https://evil.test.example"}, "list.header"),
    ({"x5t": "AAAA"}, "list.header"),
    ({"b64": False}, "list.header"),
    ({"b64": False, "crit": ["b64"]}, "list.header"),
    ({"unknown": 1}, "list.header"),
    ({"crit": []}, "list.header_critical"),
    ({"crit": ["exp"]}, "list.header_critical"),
    ({"crit": ["sigT"]}, "list.header_critical"),
    ({"crit": ["sigT", "sigT"], "sigT": "2026-10-31T00:00:00Z", "iat": None},
     "list.header_critical"),
    ({"crit": "sigT", "sigT": "2026-10-31T00:00:00Z", "iat": None}, "list.header_critical"),
    ({"crit": [5]}, "list.header_critical"),
    ({"sigT": "2026-10-31T00:00:00Z", "iat": None}, "list.header"),
    ({"sigT": "2026-10-31T00:00:00Z", "crit": ["sigT"]}, "list.header"),
    ({"sigT": 5, "crit": ["sigT"], "iat": None}, "list.time_form"),
    ({"iat": None}, "list.header"),
    ({"iat": "1793404800"}, "list.member_value"),
    ({"iat": 1793404800.0}, "list.member_value"),
    ({"iat": True}, "list.member_value"),
    ({"iat": -1}, "list.member_value"),
    ({"iat": 1793404800000}, "list.signer_expired"),
    ({"iat": NOW + 61}, "list.signed_in_the_future"),
    ({"x5t#S256": None}, "list.header"),
    ({"x5t#S256": 5}, "list.header"),
    ({"x5t#S256": "A" * 43}, "list.signer_not_pinned"),
    ({"x5t#S256": "AAAA="}, "base64url.not_canonical"),
    ({"x5c": []}, "list.header"),
    ({"x5c": "MII"}, "list.header"),
    ({"x5c": [5]}, "list.header"),
    ({"x5c": ["AAAA"]}, "list.header"),
    ({"x5c": ["AAAA"], "x5t#S256": None}, "list.signer_not_pinned"),
]  # fmt: skip


@pytest.mark.parametrize(("members", "code"), HEADERS, ids=range(len(HEADERS)))
def test_one_fault_in_the_header(members, code):
    assert opened(forged(PAYLOAD)).payload == PAYLOAD
    assert refused(forged(PAYLOAD, **members)) == code


def test_both_references_may_be_there_if_they_agree():
    x5c = [base64url.encode_standard(operator("TH")[1])]
    assert opened(forged(PAYLOAD, x5c=x5c)).payload == PAYLOAD
    assert opened(forged(PAYLOAD, x5c=x5c, **{"x5t#S256": None})).payload == PAYLOAD


def test_an_older_producer_states_sigt():
    data = forged(PAYLOAD, iat=None, sigT="2026-10-31T00:00:00Z", crit=["sigT"])
    assert opened(data).signed_at == ISSUED


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b".",
        b"..",
        b"...",
        b"a.b",
        b"a.b.c.d",
        b"<html><body>503 Service Unavailable. Try again. Later</body></html>",
        b'{"payload":"x","signatures":[]}',
        b"\xff\xfe.a.b",
    ],
)
def test_what_is_no_compact_jws(data):
    assert refused(data).split(".")[0] in ("list", "base64url", "json")


def test_an_empty_payload_is_no_list():
    head, _, tail = forged(PAYLOAD).split(b".")
    assert refused(head + b".." + tail) == "list.not_a_jws"


@pytest.mark.parametrize("extra", [b"\n", b" ", b"=", b"\0"])
def test_a_byte_more_at_the_end(extra):
    assert refused(forged(PAYLOAD) + extra) == "base64url.not_canonical"


def test_the_size_is_looked_at_first():
    assert refused(b"x" * 101, max_bytes=100) == "list.too_large"


def test_no_signer_no_list():
    with pytest.raises(Rejection) as refusal:
        open_envelope(forged(PAYLOAD), (), now=NOW)
    assert refusal.value.code.id == "list.no_pin"


def test_a_signature_by_another_key():
    other = (key("attacker"), operator("TH")[1])
    assert refused(forged(PAYLOAD, signer=other)) == "list.signature_invalid"


def test_a_signature_in_der_is_refused():
    data = forged(PAYLOAD)
    message, _, tail = data.rpartition(b".")
    der = b"\x30" + base64url.decode(tail)
    assert refused(message + b"." + base64url.encode(der).encode()) == "crypto.signature_encoding"


# --- the signer's certificate --------------------------------------------------------------------
def certificate(**more):
    from cryptography import x509
    from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

    from defa_trust.crypto import hash_object
    from defa_trust.signing_crypto import certificate_der

    signing_key = key("odd operator")
    public = signing_key.private_key.public_key()
    options = {"usage": ("digital_signature",), "eku": "0.4.0.2231.3.0", "ca": False, "ski": True,
               "countries": ("TH",), "critical": False, **more}  # fmt: skip
    name = x509.Name(
        [x509.NameAttribute(NameOID.COUNTRY_NAME, code) for code in options["countries"]]
        + [x509.NameAttribute(NameOID.COMMON_NAME, "TEST-ONLY odd operator")]
    )
    from datetime import UTC, datetime

    builder = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(public)
        .serial_number(7)
        .not_valid_before(datetime.fromtimestamp(NOW - 10 * DAY, UTC))
        .not_valid_after(datetime.fromtimestamp(NOW + 10 * DAY, UTC))
        .add_extension(x509.BasicConstraints(options["ca"], None), critical=True)
    )
    if options["usage"]:
        names = ("digital_signature", "content_commitment", "key_encipherment",
                 "data_encipherment", "key_agreement", "key_cert_sign", "crl_sign")  # fmt: skip
        flags = {name: name in options["usage"] for name in names}
        builder = builder.add_extension(
            x509.KeyUsage(**flags, encipher_only=False, decipher_only=False), critical=True
        )
    if options["eku"]:
        oid = x509.ObjectIdentifier(options["eku"])
        builder = builder.add_extension(x509.ExtendedKeyUsage([oid]), critical=False)
    if options["ski"]:
        builder = builder.add_extension(
            x509.SubjectKeyIdentifier.from_public_key(public), critical=False
        )
    if options["critical"]:
        unknown = x509.UnrecognizedExtension(x509.ObjectIdentifier("1.2.3.4"), b"\x05\x00")
        builder = builder.add_extension(unknown, critical=True)
    assert ExtendedKeyUsageOID
    der = certificate_der(
        builder.sign(signing_key.private_key, hash_object("SHA-256"), ecdsa_deterministic=True)
    )
    return signing_key, der


@pytest.mark.parametrize(
    ("more", "code"),
    [
        ({"usage": ()}, "list.signer_certificate"),
        ({"usage": ("digital_signature", "key_cert_sign")}, "list.signer_certificate"),
        ({"usage": ("key_agreement",)}, "list.signer_certificate"),
        ({"eku": None}, "list.signer_certificate"),
        ({"eku": "1.3.6.1.5.5.7.3.1"}, "list.signer_certificate"),
        ({"ca": True}, "list.signer_certificate"),
        ({"ski": False}, "list.signer_certificate"),
        ({"critical": True}, "list.signer_certificate"),
        ({"countries": ("SG",)}, "list.signer_country"),
        ({"countries": ()}, "list.signer_country"),
        ({"countries": ("TH", "SG")}, "list.signer_country"),
    ],
)
def test_a_pinned_certificate_must_still_be_a_list_operators(more, code):
    honest = certificate()
    assert opened(forged(PAYLOAD, signer=honest), signers=(honest[1],)).payload == PAYLOAD
    odd = certificate(**more)
    assert refused(forged(PAYLOAD, signer=odd), signers=(odd[1],)) == code


def test_a_regional_signer_has_no_country_of_its_own():
    odd = certificate(countries=("ID",))
    data = forged(PAYLOAD, signer=odd)
    assert opened(data, signers=(odd[1],), country=None).payload == PAYLOAD
    assert refused(data, signers=(odd[1],)) == "list.signer_country"


@pytest.mark.parametrize(
    ("iat", "now", "good"),
    [
        (NOW, NOW, True),
        (NOW - 10 * DAY, NOW, True),
        (NOW - 10 * DAY - 1, NOW, False),
        (NOW, NOW + 10 * DAY, True),
        (NOW, NOW + 10 * DAY + 1, False),
        (NOW - 10 * DAY, NOW - 10 * DAY - 1, False),
    ],
)
def test_the_certificate_is_valid_when_it_signs_and_now(iat, now, good):
    signer = certificate()
    data = forged(PAYLOAD, signer=signer, iat=iat)
    if good:
        assert opened(data, signers=(signer[1],), now=now).signed_at == iat
    else:
        assert refused(data, signers=(signer[1],), now=now) == "list.signer_expired"


def test_builder_and_reader_agree_on_the_operators_profile():
    _, der = operator("SG")
    again = publish.tl_signer_certificate(
        operator("SG")[0],
        territory="SG",
        operator="TEST-ONLY list operator of SG",
        not_before=NOW - 400 * DAY,
        not_after=NOW + 400 * DAY,
    )
    assert again == der
