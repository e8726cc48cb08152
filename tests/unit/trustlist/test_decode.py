"""Every rule of the profile over TS 119 602: one fault each, and the document without it passes."""

import pytest

from defa_trust import publish
from defa_trust.errors import MisuseError, Rejection
from defa_trust.spec import SVC_CA_PKC
from defa_trust.trustlist.decode import decode
from defa_trust.trustlist.model import ArrangementStatus, Publication, Stage, Status
from defa_trust.trustlist.services import STATUS_URIS
from defa_trust.verdict import TIME_MAX, Interval, Level
from tests.signed_lists import (
    CURRENT,
    DAY,
    ENTITY,
    ISSUED,
    MEMBER,
    NEXT,
    NOW,
    RECOGNITION,
    REGIONAL,
    SCHEME,
    SERVICE,
    arrangement,
    changed,
    entity,
    key,
    member_document,
    operator,
    pointer,
    recognition_document,
    regional_document,
    service,
)


def read(document):
    return decode(document, digest="0" * 64, size=1)


def refused(document):
    with pytest.raises(Rejection) as refusal:
        read(document)
    return refusal.value.code.id


def with_services(*services):
    return member_document(entities=[entity("TH", *services)])


def with_extension(name, value, critical=False):
    return with_services(service(extensions=[publish.extension(name, value, critical=critical)]))


def with_scheme_extension(name, value, critical=False, **more):
    return member_document(extensions=[publish.extension(name, value, critical=critical)], **more)


# --- what is read --------------------------------------------------------------------------------
def test_a_member_state_list_is_read_whole():
    found = read(
        with_services(
            service(
                levels=[("urn:defa:scale:th:ial", "2.3", "2.1")],
                credential_types=["https://credentials.test.example/id"],
                formats=["vc-jwt"],
                term=("th", "ลายมือชื่ออิเล็กทรอนิกส์ที่เชื่อถือได้"),
                scope="TEST-ONLY civil hierarchy",
                history=[(Status.SUSPENDED, NOW - 320 * DAY), (Status.SANDBOX, NOW - 360 * DAY)],
            )
        )
    )
    (only,) = found.services
    assert (found.type, found.territory, found.sequence) == (MEMBER, "TH", 5)
    assert (found.issued, found.next_update) == (ISSUED, NEXT)
    assert found.publication is Publication.AUTHORITATIVE
    assert only.levels[0] == ("urn:defa:scale:th:ial", "2.3", "2.1")
    assert only.formats == ("vc-jwt",)
    assert only.term == "ลายมือชื่ออิเล็กทรอนิกส์ที่เชื่อถือได้"
    assert only.scope == "TEST-ONLY civil hierarchy"
    assert [period.status for period in only.history] == [
        Status.GRANTED,
        Status.SUSPENDED,
        Status.SANDBOX,
    ]
    assert [period.interval for period in only.history] == [
        Interval(NOW - 300 * DAY, TIME_MAX),
        Interval(NOW - 320 * DAY, NOW - 300 * DAY),
        Interval(NOW - 360 * DAY, NOW - 320 * DAY),
    ]
    assert only.status_at(NOW - 361 * DAY) is None


def test_a_regional_list_is_pointers_only():
    found = read(regional_document())
    assert found.type is REGIONAL
    assert found.community == "TEST-ONLY community"
    assert [(p.type, p.territory) for p in found.pointers] == [(MEMBER, "TH"), (RECOGNITION, "SG")]
    assert found.pointers[0].signers == (operator("TH")[1],)
    document = regional_document()
    document["LoTE"]["TrustedEntitiesList"] = member_document()["LoTE"]["TrustedEntitiesList"]
    assert refused(document) == "list.member_unknown"
    aimless = changed(regional_document(), (*SCHEME, "PointersToOtherLoTE"), ...)
    assert refused(aimless) == "list.member_missing"


def test_an_arrangement_is_read_whole():
    found = read(
        recognition_document(
            arrangements=[
                arrangement(
                    since=NOW - 10 * DAY,
                    until=NOW + 10 * DAY,
                    grace_until=NOW + 20 * DAY,
                    stage=Stage.PILOT,
                    history=[
                        ("suspended", Stage.PILOT, NOW - 20 * DAY),
                        ("enacted", Stage.OBSERVE, NOW - 30 * DAY),
                    ],
                    levels=[
                        ("urn:defa:scale:th:ial", "2.3", {"proofing": 2, "federation": "unstated"})
                    ],
                    purposes=["travel"],
                    sectors=["finance"],
                    relyingParties=["https://rp.test.example"],
                    excludedActs=["wills"],
                    requires=["prior_listing"],
                    limits={"maxPerDay": 1000},
                    comparator="at_least",
                    entityScope=["natural_person"],
                    certificateScope=["signature"],
                )
            ]
        )
    )
    (only,) = found.arrangements
    assert (only.recognising, only.recognised, only.comparator) == ("SG", "TH", "at_least")
    assert only.interval == Interval(NOW - 30 * DAY, NOW + 10 * DAY)
    assert [(p.status, p.stage) for p in only.periods] == [
        (ArrangementStatus.ENACTED, Stage.PILOT),
        (ArrangementStatus.SUSPENDED, Stage.PILOT),
        (ArrangementStatus.ENACTED, Stage.OBSERVE),
    ]
    assert only.levels[0].recognised == Level(proofing=2)
    assert only.limits == (("maxPerDay", 1000),)
    assert only.grace_until == NOW + 20 * DAY
    assert only.instrument.verified is True


def test_what_a_rule_can_judge_is_no_requirement():
    bound = arrangement(entityScope=["natural_person"], certificateScope=["seal"])
    (only,) = read(recognition_document(arrangements=[bound])).arrangements
    assert (only.entity_scope, only.certificate_scope) == ({"natural_person"}, {"seal"})
    assert only.requires == ()
    (free,) = read(recognition_document()).arrangements
    assert (free.entity_scope, free.certificate_scope, free.requires) == (set(), set(), ())


def test_a_list_that_recognises_nobody_is_a_list():
    assert read(recognition_document(arrangements=[])).arrangements == ()


def test_distrust_after_a_moment_ends_the_service_there():
    (only,) = read(with_services(service(distrust_after=NOW - 50 * DAY))).services
    assert only.status_at(NOW - 51 * DAY).status is Status.GRANTED
    assert only.status_at(NOW - 50 * DAY).status is Status.WITHDRAWN
    assert only.history[0].interval.end == TIME_MAX
    (twin,) = read(with_services(service())).services
    assert twin.status_at(NOW).status is Status.GRANTED


def test_distrust_before_the_whole_history_leaves_nothing_granted():
    doomed = service(distrust_after=NOW - 500 * DAY, history=[("sandbox", NOW - 400 * DAY)])
    (only,) = read(with_services(doomed)).services
    assert {period.status for period in only.history} == {Status.WITHDRAWN}


def test_a_transcribed_list_names_its_source():
    source = publish.transcription(
        source="https://register.test.example/page",
        retrieved=NOW - 2 * DAY,
        sha256="ab" * 32,
        transcriber="TEST-ONLY transcriber",
    )
    found = read(member_document(publication=source))
    assert found.publication is Publication.TRANSCRIBED
    assert found.source == "https://register.test.example/page"
    del source["transcriber"]
    assert refused(member_document(publication=source)) == "list.member_missing"
    assert read(with_scheme_extension("DefaPublication", {"kind": "authoritative"}))
    assert refused(with_scheme_extension("DefaPublication", {"kind": "rumour"})) == (
        "list.member_value"
    )


def test_no_list_is_written_with_a_status_that_nobody_knows():
    with pytest.raises(MisuseError, match="unknown"):
        service(status=Status.UNKNOWN)


@pytest.mark.parametrize("status", list(STATUS_URIS))
def test_every_status_has_one_uri_that_is_read_back(status):
    (only,) = read(with_services(service(status=status))).services
    assert (only.history[0].status, only.history[0].uri) == (status, STATUS_URIS[status])


def test_both_etsi_words_for_withdrawn_are_read():
    uri = "http://uri.etsi.org/TrstSvc/TrustedList/Svcstatus/withdrawn"
    (only,) = read(with_services(service(status=uri))).services
    assert (only.history[0].status, only.history[0].uri) == (Status.WITHDRAWN, uri)


# --- what is refused -----------------------------------------------------------------------------
MEMBER_FAULTS = [
    ((*SCHEME, "LoTEVersionIdentifier"), 2, "member_value"),
    ((*SCHEME, "LoTEVersionIdentifier"), True, "member_value"),
    ((*SCHEME, "LoTEVersionIdentifier"), 1.0, "member_value"),
    ((*SCHEME, "LoTESequenceNumber"), 0, "member_value"),
    ((*SCHEME, "LoTESequenceNumber"), -5, "member_value"),
    ((*SCHEME, "LoTESequenceNumber"), "5", "member_value"),
    ((*SCHEME, "LoTESequenceNumber"), 5.0, "member_value"),
    ((*SCHEME, "LoTESequenceNumber"), True, "member_value"),
    ((*SCHEME, "LoTEType"), "http://uri.etsi.org/19602/LoTEType/EUWalletProvidersList",
     "type_unknown"),
    ((*SCHEME, "LoTEType"), None, "type_unknown"),
    ((*SCHEME, "LoTEType"), ["https://defa.example/19602/LoTEType/MemberStateList"],
     "type_unknown"),
    ((*SCHEME, "SchemeTerritory"), "EU", "territory_unknown"),
    ((*SCHEME, "SchemeTerritory"), "AP", "territory_unknown"),
    ((*SCHEME, "SchemeTerritory"), "th", "member_value"),
    ((*SCHEME, "SchemeTerritory"), "THA", "member_value"),
    ((*SCHEME, "SchemeTerritory"), "T\u041d", "member_value"),  # Cyrillic EN
    ((*SCHEME, "SchemeTerritory"), "SG", "member_value"),  # the scheme's name begins with TH:
    ((*SCHEME, "SchemeOperatorName"), [], "member_value"),
    ((*SCHEME, "SchemeOperatorName"), [{"lang": "th", "value": "ผู้ดำเนินการ"}], "text_english"),
    ((*SCHEME, "SchemeOperatorName"), [{"lang": "en", "value": ""}], "member_value"),
    ((*SCHEME, "SchemeOperatorName"), [{"lang": "EN", "value": "x"}], "member_value"),
    ((*SCHEME, "SchemeOperatorName"), [{"lang": "en", "value": "x", "y": 1}], "member_unknown"),
    ((*SCHEME, "SchemeOperatorName"), [{"lang": "en", "value": "x"}] * 2, "duplicate"),
    ((*SCHEME, "SchemeOperatorName", 0, "value"), "TEST\u202eYLNO", "text_forbidden"),
    ((*SCHEME, "SchemeOperatorName", 0, "value"), "TEST\u2066ONLY", "text_forbidden"),
    ((*SCHEME, "SchemeOperatorName", 0, "value"), "TEST\u200bONLY", "text_forbidden"),
    ((*SCHEME, "SchemeOperatorName", 0, "value"), "TEST\ufeffONLY", "text_forbidden"),
    ((*SCHEME, "SchemeOperatorName", 0, "value"), "TEST\U000e0041ONLY", "text_forbidden"),
    ((*SCHEME, "SchemeOperatorName", 0, "value"), "TEST\ue000ONLY", "text_forbidden"),
    ((*SCHEME, "SchemeOperatorName", 0, "value"), "TEST\nONLY", "text_forbidden"),
    ((*SCHEME, "SchemeOperatorName", 0, "value"), "TEST\x7fONLY", "text_forbidden"),
    ((*SCHEME, "SchemeOperatorName", 0, "value"), "<b>TEST</b>", "text_forbidden"),
    ((*SCHEME, "SchemeOperatorName", 0, "value"), "Cafe\u0301", "text_not_normal"),
    ((*SCHEME, "SchemeOperatorName", 0, "value"), "Tr\u0443st", "text_script"),  # Cyrillic U
    ((*SCHEME, "SchemeOperatorName", 0, "value"), "\uff34EST", "text_script"),  # fullwidth T
    ((*SCHEME, "SchemeOperatorName", 0, "value"), "\U0001d413EST", "text_script"),  # bold T
    ((*SCHEME, "SchemeOperatorName", 0, "value"), "TEST \uff11", "text_script"),  # fullwidth 1
    ((*SCHEME, "SchemeOperatorName", 0, "value"), " TEST", "member_value"),
    ((*SCHEME, "SchemeOperatorName", 0, "value"), "x" * 1025, "member_value"),
    ((*SCHEME, "SchemeName", 0, "value"), "SG:Trusted services", "member_value"),
    ((*SCHEME, "SchemeInformationURI", 0, "uriValue"), "about", "member_value"),
    ((*SCHEME, "SchemeInformationURI", 0, "uriValue"), "https://a b", "member_value"),
    ((*SCHEME, "SchemeInformationURI"), ..., "member_missing"),
    ((*SCHEME, "HistoricalInformationPeriod"), 365, "member_value"),
    ((*SCHEME, "HistoricalInformationPeriod"), ..., "member_missing"),
    ((*SCHEME, "ListIssueDateTime"), "2026-10-31T00:00:00+00:00", "time_form"),
    ((*SCHEME, "ListIssueDateTime"), "2026-10-31T00:00:00.000Z", "time_form"),
    ((*SCHEME, "ListIssueDateTime"), "2026-10-31T00:00:60Z", "time_form"),
    ((*SCHEME, "ListIssueDateTime"), "2026-02-30T00:00:00Z", "time_form"),
    ((*SCHEME, "ListIssueDateTime"), "２026-10-31T00:00:00Z", "time_form"),
    ((*SCHEME, "ListIssueDateTime"), 1793404800, "time_form"),
    ((*SCHEME, "ListIssueDateTime"), 1793404800000, "time_form"),
    ((*SCHEME, "NextUpdate"), None, "time_form"),
    ((*SCHEME, "NextUpdate"), publish.time_text(ISSUED), "next_update"),
    ((*SCHEME, "NextUpdate"), publish.time_text(ISSUED - 1), "next_update"),
    ((*SCHEME, "NextUpdate"), publish.time_text(ISSUED + 184 * DAY + 1), "next_update"),
    ((*SCHEME, "PolicyOrLegalNotice"), [], "member_value"),
    ((*SCHEME, "PolicyOrLegalNotice"), [{"LoTEPolicy": "x"}], "member_value"),
    ((*SCHEME, "DistributionPoints"), ["http://list.test.example/th.jwt"], "member_value"),
    ((*SCHEME, "DistributionPoints"), ["https://u@list.test.example/th.jwt"], "member_value"),
    ((*SCHEME, "DistributionPoints"), ["https://list.test.example/th.jwt?x"], "member_value"),
    ((*SCHEME, "PointerToOtherLoTE"), [], "member_unknown"),
    ((*SCHEME, "evil"), 1, "member_unknown"),
    (("LoTE", "evil"), 1, "member_unknown"),
    (("evil",), 1, "member_unknown"),
    (("LoTE", "ListAndSchemeInformation"), [], "member_value"),
    (("LoTE", "TrustedEntitiesList"), [], "member_value"),
    ((*ENTITY, "TrustedEntityInformation", "TEName", 0, "value"), "a\u202eb", "text_forbidden"),
    ((*ENTITY, "TrustedEntityInformation", "TEAddress", "TEPostalAddress"), [], "member_value"),
    ((*SERVICE, "ServiceHistory"), [], "member_value"),
    ((*SERVICE, "ServiceHistory"), None, "member_value"),
    ((*CURRENT, "ServiceStatus"), ..., "member_missing"),
    ((*CURRENT, "StatusStartingTime"), ..., "member_missing"),
    ((*CURRENT, "ServiceStatus"), "granted", "member_value"),
    (
        (*CURRENT, "ServiceStatus"),
        "http://uri.etsi.org/TrstSvc/TrustedList/Svcstatus/granted",
        "status_unknown",
    ),
    ((*CURRENT, "ServiceStatus"), STATUS_URIS[Status.GRANTED] + "/", "status_unknown"),
    ((*CURRENT, "ServiceStatus"), STATUS_URIS[Status.GRANTED].upper(), "status_unknown"),
    ((*CURRENT, "ServiceInformationExtensions"), ..., "member_missing"),
    ((*CURRENT, "ServiceInformationExtensions"), [], "member_value"),
    ((*CURRENT, "ServiceInformationExtensions", 0), {"Critical": False, "DefaScope": "x"},
     "member_missing"),
    ((*CURRENT, "ServiceDigitalIdentity"), {}, "identity_missing"),
    ((*CURRENT, "ServiceDigitalIdentity"), {"X509SubjectNames": ["CN=x"]}, "identity_missing"),
    ((*CURRENT, "ServiceDigitalIdentity"), {"X509SKIs": ["AAAA"]}, "member_unknown"),
    ((*CURRENT, "ServiceDigitalIdentity"), {"additionalProperties": {}}, "member_unknown"),
    ((*CURRENT, "TEServiceDefinitionURI"), [], "member_unknown"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("path", "value", "code"),
    MEMBER_FAULTS,
    ids=[f"{n}-{f[2]}" for n, f in enumerate(MEMBER_FAULTS)],
)
def test_one_fault_refuses_the_list(path, value, code):
    document = member_document()
    assert read(document).territory == "TH"
    assert refused(changed(document, path, value)) == f"list.{code}"


@pytest.mark.parametrize("member", sorted(member_document()["LoTE"]["ListAndSchemeInformation"]))
def test_every_member_of_the_scheme_is_needed(member):
    assert refused(changed(member_document(), (*SCHEME, member), ...)) == "list.member_missing"


@pytest.mark.parametrize("document", [None, [], "x", 1, {}, {"LoTE": None}, {"LoTE": {}}])
def test_what_is_no_list_at_all(document):
    assert refused(document) in ("list.member_value", "list.member_missing")


def test_six_months_at_most_exactly():
    assert read(member_document(next_update=ISSUED + 184 * DAY))
    assert refused(member_document(next_update=ISSUED + 184 * DAY + 1)) == "list.next_update"


def test_khmer_and_burmese_joiners_are_spelling():
    names = {"en": "TEST-ONLY", "km": "សេវា\u200cសាកល្បង", "my": "စမ်းသပ်\u200dမှု"}
    assert read(with_services(service(name=names)))
    names["km"] = "សេវា\u200bសាកល្បង"
    assert refused(with_services(service(name=names))) == "list.text_forbidden"


def test_accented_latin_is_latin():
    assert read(with_services(service(name="Cơ quan chứng thực TEST-ONLY")))


# --- extensions ----------------------------------------------------------------------------------
def test_an_unknown_extension_is_passed_over_unless_it_is_critical():
    assert read(with_extension("FutureThing", {"a": [1]}))
    assert refused(with_extension("FutureThing", {"a": [1]}, critical=True)) == (
        "list.extension_critical"
    )
    assert read(with_scheme_extension("FutureThing", 1))
    assert refused(with_scheme_extension("FutureThing", 1, critical=True)) == (
        "list.extension_critical"
    )


def test_an_extension_of_another_kind_of_list_is_unknown_there():
    assert refused(with_scheme_extension("DefaRecognition", [], critical=True)) == (
        "list.extension_critical"
    )
    assert read(member_document()).arrangements == ()


@pytest.mark.parametrize(
    "entry",
    [
        {"DefaScope": "x"},
        {"Critical": "false", "DefaScope": "x"},
        {"Critical": 0, "DefaScope": "x"},
        {"Critical": False},
        {"Critical": False, "DefaScope": "x", "DefaLoA": []},
        {"Critical": False, "": 1},
        {"Critical": False, "a b": 1},
        "DefaScope",
        None,
    ],
)
def test_an_extension_is_one_value_beside_critical(entry):
    assert refused(with_services(service(extensions=[entry]))) == "list.extension_form"


def test_an_extension_given_twice():
    twice = [publish.extension("Unknown", 1), publish.extension("Unknown", 2)]
    assert refused(with_services(service(extensions=twice))) == "list.extension_twice"


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("DefaLoA", []),
        ("DefaLoA", ["https://defa.example/loa/2"]),
        ("DefaLoA", [{"scheme": "a", "value": 2}]),
        ("DefaLoA", [{"scheme": "a", "value": "2", "cap": None}]),
        ("DefaCredentialTypes", []),
        ("DefaCredentialTypes", "type"),
        ("DefaCredentialTypes", [1]),
        ("DefaCredentialTypes", ["a b"]),
        ("DefaFormats", [""]),
        ("DefaLegalTerm", "term"),
        ("DefaScope", ""),
        ("DefaScope", ["x"]),
        ("DefaDistrustAfter", 5),
    ],
)
def test_a_malformed_extension_refuses_the_list(name, value):
    code = refused(with_extension(name, value))
    assert code in ("list.member_value", "list.time_form")


def test_values_given_twice_within_an_extension():
    assert refused(with_extension("DefaFormats", ["a", "a"])) == "list.duplicate"
    levels = [{"scheme": "a", "value": "1"}, {"scheme": "a", "value": "2"}]
    assert refused(with_extension("DefaLoA", levels)) == "list.duplicate"


def test_a_signer_succession_belongs_to_a_regional_list():
    """What it says there: tests/unit/trustlist/test_succession.py."""
    value = {"keys": [], "threshold": 0}
    assert read(with_scheme_extension("DefaSignerSuccession", value)).succession is None
    assert refused(with_scheme_extension("DefaSignerSuccession", value, critical=True)) == (
        "list.extension_critical"
    )


def test_a_closed_list_has_no_service_in_operation():
    ended = [entity("TH", service(status=Status.EXPIRED))]
    assert read(member_document(closed_since=NOW, entities=ended)).closed_since == NOW
    assert refused(member_document(closed_since=NOW)) == "list.closed_with_services"


@pytest.mark.parametrize("how", ["scheduled withdrawal", "distrust to come"])
def test_a_closed_list_leaves_no_service_in_operation_until_later(how):
    """The current entry says withdrawn; the one before it goes on for years."""

    def listed(end):
        if how == "scheduled withdrawal":
            past = [(Status.GRANTED, NOW - 300 * DAY)]
            return service(status=Status.WITHDRAWN, since=end, history=past)
        return service(since=NOW - 300 * DAY, distrust_after=end)

    def document(end):
        return member_document(closed_since=NOW, entities=[entity("TH", listed(end))])

    assert read(document(ISSUED)).closed_since == NOW
    assert refused(document(ISSUED + 1)) == "list.closed_with_services"
    assert refused(document(NOW + 3650 * DAY)) == "list.closed_with_services"


def test_the_previous_list_is_kept():
    assert read(member_document(previous=(4, "ab" * 32))).previous == (4, "ab" * 32)
    assert refused(member_document(previous=(4, "AB" * 32))) == "list.member_value"
    assert refused(member_document(previous=(0, "ab" * 32))) == "list.member_value"


# --- history -------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    "starts",
    [
        [NOW - 300 * DAY],  # as the current entry
        [NOW - 299 * DAY],  # after it
        [NOW - 310 * DAY, NOW - 310 * DAY],
        [NOW - 320 * DAY, NOW - 310 * DAY],
    ],
)
def test_a_history_is_strictly_descending(starts):
    history = [(Status.WITHDRAWN, start) for start in starts]
    assert refused(with_services(service(history=history))) == "list.history_order"
    twin = [(Status.WITHDRAWN, NOW - (301 + n) * DAY) for n in range(len(starts))]
    assert read(with_services(service(history=twin)))


def test_a_history_carries_no_certificate_and_no_other_type():
    _, certificate = operator("TH")
    document = with_services(
        service(
            identity=publish.certificate_identity(certificate),
            history=[(Status.WITHDRAWN, NOW - 310 * DAY)],
        )
    )
    past = (*SERVICE, "ServiceHistory", 0)
    assert (
        "X509SKIs"
        in document["LoTE"]["TrustedEntitiesList"][0]["TrustedEntityServices"][0]["ServiceHistory"][
            0
        ]["ServiceDigitalIdentity"]
    )
    assert read(document)
    identity = publish.certificate_identity(certificate)
    assert refused(changed(document, (*past, "ServiceDigitalIdentity"), identity)) == (
        "list.member_unknown"
    )
    assert refused(changed(document, (*past, "ServiceTypeIdentifier"), SVC_CA_PKC)) == (
        "list.history_form"
    )
    bounds = [publish.extension("DefaScope", "x")]
    assert refused(changed(document, (*past, "ServiceInformationExtensions"), bounds)) == (
        "list.history_form"
    )


# --- duplicates ----------------------------------------------------------------------------------
def test_a_service_identifier_stands_once():
    assert read(with_services(service(number=1), service(number=2)))
    twice = with_services(service(number=1), service(number=2, id="urn:test:th:1"))
    assert refused(twice) == "list.duplicate"


def test_a_key_stands_once_for_a_type_of_service_and_both_entries_are_named():
    same = publish.jwk_identity(key("service TH 1").verification_key, "another-kid")
    document = with_services(service(number=1), service(number=2, identity=same))
    with pytest.raises(Rejection) as refusal:
        read(document)
    assert refusal.value.code.id == "list.duplicate"
    assert refusal.value.actual == "urn:test:th:1 and urn:test:th:2"
    other_type = service(number=2, identity=same, type=SVC_CA_PKC)
    assert read(with_services(service(number=1), other_type))


def test_the_same_key_as_certificate_and_as_jwk_is_still_the_same_key():
    signing_key, certificate = operator("TH")
    bare = service(number=1, identity=publish.jwk_identity(signing_key.verification_key))
    wrapped = service(number=2, identity=publish.certificate_identity(certificate))
    assert refused(with_services(bare, wrapped)) == "list.duplicate"


def test_one_kid_names_one_key_of_a_service():
    one = publish.jwk_identity(key("a").verification_key, "k")
    two = publish.jwk_identity(key("b").verification_key, "k")
    assert refused(with_services(service(identity=publish.merged(one, two)))) == "list.duplicate"
    two = publish.jwk_identity(key("b").verification_key, "l")
    assert read(with_services(service(identity=publish.merged(one, two))))


# --- pointers ------------------------------------------------------------------------------------
def test_two_pointers_to_one_list():
    assert refused(regional_document(pointers=[pointer(), pointer()])) == "list.duplicate"


def test_one_signing_key_for_two_territories():
    shared = pointer(MEMBER, "SG", signers=[operator("TH")[1]])
    assert refused(regional_document(pointers=[pointer(), shared])) == "list.signer_shared"
    both = [pointer(MEMBER, "TH"), pointer(RECOGNITION, "TH")]
    assert len(read(regional_document(pointers=both)).pointers) == 2


@pytest.mark.parametrize(
    ("step", "value", "code"),
    [
        (("LoTELocation",), "http://lists.test.example/th.jwt", "member_value"),
        (("LoTELocation",), "https://lists.test.example/th.jwt?version=2", "member_value"),
        (("LoTELocation",), "https://lists.test.example/th.jwt#x", "member_value"),
        (("LoTELocation",), "https://lists.test.example/\u0442h.jwt", "member_value"),
        (("LoTEQualifiers", 0, "SchemeTerritory"), "EU", "territory_unknown"),
        (("LoTEQualifiers", 0, "SchemeTerritory"), ..., "member_missing"),
        (("LoTEQualifiers", 0, "MimeType"), "text/html", "member_value"),
        (("LoTEQualifiers", 0, "LoTEType"), "x:y", "type_unknown"),
        (("LoTEQualifiers",), [], "member_value"),
        (("ServiceDigitalIdentities",), [], "member_value"),
        (("ServiceDigitalIdentities", 0), {}, "member_missing"),
        (("ServiceDigitalIdentities", 0), {"OtherIds": ["issuer:https://x"]}, "member_unknown"),
        (("ServiceDigitalIdentities", 0, "X509Certificates"), [], "member_value"),
    ],
)
def test_a_pointer_is_complete_and_safe(step, value, code):
    document = regional_document()
    path = (*SCHEME, "PointersToOtherLoTE", 0, *step)
    assert refused(changed(document, path, value)) == f"list.{code}"


def test_a_state_points_to_no_other_states_list():
    to_region = pointer(REGIONAL, "AP", signers=[operator("AP")[1]])
    assert read(member_document(pointers=[to_region]))
    assert read(member_document(pointers=[pointer(MEMBER, "TH")]))
    assert refused(member_document(pointers=[pointer(MEMBER, "SG")])) == "list.pointer"
    assert refused(member_document(pointers=[pointer(RECOGNITION, "TH")])) == "list.pointer"


def test_a_region_is_no_member_state():
    document = regional_document()
    assert (
        refused(changed(document, (*SCHEME, "SchemeTerritory"), "SG")) == "list.territory_unknown"
    )
    longer = changed(document, (*SCHEME, "SchemeTerritory"), "ASEAN")
    assert refused(longer) == "list.member_value"


# --- arrangements --------------------------------------------------------------------------------
def one(**more):
    return recognition_document(arrangements=[arrangement(**more)])


def test_a_state_speaks_for_itself_only():
    assert refused(one(recognising="MY")) == "list.direction"
    assert refused(one(recognised="SG")) == "list.arrangement"
    assert refused(one(recognised="JP")) == "list.territory_unknown"


def test_recognition_is_critical_or_nothing():
    path = (*SCHEME, "SchemeExtensions", 0, "Critical")
    assert refused(changed(recognition_document(), path, False)) == "list.extension_form"
    assert refused(changed(recognition_document(), (*SCHEME, "SchemeExtensions"), ...)) == (
        "list.member_missing"
    )


def test_an_identifier_stands_once():
    twice = [arrangement(), arrangement(recognised="MY", id="sg-th")]
    assert refused(recognition_document(arrangements=twice)) == "list.duplicate"


@pytest.mark.parametrize(
    "more",
    [
        {"until": NOW - 100 * DAY},
        {"until": NOW - 101 * DAY},
        {"grace_until": NOW + DAY},
        {"until": NOW + DAY, "grace_until": NOW + DAY},
        {"valid": [Status.GRANTED], "invalid": [Status.GRANTED]},
    ],
)
def test_an_arrangement_that_contradicts_itself(more):
    assert refused(one(**more)) == "list.arrangement"


@pytest.mark.parametrize(
    "more",
    [
        {"history": [("suspended", Stage.PILOT, NOW - 100 * DAY)]},
        {"history": [("suspended", Stage.PILOT, NOW - 99 * DAY)]},
    ],
)
def test_an_arrangements_history_is_strictly_descending(more):
    assert refused(one(**more)) == "list.history_order"


@pytest.mark.parametrize(
    ("member", "value", "code"),
    [
        ("purposes", [], "member_value"),
        ("purposes", "travel", "member_value"),
        ("limits", {}, "member_value"),
        ("limits", {"maxPerDay": 0}, "member_value"),
        ("limits", {"maxPerDay": 1.5}, "member_value"),
        ("limits", {"maxPerDay": True}, "member_value"),
        ("effect", "binding", "member_value"),
        ("stage", "production", "member_value"),
        ("status", "active", "member_value"),
        ("basis", "reciprocal", "member_value"),
        ("comparator", ">=", "member_value"),
        ("entityScope", ["robot"], "member_value"),
        ("serviceTypeMap", [], "member_value"),
        ("serviceTypeMap", [{"home": "a:b", "recognised": "a:b"}] * 2, "duplicate"),
        ("statusMap", {"valid": [], "invalid": []}, "member_value"),
        ("assuranceMap", [{"scheme": "s", "home": "1", "recognised": {"proofing": 4}}],
         "member_value"),
        ("assuranceMap", [{"scheme": "s", "home": "1", "recognised": {"proofing": 2.0}}],
         "member_value"),
        ("assuranceMap", [{"scheme": "s", "home": 1.1, "recognised": {}}], "member_value"),
        ("assuranceMap", [{"scheme": "s", "home": "1", "recognised": {}}] * 2, "duplicate"),
        ("from", "2026", "time_form"),
        ("until", None, "time_form"),
        ("sandbox", True, "member_unknown"),
        ("instrument", {"code": "x", "title": "y"}, "member_missing"),
        ("instrument", {"code": "x", "title": "y", "verified": "yes"}, "member_value"),
    ],
)  # fmt: skip
def test_one_fault_refuses_the_recognition_list(member, value, code):
    document = recognition_document()
    path = (*SCHEME, "SchemeExtensions", 0, "DefaRecognition", 0, member)
    assert read(document)
    assert refused(changed(document, path, value)) == f"list.{code}"
