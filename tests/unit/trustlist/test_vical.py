"""A VICAL becomes a state's list, and that list decides about licences."""

import pytest

from defa_trust.conformance import paths
from defa_trust.conformance.trust import evidence_of, request_of
from defa_trust.conformance.vectors import mdoc_paths
from defa_trust.errors import MisuseError
from defa_trust.trustlist.accept import ListState
from defa_trust.trustlist.model import Publication
from defa_trust.trustlist.snapshot import TrustSnapshot
from defa_trust.trustlist.vical import list_of
from defa_trust.verify import Verifier
from tests import signed_lists as lists
from tests.build import DAY, NOW
from tests.vical_samples import content, date, entry, iaca, judge, signed

SOURCE = "https://vical.test.example/1.cbor"


def made(vical, territory="TH", **more):
    return list_of(
        vical, territory, operator=lists.operator_name(territory), source=SOURCE,
        retrieved=NOW, **more,
    )  # fmt: skip


def found():
    both = (iaca("TH"), iaca("TH", "second"), iaca("VN"))
    return judge(signed(content(*(entry(one.certificate) for one in both)))).vical


def test_the_list_holds_what_the_vical_says_of_that_state_and_no_more():
    document = made(found())
    scheme = document["LoTE"]["ListAndSchemeInformation"]
    (entity,) = document["LoTE"]["TrustedEntitiesList"]
    assert (scheme["SchemeTerritory"], scheme["LoTESequenceNumber"]) == ("TH", 7)
    assert len(entity["TrustedEntityServices"]) == 2
    assert made(found(), "VN")["LoTE"]["ListAndSchemeInformation"]["SchemeTerritory"] == "VN"


def test_what_cannot_be_a_list():
    with pytest.raises(MisuseError, match="no authority of MY"):
        made(found(), "MY")
    unnumbered = judge(signed(content(vicalIssueID=None))).vical
    with pytest.raises(MisuseError, match="sequence number"):
        made(unnumbered)
    made(unnumbered, sequence=3)


def test_it_stands_no_longer_than_the_vical_and_never_above_six_months():
    def until(**members):
        document = made(judge(signed(content(**members))).vical)
        return document["LoTE"]["ListAndSchemeInformation"]["NextUpdate"]

    never = NOW - DAY + 184 * DAY
    assert until() == date(NOW + 30 * DAY).value
    assert until(nextUpdate=None) == until(nextUpdate=date(NOW + 900 * DAY)) == date(never).value


def accepted(vical, last=None):
    """The list of TH, signed by its operator and judged like any other."""
    return lists.judge(lists.signed(made(vical), "TH", issued_at=NOW - DAY), last=last)


def licence(vical, **more):
    """The verdict on a licence of TH whose authority only the VICAL names."""
    case = mdoc_paths._case(**more)
    trust_list = accepted(vical).trust_list
    assert trust_list.publication is Publication.TRANSCRIBED
    verifier = Verifier(TrustSnapshot.build([trust_list], []))
    evidence = evidence_of({"evidence": case.evidence})
    return verifier.evaluate(case.data, request_of(case.request, case.moment), evidence).verdict


def of(*authorities, **members):
    infos = [entry(one.certificate, **members) for one in authorities]
    return judge(signed(content(*infos))).vical


def test_a_licence_under_an_authority_that_the_vical_names():
    verdict = licence(of(paths.root()))
    assert (verdict.validity.indication, verdict.subject.territory) == ("TOTAL-PASSED", "TH")


def test_a_licence_under_another_authority():
    verdict = licence(of(iaca("TH")))
    assert verdict.validity.indication == "INDETERMINATE"
    assert verdict.reason.code.id.startswith("path.")


def test_an_authority_of_other_document_types():
    verdict = licence(of(paths.root(), docType=["org.example.fishing"]))
    assert verdict.validity.indication == "TOTAL-FAILED"
    assert verdict.reason.code.id == "resolve.credential_type_out_of_scope"


def test_a_later_edition_follows_an_earlier_one_and_never_the_other_way():
    first = accepted(of(paths.root()))
    infos = (entry(paths.root().certificate), entry(iaca("TH").certificate))
    later = judge(signed(content(*infos, vicalIssueID=8, date=date(NOW - DAY + 60)))).vical
    mark = ListState.of(first.trust_list)
    assert accepted(later, last=mark).trust_list is not None
    assert accepted(of(iaca("TH")), last=mark).code == "list.split_view"
    after = ListState.of(accepted(later).trust_list)
    assert accepted(of(paths.root()), last=after).code == "list.rollback"


@pytest.mark.parametrize("now", [None, "2026-11-01", NOW + 0.5, True])
def test_a_moment_that_is_no_whole_number_of_seconds_is_a_mistake(now):
    assert judge(signed(), now=NOW).vical
    with pytest.raises(MisuseError):
        judge(signed(), now=now)
