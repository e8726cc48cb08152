"""Attacks on the life of lists in XML: whose they are, how long they live, who signs the next."""

import pytest

pytest.importorskip("lxml")

from defa_trust.formats.xmldsig_sign import sign_enveloped
from defa_trust.trustlist.accept import AcceptancePolicy, Pin, accept
from defa_trust.trustlist.model import Binding
from defa_trust.trustlist.ts119612.bridge import convert_to_612
from defa_trust.trustlist.ts119612.from_602 import REGION_CODE, REGION_NAME
from defa_trust.trustlist.ts119612.model import Extension
from tests import eu_lists as eu
from tests import signed_lists as lists
from tests.signed_lists import DAY, MEMBER, NOW, REGIONAL


# --- territory -----------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("stated", "state", "code"),
    [
        ("TH", "TH", None),
        ("TH", "SG", "list.signer_country"),
        (REGION_NAME, "TH", "list.territory_mismatch"),
        (REGION_NAME, "SG", "list.territory_mismatch"),
    ],
)
def test_a_states_list_that_calls_itself_the_regions(stated, state, code):
    """By the region's name it would escape the check of its signer's country, and still stand in
    Thailand's place: by the two letters that only the region's list may choose."""
    signer = eu.operator(state)
    found = eu.national(
        "TH",
        stated=stated,
        operator=eu.en(lists.operator_name(state)),
        extensions=(Extension(REGION_CODE, False, "TH"),),
    )
    pin = Pin(MEMBER, "TH", (signer[1],), binding=Binding.XML)
    assert accept(eu.signed(found, signer=signer), pin, last=None, now=NOW).code == code


@pytest.mark.parametrize(
    ("asked", "code"), [(None, None), ("ID", None), ("SG", "list.signer_country")]
)
def test_a_regions_signer_of_another_country_than_the_policy_asks(asked, code):
    """The same list in either syntax: what the operator asks of its signer holds for both."""
    policy = AcceptancePolicy(regional_country=asked)
    signer, document = lists.operator("AP"), lists.regional_document()
    pin = Pin(REGIONAL, "AP", (signer[1],))
    data = lists.signed(document)
    assert accept(data, pin, last=None, now=NOW, policy=policy).code == code
    written = sign_enveloped(convert_to_612(document).document, *signer, signed_at=lists.ISSUED)
    pin = pin._replace(binding=Binding.XML)
    assert accept(written, pin, last=None, now=NOW, policy=policy).code == code


def test_the_country_of_our_regions_signer_is_not_asked_of_the_unions():
    data = eu.signed(eu.lotl())
    assert eu.judge(data, "EU", policy=AcceptancePolicy(regional_country="ID")).code is None


# --- time ----------------------------------------------------------------------------------------
def test_a_closed_list_of_lists_introduces_nobody():
    """Without NextUpdate it never expires, so that its pointers could be shown for ever: of the
    states whose lists were closed with it, and of signers replaced since."""
    assert eu.judge(eu.signed(eu.lotl()), "EU").code is None
    assert eu.judge(eu.signed(eu.lotl()), "EU", now=NOW + 300 * DAY).code == "list.regional_expired"
    closed = eu.lotl(next_update=None)
    for now in (NOW, NOW + 300 * DAY):
        answer = eu.judge(eu.signed(closed), "EU", now=now)
        assert answer.code == "list.closed_with_services"
        assert "DE" in answer.findings[0].text
    alone = closed._replace(pointers=closed.pointers[:1])
    assert eu.judge(eu.signed(alone), "EU").trust_list.pointers == ()
