"""Contradictions within signed lists: entries that claim one place twice, or bounds that cross."""

from __future__ import annotations

from typing import Any

from ...spec import SVC_EAA
from ...trustlist import documents
from ...trustlist.model import ListType
from ..build import DAY, GRANTED, MOMENT, YEAR, Json, key, vc
from ..lists import (
    REGION,
    certificate,
    envelope,
    offered,
    pin,
    pointer,
    recognition,
    regional,
    signed_world,
    thai_list,
    thai_service,
    update,
)
from ..registry import Case, Group, Importance

_group = Group(
    "trust_list",
    features=("es256", "recognition", "signed-lists", "vc-jwt"),
    twin="arrangement_complete",
)
_list = Group("trust_list", features=("es256", "signed-lists", "vc-jwt"), twin="directly_pinned")
_regional = Group(
    "trust_list", features=("es256", "signed-lists", "vc-jwt"), twin="regional_pins_all"
)
_PROFILE = Importance.PROFILE
_NONE = "resolve.no_anchors"
_MISSING = "recognition.list_missing"
_IAL = "urn:defa:scale:th:ial"


# --- recognition lists -----------------------------------------
def rule(**members: Any) -> Json:
    """An arrangement of Singapore with Thailand; ``members`` replace its parts."""
    return documents.arrangement(
        **{
            "id": "test-sg-th",
            "recognising": "SG",
            "recognised": "TH",
            "instrument": {"code": "bilateral", "title": "TEST-ONLY memorandum", "verified": True},
            "since": MOMENT - YEAR,
            "until": MOMENT + YEAR,
            "grace_until": MOMENT + YEAR + 30 * DAY,
            "service_types": [(SVC_EAA, SVC_EAA)],
            **members,
        }
    )


def _recognition(*rules: Json, **members: Any) -> Case:
    document = recognition(arrangements=list(rules), **members)
    return _documents(thai_list(), document)


def _documents(thailand: Json, singapore: Json) -> Case:
    lists = signed_world(
        update(
            offered("member_state", "TH", envelope(thailand, "TH")),
            offered("recognition", "SG", envelope(singapore, "SG")),
        )
    )
    return Case(vc(), lists)


@_group.vector("DEFA profile, DefaRecognition", importance=_PROFILE)
def arrangement_complete() -> Case:
    """One arrangement with an end and a grace period."""
    return _recognition(rule())


@_group.vector("DEFA profile, id", _MISSING, refused="list.duplicate", importance=_PROFILE)
def arrangement_twice() -> Case:
    """Two arrangements share one identifier."""
    return _recognition(rule(), rule(until=MOMENT + 2 * YEAR, grace_until=None))


@_group.vector("DEFA profile, until", _MISSING, refused="list.arrangement", importance=_PROFILE)
def arrangement_ends_before_it_begins() -> Case:
    """An arrangement ends before it begins."""
    return _recognition(rule(until=MOMENT - 2 * YEAR, grace_until=None))


@_group.vector(
    "DEFA profile, graceUntil", _MISSING, refused="list.arrangement", importance=_PROFILE
)
def arrangement_grace_before_its_end() -> Case:
    """A grace period ends before the arrangement does."""
    return _recognition(rule(grace_until=MOMENT + DAY))


@_group.vector(
    "DEFA profile, statusMap",
    _MISSING,
    refused="list.arrangement",
    importance=_PROFILE,
    notes="Whichever map is read first decides.",
)
def arrangement_status_both_ways() -> Case:
    """One status is named as valid and as invalid."""
    return _recognition(rule(valid=[GRANTED], invalid=[GRANTED]))


@_group.vector(
    "DEFA profile, serviceTypeMap", _MISSING, refused="list.duplicate", importance=_PROFILE
)
def arrangement_type_mapped_twice() -> Case:
    """One home service type is mapped to two types."""
    other = "http://uri.etsi.org/19602/SvcType/PID/Issuance"
    return _recognition(rule(service_types=[(SVC_EAA, SVC_EAA), (SVC_EAA, other)]))


@_group.vector(
    "DEFA profile, assuranceMap",
    _MISSING,
    refused="list.duplicate",
    importance=_PROFILE,
    notes="The better of two rows is taken.",
)
def arrangement_level_mapped_twice() -> Case:
    """One home level is mapped to two levels."""
    axes = {"authentication": "unstated", "federation": "unstated"}
    rows = [(_IAL, "2.3", {"proofing": value, **axes}) for value in (2, 3)]
    return _recognition(rule(levels=rows))


@_group.vector(
    "DEFA profile, DefaRecognition", _MISSING, refused="list.arrangement", importance=_PROFILE
)
def arrangement_with_itself() -> Case:
    """Singapore recognises Singapore."""
    return _recognition(rule(recognised="SG"))


@_group.vector(
    "DEFA profile, DefaRecognition", _MISSING, refused="list.extension_form", importance=_PROFILE
)
def recognition_not_critical() -> Case:
    """The extension that holds the arrangements is not critical."""
    document = recognition(arrangements=[rule()])
    document["LoTE"]["ListAndSchemeInformation"]["SchemeExtensions"][0]["Critical"] = False
    return _documents(thai_list(), document)


@_group.vector(
    "DEFA profile, DefaRecognition", _MISSING, refused="list.member_missing", importance=_PROFILE
)
def recognition_without_its_extension() -> Case:
    """A recognition list without the extension that holds the arrangements."""
    document = recognition()
    del document["LoTE"]["ListAndSchemeInformation"]["SchemeExtensions"]
    return _documents(thai_list(), document)


@_group.vector(
    "DEFA profile, DefaRecognition", _MISSING, refused="list.member_unknown", importance=_PROFILE
)
def recognition_with_services() -> Case:
    """A recognition list that also lists services."""
    document = recognition(arrangements=[rule()])
    document["LoTE"]["TrustedEntitiesList"] = thai_list()["LoTE"]["TrustedEntitiesList"]
    return _documents(thai_list(), document)


# --- lists of services -----------------------------------------
def _thailand(document: Json) -> Case:
    return _documents(document, recognition())


@_list.vector("DEFA profile, ServiceUniqueIdentifier", _NONE, refused="list.duplicate")
def two_services_of_one_identifier() -> Case:
    """Two services share one identifier."""
    second = thai_service(
        identity=documents.jwk_identity(key("second issuer").verification_key, "key-2"),
        issuer_ids=["https://second.th.test.example"],
    )
    return _thailand(thai_list(thai_service(), second))


@_list.vector(
    "DEFA profile, DefaClosed",
    _NONE,
    refused="list.closed_with_services",
    importance=_PROFILE,
    notes="A list that nobody keeps any more still grants.",
)
def closed_list_with_a_granted_service() -> Case:
    """The list is closed, and a service in it is still granted."""
    return _thailand(thai_list(closed_since=MOMENT - 40 * DAY))


@_list.vector("TS 119 602, 6.3.17", _NONE, refused="list.extension_twice", importance=_PROFILE)
def extension_twice() -> Case:
    """One extension is given twice."""
    twice = [documents.extension("UrnTestExtension", n) for n in (1, 2)]
    return _thailand(thai_list(extensions=twice))


@_list.vector("TS 119 602, 6.3.17", _NONE, refused="list.extension_form", importance=_PROFILE)
def extension_without_critical() -> Case:
    """An extension does not say whether it is critical."""
    return _thailand(thai_list(extensions=[{"UrnTestExtension": 1}]))


@_list.vector("TS 119 602, 6.1", _NONE, refused="list.text_forbidden")
def name_with_mark_up() -> Case:
    """A service's name holds mark-up."""
    return _thailand(thai_list(thai_service(name="TEST-ONLY <script>")))


@_list.vector("TS 119 602, 6.1", _NONE, refused="list.text_forbidden")
def name_with_a_line_break() -> Case:
    """A service's name holds a line break."""
    return _thailand(thai_list(thai_service(name="TEST-ONLY issuer\nof TH")))


@_list.vector(
    "DEFA profile, OtherIds",
    _NONE,
    refused="list.identity",
    importance=_PROFILE,
    notes="A wildcard over whole hosts: anybody is the issuer.",
)
def pattern_over_hosts() -> Case:
    """An issuer pattern whose placeholder stands for a host name."""
    identity = documents.merged(
        documents.jwk_identity(key().verification_key, "key-1"),
        documents.other_identity("issuer-pattern:https://{rp}/realms/x"),
    )
    return _thailand(thai_list(thai_service(identity=identity)))


@_list.vector("DEFA profile, OtherIds", _NONE, refused="list.identity", importance=_PROFILE)
def other_identity_of_unknown_kind() -> Case:
    """An identity of a kind that the grammar does not have."""
    identity = documents.other_identity("telepathy:https://issuer.th.test.example")
    return _thailand(thai_list(thai_service(identity=identity)))


# --- envelope, once more -----------------------------------------
def _headed(**header: Any) -> Case:
    lists = signed_world(
        update(
            offered("member_state", "TH", envelope(thai_list(), "TH", header=header)),
            offered("recognition", "SG", envelope(recognition(), "SG")),
        )
    )
    return Case(vc(), lists)


@_list.vector("TS 119 182-1, 5.1", _NONE, refused="list.header")
def alg_absent() -> Case:
    """The header has no `alg`."""
    return _headed(alg=None)


@_list.vector("TS 119 182-1, 5.1", _NONE, refused="list.header")
def typ_of_a_token() -> Case:
    """`typ` is that of a credential: a signature made for another purpose."""
    return _headed(typ="vc+jwt")


@_list.vector("TS 119 182-1, 5.1", _NONE, refused="list.header")
def cty_of_something_else() -> Case:
    """`cty` says that the payload is text."""
    return _headed(cty="text/plain")


@_list.vector(
    "TS 119 182-1, 5.2.1", _NONE, refused="list.header", twin="signing_time_of_older_producers"
)
def signing_time_not_critical() -> Case:
    """`sigT` stands for `iat` and is not critical."""
    return _headed(iat=None, sigT="2026-10-02T00:00:00Z")


@_list.vector("RFC 7515, 4.1.11", _NONE, refused="list.header_critical")
def crit_names_an_absent_member() -> Case:
    """`crit` names `sigT`, which is not there."""
    return _headed(crit=["sigT"])


# --- lists of lists -----------------------------------------
def _region(document: Json) -> Case:
    lists = signed_world(
        update(
            offered("regional", REGION, envelope(document, REGION)),
            offered("member_state", "TH", envelope(thai_list(), "TH")),
            offered("recognition", "SG", envelope(recognition(), "SG")),
        ),
        pins=[pin("regional", REGION)],
    )
    return Case(vc(), lists)


@_regional.vector(
    "TS 119 602, 6.3.13",
    _NONE,
    refused="list.duplicate",
    notes="The first pointer's signer is checked, the second one's list is used.",
)
def two_pointers_to_one_place() -> Case:
    """Two pointers lead to Thailand's list, with different signers."""
    other = certificate("TH", "second")
    return _region(
        regional(
            [
                pointer(ListType.MEMBER_STATE, "TH"),
                pointer(ListType.MEMBER_STATE, "TH", other),
                pointer(ListType.RECOGNITION, "SG"),
            ]
        )
    )


@_regional.vector("DEFA profile, regional list", _NONE, refused="list.member_unknown")
def regional_with_services() -> Case:
    """The regional list lists services itself."""
    document = regional()
    document["LoTE"]["TrustedEntitiesList"] = thai_list()["LoTE"]["TrustedEntitiesList"]
    return _region(document)


@_regional.vector("TS 119 602, 6.3.13", _NONE, refused="list.duplicate")
def pointer_names_a_signer_twice() -> Case:
    """A pointer names one certificate twice."""
    der = certificate("TH")
    return _region(
        regional(
            [pointer(ListType.MEMBER_STATE, "TH", der, der), pointer(ListType.RECOGNITION, "SG")]
        )
    )
