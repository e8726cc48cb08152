"""ASiC through the seam: kinds, what is covered, what is carried, how much of it is held."""

import json
import subprocess
import sys
from hashlib import sha256

import pytest

from defa_trust.codec import xml
from defa_trust.codec import zip as archives
from defa_trust.content import Content
from defa_trust.errors import MissingExtraError, MisuseError, Rejection
from defa_trust.formats import asic
from defa_trust.formats.asic_names import Kind, Role, kind_of, role_of
from defa_trust.formats.asic_sign import Form, add_signature, sign_asic
from defa_trust.formats.cades_sign import Placement
from defa_trust.formats.signature import AttachedTimestamp, RefusedSignature, TimestampKind
from defa_trust.material import EvidenceKind, Item
from defa_trust.request import HolderBinding, Request
from defa_trust.verdict import RecognitionOutcome
from tests.asic_samples import ALL, MADE, ONE, TWO, changed, extended, held, large, packed, simple
from tests.build import DAY, NOW
from tests.cms_samples import ALICE, BOB, ask, cades, clock, codes_of, crls, evidence
from tests.xades_samples import with_content_stamp

REQUEST = Request("SG", HolderBinding.IF_PRESENT)
every = pytest.mark.parametrize(("make", "form"), ALL)


def passes(report):
    for verdict in report.verdicts:
        assert (str(verdict.validity.indication), codes_of(verdict)) == ("TOTAL-PASSED", [])
        assert verdict.recognition.outcome is RecognitionOutcome.RECOGNISED
        assert verdict.subject.format == "asic"
    return report.verdict


def said(verdict, code):
    (found,) = [f for f in verdict.findings if f.code.id == code]
    return found


# --- kinds and names -----------------------------------------------------------------------------
@every
def test_kind_is_told_by_mimetype_by_comment_or_by_what_is_there(make, form):
    kind = Kind.SIMPLE if make is simple else Kind.EXTENDED
    data = make(form)
    bare = {name: octets for name, octets in held(data).items() if name != "mimetype"}
    for container, source in (
        (data, "its `mimetype`"),
        (changed(data, {"mimetype": None}), "its comment"),
        (packed(bare), "what it holds"),
        (packed({**bare, "mimetype": kind.encode()}), "its `mimetype`, not stored first,"),
    ):
        found = said(passes(ask(container)), "asic.kind")
        assert (found.actual, found.expected) == (kind.value, source)


def test_kinds_are_exact_media_types():
    assert kind_of(b"application/vnd.etsi.asic-s+zip") is Kind.SIMPLE
    assert kind_of(b"application/vnd.etsi.asic-e+zip") is Kind.EXTENDED
    for other in (b"", b"application/vnd.etsi.asic-e+zip\n", b"application/zip", b"\xff"):
        assert kind_of(other) is None


@pytest.mark.parametrize(
    ("name", "role"),
    [
        ("signature.p7s", Role.CADES),
        ("signature001.p7s", Role.CADES),
        ("signatures.xml", Role.XADES),
        ("signatures-1.xml", Role.XADES),
        ("documentsignatures.xml", Role.XADES),
        ("ASiCManifest.xml", Role.MANIFEST),
        ("ASiCManifest001.xml", Role.MANIFEST),
        ("ASiCArchiveManifest.xml", Role.ARCHIVE),
        ("ASiCEvidenceRecordManifest001.xml", Role.RECORD_MANIFEST),
        ("evidencerecord001.xml", Role.RECORD),
        ("evidencerecord.ers", Role.RECORD),
        ("timestamp.tst", Role.TIMESTAMP),
        ("manifest.xml", Role.KNOWN),
        ("sub/signature.p7s", Role.FILE),
        ("MANIFEST.MF", Role.FILE),
        ("contract.xml", Role.FILE),
        ("signature.txt", Role.FILE),
    ],
)
def test_roles_of_entries(name, role):
    assert role_of(f"META-INF/{name}") is role


# --- what is read --------------------------------------------------------------------------------
def test_a_signature_is_named_after_its_file():
    file = asic.parse(add_signature(extended(), BOB, form=Form.XADES, signing_time=MADE), REQUEST)
    assert [signature.name for signature in file.signatures] == [
        "META-INF/signatures002.xml, signature 1",
        "META-INF/signature001.p7s, signature 1",
    ]
    assert not any(isinstance(signature, RefusedSignature) for signature in file.signatures)


def test_claims_of_a_manifest_are_of_the_manifest_and_of_its_files():
    (signature,) = asic.parse(extended(), REQUEST).signatures
    assert [claim.what for claim in signature.contents] == ["META-INF/ASiCManifest001.xml", *TWO]
    (signature,) = asic.parse(extended(Form.XADES), REQUEST).signatures
    assert [claim.what for claim in signature.contents] == [*TWO, "signed properties"]
    (signature,) = asic.parse(simple(), REQUEST).signatures
    assert [claim.what for claim in signature.contents] == ["content"]


@every
def test_levels_are_told_by_their_parts(make, form):
    def level(*parts, given=None):
        data = make(form, **dict(parts))
        return said(passes(ask(data, given=given)), "signature.form").actual

    stamps = ("timestamps", clock())
    items = ("evidence", [Item(EvidenceKind.CRL, der) for der in crls()])
    assert level() == "B-B"
    assert level(stamps) == "B-T"
    assert level(stamps, items, given=evidence(lists=())) == "B-LT"


def test_names_are_percent_encoded_or_as_they_stand():
    names = {"Hợp đồng (1).txt": b"TEST-ONLY a", "100%.txt": b"TEST-ONLY b", "a+b&c.txt": b"c"}
    for form in Form:
        verdict = passes(ask(extended(form, files=names)))
        assert said(verdict, "asic.covers").actual == tuple(names)


def test_folders_and_descriptions_need_no_signature():
    files = {**held(extended()), "META-INF/manifest.xml": b"<anything/>"}
    listed = [("empty/", b""), *files.items()]
    passes(ask(archives.write(sorted(listed, key=lambda pair: pair[0] != "mimetype"))))


def test_without_the_extra_cades_in_asic_s_is_read_and_xml_is_not(monkeypatch):
    def missing():
        raise MissingExtraError("xml", "XML")

    made = [make(form) for make, form in ALL]
    monkeypatch.setattr(xml, "_etree", missing)
    simple_cades, simple_xades, extended_cades, extended_xades = made
    passes(ask(simple_cades))
    for data in (simple_xades, extended_cades, extended_xades):
        said_of = {code for v in ask(data).verdicts for code in codes_of(v)}
        assert "xades.extra_missing" in said_of


# --- signing -------------------------------------------------------------------------------------
@every
def test_signing_depends_on_what_is_signed_alone(make, form, monkeypatch):
    signer = _Fixed(ALICE)
    assert make(form, signer) == make(form, signer)
    assert make(form, signer) != make(form, signer, signing_time=MADE + 1)


class _Fixed:
    """A signer whose signature is the same each time, whatever its algorithm does."""

    def __init__(self, signer):
        self.certificate, self.chain, self.algorithm = (
            signer.certificate, signer.chain, signer.algorithm,
        )  # fmt: skip

    def sign(self, data):
        return bytes.fromhex("3006020101020101")


def test_every_digest_and_several_signers():
    for digest in ("sha-384", "sha-512"):
        for make in (simple, extended):
            passes(ask(make(Form.XADES, digest=digest)))
    data = extended()
    for number, form in enumerate((Form.CADES, Form.XADES, Form.CADES), 2):
        data = add_signature(data, BOB, form=form, signing_time=MADE, pack=archives.deflated)
        assert len(ask(data).verdicts) == number
        passes(ask(data))


@pytest.mark.parametrize(
    ("files", "more"),
    [
        (TWO, {"kind": Kind.SIMPLE}),
        ({}, {"kind": Kind.EXTENDED}),
        ({}, {"kind": Kind.SIMPLE}),
        ({"mimetype": b"x"}, {"kind": Kind.EXTENDED}),
        ({"META-INF/a": b"x"}, {"kind": Kind.EXTENDED}),
        ({"../a": b"x"}, {"kind": Kind.EXTENDED}),
        (ONE, {"kind": Kind.SIMPLE, "digest": "md5"}),
        (ONE, {"kind": Kind.SIMPLE, "digest": "sha3-256"}),
        (ONE, {"kind": Kind.SIMPLE, "evidence": [Item(EvidenceKind.CERTIFICATE, b"0")]}),
    ],
)
def test_what_cannot_be_signed_is_misuse(files, more):
    with pytest.raises(MisuseError):
        sign_asic(files, ALICE, **{"form": Form.CADES, "signing_time": MADE, **more})


def test_what_takes_no_further_signature():
    with pytest.raises(MisuseError):
        add_signature(simple(), BOB, form=Form.CADES, signing_time=MADE)
    with pytest.raises(MisuseError):
        add_signature(extended(), BOB, form=Form.CADES, signing_time=MADE, files=["none.txt"])
    with pytest.raises(MisuseError):
        add_signature(extended(), BOB, form=Form.CADES, signing_time=MADE, files=[])
    with pytest.raises(Rejection):
        add_signature(b"PK", BOB, form=Form.CADES, signing_time=MADE)


def test_a_content_time_stamp_in_cades_covers_the_manifest():
    whole = extended()
    manifest = held(whole)["META-INF/ASiCManifest001.xml"]
    message = cades(manifest, placement=Placement.DETACHED, content_timestamps=clock(NOW - 3 * DAY))
    verdict = passes(ask(changed(whole, {"META-INF/signature001.p7s": message})))
    assert [str(v.validity.indication) for v in verdict.nested] == ["TOTAL-PASSED"]
    assert said(verdict, "signature.younger")


def stamped(form, files):
    """What a content time-stamp of a XAdES signature over these files would cover."""
    data = extended(form, files=files)
    container = asic._Container(data, REQUEST)
    (signature,) = container.signatures()
    open_one = AttachedTimestamp(TimestampKind.CONTENT, b"TEST-ONLY", None)
    return container, signature._replace(timestamps=(open_one,))


def test_a_content_time_stamp_in_xades_covers_the_files_one_after_the_other():
    for files in (ONE, TWO):
        container, signature = stamped(Form.XADES, files)
        (stamp,) = container._with_covered(signature).timestamps
        assert stamp.covers == Content.of(b"".join(files.values()))


def test_a_content_time_stamp_over_files_of_which_one_is_gone_is_not_called_wrong():
    name = "META-INF/signatures001.xml"
    data = extended(Form.XADES)
    token = clock(NOW - 3 * DAY)("sha-256", sha256(b"".join(TWO.values())).digest())
    stamped = changed(data, {name: with_content_stamp(held(data)[name], token)})
    verdict = passes(ask(stamped))
    assert [str(v.validity.indication) for v in verdict.nested] == ["TOTAL-PASSED"]
    (verdict,) = ask(changed(stamped, {"contract.txt": None})).verdicts
    assert verdict.validity.sub_indication == "SIGNED_DATA_NOT_FOUND"
    assert verdict.nested == ()
    assert said(verdict, "signature.unevaluated")
    (verdict,) = ask(changed(stamped, {"contract.txt": b"TEST-ONLY other"})).verdicts
    assert [v.validity.sub_indication for v in verdict.nested] == ["HASH_FAILURE"]


def test_time_stamps_over_more_than_is_read_are_named():
    container, signature = stamped(Form.XADES, TWO)
    container._joined = archives.LIMITS.total
    signature = container._with_covered(signature)
    assert signature.timestamps == ()
    assert "AllDataObjectsTimeStamp" in signature.unevaluated


# --- how much is held ----------------------------------------------------------------------------
def test_joined_and_streamed_contents():
    class Blocks:
        def __iter__(self):
            return iter((b"ab", b"c"))

    streamed = Content.streamed(Blocks(), 3)
    whole = Content.of(b"abc")
    assert streamed == whole
    assert streamed.octets == b"abc"
    streamed.work_out(["sha-512", "sha-384"])
    assert streamed.digest("sha-512") == whole.digest("sha-512")
    joined = Content.joined([streamed, Content.of(b"d")])
    assert joined == Content.of(b"abcd")
    assert joined.size == 4
    digests = Content.digested({"sha-256": bytes(32)})
    assert Content.joined([streamed, digests]) is None
    digests.work_out(["sha-512"])
    assert digests.digest("sha-512") is None


MIB = 1 << 20


@pytest.mark.parametrize(
    ("size", "more"),
    [
        (200 * MIB, {}),
        (40 * MIB, {"deflated": True}),
        (40 * MIB, {"form": Form.XADES}),
    ],
)
def test_a_large_container_is_judged_in_bounded_memory(tmp_path, size, more):
    """Beside the octets of the container itself next to nothing is held."""
    target = tmp_path / "large.asice"
    large(target, size, **more)
    done = subprocess.run(
        [sys.executable, "-m", "tests.asic_peak", target], capture_output=True, check=True
    )
    found = json.loads(done.stdout)
    target.unlink()
    assert found["indication"] == "TOTAL-PASSED", found
    assert found["beyond"] < 8 * MIB, found
    assert found["process"] < 256 * MIB + (found["container"] - 200 * MIB) + 8 * MIB, found
