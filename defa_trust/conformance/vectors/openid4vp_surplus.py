"""OpenID4VP: disclosures down to the element, where no more is taken than was asked for."""

from __future__ import annotations

from typing import Any

from ...openid4vp_request import Surplus
from .. import mdocs
from ..build import VCT, digest, disclosure, named, present, salt, sd_issuer, sd_payload
from ..presentations import asked, case, mdl, mdl_query, pid, pid_query
from ..registry import Case, Group, Importance

_sd = Group(
    "openid4vp",
    features=("dcql", "disclosures", "es256", "key-binding", "openid4vp", "sd-jwt-vc"),
    twin="address_as_asked",
)
_mdoc = Group(
    "openid4vp",
    features=("dcql", "es256", "mdoc", "mdoc-device-signature", "openid4vp"),
    twin="elements_as_asked",
)
_PROFILE = Importance.PROFILE
_STREET, _COUNTRY = named("street", "TEST-ONLY"), named("country", "TH")
_ADDRESS = named("address", {"_sd": [digest(_STREET), digest(_COUNTRY)], "open": "TEST-ONLY"})
_FIRST, _SECOND = disclosure(salt("first"), "TH"), disclosure(salt("second"), "SG")
_INSIDE = disclosure(salt("inside"), {"_sd": [digest(_COUNTRY)]})
_FAMILY = ("family_name", "issuing_country")


def _presented(path: list[Any], *disclosures: str, **members: Any) -> Case:
    """A credential with these members, of which these disclosures are shown; ``path`` was asked."""
    request = asked(pid_query(claims=[{"path": path}]), surplus=Surplus.REFUSED)
    proof = {"aud": request.audience, "nonce": request.nonce}
    issued = sd_issuer(sd_payload(**members))
    return case(request, {"pid": [present(issued, *disclosures, binding=proof).decode()]})


def _address(path: list[Any], *disclosures: str) -> Case:
    return _presented(path, *disclosures, _sd=[digest(_ADDRESS)])


def _listed(path: list[Any], *disclosures: str) -> Case:
    places = [{"...": digest(_FIRST)}, {"...": digest(_SECOND)}, "MY"]
    return _presented(path, *disclosures, nationalities=places)


# --- objects -----------------------------------------
@_sd.vector("OpenID4VP 1.0, 6.4.1")
def address_as_asked() -> Case:
    """The disclosure around a claim lies on the way to it."""
    return _address(["address", "country"], _ADDRESS, _COUNTRY)


@_sd.vector("OpenID4VP 1.0, 7.1")
def whole_address_as_asked() -> Case:
    """Who asks for an object asks for what is in it."""
    return _address(["address"], _ADDRESS, _COUNTRY, _STREET)


@_sd.vector("OpenID4VP 1.0, 6.4", "presentation.surplus_refused", importance=_PROFILE)
def neighbour_within_an_object() -> Case:
    """The street is disclosed with the country; the country was asked for."""
    return _address(["address", "country"], _ADDRESS, _COUNTRY, _STREET)


@_sd.vector("OpenID4VP 1.0, 7.1", "presentation.claim_missing")
def way_without_its_end() -> Case:
    """The object is disclosed, the claim within it is not."""
    return _address(["address", "country"], _ADDRESS)


# --- arrays -----------------------------------------
@_sd.vector("OpenID4VP 1.0, 7.1")
def elements_of_an_array_as_asked() -> Case:
    """Every element was asked for; one is disclosed, one withheld, one always open."""
    return _listed(["nationalities", None], _SECOND)


@_sd.vector("OpenID4VP 1.0, 7.1")
def index_counts_what_is_there() -> Case:
    """An index counts the elements that are there: the withheld one is none."""
    return _listed(["nationalities", 0], _SECOND)


@_sd.vector(
    "OpenID4VP 1.0, 6.4",
    "presentation.surplus_refused",
    twin="index_counts_what_is_there",
    importance=_PROFILE,
)
def neighbour_within_an_array() -> Case:
    """Two elements are disclosed; the first was asked for."""
    return _listed(["nationalities", 0], _FIRST, _SECOND)


@_sd.vector("OpenID4VP 1.0, 7.1", "presentation.claim_missing", twin="index_counts_what_is_there")
def index_behind_the_end() -> Case:
    """The element that was asked for is not there."""
    return _listed(["nationalities", 2], _SECOND)


@_sd.vector("OpenID4VP 1.0, 7.1", "presentation.claim_missing", twin="index_counts_what_is_there")
def key_into_an_array() -> Case:
    """A text selects nothing of an array."""
    return _listed(["nationalities", "0"], _SECOND)


@_sd.vector("OpenID4VP 1.0, 7.1", "presentation.claim_missing")
def key_into_a_text() -> Case:
    """A text selects nothing of a text that holds it."""
    return _presented(["note", "TEST"], note="TEST-ONLY")


@_sd.vector("RFC 9901, 4.2.6")
def claim_within_an_element() -> Case:
    """A disclosure within a disclosed element of an array."""
    places = [{"...": digest(_INSIDE)}, {"locality": "TEST-ONLY"}]
    return _presented(["places", 0, "country"], _INSIDE, _COUNTRY, places=places)


@_sd.vector(
    "OpenID4VP 1.0, 6.4",
    "presentation.surplus_refused",
    twin="claim_within_an_element",
    importance=_PROFILE,
)
def neighbour_of_an_element() -> Case:
    """What is disclosed within an element was not asked for: another element's claim was."""
    places = [{"...": digest(_INSIDE)}, {"locality": "TEST-ONLY"}]
    return _presented(["places", 1, "locality"], _INSIDE, _COUNTRY, places=places)


@_sd.vector(
    "OpenID4VP 1.0, 6.4",
    "presentation.surplus_refused",
    twin="claim_within_an_element",
    importance=_PROFILE,
)
def disclosed_within_an_open_element() -> Case:
    """Within an element that is always open a claim is disclosed that nobody asked for."""
    places = [{"locality": "TEST-ONLY", "_sd": [digest(_COUNTRY)]}]
    return _presented(["places", 0, "locality"], _COUNTRY, places=places)


# --- values, alternatives, several queries -----------------------------------------
@_sd.vector("OpenID4VP 1.0, 6.3", "presentation.surplus_refused", importance=_PROFILE,
            twin="elements_of_an_array_as_asked")  # fmt: skip
def element_with_another_value() -> Case:
    """Of the elements that are disclosed one has not the value that was asked for."""
    request = asked(
        pid_query(claims=[{"path": ["nationalities", None], "values": ["TH"]}]),
        surplus=Surplus.REFUSED,
    )
    proof = {"aud": request.audience, "nonce": request.nonce}
    places = [{"...": digest(_FIRST)}, {"...": digest(_SECOND)}]
    issued = sd_issuer(sd_payload(nationalities=places))
    return case(request, {"pid": [present(issued, _FIRST, _SECOND, binding=proof).decode()]})


_EITHER: dict[str, Any] = {
    "claims": [{"id": "family", "path": ["family_name"]}, {"id": "born", "path": ["birthdate"]}],
    "claim_sets": [["family"], ["family", "born"]],
}


@_sd.vector("OpenID4VP 1.0, 6.4.1")
def larger_combination_of_claims() -> Case:
    """The wallet sends the larger of two combinations, which is one that was asked for."""
    request = asked(pid_query(**_EITHER), surplus=Surplus.REFUSED)
    return case(request, {"pid": [pid(request, "family_name", "birthdate")]})


@_sd.vector(
    "OpenID4VP 1.0, 6.4.1",
    "presentation.surplus_refused",
    twin="larger_combination_of_claims",
    importance=_PROFILE,
)
def both_combinations_of_claims() -> Case:
    """The wallet sends two combinations of which one was asked for."""
    sets = {**_EITHER, "claim_sets": [["family"], ["born"]]}
    request = asked(pid_query(**sets), surplus=Surplus.REFUSED)
    return case(request, {"pid": [pid(request, "family_name", "birthdate")]})


def _twice(other: dict[str, Any]) -> Case:
    request = asked(pid_query("family_name"), other, surplus=Surplus.REFUSED)
    first = pid(request, "family_name", "birthdate")
    return case(request, {"pid": [first], "second": [pid(request, "birthdate", jti="second")]})


@_sd.vector("OpenID4VP 1.0, 6.4")
def claims_of_two_queries_in_one_presentation() -> Case:
    """What another query asks of the same kind of credential may be sent along."""
    return _twice(pid_query("birthdate", id="second"))


@_sd.vector(
    "OpenID4VP 1.0, 6.4",
    "presentation.surplus_refused",
    twin="claims_of_two_queries_in_one_presentation",
    importance=_PROFILE,
)
def claims_of_a_query_for_another_format() -> Case:
    """A query for another format asks for a claim of that name."""
    request = asked(
        pid_query("family_name"),
        mdl_query(*_FAMILY, "birth_date"),
        surplus=Surplus.REFUSED,
    )
    first = pid(request, "family_name", "birthdate")
    return case(request, {"pid": [first], "mdl": [mdl(request, *_FAMILY, "birth_date")]})


@_sd.vector(
    "OpenID4VP 1.0, 6.4",
    "presentation.surplus_refused",
    twin="claims_of_two_queries_in_one_presentation",
    importance=_PROFILE,
)
def claims_of_a_query_for_another_type() -> Case:
    """Another query asks for that claim, of a credential of another type."""
    other = f"{VCT}/other"
    second = pid_query("birthdate", id="second", meta={"vct_values": [other]})
    request = asked(pid_query("family_name"), second, surplus=Surplus.REFUSED)
    first = pid(request, "family_name", "birthdate")
    return case(request, {"pid": [first], "second": [pid(request, "birthdate", vct=other)]})


# --- mdoc -----------------------------------------
def _licence(*shown: str, device: dict[str, Any] | None = None, **mso: Any) -> Case:
    request = asked(mdl_query(*_FAMILY), surplus=Surplus.REFUSED)
    part = None
    if device is not None:
        names = mdocs.embedded(device)
        auth = mdocs.device_auth(request.session_transcript, names=names)
        part = mdocs.device_signed(names, auth)
    return case(request, {"mdl": [mdl(request, *shown, device=part, **mso)]})


@_mdoc.vector("OpenID4VP 1.0, 6.4.1")
def elements_as_asked() -> Case:
    """The elements that were asked for and no other."""
    return _licence(*_FAMILY)


@_mdoc.vector("OpenID4VP 1.0, 6.4", "presentation.surplus_refused", importance=_PROFILE)
def element_nobody_asked_for() -> Case:
    """An element that was not asked for."""
    return _licence(*_FAMILY, "birth_date")


@_mdoc.vector("OpenID4VP 1.0, 7.2", "presentation.claim_missing")
def element_withheld() -> Case:
    """An element that was asked for is not there."""
    return _licence("issuing_country")


_NOTES = {"deviceKey": mdocs.device_key(), "keyAuthorizations": {"nameSpaces": ["org.example"]}}


@_mdoc.vector("OpenID4VP 1.0, 6.4", "presentation.surplus_refused", importance=_PROFILE)
def element_that_the_device_added() -> Case:
    """The device signed an element by itself, as it may; nobody asked for it."""
    note = {"org.example": {"note": "TEST-ONLY"}}
    return _licence(*_FAMILY, device=note, deviceKeyInfo=_NOTES)


_NAMES = {**_NOTES, "keyAuthorizations": {"nameSpaces": [mdocs.NAMESPACE]}}


@_mdoc.vector(
    "OpenID4VP 1.0, 7.2",
    "presentation.claim_missing",
    importance=_PROFILE,
    notes="What a device says of its holder passes for what the issuer said.",
)
def element_that_only_the_device_signed() -> Case:
    """The name that was asked for comes from the device and not from the issuer."""
    name = {mdocs.NAMESPACE: {"family_name": "TEST-ONLY Thief"}}
    request = asked(mdl_query(*_FAMILY))
    names = mdocs.embedded(name)
    auth = mdocs.device_auth(request.session_transcript, names=names)
    token = mdl(request, "issuing_country", device=mdocs.device_signed(names, auth),
                deviceKeyInfo=_NAMES)  # fmt: skip
    return case(request, {"mdl": [token]})
