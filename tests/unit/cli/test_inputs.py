"""What a person types becomes exactly one request, or a sentence about what is wrong."""

import io

import pytest

from defa_trust.cli import inputs
from defa_trust.errors import MissingExtraError, MisuseError
from defa_trust.request import HolderBinding, MinimumLevel, Profile

ASKED = {
    "at": None,
    "holder_binding": None,
    "min_level": None,
    "profiles": (),
    "volume_used": (),
    "purpose": None,
    "sector": None,
    "relying_party": None,
    "act": None,
    "audience": None,
    "nonce": None,
    "format": None,
}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (None, None),
        ("1793491200", 1_793_491_200),
        ("-5", -5),
        ("2026-11-01T00:00:00Z", 1_793_491_200),
        ("2026-11-01T07:00:00+07:00", 1_793_491_200),
    ],
)
def test_moments(text, expected):
    assert inputs.read_moment(text) == expected


@pytest.mark.parametrize(
    "text",
    ["2026-11-01T00:00:00", "2026-11-01", "yesterday", "", "-", "--5", "1e9", "9" * 400, "١٢٣"],
)
def test_what_names_no_moment_is_misuse(text):
    with pytest.raises(MisuseError, match="--at"):
        inputs.read_moment(text)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (None, None),
        ("2", MinimumLevel(2, 2, 0)),
        ("proofing=2,authentication=1", MinimumLevel(2, 1, 0)),
        ("federation=3", MinimumLevel(0, 0, 3)),
    ],
)
def test_levels(text, expected):
    assert inputs.read_level(text) == expected


@pytest.mark.parametrize(
    "text",
    ["0", "4", "", "ial=2", "proofing", "proofing=", "proofing=4", "proofing=1,proofing=2", "2.3"],
)
def test_what_is_no_level_is_misuse(text):
    with pytest.raises(MisuseError, match="--min-level"):
        inputs.read_level(text)


def test_volumes():
    assert inputs.read_volumes(("b=2", "a=10")) == (("a", 10), ("b", 2))


@pytest.mark.parametrize("pairs", [("a",), ("=1",), ("a=x",), ("a=-1",), ("a=1", "a=2"), ("a=²",)])
def test_what_is_no_volume_is_misuse(pairs):
    with pytest.raises(MisuseError, match="--volume-used"):
        inputs.read_volumes(pairs)


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        ({}, HolderBinding.IF_PRESENT),
        ({"audience": "https://rp.example"}, HolderBinding.MUST_BE_PRESENT),
        ({"nonce": "n"}, HolderBinding.MUST_BE_PRESENT),
        ({"nonce": "n", "holder_binding": "if_present"}, HolderBinding.IF_PRESENT),
        ({"holder_binding": "must_be_absent"}, HolderBinding.MUST_BE_ABSENT),
    ],
)
def test_who_gives_a_nonce_wants_a_holders_proof(asked, expected):
    assert inputs.build_request("SG", **{**ASKED, **asked}).holder_binding is expected


def test_profiles_are_added_to_the_default():
    request = inputs.build_request("sg", **{**ASKED, "profiles": ("hcert-uncompressed",)})
    assert request.relying_state == "SG"
    assert request.profiles == {Profile.VC_DATA_MODEL_1_1, Profile.HCERT_UNCOMPRESSED}


def test_an_unknown_state_is_misuse():
    with pytest.raises(MisuseError, match="none of"):
        inputs.build_request("DE", **ASKED)


def test_a_file_is_read_up_to_one_byte_over_the_limit(tmp_path):
    path = tmp_path / "large"
    path.write_bytes(b"x" * 1000)
    assert inputs.read_input(str(path), limit=100) == b"x" * 101


def test_standard_input_is_binary(monkeypatch):
    stream = io.TextIOWrapper(io.BytesIO(b"\xff\x00\xfe"))
    monkeypatch.setattr("sys.stdin", stream)
    assert inputs.read_input("-") == b"\xff\x00\xfe"


@pytest.mark.parametrize("name", ["missing", "a\0b", "folder"])
def test_what_cannot_be_read_is_misuse(tmp_path, name):
    (tmp_path / "folder").mkdir()
    with pytest.raises(MisuseError):
        inputs.read_input(str(tmp_path / name))


def test_an_empty_file_is_misuse(tmp_path):
    (tmp_path / "empty").write_bytes(b"")
    with pytest.raises(MisuseError, match="empty"):
        inputs.read_input(str(tmp_path / "empty"))


def test_the_trust_folder(monkeypatch, tmp_path):
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    monkeypatch.delenv("DEFA_TRUST_DIR", raising=False)
    assert inputs.trust_folder(None) == tmp_path / "defa-trust" / "trust"
    monkeypatch.setenv("DEFA_TRUST_DIR", "/elsewhere")
    assert str(inputs.trust_folder(None)) == "/elsewhere"
    assert str(inputs.trust_folder("here")) == "here"


# --- QR images ----------------------------------------------------------------------------------

TEXT = "HC1:6BFOXN*TS0BI$ZD-PHQ7I9AD66V5B22CH9M9ESI9XBHXK-%69LQOGI.*V76GCV4*XUA2P"


def picture(text, tmp_path, kind="png", scale=4):
    segno = pytest.importorskip("segno")
    path = tmp_path / "code.png"
    segno.make(text, error="m", micro=False).save(str(path), scale=scale, border=4)
    if kind == "jpg":
        image = pytest.importorskip("PIL.Image")
        path = tmp_path / "code.jpg"
        image.open(tmp_path / "code.png").convert("RGB").save(path, quality=90)
    return path


@pytest.mark.parametrize("kind", ["png", "jpg"])
def test_a_qr_image_is_read(tmp_path, kind):
    pytest.importorskip("zxingcpp")
    pytest.importorskip("PIL")
    assert inputs.read_input(str(picture(TEXT, tmp_path, kind))) == TEXT.encode()


def test_an_image_without_a_code_is_misuse(tmp_path):
    pytest.importorskip("zxingcpp")
    image = pytest.importorskip("PIL.Image")
    image.new("L", (200, 200), 255).save(tmp_path / "blank.png")
    with pytest.raises(MisuseError, match="no QR code"):
        inputs.read_input(str(tmp_path / "blank.png"))


def test_two_different_codes_are_no_choice_of_ours(tmp_path):
    pytest.importorskip("zxingcpp")
    image = pytest.importorskip("PIL.Image")
    one = image.open(picture("one " + TEXT, tmp_path)).convert("L")
    two = image.open(picture("two " + TEXT, tmp_path)).convert("L")
    both = image.new("L", (one.width + two.width, max(one.height, two.height)), 255)
    both.paste(one, (0, 0))
    both.paste(two, (one.width, 0))
    both.save(tmp_path / "both.png")
    with pytest.raises(MisuseError, match="2 different"):
        inputs.read_input(str(tmp_path / "both.png"))


@pytest.mark.parametrize(
    "data",
    [b"\x89PNG\r\n\x1a\n", b"\x89PNG\r\n\x1a\n" + b"\xff" * 500, b"\xff\xd8\xff\xe0\x00\x10"],
)
def test_a_damaged_image_is_misuse(tmp_path, data):
    pytest.importorskip("PIL")
    (tmp_path / "bad").write_bytes(data)
    with pytest.raises(MisuseError, match="damaged"):
        inputs.read_input(str(tmp_path / "bad"))


def test_an_image_bomb_is_refused_undecoded(tmp_path):
    """A PNG of 60000 × 60000 pixels in a few hundred bytes."""
    import struct
    import zlib

    pytest.importorskip("PIL")

    def chunk(kind, body):
        return (
            struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))
        )

    header = struct.pack(">IIBBBBB", 60_000, 60_000, 8, 0, 0, 0, 0)
    bomb = b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(b"\0" * 99))
    (tmp_path / "bomb.png").write_bytes(bomb + chunk(b"IEND", b""))
    with pytest.raises(MisuseError):
        inputs.read_input(str(tmp_path / "bomb.png"))


def test_without_the_extra_the_message_says_what_to_install(tmp_path, monkeypatch):
    monkeypatch.setitem(__import__("sys").modules, "zxingcpp", None)
    (tmp_path / "x.png").write_bytes(b"\x89PNG\r\n\x1a\n")
    with pytest.raises(MissingExtraError, match=r"defa-trust\[qr\]"):
        inputs.read_input(str(tmp_path / "x.png"))
