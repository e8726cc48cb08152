"""Strict reading, compact and canonical writing of JSON."""

import json as stdlib_json
import math
import struct

import pytest

from defa_trust.codec import json as strict_json
from defa_trust.codes import codec as codes
from defa_trust.errors import MisuseError, Rejection


def refusal(data, **caps):
    with pytest.raises(Rejection) as caught:
        strict_json.loads(data, **caps)
    return caught.value.code


@pytest.mark.parametrize(
    "data",
    [
        b"{}",
        b"[]",
        b'"text"',
        b"0",
        b"-0",
        b"1.5e3",
        b"true",
        b"null",
        b' \t\r\n{"a" : [1, 2.5, -3, true, false, null, "x"], "b": {"a": {}}} \n',
        '{"naam":"ທົດສອບ","e":"\\ud83d\\ude00\\u00e9","slash":"\\/\\\\"}'.encode(),
        b'{"max":9007199254740991,"min":-9007199254740991}',
        b'["9999999999999999999999", 0.12345678901234567890]',
        b'[1e-400, "\\\\ud800"]',
    ],
)
def test_reads_what_the_standard_library_reads(data):
    assert strict_json.loads(data) == stdlib_json.loads(data)
    assert strict_json.loads(data.decode()) == stdlib_json.loads(data)


@pytest.mark.parametrize(
    ("bad", "good", "code"),
    [
        (b'{"a":1,"a":1}', b'{"a":1,"b":1}', codes.JSON_DUPLICATE_MEMBER),
        (b'{"a":1,"\\u0061":2}', b'{"a":1,"\\u0062":2}', codes.JSON_DUPLICATE_MEMBER),
        (b'[{"x":{"a":[{"b":0,"b":0}]}}]', b'[{"x":{"a":[{"b":0},{"b":0}]}}]',
         codes.JSON_DUPLICATE_MEMBER),
        (b'{"":1,"":2}', b'{"":1," ":2}', codes.JSON_DUPLICATE_MEMBER),
        (b'{"exp":NaN}', b'{"exp":"NaN"}', codes.JSON_NUMBER),
        (b"[Infinity]", b'["Infinity"]', codes.JSON_NUMBER),
        (b"[-Infinity]", b'["-Infinity"]', codes.JSON_NUMBER),
        (b'{"exp":1e400}', b'{"exp":1e300}', codes.JSON_NUMBER),
        (b'{"exp":-1e309}', b'{"exp":-1e308}', codes.JSON_NUMBER),
        (b'{"exp":9007199254740992}', b'{"exp":9007199254740991}', codes.JSON_NUMBER),
        (b'{"exp":-9007199254740992}', b'{"exp":-9007199254740991}', codes.JSON_NUMBER),
        (b"[" + b"9" * 5000 + b"]", b"[" + b"9" * 15 + b"]", codes.JSON_NUMBER),
        (b"[1" + b"0" * 16 + b"]", b"[1" + b"0" * 15 + b"]", codes.JSON_NUMBER),
        (b'["\\ud800"]', b'["\\ud800\\udc00"]', codes.JSON_SURROGATE),
        (b'{"\\uDC00":1}', b'{"\\uD800\\uDC00":1}', codes.JSON_SURROGATE),
        (b'["\\udc00\\ud800"]', b'["\\ud800\\udc00"]', codes.JSON_SURROGATE),
        (b'["\xed\xa0\x80"]', b'["\xed\x9f\xbf"]', codes.JSON_ENCODING),
        (b'["\xc0\xaf"]', b'["/"]', codes.JSON_ENCODING),
        (b'["\xff"]', b'["\xc3\xbf"]', codes.JSON_ENCODING),
        (b"\xef\xbb\xbf{}", b"{}", codes.JSON_ENCODING),
        ('{"a":1}'.encode("utf-16"), b'{"a":1}', codes.JSON_ENCODING),
        (b"{}{}", b"{}", codes.JSON_SYNTAX),
        (b"{} x", b"{} ", codes.JSON_SYNTAX),
        (b"[1]\x00", b"[1]", codes.JSON_SYNTAX),
        (b"[1]\x0c", b"[1]\n", codes.JSON_SYNTAX),
        (b"\x0b{}", b"\n{}", codes.JSON_SYNTAX),
        ("[1]\u00a0".encode(), b"[1] ", codes.JSON_SYNTAX),
        (b"", b"0", codes.JSON_SYNTAX),
        (b"  ", b" 0 ", codes.JSON_SYNTAX),
        (b"[1,]", b"[1]", codes.JSON_SYNTAX),
        (b'{"a":1,}', b'{"a":1}', codes.JSON_SYNTAX),
        (b"{'a':1}", b'{"a":1}', codes.JSON_SYNTAX),
        (b"[01]", b"[1]", codes.JSON_SYNTAX),
        (b"[+1]", b"[1]", codes.JSON_SYNTAX),
        (b"[1.]", b"[1.0]", codes.JSON_SYNTAX),
        (b"[.5]", b"[0.5]", codes.JSON_SYNTAX),
        ("[\u0661]".encode(), b"[1]", codes.JSON_SYNTAX),
        (b'["a\nb"]', b'["a\\nb"]', codes.JSON_SYNTAX),
        (b'["\\x41"]', b'["\\u0041"]', codes.JSON_SYNTAX),
        (b'["\\u+041"]', b'["\\u0041"]', codes.JSON_SYNTAX),
        (b"[1] // no", b"[1]", codes.JSON_SYNTAX),
        (b'{"a":1', b'{"a":1}', codes.JSON_SYNTAX),
        (b"True", b"true", codes.JSON_SYNTAX),
        (b"{1:2}", b'{"1":2}', codes.JSON_SYNTAX),
    ],
)  # fmt: skip
def test_refuses_and_accepts_the_twin_without_the_fault(bad, good, code):
    assert refusal(bad) is code
    assert strict_json.loads(good) == stdlib_json.loads(good)


def test_text_input_is_held_to_the_same_rules():
    assert refusal('["\ud800"]') is codes.JSON_SURROGATE
    assert refusal("\ufeff{}") is codes.JSON_ENCODING
    assert refusal('{"a":1,"a":2}') is codes.JSON_DUPLICATE_MEMBER
    assert strict_json.loads('["\U0001f600"]') == ["\U0001f600"]


def nested(depth, opener=b"[", closer=b"]"):
    return opener * depth + b"0" + closer * depth


@pytest.mark.parametrize(("opener", "closer"), [(b"[", b"]"), (b'{"a":', b"}")])
def test_depth_is_exact(opener, closer):
    assert strict_json.loads(nested(64, opener, closer))
    assert refusal(nested(65, opener, closer)) is codes.JSON_TOO_DEEP
    assert strict_json.loads(nested(3, opener, closer), max_depth=3)
    assert refusal(nested(4, opener, closer), max_depth=3) is codes.JSON_TOO_DEEP


def test_breadth_is_no_depth():
    wide = b"[" + b",".join([b'{"a":[[]]}'] * 500) + b"]"
    assert len(strict_json.loads(wide, max_depth=4)) == 500
    assert refusal(wide, max_depth=3) is codes.JSON_TOO_DEEP


@pytest.mark.parametrize(
    "text",
    [b"[[[[[[[[[[", b"]]]]]]]]]]", b'\\"[[[[[', b'\\\\\\"[[[', b'"', b"\\\\"],
)  # fmt: skip
def test_brackets_in_strings_count_for_nothing(text):
    string = stdlib_json.dumps(text.decode()).encode()
    document = b"[" + b",".join([string] * 20) + b",[[0]]]"
    assert strict_json.loads(document, max_depth=3)[0] == text.decode()
    assert refusal(document, max_depth=2) is codes.JSON_TOO_DEEP


def test_strings_cannot_hide_depth():
    hidden = b'["]]]]]]]]", ' * 65 + b"0" + b"]" * 65
    assert refusal(hidden) is codes.JSON_TOO_DEEP


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"[" * 1_000_000, codes.JSON_TOO_DEEP),
        (b'{"a":' * 200_000, codes.JSON_TOO_DEEP),
        (b"[" * 500_000 + b"]" * 500_000, codes.JSON_TOO_DEEP),
        (b'"[' * 500_000, codes.JSON_TOO_DEEP),
        (b"[]" * 500_000, codes.JSON_SYNTAX),
        (b"]" * 500_000 + b"[" * 60, codes.JSON_SYNTAX),
        (b"[" * 64 + b"{", codes.JSON_TOO_DEEP),
        (b"[" * 60 + b"[]," * 60, codes.JSON_SYNTAX),
    ],
)
def test_a_tower_of_brackets_is_refused(data, code):
    assert refusal(data) is code


def test_a_caller_may_allow_more_depth_than_the_stack_has():
    assert refusal(nested(100_000), max_depth=10**9) is codes.JSON_TOO_DEEP


def test_size_is_checked_before_anything_else():
    assert refusal(b"{}" + b" " * (1 << 20)) is codes.JSON_TOO_LARGE
    assert refusal(b"[1234]", max_bytes=5) is codes.JSON_TOO_LARGE
    assert strict_json.loads(b"[1234]", max_bytes=6) == [1234]
    assert refusal('["é"]', max_bytes=5) is codes.JSON_TOO_LARGE


def test_an_object_can_be_required():
    assert strict_json.loads_object(b'{"a":1}') == {"a": 1}
    for data in (b"[]", b'"a"', b"1", b"null"):
        with pytest.raises(Rejection) as caught:
            strict_json.loads_object(data)
        assert caught.value.code is codes.JSON_NOT_AN_OBJECT


def test_a_refusal_names_the_place_and_no_content():
    with pytest.raises(Rejection) as caught:
        strict_json.loads(b'{"name":"TEST PERSON",}')
    assert caught.value.where == "character 22"
    assert "PERSON" not in str(caught.value)


def test_compact_keeps_the_order_and_the_script():
    assert strict_json.compact({"b": 1, "a": ["ທ", None]}) == '{"b":1,"a":["ທ",null]}'.encode()
    for value in (math.nan, {"a": {1, 2}}, "\ud800", b"bytes"):
        with pytest.raises(MisuseError):
            strict_json.compact(value)


# RFC 8785, appendix B: IEEE 754 bits and their ECMAScript form.
NUMBERS = {
    "0000000000000000": "0",
    "8000000000000000": "0",
    "0000000000000001": "5e-324",
    "8000000000000001": "-5e-324",
    "7fefffffffffffff": "1.7976931348623157e+308",
    "ffefffffffffffff": "-1.7976931348623157e+308",
    "4340000000000000": "9007199254740992",
    "c340000000000000": "-9007199254740992",
    "4430000000000000": "295147905179352830000",
    "44b52d02c7e14af5": "9.999999999999997e+22",
    "44b52d02c7e14af6": "1e+23",
    "44b52d02c7e14af7": "1.0000000000000001e+23",
    "444b1ae4d6e2ef4e": "999999999999999700000",
    "444b1ae4d6e2ef4f": "999999999999999900000",
    "444b1ae4d6e2ef50": "1e+21",
    "3eb0c6f7a0b5ed8c": "9.999999999999997e-7",
    "3eb0c6f7a0b5ed8d": "0.000001",
    "41b3de4355555553": "333333333.3333332",
    "41b3de4355555554": "333333333.33333325",
    "41b3de4355555555": "333333333.3333333",
    "41b3de4355555556": "333333333.3333334",
    "41b3de4355555557": "333333333.33333343",
    "becbf647612f3696": "-0.0000033333333333333333",
    "43143ff3c1cb0959": "1424953923781206.2",
}


@pytest.mark.parametrize(("bits", "text"), NUMBERS.items())
def test_canonical_numbers_are_those_of_ecmascript(bits, text):
    value = struct.unpack(">d", bytes.fromhex(bits))[0]
    assert strict_json.canonical(value) == text.encode()
    assert float(text) == value


def test_canonical_sorts_by_utf16_code_units():
    # RFC 8785, 3.2.3: U+1F600 (D83D DE00) sorts before U+FB33, though its code point is greater.
    names = ["\u20ac", "\r", "\ufb33", "1", "\U0001f600", "\u0080", "\u00f6"]
    document = strict_json.canonical(dict.fromkeys(names, 0))
    assert list(stdlib_json.loads(document)) == [
        "\r", "1", "\u0080", "\u00f6", "\u20ac", "\U0001f600", "\ufb33",
    ]  # fmt: skip


def test_canonical_writes_the_example_of_the_standard():
    # RFC 8785, 3.2.2 and 3.2.4
    value = {
        "numbers": [333333333.33333329, 1e30, 4.50, 2e-3, 0.000000000000000000000000001],
        "string": "\u20ac$\u000f\u000aA'\u0042\u0022\u005c\\\"/",
        "literals": [None, True, False],
    }
    assert (
        strict_json.canonical(value)
        == (
            '{"literals":[null,true,false],"numbers":[333333333.3333333,1e+30,4.5,0.002,1e-27],'
            '"string":"€$\\u000f\\nA\'B\\"\\\\\\\\\\"/"}'
        ).encode()
    )


def test_canonical_of_nothing_much():
    assert strict_json.canonical([{}, [], "", (), 0, -1, "\x7f\b\f"]) == (
        b'[{},[],"",[],0,-1,"\x7f\\b\\f"]'
    )


def test_canonical_refuses_what_has_no_canonical_form():
    loop = []
    loop.append(loop)
    for value, code in (
        (math.nan, codes.JSON_NUMBER),
        (-math.inf, codes.JSON_NUMBER),
        (1 << 53, codes.JSON_NUMBER),
        (-(1 << 53), codes.JSON_NUMBER),
        ("\ud800", codes.JSON_SURROGATE),
        ({"\udfff": 1}, codes.JSON_SURROGATE),
        (loop, codes.JSON_TOO_DEEP),
    ):
        with pytest.raises(Rejection) as caught:
            strict_json.canonical(value)
        assert caught.value.code is code
    for value in ({1: 2}, {None: 1, "a": 2}, b"bytes", {1, 2}, object()):
        with pytest.raises(MisuseError):
            strict_json.canonical(value)
