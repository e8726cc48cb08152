"""What a signed list may say: its own territory, its own type, in order, and nothing unknown."""

from __future__ import annotations

from typing import Any

from ...trustlist import documents
from ...trustlist.model import Status
from ..build import DAY, MOMENT, YEAR, Json, key, vc
from ..lists import (
    envelope,
    offered,
    pin,
    recognition,
    signed_world,
    thai_list,
    thai_service,
    update,
)
from ..registry import Case, Group, Importance

_group = Group("trust_list", features=("es256", "signed-lists", "vc-jwt"), twin="directly_pinned")
_NONE = "resolve.no_anchors"
_PROFILE = Importance.PROFILE


def _case(document: Json, *, by: str = "TH") -> Case:
    lists = signed_world(
        update(
            offered("member_state", "TH", envelope(document, by)),
            offered("recognition", "SG", envelope(recognition(), "SG")),
        )
    )
    return Case(vc(), lists)


def _scheme(**members: Any) -> Json:
    """Thailand's list with members of its scheme information replaced."""
    document = thai_list()
    document["LoTE"]["ListAndSchemeInformation"].update(members)
    return document


def _service(**members: Any) -> Case:
    return _case(thai_list(thai_service(**members)))


# --- place -----------------------------------------
@_group.vector(
    "TS 119 602, 6.3.10",
    _NONE,
    refused="list.territory_mismatch",
    notes="One state's operator publishes a list in another's name.",
)
def list_of_another_territory() -> Case:
    """Thailand's operator signs a list that speaks for Malaysia, and offers it as Thailand's."""
    return _case(thai_list(territory="MY"))


@_group.vector("TS 119 602, 6.3.3", _NONE, refused="list.type_mismatch")
def list_of_another_type() -> Case:
    """A recognition list of Thailand, offered as its list of services."""
    return _case(recognition("TH", "TH", arrangements=[]))


@_group.vector("TS 119 602, 6.3.3", _NONE, refused="list.type_unknown")
def type_unknown() -> Case:
    """The list is of a type that the profile does not have."""
    return _case(_scheme(LoTEType="http://uri.etsi.org/19602/LoTEType/EUWalletProvidersList"))


@_group.vector(
    "DEFA profile, DefaRecognition",
    ("recognition.list_missing",),
    refused="list.direction",
    importance=_PROFILE,
    notes="A state declares itself recognised abroad.",
)
def recognised_by_itself() -> Case:
    """Thailand's recognition list says what Singapore recognises; Singapore publishes nothing."""
    lists = signed_world(
        update(
            offered("member_state", "TH", envelope(thai_list(), "TH")),
            offered("recognition", "TH", envelope(recognition("TH", "SG"), "TH")),
        ),
        pins=[pin("member_state", "TH"), pin("recognition", "TH")],
    )
    return Case(vc(), lists)


@_group.vector(
    "DEFA profile, DefaRecognition", _NONE, refused="list.extension_critical", importance=_PROFILE
)
def recognition_within_a_list_of_services() -> Case:
    """Thailand's list of services carries arrangements."""
    rules = recognition("TH", "TH")["LoTE"]["ListAndSchemeInformation"]["SchemeExtensions"]
    return _case(_scheme(SchemeExtensions=rules))


# --- time -----------------------------------------
@_group.vector(
    "TS 119 602, 6.3.14",
    _NONE,
    refused="list.issued_in_the_future",
    notes="A list for tomorrow, shown today, hides today's.",
)
def issued_in_the_future() -> Case:
    """The list says it was issued tomorrow."""
    return _case(thai_list(issued=MOMENT + DAY))


@_group.vector(
    "TS 119 602, 6.3.15",
    _NONE,
    refused="list.next_update",
    notes="A list that never lapses is never replaced.",
)
def next_update_in_two_years() -> Case:
    """NextUpdate lies two years ahead; six months are the most."""
    return _case(thai_list(next_update=MOMENT + 2 * YEAR))


@_group.vector("TS 119 602, 6.3.15", _NONE, refused="list.next_update")
def next_update_before_issue() -> Case:
    """NextUpdate precedes the issue time."""
    return _case(thai_list(next_update=MOMENT - 31 * DAY))


@_group.vector(
    "TS 119 602, 6.1.3",
    _NONE,
    refused="list.time_form",
    notes="Read in the server's own zone, or not at all.",
)
def time_with_an_offset() -> Case:
    """A time is written with an offset instead of Z."""
    return _case(_scheme(ListIssueDateTime="2026-10-02T07:00:00+07:00"))


@_group.vector(
    "TS 119 602, 6.1.3",
    _NONE,
    refused="list.time_form",
    notes="Milliseconds read as seconds: valid for thousands of years.",
)
def time_as_a_number() -> Case:
    """A time is a number of milliseconds."""
    return _case(_scheme(NextUpdate=(MOMENT + 60 * DAY) * 1000))


# --- members and extensions
@_group.vector("TS 119 602, 6.3.17", importance=_PROFILE)
def extension_not_critical() -> Case:
    """An extension nobody knows, which is not critical, is ignored."""
    return _case(thai_list(extensions=[documents.extension("UrnTestExtension", 1)]))


@_group.vector(
    "TS 119 602, 6.3.17",
    _NONE,
    refused="list.extension_critical",
    twin="extension_not_critical",
    notes="A restriction that the operator meant to be obeyed is ignored.",
)
def extension_critical() -> Case:
    """An extension nobody knows, which is critical."""
    unknown = documents.extension("UrnTestExtension", 1, critical=True)
    return _case(thai_list(extensions=[unknown]))


@_group.vector(
    "TS 119 602, 6.6.9", _NONE, refused="list.extension_critical", twin="extension_not_critical"
)
def service_extension_critical() -> Case:
    """A critical extension nobody knows, on the service."""
    return _service(extensions=[documents.extension("UrnTestExtension", 1, critical=True)])


@_group.vector("TS 119 602, 6", _NONE, refused="list.member_unknown")
def member_unknown() -> Case:
    """A member that the standard does not have, outside any extension."""
    return _case(_scheme(TrustEverything=True))


@_group.vector(
    "TS 119 602, 6.3.2",
    _NONE,
    refused="list.member_value",
    notes="Compared as text, 10 precedes 9.",
)
def sequence_as_text() -> Case:
    """The sequence number is text."""
    return _case(_scheme(LoTESequenceNumber="5"))


@_group.vector("TS 119 602, 6.3.2", _NONE, refused="list.member_missing")
def sequence_missing() -> Case:
    """There is no sequence number."""
    document = thai_list()
    del document["LoTE"]["ListAndSchemeInformation"]["LoTESequenceNumber"]
    return _case(document)


# --- services -----------------------------------------
@_group.vector(
    "TS 119 602, 6.6.4",
    _NONE,
    refused="list.status_unknown",
    importance=_PROFILE,
    notes="An unknown status read as granted.",
)
def status_unknown() -> Case:
    """The service has a status outside the vocabulary."""
    document = thai_list()
    entity = document["LoTE"]["TrustedEntitiesList"][0]
    information = entity["TrustedEntityServices"][0]["ServiceInformation"]
    information["ServiceStatus"] = "http://uri.test.example/status/fine"
    return _case(document)


@_group.vector("TS 119 602, 6.6.4", "service.not_granted", twin="service_restored")
def service_withdrawn() -> Case:
    """The service is withdrawn; its history shows that it once was granted."""
    return _service(
        status=Status.WITHDRAWN, since=MOMENT - 10 * DAY, history=[(Status.GRANTED, MOMENT - YEAR)]
    )


@_group.vector("TS 119 602, 6.6.5")
def service_restored() -> Case:
    """The service is granted again after a withdrawal."""
    return _service(
        since=MOMENT - 10 * DAY,
        history=[(Status.WITHDRAWN, MOMENT - 20 * DAY), (Status.GRANTED, MOMENT - YEAR)],
    )


@_group.vector(
    "TS 119 615, 4.4",
    _NONE,
    refused="list.history_order",
    twin="service_restored",
    notes="The entry that holds at a moment depends on how one reads.",
)
def history_out_of_order() -> Case:
    """The history is ascending."""
    return _service(
        since=MOMENT - 10 * DAY,
        history=[(Status.GRANTED, MOMENT - YEAR), (Status.WITHDRAWN, MOMENT - 20 * DAY)],
    )


@_group.vector(
    "TS 119 612, 5.5.3",
    _NONE,
    refused="list.duplicate",
    notes="Withdrawn in one entry, granted in another: which one counts?",
)
def one_key_in_two_services() -> Case:
    """Two services of one type hold the same key, one of them withdrawn."""
    second = thai_service(
        id="urn:test:TH-2", status=Status.WITHDRAWN, issuer_ids=["https://second.th.test.example"]
    )
    return _case(thai_list(thai_service(), second))


@_group.vector("TS 119 602, 6.6.3", _NONE, refused="list.identity_missing")
def no_identity() -> Case:
    """The service has no digital identity at all."""
    return _service(identity={})


@_group.vector(
    "RFC 7517, 9.3",
    _NONE,
    refused="list.member_unknown",
    notes="The issuer's private key is published.",
)
def identity_with_a_private_key() -> Case:
    """The service's key carries its private part."""
    identity = documents.jwk_identity(key().verification_key, "key-1")
    identity["PublicKeyValues"][0]["d"] = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"
    return _service(identity=identity)


@_group.vector("DEFA profile, OtherIds", importance=_PROFILE, features=("did-key",))
def identity_by_did_key() -> Case:
    """The service's key is a did:key, and the token's `kid` is that DID's method."""
    identity = documents.did_key_identity(key().verification_key)
    did = identity["OtherIds"][0]
    document = thai_list(thai_service(identity=identity))
    case = _case(document)
    fragment = did.removeprefix("did:key:")
    return Case(vc(header={"kid": f"{did}#{fragment}"}), case.trust)


@_group.vector("DEFA profile, DefaDistrustAfter", importance=_PROFILE)
def distrusted_from_tomorrow() -> Case:
    """The list distrusts what the service issues from tomorrow on."""
    return _service(distrust_after=MOMENT + DAY)


@_group.vector(
    "DEFA profile, DefaDistrustAfter",
    "service.not_granted",
    twin="distrusted_from_tomorrow",
    importance=_PROFILE,
    notes="A distrust date in an extension is overlooked while the status still says granted.",
)
def distrusted_since_yesterday() -> Case:
    """The list distrusts what the service issued since yesterday; nothing proves an older date."""
    return _service(distrust_after=MOMENT - DAY)


# --- texts -----------------------------------------
@_group.vector(
    "TS 119 602, 6.1",
    _NONE,
    refused="list.text_forbidden",
    notes="What a person reads differs from what the list says.",
)
def name_with_reversed_text() -> Case:
    """A service's name holds a character that reverses the text that follows."""
    return _service(name="TEST-ONLY issuer \u202eHT fo")


@_group.vector(
    "TS 119 602, 6.1",
    _NONE,
    refused="list.text_script",
    importance=_PROFILE,
    notes="A name that looks like another's.",
)
def name_with_foreign_letters() -> Case:
    """An English name holds a Cyrillic letter that looks like a Latin one."""
    return _service(name="TEST-ONLY \u0456ssuer of TH")


@_group.vector("UAX #15, NFC", _NONE, refused="list.text_not_normal", importance=_PROFILE)
def name_not_in_normal_form() -> Case:
    """A name is written with a combining mark where one letter exists."""
    return _service(name="TEST-ONLY issue\u0301r of TH")


@_group.vector("TS 119 602, 6.1.4", _NONE, refused="list.text_english")
def name_not_in_english() -> Case:
    """A name is given in Thai alone."""
    return _service(name={"th": "ทดสอบ"})


@_group.vector("TS 119 602, 6.6.1", "resolve.service_type_unfit", importance=_PROFILE)
def certificate_authority_listed() -> Case:
    """The service is listed as a certificate authority, whose key signs no credentials."""
    return _service(type="http://uri.etsi.org/TrstSvc/Svctype/CA/PKC")
