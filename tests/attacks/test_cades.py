"""Attacks on CAdES signatures. Each stands beside its twin, which differs in the one fault."""

from hashlib import sha1, sha256
from time import process_time

import pytest
from cryptography.x509 import ReasonFlags

from defa_trust.codec import der
from defa_trust.codec.der import SET, UTF8_STRING, element, elements, encode_oid, seq, tlv
from defa_trust.content import Content
from defa_trust.demo import pki
from defa_trust.formats import cms
from defa_trust.formats.cades import SIGNING_TIME
from defa_trust.formats.cades_sign import Placement, sign_info
from defa_trust.formats.cms_evidence import SIGNATURE_TIME_STAMP
from defa_trust.formats.cms_sign import (
    attribute,
    issuer_and_serial,
    signed_attributes,
    signed_data,
    signer_info,
    signing_certificate_v2,
)
from defa_trust.formats.ess import SIGNING_CERTIFICATE
from defa_trust.formats.tst_sign import authority as time_authority
from defa_trust.formats.tst_sign import sign_token, tst_info
from defa_trust.material import Evidence, EvidenceKind, Item
from defa_trust.policy import DEFAULT_POLICY, VerificationPolicy
from defa_trust.request import Profile
from defa_trust.signer import SoftwareSigner
from defa_trust.spec import SVC_CA_PKC, SVC_EAA, SVC_TSA
from defa_trust.trustlist.model import Status, StatusPeriod
from defa_trust.verdict import TIME_MAX, Interval, NeedKind, RecognitionOutcome, SubIndication
from defa_trust.x509.certificate import open_certificate
from tests.build import DAY, GRANTED_URI, NOW, WITHDRAWN_URI, YEAR, arrangement, trust_list
from tests.cms_samples import (
    ALICE,
    BOB,
    DOCUMENT,
    ISSUING,
    ROOT,
    TSA,
    ask,
    authority_service,
    cades,
    clock,
    codes_of,
    crls,
    evidence,
    indefinite,
    signing_world,
    usual_attributes,
    with_signed_attributes,
)

PASSED = "TOTAL-PASSED"
FAILED = "TOTAL-FAILED"
OPEN = "INDETERMINATE"

MALLORY_CA = pki.authority("Root CA of Mallory", "VN")


def answer(report):
    """Indication, sub-indication and codes of a report's one verdict."""
    (verdict,) = report.verdicts
    validity = verdict.validity
    return str(validity.indication), validity.sub_indication, codes_of(verdict)


def passes(report):
    assert answer(report) == (PASSED, None, [])
    assert report.verdict.recognition.outcome is RecognitionOutcome.RECOGNISED


# --- the twin of most ----------------------------------------------------------------------------
@pytest.mark.parametrize("segment", [None, 7])
def test_a_good_signature_passes_in_der_and_in_ber(segment):
    passes(ask(cades()))
    passes(ask(indefinite(cades(), segment)))


# --- the certificate -----------------------------------------------------------------------------
def with_certificates(*certificates, signer=ALICE):
    signed = signed_attributes(*usual_attributes(signer=signer).values())
    return signed_data([signer_info(signer, signed)], content=DOCUMENT, certificates=certificates)


def test_swapped_certificate_of_the_same_key():
    """Somebody else's certificate for Alice's key, by a CA that is listed too."""
    twin = pki.signer("Alice", "VN", MALLORY_CA)
    assert twin.key.verification_key == ALICE.key.verification_key
    world = signing_world(authority_service(ROOT.certificate, MALLORY_CA.certificate))
    passes(ask(with_certificates(ALICE.certificate, ISSUING.certificate), world))
    report = ask(with_certificates(twin.certificate, ISSUING.certificate), world)
    indication, sub, said = answer(report)
    assert (indication, sub) == (OPEN, SubIndication.NO_SIGNING_CERTIFICATE_FOUND)
    assert said == ["signature.certificate_absent"]


def test_swapped_certificate_of_the_same_name_and_serial_number():
    """The unsigned hint names it, and the signed digest does not."""
    copy = pki.signer("Alice", "VN", ISSUING, usages=("digital_signature",))
    assert issuer_and_serial(copy.certificate) == issuer_and_serial(ALICE.certificate)
    report = ask(with_certificates(copy.certificate, ISSUING.certificate))
    indication, sub, said = answer(report)
    assert (indication, sub) == (OPEN, SubIndication.NO_SIGNING_CERTIFICATE_FOUND)
    assert said == ["signature.certificate_mismatch"]
    # Beside the right one it does no harm: the digest decides.
    passes(ask(with_certificates(copy.certificate, ALICE.certificate, ISSUING.certificate)))


def test_hint_that_names_another_certificate_than_the_signed_one():
    signed = signed_attributes(*usual_attributes().values())
    other = SoftwareSigner(ALICE.key, BOB.certificate)
    certificates = (ALICE.certificate, BOB.certificate, ISSUING.certificate)
    good = signed_data([signer_info(ALICE, signed)], content=DOCUMENT, certificates=certificates)
    passes(ask(good))
    bad = signed_data([signer_info(other, signed)], content=DOCUMENT, certificates=certificates)
    assert answer(ask(bad))[2] == ["signature.certificate_mismatch"]


def test_serial_number_in_the_signed_reference_is_of_another_certificate():
    parts = usual_attributes()
    names = der.seq(tlv(0xA4, issuer_and_serial(ALICE.certificate)[0]))
    for serial, good in ((issuer_and_serial(ALICE.certificate)[1], True),
                         (der.encode_integer(4711), False)):  # fmt: skip
        digest = tlv(der.OCTET_STRING, sha256(ALICE.certificate).digest())
        entry = der.seq(digest, der.seq(names, serial))
        parts["signing-certificate"] = attribute(
            "1.2.840.113549.1.9.16.2.47", der.seq(der.seq(entry))
        )
        report = ask(with_signed_attributes(sorted(parts.values())))
        if good:
            passes(report)
        else:
            assert answer(report)[2] == ["signature.certificate_mismatch"]


def test_stripped_signing_certificate():
    """Whoever strips it must sign anew; who never signed it is not taken by default."""
    parts = usual_attributes()
    whole = with_signed_attributes(sorted(parts.values()))
    passes(ask(whole))
    del parts["signing-certificate"]
    signed = tlv(der.SET, *sorted(parts.values()))
    kept = signer_info(ALICE, signed, signature=ALICE.sign(
        tlv(der.SET, *sorted(usual_attributes().values()))))  # fmt: skip
    certificates = (ALICE.certificate, ISSUING.certificate)
    stripped = signed_data([kept], content=DOCUMENT, certificates=certificates)
    assert answer(ask(stripped))[2] == [
        "crypto.signature_invalid",
        "signature.certificate_unnamed",
    ]
    never = signed_data([signer_info(ALICE, signed)], content=DOCUMENT, certificates=certificates)
    indication, sub, said = answer(ask(never))
    assert (indication, sub) == (OPEN, SubIndication.SIG_CONSTRAINTS_FAILURE)
    assert said == ["signature.certificate_unnamed"]
    allowed = frozenset({Profile.CMS_WITHOUT_SIGNING_CERTIFICATE})
    passes(ask(never, profiles=allowed))
    # Allowed or not, a hint that fits two certificates names neither.
    copy = pki.signer("Alice", "VN", ISSUING, usages=("digital_signature",))
    both = signed_data(
        [signer_info(ALICE, signed)],
        content=DOCUMENT,
        certificates=(*certificates, copy.certificate),
    )
    assert answer(ask(both, profiles=allowed))[2] == ["signature.certificate_absent"]


def test_certificate_named_by_sha_1_alone_is_taken_and_named():
    import hashlib

    parts = usual_attributes()
    digest = hashlib.sha1(ALICE.certificate, usedforsecurity=False).digest()
    parts["signing-certificate"] = attribute(
        SIGNING_CERTIFICATE, der.seq(der.seq(der.seq(tlv(der.OCTET_STRING, digest))))
    )
    report = ask(with_signed_attributes(sorted(parts.values())))
    passes(report)
    said = {finding.code.id for finding in report.verdict.findings}
    assert "signature.certificate_named_by_sha_1" in said
    # Both forms there, and one of them of another certificate: both must fit.
    parts["signing-certificate-v2"] = signing_certificate_v2(BOB.certificate)
    report = ask(with_signed_attributes(sorted(parts.values())))
    assert answer(report)[2] == ["signature.certificate_mismatch"]


def test_signers_certificate_is_not_there_and_then_handed_over():
    alone = with_certificates(ISSUING.certificate)
    assert answer(ask(alone))[2] == ["signature.certificate_absent"]
    given = evidence(Item(EvidenceKind.CERTIFICATE, ALICE.certificate))
    passes(ask(alone, given=given))


# --- what is signed ------------------------------------------------------------------------------
def test_changed_content():
    data = cades()
    changed = data.replace(b"two parties", b"ten parties")
    assert changed != data
    indication, sub, said = answer(ask(changed))
    assert (indication, sub) == (FAILED, SubIndication.HASH_FAILURE)
    assert said == ["signature.content_changed"]


def test_changed_message_digest():
    """The attacker fits the digest to the content, and the signature breaks."""
    other = DOCUMENT.replace(b"two", b"ten")
    data = cades().replace(DOCUMENT, other)
    data = data.replace(sha256(DOCUMENT).digest(), sha256(other).digest())
    indication, sub, said = answer(ask(data))
    assert (indication, sub) == (FAILED, SubIndication.SIG_CRYPTO_FAILURE)
    assert said == ["crypto.signature_invalid"]


def test_changed_signature_value():
    data = cades()
    signature = cms.read_signed_data(data).signers[0].signature
    bad = bytes((*signature[:-1], signature[-1] ^ 1))
    indication, sub, said = answer(ask(data.replace(signature, bad)))
    assert (indication, sub) == (FAILED, SubIndication.SIG_CRYPTO_FAILURE)
    assert said == ["crypto.signature_invalid"]


def test_detached_without_its_content():
    data = cades(placement=Placement.DETACHED)
    report = ask(data)
    indication, sub, said = answer(report)
    assert (indication, sub) == (OPEN, SubIndication.SIGNED_DATA_NOT_FOUND)
    assert said == ["signature.content_missing"]
    assert [need.kind for need in report.verdict.needs] == [NeedKind.CONTENT]
    passes(ask(data, content=Content.of(DOCUMENT)))
    passes(ask(data, content=Content.digested({"sha-256": sha256(DOCUMENT).digest()})))
    passes(ask(data, given=evidence(Item(EvidenceKind.CONTENT, DOCUMENT))))


def test_detached_with_other_content():
    data = cades(placement=Placement.DETACHED)
    for content in (
        Content.of(DOCUMENT + b" "),
        Content.digested({"sha-256": sha256(b"").digest()}),
    ):
        assert answer(ask(data, content=content))[2] == ["signature.content_changed"]
    given = evidence(Item(EvidenceKind.CONTENT, b"another"))
    assert answer(ask(data, given=given))[2] == ["signature.content_changed"]


def test_detached_with_a_digest_that_answers_another_question():
    data = cades(placement=Placement.DETACHED)
    content = Content.digested({"sha-512": bytes(64)})
    indication, sub, said = answer(ask(data, content=content))
    assert (indication, sub) == (OPEN, SubIndication.SIGNED_DATA_NOT_FOUND)
    assert said == ["signature.content_digest_missing"]


def test_detached_with_two_contents_to_choose_from():
    data = cades(placement=Placement.DETACHED)
    items = [Item(EvidenceKind.CONTENT, octets) for octets in (DOCUMENT, b"another")]
    said = answer(ask(data, given=evidence(*items)))[2]
    assert said == ["signature.content_ambiguous", "signature.content_missing"]


def test_attached_content_is_not_the_one_the_caller_has():
    """Somebody believes that what they hold is what was signed."""
    data = cades()
    passes(ask(data, content=Content.of(DOCUMENT)))
    indication, sub, said = answer(ask(data, content=Content.of(b"another")))
    assert (indication, sub) == (FAILED, SubIndication.HASH_FAILURE)
    assert said == ["signature.content_other"]
    unlike = Content.digested({"sha-512": bytes(64)})
    assert answer(ask(data, content=unlike))[2] == ["signature.content_digest_missing"]


def test_signed_attributes_passed_off_as_content():
    """Without signed attributes, the DER of a victim's attributes is content it "signed"."""
    attributes = signed_attributes(*usual_attributes().values())
    victim = signer_info(ALICE, attributes)
    bare = der.seq(
        der.encode_integer(1),
        der.seq(*issuer_and_serial(ALICE.certificate)),
        der.seq(encode_oid("2.16.840.1.101.3.4.2.1")),
        der.seq(encode_oid("1.2.840.10045.4.3.2")),
        tlv(der.OCTET_STRING, ALICE.sign(attributes)),
    )
    certificates = (ALICE.certificate, ISSUING.certificate)
    forged = signed_data([bare], content=attributes, certificates=certificates)
    indication, sub, said = answer(ask(forged))
    assert (indication, sub) == (FAILED, SubIndication.FORMAT_FAILURE)
    assert said == ["cms.no_signed_attributes"]
    passes(ask(signed_data([victim], content=DOCUMENT, certificates=certificates)))


# --- attributes ----------------------------------------------------------------------------------
def test_unsorted_attributes():
    """Verifiers that sort first and verifiers that take what came would disagree."""
    parts = sorted(usual_attributes().values())
    passes(ask(with_signed_attributes(parts)))
    signed = tlv(der.SET, *parts)
    certificates = (ALICE.certificate, ISSUING.certificate)
    for signature in (ALICE.sign(signed), ALICE.sign(tlv(der.SET, *parts[::-1]))):
        info = signer_info(ALICE, tlv(der.SET, *parts[::-1]), signature=signature)
        data = signed_data([info], content=DOCUMENT, certificates=certificates)
        indication, sub, said = answer(ask(data))
        assert (indication, sub) == (FAILED, SubIndication.FORMAT_FAILURE)
        assert said == ["cms.attributes_unsorted"]


def test_two_signing_times():
    parts = usual_attributes()
    later = attribute(SIGNING_TIME, der.encode_time(NOW))
    data = with_signed_attributes(sorted([*parts.values(), later]))
    indication, sub, said = answer(ask(data))
    assert (indication, sub) == (FAILED, SubIndication.FORMAT_FAILURE)
    assert said == ["cms.attribute_repeated"]


def test_weak_digest():
    info = signer_info(ALICE, signed_attributes(*usual_attributes().values()))
    strong = der.seq(encode_oid("2.16.840.1.101.3.4.2.1"))
    weak = der.seq(encode_oid("1.3.14.3.2.26"))
    place = info.index(strong)
    head = der.Reader(info).take(der.SEQUENCE).pos
    info = der.seq(info[head:place] + weak + info[place + len(strong) :])
    report = ask(signed_data([info], content=DOCUMENT, certificates=[ALICE.certificate]))
    indication, sub, said = answer(report)
    assert (indication, sub) == (OPEN, SubIndication.CRYPTO_CONSTRAINTS_FAILURE_NO_POE)
    assert said == ["cms.digest_weak"]
    assert report.verdict.reason.actual == "SHA-1"


def test_content_type_of_a_time_stamp_around_a_document():
    signed = signed_attributes(*usual_attributes().values())
    data = signed_data(
        [signer_info(ALICE, signed)],
        content=DOCUMENT,
        content_type="1.2.840.113549.1.9.16.1.4",
        certificates=(ALICE.certificate, ISSUING.certificate),
    )
    assert answer(ask(data))[2] == ["cms.content_type"]


# --- a second signature --------------------------------------------------------------------------
def test_second_signature_of_an_outsider():
    """Mallory adds a signature to Alice's file: Alice's stands, and the file does not pass."""
    mallory = pki.signer("Mallory", "VN", MALLORY_CA)
    certificates = (ALICE.certificate, ISSUING.certificate, mallory.certificate)
    infos = [sign_info(DOCUMENT, who, signing_time=NOW - DAY) for who in (ALICE, mallory)]
    report = ask(signed_data(infos, content=DOCUMENT, certificates=certificates))
    by_name = {str(v.validity.indication): v for v in report.verdicts}
    assert set(by_name) == {PASSED, OPEN}
    assert codes_of(by_name[OPEN]) == ["path.no_issuer"]
    assert report.verdict is by_name[OPEN]
    assert report.exit_code.value == 3
    infos = [sign_info(DOCUMENT, who, signing_time=NOW - DAY) for who in (ALICE, BOB)]
    certificates = (ALICE.certificate, ISSUING.certificate, BOB.certificate)
    report = ask(signed_data(infos, content=DOCUMENT, certificates=certificates))
    assert len(report.verdicts) == 2
    assert report.exit_code.value == 0


def test_second_signature_that_cannot_be_read_spoils_only_itself():
    good = sign_info(DOCUMENT, ALICE, signing_time=NOW - DAY)
    data = signed_data(
        [good, der.seq(der.encode_integer(1))],
        content=DOCUMENT,
        certificates=(ALICE.certificate, ISSUING.certificate),
    )
    report = ask(data)
    assert sorted(str(v.validity.indication) for v in report.verdicts) == [FAILED, PASSED]
    assert report.exit_code.value == 1


def with_names(der, name):
    """A certificate whose issuer and subject have this name; nobody signed it."""
    _, body, end = element(der, 0, len(der))
    _, begin, after = element(der, body, end)
    parts = [der[b:a] for _, b, _, a in elements(der, begin, after)]
    return seq(seq(*parts[:3], name, parts[4], name, *parts[6:]), der[after:end])


@pytest.mark.parametrize("octets", [40, 1900, 40_000])
def test_many_certificates_with_large_names(octets):
    """Each signer's path is looked for among all of them, and names are compared as text."""
    infos = [sign_info(DOCUMENT, ALICE, signing_time=NOW - DAY)] * 32
    kind, text = encode_oid("2.5.4.3"), "\u00e9"
    names = [
        seq(tlv(SET, seq(kind, tlv(UTF8_STRING, f"{number:04}{text * (octets // 2)}".encode()))))
        for number in range(250)
    ]
    brought = [with_names(BOB.certificate, name) for name in names]
    certificates = [ALICE.certificate, *ALICE.chain, *brought]
    data = signed_data(infos, content=DOCUMENT, certificates=certificates)
    begun = process_time()
    report = ask(data)
    assert process_time() - begun < 2
    assert {str(verdict.validity.indication) for verdict in report.verdicts} == {PASSED}


def test_more_signatures_than_anybody_judges():
    info = sign_info(DOCUMENT, ALICE, signing_time=NOW - DAY)
    certificates = (ALICE.certificate, ISSUING.certificate)
    report = ask(signed_data([info] * 40, content=DOCUMENT, certificates=certificates))
    said = [codes_of(verdict) for verdict in report.verdicts]
    assert said == [[]] * 32 + [["signature.budget"]] * 8
    assert report.exit_code.value == 3


# --- the path ------------------------------------------------------------------------------------
def test_root_inside_the_message_is_no_anchor():
    mallory = pki.signer("Mallory", "VN", MALLORY_CA)
    report = ask(cades(signer=mallory))
    indication, sub, said = answer(report)
    assert (indication, sub) == (OPEN, SubIndication.NO_CERTIFICATE_CHAIN_FOUND)
    assert said == ["path.no_issuer"]
    assert NeedKind.CERTIFICATE_PATH in {need.kind for need in report.verdict.needs}
    world = signing_world(authority_service(MALLORY_CA.certificate))
    listed = evidence(lists=[pki.crl(MALLORY_CA, issued=NOW - DAY, next_update=NOW + DAY)])
    passes(ask(cades(signer=mallory), world, listed))


def test_no_authority_in_any_list():
    world = signing_world(authority_service(ROOT.certificate, type=SVC_EAA))
    indication, sub, said = answer(ask(cades(), world))
    assert (indication, sub) == (OPEN, SubIndication.NO_CERTIFICATE_CHAIN_FOUND)
    assert said == ["signature.no_authority"]


def test_time_stamping_service_behind_a_document():
    """The same CA, listed for time-stamps only."""
    world = signing_world(authority_service(ROOT.certificate, type=SVC_TSA))
    assert answer(ask(cades(), world))[2] == ["signature.no_authority"]


def test_a_certificate_that_the_message_lacks():
    bare = SoftwareSigner(ALICE.key, ALICE.certificate)
    assert answer(ask(cades(signer=bare)))[2] == ["path.no_issuer"]
    given = evidence(Item(EvidenceKind.CERTIFICATE, ISSUING.certificate))
    passes(ask(cades(signer=bare), given=given))


def test_two_states_list_the_same_authority():
    other = trust_list("TH", [authority_service(ROOT.certificate, territory="TH")])
    world = signing_world(lists=[other])
    indication, sub, said = answer(ask(cades(), world))
    assert (indication, sub) == (OPEN, SubIndication.CHAIN_CONSTRAINTS_FAILURE)
    assert said == ["resolve.territory_ambiguous"]


def test_another_state_has_an_authority_of_that_name():
    """Same name, other key: it is asked, and proves nothing either way."""
    namesake = pki.authority("Root CA of VN", "VN", not_before=NOW - YEAR)
    own = pki.key("Root CA of another", namesake.key.key_type)
    forged = pki._signed(  # a root of the same name with another key
        pki._builder(own, "Root CA of VN", "VN", "TEST-ONLY", NOW - YEAR, NOW + YEAR).add_extension(
            pki.x509.BasicConstraints(ca=True, path_length=None), critical=True
        ),
        own,
        None,
    )
    other = trust_list("TH", [authority_service(forged, territory="TH")])
    report = ask(cades(), signing_world(lists=[other]))
    passes(report)
    assert report.verdict.subject.territory == "VN"


@pytest.mark.parametrize(
    ("usages", "code"),
    [
        (("content_commitment",), None),
        (("digital_signature",), None),
        (("digital_signature", "content_commitment"), None),
        (("key_encipherment",), "certificate.key_usage"),
        (("digital_signature", "key_cert_sign"), "certificate.key_usage"),
    ],
)
def test_what_the_signers_key_is_for(usages, code):
    """nonRepudiation alone is the recommended form (EN 319 412-2), and is not refused."""
    signer = pki.signer("Carol", "VN", ISSUING, usages=usages)
    report = ask(cades(signer=signer))
    if code is None:
        passes(report)
    else:
        indication, sub, said = answer(report)
        assert (indication, sub) == (OPEN, SubIndication.CHAIN_CONSTRAINTS_FAILURE)
        assert said == [code]


TIME, STATUS, MAIL = "1.3.6.1.5.5.7.3.8", "1.3.6.1.5.5.7.3.9", "1.3.6.1.5.5.7.3.4"


@pytest.mark.parametrize("critical", [True, False])
@pytest.mark.parametrize(
    ("purposes", "good"),
    [
        ((), True),
        ((MAIL,), True),
        ((TIME, MAIL), True),
        ((TIME,), False),
        ((STATUS,), False),
        ((TIME, STATUS), False),
    ],
)
def test_the_key_of_a_service_signs_a_document(purposes, good, critical):
    """A certificate is for the purposes that it states (RFC 5280, 4.2.1.12)."""
    usages = ("digital_signature",)
    signer = pki.signer(
        "Dora", "VN", ISSUING, usages=usages, extended=purposes, extended_critical=critical
    )
    report = ask(cades(signer=signer))
    if good:
        passes(report)
    else:
        assert answer(report) == (
            OPEN, SubIndication.CHAIN_CONSTRAINTS_FAILURE, ["certificate.extended_key_usage"],
        )  # fmt: skip


def test_a_ca_signs_a_document():
    ca = SoftwareSigner(ISSUING.key, ISSUING.certificate, (ROOT.certificate,))
    said = answer(ask(cades(signer=ca)))[2]
    assert "certificate.key_usage" in said
    listed = SoftwareSigner(ROOT.key, ROOT.certificate)
    assert answer(ask(cades(signer=listed)))[0] == OPEN


def test_certificate_issued_by_a_signer():
    """Bob's own certificate issues another: CA:FALSE anchors nobody."""
    bob_as_ca = pki.Authority(BOB.key, BOB.certificate, BOB.chain)
    fake = pki.signer("Dave", "VN", bob_as_ca)
    said = answer(ask(cades(signer=fake)))[2]
    assert "path.not_a_ca" in said


# --- the service ---------------------------------------------------------------------------------
def history(*periods):
    """Newest first, as (status, uri, since)."""
    made, until = [], TIME_MAX
    for status, uri, since in periods:
        made.append(StatusPeriod(status, uri, Interval(since, until)))
        until = since
    return tuple(made)


WITHDRAWN = history(
    (Status.WITHDRAWN, WITHDRAWN_URI, NOW - 10 * DAY), (Status.GRANTED, GRANTED_URI, NOW - YEAR)
)


def test_withdrawn_service():
    """Withdrawn before now: only what is proven to be older stands."""
    services = (
        authority_service(ROOT.certificate, history=WITHDRAWN),
        authority_service(TSA.certificate, type=SVC_TSA, name="TSA"),
    )
    world = signing_world(*services)
    indication, sub, said = answer(ask(cades(), world))
    assert (indication, sub) == (OPEN, SubIndication.NO_CERTIFICATE_CHAIN_FOUND_NO_POE)
    assert said == ["service.not_granted"]
    before = cades(timestamps=clock(NOW - 20 * DAY))
    report = ask(before, world)
    assert str(report.verdict.validity.indication) == PASSED
    after = cades(timestamps=clock(NOW - 5 * DAY))
    assert answer(ask(after, world))[2] == ["service.not_granted"]


def test_ceased_service_certifies_nobody_any_more():
    ceased = "https://defa.example/19602/SvcStatus/ceased_with_valid_past"
    past = history(
        (Status.CEASED_WITH_VALID_PAST, ceased, NOW - 100 * DAY),
        (Status.GRANTED, GRANTED_URI, NOW - 3 * YEAR),
    )
    arrangements = (
        arrangement(
            "SG",
            "VN",
            service_types=((SVC_CA_PKC, SVC_CA_PKC),),
            valid_statuses=frozenset({GRANTED_URI, ceased}),
        ),
    )
    world = signing_world(
        authority_service(ISSUING.certificate, history=past), arrangements=arrangements
    )
    passes(ask(cades(), world))
    late = pki.signer("Eve", "VN", ISSUING, not_before=NOW - 50 * DAY)
    indication, sub, said = answer(ask(cades(signer=late), world))
    assert (indication, sub) == (OPEN, SubIndication.NO_CERTIFICATE_CHAIN_FOUND_NO_POE)
    assert said == ["signature.after_end"]


# --- revocation ----------------------------------------------------------------------------------
def revoked(moment, reason=None, **more):
    return evidence(lists=crls(revoked=[(ALICE.certificate, moment, reason)], **more))


def test_late_revocation():
    """Revoked after the proven signing time is no failure; without the proof it is no pass."""
    stamped = cades(timestamps=clock(NOW - 20 * DAY))
    passes(ask(stamped))
    passes(ask(stamped, given=revoked(NOW - 10 * DAY)))
    indication, sub, said = answer(ask(cades(), given=revoked(NOW - 10 * DAY)))
    assert (indication, sub) == (OPEN, SubIndication.REVOKED_NO_POE)
    assert said == ["revocation.revoked"]


def test_early_revocation():
    """Revoked before the time-stamp: it proves nothing that helps."""
    stamped = cades(timestamps=clock(NOW - 5 * DAY))
    indication, sub, said = answer(ask(stamped, given=revoked(NOW - 10 * DAY)))
    assert (indication, sub) == (OPEN, SubIndication.REVOKED_NO_POE)
    assert said == ["revocation.revoked"]


def test_revocation_for_compromise_counts_from_its_own_date_too():
    stamped = cades(timestamps=clock(NOW - 20 * DAY))
    given = revoked(NOW - 10 * DAY, ReasonFlags.key_compromise)
    passes(ask(stamped, given=given))
    assert answer(ask(cades(), given=given))[1] is SubIndication.REVOKED_NO_POE


def test_revoked_before_it_signed():
    """A content time-stamp proves that the signature is younger than the revocation."""
    younger = cades(content_timestamps=clock(NOW - 5 * DAY))
    passes(ask(younger))
    indication, sub, said = answer(ask(younger, given=revoked(NOW - 10 * DAY)))
    assert (indication, sub) == (FAILED, SubIndication.REVOKED)
    assert said == ["revocation.revoked_before_use"]
    older = cades(content_timestamps=clock(NOW - 15 * DAY))
    assert answer(ask(older, given=revoked(NOW - 10 * DAY)))[1] is SubIndication.REVOKED_NO_POE


def test_revoked_authority():
    given = evidence(lists=crls(root_revoked=[(ISSUING.certificate, NOW - 10 * DAY, None)]))
    indication, sub, said = answer(ask(cades(), given=given))
    assert (indication, sub) == (OPEN, SubIndication.REVOKED_CA_NO_POE)
    assert "revocation.revoked_ca" in said


def test_unchecked_revocation_is_neither_good_nor_revoked():
    report = ask(cades(), given=Evidence())
    indication, sub, said = answer(report)
    assert (indication, sub) == (OPEN, SubIndication.TRY_LATER)
    assert said == ["revocation.missing", "revocation.missing"]


def test_revocation_lists_inside_the_signature():
    signed = cades(revocations=crls())
    report = ask(signed, given=Evidence())
    passes(report)


def test_revocation_list_of_an_outsider_says_nothing():
    forged = pki.crl(MALLORY_CA, issued=NOW - DAY, next_update=NOW + DAY)
    signed = cades(revocations=[forged])
    assert answer(ask(signed, given=Evidence()))[1] is SubIndication.TRY_LATER


# --- time ----------------------------------------------------------------------------------------
SHORT = pki.signer("Short", "VN", ISSUING, not_before=NOW - YEAR, not_after=NOW - 10 * DAY - 1)


def covering(signer):
    """CRLs of the time when the certificate was still valid, and of now."""
    return evidence(*[Item(EvidenceKind.CRL, der) for der in crls(NOW - 15 * DAY)])


def test_expired_then_time_stamped():
    given = covering(SHORT)
    in_time = cades(signer=SHORT, timestamps=clock(NOW - 20 * DAY))
    passes(ask(in_time, given=given))
    indication, sub, said = answer(ask(cades(signer=SHORT), given=given))
    assert (indication, sub) == (OPEN, SubIndication.OUT_OF_BOUNDS_NO_POE)
    assert said == ["path.expired"]
    too_late = cades(signer=SHORT, timestamps=clock(NOW - 5 * DAY))
    indication, sub, said = answer(ask(too_late, given=given))
    assert (indication, sub) == (OPEN, SubIndication.OUT_OF_BOUNDS_NO_POE)
    assert said == ["path.expired"]


def test_expired_before_it_signed():
    younger = cades(signer=SHORT, content_timestamps=clock(NOW - 5 * DAY))
    indication, sub, said = answer(ask(younger, given=covering(SHORT)))
    assert (indication, sub) == (FAILED, SubIndication.EXPIRED)
    assert said == ["path.expired", "signature.expired_before"]
    older = cades(signer=SHORT, content_timestamps=clock(NOW - 20 * DAY))
    assert answer(ask(older, given=covering(SHORT)))[2] == ["path.expired"]


def test_time_stamp_from_before_the_certificate():
    late = pki.signer("Late", "VN", ISSUING, not_before=NOW - 10 * DAY)
    passes(ask(cades(signer=late, timestamps=clock(NOW - 5 * DAY))))
    early = cades(signer=late, timestamps=clock(NOW - 20 * DAY))
    indication, sub, said = answer(ask(early))
    assert (indication, sub) == (FAILED, SubIndication.NOT_YET_VALID)
    assert said == ["path.not_yet_valid"]


def test_signing_time_is_only_the_signers_word():
    """Expired since, and the signer says it signed in time: that proves nothing."""
    parts = usual_attributes(signer=SHORT, moment=NOW - 20 * DAY)
    data = with_signed_attributes(sorted(parts.values()), signer=SHORT)
    assert answer(ask(data, given=covering(SHORT)))[2] == ["path.expired"]


def test_algorithm_that_counts_no_more():
    ended = DEFAULT_POLICY.algorithms.until({"ECDSA/P-256/SHA-256": NOW - 10 * DAY})
    policy = VerificationPolicy(algorithms=ended)
    indication, sub, said = answer(ask(cades(), policy=policy))
    assert (indication, sub) == (OPEN, SubIndication.CRYPTO_CONSTRAINTS_FAILURE_NO_POE)
    assert set(said) == {"signature.algorithm_expired"}


# --- time-stamps ---------------------------------------------------------------------------------
def nested(report, number=0):
    verdict = report.verdict.nested[number]
    return str(verdict.validity.indication), verdict.validity.sub_indication, codes_of(verdict)


def no_proof(data, world=None, **more):
    """The time-stamp proves nothing: with the signer's certificate expired, nothing passes."""
    report = ask(data, world, given=covering(SHORT), **more)
    assert answer(report)[2] == ["path.expired"]
    return nested(report)


def stamped_by(authority, moment=NOW - 20 * DAY, **more):
    return cades(signer=SHORT, timestamps=time_authority(authority, moment), **more)


def test_time_stamp_of_another_signature():
    other = cms.read_signed_data(cades(timestamps=clock(NOW - 20 * DAY))).signers[0]
    (token,) = other.unsigned[SIGNATURE_TIME_STAMP]
    data = cades(signer=SHORT, timestamps=lambda _name, _digest: token)
    indication, sub, said = no_proof(data)
    assert (indication, sub) == (FAILED, SubIndication.HASH_FAILURE)
    assert said == ["signature.content_changed"]


def test_time_stamp_of_an_unlisted_authority():
    """Its certificate and its root are in the token: neither becomes an anchor."""
    mallory = pki.tsa("Clock of Mallory", "VN", MALLORY_CA)
    indication, sub, said = no_proof(stamped_by(mallory))
    assert (indication, sub) == (OPEN, SubIndication.NO_CERTIFICATE_CHAIN_FOUND)
    assert said == ["path.no_issuer"]


def test_time_stamp_by_a_ca_that_is_listed_for_signatures():
    world = signing_world(authority_service(ROOT.certificate))
    assert no_proof(stamped_by(TSA), world)[2] == ["signature.no_authority"]


def test_time_stamp_of_a_third_state():
    """It passes by itself, and dates nothing of another state unless the receiving one says so."""
    listed = trust_list(
        "TH", [authority_service(TSA.certificate, type=SVC_TSA, territory="TH", name="TSA")]
    )
    services = (authority_service(ROOT.certificate),)
    world = signing_world(*services, lists=[listed])
    indication, _, said = no_proof(stamped_by(TSA), world)
    assert indication == PASSED
    assert said == ["recognition.no_arrangement"]
    arrangements = (
        arrangement("SG", "VN", service_types=((SVC_CA_PKC, SVC_CA_PKC),)),
        arrangement("SG", "TH", service_types=((SVC_TSA, SVC_TSA),)),
    )
    world = signing_world(*services, lists=[listed], arrangements=arrangements)
    passes(ask(stamped_by(TSA), world, covering(SHORT)))


@pytest.mark.parametrize(
    ("extended", "critical", "code"),
    [
        ((pki.TIME_STAMPING,), True, None),
        ((pki.TIME_STAMPING,), False, "certificate.extended_key_usage"),
        ((pki.TIME_STAMPING, pki.OCSP_SIGNING), True, "certificate.extended_key_usage"),
        ((pki.OCSP_SIGNING,), True, "certificate.extended_key_usage"),
        ((), False, "certificate.extended_key_usage"),
    ],
)
def test_what_a_time_stamping_certificate_says_of_itself(extended, critical, code):
    unit = pki.signer(
        "Unit",
        "VN",
        ISSUING,
        usages=("digital_signature",),
        extended=extended,
        extended_critical=critical,
    )
    world = signing_world(
        authority_service(ROOT.certificate),
        authority_service(ROOT.certificate, type=SVC_TSA, name="TSA"),
    )
    data = stamped_by(unit)
    if code is None:
        passes(ask(data, world, covering(SHORT)))
    else:
        indication, sub, said = no_proof(data, world)
        assert (indication, sub) == (OPEN, SubIndication.CHAIN_CONSTRAINTS_FAILURE)
        assert said == [code]


def test_a_signer_stamps_time():
    world = signing_world(
        authority_service(ROOT.certificate),
        authority_service(ROOT.certificate, type=SVC_TSA, name="TSA"),
    )
    assert no_proof(stamped_by(BOB), world)[2] == ["certificate.extended_key_usage"]


def test_time_stamp_from_the_future():
    """The report's own moment decides; a time-stamp of tomorrow proves nothing today."""
    data = cades(timestamps=clock(NOW + DAY))
    report = ask(data)
    passes(report)
    indication, _, said = nested(report)
    assert indication == OPEN
    assert said == ["timestamp.from_the_future"]


def test_time_stamp_whose_unit_has_expired():
    unit = pki.tsa("Old unit", "VN", ISSUING, not_before=NOW - YEAR, not_after=NOW - 5 * DAY)
    world = signing_world(
        authority_service(ROOT.certificate),
        authority_service(ROOT.certificate, type=SVC_TSA, name="TSA"),
    )
    indication, sub, said = no_proof(stamped_by(unit), world)
    assert (indication, sub) == (OPEN, SubIndication.OUT_OF_BOUNDS_NO_POE)
    assert said == ["path.expired"]


def test_withdrawn_time_stamping_service():
    def world(periods):
        return signing_world(
            authority_service(ROOT.certificate),
            authority_service(TSA.certificate, type=SVC_TSA, name="TSA", history=periods),
        )

    passes(ask(stamped_by(TSA), world(None), covering(SHORT)))
    assert no_proof(stamped_by(TSA), world(WITHDRAWN))[2] == ["service.not_granted"]


def listing(*certificates, **more):
    """A world whose time-stamping service is listed by these certificates."""
    service = authority_service(*certificates, type=SVC_TSA, name="TSA", **more)
    return signing_world(authority_service(ROOT.certificate), service)


@pytest.mark.parametrize(("seconds", "good"), [(0, True), (-1, False), (-10 * DAY, False)])
@pytest.mark.parametrize("listed", ["unit", "authority"])
def test_time_stamp_dated_before_the_certificate_of_its_unit(seconds, good, listed):
    """Valid today; what it dates to a time when it did not exist yet proves nothing."""
    begun = NOW - 20 * DAY
    unit = pki.tsa("Young unit", "VN", ISSUING, not_before=begun)
    world = listing(unit.certificate if listed == "unit" else ROOT.certificate)
    data = stamped_by(unit, begun + seconds)
    if good:
        passes(ask(data, world, covering(SHORT)))
    else:
        indication, sub, said = no_proof(data, world)
        assert (indication, sub) == (FAILED, SubIndication.NOT_YET_VALID)
        assert said == ["timestamp.before_certificate"]


@pytest.mark.parametrize(
    ("periods", "good"),
    [
        ([(Status.GRANTED, GRANTED_URI, NOW - 20 * DAY)], True),
        ([(Status.GRANTED, GRANTED_URI, NOW - 20 * DAY + 1)], False),
        ([(Status.GRANTED, GRANTED_URI, NOW - 15 * DAY)], False),
        (
            [
                (Status.GRANTED, GRANTED_URI, NOW - 15 * DAY),
                (Status.WITHDRAWN, WITHDRAWN_URI, NOW - 25 * DAY),
                (Status.GRANTED, GRANTED_URI, NOW - YEAR),
            ],
            False,
        ),
        (
            [
                (Status.GRANTED, GRANTED_URI, NOW - 15 * DAY),
                (Status.CEASED_WITH_VALID_PAST, WITHDRAWN_URI, NOW - 25 * DAY),
                (Status.GRANTED, GRANTED_URI, NOW - YEAR),
            ],
            False,
        ),
        (
            [
                (Status.GRANTED, GRANTED_URI, NOW - 15 * DAY),
                (Status.WITHDRAWN, WITHDRAWN_URI, NOW - 18 * DAY),
                (Status.GRANTED, GRANTED_URI, NOW - YEAR),
            ],
            True,
        ),
        (
            [
                (Status.GRANTED, GRANTED_URI, NOW - 15 * DAY),
                (Status.WITHDRAWN, WITHDRAWN_URI, NOW - 20 * DAY + 1),
                (Status.GRANTED, GRANTED_URI, NOW - YEAR),
            ],
            False,
        ),
    ],
    ids=["from that moment", "a second later", "not yet", "withdrawn", "ceased", "granted",
         "withdrawn within its accuracy"],
)  # fmt: skip
def test_time_stamp_dated_to_a_time_when_its_service_was_not_granted(periods, good):
    """Granted today; it counts for when it was granted, and for that alone."""
    world = listing(TSA.certificate, history=history(*periods))
    data = stamped_by(TSA, NOW - 20 * DAY)
    if good:
        passes(ask(data, world, covering(SHORT)))
    else:
        indication, sub, said = no_proof(data, world)
        assert (indication, sub) == (OPEN, SubIndication.NO_CERTIFICATE_CHAIN_FOUND_NO_POE)
        assert said == ["timestamp.service_not_granted"]


def test_time_stamp_under_a_policy_that_the_caller_does_not_take():
    """The test TSA's policy is 2.999.1."""
    for accepted in (None, frozenset({"2.999.1"}), frozenset({"2.999.1", "2.999.2"})):
        policy = VerificationPolicy(timestamp_policies=accepted)
        passes(ask(stamped_by(TSA), given=covering(SHORT), policy=policy))
    policy = VerificationPolicy(timestamp_policies=frozenset({"2.999.2", "2.999.11"}))
    indication, sub, said = no_proof(stamped_by(TSA), policy=policy)
    assert (indication, sub) == (OPEN, SubIndication.SIG_CONSTRAINTS_FAILURE)
    assert said == ["timestamp.policy"]


def tokens(**more):
    """The test TSA, with attributes or an imprint of the token replaced."""

    def source(algorithm, digest):
        info = {k: more[k] for k in ("accuracy", "nonce", "tsa", "digest") if k in more}
        attributes = {k: v for k, v in more.items() if k not in info}
        made = tst_info(**{"digest": digest, "gen_time": NOW - 20 * DAY, **info})
        return sign_token(TSA, made, **attributes)

    return source


def ess(certificate, version):
    """ESSCertID (SHA-1, RFC 2634) or ESSCertIDv2 (SHA-256, RFC 5035) of a certificate."""
    if version == 2:
        return signing_certificate_v2(certificate)
    digest = sha1(certificate, usedforsecurity=False).digest()
    return attribute(SIGNING_CERTIFICATE, der.seq(der.seq(der.seq(tlv(der.OCTET_STRING, digest)))))


@pytest.mark.parametrize("version", [1, 2])
def test_the_certificate_that_a_time_stamp_names(version):
    """RFC 3161, 2.4.2 and RFC 5816: signed, so that no other certificate stands in its place."""
    named = {"signing_certificate": ess(TSA.certificate, version)}
    passes(ask(cades(signer=SHORT, timestamps=tokens(**named)), given=covering(SHORT)))
    twin = pki.tsa("Time-stamping unit of VN", "VN", ISSUING, not_before=NOW - 2 * YEAR)
    assert twin.key.verification_key == TSA.key.verification_key
    other = {"signing_certificate": ess(twin.certificate, version)}
    indication, _, said = no_proof(cades(signer=SHORT, timestamps=tokens(**other)))
    assert indication == OPEN
    assert said[0] == "signature.certificate_mismatch"


@pytest.mark.parametrize("wrong", [1, 2])
def test_a_time_stamp_that_names_two_certificates(wrong):
    """Both attributes, one of them of another certificate: whichever it is, nothing is proven."""
    named = {1: TSA.certificate, 2: TSA.certificate}
    good = tokens(signing_certificate=ess(named[1], 1), more=ess(named[2], 2))
    passes(ask(cades(signer=SHORT, timestamps=good), given=covering(SHORT)))
    named[wrong] = BOB.certificate
    bad = tokens(signing_certificate=ess(named[1], 1), more=ess(named[2], 2))
    indication, _, said = no_proof(cades(signer=SHORT, timestamps=bad))
    assert indication == OPEN
    assert set(said) & {"signature.certificate_mismatch", "signature.certificate_absent"}


def test_imprint_of_something_else():
    passes(ask(cades(signer=SHORT, timestamps=tokens()), given=covering(SHORT)))
    other = tokens(digest=sha256(b"another signature").digest())
    indication, sub, said = no_proof(cades(signer=SHORT, timestamps=other))
    assert (indication, sub) == (FAILED, SubIndication.HASH_FAILURE)
    assert said == ["signature.content_changed"]


@pytest.mark.parametrize(("accuracy", "good"), [((86_399, 999, 0), True), ((86_400, 0, 1), False)])
def test_the_accuracy_of_a_time_stamp_widens_what_it_proves(accuracy, good):
    """Expired a day after genTime: a stamp accurate to more than that may be of later."""
    short = pki.signer("Short", "VN", ISSUING, not_before=NOW - YEAR, not_after=NOW - 19 * DAY)
    data = cades(signer=short, timestamps=tokens(accuracy=accuracy))
    given = evidence(*[Item(EvidenceKind.CRL, der) for der in crls(NOW - 20 * DAY + 1)])
    if good:
        passes(ask(data, given=given))
    else:
        assert answer(ask(data, given=given))[2] == ["path.expired"]


def test_nonce_and_name_of_a_time_stamp_are_hints():
    """Whoever asked compared the nonce (``formats.tsp``); nobody is believed by his own name."""
    data = cades(
        signer=SHORT,
        timestamps=tokens(nonce=7, tsa=open_certificate(MALLORY_CA.certificate).subject_name),
    )
    passes(ask(data, given=covering(SHORT)))


def test_of_two_services_of_one_unit_the_one_that_was_granted_then_counts():
    young = history((Status.GRANTED, GRANTED_URI, NOW - 15 * DAY))
    services = (
        authority_service(TSA.certificate, type=SVC_TSA, name="young TSA", history=young),
        authority_service(TSA.certificate, type=SVC_TSA, name="old TSA"),
    )
    world = signing_world(authority_service(ROOT.certificate), *services)
    passes(ask(stamped_by(TSA), world, covering(SHORT)))


@pytest.mark.parametrize("broken", [b"\x30\x00", b"\x05\x00", cades()])
def test_what_is_no_token_proves_nothing(broken):
    data = cades(signer=SHORT, timestamps=lambda _name, _digest: broken)
    indication, sub, _ = no_proof(data)
    assert (indication, sub) == (FAILED, SubIndication.FORMAT_FAILURE)


def test_time_stamps_in_the_wrong_order():
    good = cades(timestamps=clock(NOW - 5 * DAY), content_timestamps=clock(NOW - 6 * DAY))
    passes(ask(good))
    bad = cades(timestamps=clock(NOW - 6 * DAY), content_timestamps=clock(NOW - 5 * DAY))
    indication, sub, said = answer(ask(bad))
    assert (indication, sub) == (OPEN, SubIndication.TIMESTAMP_ORDER_FAILURE)
    assert said == ["signature.timestamp_order"]


def test_time_stamp_that_fails_does_no_more_harm_than_none():
    mallory = pki.tsa("Clock of Mallory", "VN", MALLORY_CA)
    report = ask(cades(timestamps=time_authority(mallory, NOW - DAY)))
    passes(report)
    ignored = [f for f in report.verdict.findings if f.code.id == "signature.timestamp_ignored"]
    assert [f.expected for f in ignored] == ["path.no_issuer"]


def test_the_earliest_time_stamp_counts_and_each_is_told():
    tokens = [clock(NOW - days * DAY) for days in (20, 5)]

    def both(name, digest):
        return tokens[0](name, digest)

    signature = cades(signer=SHORT, timestamps=both)
    (info,) = cms.read_signed_data(signature).signers
    digest = sha256(info.signature).digest()
    stamps = attribute(SIGNATURE_TIME_STAMP, *(t("sha-256", digest) for t in tokens))
    data = signed_data(
        [signer_info(SHORT, info.signed_bytes, signature=info.signature, unsigned=[stamps])],
        content=DOCUMENT,
        certificates=(SHORT.certificate, ISSUING.certificate),
    )
    report = ask(data, given=covering(SHORT))
    passes(report)
    assert len(report.verdict.nested) == 2


# --- privacy -------------------------------------------------------------------------------------
def test_who_signed_is_a_claim_and_stands_in_no_finding():
    report = ask(cades(timestamps=clock()))
    shown = str(report.as_json())
    assert "Alice" not in shown
    assert report.verdict.claims["signer"].endswith("C=VN") or "Alice" in str(report.verdict.claims)
    assert "Alice" in report.verdict.claims["signer"]
