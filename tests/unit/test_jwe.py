"""Encrypted responses: published values, another implementation, and every part that can be bad."""

import json

import pytest
from joserfc import jwe as other_jwe
from joserfc.jwk import ECKey

from defa_trust.codec import base64url
from defa_trust.errors import MisuseError, Rejection
from defa_trust.jwe import MAX_JWE_BYTES, _derived, decrypt, encrypt
from defa_trust.signing_crypto import AgreementKey, SigningKey

KEY = AgreementKey.from_seed("TEST-ONLY verifier")
WALLET = AgreementKey.from_seed("TEST-ONLY wallet")
IV = bytes(range(12))
TEXT = b'{"vp_token": {}}'


def made(**members):
    return encrypt(TEXT, KEY.jwk(), WALLET, IV, **members).encode()


def changed(text, **members):
    """The same text under a header with other members; ``None`` drops one."""
    head, rest = text.decode().split(".", 1)
    header = {**json.loads(base64url.decode(head)), **members}
    header = {name: value for name, value in header.items() if value is not None}
    return f"{base64url.encode(json.dumps(header).encode())}.{rest}".encode()


def refused(text, code, **options):
    with pytest.raises(Rejection) as caught:
        decrypt(text, KEY, **options)
    return caught.value.code.id == code


@pytest.mark.parametrize("enc", ["A128GCM", "A256GCM"])
@pytest.mark.parametrize("parties", [{}, {"apu": "QWxpY2U", "apv": "Qm9i"}])
def test_what_is_encrypted_is_read(enc, parties):
    assert decrypt(made(enc=enc, **parties), KEY) == TEXT


def test_the_derived_key_is_that_of_rfc_7518_appendix_c():
    # The private and public keys of Alice and Bob there; the key they agree on.
    alice = {
        "kty": "EC",
        "crv": "P-256",
        "x": "gI0GAILBdu7T53akrFmMyGcsF3n5dO7MmwNBHKW5SV0",
        "y": "SLW_xSffzlPWrHEVI30DHM_4egVwt3NQqeUD7nMFpps",
        "d": "0_NxaRPUMQoAJt50Gz8YiTr8gRTwyEaCumd-MToTmIo",
    }
    bob = {
        "kty": "EC",
        "crv": "P-256",
        "x": "weNJy2HscCSM6AEDTDg04biOvhFhyyWvOHQfeF_PxMQ",
        "y": "e8lnCO-AlStT-NJVX-crhB7QRYhiix03illJOVAOyck",
    }
    header = {"enc": "A128GCM", "apu": "QWxpY2U", "apv": "Qm9i"}
    secret = AgreementKey.from_jwk(alice).agree(bob)
    assert base64url.encode(_derived(secret, header, 16)) == "VqqN6vgjbSBcIijNcacQGg"


@pytest.mark.parametrize("enc", ["A128GCM", "A256GCM"])
def test_another_implementation_writes_what_we_read(enc):
    registry = other_jwe.JWERegistry(algorithms=["ECDH-ES", enc])
    text = other_jwe.encrypt_compact(
        {"alg": "ECDH-ES", "enc": enc}, TEXT, ECKey.import_key(KEY.jwk()), registry=registry
    )
    assert decrypt(text.encode(), KEY) == TEXT


@pytest.mark.parametrize("enc", ["A128GCM", "A256GCM"])
def test_another_implementation_reads_what_we_write(enc):
    registry = other_jwe.JWERegistry(algorithms=["ECDH-ES", enc])
    key = ECKey.import_key(KEY.jwk(private=True))
    assert other_jwe.decrypt_compact(made(enc=enc), key, registry=registry).plaintext == TEXT


def test_the_example_of_the_standard():
    # OpenID4VP 1.0, 8.3: its key; the text ends with a line break of its own.
    key = AgreementKey.from_jwk(
        {
            "kty": "EC",
            "crv": "P-256",
            "x": "YO4epjifD-KWeq1sL2tNmm36BhXnkJ0He-WqMYrp9Fk",
            "y": "Hekpm0zfK7C-YccH5iBjcIXgf6YdUvNUac_0At55Okk",
            "d": "Et-3ce0omz8_TuZ96Df9lp0GAaaDoUnDe6X-CRO7Aww",
        }
    )
    text = (
        b"eyJhbGciOiJFQ0RILUVTIiwiZW5jIjoiQTEyOEdDTSIsImtpZCI6ImFjIiwiZXBrIjp7Imt"
        b"0eSI6IkVDIiwieCI6Im5ubVZwbTNWM2piaGNhZlFhUkJrU1ZOSGx3Wkh3dC05ck9wSnVmeVlJdWsiLCJ5I"
        b"joicjRmakRxd0p5czlxVU9QLV9iM21SNVNaRy0tQ3dPMm1pYzVWU05UWU45ZyIsImNydiI6IlAtMjU2In1"
        b"9..uAYcHRUSSn2X0WPX.yVzlGSYG4qbg0bq18JcUiDRw56yVnbKR8E7S7YlEtzT00RqE3Pw5oTpUG3hdLN"
        b"4taHZ9gC1kwak8JOnJgQ.1wR024_3-qtAlx1oFIUpQQ"
    )
    plain = json.loads(decrypt(text, key, key_id="ac"))
    assert plain == {"vp_token": {"example_credential_id": ["eyJhb...YMetA"]}}


def test_the_key_named_must_be_the_one_published():
    published = {**KEY.jwk(), "kid": "1"}
    text = encrypt(TEXT, published, WALLET, IV).encode()
    assert decrypt(text, KEY, key_id="1") == TEXT
    assert refused(text, "jwe.key_id", key_id="2")
    assert refused(made(), "jwe.key_id", key_id="1")


HEADERS = {
    "another algorithm": ({"alg": "ECDH-ES+A128KW"}, "jwe.algorithm"),
    "direct encryption": ({"alg": "dir"}, "jwe.algorithm"),
    "no algorithm": ({"alg": None}, "jwe.algorithm"),
    "algorithm none": ({"alg": "none"}, "jwe.algorithm"),
    "algorithm a list": ({"alg": ["ECDH-ES"]}, "jwe.algorithm"),
    "unauthenticated encryption": ({"enc": "A128CBC"}, "jwe.encryption"),
    "encryption not offered": ({"enc": "A128CBC-HS256"}, "jwe.encryption"),
    "encryption a number": ({"enc": 128}, "jwe.encryption"),
    "no encryption": ({"enc": None}, "jwe.encryption"),
    "compressed": ({"zip": "DEF"}, "jwe.header"),
    "critical": ({"crit": ["exp"], "exp": 1}, "jwe.header"),
    "a key in the header": ({"jwk": WALLET.jwk()}, "jwe.header"),
    "a key's address": ({"jku": "https://evil.example"}, "jwe.header"),
    "party no text": ({"apu": 1}, "jwe.header"),
    "party too long": ({"apv": "A" * 1028}, "jwe.header"),
    "party not canonical": ({"apv": "Qm9j="}, "base64url.not_canonical"),
    "no ephemeral key": ({"epk": None}, "jwe.ephemeral_key"),
    "ephemeral key a text": ({"epk": "x"}, "jwe.ephemeral_key"),
    "ephemeral key with its secret": ({"epk": WALLET.jwk(private=True)}, "jwe.ephemeral_key"),
    "ephemeral key on another curve": (
        {"epk": {**WALLET.jwk(), "crv": "P-384"}},
        "jwe.ephemeral_key",
    ),
    "ephemeral key of another kind": (
        {"epk": {"kty": "OKP", "crv": "X25519", "x": WALLET.jwk()["x"]}},
        "jwe.ephemeral_key",
    ),
    "ephemeral key off the curve": (
        {"epk": {**WALLET.jwk(), "y": WALLET.jwk()["x"]}},
        "jwe.ephemeral_key",
    ),
    "ephemeral key all zero": (
        {"epk": {**WALLET.jwk(), "x": "A" * 43, "y": "A" * 43}},
        "jwe.ephemeral_key",
    ),
    "ephemeral key too short": ({"epk": {**WALLET.jwk(), "x": "AQ"}}, "jwe.ephemeral_key"),
    "ephemeral key half": ({"epk": {"kty": "EC", "crv": "P-256", "x": "AQ"}}, "jwe.ephemeral_key"),
    "another member": ({"note": "x"}, "jwe.decryption"),
    "other parties": ({"apu": "QWxpY2U"}, "jwe.decryption"),
    "another ephemeral key": (
        {"epk": AgreementKey.from_seed("TEST-ONLY thief").jwk()},
        "jwe.decryption",
    ),
    "the other encryption": ({"enc": "A256GCM"}, "jwe.decryption"),
}


@pytest.mark.parametrize("name", HEADERS)
def test_a_header_that_is_not_as_it_must_be(name):
    members, code = HEADERS[name]
    assert refused(changed(made(), **members), code)


@pytest.mark.parametrize("place", [2, 3, 4])
def test_every_octet_is_authenticated(place):
    parts = made().split(b".")
    octets = bytearray(base64url.decode(parts[place]))
    octets[0] ^= 1
    parts[place] = base64url.encode(bytes(octets)).encode()
    assert refused(b".".join(parts), "jwe.decryption")


@pytest.mark.parametrize(
    ("change", "code"),
    [
        (lambda parts: parts[:4], "jwe.form"),
        (lambda parts: [*parts, b"x"], "jwe.form"),
        (lambda parts: [parts[0], b"AQ", *parts[2:]], "jwe.form"),
        (lambda parts: [*parts[:2], b"AQ", *parts[3:]], "jwe.form"),
        (lambda parts: [*parts[:4], parts[4][:-1]], "base64url.not_canonical"),
        (lambda parts: [*parts[:4], parts[4][:16]], "jwe.form"),
        (lambda parts: [*parts[:4], b""], "jwe.form"),
        (lambda parts: [b"", *parts[1:]], "json.syntax"),
        (lambda parts: [b"bm90IGpzb24", *parts[1:]], "json.syntax"),
        (lambda parts: [*parts[:3], parts[3] + b"=", parts[4]], "base64url.not_canonical"),
        (lambda parts: [*parts[:3], b"", parts[4]], "jwe.decryption"),
    ],
)
def test_parts_that_are_not_as_they_must_be(change, code):
    assert refused(b".".join(change(made().split(b"."))), code)


def test_a_text_too_large_is_refused_unread():
    assert refused(b"." * (MAX_JWE_BYTES + 1), "jwe.form")


def test_a_text_to_somebody_else():
    text = encrypt(TEXT, AgreementKey.from_seed("TEST-ONLY other").jwk(), WALLET, IV).encode()
    assert refused(text, "jwe.decryption")


def test_only_what_was_offered():
    assert refused(made(enc="A256GCM"), "jwe.encryption", encryptions=("A128GCM",))


def test_wrong_calls():
    with pytest.raises(MisuseError):
        encrypt(TEXT, KEY.jwk(), WALLET, IV[:11])
    with pytest.raises(MisuseError):
        encrypt(TEXT, KEY.jwk(), WALLET, IV, enc="A128CBC-HS256")
    with pytest.raises(MisuseError):
        AgreementKey("no key")


# --- keys for agreement --------------------------------------------------------------------------
def test_a_private_key_survives_its_jwk():
    again = AgreementKey.from_jwk(KEY.jwk(private=True))
    assert again.agree(WALLET.jwk()) == WALLET.agree(KEY.jwk())
    assert again.public_key == KEY.public_key
    assert "d" not in KEY.jwk()


@pytest.mark.parametrize(
    "change",
    [
        {"d": WALLET.jwk(private=True)["d"]},
        {"d": None},
        {"d": "AQ"},
        {"d": "A" * 43},
        {"x": "AQ"},
        {"crv": "P-384"},
        {"kty": "oct"},
    ],
)
def test_a_private_jwk_that_does_not_fit_is_a_mistake(change):
    with pytest.raises(MisuseError):
        AgreementKey.from_jwk({**KEY.jwk(private=True), **change})


def test_fresh_keys_are_distinct_and_never_of_another_curve():
    assert AgreementKey.generate().public_key != AgreementKey.generate().public_key
    from defa_trust.crypto import KeyType

    with pytest.raises(MisuseError):
        AgreementKey(SigningKey.from_seed("TEST-ONLY x", KeyType.P384).private_key)


def test_a_key_shows_no_secret():
    assert KEY.jwk(private=True)["d"] not in repr(KEY)


def test_another_curves_point_is_refused():
    from defa_trust.crypto import KeyType

    point = SigningKey.from_seed("TEST-ONLY x", KeyType.P384).jwk()
    with pytest.raises(Rejection) as caught:
        KEY.agree(point)
    assert caught.value.code.id == "crypto.key_type_mismatch"
