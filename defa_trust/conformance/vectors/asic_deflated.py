"""ASiC containers with an entry that is compressed, and what it says of its size."""

from __future__ import annotations

from struct import pack_into
from typing import Final

from ...codec import zip as archives
from ...codec.zip import Archive
from ...formats.asic_names import Kind
from ...formats.asic_sign import Form, sign_asic
from ..build import stored, zeros
from ..cms_build import ALICE, MADE, case
from ..registry import Case, Group

_ZIP = "APPNOTE 6.3.3"
_group = Group("asic", features=("asic", "certificate-path", "crl", "es256"), twin="entry_deflated")

_NAME: Final = "measurements.bin"
_CONTENT: Final = bytes(258 * 40 + 1)


def _packed(octets: bytes) -> bytes:
    """A stream as RFC 1951 has it, the same from every library: that of zlib without its head and
    its checksum."""
    return (zeros(len(octets)) if octets == _CONTENT else stored(octets))[2:-4]


def _deflated(said: int = len(_CONTENT)) -> Case:
    """A signed file of zeros, of which header and directory say that it has ``said`` octets."""
    signed = sign_asic({_NAME: _CONTENT}, ALICE, kind=Kind.SIMPLE, form=Form.CADES,
                       signing_time=MADE)  # fmt: skip
    archive = Archive(signed)
    files = [(entry.name, archive.read(entry)) for entry in archive.entries]
    made = bytearray(archives.write(files, comment=archive.comment, pack=_packed))
    # Where a header and the directory have the size of what comes out (4.3.7, 4.3.12).
    pack_into("<L", made, made.index(_NAME.encode()) - 30 + 22, said)
    pack_into("<L", made, made.rindex(_NAME.encode()) - 46 + 24, said)
    return case(bytes(made))


@_group.vector(f"{_ZIP}, 4.4.5")
def entry_deflated() -> Case:
    """The signed file is compressed, by Deflate."""
    return _deflated()


@_group.vector(
    f"{_ZIP}, 4.4.9",
    "zip.broken",
    notes="Whoever believes the size reserves little, and inflates until memory is full.",
)
def entry_larger_than_it_says() -> Case:
    """The file inflates to more than header and directory say."""
    return _deflated(len(_CONTENT) - 1)


@_group.vector(
    f"{_ZIP}, 4.4.9",
    "zip.too_large",
    notes="Whoever believes the size reserves memory that is not there.",
)
def entry_that_says_four_gigabytes() -> Case:
    """Header and directory say that the file has nearly four gigabytes."""
    return _deflated(0xFFFFFFF0)
