"""ZIP containers: one reading of every octet, or none."""

from io import BytesIO
from struct import pack
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

import pytest

from defa_trust.codec import zip as archives
from defa_trust.codec.zip import Archive, Limits
from defa_trust.errors import MisuseError, Rejection
from tests.zip_samples import Member, archive, deflate, described

TEXT = b"TEST-ONLY text\n" * 40
A, B = Member("a.txt", TEXT), Member("b.txt", TEXT, method=8)


def read(data, limits=archives.LIMITS):
    held = Archive(data, limits)
    return {entry.name: held.read(entry) for entry in held.entries}


def refusal(data, limits=archives.LIMITS):
    """Code and fact of what is wrong; nothing but a ``Rejection`` may ever come out."""
    with pytest.raises(Rejection) as refused:
        read(data, limits)
    assert refused.value.where
    return refused.value.code.id, refused.value.finding().actual


def code(data, limits=archives.LIMITS):
    return refusal(data, limits)[0]


# --- twins ---------------------------------------------------------------------------------------
def test_stored_deflated_and_described_entries_are_read():
    made = archive(A, B, described("c.txt", TEXT), described("d.txt", TEXT, marked=False))
    assert read(made) == {"a.txt": TEXT, "b.txt": TEXT, "c.txt": TEXT, "d.txt": TEXT}


def test_a_container_of_the_standard_library_is_read():
    target = BytesIO()
    with ZipFile(target, "w", ZIP_DEFLATED) as made:
        made.writestr(ZipInfo("mimetype"), b"application/vnd.etsi.asic-e+zip")
        made.writestr("folder/", b"")
        made.writestr("folder/naïve.txt", TEXT)
        made.comment = b"a comment"
    assert read(target.getvalue())["folder/naïve.txt"] == TEXT
    held = Archive(target.getvalue())
    assert held.comment == b"a comment"
    assert [entry.is_folder for entry in held.entries] == [False, True, False]


def test_what_is_written_is_read_and_depends_on_the_files_alone():
    files = {"mimetype": b"x", "á/b.txt": TEXT, "empty": b""}
    for pack_with in (None, archives.deflated):
        made = archives.write(files.items(), comment=b"c", pack=pack_with)
        assert made == archives.write(files.items(), comment=b"c", pack=pack_with)
        assert read(made) == files
        assert archives.first(made) == (b"mimetype", b"x")  # stored, so that others see it too
        with ZipFile(BytesIO(made)) as other:
            assert {name: other.read(name) for name in other.namelist()} == files


def test_an_empty_container_has_no_entries():
    assert read(archive()) == {}


def test_blocks_come_one_by_one_and_anew():
    large = bytes(3 << 20)
    held = Archive(archive(Member("a", large, method=8)), Limits(ratio=5000))
    (entry,) = held.entries
    blocks = [len(block) for block in held.blocks(entry)]
    assert sum(blocks) == len(large)
    assert max(blocks) <= 1 << 18
    assert sum(len(block) for block in held.blocks(entry)) == len(large)


def test_a_name_that_readers_could_read_differently_says_so():
    (entry,) = Archive(archive(Member(b"caf\x82", TEXT))).entries
    assert (entry.name, entry.name_sure) == ("café", False)
    assert Archive(archive(A)).entries[0].name_sure
    assert read(archive(Member("n" * 256, TEXT)))
    (entry,) = Archive(archive(Member("café", TEXT, flags=0x800))).entries
    assert (entry.name, entry.name_sure) == ("café", True)


# --- the container -------------------------------------------------------------------------------
@pytest.mark.parametrize("cut", [1, 21, 22, 60, 200])
def test_cut_short(cut):
    assert code(archive(A, B)[:-cut]) == "zip.truncated"


def test_octets_behind_the_end():
    assert code(archive(A, B, tail=b"\0")) == "zip.truncated"
    assert code(archive(A, B, comment=b"x", end={"comment": 2})) == "zip.truncated"


def test_two_end_records():
    """A comment that is an end record itself: which one counts, readers do not agree about."""
    inner = archive(B)
    assert refusal(archive(A, comment=inner)) == ("zip.ambiguous", 2)


def test_octets_before_the_first_entry():
    assert code(archive(A, prefix=b"MZ", shift=0)) == "zip.gap"
    # Offsets as if nothing stood before them, which lenient readers put right.
    assert code(archive(A, prefix=b"MZ", shift=-2)) == "zip.directory"


def test_octets_between_entries_and_before_the_directory():
    assert refusal(archive(Member("a", TEXT, gap=b"??"), B)) == (
        "zip.gap", "entry 2: 2 octets before it",
    )  # fmt: skip
    assert code(archive(A, Member("b", TEXT, gap=b"??"))) == "zip.gap"


def test_octets_between_directory_and_end():
    assert code(archive(A, before_end=b"??")) == "zip.directory"
    assert code(archive(A, before_end=b"??", end={"size": 53})) == "zip.directory"


def test_an_entry_that_the_directory_leaves_out():
    """A reader that goes from header to header would see it."""
    hidden = archive(Member("hidden.txt", TEXT))
    local = hidden[: hidden.index(b"PK\x01\x02")]
    assert code(archive(Member("a.txt", TEXT, gap=local), B)) == "zip.gap"


def test_entries_that_share_octets():
    """The classic of small bombs: many names for the same deflated octets."""
    twice = Member("b.txt", TEXT, central={"offset": 0}, local={"name": b"a.txt"})
    assert code(archive(A, twice)) == "zip.overlap"
    longer = Member(
        "a.txt", TEXT, central={"packed": 640, "size": 640}, local={"packed": 640, "size": 640}
    )
    assert code(archive(longer, B)) == "zip.overlap"


def test_an_entry_that_reaches_into_the_directory():
    longer = {"packed": 610, "size": 610}
    assert code(archive(Member("a", TEXT, central=longer, local=longer))) == "zip.overlap"


@pytest.mark.parametrize(
    ("end", "expected"),
    [
        ({"disk": 1}, "zip.directory"),
        ({"here": 1}, "zip.directory"),
        ({"count": 3, "here": 3}, "zip.directory"),
        ({"count": 1, "here": 1}, "zip.directory"),
        ({"size": 1}, "zip.directory"),
        ({"begin": 1 << 20}, "zip.directory"),
        ({"begin": 0xFFFFFFFF}, "zip.zip64"),
        ({"count": 0xFFFF}, "zip.zip64"),
    ],
)
def test_an_end_record_that_does_not_fit(end, expected):
    assert read(archive(A, B))
    assert code(archive(A, B, end=end)) == expected


# --- header against directory --------------------------------------------------------------------
@pytest.mark.parametrize(
    ("local", "fact"),
    [
        ({"name": b"b.txt"}, "name"),
        ({"name": b"a.txt2"}, "name"),
        ({"flags": 0x800}, "flags"),
        ({"method": 8}, "method"),
        ({"crc": 1}, "checksum or sizes"),
        ({"packed": 0}, "checksum or sizes"),
        ({"size": 599}, "checksum or sizes"),
    ],
)
def test_header_and_directory_disagree(local, fact):
    assert read(archive(A))
    assert refusal(archive(Member("a.txt", TEXT, local=local))) == (
        "zip.mismatch", f"entry 1: {fact}",
    )  # fmt: skip


def test_the_directory_leads_to_no_header():
    made = archive(A, B)
    place = made.index(b"PK\x03\x04", 1)
    assert refusal(made[:place] + b"PK\x03\x05" + made[place + 4 :]) == (
        "zip.mismatch", "entry 2: no header where the directory says",
    )  # fmt: skip
    assert code(archive(Member("a", TEXT, central={"offset": 1 << 30}))) == "zip.gap"


@pytest.mark.parametrize("changed", [{"crc": 1}, {"packed": 1}, {"size": 1}])
@pytest.mark.parametrize("marked", [True, False])
def test_a_descriptor_that_says_something_else(marked, changed):
    assert read(archive(described("a", TEXT, marked=marked), B))
    assert refusal(archive(described("a", TEXT, marked=marked, changed=changed), B)) == (
        "zip.mismatch", "entry 1: data descriptor",
    )  # fmt: skip


def test_a_descriptor_that_is_not_there():
    assert code(archive(Member("a", TEXT, method=8, flags=8), B)) == "zip.mismatch"


def test_a_stored_entry_with_a_descriptor():
    """Its end could stand anywhere in it, for a reader that goes from header to header."""
    assert code(archive(Member("a", TEXT, flags=8, descriptor=bytes(12)))) == "zip.flags"


def test_a_header_that_fills_in_less_than_all_or_other_numbers():
    """With a descriptor behind it a header may leave its numbers out, and not say others."""
    right = {"packed": len(deflate(TEXT)), "size": len(TEXT)}
    assert read(archive(described("a", TEXT, local=right), B))
    for wrong in ({"crc": 1}, {"packed": 1}, {"size": 1}):
        assert refusal(archive(described("a", TEXT, local=wrong), B)) == (
            "zip.mismatch", "entry 1: checksum or sizes",
        )  # fmt: skip


def test_an_entry_of_another_volume_or_stored_in_another_size():
    assert refusal(archive(Member("a", TEXT, central={"volume": 1}))) == (
        "zip.directory", "entry 1: another volume",
    )  # fmt: skip
    assert code(archive(Member("a", TEXT, central={"volume": 0xFFFF}))) == "zip.zip64"
    size = {"size": len(TEXT) + 1}
    assert refusal(archive(Member("a", TEXT, local=size, central=size))) == (
        "zip.directory", "entry 1: stored in another size",
    )  # fmt: skip


# --- an entry ------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("flags", "expected"),
    [(1, "zip.encrypted"), (0x41, "zip.encrypted"), (0x2000, "zip.encrypted"),
     (0x20, "zip.flags"), (0x10, "zip.flags"), (0x1000, "zip.flags")],
)  # fmt: skip
def test_flags(flags, expected):
    assert read(archive(Member("a", TEXT, method=8, flags=2)))
    assert code(archive(Member("a", TEXT, method=8, flags=flags))) == expected


@pytest.mark.parametrize("method", [1, 6, 9, 12, 14, 93, 95, 97, 99])
def test_methods(method):
    assert refusal(archive(Member("a", TEXT, method=method, held=deflate(TEXT)))) == (
        "zip.method", f"entry 1: method {method}",
    )  # fmt: skip


@pytest.mark.parametrize("where", ["local", "central"])
def test_versions(where):
    assert read(archive(Member("a", TEXT, **{where: {"needed": 63}})))
    assert refusal(archive(Member("a", TEXT, **{where: {"needed": 64}}))) == (
        "zip.method", "entry 1: version 64",
    )  # fmt: skip


EXTRA_64 = pack("<2H2Q", 1, 16, 600, 600)
RENAMED = pack("<2HBL", 0x7075, 10, 1, 0) + b"b.txt"


@pytest.mark.parametrize("where", ["local", "central"])
@pytest.mark.parametrize(
    ("extra", "expected"),
    [(EXTRA_64, "zip.zip64"), (RENAMED, "zip.extra"), (b"UT\xff\xff1", "zip.extra")],
)
def test_extra_fields(where, extra, expected):
    assert read(archive(Member("a", TEXT, **{where: {"extra": b"UT\x05\x00\x01abcd"}})))
    assert code(archive(Member("a", TEXT, **{where: {"extra": extra}}))) == expected


@pytest.mark.parametrize("field", ["packed", "size", "offset"])
def test_sizes_that_only_zip64_could_hold(field):
    assert code(archive(Member("a", TEXT, central={field: 0xFFFFFFFF}))) == "zip.zip64"


@pytest.mark.parametrize(
    ("name", "fact"),
    [
        (b"", "0 octets; 1 to 256 are read"),
        (b"a" * 257, "257 octets; 1 to 256 are read"),
        (b"/etc/passwd", "an absolute path"),
        (b"C:/boot.ini", "an absolute path"),
        (b"c:boot.ini", "an absolute path"),
        (b"\\\\host\\share", "a backslash"),
        (b"a\\b.txt", "a backslash"),
        (b"../up.txt", "a step out of its folder, or none"),
        (b"a/../../up.txt", "a step out of its folder, or none"),
        (b"a/./b", "a step out of its folder, or none"),
        (b"a//b", "a step out of its folder, or none"),
        (b"..", "a step out of its folder, or none"),
        (b"a\0.txt", "a character that does not show"),
        (b"a\n.txt", "a character that does not show"),
        ("a\u202etxt.exe".encode(), "a character that does not show"),
        ("a\u200b.txt".encode(), "a character that does not show"),
        (b"a\xff.txt", "not UTF-8"),
        (b"\xed\xa0\x80", "not UTF-8"),
    ],
)
def test_names(name, fact):
    assert read(archive(Member(b"a/b.txt", TEXT, flags=0x800)))
    assert refusal(archive(Member(name, TEXT, flags=0x800))) == ("zip.name", f"entry 1: {fact}")


def test_a_folder_with_octets():
    assert read(archive(Member("a/"), Member("a/b", TEXT)))
    assert code(archive(Member("a/", TEXT))) == "zip.name"


@pytest.mark.parametrize(
    ("first", "second", "expected"),
    [
        ("a.txt", "a.txt", "zip.name_repeated"),
        ("a.txt", "A.TXT", "zip.name_alike"),
        ("stra\u00dfe", "STRASSE", "zip.name_alike"),
        ("caf\u00e9", "cafe\u0301", "zip.name_alike"),
        ("\uff41.txt", "a.txt", "zip.name_alike"),
        ("a", "a/", "zip.name_alike"),
    ],
)
def test_names_of_which_one_could_take_the_place_of_the_other(first, second, expected):
    assert read(archive(Member(first, flags=0x800), Member("other", flags=0x800)))
    made = archive(Member(first, flags=0x800), Member(second, flags=0x800))
    assert refusal(made) == (expected, "entry 2: and entry 1")


# --- what comes out ------------------------------------------------------------------------------
def test_a_changed_octet_of_a_stored_entry():
    assert code(archive(Member("a", TEXT, held=b"X" + TEXT[1:]))) == "zip.broken"


@pytest.mark.parametrize(
    ("held", "fact"),
    [
        (deflate(TEXT)[:-1], "its compressed octets are cut short"),
        (deflate(TEXT) + b"\0", "octets behind its compressed ones"),
        (deflate(TEXT) + bytes(1 << 19), "octets behind its compressed ones"),
        (deflate(TEXT + b"x"), "another size"),
        (deflate(TEXT[:-1]), "another size"),
        (deflate(b"x" + TEXT[1:]), "another checksum"),
        (b"\xff\xff\xff\xff", "its compressed octets"),
        (b"", "its compressed octets are cut short"),
    ],
)
def test_a_deflate_stream_that_is_not_that_of_the_entry(held, fact):
    made = archive(Member("a", TEXT, method=8, held=held))
    assert refusal(made) == ("zip.broken", f"entry 1: {fact}")


def stored_blocks(octets):
    """A deflate stream of blocks that are not compressed (RFC 1951, 3.2.4)."""
    pieces = [octets[i : i + 0xFFFF] for i in range(0, len(octets), 0xFFFF)]
    return b"".join(
        pack("<B2H", i == len(pieces) - 1, len(piece), 0xFFFF - len(piece)) + piece
        for i, piece in enumerate(pieces)
    )


def test_a_stream_longer_than_a_block_and_one_that_ends_with_a_block():
    block = 1 << 18
    long = bytes(range(256)) * (3 * block // 256)
    assert read(archive(Member("a", long, method=8, held=stored_blocks(long)))) == {"a": long}
    exact = long[: block - 4 * 5]
    held = stored_blocks(exact)
    assert len(held) == block
    assert read(archive(Member("a", exact, method=8, held=held))) == {"a": exact}
    made = archive(Member("a", exact, method=8, held=held + b"?"))
    assert refusal(made) == ("zip.broken", "entry 1: octets behind its compressed ones")


# --- limits --------------------------------------------------------------------------------------
def test_too_many_entries():
    members = [Member(f"{number}.txt") for number in range(4)]
    assert len(read(archive(*members[:3]), Limits(entries=3))) == 3
    assert code(archive(*members), Limits(entries=3)) == "zip.too_many"


def test_what_comes_out_is_bounded_by_size_and_ratio():
    bomb = archive(Member("a", bytes(1 << 20), method=8))
    assert read(bomb, Limits(free=1 << 20))
    assert code(bomb, Limits(free=1 << 16)) == "zip.ratio"
    assert code(bomb, Limits(total=1 << 19)) == "zip.too_large"
    packed = Archive(bomb).entries[0].end - Archive(bomb).entries[0].begin
    assert read(bomb, Limits(total=1 << 20))
    assert code(bomb, Limits(total=(1 << 20) - 1)) == "zip.too_large"
    assert read(bomb, Limits(free=(1 << 20) - 100 * packed))
    assert code(bomb, Limits(free=(1 << 20) - 100 * packed - 1)) == "zip.ratio"


def test_an_entry_that_says_it_is_smaller_than_it_is():
    """More than was said never comes out, so limits cannot be talked round."""
    bomb = Member("a", TEXT, method=8, held=deflate(bytes(8 << 20)))
    held = Archive(archive(bomb))
    with pytest.raises(Rejection) as refused:
        for block in held.blocks(held.entries[0]):
            assert len(block) <= len(TEXT) + 1
    assert refused.value.code.id == "zip.broken"


# --- a cheap look --------------------------------------------------------------------------------
def test_names_and_first_entry_are_told_without_reading():
    made = archive(Member("mimetype", b"x"), B)
    assert archives.names(made) == (b"mimetype", b"b.txt")
    assert archives.first(made) == (b"mimetype", b"x")
    assert archives.first(archive(B)) == (b"b.txt", b"")


def test_a_look_at_names_sees_no_more_than_there_is():
    made = archive(A, B)
    assert archives.names(made, most=2) == (b"a.txt", b"b.txt")
    assert archives.names(made, most=1) == ()
    assert archives.names(archive(A, prefix=b"MZ", shift=-2)) == ()
    assert archives.names(archive(A, B, end={"count": 1})) == (b"a.txt",)
    assert archives.names(archive(A, B, end={"count": 3})) == (b"a.txt", b"b.txt")
    place = made.rindex(b"PK\x01\x02")
    assert archives.names(made[:place] + b"PK\x01\x03" + made[place + 4 :]) == ()
    long = archive(Member("n" * 300, bytes(300)))
    assert archives.first(long, most=256) == (b"n" * 256, bytes(256))


@pytest.mark.parametrize("data", [b"", b"PK", b"PK\x03\x04", b"PK\x05\x06" + bytes(18), bytes(64)])
def test_what_is_no_container_has_no_names(data):
    assert archives.names(data) == ()
    assert archives.first(data) == (b"", b"")


def test_misuse():
    with pytest.raises(MisuseError):
        Archive(bytearray(archive(A)))
    for name in ("../a", "a\\b", ""):
        with pytest.raises(MisuseError):
            archives.write([(name, b"")])
    with pytest.raises(MisuseError):
        archives.write([("a", b"")], comment=bytes(1 << 16))
