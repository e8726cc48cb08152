import threading

import pytest

from defa_trust.codec import base64url
from defa_trust.codes import codec
from defa_trust.codes import sd_jwt as codes
from defa_trust.conformance import build
from defa_trust.conformance.build import (
    DAY,
    MOMENT,
    digest,
    disclosure,
    named,
    present,
    sd_issuer,
    sd_payload,
)
from defa_trust.crypto import DIGESTS
from defa_trust.formats import sd_jwt, sd_jwt_disclosure
from defa_trust.formats.base import StatusMechanism, StatusReference
from defa_trust.request import Profile
from tests.unit.formats.sd_jwt_tools import (
    BIRTH,
    ELEMENT,
    GENERIC,
    NAME,
    REQUEST,
    listed,
    message,
    parse,
    problems,
    refused,
    request_with,
    revealed,
)


# --- what parsing says ---------------------------------------------------------------------------
def test_reads_a_credential():
    data = message(NAME, _sd=[digest(NAME)], nbf=MOMENT - DAY, acr="high", aud="x")
    presented = sd_jwt.parse(data, REQUEST)
    asserted = presented.asserted
    assert presented.format == "sd-jwt-vc"
    assert asserted.issuer == build.ISSUER
    assert (asserted.not_before, asserted.expires) == (MOMENT - DAY, MOMENT + 300 * DAY)
    assert asserted.issued_at == MOMENT - 30 * DAY
    assert asserted.types == (build.VCT,)
    assert asserted.levels == (("acr", "high"),)
    assert asserted.audience == ("x",)
    assert presented.holder_key_bound
    assert presented.holder_proof is None
    assert presented.reveal_judges
    (claim,) = presented.digest_claims
    assert claim.data == NAME.encode()
    assert claim.algorithm == "sha-256"
    assert claim.expected == {DIGESTS["sha-256"](NAME.encode())}


def test_reads_a_status():
    status = {"status_list": {"idx": 1, "uri": "https://status.test.example/1"}}
    assert parse(status=status).asserted.status == (
        StatusReference(StatusMechanism.TOKEN_STATUS_LIST, "https://status.test.example/1", 1),
    )


def test_reads_a_proof():
    data = message(NAME, _sd=[digest(NAME)], binding={"exp": MOMENT + 5, "nbf": MOMENT - 20})
    presented = sd_jwt.parse(data, REQUEST)
    proof = presented.holder_proof
    assert proof.key == build.key("holder").verification_key
    assert (proof.audience, proof.nonce) == (build.VERIFIER, build.NONCE)
    assert (proof.not_before, proof.issued_at, proof.expires) == (
        MOMENT - 20, MOMENT - 10, MOMENT + 5,
    )  # fmt: skip
    claim = presented.digest_claims[-1]
    assert claim.data == data[: data.rindex(b"~") + 1]
    assert problems(presented) == []


def test_a_credential_without_cnf_is_bound_to_nobody():
    assert not parse(cnf=None).holder_key_bound


# --- what comes out ------------------------------------------------------------------------------
def test_reveals_members_of_the_top_level():
    both = sorted([digest(NAME), digest(BIRTH)])
    assert revealed(NAME, BIRTH, _sd=both) == {
        "family_name": "TEST-ONLY",
        "birthdate": "1990-01-15",
    }
    assert revealed(NAME, _sd=both) == {"family_name": "TEST-ONLY"}
    assert revealed(_sd=both) == {}
    assert revealed() == {}


def test_reveals_within_objects_and_arrays():
    inner = named("locality", "TEST-ONLY")
    assert revealed(inner, address={"_sd": [digest(inner)], "country": "TH"}) == {
        "address": {"country": "TH", "locality": "TEST-ONLY"}
    }
    assert revealed(ELEMENT, x=[{"...": digest(ELEMENT)}, "SG", {"...": digest("decoy")}]) == {
        "x": ["TH", "SG"]
    }
    assert revealed(x=[{"...": digest(ELEMENT)}], y={"_sd": [digest("decoy")]}) == {
        "x": [],
        "y": {},
    }
    assert revealed(ELEMENT, x=[[[{"...": digest(ELEMENT)}]], {"y": [1]}]) == {
        "x": [[["TH"]], {"y": [1]}]
    }


def test_reveals_recursively_in_any_order():
    inner = named("locality", "TEST-ONLY")
    element = disclosure("TEST-ONLY salt", {"_sd": [digest(inner)]})
    outer = named("address", {"_sd": [], "list": [{"...": digest(element)}]})
    expected = {"address": {"list": [{"locality": "TEST-ONLY"}]}}
    assert revealed(outer, element, inner, _sd=[digest(outer)]) == expected
    assert revealed(inner, outer, element, _sd=[digest(outer)]) == expected


@pytest.mark.parametrize("algorithm", list(DIGESTS))
def test_reveals_by_every_digest_algorithm(algorithm):
    claims = revealed(NAME, _sd=[digest(NAME, algorithm)], _sd_alg=algorithm)
    assert claims == {"family_name": "TEST-ONLY"}


def test_nothing_handed_out_is_shared():
    presented = parse(NAME, _sd=[digest(NAME)], address={"country": "TH"})
    first, second = presented.reveal(), presented.reveal()
    first["address"]["country"] = "changed"
    first["cnf"].clear()
    assert second == presented.reveal()
    assert second["address"]["country"] == "TH"


def test_reveals_the_same_in_many_threads():
    presented = parse(NAME, _sd=[digest(NAME)])
    seen = []
    threads = [threading.Thread(target=lambda: seen.append(presented.reveal())) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(seen) == 8
    assert all(claims == seen[0] for claims in seen)
    assert len({id(claims) for claims in seen}) == 8


# --- type ----------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("typ", "profiles", "format"),
    [
        ("dc+sd-jwt", (), "sd-jwt-vc"),
        ("application/dc+sd-jwt", (), "sd-jwt-vc"),
        ("vc+sd-jwt", (Profile.SD_JWT_VC_LEGACY_TYP,), "sd-jwt-vc"),
        ("dc+sd-jwt", (Profile.SD_JWT_GENERIC,), "sd-jwt-vc"),
        ("example+sd-jwt", (Profile.SD_JWT_GENERIC,), "sd-jwt"),
        ("vc+sd-jwt", (Profile.SD_JWT_GENERIC,), "sd-jwt"),
    ],
)
def test_accepts_types(typ, profiles, format):
    presented = parse(header={"typ": typ}, request=request_with(*profiles))
    assert presented.format == format


@pytest.mark.parametrize(
    ("typ", "profiles"),
    [
        (None, ()),
        ("JWT", ()),
        ("vc+jwt", ()),
        ("vc+sd-jwt", ()),
        ("example+sd-jwt", ()),
        ("example+sd-jwt", (Profile.SD_JWT_VC_LEGACY_TYP,)),
        (None, (Profile.SD_JWT_GENERIC,)),
        ("kb+jwt", (Profile.SD_JWT_GENERIC,)),
    ],
)
def test_refuses_types(typ, profiles):
    request = request_with(*profiles)
    assert refused(parse, header={"typ": typ}, request=request).code is codes.TYP


@pytest.mark.parametrize("vct", [None, 1, "", [build.VCT]])
def test_a_vc_needs_its_type(vct):
    assert refused(parse, vct=vct).code is codes.VCT


def test_a_plain_sd_jwt_needs_none():
    assert parse(header={"typ": "x+sd-jwt"}, vct=None, request=GENERIC).asserted.types == ()
    refusal = refused(parse, header={"typ": "x+sd-jwt"}, vct=1, request=GENERIC)
    assert refusal.code is codes.VCT


def test_an_issuer_is_named_by_claim_or_certificate():
    assert refused(parse, iss=None).code is codes.ISSUER
    certificate = base64url.encode_standard(b"TEST-ONLY")
    presented = parse(iss=None, header={"x5c": [certificate]})
    assert presented.asserted.issuer is None
    assert presented.issuer_part.hint.certificate == b"TEST-ONLY"


# --- digests and disclosures ---------------------------------------------------------------------
@pytest.mark.parametrize(
    "value", ["md5", "SHA-256", "sha-1", "sha-256-32", "", None, 1, ["sha-256"]]
)
def test_refuses_other_digest_algorithms(value):
    payload = {**sd_payload(), "_sd_alg": value}
    assert refused(sd_jwt.parse, present(sd_issuer(payload)), REQUEST).code is codes.SD_ALG


@pytest.mark.parametrize(
    ("parts", "code"),
    [
        ([], codes.DISCLOSURE_FORM),
        (["salt"], codes.DISCLOSURE_FORM),
        (["salt", "a", "b", "c"], codes.DISCLOSURE_FORM),
        ([1, "a", "b"], codes.DISCLOSURE_FORM),
        ([None, "a"], codes.DISCLOSURE_FORM),
        (["salt", 1, "b"], codes.DISCLOSURE_FORM),
        (["salt", ["a"], "b"], codes.DISCLOSURE_FORM),
        (["salt", None, "b"], codes.DISCLOSURE_FORM),
        (["salt", "_sd", []], codes.DISCLOSURE_NAME),
        (["salt", "...", "x"], codes.DISCLOSURE_NAME),
    ],
)
def test_refuses_malformed_disclosures(parts, code):
    assert refused(listed, NAME, disclosure(*parts)).code is code


def test_a_refused_disclosure_is_named_by_its_place():
    refusal = refused(listed, NAME, disclosure(1, "family_name", "Somchai"))
    assert refusal.actual == 2
    assert "Somchai" not in str(refusal)
    assert "family_name" not in str(refusal)


@pytest.mark.parametrize(
    "body",
    [b"{}", b'"x"', b"null", b'{"0":"salt","1":"a"}', b'["s","a","b"],["t","c","d"]',
     b'["s","a","b"]]', b'["s","a","b"', b"", b'["s","a",NaN]', b'["s","a",{"x":1,"x":2}]'],
)  # fmt: skip
def test_refuses_disclosures_that_are_no_array(body):
    code = refused(listed, NAME, base64url.encode(body) or "AA").code
    assert code is codes.DISCLOSURE_FORM or code.id.startswith("json.")


@pytest.mark.parametrize("change", ["=", "+", " ", "\n"])
def test_refuses_other_spellings_of_a_disclosure(change):
    assert refused(listed, NAME + change).code is codec.BASE64URL


def test_refuses_a_disclosure_with_unused_bits():
    text = next(t for t in (disclosure("s" * n, "a", "b") for n in range(4)) if len(t) % 4)
    assert refused(listed, text[:-1] + chr(ord(text[-1]) + 1)).code is codec.BASE64URL


@pytest.mark.parametrize("value", [digest(NAME), {}, 1, None, [1], [[digest(NAME)]], [None]])
def test_refuses_malformed_sd(value):
    payload = {**sd_payload(), "_sd": value}
    assert refused(sd_jwt.parse, present(sd_issuer(payload), NAME), REQUEST).code is codes.SD_MEMBER
    nested = sd_payload(address=[{"x": {"_sd": value}}])
    assert refused(sd_jwt.parse, present(sd_issuer(nested)), REQUEST).code is codes.SD_MEMBER
    within = named("x", {"_sd": value})
    assert refused(listed, within).code is codes.SD_MEMBER


@pytest.mark.parametrize(
    "element", [{"...": 1}, {"...": None}, {"...": [digest(ELEMENT)]}, {"...": "x", "y": 1},
                {"...": "AA", "_sd": []}],
)  # fmt: skip
def test_refuses_malformed_array_digests(element):
    assert refused(parse, x=[element]).code is codes.ARRAY_DIGEST
    assert refused(parse, x=[[element]]).code is codes.ARRAY_DIGEST


@pytest.mark.parametrize("members", [{"...": digest(ELEMENT)}, {"x": {"...": digest(ELEMENT)}}])
def test_refuses_array_digests_outside_arrays(members):
    assert refused(parse, ELEMENT, **members).code is codes.ARRAY_DIGEST


def test_refuses_digests_that_are_no_base64url():
    for text in ("x y", "AB", digest(NAME) + "="):
        assert refused(parse, _sd=[text]).code is codec.BASE64URL


def test_refuses_repeated_digests_wherever_they_are():
    for members in (
        {"_sd": [digest(NAME), digest(NAME)]},
        {"_sd": [digest(NAME)], "x": {"_sd": [digest(NAME)]}},
        {"_sd": [digest(NAME)], "x": [{"...": digest(NAME)}]},
        {"x": [{"...": "AAAA"}, {"...": "AAAA"}]},
    ):
        assert refused(parse, NAME, **members).code is codes.DIGEST_REPEATED
    within = named("x", {"_sd": [digest(NAME)]})
    assert refused(listed, NAME, within).code is codes.DIGEST_REPEATED


def test_refuses_repeated_disclosures():
    assert refused(parse, NAME, NAME, _sd=[digest(NAME)]).code is codes.DISCLOSURE_REPEATED


def test_an_unreferenced_disclosure_fails_twice():
    presented = parse(NAME, BIRTH, _sd=[digest(NAME)])
    assert problems(presented) == ["digest.mismatch"]
    refusal = refused(presented.reveal)
    assert refusal.code is codes.DISCLOSURE_UNREFERENCED
    assert refusal.actual == 1


def test_a_disclosure_cannot_hold_itself_up():
    # Two disclosures can name each other's digests only by a cycle of hashes; one alone hangs free.
    inner = named("x", 1)
    outer = named("y", {"_sd": [digest(inner)]})
    presented = parse(inner, outer, _sd=[digest(NAME)])
    assert problems(presented) == ["digest.mismatch"]
    assert refused(presented.reveal).actual == 2


@pytest.mark.parametrize(
    ("disclosures", "members", "code"),
    [
        ((named("nationality", "SG"),), {"nationality": "TH"}, codes.CLAIM_OVERWRITTEN),
        ((NAME, disclosure("other", "family_name", "x")), {}, codes.CLAIM_OVERWRITTEN),
        ((disclosure("salt", "TH"),), {}, codes.DISCLOSURE_PLACE),
        ((disclosure("salt", {"unhashable": 1}),), {}, codes.DISCLOSURE_PLACE),
        *(((named(name, "x"),), {name: None}, codes.NEVER_DISCLOSABLE)
          for name in ("nbf", "aud", "status", "vct#integrity", "acr", "_sd_alg", "aka_vcts")),
    ],
)  # fmt: skip
def test_refuses_at_reveal(disclosures, members, code):
    presented = listed(*disclosures, **members)
    assert problems(presented) == [code.id]
    assert refused(presented.reveal).code is code
    assert refused(presented.reveal).code is code


def test_refuses_open_members_that_come_as_disclosures():
    for name, value in (("exp", MOMENT), ("cnf", {"jwk": {}})):
        presented = listed(named(name, value), **{name: None})
        assert refused(presented.reveal).code is codes.NEVER_DISCLOSABLE
    below = named("exp", 1)
    assert revealed(below, document={"_sd": [digest(below)]}) == {"document": {"exp": 1}}


def test_refuses_a_member_where_an_element_belongs():
    presented = parse(NAME, x=[{"...": digest(NAME)}])
    assert refused(presented.reveal).code is codes.DISCLOSURE_PLACE


def test_refuses_a_chain_of_disclosures_without_end():
    texts = [named("end", 1)]
    for _ in range(200):
        texts.append(named("next", {"_sd": [digest(texts[-1])]}))
    presented = parse(*texts, _sd=[digest(texts[-1])])
    assert refused(presented.reveal).code is codec.JSON_TOO_DEEP
    elements = [disclosure("salt", 1)]
    for _ in range(200):
        elements.append(disclosure("salt", [{"...": digest(elements[-1])}]))
    presented = parse(*elements, x=[{"...": digest(elements[-1])}])
    assert refused(presented.reveal).code is codec.JSON_TOO_DEEP


def test_reads_a_bounded_number_of_disclosures():
    texts = [disclosure("salt", n) for n in range(sd_jwt.MAX_DISCLOSURES)]
    presented = parse(*texts, x=[{"...": digest(text)} for text in texts])
    assert presented.reveal()["x"] == list(range(sd_jwt.MAX_DISCLOSURES))
    assert presented.digest_claims[-1].what == f"disclosure {sd_jwt.MAX_DISCLOSURES}"
    refusal = refused(parse, *texts, NAME, x=[])
    assert refusal.code is codes.TOO_MANY_DISCLOSURES


def test_reading_disclosures_keeps_their_order():
    texts = [NAME.encode(), ELEMENT.encode()]
    assert [parts[1] for parts in sd_jwt_disclosure.read_disclosures(texts)] == [
        "family_name",
        "TH",
    ]
