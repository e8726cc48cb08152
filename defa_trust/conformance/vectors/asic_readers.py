"""ASiC: containers in which a reader that looks elsewhere finds other files."""

from __future__ import annotations

from struct import pack, pack_into, unpack_from

from ...codec import zip as archives
from ...codec.zip import Archive
from ...formats.asic_names import Kind
from ...formats.asic_sign import Form, sign_asic
from ..cms_build import ALICE, DOCUMENT, MADE, case
from ..registry import Case, Group

_ZIP = "APPNOTE 6.3.3"
_group = Group("asic", features=("asic", "certificate-path", "crl", "es256"), twin="simple_cades")


def _simple() -> bytes:
    """ASiC-S without a comment."""
    files = {"contract.txt": DOCUMENT}
    made = sign_asic(files, ALICE, kind=Kind.SIMPLE, form=Form.CADES, signing_time=MADE)
    archive = Archive(made)
    return archives.write((entry.name, archive.read(entry)) for entry in archive.entries)


def _other(place: int = 0) -> bytes:
    """A container of another contract, as it is behind so many octets."""
    made = bytearray(archives.write([("contract.txt", b"TEST-ONLY forged")]))
    pack_into("<L", made, made.index(b"PK\x01\x02") + 42, place)
    return bytes(made)


@_group.vector(
    f"{_ZIP}, 4.3.16",
    "zip.ambiguous",
    notes="Many readers take the last mark, whatever its record says of the comment behind it.",
)
def container_in_its_own_comment_that_does_not_reach_the_end() -> Case:
    """In the comment is a container whose end record speaks of a comment that is not there."""
    other = bytearray(_other())
    other[-2:] = (9).to_bytes(2, "little")
    return case(_simple()[:-2] + len(other).to_bytes(2, "little") + bytes(other))


@_group.vector(
    f"{_ZIP}, 4.3.15",
    "zip.zip64",
    notes="Readers that look for the locator first find another contract.",
)
def zip64_locator_in_the_comment_of_an_entry() -> Case:
    """The last entry's comment ends, just before the end record, in a locator of ZIP64."""
    whole = _simple()
    end = whole.rindex(b"PK\x05\x06")
    other = _other(end)
    directory, behind = other.index(b"PK\x01\x02"), other.rindex(b"PK\x05\x06")
    numbers = (1, 1, behind - directory, end + directory)
    record = pack("<4sQ2H2L4Q", b"PK\x06\x06", 44, 45, 45, 0, 0, *numbers)
    comment = other[:behind] + record + pack("<4sLQL", b"PK\x06\x07", 0, end + behind, 1)
    made = bytearray(whole[:end] + comment + whole[end:])
    size, begin = unpack_from("<2L", whole, end + 12)
    pack_into("<H", made, whole.rindex(b"PK\x01\x02") + 32, len(comment))
    pack_into("<2L", made, end + len(comment) + 12, size + len(comment), begin)
    return case(bytes(made))
