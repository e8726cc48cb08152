"""Attacks on ASiC containers. Each stands beside its twin, which differs in the one fault."""

import random
from io import BytesIO
from struct import pack, pack_into, unpack_from
from time import process_time
from zipfile import ZipFile

import pytest
from cryptography.x509 import ReasonFlags

from defa_trust.codec import zip as archives
from defa_trust.codec.zip import Archive
from defa_trust.content import Content
from defa_trust.errors import Rejection
from defa_trust.formats import asic
from defa_trust.formats.asic_names import Kind
from defa_trust.formats.asic_sign import Form, add_signature
from defa_trust.formats.cades_sign import Placement
from defa_trust.formats.tst_sign import authority
from defa_trust.formats.xades_sign import Detached, XmlPlacement, sign_xades
from defa_trust.material import EvidenceKind, Item
from defa_trust.request import HolderBinding, Request
from defa_trust.verdict import RecognitionOutcome, SubIndication
from defa_trust.verify import parse
from tests.asic_samples import ALL, MADE, ONE, TWO, changed, extended, held, packed, simple
from tests.attacks.test_cades import SHORT, covering
from tests.build import DAY, NOW
from tests.cms_samples import (
    ALICE,
    BOB,
    DOCUMENT,
    TSA,
    ask,
    cades,
    clock,
    codes_of,
    crls,
    evidence,
    usual_attributes,
    with_signed_attributes,
)
from tests.zip_samples import Member, archive, deflate

PASSED = "TOTAL-PASSED"
FAILED = "TOTAL-FAILED"
OPEN = "INDETERMINATE"
FORMAT = SubIndication.FORMAT_FAILURE
P7S, MANIFEST = "META-INF/signature001.p7s", "META-INF/ASiCManifest001.xml"
SIGNATURES = "META-INF/signatures001.xml"
CADES, XADES = Form.CADES, Form.XADES
every = pytest.mark.parametrize(("make", "form"), ALL)
either = pytest.mark.parametrize("form", Form)


def answers(report):
    """Of each signature: indication, sub-indication, codes of what stands in the way."""
    return [
        (str(v.validity.indication), v.validity.sub_indication, codes_of(v))
        for v in report.verdicts
    ]


def answer(report):
    (only,) = answers(report)
    return only


def passes(report):
    assert {(indication, *said) for indication, _, said in answers(report)} == {(PASSED,)}
    assert report.verdict.recognition.outcome is RecognitionOutcome.RECOGNISED


def covers(report):
    """Of each signature the files it covers."""
    return [
        f.actual for v in report.verdicts for f in v.findings if f.code.id == "asic.covers"
    ]  # fmt: skip


def refused(data):
    """The code by which a whole container is refused, within the time that is allowed."""
    begun = process_time()
    with pytest.raises(Rejection) as refusal:
        asic.parse(data, Request("SG", HolderBinding.IF_PRESENT))
    assert process_time() - begun < 2
    code = refusal.value.code.id
    verdict = ask(data, format="asic").verdict
    assert (codes_of(verdict), verdict.exit_code.value in (1, 3)) == ([code], True)
    return code


def spoiled(manifest, old, new):
    octets = held(extended())[manifest]
    assert octets.count(old) == 1
    return {manifest: octets.replace(old, new)}


# --- twins ---------------------------------------------------------------------------------------
@every
def test_the_twin_of_most_passes(make, form):
    passes(ask(make(form)))
    passes(ask(make(form, pack=archives.deflated)))
    passes(ask(make(form, timestamps=clock())))


def test_what_is_covered_is_said():
    assert covers(ask(extended())) == [("contract.txt", "annex/prices.csv")]
    assert covers(ask(extended(XADES))) == [("contract.txt", "annex/prices.csv")]


# --- what is signed ------------------------------------------------------------------------------
@every
def test_changed_file(make, form):
    data = changed(make(form), {"contract.txt": DOCUMENT.replace(b"two", b"six")})
    assert answer(ask(data)) == (
        FAILED, SubIndication.HASH_FAILURE, ["signature.content_changed"],
    )  # fmt: skip


@either
def test_two_files_that_changed_places(form):
    first, second = TWO
    data = changed(extended(form), {first: TWO[second], second: TWO[first]})
    assert answer(ask(data))[:2] == (FAILED, SubIndication.HASH_FAILURE)


@either
def test_file_put_in_after_signing(form):
    data = changed(extended(form), {"annex/extra.txt": b"TEST-ONLY: and a million on top"})
    report = ask(data)
    assert answer(report) == (OPEN, SubIndication.SIG_CONSTRAINTS_FAILURE, ["asic.uncovered"])
    assert [f.actual for f in report.verdict.problems] == [("annex/extra.txt",)]


@either
def test_manifest_that_omits_a_file(form):
    """Every digest is right and every signature good; one file is just not among them."""
    partial = add_signature(
        changed(extended(form), {P7S: None, MANIFEST: None, SIGNATURES: None}),
        ALICE, form=form, signing_time=MADE, files=["contract.txt"],
    )  # fmt: skip
    report = ask(partial)
    assert answer(report) == (OPEN, SubIndication.SIG_CONSTRAINTS_FAILURE, ["asic.uncovered"])
    assert covers(report) == [("contract.txt",)]
    whole = add_signature(partial, BOB, form=form, signing_time=MADE)
    report = ask(whole)
    passes(report)
    assert covers(report) == [("contract.txt",), ("contract.txt", "annex/prices.csv")]


@either
def test_file_taken_out(form):
    report = ask(changed(extended(form), {"annex/prices.csv": None}))
    assert answer(report) == (OPEN, SubIndication.SIGNED_DATA_NOT_FOUND, ["asic.missing"])


@either
def test_file_renamed(form):
    data = changed(extended(form), {"contract.txt": None, "Contract.txt": DOCUMENT})
    assert answer(ask(data)) == (
        OPEN, SubIndication.SIG_CONSTRAINTS_FAILURE, ["asic.missing", "asic.uncovered"],
    )  # fmt: skip


@either
def test_content_from_elsewhere_does_not_stand_in_for_a_file(form):
    octets = TWO["annex/prices.csv"]
    taken = changed(extended(form), {"annex/prices.csv": None})
    given = evidence(Item(EvidenceKind.CONTENT, octets, "annex/prices.csv"))
    assert "asic.missing" in answer(ask(taken, given=given))[2]
    assert "asic.missing" in answer(ask(taken, content=Content.of(octets)))[2]


def test_content_beside_a_container():
    """ASiC-S holds one document, which may be compared; of several, which one would it be?"""
    for form in Form:
        passes(ask(simple(form), content=Content.of(DOCUMENT)))
        assert answer(ask(simple(form), content=Content.of(b"x")))[2] == ["signature.content_other"]
        report = ask(extended(form), content=Content.of(DOCUMENT))
        assert answer(report)[2] == ["signature.content_unrelated"]


@either
def test_file_that_hides_in_meta_inf(form):
    data = changed(extended(form), {"META-INF/terms.pdf": b"TEST-ONLY"})
    assert answer(ask(data))[2] == ["asic.uncovered"]
    deeper = changed(extended(form), {"META-INF/a/signatures.xml": b"TEST-ONLY"})
    assert answer(ask(deeper))[2] == ["asic.uncovered"]


@either
def test_signature_over_nothing_but_other_signatures(form):
    once = extended(form)
    forged = {
        **held(once),
        "META-INF/signatures002.xml": held(_over_meta(once))["META-INF/signatures002.xml"],
    }
    first, second = answers(ask(packed(forged)))
    assert {first[0], second[0]} == {PASSED, OPEN}
    assert ["asic.covers_nothing"] in (first[2], second[2])


def _over_meta(data):
    """A XAdES signature over an entry of META-INF, as a detached counter-signature is."""
    name = SIGNATURES if SIGNATURES in held(data) else P7S
    signed = sign_xades(
        Detached(name, Content.of(held(data)[name])), BOB,
        placement=XmlPlacement.DETACHED, signing_time=MADE,
    )  # fmt: skip
    return changed(data, {"META-INF/signatures002.xml": signed})


# --- manifests -----------------------------------------------------------------------------------
def test_manifest_with_another_digest():
    other = changed(extended(files={**TWO, "contract.txt": b"forged"}), {P7S: None})
    data = changed(extended(), {MANIFEST: held(other)[MANIFEST], "contract.txt": b"forged"})
    assert answer(ask(data)) == (
        FAILED, SubIndication.HASH_FAILURE, ["signature.content_changed"],
    )  # fmt: skip


def test_two_manifests_for_one_signature():
    """One of them is signed and the other says what the attacker wants."""
    forged = held(extended(files={"evil.txt": b"evil"}))[MANIFEST]
    data = changed(extended(), {"META-INF/ASiCManifest000.xml": forged, "evil.txt": b"evil"})
    assert answer(ask(data)) == (FAILED, FORMAT, ["asic.manifest_several"])


def test_signature_that_no_manifest_names():
    data = changed(extended(), {MANIFEST: None})
    assert answer(ask(data)) == (FAILED, FORMAT, ["asic.manifest_none"])


def test_manifest_whose_signature_is_gone():
    report = ask(changed(extended(), {P7S: None}))
    assert answer(report) == (
        OPEN, SubIndication.SIGNED_DATA_NOT_FOUND, ["asic.signature_missing"],
    )  # fmt: skip


def test_manifest_that_names_a_document_as_its_signature():
    data = changed(
        extended(), spoiled(MANIFEST, b'URI="META-INF/signature001.p7s"', b'URI="contract.txt"')
    )
    assert {codes[0] for _, _, codes in answers(ask(data))} == {
        "asic.manifest", "asic.manifest_none",
    }  # fmt: skip


def signed_manifest(change):
    """A container whose manifest says something else, and is signed so."""
    whole = extended()
    octets = change(held(whole)[MANIFEST])
    return changed(whole, {MANIFEST: octets, P7S: cades(octets, placement=Placement.DETACHED)})


def extension(attributes):
    held = b"<asic:Extension " + attributes + b"/>"
    return (
        b"<asic:ASiCManifestExtensions>" + held + b"</asic:ASiCManifestExtensions>"
        b"</asic:ASiCManifest>"
    )


def foreign(name):
    """A file listed in another namespace, which who goes by local names would believe."""
    digest = (
        b'<d:DigestMethod xmlns:d="http://www.w3.org/2000/09/xmldsig#" '
        b'Algorithm="http://www.w3.org/2001/04/xmlenc#sha256"/>'
        b'<d:DigestValue xmlns:d="http://www.w3.org/2000/09/xmldsig#">AAAA</d:DigestValue>'
    )
    listed = b"<" + name + b' xmlns:x="urn:x" URI="mimetype">' + digest + b"</" + name + b">"
    return listed + b"</asic:ASiCManifest>"


@pytest.mark.parametrize(
    "content",
    [b"", b'<asic:SigReference URI="META-INF/signature001.p7s"/>'],
)
def test_manifest_without_a_file(content):
    empty = b'<asic:ASiCManifest xmlns:asic="http://uri.etsi.org/02918/v1.2.1#">'
    report = ask(signed_manifest(lambda _: empty + content + b"</asic:ASiCManifest>"))
    assert answer(report) == (FAILED, FORMAT, ["asic.manifest"])


def test_manifest_of_more_files_than_are_read(monkeypatch):
    monkeypatch.setattr("defa_trust.formats.asic_manifest.MAX_REFERENCES", 2)
    passes(ask(extended()))
    monkeypatch.setattr("defa_trust.formats.asic_manifest.MAX_REFERENCES", 1)
    assert answer(ask(extended())) == (FAILED, FORMAT, ["asic.too_much"])


def test_signature_files_that_are_larger_than_is_read(monkeypatch):
    for limit in ("MAX_CMS_BYTES", "MAX_MANIFEST_BYTES"):
        with monkeypatch.context() as patched:
            patched.setattr(f"defa_trust.formats.asic.{limit}", 200)
            assert refused(extended()) == "asic.too_much"
    monkeypatch.setattr("defa_trust.formats.asic.MAX_XML_BYTES", 200)
    assert refused(extended(XADES)) == "asic.too_much"


@every
def test_documents_that_are_called_like_signatures(make, form):
    """Outside `META-INF` a name makes no signature, and inside a folder of it neither."""
    for name in ("signature.p7s", "signatures.xml", "ASiCManifest.xml", "timestamp.tst"):
        passes(ask(make(form, files={name: DOCUMENT})))
        assert not asic.detect(packed({name: DOCUMENT}))
    data = changed(extended(form), {"signatures.xml": b"<a/>"})
    assert answer(ask(data))[2] == ["asic.uncovered"]


def test_manifest_signed_as_it_is_passes():
    passes(ask(signed_manifest(lambda octets: octets)))
    passes(ask(signed_manifest(lambda octets: octets.replace(b"/02918/v1.2.1", b"/2918/v1.2.1"))))


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        (b"annex/prices.csv", b"contract.txt", "asic.manifest"),
        (b"/02918/v1.2.1", b"/02918/v9", "asic.manifest"),
        (b"asic:ASiCManifest", b"asic:ASiCArchive", "asic.manifest"),
        (b'URI="annex/prices.csv"', b"", "asic.manifest"),
        (b'URI="contract.txt"', b'URI="contract.txt" Rootfile="1"', None),
        (b"asic:DataObjectReference URI", b'asic:DataObjectReference Rootfile="true" URI',
         "asic.manifest"),
        (b"</asic:ASiCManifest>", b"<asic:Other/></asic:ASiCManifest>", "asic.manifest"),
        (b"</asic:ASiCManifest>", b'<x xmlns="urn:x"/></asic:ASiCManifest>', "asic.manifest"),
        (b"<asic:SigReference", b'<asic:SigReference URI="META-INF/x.p7s"/><asic:SigReference',
         "asic.manifest"),
        (b"asic:SigReference", b"asic:DataObjectReference", "asic.manifest"),
        (b"</asic:ASiCManifest>", foreign(b"x:DataObjectReference"), "asic.manifest"),
        (b"</asic:ASiCManifest>", b'<asic:SigReference URI="a"/></asic:ASiCManifest>',
         "asic.manifest"),
        (b"</asic:ASiCManifest>", extension(b"Critical='true'"), "asic.extension"),
        (b"</asic:ASiCManifest>", extension(b"Critical='false'"), None),
        (b"http://www.w3.org/2001/04/xmlenc#sha256", b"http://www.w3.org/2000/09/xmldsig#sha1",
         "xades.digest_weak"),
        (b"http://www.w3.org/2001/04/xmlenc#sha256", b"urn:none", "crypto.digest_unknown"),
        (b"<asic:ASiCManifest", b"<!DOCTYPE a [<!ENTITY b 'c'>]><asic:ASiCManifest",
         "xml.doctype"),
    ],
)  # fmt: skip
def test_manifest_that_is_none(old, new, code):
    report = ask(signed_manifest(lambda octets: octets.replace(old, new)))
    if code is None:
        passes(report)
        return
    assert answer(report)[0] != PASSED
    assert answer(report)[2] == [code]


def test_manifest_that_is_none_beside_one_that_is():
    good, bad = "META-INF/ASiCManifest000.xml", b"<a/>"
    report = ask(changed(extended(), {good: bad}))
    assert sorted(answers(report)) == [(FAILED, FORMAT, ["asic.manifest"]), (PASSED, None, [])]
    assert str(report.verdict.validity.indication) == FAILED


def test_name_that_fits_two_files():
    """Decoded it is the one file, as it stands the other: two readers, two documents."""
    one = extended(files={"a b.txt": b"TEST-ONLY"})
    passes(ask(one))
    two = changed(one, {"a%20b.txt": b"forged"})
    assert answer(ask(two)) == (FAILED, FORMAT, ["asic.reference_ambiguous"])


def test_name_in_a_code_page_is_nobodys():
    """A reader of another code page would find another file under the name that is signed."""
    made = extended(files={"café.txt": b"TEST-ONLY"})
    passes(ask(made))
    spelt = [
        Member(name.encode("cp437") if name == "café.txt" else name, octets)
        for name, octets in held(made).items()
    ]
    assert answer(ask(archive(*spelt)))[2] == [
        "asic.covers_nothing", "asic.missing", "asic.uncovered",
    ]  # fmt: skip


# --- the signature -------------------------------------------------------------------------------
@pytest.mark.parametrize(("make", "name"), [(simple, "META-INF/signature.p7s"), (extended, P7S)])
def test_signature_that_carries_its_own_content(make, name):
    """Good, and over something else than the container."""
    data = changed(make(), {name: cades(b"TEST-ONLY: something else")})
    assert answer(ask(data)) == (FAILED, FORMAT, ["asic.attached"])


@every
def test_signature_of_another_container(make, form):
    other = held(make(form, files={"contract.txt": b"TEST-ONLY: another"}))
    mine = {name: o for name, o in other.items() if name.startswith("META-INF/")}
    assert answer(ask(changed(make(form), mine)))[:2] == (FAILED, SubIndication.HASH_FAILURE)


def test_message_digest_of_another_document():
    attributes = usual_attributes(content=b"another")
    message = with_signed_attributes(sorted(attributes.values()), content=None)
    data = changed(simple(), {"META-INF/signature.p7s": message})
    assert answer(ask(data))[:2] == (FAILED, SubIndication.HASH_FAILURE)
    good = with_signed_attributes(sorted(usual_attributes().values()), content=None)
    passes(ask(changed(simple(), {"META-INF/signature.p7s": good})))


def test_stripped_signing_certificate():
    attributes = usual_attributes()
    del attributes["signing-certificate"]
    message = with_signed_attributes(sorted(attributes.values()), content=None)
    data = changed(simple(), {"META-INF/signature.p7s": message})
    assert answer(ask(data)) == (
        OPEN, SubIndication.SIG_CONSTRAINTS_FAILURE, ["signature.certificate_unnamed"],
    )  # fmt: skip


def test_swapped_certificate():
    message = with_signed_attributes(
        sorted(usual_attributes().values()), content=None, certificates=[BOB.certificate]
    )
    data = changed(simple(), {"META-INF/signature.p7s": message})
    assert answer(ask(data)) == (
        OPEN, SubIndication.NO_SIGNING_CERTIFICATE_FOUND, ["signature.certificate_absent"],
    )  # fmt: skip


@either
def test_second_signature_that_is_broken_does_not_hide_behind_a_good_one(form):
    both = add_signature(extended(), BOB, form=form, signing_time=MADE)
    passes(ask(both))
    name = "META-INF/signature002.p7s" if form is CADES else "META-INF/signatures002.xml"
    octets = held(both)[name]
    place = len(octets) - 20 if form is CADES else octets.index(b"<ds:SignatureValue>") + 30
    octets = octets[:place] + bytes((octets[place] ^ 1,)) + octets[place + 1 :]
    report = ask(changed(both, {name: octets}))
    assert {indication for indication, _, _ in answers(report)} == {PASSED, FAILED}
    assert str(report.verdict.validity.indication) == FAILED


def test_signature_that_cannot_be_read_spoils_only_itself():
    for name, octets in (("META-INF/signatures002.xml", b"<a/>"), ("META-INF/x.p7s", b"0\0")):
        report = ask(changed(extended(), {name: octets}))
        assert sorted(indication for indication, _, _ in answers(report)) == [FAILED, PASSED]
        assert str(report.verdict.validity.indication) == FAILED


def test_late_revocation_and_revocation_before_the_time_stamp():
    late = [(ALICE.certificate, NOW - DAY // 2, ReasonFlags.superseded)]
    early = [(ALICE.certificate, NOW - 2 * DAY, ReasonFlags.key_compromise)]
    for make, form in ALL:
        stamped = make(form, timestamps=clock())
        passes(ask(stamped, given=evidence(lists=crls(revoked=late, moment=NOW))))
        for data, revoked in ((make(form), late), (stamped, early)):
            report = ask(data, given=evidence(lists=crls(revoked=revoked, moment=NOW)))
            assert answer(report)[:2] == (OPEN, SubIndication.REVOKED_NO_POE)


@every
def test_expired_and_only_then_time_stamped(make, form):
    given = covering(SHORT)
    passes(ask(make(form, SHORT, timestamps=clock(NOW - 20 * DAY)), given=given))
    report = ask(make(form, SHORT, timestamps=clock(NOW - 5 * DAY)), given=given)
    assert answer(report) == (OPEN, SubIndication.OUT_OF_BOUNDS_NO_POE, ["path.expired"])


# --- what kind of container ----------------------------------------------------------------------
def test_asic_s_with_a_second_file():
    data = changed(simple(), {"other.txt": b"TEST-ONLY"})
    assert answer(ask(data))[:2] == (FAILED, FORMAT)
    data = changed(simple(XADES), {"other.txt": b"TEST-ONLY"})
    assert answer(ask(data))[:2] == (FAILED, FORMAT)


def test_asic_s_with_a_second_signature_file():
    """Which of the two a reader takes decides what he hears."""
    both = changed(
        simple(), {"META-INF/signatures.xml": held(simple(XADES))["META-INF/signatures.xml"]}
    )
    assert refused(both) == "asic.members"
    assert refused(changed(simple(), {"META-INF/signature001.p7s": cades()})) == "asic.members"
    assert refused(changed(simple(), {MANIFEST: held(extended())[MANIFEST]})) == "asic.members"


def test_mimetype_and_comment_that_disagree():
    files = held(simple())
    assert refused(packed(files, b"mimetype=" + Kind.EXTENDED.encode())) == "asic.kind_conflict"
    passes(ask(packed(files, b"mimetype=" + Kind.SIMPLE.encode())))
    passes(ask(packed(files, b"anything")))


@every
def test_container_that_does_not_say_what_it_is(make, form):
    passes(ask(changed(make(form), {"mimetype": None})))
    files = {k: v for k, v in held(make(form)).items() if k != "mimetype"}
    passes(ask(packed(files)))


@pytest.mark.parametrize("name", ["meta-inf/signature.p7s", "Meta-Inf/manifest.xml"])
def test_folder_that_is_meta_inf_to_some(name):
    assert refused(packed({"a.txt": b"x", name: cades()})) == "asic.members"
    both = archive(*members(simple()), Member(name, cades()))
    assert refused(both) in ("asic.members", "zip.name_alike")


def test_any_zip_is_not_taken_for_asic():
    assert not asic.detect(packed({"a.txt": b"x"}))
    assert not asic.detect(packed({"META-INF/MANIFEST.MF": b"x", "META-INF/A.RSA": b"x"}))
    assert not asic.detect(packed({"META-INF/manifest.xml": b"<a/>", "content.xml": b"<a/>"}))
    assert not asic.detect(packed({"docs/META-INF/signature.p7s": b"x"}))
    assert not asic.detect(b"%PDF-1.7\n" + simple())
    for make, form in ALL:
        assert asic.detect(make(form))
        assert asic.detect(make(form)[:-30])  # cut short, and still called what it is
        assert not asic.detect(packed({"a": make(form)[38:69]})[:-22])
        assert asic.detect(changed(make(form), {"mimetype": None}))
    with pytest.raises(Rejection) as refusal:
        parse(packed({"a.txt": b"x"}), Request("SG", HolderBinding.IF_PRESENT))
    assert refusal.value.code.id == "input.format_unknown"


@every
def test_pdf_as_the_first_file(make, form):
    """A PDF's header may stand late, and this one belongs to a file inside."""
    one = {"contract.pdf": b"%PDF-1.7\n" + DOCUMENT}
    passes(ask(make(form, files=one)))
    spoilt = changed(make(form, files=one), {"contract.pdf": b"%PDF-1.7\nTEST-ONLY forged"})
    assert answer(ask(spoilt))[:2] == (FAILED, SubIndication.HASH_FAILURE)


# --- what is recognised and not judged -----------------------------------------------------------
@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("META-INF/ASiCArchiveManifest001.xml", "an archive manifest"),
        ("META-INF/ASiCEvidenceRecordManifest001.xml", "a manifest of evidence records"),
        ("META-INF/evidencerecord.ers", "an evidence record"),
        ("META-INF/evidencerecord001.xml", "an evidence record"),
        ("META-INF/timestamp001.tst", "a time-stamp"),
    ],
)
def test_archive_data_is_named_and_not_skipped(name, said):
    report = ask(changed(extended(), {name: b"TEST-ONLY"}))
    passes(report)
    (finding,) = [f for f in report.verdict.findings if f.code.id == "signature.unevaluated"]
    assert said in finding.actual


def test_time_stamp_without_a_signature():
    token = authority(TSA, NOW - DAY)("sha-256", bytes(32))
    files = {"mimetype": Kind.SIMPLE.encode(), **ONE, "META-INF/timestamp.tst": token}
    assert answer(ask(packed(files))) == (OPEN, SubIndication.GENERIC, ["asic.timestamp_alone"])
    bare = {"mimetype": Kind.SIMPLE.encode(), **ONE}
    assert answer(ask(packed(bare))) == (FAILED, FORMAT, ["asic.no_signature"])


# --- the ZIP -------------------------------------------------------------------------------------
def members(data, **changes):
    """The entries of a container, to be written with faults."""
    files = held(data)
    return [Member(name, octets, **changes.get(name, {})) for name, octets in files.items()]


def test_zip_written_by_hand_passes():
    passes(ask(archive(*members(simple()))))


def test_zip_faults_are_refused_by_name():
    good = members(simple())
    evil = Member("contract.txt", b"TEST-ONLY forged")
    hidden = archive(evil)
    hidden = hidden[: hidden.index(b"PK\x01\x02")]
    many = [Member(f"{number}.txt") for number in range(2000)]
    faults = {
        "zip.name_repeated": archive(*good, evil),
        "zip.name_alike": archive(*good, Member("CONTRACT.txt", b"forged")),
        "zip.name": archive(*good, Member("../contract.txt", b"forged")),
        "zip.gap": archive(
            *good[:-1], Member(good[-1].local["name"].decode(), good[-1].held, gap=hidden)
        ),
        "zip.directory": b"MZ" + archive(*good),
        "zip.truncated": archive(*good, tail=b"?"),
        "zip.ambiguous": archive(*good, comment=archive(evil)),
        "zip.encrypted": archive(*good, Member("secret.txt", b"?", flags=1)),
        "zip.method": archive(*good, Member("a.txt", b"?", method=12)),
        "zip.mismatch": archive(*good, Member("a.txt", b"?", local={"name": b"b.txt"})),
        "zip.overlap": archive(*good, Member("a.txt", b"?", central={"offset": 0})),
        "zip.too_many": archive(*good, *many),
        "zip.broken": archive(*good, Member("a.txt", b"?", local={"crc": 1}, central={"crc": 1})),
    }
    assert {code: refused(data) for code, data in faults.items()} == {c: c for c in faults}
    # Whoever asks the spine hears the same, but for what does not begin like a ZIP at all.
    for code, data in faults.items():
        assert code == "zip.directory" or codes_of(ask(data).verdict) == [code]


def with_last_comment(data, comment):
    """The container with a comment of its last entry, which is where the directory ends."""
    end = data.rindex(b"PK\x05\x06")
    size, begin = unpack_from("<2L", data, end + 12)
    made = bytearray(data[:end] + comment + data[end:])
    pack_into("<H", made, data.rindex(b"PK\x01\x02") + 32, len(comment))
    pack_into("<2L", made, end + len(comment) + 12, size + len(comment), begin)
    return bytes(made)


def test_second_container_where_other_readers_look_first():
    """By the last mark of an end, or by a locator of ZIP64: the library's reader is one of them."""
    good = archive(*members(simple()))
    evil = Member("contract.txt", b"TEST-ONLY forged")
    in_comment = archive(*members(simple()), comment=archive(evil, end={"comment": 9}))
    end = good.rindex(b"PK\x05\x06")
    other = archive(evil, prefix=bytes(end))[end:]
    directory, behind = other.index(b"PK\x01\x02"), other.rindex(b"PK\x05\x06")
    numbers = (1, 1, behind - directory, end + directory)
    record = pack("<4sQ2H2L4Q", b"PK\x06\x06", 44, 45, 45, 0, 0, *numbers)
    locator = pack("<4sLQL", b"PK\x06\x07", 0, end + behind, 1)
    in_directory = with_last_comment(good, other[:behind] + record + locator)
    for made, code in ((in_comment, "zip.ambiguous"), (in_directory, "zip.zip64")):
        with ZipFile(BytesIO(made)) as reader:
            assert reader.read("contract.txt") == b"TEST-ONLY forged"
        assert refused(made) == code
    passes(ask(with_last_comment(good, b"TEST-ONLY")))
    passes(ask(archive(*members(simple()), comment=b"TEST-ONLY")))


def bomb(size, name="zeros.bin"):
    return Member(name, bytes(size), method=8)


def test_bombs_cost_nothing():
    good = members(simple())
    inner = archive(bomb(64 << 20))
    assert refused(archive(*good, bomb(64 << 20))) == "zip.ratio"
    assert refused(archive(*good, *(bomb(4 << 20, f"{n}.bin") for n in range(5)))) == "zip.ratio"
    said = {"size": 0xFFFFFFF0}
    huge = Member("a", b"", method=8, held=deflate(bytes(1 << 20)), local=said, central=said)
    assert refused(archive(*good, huge)) == "zip.too_large"
    small = Member("a", b"x", method=8, held=deflate(bytes(16 << 20)))
    assert refused(archive(*good, small)) == "zip.broken"
    # A container in a container is octets.
    assert answer(ask(changed(extended(), {"inner.zip": inner})))[2] == ["asic.uncovered"]


def test_xml_bombs_and_floods():
    lots = b"<a xmlns='http://www.w3.org/2000/09/xmldsig#'>" + b"<b/>" * 120_000 + b"</a>"
    assert refused(changed(extended(), {"META-INF/signatures9.xml": lots})) == "asic.too_much"
    many = {f"META-INF/signatures{n}.xml": b"<a/>" for n in range(70)}
    assert refused(changed(extended(), many)) == "asic.too_much"
    assert refused(changed(extended(), {"mimetype": bytes(300)})) == "asic.too_much"
    manifest = b"<a>" + b" " * (1 << 20) + b"</a>"
    assert refused(changed(extended(), {MANIFEST: manifest})) == "asic.too_much"


# --- flipped bits --------------------------------------------------------------------------------
FLIPS = 150


@every
def test_no_flipped_bit_is_accepted(make, form):
    """Where a flip changes nothing that anybody reads, what was signed is still the same."""
    data = make(form, timestamps=clock())
    chance = random.Random(f"{make.__name__} {form}")
    signed = {name: octets for name, octets in held(data).items() if name in TWO}
    for _ in range(FLIPS):
        place = chance.randrange(len(data))
        flipped = (
            data[:place] + bytes((data[place] ^ 1 << chance.randrange(8),)) + data[place + 1 :]
        )
        report = ask(flipped)
        if all(str(v.validity.indication) == PASSED for v in report.verdicts):
            archived = Archive(flipped)
            now = {e.name: archived.read(e) for e in archived.entries if e.name in TWO}
            assert now == signed, place
