"""`sign`, and `verify` of what it made: placements, levels, detached content, what is refused."""

import json
import threading
from hashlib import sha256
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest

from defa_trust.cli import verify as verify_module
from defa_trust.cli.sign_families import FAMILIES
from defa_trust.codec.der import SEQUENCE, Reader, encode_integer, seq
from defa_trust.content import Content
from defa_trust.demo import pki
from defa_trust.demo.pdf_page import one_page
from defa_trust.formats.cades_sign import sign_info
from defa_trust.formats.cms import read_signed_data
from defa_trust.formats.cms_sign import signed_data
from defa_trust.formats.jades_sign import JadesForm, JadesPayload, sign_jades
from defa_trust.formats.sign_common import Detached
from defa_trust.formats.tst_sign import sign_token, tst_info
from defa_trust.formats.xades_sign import XmlPlacement
from defa_trust.trustlist.schema import validate
from tests.asic_samples import changed, held, packed
from tests.build import DAY, NOW
from tests.cms_samples import ALICE, BOB, DOCUMENT, TSA, crls, responses, signing_world
from tests.xades_samples import INVOICE, xades


def pem(label, der):
    from base64 import encodebytes

    return b"-----BEGIN %b-----\n%b-----END %b-----\n" % (label, encodebytes(der), label)


@pytest.fixture
def desk(tmp_path, monkeypatch, run, region_folder):
    """A folder with keys, certificates and CRLs; ``sign`` and ``verify`` in the world of VN."""
    monkeypatch.setattr(verify_module, "load_snapshot", lambda *_: signing_world())
    (tmp_path / "contract.txt").write_bytes(DOCUMENT)
    for name, signer in (("alice", ALICE), ("tsa", TSA), ("bob", BOB)):
        held = signer.key.private_pem() + pem(b"CERTIFICATE", signer.certificate)
        (tmp_path / f"{name}.pem").write_bytes(held)
    (tmp_path / "chain.pem").write_bytes(b"".join(pem(b"CERTIFICATE", c) for c in ALICE.chain))
    for number, der in enumerate(responses()):
        (tmp_path / f"{number}.ocsp").write_bytes(der)
    for number, der in enumerate(crls()):
        (tmp_path / f"{number}.crl").write_bytes(der)

    class Desk:
        folder = tmp_path
        lists = tuple(f"crl={tmp_path / f'{number}.crl'}" for number in range(2))

        def sign(self, *options, key="alice", out="signed.p7m", file="contract.txt"):
            return run(
                "sign", tmp_path / file, "--key", tmp_path / f"{key}.pem",
                "--chain", tmp_path / "chain.pem", "--signing-time", NOW - 2 * DAY,
                "-o", tmp_path / out, "--force", *options,
            )  # fmt: skip

        def verify(self, *options, file="signed.p7m", lists=True):
            held = [part for name in self.lists for part in ("--evidence-file", name)]
            return run(
                "verify", tmp_path / file, "--for", "SG", "--at", NOW,
                "--trust", region_folder / "trust", *(held if lists else ()), *options,
            )  # fmt: skip

        def inspect(self, file="signed.p7m"):
            return run("inspect", tmp_path / file)

    return Desk()


def shape(result):
    report = json.loads(result.stdout)
    validate(report, "verdict.v1")
    return report


def test_signed_and_recognised(desk):
    assert desk.sign().exit_code == 0
    result = desk.verify()
    assert result.exit_code == 0, result.stdout + result.stderr
    lines = result.stdout.splitlines()
    assert lines[0] == "Signature 1"
    assert lines[1] == "RECOGNISED in SG — VALID (TOTAL-PASSED)"
    assert "Alice" not in result.stdout
    assert "Alice" in desk.verify("--show-claims").stdout


def test_a_changed_document_fails(desk):
    desk.sign()
    path = desk.folder / "signed.p7m"
    path.write_bytes(path.read_bytes().replace(b"two parties", b"ten parties"))
    result = desk.verify()
    assert result.exit_code == 1
    assert "HASH_FAILURE" in result.stdout.splitlines()[1]


def test_detached_by_file_by_digest_and_by_neither(desk):
    desk.sign("--detached")
    contract = desk.folder / "contract.txt"
    assert desk.verify("--content", contract).exit_code == 0
    digest = sha256(DOCUMENT).hexdigest()
    assert desk.verify("--content-digest", f"sha-256={digest}").exit_code == 0
    result = desk.verify()
    assert result.exit_code == 3
    assert "--content-digest" in result.stdout
    contract.write_bytes(b"TEST-ONLY other contract")
    result = desk.verify("--content", contract, "--json")
    assert result.exit_code == 1
    (verdict,) = shape(result)["verdicts"]
    assert verdict["validity"]["subIndication"] == "HASH_FAILURE"


def test_large_content_is_read_through_and_judged_the_same(desk):
    contract = desk.folder / "contract.txt"
    contract.write_bytes(DOCUMENT * 40_000)
    desk.sign("--detached")
    assert desk.verify("--content", contract).exit_code == 0
    contract.write_bytes(DOCUMENT * 40_000 + b"\n")
    assert desk.verify("--content", contract).exit_code == 1


def test_a_large_attached_document_is_judged_and_a_large_token_is_not_read(desk):
    contract = desk.folder / "contract.txt"
    contract.write_bytes(DOCUMENT * 40_000)
    desk.sign()
    assert desk.verify().exit_code == 0
    (desk.folder / "signed.p7m").write_bytes(b"eyJ" * (1 << 20))
    result = desk.verify()
    assert result.exit_code == 1
    assert "input.too_large" in result.stdout


def test_levels_b_t_and_b_lt(desk):
    stamped = ("--tsa-key", desk.folder / "tsa.pem", "--tsa-time", NOW - DAY)
    desk.sign(*stamped)
    result = desk.verify()
    assert result.exit_code == 0, result.stdout + result.stderr
    assert "Within it: signature 1, signature time-stamp 1" in result.stdout
    (verdict,) = shape(desk.verify("--json"))["verdicts"]
    assert [inner["validity"]["indication"] for inner in verdict["nested"]] == ["TOTAL-PASSED"]
    assert desk.verify(lists=False).exit_code == 3
    held = [part for number in range(2) for part in ("--crl", desk.folder / f"{number}.crl")]
    assert desk.sign(*stamped, *held).exit_code == 0
    assert desk.verify(lists=False).exit_code == 0


@pytest.mark.parametrize("family", ["jades", "xades"])
def test_several_objects_each_under_its_name(desk, family):
    contents = {"contract.txt": DOCUMENT, "annex=1.txt": b"TEST-ONLY annex"}
    named = [Detached(name, Content.of(octets)) for name, octets in contents.items()]
    if family == "jades":
        data = sign_jades(named, ALICE, form=JadesForm.COMPACT, signing_time=NOW - 2 * DAY,
                          payload=JadesPayload.BY_URI_HASH)  # fmt: skip
    else:
        data = xades(named, placement=XmlPlacement.DETACHED)
    (desk.folder / "signed.p7m").write_bytes(data)
    (desk.folder / "annex.txt").write_bytes(contents["annex=1.txt"])
    one = ("--object", f"contract.txt={desk.folder / 'contract.txt'}")
    other = ("--object", f"annex=1.txt={desk.folder / 'annex.txt'}")
    assert desk.verify(*one, *other).exit_code == 0
    assert desk.verify(*one).exit_code == 3
    assert "annex=1.txt" in desk.verify(*one).stdout
    (desk.folder / "annex.txt").write_bytes(b"TEST-ONLY other annex")
    assert desk.verify(*one, *other).exit_code == 1


@pytest.mark.parametrize("form", ["compact", "flattened", "general"])
def test_what_marks_a_large_jws_may_stand_behind_its_payload(desk, form):
    (desk.folder / "contract.txt").write_bytes(DOCUMENT * 40_000)
    assert desk.sign("--format", "jades", "--form", form).exit_code == 0
    path = desk.folder / "signed.p7m"
    assert path.stat().st_size > 3_000_000
    assert desk.verify().exit_code == 0
    assert "jades" in desk.inspect().stdout
    # Without the mark it is some token, and none is as large as that.
    path.write_bytes(
        path.read_bytes().replace(b'"protected"', b'"protectee"').replace(b"ey", b"fz")
    )
    result = desk.verify()
    assert result.exit_code == 1
    assert "input.too_large" in result.stdout


@pytest.mark.parametrize("format", ["cades", "jades"])
def test_an_image_is_signed_as_it_is(desk, format):
    """And never the text of a code in it, which is read where a credential is expected."""
    image = desk.folder / "contract.txt"
    image.write_bytes(b"\x89PNG\r\n\x1a\n TEST-ONLY")
    assert desk.sign("--format", format, "--detached").exit_code == 0
    assert desk.verify("--content", image).exit_code == 0
    assert desk.verify("--object", f"contract.txt={image}").exit_code == 0


FAMILY_FORMS = [(name, form) for name, row in FAMILIES.items() for form in row.forms]
CONTENTS = {"xades": INVOICE, "pades": one_page(["TEST-ONLY contract"])}
"""What a family can sign in each of its forms, where not every document will do."""


@pytest.mark.parametrize(("format", "form"), FAMILY_FORMS)
def test_every_family_in_every_form(desk, format, form):
    """B-LT by OCSP responses alone: nothing else tells of revocation."""
    (desk.folder / "document").write_bytes(CONTENTS.get(format, DOCUMENT))
    stamped = ("--tsa-key", desk.folder / "tsa.pem", "--tsa-time", NOW - DAY)
    held = [part for number in range(2) for part in ("--ocsp", desk.folder / f"{number}.ocsp")]
    if form in FAMILIES[format].bare:
        refused = desk.sign("--format", format, "--form", form, *stamped, file="document")
        assert refused.exit_code == 2
        assert "no place" in refused.stderr
        assert desk.sign("--format", format, "--form", form, file="document").exit_code == 0
        assert desk.verify().exit_code == 0
        return
    made = desk.sign("--format", format, "--form", form, *stamped, *held, file="document")
    assert made.exit_code == 0, made.stderr
    content = ("--content", desk.folder / "document") if form == "detached" else ()
    result = desk.verify("--json", *content, lists=False)
    assert result.exit_code == 0, result.stdout + result.stderr
    (verdict,) = shape(result)["verdicts"]
    assert verdict["subject"]["format"] == format.partition("-")[0]
    (stamp,) = verdict["nested"]
    assert stamp["validity"]["indication"] == "TOTAL-PASSED"
    # Without them nobody knows: they are what it stood on.
    desk.sign("--format", format, "--form", form, *stamped, file="document")
    assert desk.verify(*content, lists=False).exit_code == 3


LEVELS = [
    (format, form, level)
    for format, form in FAMILY_FORMS
    for level in ("B-B", "B-T", "B-LT")
    if level == "B-B" or form not in FAMILIES[format].bare
]


@pytest.mark.parametrize(("format", "form", "level"), LEVELS)
def test_what_was_signed_at_a_level_has_its_parts_and_stands_alone_from_b_lt(
    desk, format, form, level
):
    """By CRLs, with a longer digest; below B-LT they have to be handed over."""
    (desk.folder / "document").write_bytes(CONTENTS.get(format, DOCUMENT))
    options = ["--format", format, "--form", form, "--digest", "sha-512"]
    options += ["--commitment", "1.2.840.113549.1.9.16.6.1"]
    if level != "B-B":
        options += ["--tsa-key", desk.folder / "tsa.pem", "--tsa-time", NOW - DAY]
    if level == "B-LT":
        options += [part for n in range(2) for part in ("--crl", desk.folder / f"{n}.crl")]
    made = desk.sign(*options, file="document")
    assert made.exit_code == 0, made.stderr
    content = ("--content", desk.folder / "document") if form == "detached" else ()
    result = desk.verify("--json", *content, lists=level != "B-LT")
    assert result.exit_code == 0, result.stdout + result.stderr
    (verdict,) = shape(result)["verdicts"]
    said = {finding["code"]: finding["actual"] for finding in verdict["findings"]}
    assert said["signature.form"] == level
    assert said["signature.commitment"] == ["1.2.840.113549.1.9.16.6.1"]
    assert ("signature.time_proven" in said) is (level != "B-B")
    assert len(verdict.get("nested", [])) == (level != "B-B")
    if level != "B-LT":
        assert desk.verify(*content, lists=False).exit_code == 3


@pytest.mark.parametrize("times", [1, 40_000])
def test_a_container_holds_the_document_under_its_name(desk, times):
    """A large one is told by its end, wherever its `mimetype` is."""
    (desk.folder / "Hợp đồng.txt").write_bytes(DOCUMENT * times)
    made = desk.sign("--format", "asic-e", file="Hợp đồng.txt")
    assert made.exit_code == 0, made.stderr
    result = desk.verify()
    assert result.exit_code == 0, result.stdout + result.stderr
    assert "Hợp đồng.txt" in result.stdout
    container = desk.folder / "signed.p7m"
    files = {
        name: octets for name, octets in held(container.read_bytes()).items() if name != "mimetype"
    }
    container.write_bytes(packed(files))
    assert desk.verify().exit_code == 0
    container.write_bytes(changed(packed(files), {"more.txt": b"TEST-ONLY"}))
    assert desk.verify().exit_code == 3


@pytest.mark.parametrize("format", [name for name, row in FAMILIES.items() if row.detached])
@pytest.mark.parametrize("times", [1, 40_000])
def test_every_family_that_can_leaves_the_content_outside(desk, format, times):
    contract = desk.folder / "contract.txt"
    contract.write_bytes(DOCUMENT * times)
    assert desk.sign("--format", format, "--detached").exit_code == 0
    assert len((desk.folder / "signed.p7m").read_bytes()) < 10_000
    assert desk.verify("--content", contract).exit_code == 0
    digest = sha256(DOCUMENT * times).hexdigest()
    assert desk.verify("--content-digest", f"sha-256={digest}").exit_code == 0
    assert desk.verify().exit_code == 3
    contract.write_bytes(DOCUMENT + b"\n")
    assert desk.verify("--content", contract).exit_code == 1


def several(desk, *signers):
    """One CAdES file with a signature by each."""
    infos = [sign_info(DOCUMENT, who, signing_time=NOW - 2 * DAY) for who in signers]
    certificates = {der for who in signers for der in (who.certificate, *who.chain)}
    data = signed_data(infos, content=DOCUMENT, certificates=certificates)
    (desk.folder / "signed.p7m").write_bytes(data)
    return data


MALLORY = pki.signer("Mallory", "VN", pki.authority("Root CA of Mallory", "VN"))


def test_several_signatures_have_a_verdict_each_and_one_together(desk):
    several(desk, ALICE, BOB)
    lines = desk.verify().stdout.splitlines()
    assert lines[0].startswith("2 signatures: each must pass")
    assert lines[1] == "The whole file: RECOGNISED in SG — VALID (TOTAL-PASSED)"
    assert {"Signature 1", "Signature 2"} <= set(lines)
    report = shape(desk.verify("--json"))
    assert report["validity"] == {"indication": "TOTAL-PASSED", "subIndication": None}
    several(desk, ALICE, MALLORY)
    result = desk.verify()
    assert result.exit_code == 3
    lines = result.stdout.splitlines()
    assert lines[1] == (
        "The whole file: NOT ESTABLISHED (INDETERMINATE, NO_CERTIFICATE_CHAIN_FOUND); "
        "so recognition in SG was not evaluated"
    )
    assert lines[2].startswith("Decided by: signature ")
    assert lines[2].endswith("[path.no_issuer]")
    report = shape(desk.verify("--json"))
    assert report["validity"]["subIndication"] == "NO_CERTIFICATE_CHAIN_FOUND"
    seluruh = desk.verify("--lang", "id").stdout.splitlines()
    assert seluruh[1].startswith("Seluruh berkas: ")


def test_claims_of_every_signer_or_of_none(desk):
    several(desk, ALICE, BOB)
    shown = desk.verify("--show-claims").stdout.partition("Claims (authenticated")[2]
    assert "Alice" in shown
    assert "Bob" in shown
    claims = shape(desk.verify("--show-claims", "--json"))["claims"]
    assert set(claims) == {"signature 1", "signature 2"}
    several(desk, ALICE, MALLORY)
    result = desk.verify("--show-claims")
    assert "No claims are shown" in result.stdout
    assert "Alice" not in result.stdout


@pytest.mark.parametrize("broken", [False, True])
def test_no_claims_where_one_signature_failed_and_the_other_is_only_not_recognised(desk, broken):
    """Both are refused: the file's answer is that of the one that failed, not of the other."""
    data = several(desk, ALICE, BOB)
    if broken:
        last = max(data.rindex(info.signature) for info in read_signed_data(data).signers)
        spoilt = bytearray(data)
        spoilt[last + 60] ^= 1
        (desk.folder / "signed.p7m").write_bytes(spoilt)
    elsewhere = ("--for", "TH")
    result = desk.verify("--show-claims", *elsewhere)
    assert result.exit_code != 0
    assert ("Alice" in result.stdout) is not broken
    report = shape(desk.verify("--json", "--show-claims", *elsewhere))
    assert ("claims" in report) is not broken
    assert (report["validity"]["indication"] == "TOTAL-FAILED") is broken


def test_a_time_stamp_by_nobody_is_told_of(desk):
    desk.sign("--tsa-key", desk.folder / "bob.pem", "--tsa-time", NOW - DAY)
    result = desk.verify()
    assert result.exit_code == 0
    said = result.stdout.split("Within it", 1)[1]
    assert "INDETERMINATE" in said
    assert "path.no_issuer" in said


def test_pkcs_12(desk, run):
    from cryptography import x509
    from cryptography.hazmat.primitives.serialization import (
        BestAvailableEncryption,
        load_pem_private_key,
        pkcs12,
    )

    key = load_pem_private_key(ALICE.key.private_pem(), None)
    chain = [x509.load_der_x509_certificate(der) for der in ALICE.chain]
    certificate = x509.load_der_x509_certificate(ALICE.certificate)
    held = pkcs12.serialize_key_and_certificates(
        b"TEST-ONLY", key, certificate, chain, BestAvailableEncryption(b"secret")
    )
    (desk.folder / "alice.p12").write_bytes(held)
    (desk.folder / "password").write_bytes(b"secret\n")
    made = run(
        "sign", desk.folder / "contract.txt", "--key", desk.folder / "alice.p12",
        "--password-file", desk.folder / "password", "--signing-time", NOW - 2 * DAY,
        "-o", desk.folder / "signed.p7m",
    )  # fmt: skip
    assert made.exit_code == 0, made.stderr
    message = read_signed_data((desk.folder / "signed.p7m").read_bytes())
    assert set(message.certificates) == {ALICE.certificate, *ALICE.chain}
    assert desk.verify().exit_code == 0


@pytest.mark.parametrize(
    ("options", "says"),
    [
        (("--tsa-time", "0"), "--tsa-key"),
        (("--tsa-policy", "2.999"), "--tsa-url"),
        (("--tsa-url", "http://tsa.vn.test.example", "--tsa-key", "{}/tsa.pem"), "one of them"),
        (("--tsa-url", "http://tsa.vn.test.example", "--tsa-policy", "x"), "no object identifier"),
        (("--crl", "{}/0.crl"), "--tsa-key"),
        (("--cert", "{}/bob.pem"), "another key"),
        (("--digest", "md5"), "md5"),
        (("--chain", "{}/absent"), "cannot be read"),
        (("--signing-time", "yesterday"), "--at"),
        (("--ocsp", "{}/0.ocsp"), "--tsa-key"),
        (("--ocsp", "{}/0.crl", "--tsa-key", "{}/tsa.pem"), "no OCSP response"),
        (("--format", "paper"), "paper"),
        (("--form", "enveloped"), "no form enveloped"),
        (("--format", "xades", "--form", "enveloped", "--detached"), "holds its content"),
        (("--format", "xades", "--form", "enveloping", "--digest", "sha3-256"), "sha3-256"),
        (("--format", "xades"), "xml"),
        (("--format", "pades"), "cannot be continued"),
        (("--format", "pades", "--detached"), "holds its content"),
    ],
)
def test_misuse_of_sign(desk, options, says):
    result = desk.sign(*(option.format(desk.folder) for option in options))
    assert result.exit_code == 2
    assert says in result.stderr


@pytest.mark.parametrize(
    ("options", "says"),
    [
        (("--content", "{}/contract.txt", "--content-digest", "sha-256=00"), "not both"),
        (("--content", "{}/absent"), "cannot be read"),
        (("--content-digest", "sha-1=00"), "NAME=HEX"),
        (("--content-digest", "sha-256=zz"), "hexadecimal"),
        (("--content-digest", "sha-256=00"), "32 bytes"),
        (("--evidence-file", "list={}/0.crl"), "KIND=FILE"),
        (("--evidence-file", "crl="), "KIND=FILE"),
        (("--object", "{}/contract.txt"), "URI=FILE"),
        (("--object", "a={0}/contract.txt", "--object", "a={0}/0.crl"), "each URI once"),
        (("--object", "a={}/absent"), "cannot be read"),
    ],
)
def test_misuse_of_verify(desk, options, says):
    desk.sign("--detached")
    result = desk.verify(*(option.format(desk.folder) for option in options))
    assert result.exit_code == 2
    assert says in result.stderr


# --- a time-stamping authority at an address ------------------------------------------------------
class _Authority(BaseHTTPRequestHandler):
    """The test TSA over HTTP; ``server.status`` is what it answers with."""

    def do_POST(self):
        question = Reader(self.rfile.read(int(self.headers["Content-Length"]))).take(SEQUENCE)
        assert question.integer() == 1
        imprint = question.take(SEQUENCE)
        imprint.raw(SEQUENCE)
        named = {"policy": question.oid()} if question.peek() == 6 else {}
        info = tst_info(imprint.octets(), gen_time=NOW - DAY, nonce=question.integer(), **named)
        self.server.policies.append(named.get("policy"))
        body = seq(seq(encode_integer(0)), sign_token(TSA, info))
        self.send_response(self.server.status)
        self.send_header("Content-Type", "application/timestamp-reply")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


@pytest.fixture
def authority():
    server = HTTPServer(("127.0.0.1", 0), _Authority)
    server.status, server.policies = 200, []
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    server.url = f"http://127.0.0.1:{server.server_port}/tsr"
    yield server
    server.shutdown()
    thread.join()
    server.server_close()


def test_an_authority_at_an_address_makes_the_time_stamp(desk, authority):
    asked = ("--tsa-url", authority.url, "--tsa-policy", "2.999.5", "--allow-private")
    made = desk.sign(*asked)
    assert made.exit_code == 0, made.stderr
    assert authority.policies == ["2.999.5"]
    assert desk.verify().exit_code == 0
    told = json.loads(desk.verify("--json").stdout)
    codes = {finding["code"] for finding in told["verdicts"][0]["findings"]}
    assert "signature.time_proven" in codes


@pytest.mark.parametrize(("status", "private"), [(500, ("--allow-private",)), (200, ())])
def test_without_a_time_stamp_nothing_is_signed(desk, authority, status, private):
    """The authority fails; or its address is one that only ``--allow-private`` may reach."""
    authority.status = status
    made = desk.sign("--tsa-url", authority.url, *private, out="late.p7m")
    assert made.exit_code == 3
    assert "no time-stamp, so nothing was signed" in made.stderr
    assert not (desk.folder / "late.p7m").exists()
    assert len(authority.policies) == (status == 500)
