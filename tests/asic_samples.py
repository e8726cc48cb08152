"""TEST-ONLY containers with signatures, in the world of ``cms_samples``."""

from defa_trust.codec import zip as archives
from defa_trust.codec.zip import Archive
from defa_trust.formats.asic import Kind
from defa_trust.formats.asic_sign import Form, sign_asic
from tests.build import DAY, NOW
from tests.cms_samples import ALICE, DOCUMENT

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
