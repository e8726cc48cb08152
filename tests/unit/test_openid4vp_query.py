"""DCQL queries: what is read of them, and what a verifier is told about a wrong one."""

import json

import pytest

from defa_trust.errors import MisuseError
from defa_trust.openid4vp_query import ClaimQuery, CredentialFormat, CredentialSet, Query

PID = {"id": "pid", "format": "dc+sd-jwt", "meta": {"vct_values": ["urn:a", "urn:b"]}}
MDL = {
    "id": "mdl",
    "format": "mso_mdoc",
    "meta": {"doctype_value": "org.iso.18013.5.1.mDL"},
    "claims": [{"path": ["org.iso.18013.5.1", "family_name"], "intent_to_retain": True}],
}


def credential(base=PID, **members):
    return {name: value for name, value in {**base, **members}.items() if value is not Ellipsis}


def query(*credentials, **members):
    return {"credentials": list(credentials), **members}


def test_everything_a_credential_query_says_is_read():
    claims = [
        {"id": "a", "path": ["address", "country"], "values": ["TH", 7, True]},
        {"id": "b", "path": ["nationalities", None]},
        {"id": "c", "path": ["degrees", 0]},
    ]
    asked = credential(
        claims=claims,
        claim_sets=[["a", "b"], ["c"]],
        multiple=True,
        require_cryptographic_holder_binding=False,
        trusted_authorities=[{"type": "aki", "values": ["s9tIpPmhxdiuNkHMEWNpYim8S8Y"]}],
    )
    [read] = Query.parse(query(asked)).credentials
    a = ClaimQuery("a", ("address", "country"), ("TH", 7, True))
    b, c = ClaimQuery("b", ("nationalities", None)), ClaimQuery("c", ("degrees", 0))
    assert read == (
        "pid", CredentialFormat.SD_JWT_VC, ("urn:a", "urn:b"), ((a, b), (c,)), True, False,
        ("aki",),
    )  # fmt: skip
    assert read.claims == (a, b, c)
    assert [claim.shown() for claim in (b, c._replace(id=None))] == ["b", "degrees/0"]


def test_what_is_left_out_has_the_defaults_of_the_standard():
    read = Query.parse(query(PID, MDL))
    assert read.sets == ()
    assert [entry.multiple for entry in read.credentials] == [False, False]
    assert [entry.holder_binding for entry in read.credentials] == [True, True]
    assert read.credentials[0].options == ((),)
    assert read.credential("mdl") is read.credentials[1]
    assert read.credential("other") is None


def test_without_sets_every_credential_is_demanded():
    demands = Query.parse(query(PID, MDL)).demands
    assert demands == (CredentialSet((("pid",),)), CredentialSet((("mdl",),)))


def test_with_sets_the_required_ones_are_demanded():
    sets = [
        {"options": [["pid"], ["mdl", "pid"]]},
        {"options": [["mdl"]], "required": False},
    ]
    demands = Query.parse(query(PID, MDL, credential_sets=sets)).demands
    assert demands == (CredentialSet((("pid",), ("mdl", "pid"))),)
    assert demands[0].shown() == "pid or mdl+pid"


def test_text_and_object_are_one_query_and_unknown_members_stay():
    document = query(PID, future={"x": [1]})
    read = Query.parse(document)
    assert read == Query.parse(json.dumps(document))
    assert json.loads(read.document) == document


def test_the_callers_object_is_not_kept():
    document = query(credential())
    read = Query.parse(document)
    document["credentials"].append(MDL)
    assert len(read.credentials) == 1
    assert len(json.loads(read.document)["credentials"]) == 1


WRONG = {
    "no object": [],
    "no JSON": "{",
    "two members of one name": '{"credentials": [], "credentials": []}',
    "no credentials": {},
    "empty credentials": query(),
    "credentials no array": {"credentials": {"pid": PID}},
    "credential no object": query("pid"),
    "two credentials of one id": query(PID, credential(MDL, id="pid")),
    "id empty": query(credential(id="")),
    "id with a space": query(credential(id="a b")),
    "id of another alphabet": query(credential(id="pïd")),
    "id with a line break": query(credential(id="pid\n")),
    "id a number": query(credential(id=1)),
    "id missing": query(credential(id=...)),
    "format unknown": query(credential(format="jwt_vc_json")),
    "format missing": query(credential(format=...)),
    "meta missing": query(credential(meta=...)),
    "no types": query(credential(meta={})),
    "types no array": query(credential(meta={"vct_values": "urn:a"})),
    "types empty": query(credential(meta={"vct_values": []})),
    "type empty": query(credential(meta={"vct_values": [""]})),
    "types of the other format": query(credential(meta={"doctype_value": "urn:a"})),
    "doctype an array": query(credential(MDL, meta={"doctype_value": ["a"]})),
    "multiple a text": query(credential(multiple="true")),
    "holder binding a number": query(credential(require_cryptographic_holder_binding=0)),
    "claims empty": query(credential(claims=[])),
    "claim without path": query(credential(claims=[{"id": "a"}])),
    "path empty": query(credential(claims=[{"path": []}])),
    "path a text": query(credential(claims=[{"path": "name"}])),
    "path too long": query(credential(claims=[{"path": ["a"] * 17}])),
    "negative index": query(credential(claims=[{"path": ["a", -1]}])),
    "index a boolean": query(credential(claims=[{"path": ["a", True]}])),
    "index a real number": query(credential(claims=[{"path": ["a", 0.5]}])),
    "one claim twice": query(credential(claims=[{"path": ["a"]}, {"path": ["a"]}])),
    "one claim id twice": query(
        credential(claims=[{"id": "x", "path": ["a"]}, {"id": "x", "path": ["b"]}])
    ),
    "path into an mdoc too short": query(credential(MDL, claims=[{"path": ["a"]}])),
    "path into an mdoc with an index": query(credential(MDL, claims=[{"path": ["a", 0]}])),
    "values empty": query(credential(claims=[{"path": ["a"], "values": []}])),
    "value null": query(credential(claims=[{"path": ["a"], "values": [None]}])),
    "value a real number": query(credential(claims=[{"path": ["a"], "values": [1.5]}])),
    "claim sets without claims": query(credential(claim_sets=[["a"]])),
    "claim sets over claims without id": query(
        credential(claims=[{"path": ["a"]}], claim_sets=[["a"]])
    ),
    "claim set of an unknown claim": query(
        credential(claims=[{"id": "a", "path": ["a"]}], claim_sets=[["b"]])
    ),
    "claim set empty": query(credential(claims=[{"id": "a", "path": ["a"]}], claim_sets=[[]])),
    "authority of an unknown type": query(
        credential(trusted_authorities=[{"type": "any", "values": ["x"]}])
    ),
    "authority without values": query(credential(trusted_authorities=[{"type": "aki"}])),
    "sets empty": query(PID, credential_sets=[]),
    "set of an unknown credential": query(PID, credential_sets=[{"options": [["mdl"]]}]),
    "set with an empty option": query(PID, credential_sets=[{"options": [[]]}]),
    "set without options": query(PID, credential_sets=[{}]),
    "set that names one credential twice": query(
        PID, credential_sets=[{"options": [["pid", "pid"]]}]
    ),
    "required a text": query(PID, credential_sets=[{"options": [["pid"]], "required": "no"}]),
    "too many credentials": query(*(credential(id=f"c{number}") for number in range(33))),
}


@pytest.mark.parametrize("name", WRONG)
def test_a_wrong_query_is_the_callers_mistake(name):
    with pytest.raises(MisuseError, match="DCQL"):
        Query.parse(WRONG[name])


def test_a_component_of_another_type_is_another_path():
    claims = [{"path": ["a", 1]}, {"path": ["a", "1"]}, {"path": ["a", None]}]
    [read] = Query.parse(query(credential(claims=claims))).credentials
    assert [claim.path for claim in read.claims] == [("a", 1), ("a", "1"), ("a", None)]
