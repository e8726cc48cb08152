"""Every rule finds its fault at its path, and is silent on the twin without it."""

import copy
import json
from pathlib import Path

import pytest

from defa_trust import publish
from defa_trust.codec import json as strict_json
from defa_trust.errors import MisuseError, Rejection
from defa_trust.signing_crypto import certificate_der
from defa_trust.trustlist import lint as module
from defa_trust.trustlist.decode import decode
from defa_trust.trustlist.lint import RULES, Severity, lint, lint_document
from defa_trust.trustlist.lint_model import declare
from defa_trust.trustlist.model import ListType, Stage, Status
from defa_trust.trustlist.services import STATUS_URIS
from tests.signed_lists import (
    CURRENT,
    DAY,
    ENTITY,
    ISSUED,
    MEMBER,
    NOW,
    RECOGNITION,
    REGIONAL,
    SCHEME,
    SERVICE,
    arrangement,
    changed,
    entity,
    forged,
    key,
    member_document,
    operator,
    operator_name,
    pointer,
    recognition_document,
    regional_document,
    service,
    signed,
)
from tests.successions import ders
from tests.unit.trustlist.test_decode import MEMBER_FAULTS

DOCUMENT = Path(__file__).resolve().parents[3] / "docs" / "lint.md"
S = "$.LoTE.ListAndSchemeInformation"
E = "$.LoTE.TrustedEntitiesList[0]"
V = f"{E}.TrustedEntityServices[0]"
SDI = "ServiceDigitalIdentity.PublicKeyValues[0]"
I = f"{V}.ServiceInformation"  # noqa: E741


def found(report):
    return {(item.rule.id, item.path) for item in report.findings}


def rules(report):
    return {item.rule.id for item in report.findings}


def run(document, **more):
    return lint_document(document, at=NOW, **more)


def ca_certificate(territory="TH", label="ca", *, days=400):
    """A certificate that is no authority's, of the right state and entity."""
    return publish.tl_signer_certificate(
        key(f"{label} {territory}"),
        territory=territory,
        operator=f"TEST-ONLY entity of {territory}",
        not_before=NOW - 400 * DAY,
        not_after=NOW + days * DAY,
    )


def certified(certificate, **more):
    return member_document(
        entities=[entity("TH", service(identity=publish.certificate_identity(certificate), **more))]
    )


def two(**second):
    return member_document(entities=[entity("TH", service(), service(number=2, **second))])


def past(*starts, status=Status.SUSPENDED):
    history = [(status, NOW - days * DAY) for days in starts]
    return member_document(entities=[entity("TH", service(history=history))])


def pilot(**more):
    return recognition_document(arrangements=[arrangement(**more)])


def snapshot_of(*territories):
    return [
        publish.snapshot_entry(
            territory=code, type=MEMBER, sequence=1, sha256="0" * 64, size=9, issued=ISSUED,
            next_update=NOW + DAY,
        )
        for code in territories
    ]  # fmt: skip


BASE = {
    MEMBER: member_document,
    RECOGNITION: recognition_document,
    REGIONAL: regional_document,
}

FAULTS = [
    ("form.schema", f"{S}.LoTESequenceNumber", lambda: changed(
        member_document(), (*SCHEME, "LoTESequenceNumber"), 0)),
    ("form.schema", S, lambda: changed(member_document(), (*SCHEME, "SchemeName"), ...)),
    ("form.schema", S, lambda: changed(member_document(), (*SCHEME, "Bogus"), 1)),
    ("form.list_type", f"{S}.LoTEType", lambda: changed(
        member_document(), (*SCHEME, "LoTEType"), "http://uri.etsi.org/x")),
    ("form.profile", V, lambda: changed(
        member_document(), (*CURRENT, "ServiceDigitalIdentity"), {"OtherIds": ["jwk:AAAA"]})),
    ("text.placeholder", f"{E}.TrustedEntityInformation.TEName[0].value", lambda: changed(
        member_document(), (*ENTITY, "TrustedEntityInformation", "TEName", 0, "value"),
        "REPLACE-ME: name")),
    ("text.forbidden_character", f"{I}.ServiceName[0].value", lambda: changed(
        member_document(), (*CURRENT, "ServiceName", 0, "value"), "TEST\u202eONLY")),
    ("text.forbidden_character", f"{I}.ServiceName[0].value", lambda: changed(
        member_document(), (*CURRENT, "ServiceName", 0, "value"), "<b>TEST-ONLY</b>")),
    ("text.forbidden_character", f"{I}.ServiceName[0].value", lambda: changed(
        member_document(), (*CURRENT, "ServiceName", 0, "value"), "tag \U000e0041")),
    ("text.forbidden_character", f"{I}.ServiceName[0].value", lambda: changed(
        member_document(), (*CURRENT, "ServiceName", 0, "value"), "private \ue000")),
    ("text.forbidden_character", f"{I}.ServiceName[0].value", lambda: changed(
        member_document(), (*CURRENT, "ServiceName", 0, "value"), "\ufeffTEST-ONLY")),
    ("text.normal_form", f"{I}.ServiceName[0].value", lambda: changed(
        member_document(), (*CURRENT, "ServiceName", 0, "value"), "Cafe\u0301")),
    ("text.english_in_latin", f"{I}.ServiceName[0].value", lambda: changed(
        member_document(), (*CURRENT, "ServiceName", 0, "value"), "TEST \u041eNLY")),
    ("text.english_missing", f"{I}.ServiceName", lambda: changed(
        member_document(), (*CURRENT, "ServiceName", 0, "lang"), "th")),
    ("text.language_twice", f"{I}.ServiceName[1]", lambda: changed(
        member_document(), (*CURRENT, "ServiceName"), [{"lang": "en", "value": "A"}] * 2)),
    ("time.next_update_order", f"{S}.NextUpdate", lambda: member_document(next_update=ISSUED)),
    ("time.six_months", f"{S}.NextUpdate", lambda: member_document(
        next_update=ISSUED + 185 * DAY)),
    ("time.expired", f"{S}.NextUpdate", lambda: member_document(next_update=NOW)),
    ("time.expired_regional", f"{S}.NextUpdate", lambda: regional_document(next_update=NOW)),
    ("time.issued_in_the_future", f"{S}.ListIssueDateTime", lambda: member_document(
        issued=NOW + 1)),
    ("time.status_in_the_future", f"{I}.StatusStartingTime", lambda: member_document(
        entities=[entity("TH", service(since=NOW))])),
    ("scheme.name_territory", f"{S}.SchemeName", lambda: changed(
        member_document(), (*SCHEME, "SchemeName", 0, "value"), "SG:TEST-ONLY")),
    ("scheme.rules_territory", f"{S}.SchemeTypeCommunityRules[0]", lambda: changed(
        member_document(), (*SCHEME, "SchemeTypeCommunityRules", 0, "uriValue"),
        "http://uri.etsi.org/TrstSvc/TrustedList/schemerules/SG")),
    ("scheme.information_address", f"{S}.SchemeInformationURI[0].uriValue", lambda: changed(
        member_document(), (*SCHEME, "SchemeInformationURI", 0, "uriValue"), "http://a.example")),
    ("scheme.previous_list", f"{S}.SchemeExtensions", lambda: member_document(sequence=2)),
    ("scheme.previous_sequence", f"{S}.SchemeExtensions[0].DefaPreviousList.sequence",
     lambda: member_document(previous=(5, "0" * 64))),
    ("scheme.closed_in_operation", f"{I}.ServiceStatus", lambda: member_document(
        closed_since=NOW)),
    ("scheme.transcription_age", f"{S}.SchemeExtensions[0].DefaPublication.retrieved",
     lambda: member_document(publication=publish.transcription(
         source="https://a.example", retrieved=ISSUED - 185 * DAY, sha256="0" * 64,
         transcriber="TEST-ONLY"))),
    ("extension.unknown_critical", f"{S}.SchemeExtensions[0]", lambda: member_document(
        extensions=[publish.extension("Nope", 1, critical=True)])),
    ("extension.unknown_critical", f"{I}.ServiceInformationExtensions[2]", lambda: member_document(
        entities=[entity("TH", service(
            extensions=[publish.extension("Nope", 1, critical=True)]))])),
    ("extension.unknown", f"{S}.SchemeExtensions[0]", lambda: member_document(
        extensions=[publish.extension("Nope", 1)])),
    ("extension.not_critical", f"{I}.ServiceInformationExtensions[2]", lambda: member_document(
        entities=[entity("TH", service(
            extensions=[publish.extension("DefaDistrustAfter", "2030-01-01T00:00:00Z")]))])),
    ("pointer.duplicate", f"{S}.PointersToOtherLoTE[1]", lambda: regional_document(
        pointers=[pointer(), pointer()])),
    ("pointer.foreign", f"{S}.PointersToOtherLoTE[0]", lambda: member_document(
        pointers=[pointer(MEMBER, "SG")])),
    ("pointer.signer_shared",
     f"{S}.PointersToOtherLoTE[1].ServiceDigitalIdentities[0].X509Certificates[0]",
     lambda: regional_document(
         pointers=[pointer(MEMBER, "TH"), pointer(MEMBER, "SG", signers=[operator("TH")[1]])])),
    ("pointer.signer_country",
     f"{S}.PointersToOtherLoTE[0].ServiceDigitalIdentities[0].X509Certificates[0]",
     lambda: regional_document(pointers=[pointer(MEMBER, "SG", signers=[operator("TH")[1]])])),
    ("pointer.signer_expired",
     f"{S}.PointersToOtherLoTE[0].ServiceDigitalIdentities[0].X509Certificates[0]",
     lambda: regional_document(pointers=[pointer(MEMBER, "TH", signers=[
         ca_certificate("TH", days=-1)])])),
    ("pointer.single_signer", f"{S}.PointersToOtherLoTE[0]", regional_document),
    ("snapshot.missing", f"{S}.SchemeExtensions", regional_document),
    ("snapshot.pointers", f"{S}.SchemeExtensions[1].DefaSnapshot[0]", lambda: regional_document(
        snapshot=snapshot_of("MY"))),
    ("service.duplicate_id",
     f"{E}.TrustedEntityServices[1].ServiceInformation.ServiceInformationExtensions[0]",
     lambda: two(id="urn:test:th:1")),
    ("service.duplicate_key",
     f"{E}.TrustedEntityServices[1].ServiceInformation.ServiceDigitalIdentity.PublicKeyValues[0]",
     lambda: two(identity=publish.jwk_identity(key("service TH 1").verification_key))),
    ("service.key_twice", f"{I}.ServiceDigitalIdentity.PublicKeyValues[1]", lambda: member_document(
        entities=[entity("TH", service(identity=publish.merged(
            publish.jwk_identity(key("x").verification_key, "a"),
            publish.jwk_identity(key("x").verification_key, "b"))))])),
    ("service.several_keys", f"{I}.ServiceDigitalIdentity.X509Certificates",
     lambda: member_document(entities=[entity("TH", service(identity=publish.merged(
         publish.certificate_identity(ca_certificate()),
         publish.certificate_identity(ca_certificate(label="other")))))])),
    ("service.subject_name", f"{I}.ServiceDigitalIdentity.X509SubjectNames", lambda: changed(
        member_document(), (*CURRENT, "ServiceDigitalIdentity", "X509SubjectNames"), ["CN=x"])),
    ("service.type_qualified", f"{I}.ServiceTypeIdentifier", lambda: member_document(
        entities=[entity("TH", service(type="http://uri.etsi.org/TrstSvc/Svctype/CA/QC"))])),
    ("service.type_unknown", f"{I}.ServiceTypeIdentifier", lambda: member_document(
        entities=[entity("TH", service(type="urn:other:type"))])),
    ("service.status_unknown", f"{I}.ServiceStatus", lambda: changed(
        member_document(), (*CURRENT, "ServiceStatus"),
        "http://uri.etsi.org/TrstSvc/TrustedList/Svcstatus/granted")),
    ("service.level_unstated", f"{I}.ServiceInformationExtensions", member_document),
    ("history.order", f"{V}.ServiceHistory[1].StatusStartingTime", lambda: past(310, 310)),
    ("history.order", f"{V}.ServiceHistory[0].StatusStartingTime", lambda: past(200)),
    ("history.no_change", f"{V}.ServiceHistory[0].ServiceStatus", lambda: past(
        310, status=Status.GRANTED)),
    ("history.key_identifier", f"{V}.ServiceHistory[0].ServiceDigitalIdentity", lambda: changed(
        certified(ca_certificate(), history=[(Status.SUSPENDED, NOW - 310 * DAY)]),
        (*SERVICE, "ServiceHistory", 0, "ServiceDigitalIdentity"), {})),
    ("certificate.country", f"{I}.ServiceDigitalIdentity.X509Certificates[0]",
     lambda: certified(ca_certificate("SG"))),
    ("certificate.organisation", f"{I}.ServiceDigitalIdentity.X509Certificates[0]",
     lambda: certified(operator("TH")[1])),
    ("certificate.expired", f"{I}.ServiceDigitalIdentity.X509Certificates[0]",
     lambda: certified(ca_certificate(days=-1))),
    ("certificate.authority", f"{I}.ServiceDigitalIdentity.X509Certificates[0]",
     lambda: certified(ca_certificate(), type="http://uri.etsi.org/TrstSvc/Svctype/CA/PKC")),
    ("arrangement.duplicate_id", f"{S}.SchemeExtensions[0].DefaRecognition[1].id",
     lambda: recognition_document(arrangements=[arrangement(), arrangement()])),
    ("arrangement.history_order", f"{S}.SchemeExtensions[0].DefaRecognition[0].history[0].from",
     lambda: pilot(history=[("enacted", Stage.OBSERVE, NOW)])),
    ("arrangement.citation", f"{S}.SchemeExtensions[0].DefaRecognition[0].instrument.verified",
     lambda: pilot(instrument={"code": "x", "title": "TEST-ONLY"})),
    ("arrangement.status_unmapped", f"{S}.SchemeExtensions[0].DefaRecognition[0].statusMap",
     recognition_document),
    ("arrangement.ended", f"{S}.SchemeExtensions[0].DefaRecognition[0].until",
     lambda: pilot(until=NOW)),
    ("arrangement.pilot_unlimited", f"{S}.SchemeExtensions[0].DefaRecognition[0]",
     lambda: pilot(stage=Stage.PILOT)),
    ("arrangement.geographic_neutrality",
     f"{S}.SchemeExtensions[0].DefaRecognition[0].requires[0]",
     lambda: pilot(requires=["urn:test:server-in-country"])),
    ("arrangement.geographic_neutrality", f"{S}.SchemeExtensions[0].DefaRecognition[0].limits",
     lambda: pilot(limits={"maxLocatedAbroad": 5})),
    ("arrangement.geographic_neutrality",
     f"{S}.SchemeExtensions[1].DefaReceivingLaw[0].standards[0]",
     lambda: recognition_document(law=[publish.law_statement(
         id="a", kind="category_standard", categories=["land"], since=NOW,
         standards=["data-localisation"], instrument={"code": "x", "title": "y"})])),
    ("arrangement.requirement_unread", f"{S}.SchemeExtensions[0].DefaRecognition[0].requires[0]",
     lambda: pilot(requires=["urn:test:form-17"])),
    ("arrangement.measure_missing", f"{S}.SchemeExtensions[0].DefaRecognition[0].comparator",
     lambda: pilot(comparator="at_least",
                   assessment={"result": "equivalent", "uri": "urn:test:a"})),
    ("arrangement.endeavour", f"{S}.SchemeExtensions[0].DefaRecognition[0].basis",
     lambda: pilot(instrument={"code": "x", "title": "y", "obligation": "best_endeavour"})),
]  # fmt: skip

TWINS = {
    # Where the plain document itself shows the fault, its repaired twin does not.
    "scheme.previous_list": lambda: member_document(previous=(4, "0" * 64)),
    "pointer.single_signer": lambda: regional_document(
        pointers=[pointer(signers=[operator("TH")[1], ca_certificate()])]
    ),
    "snapshot.missing": lambda: regional_document(snapshot=snapshot_of("TH")),
    "snapshot.pointers": lambda: regional_document(
        pointers=[pointer()], snapshot=snapshot_of("TH")
    ),
    "service.level_unstated": lambda: member_document(
        entities=[entity("TH", service(levels=[("urn:x:y", "2")]))]
    ),
    "history.key_identifier": lambda: certified(
        ca_certificate(), history=[(Status.SUSPENDED, NOW - 310 * DAY)]
    ),
    "certificate.country": lambda: certified(ca_certificate()),
    "certificate.organisation": lambda: certified(ca_certificate()),
    "certificate.expired": lambda: certified(ca_certificate()),
    "history.order": lambda: past(310, 320),
    "history.no_change": lambda: past(310),
    "service.several_keys": lambda: certified(ca_certificate()),
    "arrangement.status_unmapped": lambda: pilot(
        valid=[Status.GRANTED], invalid=[s for s in STATUS_URIS if s is not Status.GRANTED]
    ),
    "arrangement.ended": lambda: pilot(until=NOW + 1),
    "arrangement.pilot_unlimited": lambda: pilot(stage=Stage.PILOT, limits={"maxPerDay": 1}),
    "arrangement.history_order": lambda: pilot(
        history=[("enacted", Stage.OBSERVE, NOW - 200 * DAY)]
    ),
    "arrangement.geographic_neutrality": lambda: pilot(requires=["prior_listing"]),
    "arrangement.measure_missing": lambda: pilot(
        comparator="at_least", minimumLevel={"proofing": 1}
    ),
    "arrangement.endeavour": lambda: pilot(
        basis="autonomous", instrument={"code": "x", "title": "y", "obligation": "best_endeavour"}
    ),
    "scheme.previous_sequence": lambda: member_document(previous=(4, "0" * 64)),
    "certificate.authority": lambda: certified(ca_certificate()),
}


def twin_of(rule, document):
    if rule in TWINS:
        return TWINS[rule]()
    kind = document["LoTE"]["ListAndSchemeInformation"].get("LoTEType")
    return BASE.get(ListType(kind) if kind in set(ListType) else MEMBER, member_document)()


@pytest.mark.parametrize(("rule", "path", "make"), FAULTS, ids=[
    f"{n}-{f[0]}" for n, f in enumerate(FAULTS)])  # fmt: skip
def test_a_fault_is_found_at_its_path_and_not_in_its_twin(rule, path, make):
    document = make()
    report = run(document)
    assert (rule, path) in found(report)
    assert rule not in rules(run(twin_of(rule, document)))
    assert report.clean is not any(i.severity is Severity.ERROR for i in report.findings)


@pytest.mark.parametrize("kind", BASE, ids=lambda kind: kind.name)
def test_the_plain_documents_have_no_errors_and_no_warnings(kind):
    report = run(BASE[kind]())
    assert report.clean
    assert report.of(Severity.WARNING) == ()


def test_the_test_region_is_clean():
    from defa_trust.demo.region import build_region

    region = build_region()
    lists = {**region.documents, **region.withheld}
    assert len(lists) == 20
    for place, data in lists.items():
        report = lint(data, at=region.at)
        assert report.clean, (place, report.of(Severity.ERROR))
        assert report.signed
        assert (report.type, report.territory) == place


def test_three_bad_lists_show_path_rule_and_clause():
    twisted = changed(member_document(), (*SCHEME, "NextUpdate"), "2027-11-01T00:00:00Z")
    twisted = changed(twisted, (*CURRENT, "ServiceName", 0, "value"), "A\u202eB")
    twisted = changed(twisted, (*SCHEME, "SchemeName"), ...)
    mixed = two(
        id="urn:test:th:1",
        identity=publish.jwk_identity(key("service TH 1").verification_key),
        history=[(Status.SUSPENDED, NOW)],
    )
    boastful = pilot(recognising="SG", recognised="SG", history=[("enacted", Stage.PILOT, NOW)])
    for document, expected in (
        (twisted, {
            (f"{S}.NextUpdate", "time.six_months", "TS 119 612, 5.3.15; TS 119 602, 6.3.15"),
            (f"{I}.ServiceName[0].value", "text.forbidden_character", "TS 119 602, 6.1"),
            (S, "form.schema", "TS 119 602, 6.3"),
        }),
        (mixed, {
            (f"{E}.TrustedEntityServices[1].ServiceHistory[0].StatusStartingTime",
             "history.order", "TS 119 615, 4.4; TS 119 602, 6.4.4"),
            (f"{E}.TrustedEntityServices[1].ServiceInformation.ServiceInformationExtensions[0]",
             "service.duplicate_id", "DEFA profile, services"),
            (f"{E}.TrustedEntityServices[1].ServiceInformation.{SDI}", "service.duplicate_key",
             "TS 119 612, 5.5.3"),
        }),
        (boastful, {
            (f"{S}.SchemeExtensions[0].DefaRecognition[0]", "form.profile",
             "DEFA profile, DefaRecognition"),
        }),
    ):  # fmt: skip
        report = run(document)
        shown = {(item.path, item.rule.id, item.clause) for item in report.findings}
        assert expected - shown == set()
        assert not report.clean


@pytest.mark.parametrize(
    ("path", "value", "code"), MEMBER_FAULTS,
    ids=[f"{n}-{f[2]}" for n, f in enumerate(MEMBER_FAULTS)],
)  # fmt: skip
def test_what_the_decoder_refuses_lint_reports(path, value, code):
    document = changed(member_document(), path, value)
    with pytest.raises(Rejection):
        decode(document, digest="0" * 64, size=1)
    report = run(document)
    assert not report.clean
    assert all(item.path.startswith("$") for item in report.findings)
    assert run(member_document()).clean


JUNK = [1, None, [None], {"a": []}, [[]], "x", [{"Critical": True}], -1.5, [{"lang": []}], True]


def every_path(value, path=()):
    yield path
    if isinstance(value, dict | list):
        steps = value.items() if isinstance(value, dict) else enumerate(value)
        for step, inner in steps:
            yield from every_path(inner, (*path, step))


@pytest.mark.parametrize("kind", BASE, ids=lambda kind: kind.name)
def test_misshapen_members_never_raise_and_what_lint_calls_clean_the_decoder_reads(kind):
    document = BASE[kind]()
    tried = 0
    for number, path in enumerate(every_path(document)):
        if not path:
            continue
        twisted = changed(document, path, JUNK[number % len(JUNK)])
        tried += 1
        if run(twisted).clean:
            decode(twisted, digest="0" * 64, size=1)
    assert tried > 50


def test_faults_of_every_service_are_told_not_only_the_first():
    document = member_document(entities=[entity("TH", *(service(number=n) for n in range(1, 5)))])
    for number in (0, 2, 3):
        place = (*ENTITY, "TrustedEntityServices", number, "ServiceInformation")
        identity = {"OtherIds": ["jwk:AAAA"]}
        document = changed(document, (*place, "ServiceDigitalIdentity"), identity)
    paths = [i.path for i in run(document).of(Severity.ERROR)]
    for number in (0, 2, 3):
        assert any(f"TrustedEntityServices[{number}]" in path for path in paths)
    assert not any("TrustedEntityServices[1]" in path for path in paths)


def test_a_rule_asks_no_list_issued_before_its_date(monkeypatch):
    rule = RULES["time.six_months"]
    late = rule._replace(effective="2030-01-01")
    checks = [(late if r is rule else r, check) for r, check in module.CHECKS]
    document = member_document(next_update=ISSUED + 185 * DAY)
    assert "time.six_months" in rules(run(document))
    monkeypatch.setattr(module, "CHECKS", checks)
    assert "time.six_months" not in rules(run(document))
    # The decoder has the last word all the same: nothing is called clean that it refuses.
    assert "form.profile" in rules(run(document))


# --- bytes ---------------------------------------------------------------------------------------
def test_a_signed_list_is_clean_and_a_tampered_one_is_not():
    data = signed(member_document())
    assert lint(data, at=NOW).clean
    assert lint(data + b"\n", at=NOW).clean
    head, _, tail = data.split(b".")
    other = strict_json.compact(member_document(sequence=6))
    from defa_trust.codec import base64url

    swapped = b".".join((head, base64url.encode(other).encode(), tail))
    report = lint(swapped, at=NOW)
    assert ("signature.envelope", "$signature") in found(report)
    assert not report.clean


@pytest.mark.parametrize(
    ("data", "rule"),
    [
        (b"a.b.c", "signature.envelope"),
        (b"\xff\xfe", "signature.envelope"),
        (b"..", "signature.envelope"),
        (b"", "signature.envelope"),
        (b"eyJhbGciOiJub25lIn0.e30.", "signature.envelope"),
        # {"alg":"ES256","iat":1,"x5c":["AAAA"]}: no certificate in it.
        (b"eyJhbGciOiJFUzI1NiIsImlhdCI6MSwieDVjIjpbIkFBQUEiXX0.e30.AA", "signature.envelope"),
        (b"[]", "form.json"),
        (b"{", "form.json"),
        (b'{"a":' + b"[" * 99 + b"]" * 99 + b"}", "form.json"),
        (b'{"a":1e999}', "form.json"),
        (b'{"a":"\\ud800"}', "form.json"),
        (b"{}", "form.list_type"),
        (b'{"LoTE":[]}', "form.list_type"),
        (b'{"LoTE":{"ListAndSchemeInformation":{"a":1,"a":2}}}', "form.duplicate_member"),
    ],
)
def test_hostile_bytes_are_never_clean_and_never_raise(data, rule):
    report = lint(data, at=NOW)
    assert rule in rules(report)
    assert not report.clean


def test_a_duplicate_member_is_named_with_its_path_and_the_rest_is_linted():
    text = json.dumps(member_document(sequence=0))
    text = text.replace('"SchemeTerritory": "TH"', '"SchemeTerritory":"SG","SchemeTerritory":"TH"')
    report = lint(text.encode(), at=NOW)
    assert ("form.duplicate_member", f"{S}.SchemeTerritory") in found(report)
    assert ("form.schema", f"{S}.LoTESequenceNumber") in found(report)


def test_many_duplicates_and_many_faults_cost_no_more_than_their_number():
    from time import perf_counter

    members = ",".join(f'"m{n}":1' for n in range(50_000))
    started = perf_counter()
    report = lint(f'{{"LoTE":{{{members},"m0":1}}}}'.encode(), at=NOW)
    assert ("form.duplicate_member", "$.LoTE.m0") in found(report)
    services = [service(number=1) for _ in range(500)]
    broken = member_document(entities=[entity("TH", *services)])
    for item in broken["LoTE"]["TrustedEntitiesList"][0]["TrustedEntityServices"]:
        item["ServiceInformation"]["ServiceDigitalIdentity"] = {"OtherIds": ["jwk:AAAA"]}
    assert len(run(broken).of(Severity.ERROR)) >= 999
    assert perf_counter() - started < 20


def test_syntax_is_told_by_line_and_column():
    (item,) = lint(b'{\n "LoTE": {\n  oops }}', at=NOW).findings
    assert "line 3, column 3" in item.text


def test_a_certificate_given_must_be_the_one_that_signed():
    data = signed(member_document())
    assert lint(data, at=NOW, signer=operator("TH")[1]).clean
    assert not lint(data, at=NOW, signer=operator("SG")[1]).clean


def test_without_a_certificate_the_signature_is_called_unchecked():
    data = forged(member_document())  # names its signer by digest only
    report = lint(data, at=NOW)
    assert "signature.unchecked" in rules(report)
    assert "signature.unchecked" not in rules(lint(data, at=NOW, signer=operator("TH")[1]))


SIGNERS = [
    ("signer.country", f"{S}.SchemeTerritory", operator("SG")[1]),
    ("signer.organisation", f"{S}.SchemeOperatorName", operator("SG")[1]),
    ("signer.validity", "$signature", ca_certificate(days=-1)),
    ("signer.ends_before_next_update", "$signature", ca_certificate(days=1)),
]


@pytest.mark.parametrize(("rule", "path", "certificate"), SIGNERS, ids=[s[0] for s in SIGNERS])
def test_a_signer_that_no_verifier_accepts_is_told(rule, path, certificate):
    assert (rule, path) in found(run(member_document(), signer=certificate))
    assert rule not in rules(run(member_document(), signer=operator("TH")[1]))


def test_a_certificate_that_is_not_for_lists_is_told_fault_by_fault():
    from defa_trust.demo.keys import seeded, service_certificate

    der = service_certificate(seeded("TH", "x", "ES256"), "TH", operator_name("TH"), "TEST-ONLY")
    told = rules(run(member_document(), signer=der))
    assert "signer.extended_key_usage" in told
    assert told & {"signer.authority", "signer.key_identifier", "signer.key_usage"} == set()


def authority_certificate():
    """An authority's certificate with everything that a list signer's must not have or lacks."""
    from datetime import UTC, datetime

    from cryptography import x509
    from cryptography.hazmat.primitives.hashes import SHA256

    signing_key = key("authority")
    name = x509.Name([x509.NameAttribute(x509.NameOID.COUNTRY_NAME, "TH")])
    usage = dict.fromkeys(
        ("digital_signature", "content_commitment", "key_encipherment", "data_encipherment",
         "key_agreement", "crl_sign", "encipher_only", "decipher_only"), False,
    )  # fmt: skip
    return certificate_der(
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(signing_key.private_key.public_key())
        .serial_number(7)
        .not_valid_before(datetime.fromtimestamp(NOW - DAY, UTC))
        .not_valid_after(datetime.fromtimestamp(NOW + 90 * DAY, UTC))
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(x509.KeyUsage(key_cert_sign=True, **usage), critical=True)
        .sign(signing_key.private_key, SHA256())
    )


def test_an_authority_signs_no_list():
    told = rules(run(member_document(), signer=authority_certificate()))
    assert {
        "signer.key_usage", "signer.authority", "signer.key_identifier",
        "signer.extended_key_usage", "signer.organisation",
    } <= told  # fmt: skip
    good = rules(run(member_document(), signer=operator("TH")[1]))
    assert not any(rule.startswith("signer.") for rule in good)


def test_a_late_signature_is_warned_of():
    early = signed(member_document(), issued_at=ISSUED)
    assert "signature.time" not in rules(lint(early, at=NOW))
    late = signed(member_document(issued=ISSUED - 8 * DAY), issued_at=ISSUED)
    assert ("signature.time", "$signature.iat") in found(lint(late, at=NOW))


# --- against the list before ---------------------------------------------------------------------
def before(**more):
    return signed(member_document(sequence=4, issued=ISSUED - 10 * DAY, **more))


def after(old, **more):
    return lint_document(member_document(**more), at=NOW, previous=old)


def test_a_successor_that_changes_nothing_is_clean():
    report = after(before())
    assert report.clean
    assert not any(rule.startswith("change.") for rule in rules(report))


def successor(*services):
    return {"entities": [entity("TH", *services)]}


CHANGES = [
    ("change.sequence", f"{S}.LoTESequenceNumber", {"sequence": 4}),
    ("change.sequence_jump", f"{S}.LoTESequenceNumber", {"sequence": 4 + 1001}),
    ("change.issue", f"{S}.ListIssueDateTime", {"issued": ISSUED - 10 * DAY}),
    ("change.gap", f"{S}.ListIssueDateTime", {"issued": NOW + 31 * DAY,
                                              "next_update": NOW + 40 * DAY}),
    ("change.previous_list", f"{S}.SchemeExtensions[0].DefaPreviousList.sha256",
     {"previous": (4, "0" * 64)}),
    ("change.past_rewritten", I, successor(service(since=NOW - 200 * DAY))),
    ("change.past_rewritten", I, successor(
        service(status=Status.WITHDRAWN, since=NOW - 50 * DAY,
                history=[(Status.GRANTED, NOW - 300 * DAY)]))),
    ("change.distrusted", I, successor(service(distrust_after=NOW - 50 * DAY))),
    ("change.backdated", f"{E}.TrustedEntityServices[1].ServiceInformation",
     successor(service(), service(number=2))),
    ("change.removed", "$.LoTE.TrustedEntitiesList", successor(service(number=2))),
    ("change.status_before_issue", f"{I}.StatusStartingTime", successor(
        service(status=Status.WITHDRAWN, since=ISSUED - 5 * DAY,
                history=[(Status.GRANTED, NOW - 300 * DAY)]))),
    ("change.key_removed", I, successor(
        service(identity=publish.jwk_identity(key("fresh").verification_key)))),
    ("change.key_added", I, successor(
        service(identity=publish.jwk_identity(key("fresh").verification_key)))),
]  # fmt: skip


@pytest.mark.parametrize(("rule", "path", "more"), CHANGES, ids=[
    f"{n}-{c[0]}" for n, c in enumerate(CHANGES)])  # fmt: skip
def test_a_change_of_the_past_is_told(rule, path, more):
    assert (rule, path) in found(after(before(), **more))
    assert rule not in rules(after(before()))


def test_an_honest_change_is_clean():
    honest = service(
        status=Status.WITHDRAWN, since=ISSUED, history=[(Status.GRANTED, NOW - 300 * DAY)]
    )
    fresh = service(number=2, since=ISSUED)
    report = after(before(), **successor(honest, fresh))
    assert report.clean
    assert not any(rule.startswith("change.") for rule in rules(report))


def test_a_previous_list_of_another_state_is_told():
    report = after(signed(member_document("SG", sequence=4)))
    assert ("change.place", f"{S}.LoTEType") in found(report)


def test_all_signers_replaced_at_once_is_a_gap():
    old = signed(regional_document(sequence=8, issued=ISSUED - DAY))
    kept = lint_document(regional_document(), at=NOW, previous=old)
    assert "change.signer_rotation" not in rules(kept)
    replaced = regional_document(
        pointers=[pointer(signers=[ca_certificate()]), pointer(RECOGNITION, "SG")]
    )
    told = lint_document(replaced, at=NOW, previous=old)
    where = f"{S}.PointersToOtherLoTE[0].ServiceDigitalIdentities"
    assert ("change.signer_rotation", where) in found(told)


def handing_over(to="BCD", threshold=2, **more):
    old = signed(regional_document(sequence=8, issued=ISSUED - DAY))
    extension = publish.signer_succession(
        signers=ders(to), threshold=threshold, valid_from=ISSUED, previous=more.pop("follows", old)
    )
    return lint_document(regional_document(extensions=[extension], **more), at=NOW, previous=old)


def test_a_good_succession_is_clean():
    report = handing_over()
    assert report.clean
    assert not any(rule.startswith("succession.") for rule in rules(report))


SUCCESSION = f"{S}.SchemeExtensions[1].DefaSignerSuccession"
SUCCESSIONS = [
    ("succession.previous", f"{SUCCESSION}.previousListSha256",
     {"follows": signed(regional_document(sequence=7, issued=ISSUED - 2 * DAY))}),
    ("succession.one_signs_alone", f"{SUCCESSION}.threshold", {"threshold": 1}),
    ("succession.no_reserve", f"{SUCCESSION}.threshold", {"threshold": 3}),
    ("succession.ends_before_next_update", f"{SUCCESSION}.keys[0]",
     {"next_update": NOW + 180 * DAY, "to": "sCD"}),
    ("succession.own_pointer", f"{S}.PointersToOtherLoTE[1].ServiceDigitalIdentities",
     {"pointers": [pointer(), pointer(REGIONAL, "AP")]}),
]  # fmt: skip


@pytest.mark.parametrize(("rule", "path", "more"), SUCCESSIONS, ids=[s[0] for s in SUCCESSIONS])
def test_a_fault_of_a_succession_is_told(rule, path, more):
    assert (rule, path) in found(handing_over(**more))


def test_a_pointer_to_itself_that_names_the_successors_is_clean():
    own = pointer(REGIONAL, "AP", signers=ders("BCD"))
    assert "succession.own_pointer" not in rules(handing_over(pointers=[pointer(), own]))


def test_a_previous_list_that_is_none_is_the_callers_fault():
    with pytest.raises(MisuseError, match="previous"):
        lint_document(member_document(), at=NOW, previous=b"{")


# --- the table -----------------------------------------------------------------------------------
def test_the_document_holds_the_table_of_the_rules():
    """To renew it: python -m tests.unit.trustlist.test_lint"""
    assert DOCUMENT.read_text(encoding="utf-8").endswith(module.markdown())


def test_every_rule_is_data_in_full():
    for rule in RULES.values():
        assert rule.question.endswith("?")
        assert rule.clause
        assert rule.effective == "2025-11-01"
        assert "." in rule.id
    with pytest.raises(ValueError, match=r"form\.json"):
        declare("form.json", "x", Severity.ERROR, "x?")


def test_every_rule_is_shown_by_a_test():
    shown = {f[0] for f in FAULTS} | {c[0] for c in CHANGES} | {s[0] for s in SIGNERS}
    shown |= {
        "form.json", "form.duplicate_member", "signature.envelope", "signature.unchecked",
        "signature.time", "signer.extended_key_usage", "change.place", "change.signer_rotation",
    }  # fmt: skip
    shown |= {"signer.key_usage", "signer.authority", "signer.key_identifier"}
    shown |= {s[0] for s in SUCCESSIONS}
    # Those of XML are shown in test_lint_xml.py.
    assert {name for name in RULES if not name.startswith("xml.")} == shown


def test_lint_knows_the_extensions_that_the_decoder_knows():
    from defa_trust.trustlist import decode as decoder
    from defa_trust.trustlist.lint_rules import SCHEME_EXTENSIONS

    assert frozenset().union(*decoder._EXTENSIONS.values()) == SCHEME_EXTENSIONS


def test_lint_changes_nothing():
    document = member_document(next_update=ISSUED)
    copied = copy.deepcopy(document)
    run(document)
    assert document == copied


def renew():
    text = DOCUMENT.read_text(encoding="utf-8")
    DOCUMENT.write_text(text[: text.index("| rule |")] + module.markdown(), encoding="utf-8")


if __name__ == "__main__":
    renew()
