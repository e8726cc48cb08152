"""OpenID4VP: what was asked for in DCQL, and what was presented."""

from __future__ import annotations

from typing import Any

from ...formats.mdoc import MDL_DOCTYPE
from .. import mdocs
from ..build import MOMENT, VCT, arrangement
from ..presentations import (
    asked,
    case,
    mdl,
    mdl_query,
    pid,
    pid_query,
    presentation_world,
)
from ..registry import Case, Group, Importance

_one = Group("openid4vp", features=("dcql", "es256", "key-binding", "openid4vp", "sd-jwt-vc"),
             twin="posted")  # fmt: skip
_two = Group(
    "openid4vp",
    features=(
        "dcql", "es256", "key-binding", "mdoc", "mdoc-device-signature", "openid4vp", "sd-jwt-vc",
    ),
    twin="both_credentials",
)  # fmt: skip
_FAMILY = ("family_name", "issuing_country")
_BOTH = (pid_query("family_name"), mdl_query(*_FAMILY))
_EITHER = {"options": [["pid"], ["mdl"]]}
_ONE_REQUIRED: list[dict[str, Any]] = [
    {"options": [["pid"]]},
    {"options": [["mdl"]], "required": False},
]


def _pid(query: Any, *shown: str, **members: Any) -> Case:
    request = asked(query)
    return case(request, {"pid": [pid(request, *shown, **members)]})


# --- types and claims -----------------------------------------
@_one.vector("OpenID4VP 1.0, B.3.5", "presentation.type_other")
def another_type() -> Case:
    """The credential is of another type than was asked for."""
    return _pid(pid_query("family_name"), "family_name", vct=f"{VCT}/other")


@_one.vector("OpenID4VP 1.0, 6.4.1", "presentation.claim_missing")
def claim_withheld() -> Case:
    """The claim that was asked for is not disclosed."""
    return _pid(pid_query("family_name"))


@_one.vector("OpenID4VP 1.0, 7.1")
def nested_claim() -> Case:
    """A claim within another one."""
    person = {"address": {"country": "TH", "locality": "TEST-ONLY"}}
    query = pid_query(claims=[{"path": ["address", "country"]}])
    return _pid(query, "address", person=person)


@_one.vector("OpenID4VP 1.0, 7.1", "presentation.claim_missing", twin="nested_claim")
def nested_claim_written_flat() -> Case:
    """A claim whose name only looks like the path."""
    person = {"address.country": "TH"}
    query = pid_query(claims=[{"path": ["address", "country"]}])
    return _pid(query, "address.country", person=person)


@_one.vector("OpenID4VP 1.0, 7.1")
def every_element() -> Case:
    """`null` selects every element of an array."""
    query = pid_query(claims=[{"path": ["nationalities", None]}])
    return _pid(query, "nationalities", person={"nationalities": ["TH", "SG"]})


@_one.vector("OpenID4VP 1.0, 7.1", "presentation.claim_missing", twin="every_element")
def every_element_of_no_array() -> Case:
    """`null` selects nothing of what is no array."""
    query = pid_query(claims=[{"path": ["nationalities", None]}])
    return _pid(query, "nationalities", person={"nationalities": "TH"})


@_one.vector("OpenID4VP 1.0, 6.3")
def value_asked_for() -> Case:
    """The claim has one of the values that were asked for."""
    query = pid_query(claims=[{"path": ["age_over_18"], "values": [True]}])
    return _pid(query, "age_over_18", person={"age_over_18": True})


@_one.vector("OpenID4VP 1.0, 6.3", "presentation.claim_value", twin="value_asked_for")
def value_of_another_type() -> Case:
    """The value is the number 1, which many languages take for true."""
    query = pid_query(claims=[{"path": ["age_over_18"], "values": [True]}])
    return _pid(query, "age_over_18", person={"age_over_18": 1})


@_one.vector("OpenID4VP 1.0, 6.3", "presentation.claim_value", twin="value_asked_for")
def value_not_asked_for() -> Case:
    """The claim has another value than was asked for."""
    query = pid_query(claims=[{"path": ["age_over_18"], "values": [True]}])
    return _pid(query, "age_over_18", person={"age_over_18": False})


_SETS: dict[str, Any] = {
    "claims": [{"id": "age", "path": ["age_over_18"]}, {"id": "born", "path": ["birthdate"]}],
    "claim_sets": [["age"], ["born"]],
}


@_one.vector("OpenID4VP 1.0, 6.4.1")
def second_combination_of_claims() -> Case:
    """The wallet has not the preferred combination of claims, and sends the other."""
    return _pid(pid_query(**_SETS), "birthdate")


@_one.vector(
    "OpenID4VP 1.0, 6.4.1", "presentation.claim_missing", twin="second_combination_of_claims"
)
def no_combination_of_claims() -> Case:
    """The claims that are there are none of the combinations."""
    return _pid(pid_query(**_SETS), "family_name")


# --- more than was asked for -----------------------------------------
@_one.vector("OpenID4VP 1.0, 6.4")
def more_than_was_asked_for_is_reported() -> Case:
    """The wallet discloses a claim that was not asked for; the verifier reports that."""
    return _pid(pid_query("family_name"), "family_name", "birthdate")


@_one.vector("OpenID4VP 1.0, 6.4", importance=Importance.PROFILE)
def as_much_as_was_asked_for() -> Case:
    """A verifier that takes no more than it asked for gets just that."""
    from ...openid4vp_request import Surplus

    request = asked(surplus=Surplus.REFUSED)
    return case(request, {"pid": [pid(request, "family_name")]})


@_one.vector(
    "OpenID4VP 1.0, 6.4",
    "presentation.surplus_refused",
    twin="as_much_as_was_asked_for",
    importance=Importance.PROFILE,
)
def more_than_was_asked_for_is_refused() -> Case:
    """A verifier that takes no more than it asked for gets more."""
    from ...openid4vp_request import Surplus

    request = asked(surplus=Surplus.REFUSED)
    return case(request, {"pid": [pid(request, "family_name", "birthdate")]})


# --- several credentials -----------------------------------------
@_two.vector("OpenID4VP 1.0, 6.4.2")
def both_credentials() -> Case:
    """Both credentials that were asked for."""
    request = asked(*_BOTH)
    token = {"pid": [pid(request, "family_name")], "mdl": [mdl(request, *_FAMILY)]}
    return case(request, token)


@_two.vector("OpenID4VP 1.0, 6.4.2", "presentation.credential_missing")
def one_of_both_credentials() -> Case:
    """One of the credentials that were asked for is not presented."""
    request = asked(*_BOTH)
    return case(request, {"pid": [pid(request, "family_name")]})


@_two.vector(
    "OpenID4VP 1.0, 8.6",
    "time.expired",
    notes="The good credential stands in for the other.",
)
def one_of_both_credentials_expired() -> Case:
    """One of the credentials that were asked for has expired."""
    request = asked(*_BOTH)
    first = pid(request, "family_name", exp=MOMENT - 1)
    return case(request, {"pid": [first], "mdl": [mdl(request, *_FAMILY)]})


@_two.vector("OpenID4VP 1.0, 6.2")
def one_of_two_alternatives() -> Case:
    """One credential of a set with two options."""
    request = asked(*_BOTH, sets=[_EITHER])
    return case(request, {"mdl": [mdl(request, *_FAMILY)]})


@_two.vector("OpenID4VP 1.0, 6.4.2")
def optional_credential_left_out() -> Case:
    """A set that is not required is left out."""
    request = asked(*_BOTH, sets=_ONE_REQUIRED)
    return case(request, {"pid": [pid(request, "family_name")]})


@_two.vector(
    "OpenID4VP 1.0, 6.4.2",
    "presentation.credential_missing",
    twin="optional_credential_left_out",
)
def optional_credential_alone() -> Case:
    """Only the set that is not required is there."""
    request = asked(*_BOTH, sets=_ONE_REQUIRED)
    return case(request, {"mdl": [mdl(request, *_FAMILY)]})


@_two.vector("OpenID4VP 1.0, B.2.3", "presentation.type_other")
def licence_of_another_kind() -> Case:
    """The mdoc is of another document type than was asked for."""
    query = mdl_query(*_FAMILY, meta={"doctype_value": "org.iso.23220.photoid.1"})
    request = asked(pid_query("family_name"), query)
    token = {"pid": [pid(request, "family_name")], "mdl": [mdl(request, *_FAMILY)]}
    return case(request, token)


@_two.vector("OpenID4VP 1.0, 8.6", "mdoc.structure")
def two_documents_in_one_response() -> Case:
    """The DeviceResponse holds two documents where one was asked for."""
    request = asked(*_BOTH)
    auth = mdocs.device_auth(request.session_transcript)
    document = {
        "docType": MDL_DOCTYPE,
        "issuerSigned": mdocs.issuer_signed(),
        "deviceSigned": mdocs.device_signed(auth=auth),
    }
    two = mdocs.text(mdocs.response(documents=[document, document])).decode()
    return case(request, {"pid": [pid(request, "family_name")], "mdl": [two]})


# --- recognition -----------------------------------------
@_one.vector("OpenID4VP 1.0, 8.6", "recognition.no_arrangement", features=("recognition",))
def presented_and_not_recognised() -> Case:
    """A valid presentation that answers the query, of a state that the receiving one does not
    recognise."""
    request = asked()
    world = presentation_world(granting=arrangement("SG", "MY"))
    return case(request, {"pid": [pid(request, "family_name")]}, trusted=world)


@_one.vector("OpenID4VP 1.0, 8.6", "recognition.pilot", features=("recognition",))
def presented_in_a_pilot() -> Case:
    """A presentation that only a pilot corridor covers."""
    request = asked()
    world = presentation_world(granting=arrangement(stage="pilot"))
    return case(request, {"pid": [pid(request, "family_name")]}, trusted=world)
