"""SD-JWT serialisations and structures of the wrong shape: refused, never repaired."""

from __future__ import annotations

from typing import Any

from ...codec import base64url
from ...codec import json as strict_json
from ..build import (
    bound_request,
    digest,
    disclosure,
    key_binding,
    named,
    present,
    salt,
    sd_issuer,
    sd_payload,
    world,
)
from ..registry import Case, Group

_group = Group("sd_jwt", features=("disclosures", "es256", "sd-jwt-vc"), twin="two_disclosures")
_json = Group(
    "sd_jwt",
    features=("es256", "key-binding", "sd-jwt-json", "sd-jwt-vc"),
    twin="json_flattened",
)
_NAME = named("family_name", "TEST-ONLY")
_MESSAGE = f"{sd_issuer(sd_payload(_sd=[digest(_NAME)]))}~{_NAME}~"


# --- structures -----------------------------------------
@_group.vector("RFC 9901, 4.1", "sd_jwt.array_digest")
def dots_in_an_object() -> Case:
    """A member named `...` stands in an object, where it means nothing."""
    token = present(sd_issuer(sd_payload(address={"...": digest(_NAME)})), _NAME)
    return Case(token, world())


@_group.vector("RFC 9901, 7.1", "sd_jwt.array_digest", twin="array_element")
def dots_hold_a_number() -> Case:
    """An array's digest object holds a number."""
    element = disclosure(salt("element"), "TH")
    places = [{"...": digest(element)}, {"...": 1}]
    return Case(present(sd_issuer(sd_payload(nationalities=places)), element), world())


@_group.vector("RFC 9901, 7.1", "sd_jwt.sd_member", twin="recursive_disclosure")
def sd_within_a_disclosure_not_an_array() -> Case:
    """A disclosed object's `_sd` is a string."""
    inner = named("locality", "TEST-ONLY")
    outer = named("address", {"_sd": digest(inner)})
    return Case(present(sd_issuer(sd_payload(_sd=[digest(outer)])), outer, inner), world())


@_group.vector(
    "RFC 9901, 7.1",
    "digest.mismatch",
    twin="recursive_disclosure",
    notes="A disclosure hangs on one that is not there, and is read all the same.",
)
def inner_disclosure_without_its_outer() -> Case:
    """The inner disclosure is presented without the outer one that holds its digest."""
    inner = named("locality", "TEST-ONLY")
    outer = named("address", {"_sd": [digest(inner)], "country": "TH"})
    return Case(present(sd_issuer(sd_payload(_sd=[digest(outer)])), inner), world())


@_group.vector("RFC 9901, 7.1", "sd_jwt.claim_overwritten", twin="recursive_disclosure")
def overwrites_within_a_disclosure() -> Case:
    """A disclosure replaces a member of the disclosed object it hangs on."""
    inner = named("country", "SG")
    outer = named("address", {"_sd": [digest(inner)], "country": "TH"})
    return Case(present(sd_issuer(sd_payload(_sd=[digest(outer)])), outer, inner), world())


@_group.vector(
    "defa_trust limit, 1024 disclosures",
    "sd_jwt.too_many_disclosures",
    notes="Work without bound for one message.",
)
def too_many_disclosures() -> Case:
    """Two thousand tiny disclosures that nobody signed."""
    tiny = (base64url.encode(f'["{n}",0]'.encode()) for n in range(2000))
    return Case(present(sd_issuer(sd_payload()), *tiny), world())


@_group.vector("SD-JWT VC, 2.2.2.3", "sd_jwt.issuer", twin="no_disclosures")
def issuer_absent() -> Case:
    """The credential names its issuer neither by `iss` nor by a certificate."""
    return Case(present(sd_issuer(sd_payload(iss=None))), world())


# --- JSON serialisation -----------------------------------------
def _form(header: Any = None, **members: Any) -> Case:
    """The flattened form with disclosures and proof; ``header`` replaces the unprotected one."""
    head, payload, signature = _MESSAGE.partition("~")[0].split(".")
    document = {
        "payload": payload,
        "protected": head,
        "signature": signature,
        "header": {"disclosures": [_NAME], "kb_jwt": key_binding(_MESSAGE)}
        if header is None
        else header,
        **members,
    }
    return Case(strict_json.compact(document), world(), bound_request())


def _general(count: int) -> Case:
    head, payload, signature = _MESSAGE.partition("~")[0].split(".")
    entry = {
        "protected": head,
        "signature": signature,
        "header": {"disclosures": [_NAME], "kb_jwt": key_binding(_MESSAGE)},
    }
    document = {"payload": payload, "signatures": [entry] * count}
    return Case(strict_json.compact(document), world(), bound_request())


@_json.vector("RFC 9901, 8.1")
def json_general() -> Case:
    """The general JSON serialisation with exactly one signature."""
    return _general(1)


@_json.vector("RFC 9901, 8.1")
def json_flattened() -> Case:
    """The flattened form; an unprotected member that nobody knows is not read."""
    proof = key_binding(_MESSAGE)
    return _form({"disclosures": [_NAME], "kb_jwt": proof, "urn:test": 1})


@_json.vector(
    "RFC 7515, 7.2.1",
    "sd_jwt.form",
    twin="json_general",
    notes="One signature is verified, the other one's header is read.",
)
def json_two_signatures() -> Case:
    """The general form with two signatures."""
    return _general(2)


@_json.vector("RFC 7515, 7.2.1", "sd_jwt.form", twin="json_general")
def json_no_signatures() -> Case:
    """The general form with no signature at all."""
    return _general(0)


@_json.vector("RFC 7515, 7.2.2", "sd_jwt.form")
def json_both_forms_at_once() -> Case:
    """Members of the flattened and of the general form together."""
    head, _, signature = _MESSAGE.partition("~")[0].split(".")
    return _form(signatures=[{"protected": head, "signature": signature}])


@_json.vector("RFC 7515, 7.2.1", "sd_jwt.form")
def json_header_not_an_object() -> Case:
    """The unprotected header is an array."""
    return _form([])


@_json.vector("RFC 9901, 8.1", "sd_jwt.form")
def json_disclosures_not_an_array() -> Case:
    """`disclosures` is a string."""
    return _form({"disclosures": _NAME, "kb_jwt": key_binding(_MESSAGE)})


@_json.vector("RFC 9901, 8.1", "sd_jwt.form")
def json_disclosure_not_a_string() -> Case:
    """`disclosures` holds a number."""
    return _form({"disclosures": [_NAME, 1], "kb_jwt": key_binding(_MESSAGE)})


@_json.vector(
    "RFC 7515, 7.2.1",
    "jose.header_member",
    notes="Whoever forwards a token adds what nobody signed.",
)
def json_alg_unprotected() -> Case:
    """The unprotected header names `alg` too."""
    return _form({"disclosures": [_NAME], "kb_jwt": key_binding(_MESSAGE), "alg": "none"})


@_json.vector("RFC 7515, 7.2.1", "jose.header_member")
def json_kid_in_both_headers() -> Case:
    """`kid` stands in both headers."""
    return _form({"disclosures": [_NAME], "kb_jwt": key_binding(_MESSAGE), "kid": "key-2"})


@_json.vector("RFC 7515, 7.2.2", "sd_jwt.form")
def json_signature_missing() -> Case:
    """There is no signature."""
    return _form(signature=None)
