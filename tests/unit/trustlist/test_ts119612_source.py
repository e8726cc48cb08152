"""A list of TS 119 612 as a source of anchors: with the checks of a list of ours, and its own."""

import builtins

import pytest

pytest.importorskip("lxml")

from defa_trust.errors import MissingExtraError, MisuseError
from defa_trust.trustlist.accept import (
    AcceptancePolicy,
    ListState,
    Pin,
    RetroactiveStatus,
    claimed_place,
)
from defa_trust.trustlist.assemble import Pins, assemble
from defa_trust.trustlist.model import Binding, IdentityKind, Status
from defa_trust.trustlist.pin import SignerProfile
from defa_trust.trustlist.ts119612 import services as module
from defa_trust.trustlist.ts119612.model import Identity
from defa_trust.verdict import TIME_MIN
from tests import eu_lists as eu
from tests import signed_lists as lists
from tests import xml_lists
from tests.eu_lists import DAY, GRANTED, ISSUED, NEXT, NOW, SINCE, STATUS, SVC, WITHDRAWN, judge
from tests.signed_lists import MEMBER, RECOGNITION, REGIONAL


def accepted(found, territory="DE", **more):
    answer = judge(eu.signed(found, territory), territory, **more)
    assert answer.code is None, answer.findings[0].text
    return answer.trust_list


def refused(found, territory="DE", **more):
    return judge(eu.signed(found, territory), territory, **more).code


# --- what is read --------------------------------------------------------------------------------
def test_a_national_list_becomes_a_trust_list():
    found = accepted(eu.national())
    assert (found.type, found.territory, found.sequence) == (MEMBER, "DE", 7)
    assert (found.issued, found.next_update) == (ISSUED, NEXT)
    assert found.binding is Binding.XML
    assert found.operator == "TEST-ONLY list operator of DE"
    (service,) = found.services
    assert service.territory == "DE"
    assert service.type == SVC + "EAA/Q"
    assert (service.entity, service.name) == ("TEST-ONLY provider", "TEST-ONLY service one")
    (identity,) = service.identities
    assert identity.kind is IdentityKind.X509
    assert identity.certificate == eu.service_certificate("one")
    assert found.usable_until == NOW + 400 * DAY + 1


def test_the_name_of_a_service_lasts_from_edition_to_edition():
    renamed = eu.service()._replace(names=eu.en("Another name"))
    first, second = accepted(eu.national()), accepted(eu.national("DE", renamed))
    assert first.services[0].id == second.services[0].id
    other = accepted(eu.national("DE", eu.service("two")))
    assert first.services[0].id != other.services[0].id


def test_statuses_over_time():
    history = [(STATUS + "undersupervision", SINCE - 900 * DAY)]
    gone = eu.service(status=WITHDRAWN, since=NOW - 9 * DAY, history=[(GRANTED, SINCE), *history])
    (service,) = accepted(eu.national("DE", gone)).services
    at = [service.status_at(moment) for moment in
          (NOW, NOW - 9 * DAY, NOW - 9 * DAY - 1, SINCE, SINCE - 1, SINCE - 901 * DAY)]  # fmt: skip
    assert [None if p is None else p.status for p in at] == [
        Status.WITHDRAWN, Status.WITHDRAWN, Status.GRANTED, Status.GRANTED, Status.GRANTED, None,
    ]  # fmt: skip
    assert at[4].uri == STATUS + "undersupervision"


@pytest.mark.parametrize(("uri", "status"), sorted(module.STATUSES.items()))
def test_every_status_of_the_standard_is_read(uri, status):
    (service,) = accepted(eu.national("DE", eu.service(status=uri))).services
    assert service.history[0].status is status
    for spelling in (uri.replace("http://", "https://"), uri + "/"):
        (service,) = accepted(eu.national("DE", eu.service(status=spelling))).services
        assert (service.history[0].status, service.history[0].uri) == (status, uri)


@pytest.mark.parametrize(
    "uri",
    [
        "http://uri.etsi.org/TrstSvc/Svcstatus/inaccord",
        "http://uri.etsi.org/TrstSvc/TrustedList/Svcstatus/Granted",
        "http://uri.etsi.org/TrstSvc/TrustedList/Svcstatus/granted?x",
        "urn:granted",
        "granted",
    ],
)
def test_a_status_that_is_not_read_is_unknown_and_said(uri):
    answer = judge(eu.signed(eu.national("DE", eu.service(status=uri), eu.service("two"))))
    first, second = answer.trust_list.services
    assert first.history[0].status is Status.UNKNOWN
    assert second.history[0].status is Status.GRANTED
    assert "list612.statuses_unknown" in {f.code.id for f in answer.findings}


def test_a_past_that_contradicts_itself_is_unknown_from_there():
    """The newer statuses stand; of what was before nobody may pick one."""
    twice = eu.service(history=[(WITHDRAWN, SINCE - DAY), (GRANTED, SINCE - DAY)])
    (service,) = accepted(eu.national("DE", twice)).services
    assert service.status_at(NOW).status is Status.GRANTED
    assert service.status_at(SINCE - DAY).status is Status.WITHDRAWN
    assert service.status_at(SINCE - DAY - 1).status is Status.UNKNOWN
    assert service.history[-1].interval == (TIME_MIN, SINCE - DAY)
    future = eu.service(history=[(GRANTED, SINCE + DAY)])
    (service,) = accepted(eu.national("DE", future)).services
    assert service.status_at(NOW).status is Status.GRANTED
    assert service.status_at(SINCE - 1).status is Status.UNKNOWN


def test_a_past_of_another_type_is_no_past_of_this_service():
    other = eu.service(history=[(GRANTED, SINCE - DAY)], past_type=SVC + "CA/QC")
    (service,) = accepted(eu.national("DE", other)).services
    assert service.status_at(SINCE).status is Status.GRANTED
    assert service.status_at(SINCE - 1).status is Status.UNKNOWN


def test_a_key_listed_twice_has_the_status_on_which_its_entries_agree():
    gone = eu.service(status=WITHDRAWN, since=NOW - DAY, history=[(GRANTED, SINCE)])
    services = accepted(eu.national("DE", eu.service(), gone)).services
    assert len({service.id for service in services}) == 2
    for service in services:
        assert service.status_at(NOW).status is Status.UNKNOWN
        assert service.status_at(NOW - DAY - 1).status is Status.GRANTED
    same = accepted(eu.national("DE", eu.service(), eu.service())).services
    assert [service.status_at(NOW).status for service in same] == [Status.GRANTED] * 2
    later = accepted(eu.national("DE", eu.service(), eu.service(since=NOW - DAY))).services
    assert later[0].status_at(NOW - 2 * DAY).status is Status.UNKNOWN
    other = accepted(eu.national("DE", eu.service(), eu.service(type=SVC + "TSA/QTST"))).services
    assert {service.status_at(NOW).status for service in other} == {Status.GRANTED}


def test_qualifiers_are_kept_for_their_time():
    device, seals = eu.QUALIFIER + "QCWithQSCD", eu.QUALIFIER + "ForeSeals"
    extensions = (eu.qualified(device), eu.additional(seals))
    old = eu.service(type=SVC + "CA/QC", extensions=extensions, history=[(GRANTED, SINCE - DAY)])
    (service,) = accepted(eu.national("DE", old)).services
    now, before = service.status_at(NOW), service.status_at(SINCE - 1)
    assert now.qualifications[0].qualifiers == (device,)
    assert now.qualifications[0].criteria.policy_sets == (("1.2.3.4",),)
    assert now.additional == (seals,)
    assert (before.qualifications, before.additional) == ((), ())


def test_a_certificate_that_nobody_reads_anchors_nothing_and_is_said():
    junk = eu.service(identity=Identity(certificates=(b"junk", eu.service_certificate("one"))))
    answer = judge(eu.signed(eu.national("DE", junk)))
    assert len(answer.trust_list.services[0].identities) == 1
    assert "list612.identities_unread" in {f.code.id for f in answer.findings}


def test_a_service_without_a_key_is_listed_and_anchors_nothing():
    nameless = eu.service(identity=Identity(subject_names=("CN=one",)))
    found = accepted(eu.national("DE", nameless))
    assert found.services[0].identities == ()
    assert assembled(found_data=eu.signed(eu.national("DE", nameless))).by_certificate == {}


def test_a_bare_key_is_an_identity():
    key = lists.key("bare").verification_key
    bare = eu.service(identity=Identity(keys=(key.jwk(),)))
    (identity,) = accepted(eu.national("DE", bare)).services[0].identities
    assert identity.key.thumbprint == key.thumbprint


# --- territory -----------------------------------------------------------------------------------
@pytest.mark.parametrize(("code", "iso"), [("EL", "GR"), ("UK", "GB")])
def test_codes_of_the_standard_are_those_of_iso_to_who_compares(code, iso):
    found = eu.national(iso, code=code)
    assert accepted(found, iso).territory == iso
    assert accepted(found, iso).services[0].territory == iso
    assert claimed_place(eu.signed(found, iso)) == (MEMBER, iso)


def test_a_list_speaks_for_the_territory_of_its_pin():
    french = eu.signed(eu.national("FR"))
    assert judge(french).code == "xmldsig.signer_not_pinned"
    mixed_up = eu.pin("DE", signers=[eu.operator("FR")[1]])
    assert judge(french, pinned=mixed_up).code == "list.territory_mismatch"
    # One state's signer speaks for no other, not even pinned for it by mistake.
    assert refused(eu.national("FR"), "DE") == "list.signer_country"
    german = eu.signed(eu.national("DE"), "FR")
    assert judge(german, pinned=mixed_up).code == "list.signer_country"
    nobody = eu.national("DE", stated=None)
    assert judge(eu.signed(nobody, "DE")).code in ("list.type_unknown", "list612.missing")


@pytest.mark.parametrize(
    ("type", "code"),
    [
        ("EUgeneric", None),
        ("DElist", None),
        ("FRlist", "list.type_unknown"),
        ("EUlistofthelists", "list.type_unknown"),
        ("DElistofthelists", "list.type_mismatch"),
        ("generic", "list.type_unknown"),
        ("", "list.type_unknown"),
    ],
)
def test_the_type_of_a_national_list(type, code):
    assert refused(eu.national(type=eu.TYPE + type)) == code


def test_a_list_of_lists_is_of_the_union_or_of_a_region():
    german = eu.signed(eu.lotl(stated="DE", operator=eu.national().operator), "DE")
    assert judge(german, "DE").code == "list.type_unknown"
    assert refused(eu.lotl(type=eu.TYPE + "EUgeneric"), "EU") == "list.type_unknown"


# --- the life of a list --------------------------------------------------------------------------
def mark(found, territory="DE"):
    return ListState.of(accepted(found, territory))


def test_rollback_split_view_and_fast_forward():
    last = mark(eu.national())
    assert refused(eu.national(sequence=6), last=last) == "list.rollback"
    assert refused(eu.national("DE", eu.service("two")), last=last) == "list.split_view"
    assert refused(eu.national(sequence=8), last=last) is None
    assert refused(eu.national(sequence=1008), last=last) == "list.fast_forward"
    assert accepted(eu.national(), last=last)


def test_the_same_content_signed_again_is_the_same_list():
    """The digest is of what is signed: XML's signature is a part of the document."""
    again = eu.signed(eu.national(), signed_at=ISSUED + 60)
    assert judge(again, last=mark(eu.national())).code is None


def test_freeze_and_grace():
    data = eu.signed(eu.national())
    assert judge(data, now=NEXT - 1).code is None
    late = judge(data, now=NEXT)
    assert "list.past_next_update" in {f.code.id for f in late.findings}
    assert judge(data, now=NEXT + 184 * DAY).code == "list.too_old"
    region = eu.signed(eu.lotl())
    assert judge(region, "EU", now=NEXT - 1).code is None
    assert judge(region, "EU", now=NEXT).code == "list.regional_expired"


def test_times_of_a_list():
    assert refused(eu.national(issued=NOW + 90, next_update=NEXT)) == "list.signed_in_the_future"
    future = eu.signed(eu.national(issued=NOW + 90), signed_at=NOW)
    assert judge(future).code == "list.issued_in_the_future"
    assert refused(eu.national(next_update=ISSUED + 186 * DAY)) == "list.next_update"
    assert refused(eu.national(next_update=ISSUED + 184 * DAY + 3600)) is None
    assert refused(eu.national(next_update=ISSUED)) == "list.next_update"


def test_a_closed_list():
    gone = eu.service(status=WITHDRAWN, since=SINCE)
    found = accepted(eu.national("DE", gone, next_update=None))
    assert found.closed_since == ISSUED
    assert refused(eu.national(next_update=None)) == "list.closed_with_services"


def past(old, new, **more):
    before = eu.signed(old)
    return judge(
        eu.signed(new), last=ListState.of(judge(before).trust_list), previous=before, **more
    )


def test_a_rewritten_past():
    old = eu.national("DE", eu.service())
    honest = eu.service(status=WITHDRAWN, since=ISSUED + 60, history=[(GRANTED, SINCE)])
    assert past(old, eu.national("DE", honest, sequence=8, issued=ISSUED + 60)).code is None
    backdated = eu.service(status=WITHDRAWN, since=SINCE + DAY, history=[(GRANTED, SINCE)])
    new = eu.national("DE", backdated, sequence=8)
    assert past(old, new).code == "list.retroactive_status"
    warned = past(old, new, policy=AcceptancePolicy(retroactive_status=RetroactiveStatus.WARN))
    assert warned.code is None
    smuggled = eu.national("DE", eu.service(), eu.service("two"), sequence=8)
    assert past(old, smuggled).code == "list.retroactive_status"
    early = eu.national("DE", eu.service(), sequence=8, issued=ISSUED - 1)
    assert past(old, early).code == "list.issued_earlier"


def test_mending_what_contradicted_itself_rewrites_nothing_but_breaking_it_does():
    twice = eu.service(history=[(WITHDRAWN, SINCE - DAY), (GRANTED, SINCE - DAY)])
    once = eu.service(history=[(GRANTED, SINCE - DAY)])
    mended = eu.service(history=[(WITHDRAWN, SINCE - DAY), (GRANTED, SINCE - 2 * DAY)])
    assert past(eu.national("DE", twice), eu.national("DE", mended, sequence=8)).code is None
    broken = eu.national("DE", twice, sequence=8)
    assert past(eu.national("DE", once), broken).code == "list.retroactive_status"


def test_what_was_before_is_looked_at_only_if_it_left_the_mark():
    old, other = eu.national("DE", eu.service("two")), eu.national()
    backdated = eu.service(status=WITHDRAWN, since=SINCE + DAY, history=[(GRANTED, SINCE)])
    new = eu.signed(eu.national("DE", backdated, sequence=8))
    last = ListState.of(judge(eu.signed(other)).trust_list)
    assert judge(new, last=last, previous=eu.signed(old)).code is None
    assert judge(new, last=last, previous=b"<junk").code is None
    assert judge(new, last=last, previous=eu.signed(other)).code == "list.retroactive_status"


# --- signers -------------------------------------------------------------------------------------
def other_certificate(**more):
    from defa_trust import publish

    key = lists.key("plain DE")
    made = {"territory": "DE", "operator": "TEST-ONLY other body", "not_before": NOW - 9 * DAY,
            "not_after": NOW + 9 * DAY, **more}  # fmt: skip
    return key, publish.tl_signer_certificate(key, **made)


def with_profile(signer, profile, **more):
    data = eu.signed(eu.national(), signer=signer)
    return judge(data, pinned=eu.pin(signers=[signer[1]], profile=profile), **more).code


def test_two_profiles_of_a_signer():
    other = other_certificate()
    assert with_profile(other, SignerProfile.TS_119_612) == "list.signer_organisation"
    assert with_profile(other, SignerProfile.FIELD) is None
    foreign = other_certificate(territory="FR")
    assert with_profile(foreign, SignerProfile.FIELD) == "list.signer_country"
    lapsed = other_certificate(not_after=NOW - 1)
    assert with_profile(lapsed, SignerProfile.FIELD) == "list.signer_expired"
    assert with_profile(lapsed, SignerProfile.FIELD, now=NOW - 1) is None


# --- the list of lists ---------------------------------------------------------------------------
def test_pointers_of_the_union_pin_the_lists_of_its_states():
    region = eu.lotl(eu.pointer("DE"), eu.pointer("GR", code="EL"), eu.pointer("GB", code="UK"))
    found = accepted(region, "EU")
    assert [(p.territory, p.type, p.binding) for p in found.pointers] == [
        (state, MEMBER, Binding.XML) for state in ("DE", "GR", "GB")]  # fmt: skip
    assert found.pointers[0].signers == (eu.operator("DE")[1],)


@pytest.mark.parametrize(
    "strange",
    [
        {"mime_type": "application/pdf"},
        {"mime_type": None},
        {"type": eu.TYPE + "DElist"},
        {"type": eu.TYPE + "EUlistofthelists"},
        {"type": None},
        {"identities": ()},
        {"territory": None},
        {"territory": "TH"},
        {"territory": "US"},
    ],
)
def test_a_pointer_that_leads_nowhere_is_passed_over_and_said(strange):
    answer = judge(eu.signed(eu.lotl(eu.pointer("FR")._replace(**strange), eu.pointer("DE"))), "EU")
    assert [p.territory for p in answer.trust_list.pointers] == ["DE"]
    assert "list612.pointers_passed_over" in {f.code.id for f in answer.findings}


def test_two_answers_refuse_the_list_of_lists():
    twice = eu.lotl(eu.pointer("DE"), eu.pointer("DE", location="https://x.test.example/"))
    assert refused(twice, "EU") == "list.duplicate"
    shared = eu.lotl(eu.pointer("DE"), eu.pointer("FR", signers=[eu.operator("DE")[1]]))
    assert refused(shared, "EU") == "list.signer_shared"
    from defa_trust import publish

    as_french = publish.tl_signer_certificate(
        eu.operator("DE")[0], territory="FR", operator="x", not_before=NOW - 9, not_after=NOW + 9
    )
    shared = eu.lotl(eu.pointer("DE"), eu.pointer("FR", signers=[as_french]))
    assert refused(shared, "EU") == "list.signer_shared"
    services = eu.lotl(providers=(eu.provider(eu.service()),))
    assert refused(services, "EU") == "list612.unexpected"


def test_it_names_its_own_signer_and_its_place_of_publication():
    stranger = eu.lotl(signers=[eu.operator("EU", "next")[1]])
    assert refused(stranger, "EU") == "list612.pivot"
    data = eu.signed(eu.lotl())
    for publication, code in ((eu.JOURNAL, None), (eu.JOURNAL + "/2", "list612.pivot")):
        assert judge(data, pinned=eu.pin("EU", publication=publication)).code == code


def edition(sequence, by, names, **more):
    found = eu.lotl(signers=[eu.operator("EU", name)[1] for name in names], sequence=sequence,
                    **more)  # fmt: skip
    return eu.signed(found, label=by)


FIRST = edition(99, "a", "b")
SECOND = edition(100, "b", "bc")
LAST = edition(101, "c", "c")
A = eu.pin("EU", signers=[eu.operator("EU", "a")[1]])


def test_pivots_lead_to_the_signer_in_the_order_of_their_numbers():
    for pivots in ([FIRST, SECOND], [SECOND, FIRST], [SECOND, FIRST, SECOND]):
        answer = judge(LAST, pinned=A, pivots=pivots)
        assert answer.code is None
        assert [hop.trust_list.sequence for hop in answer.hops] == [99, 100]
        after = answer.hops[-1].after
        assert after.signers == (eu.operator("EU", "b")[1], eu.operator("EU", "c")[1])
        assert after.handover.sequence == 100


@pytest.mark.parametrize("pivots", [[], [FIRST], [SECOND], [LAST]])
def test_a_gap_in_the_pivots(pivots):
    code = judge(LAST, pinned=A, pivots=pivots).code
    assert code in ("list612.pivot", "xmldsig.signer_not_pinned")


def test_a_pivot_that_was_changed_ends_the_matter():
    changed = SECOND.replace(b"TEST-ONLY list", b"TEST-ONLY l1st")
    assert judge(LAST, pinned=A, pivots=[FIRST, changed]).code == "list612.pivot"
    stranger = edition(100, "x", "c")
    assert judge(LAST, pinned=A, pivots=[FIRST, stranger]).code == "list612.pivot"


def test_who_was_replaced_by_a_pivot_comes_back_with_nothing():
    after = judge(LAST, pinned=A, pivots=[FIRST, SECOND]).hops[-1].after
    assert judge(LAST, pinned=after).code is None
    assert judge(edition(102, "a", "a"), pinned=after).code == "xmldsig.signer_not_pinned"
    # Not with the pivots of long ago, nor where every mark is lost.
    assert judge(edition(102, "a", "a"), pinned=after, pivots=[FIRST]).code == (
        "xmldsig.signer_not_pinned"
    )
    assert judge(edition(98, "b", "b"), pinned=after).code == "list.rollback"
    assert judge(edition(100, "b", "b", issued=ISSUED - 5), pinned=after).code == "list.split_view"
    assert judge(SECOND, pinned=after).code is None


def test_a_pivot_is_judged_at_its_time_and_the_list_today():
    from defa_trust import publish

    key = lists.key("long ago")
    gone = publish.tl_signer_certificate(
        key, territory="BE", operator=lists.operator_name("EU"),
        not_before=NOW - 900 * DAY, not_after=NOW - 100 * DAY,
    )  # fmt: skip
    old = eu.lotl(signers=[eu.operator("EU", "b")[1]], sequence=50, issued=NOW - 200 * DAY,
                  next_update=NOW - 100 * DAY)  # fmt: skip
    pivot = eu.signed(old, signer=(key, gone))
    pinned = eu.pin("EU", signers=[gone])
    assert judge(edition(101, "b", "b"), pinned=pinned, pivots=[pivot]).code is None
    assert judge(eu.signed(eu.lotl(signers=[gone]), signer=(key, gone)), pinned=pinned).code == (
        "list.signer_expired"
    )


# --- of this profile -----------------------------------------------------------------------------
def test_a_list_of_ours_in_xml_is_read_as_in_json():
    pin = Pin(MEMBER, "TH", (xml_lists.pin("TH"),), binding=Binding.XML)
    found = judge(xml_lists.signed("TH"), pinned=pin).trust_list
    same = lists.judge(lists.signed(lists.member_document("TH"))).trust_list
    assert [s.id for s in found.services] == [s.id for s in same.services]
    assert [s.history for s in found.services] == [s.history for s in same.services]
    assert (found.sequence, found.issued, found.binding) == (5, ISSUED, Binding.XML)


def test_a_region_in_xml_leads_to_its_lists_in_json():
    from defa_trust.formats.xmldsig_sign import sign_enveloped
    from defa_trust.trustlist.ts119612.bridge import convert_to_612

    document = convert_to_612(lists.regional_document()).document
    data = sign_enveloped(document, *lists.operator("AP"), signed_at=ISSUED)
    pin = Pin(REGIONAL, "AP", (lists.operator("AP")[1],), binding=Binding.XML)
    documents = {(REGIONAL, "AP"): data, (MEMBER, "TH"): lists.signed(lists.member_document())}
    found = assemble(Pins([pin]), documents, now=NOW)
    assert {item.territory: item.binding for item in found.lists} == {
        "AP": Binding.XML, "TH": Binding.JSON}  # fmt: skip


# --- pins and places -----------------------------------------------------------------------------
def test_a_list_is_read_in_the_syntax_of_its_pin_alone():
    json_list = lists.signed(lists.member_document("TH"))
    xml_pin = Pin(MEMBER, "TH", (lists.operator("TH")[1],), binding=Binding.XML)
    assert judge(json_list, pinned=xml_pin).code.startswith("xml.")
    json_pin = Pin(MEMBER, "TH", (lists.operator("TH")[1],))
    assert judge(xml_lists.signed("TH"), pinned=json_pin).code == "list.not_a_jws"


@pytest.mark.parametrize(
    ("arguments", "more", "text"),
    [
        ((MEMBER, "DE"), {}, "is XML"),
        ((REGIONAL, "EU"), {}, "is XML"),
        ((MEMBER, "US"), {"binding": Binding.XML}, "no member state"),
        ((RECOGNITION, "DE"), {"binding": Binding.XML}, "no member state"),
        ((REGIONAL, "DE"), {"binding": Binding.XML}, "no code of a region"),
        ((MEMBER, "DE"), {"binding": Binding.XML, "threshold": 2}, "several signers"),
        ((REGIONAL, "EU"), {"binding": Binding.XML, "threshold": 2}, "one signature"),
        ((MEMBER, "DE"), {"binding": Binding.XML, "profile": SignerProfile.PINNED_KEY}, "alone"),
        ((MEMBER, "TH"), {"profile": SignerProfile.FIELD}, "only lists in XML"),
        ((REGIONAL, "AP"), {"publication": "https://x"}, "only lists in XML"),
        ((MEMBER, "DE"), {"binding": Binding.XML, "publication": "https://x"}, "pivots"),
        ((MEMBER, "DE"), {"binding": "612"}, "Binding"),
        ((MEMBER, "DE"), {"binding": Binding.XML, "profile": "field"}, "SignerProfile"),
    ],
)
def test_a_pin_that_mixes_things_up(arguments, more, text):
    with pytest.raises(MisuseError, match=text):
        Pins([Pin(*arguments, (eu.operator("DE")[1],), **more)])


def test_the_union_and_a_region_stand_side_by_side():
    pins = Pins([eu.pin("EU"), lists.pin(REGIONAL, "AP")])
    assert pins.regional.territory == "AP"
    assert [pin.territory for pin in pins.regions] == ["AP", "EU"]
    with pytest.raises(MisuseError, match="two regional"):
        Pins([lists.pin(REGIONAL, "AP"), lists.pin(REGIONAL, "AQ", [lists.operator("AP")[1]])])


def assembled(*, found_data=None):
    region = eu.signed(eu.lotl())
    documents = {
        (REGIONAL, "EU"): region, (MEMBER, "DE"): found_data or eu.signed(eu.national()),
        (REGIONAL, "AP"): lists.signed(lists.regional_document()),
        (MEMBER, "TH"): lists.signed(lists.member_document()),
        (RECOGNITION, "SG"): lists.signed(lists.recognition_document()),
    }  # fmt: skip
    found = assemble(Pins([eu.pin("EU"), lists.pin(REGIONAL, "AP")]), documents, now=NOW)
    assert found.missing == ()
    return found.snapshot()


def test_one_snapshot_of_both():
    snapshot = assembled()
    assert snapshot.territories == {"DE", "TH"}
    (anchors,) = [a for a in snapshot.by_certificate.values() if a[0].service.territory == "DE"]
    standing = anchors[0].standing(NOW, 0)
    assert standing.passed
    # The list of lists stands behind it: once that lapsed, so has this.
    assert not anchors[0].standing(NEXT, 10 * DAY).passed


def test_without_the_extra_the_error_says_what_to_install(monkeypatch):
    from defa_trust.codec import xml

    real = builtins.__import__

    def without(name, *args, **more):
        if name == "lxml" or (name == "lxml" and args):
            raise ModuleNotFoundError(name)
        return real(name, *args, **more)

    data = eu.signed(eu.national())
    xml._etree.cache_clear()
    monkeypatch.setattr(builtins, "__import__", without)
    try:
        with pytest.raises(MissingExtraError, match=r"defa-trust\[xml\]"):
            judge(data)
        assert lists.judge(lists.signed(lists.member_document())).code is None
    finally:
        xml._etree.cache_clear()
