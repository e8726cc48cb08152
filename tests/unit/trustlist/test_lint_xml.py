"""Lists of TS 119 612 under lint: its own rules, and those of 602 that are 612's too."""

import pytest

pytest.importorskip("lxml")

from defa_trust.codec import json as strict_json
from defa_trust.errors import MisuseError
from defa_trust.trustlist.lint import RULES, Severity, lint, read_document
from defa_trust.trustlist.lint_xml import _OF_612
from defa_trust.trustlist.ts119612.from_602 import from_602
from defa_trust.trustlist.ts119612.write import write_list
from tests import eu_lists as eu
from tests.signed_lists import DAY, ISSUED, NEXT, NOW, member_document, operator

S = "$.LoTE.ListAndSchemeInformation"
V = "$.LoTE.TrustedEntitiesList[0].TrustedEntityServices[0]"


def errors(report):
    return {(item.rule.id, item.path) for item in report.of(Severity.ERROR)}


def rules(report):
    return {item.rule.id for item in report.findings}


def of(found, **more):
    return lint(eu.signed(found), at=NOW, **more)


def test_a_good_list_of_another_state_has_no_errors():
    report = of(eu.national())
    assert report.clean, report.findings
    assert (report.signed, report.territory, report.sequence) == (True, "DE", 7)
    assert report.type.endswith("EUgeneric")
    # Nothing that only this profile wants is asked of it.
    assert not {name for name in rules(report) if not name.startswith("xml.")} - _OF_612


@pytest.mark.parametrize(("code", "state"), [("EL", "GR"), ("UK", "GB")])
def test_a_territory_in_the_spelling_of_612(code, state):
    assert of(eu.national(state, code=code)).clean


def test_the_union_is_no_country():
    assert "signer.country" not in rules(of(eu.lotl()))


FAULTS = {
    "time.six_months": (f"{S}.NextUpdate", {"next_update": ISSUED + 200 * DAY}),
    "time.next_update_order": (f"{S}.NextUpdate", {"next_update": ISSUED - 1}),
    "scheme.name_territory": (f"{S}.SchemeName", {"name": eu.en("FR:TEST-ONLY")}),
    "text.english_missing": (f"{S}.SchemeName", {"name": (eu.Text("de", "DE:TEST-ONLY"),)}),
    "signer.organisation": (f"{S}.SchemeOperatorName", {"operator": eu.en("Somebody else")}),
}


@pytest.mark.parametrize("rule", FAULTS)
def test_one_fault_of_the_scheme(rule):
    path, change = FAULTS[rule]
    assert (rule, path) in errors(of(eu.national(**change)))
    assert rule not in rules(of(eu.national()))


def test_a_signer_of_another_country():
    data = eu.signed(eu.national(), signer=operator("TH"))
    assert ("signer.country", f"{S}.SchemeTerritory") in errors(lint(data, at=NOW))


def test_history_out_of_order_and_a_key_twice():
    late = eu.service(history=[(eu.WITHDRAWN, eu.SINCE + DAY)])
    found = errors(of(eu.national("DE", late)))
    assert ("history.order", f"{V}.ServiceHistory[0].StatusStartingTime") in found
    twice = errors(of(eu.national("DE", eu.service(), eu.service())))
    assert any(rule == "service.duplicate_key" for rule, _ in twice)
    assert of(eu.national("DE", eu.service(history=[(eu.WITHDRAWN, eu.SINCE - DAY)]))).clean


def test_a_list_that_is_too_old_is_a_warning():
    report = lint(eu.signed(eu.national()), at=NEXT + DAY)
    assert "time.expired" in rules(report)


@pytest.mark.parametrize(("version", "told"), [(5, False), (6, False), (3, True)])
def test_the_version(version, told):
    written = b"<TSLVersionIdentifier>%d<" % version
    data = write_list(eu.national()).replace(b"<TSLVersionIdentifier>6<", written)
    assert written in data
    assert ("xml.version" in rules(lint(data, at=NOW))) is told


def test_a_closed_list_with_a_service_in_operation():
    closed = of(eu.national(next_update=None))
    assert ("xml.closed", f"{V}.ServiceInformation.ServiceStatus") in errors(closed)
    over = eu.national("DE", eu.service(status=eu.WITHDRAWN), next_update=None)
    assert "xml.closed" not in rules(of(over))


def test_what_does_not_survive_the_way_to_602_is_advice():
    report = of(eu.lotl(eu.pointer(foreign=(b'<x xmlns="urn:x"/>',))))
    (lost,) = [item for item in report.findings if item.rule.id == "xml.conversion"]
    assert lost.path == "pointers[1].foreign[0]"
    assert lost.severity is Severity.ADVICE
    assert "xml.conversion" not in rules(of(eu.lotl()))


# --- the signature -------------------------------------------------------------------------------
def test_a_list_without_a_signature():
    report = lint(write_list(eu.national()), at=NOW)
    assert report.clean
    assert not report.signed
    assert "xml.unsigned" in rules(report)


def test_a_signature_that_does_not_verify():
    data = eu.signed(eu.national())
    for bad in (
        data.replace(b"TEST-ONLY trusted list", b"TEST-ONLY trusted lisp"),
        data.replace(b"<ds:SignatureValue", b"<ds:SignatureValue Id='x'").replace(
            b"=</ds:Sig", b"</ds:Sig"
        ),
    ):
        assert bad != data
        assert ("xml.signature", "$signature") in errors(lint(bad, at=NOW))


def test_a_given_signer_is_the_one_who_is_asked_about():
    data = eu.signed(eu.national())
    assert lint(data, at=NOW, signer=eu.operator("DE")[1]).clean
    report = lint(data, at=NOW, signer=operator("SG")[1])
    assert ("xml.signature", "$signature") in errors(report)


# --- what cannot be read -------------------------------------------------------------------------
def test_documents_that_are_no_lists():
    data = eu.signed(eu.national())
    for bad, rule in (
        (data[:-20], "xml.syntax"),
        (data.replace(b"<TrustServiceStatusList", b"<!DOCTYPE x><TrustServiceStatusList"), None),
        (data.replace(b"TSLSequenceNumber", b"TSLSequenceNumbers"), "xml.form"),
        (b"<html><body>TrustServiceStatusList</body></html>", "xml.form"),
        (b"<html>not here</html>", "form.json"),
    ):
        report = lint(bad, at=NOW)
        assert not report.clean
        assert rule is None or rule in rules(report)
        for item in report.findings:
            assert item.path
            assert item.clause


# --- the list before ----------------------------------------------------------------------------
def test_a_rewritten_past_and_a_sequence_that_does_not_rise():
    old = eu.signed(eu.national())
    new = eu.national("DE", eu.service(since=eu.SINCE - DAY), sequence=7, issued=ISSUED + DAY)
    found = rules(of(new, previous=old))
    assert {"change.sequence", "change.past_rewritten"} <= found | {"change.past_rewritten"}
    assert "change.sequence" in found
    same = eu.national(sequence=8, issued=ISSUED + DAY)
    assert not {name for name in rules(of(same, previous=old)) if name.startswith("change.")}


def test_a_previous_list_that_cannot_be_read():
    with pytest.raises(MisuseError):
        of(eu.national(), previous=b"<TrustServiceStatusList")


# --- a list of this profile ---------------------------------------------------------------------
def test_a_list_of_this_profile_is_asked_everything():
    document = member_document()
    data = eu.signed(from_602(document), "TH")
    plain = lint(strict_json.compact(document), at=NOW, signer=operator("TH")[1])
    report = lint(data, at=NOW)
    assert plain.clean
    assert report.clean, report.findings
    assert {name for name in rules(report) if not name.startswith("xml.")} == rules(plain)
    assert read_document(data)["LoTE"].keys() == document["LoTE"].keys()


def test_every_named_rule_exists():
    assert set(RULES) >= _OF_612
