"""Whatever is done to a ZIP: what is read here, readers that go other ways read as well.

The library's reader looks from the end, by the directory; the one below from header to header. What
may be done is drawn: octets of the records replaced, marks put in, pieces cut, doubled or moved.
"""

import zlib
from io import BytesIO
from struct import unpack_from
from zipfile import ZipFile

from hypothesis import given, settings
from hypothesis import strategies as st

from defa_trust.codec import zip as archives
from defa_trust.codec.zip import Archive
from defa_trust.errors import Rejection
from tests.asic_samples import extended, simple
from tests.zip_samples import Member, archive, described

MARKS = (b"PK\x03\x04", b"PK\x01\x02", b"PK\x05\x06", b"PK\x06\x06", b"PK\x06\x07", b"PK\x07\x08")
WHOLE = (
    simple(),
    extended(pack=archives.deflated),
    archive(Member("a.txt", b"x" * 50), described("b.txt", b"y" * 80)),
    archive(Member("c", b"PK\x05\x06" + bytes(18)), Member("d", archive(Member("e", b"f")))),
    archive(Member("a", b"1"), comment=bytes(60)),
    archive(Member("a", b"1"), comment=archive(Member("a", b"2"), end={"comment": 9})),
)
"""The last one is refused as it stands, and may be again when it is changed."""


def changed(draw, data):
    kind = draw(st.sampled_from(["record", "record", "mark", "over", "cut", "double", "move"]))
    at = draw(st.integers(0, len(data)))
    to = draw(st.integers(at, min(len(data), at + 200)))
    if kind == "record":
        places = [at for mark in MARKS[:3] for at in range(len(data)) if data.startswith(mark, at)]
        if places:
            at = draw(st.sampled_from(places)) + draw(st.integers(4, 45))
        octet = draw(st.sampled_from([0, 1, 8, 0x7F, 0xFF]) | st.integers(0, 255))
        return data[:at] + bytes([octet]) + data[at + 1 :]
    if kind in ("mark", "over"):
        put = draw(st.sampled_from(MARKS)) + bytes(draw(st.integers(0, 60)))
        return data[:at] + put + data[at + (len(put) if kind == "over" else 0) :]
    if kind == "cut":
        return data[:at] + data[to:]
    if kind == "double":
        return data[:to] + data[at:to] + data[to:]
    where = draw(st.integers(0, len(data)))
    return data[:where] + data[at:to] + data[where:]


def from_header_to_header(data):
    """What lies behind each header, by the name in it."""
    found, at = {}, 0
    while data.startswith(b"PK\x03\x04", at):
        flags, method = unpack_from("<2H", data, at + 6)
        packed, _, name, extra = unpack_from("<2L2H", data, at + 18)
        begin = at + 30 + name + extra
        held = data[begin : begin + packed]
        after = begin + packed
        if method == archives.DEFLATED:
            stream = zlib.decompressobj(-15)
            held = stream.decompress(data[begin:])
            after = len(data) - len(stream.unused_data)
        found[data[at + 30 : at + 30 + name]] = held
        at = after
        if flags & 8:
            at += 16 if data.startswith(b"PK\x07\x08", at) else 12
    return found


@given(st.sampled_from(WHOLE), st.data(), st.integers(0, 3))
@settings(max_examples=250, deadline=None)
def test_what_is_read_here_is_read_by_other_ways(data, more, times):
    for _ in range(times):
        data = changed(more.draw, data)
    try:
        held = Archive(data)
        mine = {entry.name: held.read(entry) for entry in held.entries if entry.name_sure}
    except Rejection:
        return
    with ZipFile(BytesIO(data)) as other:
        theirs = {each.filename: other.read(each) for each in other.infolist()}
    assert {name: theirs[name] for name in mine} == mine
    assert len(theirs) == len(held.entries)
    streamed = from_header_to_header(data)
    assert {name: streamed[name.encode()] for name in mine} == mine
