"""Identity QR codes: claim 169, the Philippines' two generations, tokens checked online only."""

from __future__ import annotations

import json
from base64 import b64encode
from collections.abc import Mapping
from typing import Any

from ...codec import base45, cbor
from ...crypto import KeyType
from ...formats.philsys_v1 import ALGORITHM, printed
from ..build import (
    MOMENT,
    Json,
    arrangement,
    cose_kid,
    cwt,
    jwk_identity,
    key,
    member_list,
    public_jwk,
    recognition_list,
    request_of,
    service,
    sign1,
    stored,
    trust,
    world,
    zeros,
)
from ..kept import KeptKey, rsa_key
from ..registry import Case, Group, Importance

_mosip = Group("qr", features=("claim-169", "es256"), twin="claim_169")
_mosip_rsa = Group("qr", features=("claim-169", "rs256"), twin="claim_169_rs256")
_philsys3 = Group("qr", features=("claim-169", "ed25519"), twin="philsys_v3")
_philsys1 = Group("qr", features=("ed25519", "philsys-v1"), twin="philsys_v1")
_SPEC = "MOSIP claim 169"
_SEEN = "PhilSys QR"
_ED = KeyType.ED25519
_PROFILE = Importance.PROFILE

_IDENTITY: dict[Any, Any] = {1: "TEST-ONLY-0001", 4: "TEST-ONLY Jaidee", 8: "19900115"}
_NAMED: dict[Any, Any] = {"i": "TEST-ONLY", "sb": {"fn": "TEST-ONLY", "DOB": "1990-01-15"}}


# --- claim 169 -----------------------------------------
def _claims(identity: Any = None, **members: Any) -> dict[Any, Any]:
    chosen = _IDENTITY if identity is None else identity
    return {**cwt(**{"lm260": None, **members}), 169: chosen}


def _code(octets: bytes, *, compressed: bool = True, prefix: str = "") -> bytes:
    return (prefix + base45.encode(stored(octets) if compressed else octets)).encode()


def _mosip_case(octets: bytes, **code: Any) -> Case:
    return Case(_code(octets, **code), world())


@_mosip.vector(f"{_SPEC}, 3")
def claim_169() -> Case:
    """A code with three attributes by number."""
    return _mosip_case(sign1(_claims()))


@_mosip.vector(f"{_SPEC}, 3")
def claim_169_ed25519() -> Case:
    """The same, signed with Ed25519."""
    token = sign1(
        _claims(), protected={1: -19, 4: cose_kid("issuer", _ED)}, signer=key("issuer", _ED),
        alg="Ed25519",
    )  # fmt: skip
    return Case(_code(token), world(identities=[jwk_identity(key_type=_ED)]))


@_mosip.vector(f"{_SPEC}, 3")
def claim_169_attribute_of_a_later_edition() -> Case:
    """An attribute whose number nobody has assigned is signed like the others."""
    return _mosip_case(sign1(_claims({**_IDENTITY, 77: "TEST-ONLY"})))


@_mosip.vector(f"{_SPEC}, 3", "crypto.signature_invalid", notes="Any code that reads well passes.")
def claim_169_altered() -> Case:
    """An attribute was changed after signing."""
    signed = cbor.loads(sign1(_claims(), tag=None))
    signed[2] = cbor.dumps(_claims({**_IDENTITY, 4: "TEST-ONLY Somebody Else"}))
    return _mosip_case(cbor.dumps(signed))


@_mosip.vector("RFC 8392, 3.1.4", "time.expired", notes="A card outlives its validity.")
def claim_169_expired() -> Case:
    """The code has expired."""
    return _mosip_case(sign1(_claims(l4=MOMENT)))


@_mosip.vector(f"{_SPEC}, 3", "claim169.claim", notes="A signed token of any other kind passes.")
def claim_169_absent() -> Case:
    """A signed token without identity data."""
    claims = _claims()
    del claims[169]
    return _mosip_case(sign1(claims))


@_mosip.vector(f"{_SPEC}, 3", "claim169.claim", notes="An identity that says nothing passes.")
def claim_169_empty() -> Case:
    """The identity data are an empty map."""
    return _mosip_case(sign1(_claims({})))


@_mosip.vector(f"{_SPEC}, 3", "claim169.claim", notes="Two readers take two attributes for one.")
def claim_169_attribute_by_name() -> Case:
    """One attribute is named instead of numbered."""
    return _mosip_case(sign1(_claims({**_IDENTITY, "4": "TEST-ONLY Somebody Else"})))


@_mosip.vector(f"{_SPEC}, 1", "claim169.compression",
               notes="Both forms taken: one token has two spellings.")  # fmt: skip
def claim_169_not_compressed() -> Case:
    """The code is not compressed, and is read as this kind since the request says so."""
    octets = _code(sign1(_claims()), compressed=False)
    return Case(octets, world(), request_of(format="claim-169"))


@_mosip.vector("RFC 9052, 5.2", "claim169.encrypted",
               notes="An encrypted code reported as broken, or as good.")  # fmt: skip
def claim_169_encrypted() -> Case:
    """The code holds an encrypted token."""
    encrypted = cbor.dumps(cbor.Tagged(16, [cbor.dumps({1: 3}), {5: bytes(12)}, bytes(64)], b""))
    return _mosip_case(encrypted)


@_mosip.vector("RFC 9052, 5.2", "claim169.encrypted", notes="Without a tag it is taken for broken.")
def claim_169_encrypted_without_its_tag() -> Case:
    """The same without the tag that says so."""
    return _mosip_case(cbor.dumps([cbor.dumps({1: 3}), {5: bytes(12)}, bytes(64)]))


@_mosip.vector("RFC 9052, 5.1", "claim169.encrypted", notes="Another kind of encryption is broken.")
def claim_169_encrypted_for_several() -> Case:
    """The code holds a token encrypted to recipients that it names."""
    recipient = [cbor.dumps({1: -3}), {4: b"TEST-ONLY"}, bytes(24)]
    body = [cbor.dumps({1: 3}), {5: bytes(12)}, bytes(64), [recipient]]
    return _mosip_case(cbor.dumps(cbor.Tagged(61, cbor.Tagged(96, body, b""), b"")))


@_mosip.vector("RFC 9052, 4.2", "cose.structure",
               notes="Whatever has not four parts counts as encrypted.")  # fmt: skip
def claim_169_of_three_parts() -> Case:
    """A signed token without its signature: three parts, and no ciphertext among them."""
    signed = cbor.loads(sign1(_claims(), tag=None))
    return _mosip_case(cbor.dumps([signed[0], signed[1], 7]))


def _rsa_case(label: int) -> Case:
    """Really signed by RS256, under the COSE algorithm ``label``."""
    own = rsa_key().verification_key
    head = {1: label, 4: own.thumbprint[:8]}
    token = sign1(_claims(), protected=head, signer=KeptKey(), alg="RS256")
    identity = {"kind": "jwk", "kid": "key-1", "jwk": dict(own.jwk())}
    return Case(_code(token), world(identities=[identity]))


@_mosip_rsa.vector("RFC 8812, 2")
def claim_169_rs256() -> Case:
    """The code is signed with RSA."""
    return _rsa_case(-257)


@_mosip_rsa.vector("RFC 8812, 2", "crypto.signature_invalid",
                   notes="Any padding is taken that fits the key.")  # fmt: skip
def claim_169_rs256_called_ps256() -> Case:
    """The header says PS256, and the signature is RS256."""
    return _rsa_case(-37)


@_mosip_rsa.vector("RFC 8812, 2", "crypto.key_type_mismatch",
                   notes="The listed key decides alone how a code is verified.")  # fmt: skip
def claim_169_rs256_called_es256() -> Case:
    """The header says ES256; the listed key is RSA."""
    return _rsa_case(-7)


@_mosip.vector("RFC 1950, 2.2", "zlib.too_large", notes="A code of 4 KiB fills the memory.")
def claim_169_bomb() -> Case:
    """The code inflates to more than 64 KiB."""
    return Case(base45.encode(zeros(258 * 300 + 1)).encode(), world())


@_mosip.vector("RFC 9052, 3.1", "resolve.no_hint", notes="All keys of all states are tried.")
def claim_169_without_key_identifier() -> Case:
    """The code names no key, and the list ties no service to codes of this kind."""
    return _mosip_case(sign1(_claims(), protected={1: -7}))


@_mosip.vector(f"{_SPEC}, 1")
def claim_169_without_key_identifier_of_a_bound_service() -> Case:
    """The code names no key; one service of the state is listed for codes of this kind."""
    return Case(_code(sign1(_claims(), protected={1: -7})), world(formats=["claim-169"]))


# --- PH1 -----------------------------------------
def _philippines(*formats: str, **members: Any) -> Json:
    own = service(
        "PH",
        **{"identities": [{"kind": "jwk", "kid": "ph-1", "jwk": public_jwk("philsys", _ED)}],
           "formats": list(formats), **members},
    )  # fmt: skip
    return trust(member_list("PH", own), recognition_list("SG", arrangement("SG", "PH")))


def _ph1(claims: dict[Any, Any] | None = None, *, compressed: bool = False,
         head: dict[Any, Any] | None = None) -> bytes:  # fmt: skip
    token = sign1(
        _claims(_NAMED, l1="PH") if claims is None else claims,
        protected=head or {1: -8}, signer=key("philsys", _ED), alg="Ed25519", tag=None,
    )  # fmt: skip
    return _code(token, compressed=compressed, prefix="PH1:")


@_philsys3.vector(f"{_SEEN}, third generation", importance=_PROFILE)
def philsys_v3() -> Case:
    """A code of the third generation: named attributes, no compression, no key identifier."""
    return Case(_ph1(), _philippines("claim-169"))


@_philsys3.vector(f"{_SEEN}, third generation", "claim169.compression", importance=_PROFILE,
                  notes="Both forms taken: one token has two spellings.")  # fmt: skip
def philsys_v3_compressed() -> Case:
    """A code of the third generation that is compressed."""
    return Case(_ph1(compressed=True), _philippines("claim-169"))


@_philsys3.vector(f"{_SEEN}, third generation", "claim169.issuer", importance=_PROFILE,
                  notes="Another state issues Philippine codes.")  # fmt: skip
def philsys_v3_of_another_issuer() -> Case:
    """The token behind the Philippine prefix names Thailand."""
    return Case(_ph1(_claims(_NAMED)), _philippines("claim-169"))


@_philsys3.vector(f"{_SEEN}, third generation", "claim169.claim", importance=_PROFILE,
                  notes="Attributes of the other kind are read under wrong names.")  # fmt: skip
def philsys_v3_attributes_by_number() -> Case:
    """The token numbers its attributes instead of naming them."""
    return Case(_ph1(_claims(l1="PH")), _philippines("claim-169"))


@_philsys3.vector(f"{_SEEN}, third generation", "crypto.signature_invalid", importance=_PROFILE,
                  notes="A code that names no key is tried with none.")  # fmt: skip
def philsys_v3_of_another_key() -> Case:
    """The code is signed with another key than the state's."""
    others = [{"kind": "jwk", "kid": "ph-1", "jwk": public_jwk("another", _ED)}]
    return Case(_ph1(), _philippines("claim-169", identities=others))


@_philsys3.vector("ETSI TS 119 602, 6.6.1", "resolve.no_hint", importance=_PROFILE,
                  notes="Every key of the state is tried.")  # fmt: skip
def philsys_v3_of_an_unbound_service() -> Case:
    """The state's service is not listed for codes of this kind."""
    return Case(_ph1(), _philippines())


# --- the first generation -----------------------------------------
_CARD: Mapping[str, str] = {
    "DateIssued": "15 October 2026", "Issuer": "PSA", "Suffix": "", "lName": "TEST-ONLY",
    "fName": "JUANA", "mName": "SANTOS", "sex": "Female", "BF": "[1,6]", "DOB": "January 15, 1990",
    "POB": "TEST-ONLY", "PCN": "0000-0000-0000-0000",
}  # fmt: skip


def _card(shown: Mapping[str, Any] | None = None, *, signed: Mapping[str, str] | None = None,
          alg: str = ALGORITHM, **more: Any) -> bytes:  # fmt: skip
    """The card's text: ``signed`` are the members signed, ``shown`` replace what is written."""
    texts = {**_CARD, **(signed or {})}
    octets = key("philsys", _ED).sign("Ed25519", printed(texts))
    written = {**texts, **(shown or {})}
    card = {
        "DateIssued": written.pop("DateIssued"),
        "Issuer": written.pop("Issuer"),
        "subject": written,
        "alg": alg,
        "signature": b64encode(octets).decode(),
        **more,
    }
    return json.dumps(card, ensure_ascii=True, separators=(",", ":")).encode()


def _card_case(card: bytes) -> Case:
    return Case(card, _philippines("philsys-v1"))


@_philsys1.vector(f"{_SEEN}, first generation", importance=_PROFILE)
def philsys_v1() -> Case:
    """A card of the first generation: the signature covers a print of its members."""
    return _card_case(_card())


@_philsys1.vector(f"{_SEEN}, first generation", importance=_PROFILE)
def philsys_v1_with_an_n_tilde() -> Case:
    """A name holds ñ, which is signed as a question mark."""
    return _card_case(_card(signed={"lName": "TEST-ONLY PEÑA"}))


@_philsys1.vector(f"{_SEEN}, first generation", "crypto.signature_invalid", importance=_PROFILE,
                  notes="A card that reads well passes.")  # fmt: skip
def philsys_v1_altered() -> Case:
    """A name was changed after signing."""
    return _card_case(_card({"fName": "MARIA"}))


@_philsys1.vector(f"{_SEEN}, first generation", "philsys.text", importance=_PROFILE,
                  notes="Text moves from one member to the next under one signature.")  # fmt: skip
def philsys_v1_text_moved_between_members() -> Case:
    """A name holds a quote and the start of the next member."""
    moved = {"lName": 'TEST-ONLY",\n    "fName": "JUANA', "fName": ""}
    return _card_case(_card(moved))


@_philsys1.vector(f"{_SEEN}, first generation", "philsys.text", importance=_PROFILE,
                  notes="What Latin-1 lacks is dropped, and the rest verifies.")  # fmt: skip
def philsys_v1_beyond_latin_1() -> Case:
    """A name holds a letter that Latin-1 does not have."""
    return _card_case(_card({"lName": "TEST-ONLY ชื่อ"}))


@_philsys1.vector(f"{_SEEN}, first generation", "philsys.members", importance=_PROFILE,
                  notes="A member that nobody signed is shown among those that are.")  # fmt: skip
def philsys_v1_with_an_unsigned_member() -> Case:
    """A member is added that the signature does not cover."""
    return _card_case(_card({"citizenship": "PH"}))


@_philsys1.vector(f"{_SEEN}, first generation", "philsys.algorithm", importance=_PROFILE,
                  notes="The card chooses how it is verified.")  # fmt: skip
def philsys_v1_of_another_algorithm() -> Case:
    """The card names another algorithm."""
    return _card_case(_card(alg="none"))


@_philsys1.vector(f"{_SEEN}, first generation", "philsys.signature", importance=_PROFILE,
                  notes="An empty signature is none to object to.")  # fmt: skip
def philsys_v1_without_signature() -> Case:
    """The signature is empty."""
    return _card_case(_card(signature=""))


@_philsys1.vector(f"{_SEEN}, first generation", "philsys.date", importance=_PROFILE,
                  notes="A date nobody can read is no date to object to.")  # fmt: skip
def philsys_v1_date_unreadable() -> Case:
    """The date of issue is written in numbers."""
    return _card_case(_card(signed={"DateIssued": "2026-10-15"}))


@_philsys1.vector("RFC 7519, 4.1.6", "time.issued_in_the_future", importance=_PROFILE,
                  notes="A card made out ahead of time passes.")  # fmt: skip
def philsys_v1_issued_in_the_future() -> Case:
    """The card says it is issued next year."""
    return _card_case(_card(signed={"DateIssued": "15 October 2027"}))


@_philsys1.vector("RFC 7493, 2.3", "json.duplicate_member", importance=_PROFILE,
                  notes="One reader shows the first, another the last.")  # fmt: skip
def philsys_v1_member_twice() -> Case:
    """The issuer is there twice."""
    return _card_case(_card().replace(b'"Issuer":"PSA"', b'"Issuer":"PSA","Issuer":"PSA"'))


# --- online only -----------------------------------------
@_philsys3.vector("EN 319 102-1, 5.2.5", "resolve.online_only", importance=_PROFILE,
                  features=("online-token",),
                  notes="A token nobody could check passes, or counts as forged.")  # fmt: skip
def token_that_only_its_issuer_checks() -> Case:
    """An opaque token of the Philippines, which only an online service can check."""
    online = [{"kind": "online", "value": "https://everify.ph.test.example/check"}]
    lists = _philippines("everify", identities=online)
    return Case(b"TEST-ONLY-opaque-token-4711", lists, request_of(format="everify"))
