"""mdoc: what is read, where it lies, and what the device's part adds."""

from hashlib import sha256

import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from defa_trust.codec import base64url, cbor
from defa_trust.conformance import mdocs
from defa_trust.crypto import KeyType
from defa_trust.errors import MisuseError, Rejection
from defa_trust.formats import mdoc
from defa_trust.formats.base import SignerCertificate
from defa_trust.formats.mdoc_device import (
    dc_api_transcript,
    mac_key,
    openid4vp_transcript,
    proximity_transcript,
)
from defa_trust.request import HolderBinding, Request
from defa_trust.signing_crypto import AgreementKey, SigningKey

ASKED = Request("SG", HolderBinding.IF_PRESENT, session_transcript=mdocs.TRANSCRIPT)
GOOD = mdocs.text(mdocs.response())


def test_it_is_found_as_cbor_and_as_text():
    assert mdoc.detect(GOOD)
    assert mdoc.detect(base64url.decode(GOOD))
    assert mdoc.detect(mdocs.text(mdocs.issuer_signed()))


@pytest.mark.parametrize(
    "data",
    [b"", b"o", b"oA", b"\xa0", b"oQ==", b"o" * 9, b"hello", b"eyJhbGciOiJFUzI1NiJ9.e30.", b"\xff"],
)
def test_other_bytes_are_not_taken_for_one(data):
    assert not mdoc.detect(data)


def test_what_it_says():
    presented = mdoc.parse(GOOD, ASKED)
    asserted = presented.asserted
    assert asserted.types == (mdoc.MDL_DOCTYPE,)
    assert asserted.territory == "TH"
    assert asserted.issuer is None
    assert asserted.issued_at == asserted.not_before < asserted.expires
    assert len(presented.digest_claims) == len(mdocs.ELEMENTS)
    assert presented.holder_key_bound
    assert presented.holder_proof.by_transcript
    assert presented.issuer_part.hint.certificate == mdocs.signer_certificate()


def test_cbor_and_text_hold_the_same():
    octets = base64url.decode(GOOD)
    assert mdoc.parse(octets, ASKED).issuer_part == mdoc.parse(GOOD, ASKED).issuer_part


def test_claims_come_by_namespace_and_cannot_be_changed_for_others():
    presented = mdoc.parse(GOOD, ASKED)
    claims = presented.reveal()
    assert claims["docType"] == mdoc.MDL_DOCTYPE
    assert claims["nameSpaces"][mdocs.NAMESPACE]["birth_date"] == "1990-01-15"
    assert "deviceSigned" not in claims
    claims["nameSpaces"][mdocs.NAMESPACE]["birth_date"] = "2020-01-01"
    assert presented.reveal()["nameSpaces"][mdocs.NAMESPACE]["birth_date"] == "1990-01-15"


def test_what_the_device_says_stands_apart():
    info = {
        "deviceKey": mdocs.device_key(),
        "keyAuthorizations": {"nameSpaces": ["org.example.device"]},
    }
    added = mdocs.embedded({"org.example.device": {"pin_tries": 1}})
    signed = mdocs.response(
        mdocs.issuer_signed(deviceKeyInfo=info), device=mdocs.device_signed(added)
    )
    claims = mdoc.parse(mdocs.text(signed), ASKED).reveal()
    assert claims["deviceSigned"] == {"org.example.device": {"pin_tries": 1}}
    assert "org.example.device" not in claims["nameSpaces"]


def test_the_chain_behind_the_signer_is_kept_and_not_believed():
    other = mdocs.signer_certificate("MY")
    auth = mdocs.issuer_auth(
        mdocs.security_object(mdocs.items()),
        unprotected={33: [mdocs.signer_certificate(), other]},
    )
    hint = mdoc.parse(mdocs.text(mdocs.issuer_signed(auth=auth)), ASKED).issuer_part.hint
    assert hint.certificate == mdocs.signer_certificate()
    assert hint.chain == (other,)


def test_every_document_of_a_response_is_read():
    one = mdocs.response()["documents"][0]
    both = mdocs.text(mdocs.response(documents=[one, one]))
    assert len(mdoc.documents(both, ASKED)) == 2
    with pytest.raises(Rejection) as caught:
        mdoc.parse(both, ASKED)
    assert caught.value.code.id == "mdoc.structure"


@pytest.mark.parametrize(
    "bound", [[1], {"nameSpaces": "x"}, {"dataElements": {"x": 1}}, {"dataElements": []}]
)
def test_malformed_authorisations_are_refused(bound):
    info = {"deviceKey": mdocs.device_key(), "keyAuthorizations": bound}
    with pytest.raises(Rejection) as caught:
        mdoc.parse(mdocs.text(mdocs.response(mdocs.issuer_signed(deviceKeyInfo=info))), ASKED)
    assert caught.value.code.id == "mdoc.structure"


def test_driving_licences_need_their_key_usage_where_one_is_stated():
    check = mdoc.check_key_usage
    licence = (mdoc.MDL_DOCTYPE,)
    assert check((), licence) is None
    assert check(("1.2.3",), ("org.example.id",)) is None
    assert check((mdoc.MDL_SIGNER,), licence).code.id == "mdoc.key_usage_fits"
    assert check(("1.2.3",), licence).code.id == "mdoc.key_usage_unfit"


def said_of_signer(data=GOOD, **members):
    """Codes of what is said of a certificate that lacks nothing but ``members``."""
    presented = mdoc.parse(data, ASKED)
    signed = presented.asserted.issued_at
    own = {"not_before": signed, "not_after": signed, "country": "TH", **members}
    return [found.code.id for found in presented.check_signer(SignerCertificate(**own))]


def test_the_signers_certificate_was_valid_when_it_signed_exact_at_both_ends():
    signed = mdoc.parse(GOOD, ASKED).asserted.issued_at
    fits = ["mdoc.signed_within_certificate", "mdoc.signer_country"]
    assert said_of_signer() == fits
    assert said_of_signer(not_before=signed + 1) == ["mdoc.signed_before_certificate", fits[1]]
    assert said_of_signer(not_after=signed - 1) == ["mdoc.signed_after_certificate", fits[1]]


@pytest.mark.parametrize("country", ["MY", "TH ", "THA", "", None])
def test_the_signers_certificate_is_of_the_documents_country(country):
    assert said_of_signer(country="th")[1] == "mdoc.signer_country"
    assert said_of_signer(country=country)[1] == "mdoc.signer_country_other"


def test_only_a_licence_needs_a_certificate_with_a_country():
    name = "org.example.diplomat"
    other = mdocs.text(mdocs.response(mdocs.issuer_signed(docType=name), doctype=name))
    assert said_of_signer(other, country=None) == ["mdoc.signed_within_certificate"]
    assert said_of_signer(other, country="MY")[1] == "mdoc.signer_country_other"
    nowhere = mdocs.text(mdocs.issuer_signed(mdocs.items({"family_name": "TEST-ONLY"})))
    assert said_of_signer(nowhere, country=None) == ["mdoc.signed_within_certificate"]


def test_transcripts_bind_each_part_of_the_request():
    seen = {
        openid4vp_transcript("a", "n", "u"),
        openid4vp_transcript("b", "n", "u"),
        openid4vp_transcript("a", "m", "u"),
        openid4vp_transcript("a", "n", "v"),
        openid4vp_transcript("a", "n", "u", bytes(32)),
        dc_api_transcript("a", "n"),
        dc_api_transcript("a", "n", bytes(32)),
    }
    assert len(seen) == 7
    first, second, handover = cbor.loads(openid4vp_transcript("a", "n", "u"))
    assert first is None
    assert second is None
    assert handover[0] == "OpenID4VPHandover"
    assert len(handover[1]) == 32


def test_a_transcript_in_proximity_is_what_was_exchanged_octet_for_octet():
    engagement, key = b"\xd8\x18\x41\xa0", b"\xd8\x18\x43\xa1\x01\x02"
    whole = proximity_transcript(engagement, key)
    assert whole == b"\x83" + engagement + key + b"\xf6"
    assert proximity_transcript(engagement, key, b"\x82\x41\x00\xf6").endswith(b"\x82\x41\x00\xf6")
    Request("SG", HolderBinding.IF_PRESENT, session_transcript=whole)


def test_both_sides_make_the_same_key_for_a_mac():
    one, other = (AgreementKey.from_seed(name) for name in ("reader", "device"))
    keys = {
        mac_key(one, other.public_key, b"\xf6"),
        mac_key(other, one.public_key, b"\xf6"),
    }
    assert [len(key) for key in keys] == [32]
    assert mac_key(one, other.public_key, b"\xf7") not in keys


def test_the_key_for_a_mac_is_that_of_another_implementation():
    """Its salt is over SessionTranscriptBytes, tag and all (ISO/IEC 18013-5, 9.1.3.5)."""
    reader, device = (SigningKey.from_seed(name, KeyType.P256) for name in ("one", "other"))
    transcript = mdocs.PROXIMITY
    assert 23 < len(transcript) < 256
    tagged = b"\xd8\x18\x58" + bytes([len(transcript)]) + transcript
    derived = HKDF(hashes.SHA256(), 32, sha256(tagged).digest(), b"EMacKey").derive(
        reader.private_key.exchange(ec.ECDH(), device.private_key.public_key())
    )
    made = mac_key(AgreementKey(reader.private_key), device.verification_key, transcript)
    assert made == derived


@pytest.mark.parametrize("transcript", [b"", b"\x83", b"\xf6\xf6", "text", 1])
def test_a_transcript_is_one_item(transcript):
    with pytest.raises(MisuseError, match="session_transcript"):
        Request("SG", HolderBinding.IF_PRESENT, session_transcript=transcript)


def test_the_transcript_is_part_of_the_question():
    one, other = dc_api_transcript("a", "n"), dc_api_transcript("a", "m")
    digests = {
        Request("SG", HolderBinding.IF_PRESENT, session_transcript=t).digest
        for t in (None, one, other)
    }
    assert len(digests) == 3
