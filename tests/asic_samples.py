"""TEST-ONLY containers with signatures, in the world of ``cms_samples``."""

import base64
import hashlib
import random
from zipfile import ZIP_DEFLATED, ZIP_STORED, ZipFile, ZipInfo

from defa_trust.codec import zip as archives
from defa_trust.codec.zip import Archive
from defa_trust.content import Content
from defa_trust.formats.asic_names import Kind
from defa_trust.formats.asic_sign import Form, sign_asic
from defa_trust.formats.cades_sign import Placement
from defa_trust.formats.xades_sign import Detached, XmlPlacement
from tests.build import DAY, NOW
from tests.cms_samples import ALICE, DOCUMENT, cades
from tests.xades_samples import xades

ONE = {"contract.txt": DOCUMENT}
TWO = {"contract.txt": DOCUMENT, "annex/prices.csv": b"TEST-ONLY prices\n1,2\n"}
MADE = NOW - 2 * DAY


def simple(form=Form.CADES, signer=ALICE, files=None, **more):
    """ASiC-S, signed two days ago."""
    return _made(Kind.SIMPLE, form, signer, ONE if files is None else files, more)


def extended(form=Form.CADES, signer=ALICE, files=None, **more):
    """ASiC-E over two files, signed two days ago."""
    return _made(Kind.EXTENDED, form, signer, TWO if files is None else files, more)


def _made(kind, form, signer, files, more):
    return sign_asic(files, signer, **{"kind": kind, "form": form, "signing_time": MADE, **more})


ALL = [(make, form) for make in (simple, extended) for form in Form]
"""Every kind of container with every family of signatures."""


def held(data):
    """The files of a container by name."""
    archive = Archive(data)
    return {entry.name: archive.read(entry) for entry in archive.entries}


def packed(files, comment=b"", **more):
    return archives.write(files.items(), comment=comment, **more)


def changed(data, changes):
    """A container with files replaced, added, or (``None``) taken away."""
    files = {
        name: octets for name, octets in {**held(data), **changes}.items() if octets is not None
    }
    return packed(files, Archive(data).comment)


def large(path, size, *, form=Form.CADES, deflated=False):
    """ASiC-E over one file of ``size`` octets, written block by block to ``path``."""
    chance = random.Random(size)
    block = chance.randbytes(1 << 16)  # longer than the window of deflate
    blocks = [block] * (size // len(block))
    content = Content.read(_Stream(iter(blocks)))
    quoted = "video.bin"
    if form is Form.CADES:
        digest = base64.b64encode(content.digest("sha-256")).decode()
        manifest = held(extended(files={quoted: b""}))["META-INF/ASiCManifest001.xml"]
        empty = base64.b64encode(hashlib.sha256(b"").digest())
        manifest = manifest.replace(empty, digest.encode())
        meta = {
            "META-INF/ASiCManifest001.xml": manifest,
            "META-INF/signature001.p7s": cades(manifest, placement=Placement.DETACHED),
        }
    else:
        signed = xades(Detached(quoted, content), placement=XmlPlacement.DETACHED)
        meta = {"META-INF/signatures001.xml": signed}
    with ZipFile(path, "w", compresslevel=1) as made:
        made.writestr("mimetype", Kind.EXTENDED.value)
        entry = ZipInfo(quoted)
        entry.compress_type = ZIP_DEFLATED if deflated else ZIP_STORED
        entry.file_size = size
        with made.open(entry, "w") as target:
            for each in blocks:
                target.write(each)
        for name, octets in meta.items():
            made.writestr(name, octets)


class _Stream:
    def __init__(self, blocks):
        self._blocks = blocks

    def read(self, _):
        return next(self._blocks, b"")
