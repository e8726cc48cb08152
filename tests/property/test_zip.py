"""Whatever is done to a container, our reader refuses it or sees what every other reader sees."""

from io import BytesIO
from zipfile import ZipFile

from hypothesis import given, settings
from hypothesis import strategies as st

from defa_trust.codec import zip as archives
from defa_trust.codec.zip import Archive
from defa_trust.errors import Rejection
from defa_trust.formats import asic
from defa_trust.request import HolderBinding, Request
from tests.asic_samples import ALL
from tests.zip_samples import Member, archive, described

TEXT = b"TEST-ONLY text, and more of it\n" * 9
GOOD = (
    archive(Member("a.txt", TEXT), Member("b/", b""), Member("b/c.txt", TEXT, method=8)),
    archive(described("a.txt", TEXT), Member("é.txt", TEXT, flags=0x800), comment=b"a comment"),
)
REQUEST = Request("SG", HolderBinding.IF_PRESENT)
MARKS = (b"PK\x01\x02", b"PK\x03\x04", b"PK\x05\x06", b"PK\x07\x08", b"\xff\xff", b"\0\0")


def sees_what_others_see(data):
    """``zipfile`` believes the directory, ``from_the_front`` the headers: they must agree."""
    try:
        held = Archive(data)
        found = {entry.name: held.read(entry) for entry in held.entries}
    except Rejection as refusal:
        assert refusal.code.id.startswith("zip.")
        return
    with ZipFile(BytesIO(data)) as other:
        assert other.testzip() is None
        assert [info.filename for info in other.infolist()] == [
            entry.name for entry in sorted(held.entries, key=lambda entry: entry.number)
        ]
        assert {name: other.read(name) for name in other.namelist()} == found
    assert from_the_front(data) == {entry.name: entry.begin for entry in held.entries}


def from_the_front(data):
    """Names and places by the headers alone, as a reader of a stream finds them."""
    found, place = {}, 0
    while data[place : place + 4] == b"PK\x03\x04":
        flags = int.from_bytes(data[place + 6 : place + 8], "little")
        packed = int.from_bytes(data[place + 18 : place + 22], "little")
        name = int.from_bytes(data[place + 26 : place + 28], "little")
        extra = int.from_bytes(data[place + 28 : place + 30], "little")
        raw = data[place + 30 : place + 30 + name]
        begin = place + 30 + name + extra
        found[raw.decode("utf-8" if flags & 0x800 else "cp437")] = begin
        place = begin + packed
        if flags & 8:
            place = min(
                at for mark in MARKS[:2] if (at := data.find(mark, begin)) >= 0
            )  # what was packed holds neither mark here
    return found


@st.composite
def spoiled(draw):
    """A container with a few octets changed, inserted or taken away, or a piece repeated."""
    data = bytearray(draw(st.sampled_from(GOOD)))
    for _ in range(draw(st.integers(1, 3))):
        place = draw(st.integers(0, len(data) - 1))
        match draw(st.integers(0, 4)):
            case 0:
                data[place] ^= draw(st.integers(1, 255))
            case 1:
                data[place:place] = draw(st.sampled_from(MARKS) | st.binary(max_size=4))
            case 2:
                del data[place : place + draw(st.integers(1, 40))]
            case 3:
                data[place:place] = data[place : place + draw(st.integers(1, 120))]
            case 4:
                data[place : place + 2] = draw(st.sampled_from((b"\0\0", b"\xff\xff", b"\1\0")))
        if not data:
            break
    return bytes(data)


@settings(max_examples=400)
@given(spoiled())
def test_a_spoiled_container(data):
    sees_what_others_see(data)


NAMES = st.text(min_size=1, max_size=12) | st.sampled_from(["a.txt", "A.txt", "a/", "a/b", ".."])


@settings(max_examples=200)
@given(st.lists(st.tuples(NAMES, st.binary(max_size=40)), max_size=4), st.binary(max_size=8))
def test_any_names(files, comment):
    members = [
        Member(name.encode("utf-8", "surrogatepass"), octets, flags=0x800)
        for name, octets in files
    ]  # fmt: skip
    sees_what_others_see(archive(*members, comment=comment))


@settings(max_examples=200)
@given(st.binary(max_size=80))
def test_garbage(data):
    for given_data in (data, b"PK\x03\x04" + data, data + GOOD[0][-22:]):
        sees_what_others_see(given_data)
        archives.names(given_data)
        archives.first(given_data)
        asic.detect(given_data)


SIGNED = [make(form) for make, form in ALL]


@settings(max_examples=150)
@given(st.data())
def test_a_spoiled_signed_container_is_refused_by_code(data):
    good = bytearray(data.draw(st.sampled_from(SIGNED)))
    place = data.draw(st.integers(0, len(good) - 1))
    length = data.draw(st.integers(0, 30))
    good[place : place + length] = data.draw(st.binary(max_size=30))
    try:
        asic.parse(bytes(good), REQUEST)
    except Rejection as refusal:
        assert refusal.finding().text
