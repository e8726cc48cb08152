"""Attacks on VICALs. Each stands beside its twin, which differs in the one fault."""

import pytest

from defa_trust.codec import cbor
from defa_trust.codec.cbor import Tagged
from defa_trust.demo import pki
from defa_trust.trustlist.vical import MAX_ENTRIES
from defa_trust.verdict import Outcome
from tests.build import DAY, NOW, YEAR
from tests.vical_samples import (
    MDL,
    OTHER,
    ROOT,
    SIGNER,
    content,
    date,
    entry,
    iaca,
    judge,
    signed,
    signer,
)


def refused(data, **more):
    accepted = judge(data, **more)
    assert accepted.vical is None
    return accepted.code


def entries(*infos):
    """Codes of entries that are refused, and the states of those that are not."""
    accepted = judge(signed(content(*infos)))
    assert accepted.vical is not None
    codes = [
        f.code.id for f in accepted.findings
        if f.subject == "entry" and f.code.outcome is not Outcome.MET
    ]  # fmt: skip
    return codes, [found.territory for found in accepted.vical.entries]


# --- twins ---------------------------------------------------------------------------------------
def test_a_good_one_is_accepted():
    accepted = judge(signed())
    assert (accepted.code, accepted.findings[-1].code.id) == (None, "vical.accepted")
    (found,) = accepted.vical.entries
    assert (found.territory, found.doctypes) == ("TH", (MDL,))
    assert judge(signed(tag=18)).vical is not None
    assert judge(signed(unprotected={}, protected={1: -7, 33: SIGNER.certificate})).vical
    assert judge(signed(unprotected={33: [SIGNER.certificate, ROOT.certificate]})).vical
    assert judge(signed(unprotected={})).vical is not None  # one pin, and no name
    assert judge(signed(content(vicalIssueID=None, nextUpdate=None))).vical is not None


# --- who signed it -------------------------------------------------------------------------------
def test_nobody_is_pinned():
    assert refused(signed(), signers=()) == "vical.signer_not_pinned"


def test_a_signer_that_only_the_message_brings():
    assert refused(signed(by=OTHER)) == "vical.signer_not_pinned"


def test_a_signer_below_the_pinned_ones_own_authority():
    assert refused(signed(), signers=(ROOT.certificate,)) == "vical.signer_not_pinned"
    both = [OTHER.certificate, SIGNER.certificate]
    assert refused(signed(by=OTHER, unprotected={33: both})) == "vical.signer_not_pinned"


def test_the_pinned_name_over_another_key():
    assert refused(signed(key=OTHER.key)) == "vical.signature"


def test_two_pins_and_a_message_that_names_neither():
    pins = (SIGNER.certificate, OTHER.certificate)
    assert refused(signed(unprotected={}), signers=pins) == "vical.signer_not_pinned"


@pytest.mark.parametrize("part", [0, 2, 3])
def test_any_signed_part_changed(part):
    message = cbor.loads(signed())
    other = cbor.loads(signed(content(vicalIssueID=8), protected={1: -7, 4: b"x"}))
    message[part] = other[part]
    assert refused(cbor.dumps(message)) in ("vical.signature", "vical.rollback")


def test_a_signer_that_has_ended_or_has_not_begun():
    ended = signer("ended", not_after=NOW - 1)
    later = signer("later", not_before=NOW + DAY)
    for one in (ended, later):
        assert refused(signed(by=one), signers=[one.certificate]) == "vical.signer_validity"


def test_a_signer_of_something_else():
    licences = signer("document signer", extended=("1.0.18013.5.1.2",))
    assert refused(signed(by=licences), signers=[licences.certificate]) == "vical.signer_usage"
    anything = signer("signer of anything", extended=())
    assert refused(signed(by=anything), signers=[anything.certificate]) == "vical.signer_usage"
    other = signer("sealer", usages=("key_encipherment",))
    assert refused(signed(by=other), signers=[other.certificate]) == "vical.signer_usage"
    own = signer("signer of VICALs")
    assert judge(signed(by=own), signers=[own.certificate]).vical is not None
    authority = ROOT._replace()
    data = signed(unprotected={33: authority.certificate}, key=authority.key)
    assert refused(data, signers=[authority.certificate]) == "vical.signer_usage"


def test_the_algorithm_in_the_unprotected_header():
    data = signed(protected={}, unprotected={1: -7, 33: SIGNER.certificate})
    assert refused(data) == "cose.alg_unprotected"


def test_an_algorithm_of_another_key():
    assert refused(signed(protected={1: -8})) == "vical.signature"


# --- an older one --------------------------------------------------------------------------------
def test_an_older_issue():
    newer = judge(signed(content(vicalIssueID=8))).vical.state
    assert refused(signed(), last=newer) == "vical.rollback"
    assert judge(signed(content(vicalIssueID=9)), last=newer).vical is not None


def test_a_higher_number_with_an_older_date():
    last = judge(signed()).vical.state
    data = signed(content(vicalIssueID=8, date=date(NOW - 2 * DAY)))
    assert refused(data, last=last) == "vical.rollback"


def test_a_second_view_under_the_same_number():
    last = judge(signed()).vical.state
    other = signed(content(entry(iaca("VN").certificate)))
    assert refused(other, last=last) == "vical.other_content"
    assert judge(signed(), last=last).vical is not None  # the same one again


def test_a_second_signature_over_the_same_content_is_no_second_view():
    last = judge(signed()).vical.state
    assert judge(signed(tag=18), last=last).vical.state == last


def test_a_number_left_out_to_hide_the_order():
    last = judge(signed()).vical.state
    assert refused(signed(content(vicalIssueID=None)), last=last) == "vical.issue_id"


def test_a_signer_that_turns_into_another_provider():
    last = judge(signed()).vical.state
    other = content(vicalProvider="TEST-ONLY somebody else", vicalIssueID=8)
    assert refused(signed(other), last=last) == "vical.provider"


def test_without_numbers_the_date_decides():
    last = judge(signed(content(vicalIssueID=None))).vical.state
    older = content(vicalIssueID=None, date=date(NOW - 2 * DAY))
    assert refused(signed(older), last=last) == "vical.rollback"
    same = content(entry(iaca("VN").certificate), vicalIssueID=None)
    assert refused(signed(same), last=last) == "vical.other_content"
    later = content(vicalIssueID=None, date=date(NOW - DAY + 1))
    assert judge(signed(later), last=last).vical is not None


def test_one_that_should_have_been_replaced():
    until = NOW + 30 * DAY
    assert refused(signed(), now=until) == "vical.past_next_update"
    assert judge(signed(), now=until - 1).vical is not None


def test_one_of_the_future():
    assert refused(signed(content(date=date(NOW + DAY)))) == "vical.issued_in_the_future"
    assert refused(signed(content(nextUpdate=date(NOW - DAY)))) == "vical.times"


# --- what it says --------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("members", "code"),
    [
        ({"version": "2.0"}, "vical.version"),
        ({"version": 1}, "vical.version"),
        ({"vicalProvider": None}, "vical.structure"),
        ({"vicalProvider": "a\nb"}, "vical.structure"),
        ({"vicalIssueID": "7"}, "vical.structure"),
        ({"vicalIssueID": -1}, "vical.structure"),
        ({"vicalIssueID": True}, "vical.structure"),
        ({"date": "2026-10-31T00:00:00Z"}, "vical.structure"),
        ({"date": Tagged(0, "2026-10-31T00:00:00+07:00")}, "vical.structure"),
        ({"date": Tagged(0, "2026-02-30T00:00:00Z")}, "vical.structure"),
        ({"nextUpdate": 1}, "vical.structure"),
        ({"certificateInfos": {}}, "vical.structure"),
        ({"certificateInfos": [[]]}, "vical.structure"),
        ({"certificateInfos": [entry(certificate=None)]}, "vical.structure"),
        ({"certificateInfos": [entry(docType=[])]}, "vical.structure"),
        ({"certificateInfos": [entry(docType=MDL)]}, "vical.structure"),
        ({"certificateInfos": [entry(ski=None)]}, "vical.structure"),
        ({"certificateInfos": [entry(serialNumber="7")]}, "vical.structure"),
        ({"certificateInfos": [entry(issuingAuthority="a\x00b")]}, "vical.structure"),
        ({"certificateInfos": [{}] * (MAX_ENTRIES + 1)}, "vical.structure"),
    ],
)
def test_a_list_of_another_shape(members, code):
    assert refused(signed(content(**members))) == code


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (signed(b"\xa0\x00"), "cbor.trailing"),
        (signed(b"\x80"), "vical.structure"),
        (signed(cbor.dumps(content()).replace(b"gversion", b"dversion")), "cbor.duplicate_key"),
        (signed()[:-1], "cbor.truncated"),
        (signed() + b"\x00", "cbor.trailing"),
        (b"", "cbor.truncated"),
        (cbor.dumps([b"", {}, None, b""]), "cose.alg_missing"),
    ],
)
def test_octets_that_are_no_vical(data, code):
    found = refused(data)
    assert found == code or found.startswith("cbor.")


# --- its entries ---------------------------------------------------------------------------------
GOOD = entry(iaca("VN").certificate)


@pytest.mark.parametrize(
    "members",
    [
        {"serialNumber": 7},
        {"ski": bytes(20)},
        {"issuer": b"\x30\x00"},
        {"subject": b"\x30\x00"},
        {"notBefore": date(NOW)},
        {"notAfter": date(NOW + 90 * YEAR)},
        {"issuingCountry": "SG"},
        {"issuingCountry": "SG-01"},
        {"issuingCountry": 7},
    ],
    ids=lambda members: f"{next(iter(members))} {next(iter(members.values()))!s:.12}",
)
def test_an_entry_that_contradicts_its_certificate(members):
    assert entries(entry(**members), GOOD) == (["vical.contradiction"], ["VN"])


def test_what_an_entry_may_leave_out():
    optional = ("issuer", "subject", "notBefore", "notAfter", "issuingCountry", "issuingAuthority",
                "certificateProfile")  # fmt: skip
    assert entries(entry(**dict.fromkeys(optional)), GOOD) == ([], ["TH", "VN"])
    assert entries(entry(issuingCountry="TH-10"), GOOD) == ([], ["TH", "VN"])


def test_a_certificate_of_no_authority():
    leaf = pki.signer("a signer", "TH", iaca())
    assert entries(entry(leaf.certificate), GOOD) == (["vical.not_an_authority"], ["VN"])


def test_an_authority_that_has_ended():
    ended = iaca(label="ended", not_after=NOW - 1)
    assert entries(entry(ended.certificate), GOOD) == (["vical.validity"], ["VN"])


def test_a_certificate_twice():
    assert entries(entry(), entry(docType=["other"]), GOOD) == (["vical.twice"], ["TH", "VN"])


def test_a_certificate_that_cannot_be_read():
    assert entries(entry(certificate=b"\x30\x00"), GOOD) == (["vical.certificate"], ["VN"])


def test_a_certificate_without_a_state():
    nowhere = pki.authority("nowhere", "ZZ")
    codes, states = entries(entry(nowhere.certificate), GOOD)
    assert (codes, states) == ([], ["VN"])  # of another region: counted, and not taken
    accepted = judge(signed(content(entry(nowhere.certificate), GOOD)))
    assert "vical.elsewhere" in [finding.code.id for finding in accepted.findings]
