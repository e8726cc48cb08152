"""Matching: what a credential answers, and what it discloses beyond that."""

import pytest

from defa_trust.conformance.build import (
    digest,
    disclosure,
    named,
    present,
    salt,
    sd_issuer,
    sd_payload,
)
from defa_trust.openid4vp_match import Shown, match, select, shown_mdoc, shown_sd_jwt
from defa_trust.openid4vp_query import CredentialFormat, Query
from defa_trust.request import HolderBinding, Request
from defa_trust.verify import parse

# The example of OpenID4VP 1.0, 7.3.
ARTHUR = {
    "name": "Arthur Dent",
    "address": {
        "street_address": "42 Market Street",
        "locality": "Milliways",
        "postal_code": "12345",
    },
    "degrees": [
        {"type": "Bachelor of Science", "university": "University of Betelgeuse"},
        {"type": "Master of Science", "university": "University of Betelgeuse"},
    ],
    "nationalities": ["British", "Betelgeusian"],
}


@pytest.mark.parametrize(
    ("path", "places"),
    [
        (["name"], [("name",)]),
        (["address"], [("address",)]),
        (["address", "street_address"], [("address", "street_address")]),
        (["degrees", None, "type"], [("degrees", 0, "type"), ("degrees", 1, "type")]),
        (["nationalities", 1], [("nationalities", 1)]),
        (["nationalities", None], [("nationalities", 0), ("nationalities", 1)]),
        (["nationalities", 2], []),
        (["nationalities", "1"], []),
        (["name", "first"], []),
        (["name", 0], []),
        (["name", None], []),
        (["address", 0], []),
        (["address", None], []),
        (["other"], []),
        (["degrees", None, "other"], []),
        (["degrees", 0, "type", None], []),
    ],
)
def test_paths_select_what_the_standard_says(path, places):
    assert list(select(ARTHUR, tuple(path))) == places


def test_one_selected_element_of_the_wrong_kind_ends_in_an_error():
    assert select({"a": [{"b": 1}, 2]}, ("a", None, "b")) == ()
    assert select({"a": [{"b": 1}, {}]}, ("a", None, "b")) == (("a", 0, "b"),)


def query(*claims, types=("urn:id",), **members):
    if claims:
        members["claims"] = [
            claim if isinstance(claim, dict) else {"path": list(claim)} for claim in claims
        ]
    meta = {"vct_values": list(types)}
    asked = {"id": "pid", "format": "dc+sd-jwt", "meta": meta, **members}
    return Query.parse({"credentials": [asked]}).credentials[0]


def shown(claims, *disclosed, type="urn:id"):
    places = tuple((place, f"disclosure {n}") for n, place in enumerate(disclosed, 1))
    return Shown(CredentialFormat.SD_JWT_VC, type, claims, places)


def said(matched):
    return [finding.code.id.removeprefix("presentation.") for finding in matched.findings]


def test_all_claims_are_there_and_nothing_more():
    matched = match(shown(ARTHUR, ("name",)), query(("name",), ("address", "locality")))
    assert said(matched) == ["type_fits", "claims_complete", "nothing_more"]
    assert [places for _, places in matched.answered] == [
        (("name",),),
        (("address", "locality"),),
    ]


def test_another_type():
    matched = match(shown(ARTHUR, type="urn:other"), query(("name",)))
    assert said(matched)[0] == "type_other"
    assert matched.findings[0].expected == ("urn:id",)


def test_a_missing_claim_is_named_in_the_words_of_the_query():
    matched = match(shown(ARTHUR), query(("name",), ("birth_date",)))
    assert said(matched) == ["type_fits", "claim_missing", "nothing_more"]
    assert matched.findings[1].expected == "birth_date"


@pytest.mark.parametrize("values", [["TH"], [1], [True], ["british"]])
def test_a_value_nobody_asked_for(values):
    asked = query({"path": ["nationalities", 0], "values": values})
    assert said(match(shown(ARTHUR), asked))[1] == "claim_value"


@pytest.mark.parametrize(
    ("value", "wanted", "fits"),
    [(1, 1, True), (True, 1, False), (1, True, False), (1.0, 1, False), ("1", 1, False),
     (0, False, False), (False, False, True), ("a", "a", True), (None, "None", False)],
)  # fmt: skip
def test_values_match_by_type_and_value(value, wanted, fits):
    asked = query({"path": ["x"], "values": [wanted]})
    assert (said(match(shown({"x": value}), asked))[1] == "claims_complete") is fits


def test_of_several_elements_those_with_the_value_count_and_the_others_are_surplus():
    asked = query({"path": ["nationalities", None], "values": ["British"]})
    disclosed = (("nationalities", 0), ("nationalities", 1))
    matched = match(shown(ARTHUR, *disclosed), asked)
    assert said(matched) == ["type_fits", "claims_complete", "surplus"]
    assert matched.surplus == (("nationalities", 1),)


def test_without_claims_every_disclosure_is_surplus():
    matched = match(shown(ARTHUR, ("name",)), query())
    assert said(matched) == ["type_fits", "claims_complete", "surplus"]
    assert matched.findings[2].actual == ("disclosure 1",)


@pytest.mark.parametrize(
    ("asked", "disclosed", "surplus"),
    [
        # The way to a claim, and the parts of a claim, belong to it.
        (("address", "locality"), [("address",)], []),
        (("address",), [("address", "locality"), ("address", "postal_code")], []),
        (("address", "locality"), [("address", "postal_code")], [("address", "postal_code")]),
        (("address", "locality"), [("address",), ("address", "locality"), ("name",)], [("name",)]),
        (("degrees", None, "type"), [("degrees", 0), ("degrees", 1)], []),
        (("degrees", 0), [("degrees", 0), ("degrees", 1)], [("degrees", 1)]),
    ],
)
def test_surplus_is_what_no_claim_needs(asked, disclosed, surplus):
    assert list(match(shown(ARTHUR, *disclosed), query(asked)).surplus) == surplus


def test_what_another_query_asks_of_the_same_credential_is_no_surplus():
    other = query(("address",))
    disclosed = (("name",), ("address",), ("nationalities", 0))
    matched = match(shown(ARTHUR, *disclosed), query(("name",)), (other,))
    assert matched.surplus == (("nationalities", 0),)
    stranger = query(("address",), types=("urn:other",))
    matched = match(shown(ARTHUR, *disclosed), query(("name",)), (stranger,))
    assert matched.surplus == (("address",), ("nationalities", 0))


SETS = [
    {"id": "a", "path": ["name"]},
    {"id": "b", "path": ["address", "locality"]},
    {"id": "c", "path": ["birth_date"]},
]


def test_one_combination_is_enough():
    matched = match(shown(ARTHUR), query(*SETS, claim_sets=[["c"], ["a", "b"]]))
    assert [claim.id for claim, _ in matched.answered] == ["a", "b"]
    assert said(matched)[1] == "claims_complete"


def test_two_combinations_at_once_are_more_than_was_asked_for():
    asked = query(*SETS, claim_sets=[["a"], ["b"]])
    matched = match(shown(ARTHUR, ("name",), ("address", "locality")), asked)
    assert matched.surplus == (("address", "locality"),)


def test_the_combination_counts_that_explains_most():
    asked = query(*SETS, claim_sets=[["a"], ["a", "b"]])
    matched = match(shown(ARTHUR, ("name",), ("address", "locality")), asked)
    assert [claim.id for claim, _ in matched.answered] == ["a", "b"]
    assert matched.surplus == ()


def test_no_combination_and_the_nearest_one_is_explained():
    asked = query(*SETS, {"id": "d", "path": ["x"]}, claim_sets=[["c", "d"], ["a", "c"]])
    matched = match(shown(ARTHUR, ("name",)), asked)
    assert said(matched) == ["type_fits", "claim_missing", "surplus"]
    assert matched.findings[1].expected == "c"
    assert matched.answered == ()


def test_a_verifier_that_takes_no_more_than_it_asked_for():
    matched = match(shown(ARTHUR, ("name",)), query(), refuse_surplus=True)
    assert said(matched)[-1] == "surplus_refused"
    matched = match(shown(ARTHUR), query(), refuse_surplus=True)
    assert said(matched)[-1] == "nothing_more"


def test_trusted_authorities_are_named_and_decide_nothing():
    asked = query(trusted_authorities=[{"type": "etsi_tl", "values": ["https://list.example"]}])
    finding = match(shown(ARTHUR), asked).findings[-1]
    assert finding.code.id == "presentation.authorities_by_list"
    assert finding.code.evidential


# --- what a real message discloses ---------------------------------------------------------------
def read(token):
    claims = parse(token, Request("SG", HolderBinding.IF_PRESENT)).reveal()
    return shown_sd_jwt(token, claims)


def test_places_of_disclosures_are_those_of_the_processed_claims():
    inner = named("street", "TEST-ONLY")
    address = named("address", {"_sd": [digest(inner)], "country": "TH"})
    absent, second = disclosure(salt("0"), "TH"), disclosure(salt("1"), "VN")
    payload = sd_payload(
        _sd=[digest(address), digest(named("decoy", 1))],
        nationalities=[{"...": digest(absent)}, {"...": digest(second)}, "SG"],
    )
    found = read(present(sd_issuer(payload), inner, second, address))
    assert dict(found.disclosed) == {
        ("nationalities", 0): "disclosure 2",
        ("address",): "disclosure 3",
        ("address", "street"): "disclosure 1",
    }
    assert found.claims["nationalities"] == ["VN", "SG"]
    assert found.type == payload["vct"]


def test_every_place_leads_to_what_was_disclosed():
    texts = [named(name, {"value": name}) for name in ("a", "b")]
    found = read(present(sd_issuer(sd_payload(_sd=[digest(t) for t in texts])), *texts))
    assert {found.claims[place[0]]["value"] for place, _ in found.disclosed} == {"a", "b"}


MDOC = {
    "docType": "org.iso.18013.5.1.mDL",
    "nameSpaces": {"org.iso.18013.5.1": {"family_name": "x", "age_over_18": True}},
    "deviceSigned": {"org.example": {"note": "y"}},
}


def mdoc_query(*elements):
    claims = [{"path": ["org.iso.18013.5.1", name]} for name in elements]
    meta = {"doctype_value": "org.iso.18013.5.1.mDL"}
    asked = {"id": "mdl", "format": "mso_mdoc", "meta": meta, "claims": claims}
    return Query.parse({"credentials": [asked]}).credentials[0]


def test_every_element_of_an_mdoc_is_disclosed_selectively():
    matched = match(shown_mdoc(MDOC), mdoc_query("family_name"))
    assert said(matched) == ["type_fits", "claims_complete", "surplus"]
    assert matched.surplus == (
        ("org.iso.18013.5.1", "age_over_18"),
        ("deviceSigned", "org.example", "note"),
    )
    # Findings tell no one's elements: namespaces, and how many.
    assert matched.findings[2].actual == ("org.iso.18013.5.1", "deviceSigned org.example")


def test_what_the_device_signed_answers_no_query():
    claims = {**MDOC, "deviceSigned": {"org.iso.18013.5.1": {"birth_date": "1990-01-15"}}}
    matched = match(shown_mdoc(claims), mdoc_query("family_name", "age_over_18", "birth_date"))
    assert said(matched)[1] == "claim_missing"


def test_formats_are_not_mixed_up():
    disguised = shown(ARTHUR, type="org.iso.18013.5.1.mDL")
    assert said(match(disguised, mdoc_query("x")))[0] == "type_other"
