"""ASiC: what of a container is signed, and containers that two readers read differently."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Callable, Mapping
from hashlib import sha1, sha256
from struct import pack_into
from typing import Any, Final

from ...codec import zip as archives
from ...codec.der import SET, tlv
from ...codec.zip import Archive
from ...content import Content
from ...formats.asic_names import Kind
from ...formats.asic_sign import Form, add_signature, sign_asic
from ...formats.cades_sign import Placement
from ...formats.cms_sign import signed_data, signer_info
from ...formats.sign_common import Detached
from ...formats.xades_sign import XmlPlacement, sign_xades
from ...signer import SoftwareSigner
from ..build import DAY, MOMENT
from ..cms_build import (
    ALICE,
    BOB,
    DOCUMENT,
    MADE,
    MALLORY,
    SHORT,
    attributes,
    cades,
    case,
    clock,
    crls,
    signing_world,
)
from ..registry import Case, Group

_EN = "EN 319 162-1"
_AV = "EN 319 102-1"
_ZIP = "APPNOTE 6.3.3"
_group = Group("asic", features=("asic", "certificate-path", "crl", "es256"), twin="extended_cades")

_ONE: Final = {"contract.txt": DOCUMENT}
_TWO: Final = {**_ONE, "annex/prices.csv": b"TEST-ONLY prices\n1,2\n"}
_MANIFEST: Final = "META-INF/ASiCManifest001.xml"
_P7S: Final = "META-INF/signature001.p7s"
_APART: Final = Placement.DETACHED
_XML: Final = "META-INF/signatures001.xml"


def _asic(
    kind: Kind,
    form: Form,
    files: Mapping[str, bytes],
    signer: SoftwareSigner = ALICE,
    **more: Any,
) -> bytes:
    return sign_asic(files, signer, **{"kind": kind, "form": form, "signing_time": MADE, **more})


def _simple(form: Form = Form.CADES, signer: SoftwareSigner = ALICE, **more: Any) -> bytes:
    return _asic(Kind.SIMPLE, form, _ONE, signer, **more)


def _extended(form: Form = Form.CADES, signer: SoftwareSigner = ALICE, **more: Any) -> bytes:
    return _asic(Kind.EXTENDED, form, _TWO, signer, **more)


def _held(data: bytes) -> dict[str, bytes]:
    archive = Archive(data)
    return {entry.name: archive.read(entry) for entry in archive.entries}


def _changed(data: bytes, changes: Mapping[str, bytes | None]) -> bytes:
    """A container with files replaced, added, or (``None``) taken away."""
    files = {**_held(data), **changes}
    kept = [(name, octets) for name, octets in files.items() if octets is not None]
    return archives.write(kept, comment=Archive(data).comment)


def _manifested(change: Callable[[bytes], bytes]) -> bytes:
    """A container whose manifest says something else, and is signed so."""
    whole = _extended()
    octets = change(_held(whole)[_MANIFEST])
    return _changed(whole, {_MANIFEST: octets, _P7S: cades(octets, placement=_APART)})


# --- forms ---------------------------------------------------------------------------------------
@_group.vector(f"{_EN}, 4.3")
def simple_cades() -> Case:
    """ASiC-S: one file, and a detached CAdES signature over it."""
    return case(_simple())


@_group.vector(f"{_EN}, 4.3", features=("xades",))
def simple_xades() -> Case:
    """ASiC-S: one file, and a XAdES signature that names it."""
    return case(_simple(Form.XADES))


@_group.vector(f"{_EN}, 4.4")
def extended_cades() -> Case:
    """ASiC-E: two files, and a CAdES signature over a manifest of their digests."""
    return case(_extended())


@_group.vector(f"{_EN}, 4.4", features=("xades",))
def extended_xades() -> Case:
    """ASiC-E: two files, and a XAdES signature that names both."""
    return case(_extended(Form.XADES))


@_group.vector(f"{_EN}, A.1")
def told_by_its_comment() -> Case:
    """No `mimetype`: the comment of the container says which kind it is."""
    return case(_changed(_extended(), {"mimetype": None}))


@_group.vector(f"{_EN}, A.1", features=("xades",))
def told_by_what_it_holds() -> Case:
    """Neither `mimetype` nor comment: its entries tell."""
    files = _held(_simple(Form.XADES))
    del files["mimetype"]
    return case(archives.write(files.items()))


@_group.vector(f"{_EN}, 4.4.3")
def name_percent_encoded() -> Case:
    """A name with spaces and letters beyond ASCII is percent-encoded in the manifest."""
    return case(_asic(Kind.EXTENDED, Form.CADES, {"Hợp đồng (1).txt": DOCUMENT}))


@_group.vector("TS 102 918, A.4")
def manifest_of_an_older_namespace() -> Case:
    """A manifest in the namespace that writers of the older standard use."""
    return case(_manifested(lambda octets: octets.replace(b"/02918/v1.2.1#", b"/2918/v1.2.1#")))


@_group.vector(f"{_EN}, 4.4", features=("xades",))
def signatures_of_both_families() -> Case:
    """One signature by CAdES and one by XAdES, of two signers, over the same files."""
    return case(add_signature(_extended(), BOB, form=Form.XADES, signing_time=MADE))


@_group.vector(f"{_EN}, 4.4")
def each_signs_what_is_theirs() -> Case:
    """The first signature covers one file, the second covers both: every file is covered."""
    return case(_partial(both=True))


def _partial(*, both: bool) -> bytes:
    bare = _changed(_extended(), {_MANIFEST: None, _P7S: None})
    one = add_signature(bare, ALICE, form=Form.CADES, signing_time=MADE, files=["contract.txt"])
    return add_signature(one, BOB, form=Form.CADES, signing_time=MADE) if both else one


@_group.vector(f"{_EN}, 4.4.3.2")
def archive_manifest_beside() -> Case:
    """An archive manifest and an evidence record are there and not judged: the signature is."""
    beside = {"META-INF/ASiCArchiveManifest.xml": b"<a/>", "META-INF/evidencerecord.ers": b"0"}
    return case(_changed(_extended(), beside))


@_group.vector(f"{_EN}, 4.4.3.2")
def manifest_extension_not_critical() -> Case:
    """The manifest has an extension that nobody knows and that is not critical."""
    return case(_extension(b"false"))


def _extension(critical: bytes) -> bytes:
    held = (
        b'<asic:ASiCManifestExtensions><asic:Extension Critical="' + critical + b'"/>'
        b"</asic:ASiCManifestExtensions></asic:ASiCManifest>"
    )
    return _manifested(lambda octets: octets.replace(b"</asic:ASiCManifest>", held))


# --- what is covered -----------------------------------------------------------------------------
@_group.vector(f"{_AV}, 5.2.7", "signature.content_changed")
def changed_file() -> Case:
    """One letter of a file is another."""
    return case(_changed(_extended(), {"contract.txt": DOCUMENT.replace(b"two", b"six")}))


@_group.vector(f"{_AV}, 5.2.7", "signature.content_changed", twin="simple_cades")
def changed_file_of_asic_s() -> Case:
    """One letter of the only file is another."""
    return case(_changed(_simple(), {"contract.txt": DOCUMENT.replace(b"two", b"six")}))


@_group.vector(
    f"{_AV}, 5.2.7", "signature.content_changed", twin="extended_xades", features=("xades",)
)
def files_changed_places() -> Case:
    """Each file has the name of the other."""
    first, second = _TWO
    changes = {first: _TWO[second], second: _TWO[first]}
    return case(_changed(_extended(Form.XADES), changes))


@_group.vector(
    f"{_EN}, 4.4.1",
    "asic.uncovered",
    notes="What was put into the container afterwards is taken for signed.",
)
def file_added() -> Case:
    """A file was put in after signing."""
    return case(_changed(_extended(), {"annex/extra.txt": b"TEST-ONLY: and a million on top"}))


@_group.vector(
    f"{_EN}, 4.4.3.2",
    "asic.uncovered",
    twin="each_signs_what_is_theirs",
    notes="Good signatures over some of the files are taken for signatures over all.",
)
def manifest_omits_a_file() -> Case:
    """Every digest is right and the signature good; one file is not among them."""
    return case(_partial(both=False))


@_group.vector(f"{_EN}, 4.4.1", "asic.uncovered")
def file_hidden_in_meta_inf() -> Case:
    """A document lies among the signatures, where it needs none."""
    return case(_changed(_extended(), {"META-INF/terms.pdf": b"TEST-ONLY"}))


@_group.vector(f"{_AV}, 5.2.7", "asic.missing")
def file_taken_out() -> Case:
    """A file that the manifest lists is gone."""
    return case(_changed(_extended(), {"annex/prices.csv": None}))


@_group.vector(f"{_AV}, 5.2.7", "asic.missing", twin="extended_xades", features=("xades",))
def file_taken_out_of_xades() -> Case:
    """A file that the signature names is gone."""
    return case(_changed(_extended(Form.XADES), {"annex/prices.csv": None}))


@_group.vector(
    f"{_EN}, 4.4.3",
    "asic.reference_ambiguous",
    twin="name_percent_encoded",
    notes="Two readers look at two documents.",
)
def name_that_fits_two_files() -> Case:
    """Decoded, the name in the manifest is that of one file; as it stands, that of another."""
    one = _asic(Kind.EXTENDED, Form.CADES, {"a b.txt": DOCUMENT})
    return case(_changed(one, {"a%20b.txt": b"TEST-ONLY forged"}))


@_group.vector(f"{_EN}, 4.4.3.2", "asic.covers_nothing", twin="extended_xades", features=("xades",))
def signature_over_a_signature_alone() -> Case:
    """A second signature covers nothing but the file of the first."""
    whole = _extended(Form.XADES)
    over = Detached(_XML, Content.of(_held(whole)[_XML]))
    second = sign_xades(over, BOB, placement=XmlPlacement.DETACHED, signing_time=MADE)
    return case(_changed(whole, {"META-INF/signatures002.xml": second}))


# --- manifests -----------------------------------------------------------------------------------
@_group.vector(f"{_AV}, 5.2.7", "signature.content_changed")
def manifest_changed() -> Case:
    """The manifest has the digest of a forged file; the signature is over what it was."""
    forged = b"TEST-ONLY forged"
    other = _asic(Kind.EXTENDED, Form.CADES, {**_TWO, "contract.txt": forged})
    changes = {_MANIFEST: _held(other)[_MANIFEST], "contract.txt": forged}
    return case(_changed(_extended(), changes))


@_group.vector(f"{_EN}, 4.4.3.2", "asic.manifest_several")
def two_manifests_for_one_signature() -> Case:
    """A second manifest names the signature too, and lists a file of its own."""
    evil = {"evil.txt": b"TEST-ONLY evil"}
    forged = _held(_asic(Kind.EXTENDED, Form.CADES, evil))[_MANIFEST]
    return case(_changed(_extended(), {"META-INF/ASiCManifest000.xml": forged, **evil}))


@_group.vector(f"{_EN}, 4.4.3.2", "asic.manifest_none")
def signature_without_a_manifest() -> Case:
    """No manifest names the signature: it covers nothing."""
    return case(_changed(_extended(), {_MANIFEST: None}))


@_group.vector(f"{_EN}, 4.4.3.2", "asic.signature_missing")
def manifest_without_its_signature() -> Case:
    """The signature that the manifest names is gone."""
    return case(_changed(_extended(), {_P7S: None}))


@_group.vector(f"{_EN}, A.4", "asic.manifest")
def manifest_that_lists_a_file_twice() -> Case:
    """One name stands in the manifest with two digests."""
    return case(
        _manifested(lambda octets: octets.replace(b"annex/prices.csv", b"contract.txt")),
    )


@_group.vector(f"{_EN}, A.4", "asic.extension", twin="manifest_extension_not_critical")
def manifest_extension_critical() -> Case:
    """The manifest has an extension that must be understood and is not."""
    return case(_extension(b"true"))


@_group.vector(f"{_AV}, 5.2.8", "xades.digest_weak")
def weak_digest() -> Case:
    """The manifest's digests are SHA-1."""
    whole = _extended()
    octets = _held(whole)[_MANIFEST].replace(
        b"http://www.w3.org/2001/04/xmlenc#sha256", b"http://www.w3.org/2000/09/xmldsig#sha1"
    )
    for held in _TWO.values():
        octets = octets.replace(
            b64encode(sha256(held).digest()), b64encode(sha1(held, usedforsecurity=False).digest())
        )
    return case(_changed(whole, {_MANIFEST: octets, _P7S: cades(octets, placement=_APART)}))


# --- the signature -------------------------------------------------------------------------------
@_group.vector(f"{_EN}, 4.3.3.2", "asic.attached", twin="simple_cades")
def signature_with_a_content_of_its_own() -> Case:
    """The signature is good and over what it carries, which is not the file beside it."""
    return case(_changed(_simple(), {"META-INF/signature.p7s": cades(b"TEST-ONLY else")}))


@_group.vector(
    f"{_AV}, 5.2.7", "signature.content_changed", twin="simple_xades", features=("xades",)
)
def signature_of_another_container() -> Case:
    """The signature was taken from a container with another file of this name."""
    other = _asic(Kind.SIMPLE, Form.XADES, {"contract.txt": b"TEST-ONLY another"})
    name = "META-INF/signatures.xml"
    return case(_changed(_simple(Form.XADES), {name: _held(other)[name]}))


@_group.vector(f"{_AV}, 5.2.6", "path.no_issuer")
def signer_below_no_listed_authority() -> Case:
    """The signer's authority is on no list."""
    return case(_extended(signer=MALLORY))


@_group.vector(f"{_AV}, 5.2.6", "path.no_issuer", twin="signatures_of_both_families")
def second_signer_below_no_listed_authority() -> Case:
    """A good signature beside one of an outsider: the container is not all good."""
    return case(add_signature(_extended(), MALLORY, form=Form.CADES, signing_time=MADE))


@_group.vector(f"{_AV}, 5.4", "recognition.no_arrangement")
def recognised_by_nobody() -> Case:
    """The receiving state has no arrangement for the signer's state."""
    return case(_extended(), world=signing_world(arrangements=[]))


# --- time ----------------------------------------------------------------------------------------
_THEN = (*crls(MOMENT - 15 * DAY), *crls())


@_group.vector(f"{_EN}, 4.4", features=("rfc3161",))
def stamped_before_the_certificate_ended() -> Case:
    """Level B-T: the certificate has ended, and a time-stamp shows that the signature is older."""
    return case(_extended(signer=SHORT, timestamps=clock(MOMENT - 20 * DAY)), lists=_THEN)


@_group.vector(
    f"{_AV}, 5.5.4",
    "path.expired",
    twin="stamped_before_the_certificate_ended",
    features=("rfc3161",),
)
def stamped_after_the_certificate_ended() -> Case:
    """The time-stamp is younger than the end of the certificate."""
    return case(_extended(signer=SHORT, timestamps=clock(MOMENT - 5 * DAY)), lists=_THEN)


@_group.vector(f"{_EN}, 4.3.3.1", "asic.data_objects", twin="simple_xades", features=("xades",))
def asic_s_with_two_files() -> Case:
    """ASiC-S holds exactly one file; the signature here names two, and covers both."""
    two = {"contract.txt": DOCUMENT, "other.txt": b"TEST-ONLY"}
    both = _held(_asic(Kind.EXTENDED, Form.XADES, two))["META-INF/signatures001.xml"]
    files = {"mimetype": Kind.SIMPLE.encode(), **two, "META-INF/signatures.xml": both}
    return case(archives.write(files.items(), comment=b"mimetype=" + Kind.SIMPLE.encode()))


@_group.vector(f"{_EN}, 4.3.3.2", "asic.members", twin="simple_cades")
def asic_s_with_two_signature_files() -> Case:
    """Which of the two a reader takes decides what it hears."""
    other = _held(_simple(Form.XADES))["META-INF/signatures.xml"]
    return case(_changed(_simple(), {"META-INF/signatures.xml": other}))


@_group.vector(f"{_EN}, A.1", "asic.kind_conflict", twin="simple_cades")
def mimetype_and_comment_disagree() -> Case:
    """`mimetype` says ASiC-S and the comment ASiC-E."""
    comment = b"mimetype=" + Kind.EXTENDED.encode()
    return case(archives.write(_held(_simple()).items(), comment=comment))


@_group.vector(f"{_EN}, 4.4.3.2", "asic.no_signature")
def no_signature() -> Case:
    """A container of files alone."""
    return case(_changed(_extended(), {_MANIFEST: None, _P7S: None}))


@_group.vector(f"{_EN}, 4.3.3.2", "asic.timestamp_alone", twin="simple_cades")
def time_stamp_alone() -> Case:
    """A time-stamp proves a time; nobody signed."""
    token = clock()("sha-256", bytes(32))
    changes = {"META-INF/signature.p7s": None, "META-INF/timestamp.tst": token}
    return case(_changed(_simple(), changes))


# --- the ZIP -------------------------------------------------------------------------------------
@_group.vector(f"{_ZIP}, 4.3.16", "zip.truncated", twin="simple_cades")
def octets_behind_the_end() -> Case:
    """Octets follow the end of the container."""
    return case(_simple() + b"\0")


@_group.vector(f"{_ZIP}, 4.3.16", "zip.ambiguous", twin="simple_cades")
def container_in_its_own_comment() -> Case:
    """The comment is a container: whether this one or the other counts, readers do not agree."""
    other = archives.write([("contract.txt", b"TEST-ONLY forged")])
    whole = archives.write(_held(_simple()).items())
    return case(whole[:-2] + len(other).to_bytes(2, "little") + other)


@_group.vector(
    f"{_ZIP}, 4.3.6",
    "zip.gap",
    twin="simple_cades",
    notes="A reader that goes from header to header finds another contract.",
)
def entry_that_the_directory_leaves_out() -> Case:
    """An entry stands between two others, and the directory does not list it."""
    whole = _simple()
    hidden = archives.write([("contract.txt", b"TEST-ONLY forged")])
    hidden = hidden[: hidden.index(b"PK\x01\x02")]
    directory = whole.index(b"PK\x01\x02")
    made = bytearray(whole[:directory] + hidden + whole[directory:])
    end = made.rindex(b"PK\x05\x06")
    pack_into("<L", made, end + 16, directory + len(hidden))
    return case(bytes(made))


@_group.vector(f"{_ZIP}, 4.3.7", "zip.mismatch", twin="simple_cades")
def header_with_another_name() -> Case:
    """Header and directory name an entry differently."""
    whole = _simple()
    place = whole.index(b"contract.txt")
    return case(whole[:place] + b"contrast.txt" + whole[place + 12 :])


@_group.vector(f"{_EN}, 4.2", "zip.name_repeated", twin="simple_cades")
def two_entries_of_one_name() -> Case:
    """Two files have the name that is signed."""
    return case(_renamed(b"contract.txt"))


@_group.vector(f"{_EN}, 4.2", "zip.name_alike", twin="simple_cades")
def names_that_differ_by_case() -> Case:
    """On many disks one of two files would take the place of the other."""
    return case(_renamed(b"CONTRACT.txt"))


@_group.vector(f"{_ZIP}, 4.4.17", "zip.name", twin="simple_cades")
def name_that_leads_out() -> Case:
    """Unpacked, a file would be written beside the folder it is unpacked into."""
    return case(_renamed(b"../tract.txt"))


def _renamed(name: bytes) -> bytes:
    """A container with a second file, whose name is then written over."""
    whole = _changed(_simple(), {"contrary.txt": b"TEST-ONLY forged"})
    return whole.replace(b"contrary.txt", name)


@_group.vector(f"{_ZIP}, 4.4.4", "zip.encrypted", twin="simple_cades")
def encrypted_entry() -> Case:
    """An entry says that it is encrypted."""
    whole = bytearray(_changed(_simple(), {"secret.txt": b"TEST-ONLY"}))
    for mark, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        whole[whole.rindex(mark) + offset] |= 1
    return case(bytes(whole))


@_group.vector(f"{_ZIP}, 4.4.7", "zip.broken", twin="simple_cades")
def damaged_entry() -> Case:
    """A stored octet has changed, and the checksum has not."""
    whole = _simple()
    place = whole.index(b"between two")
    return case(whole[:place] + b"between six" + whole[place + 11 :])


@_group.vector(f"{_EN}, 4.3.3.2", "signature.certificate_absent", twin="simple_cades")
def certificates_left_out() -> Case:
    """The message holds Bob's certificate and not the signer's."""
    signed = tlv(SET, *sorted(attributes().values()))
    made = signed_data([signer_info(ALICE, signed)], content=None, certificates=[BOB.certificate])
    return case(_changed(_simple(), {"META-INF/signature.p7s": made}))
