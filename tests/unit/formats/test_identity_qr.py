"""Identity QR codes: which text is which, what is signed, and what is shown."""

import pytest

from defa_trust.conformance.vectors import qr_identity as made
from defa_trust.errors import Rejection
from defa_trust.formats import claim169, philsys_v1
from defa_trust.formats.online_token import EVERIFY
from defa_trust.formats.registry import FORMATS
from defa_trust.request import HolderBinding, Request

ASKED = Request("SG", HolderBinding.IF_PRESENT)
MOSIP = made.claim_169().data
PH3 = made.philsys_v3().data
PH1 = made.philsys_v1().data


@pytest.mark.parametrize(
    ("data", "name"), [(MOSIP, "claim-169"), (PH3, "claim-169"), (PH1, "philsys-v1")]
)
def test_each_text_has_one_reading(data, name):
    assert [found for found, each in FORMATS.items() if each.detect(data)] == [name]


@pytest.mark.parametrize(
    "data", [b"", b"{", b"PH1", b"NCF", b"hello", b"HC1:NCF", b"eyJ.e30.", b"\xff" * 9]
)
def test_other_texts_are_not_taken_for_one(data):
    assert not claim169.detect(data)
    assert not philsys_v1.detect(data)
    assert not EVERIFY.detect(data)


def test_attributes_are_shown_by_name():
    claims = claim169.parse(MOSIP, ASKED).reveal()
    assert claims["identity-data"]["fullName"] == "TEST-ONLY Jaidee"
    assert claims["iss"] == "TH"


def test_the_philippine_issuer_is_its_territory():
    presented = claim169.parse(PH3, ASKED)
    assert presented.asserted.territory == "PH"
    assert presented.asserted.types == (claim169.PHILSYS_TYPE,)
    assert presented.points_to_no_key


def test_what_is_printed_is_what_public_verifiers_print():
    texts = {**made._CARD, "lName": "PEÑA", "fName": "NIÑo"}
    printed = philsys_v1.printed(texts)
    assert printed.startswith(b'{\n  "DateIssued": "15 October 2026",\n  "Issuer": "PSA",\n')
    assert b'\n  "subject": {\n    "Suffix": "",\n    "lName": "PE?A",\n' in printed
    assert printed.endswith(b'"PCN": "0000-0000-0000-0000"\n  },\n  "alg": "EDDSA"\n}')


@pytest.mark.parametrize(
    "text", ['a"b', "a\\b", "a\nb", "a\tb", "\x7f", "\x85", "ชื่อ", "\ud800", "a\0"]
)
def test_no_two_cards_have_one_print(text):
    card = made._card({"POB": text}) if "\ud800" not in text else made._card({"POB": "x"})
    if "\ud800" in text:
        card = card.replace(b'"POB":"x"', b'"POB":"\\ud800"')
    with pytest.raises(Rejection):
        philsys_v1.parse(card, ASKED)


def test_a_card_with_a_doubtful_letter_says_so():
    plain = philsys_v1.parse(PH1, ASKED)
    doubtful = philsys_v1.parse(made.philsys_v1_with_an_n_tilde().data, ASKED)
    assert plain.findings == ()
    assert [f.code.id for f in doubtful.findings] == ["philsys.lossy"]


@pytest.mark.parametrize("data", [b"", b"a b", b"\xff", b"x" * 5000])
def test_an_online_token_is_printable_and_short(data):
    with pytest.raises(Rejection) as caught:
        EVERIFY.parse(data, ASKED)
    assert caught.value.code.id == "online_token.text"
