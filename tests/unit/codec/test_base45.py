"""Base45 as RFC 9285 has it, and no other spelling."""

import pytest

from defa_trust.codec import base45
from defa_trust.codes import codec as codes
from defa_trust.errors import Rejection

ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:"


def refusal(text):
    with pytest.raises(Rejection) as caught:
        base45.decode(text)
    return caught.value.code


@pytest.mark.parametrize(
    ("data", "text"),
    [
        # RFC 9285, 4.3 and 4.4
        (b"AB", "BB8"),
        (b"Hello!!", "%69 VD92EX0"),
        (b"base-45", "UJCLQE7W581"),
        (b"ietf!", "QED8WEX0"),
        (b"", ""),
        (b"\x00", "00"),
        (b"\x00\x00", "000"),
        (b"\xff", "U5"),
        (b"\xff\xff", "FGW"),
        (b"\xff\xff\xff", "FGWU5"),
    ],
)
def test_examples_of_the_standard(data, text):
    assert base45.encode(data) == text
    assert base45.decode(text) == data
    assert base45.decode(text.encode()) == data


@pytest.mark.parametrize(
    ("bad", "good", "code"),
    [
        ("GGW", "FGW", codes.BASE45_OVERFLOW),  # 65,536
        ("AAAGGW", "AAAFGW", codes.BASE45_OVERFLOW),
        ("GGWAAA", "FGWAAA", codes.BASE45_OVERFLOW),
        (":::", "FGW", codes.BASE45_OVERFLOW),
        ("V5", "U5", codes.BASE45_OVERFLOW),  # 256
        ("::", "U5", codes.BASE45_OVERFLOW),
        ("BB8::", "BB8U5", codes.BASE45_OVERFLOW),
        ("B", "B0", codes.BASE45_LENGTH),
        ("BB8B", "BB8B0", codes.BASE45_LENGTH),
        ("bB8", "BB8", codes.BASE45_ALPHABET),
        ("BB8\n", "BB8", codes.BASE45_LENGTH),
        ("BB8\r\n", "BB8B0", codes.BASE45_ALPHABET),
        ("BB_", "BB8", codes.BASE45_ALPHABET),
        ("BB\x00", "BB0", codes.BASE45_ALPHABET),
        ("BB\uff18", "BB8", codes.BASE45_ALPHABET),
        ("BB\ud800", "BB8", codes.BASE45_ALPHABET),
        (b"BB\xff", b"BB8", codes.BASE45_ALPHABET),
        (b"BB8\x80\x30", b"BB8\x30\x30", codes.BASE45_ALPHABET),
    ],
)
def test_refuses_and_accepts_the_twin_without_the_fault(bad, good, code):
    assert refusal(bad) is code
    assert base45.decode(good)


def test_every_group_of_three_characters():
    """All 91,125 groups: the 65,536 that an encoder writes decode, the others overflow."""
    places = range(45)
    groups = [
        (low + 45 * middle + 2025 * high, ALPHABET[low] + ALPHABET[middle] + ALPHABET[high])
        for high in places for middle in places for low in places
    ]  # fmt: skip
    fitting = [text for value, text in groups if value <= 0xFFFF]
    expected = b"".join(value.to_bytes(2, "big") for value, _ in groups if value <= 0xFFFF)
    assert len(fitting) == 65536
    assert base45.decode("".join(fitting)) == expected
    assert base45.encode(expected) == "".join(fitting)
    for value, text in groups[65536::97]:
        assert value > 0xFFFF
        assert refusal(text) is codes.BASE45_OVERFLOW
        assert refusal("BB8" * 40 + text + "BB8" * 40) is codes.BASE45_OVERFLOW


def test_every_group_of_two_characters():
    for low in range(45):
        for high in range(45):
            text = ALPHABET[low] + ALPHABET[high]
            if low + 45 * high <= 0xFF:
                assert base45.decode(text) == bytes([low + 45 * high])
            else:
                assert refusal(text) is codes.BASE45_OVERFLOW


def test_only_the_alphabet_is_read():
    for octet in range(256):
        text = b"00" + bytes([octet])
        if octet < 128 and chr(octet) in ALPHABET and ALPHABET.index(chr(octet)) <= 32:
            assert base45.encode(base45.decode(text)).encode() == text
        else:
            assert refusal(text) in {codes.BASE45_ALPHABET, codes.BASE45_OVERFLOW}
