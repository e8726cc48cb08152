"""Names compared as RFC 5280, 7.1 says, and shown as RFC 4514 says."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from defa_trust.codec.der import SET, encode_oid, seq, tlv
from defa_trust.conformance.certificates import CN, C, O, name, rdn
from defa_trust.errors import Rejection
from defa_trust.x509.names import (
    COUNTRY,
    MAX_RDNS,
    name_key,
    only_value,
    prepare,
    read_name,
    shown_name,
)

UTF8, PRINTABLE, TELETEX, IA5, UNIVERSAL, BMP = 0x0C, 0x13, 0x14, 0x16, 0x1C, 0x1E


def cn(text, tag=UTF8, codec="utf-8"):
    return seq(tlv(SET, seq(encode_oid(CN), tlv(tag, text.encode(codec)))))


SAME = [
    ("Case", cn("Ministry of Post"), cn("MINISTRY OF POST")),
    ("inner space", cn("Ministry of Post"), cn("Ministry  of   Post")),
    ("outer space", cn("Ministry"), cn("  Ministry ")),
    ("tab", cn("a b"), cn("a\tb")),
    ("string type", cn("Ministry"), cn("Ministry", PRINTABLE)),
    ("BMP", cn("Ministry"), cn("Ministry", BMP, "utf-16-be")),
    ("Universal", cn("Ministry"), cn("Ministry", UNIVERSAL, "utf-32-be")),
    ("Latin", cn("Español"), cn("español", TELETEX, "latin-1")),
    ("composed", cn("é"), cn("e\u0301")),
    ("sharp s", cn("Straße"), cn("STRASSE")),
    ("no-break space", cn("a b"), cn("a\u00a0b")),
    ("soft hyphen", cn("กรม"), cn("ก\u00adรม")),
    ("zero width joiner", cn("ក្រ"), cn("ក\u200dក្រ"[0] + "\u200d" + "ក្រ"[1:])),
    ("control", cn("ab"), cn("a\x01b")),
    ("full width", cn("ABC"), cn("ＡＢＣ")),
    (
        "order within a part",
        seq(rdn((CN, UTF8, "a"), (O, UTF8, "b"))),
        seq(rdn((O, UTF8, "B"), (CN, PRINTABLE, "A"))),
    ),
]
OTHER = [
    ("text", cn("Ministry"), cn("Ministrz")),
    ("type", name((CN, "x")), name((O, "x"))),
    ("order of parts", name((CN, "x"), (O, "y")), name((O, "y"), (CN, "x"))),
    ("one part or two", name((CN, "x"), (O, "y")), seq(rdn((CN, UTF8, "x"), (O, UTF8, "y")))),
    ("a part more", name((C, "TH"), (CN, "x")), name((C, "TH"), (CN, "x"), (CN, "x"))),
    ("spaces are not nothing", cn("a b"), cn("ab")),
    ("text and octets", cn("a"), seq(tlv(SET, seq(encode_oid(CN), tlv(0x04, b"a"))))),
    ("accent", cn("e"), cn("é")),
    ("empty", cn(""), seq()),
]


@pytest.mark.parametrize(("one", "other"), [pair[1:] for pair in SAME], ids=[p[0] for p in SAME])
def test_the_same_name(one, other):
    assert one != other
    assert name_key(one) == name_key(other)


@pytest.mark.parametrize(("one", "other"), [pair[1:] for pair in OTHER], ids=[p[0] for p in OTHER])
def test_another_name(one, other):
    assert name_key(one) != name_key(other)


def test_a_key_begins_with_the_keys_of_its_first_parts_and_of_no_others():
    whole = name((C, "TH"), (O, "a"), (CN, "b"))
    for size in range(4):
        assert name_key(whole).startswith(name_key(name(*((C, "TH"), (O, "a"), (CN, "b"))[:size])))
    assert not name_key(whole).startswith(name_key(name((C, "TH"), (O, "aa"))))
    assert not name_key(name((C, "TH"), (O, "ab"))).startswith(name_key(name((C, "TH"), (O, "a"))))


MALFORMED = {
    "nothing": b"",
    "no sequence": tlv(SET),
    "something behind it": name((CN, "x")) + b"\0",
    "an empty part": seq(tlv(SET)),
    "a part that is no set": seq(seq(encode_oid(CN), tlv(UTF8, b"x"))),
    "an attribute without a value": seq(tlv(SET, seq(encode_oid(CN)))),
    "an attribute with two": seq(tlv(SET, seq(encode_oid(CN), tlv(UTF8, b"x"), tlv(UTF8, b"y")))),
    "no type": seq(tlv(SET, seq(tlv(UTF8, b"x"), tlv(UTF8, b"y")))),
    "a type cut short": seq(tlv(SET, seq(tlv(0x06, b"\x55\x84"), tlv(UTF8, b"y")))),
    "not UTF-8": cn("é", UTF8, "latin-1"),
    "not ASCII": cn("é", PRINTABLE),
    "half a character": seq(tlv(SET, seq(encode_oid(CN), tlv(BMP, b"\0a\0")))),
    "a length too long": b"\x30\x81\x0b" + name((CN, "x"))[2:],
    "cut short": name((CN, "xyz"))[:-1],
    "too many parts": seq(*[rdn((CN, UTF8, "x"))] * (MAX_RDNS + 1)),
}


@pytest.mark.parametrize("der", MALFORMED.values(), ids=MALFORMED)
def test_what_is_no_name(der):
    for read in (name_key, read_name, shown_name):
        with pytest.raises(Rejection) as refusal:
            read(der)
        assert refusal.value.code.id.startswith(("der.", "certificate.name"))


TEXTS = st.text(st.characters(codec="utf-8"), max_size=12)
KINDS = st.sampled_from([CN, C, O, "2.5.4.11", "1.2.3.4", "2.5.4.97"])
PARTS = st.lists(
    st.lists(st.tuples(KINDS, st.sampled_from([UTF8]), TEXTS), min_size=1, max_size=3),
    max_size=4,
)


@settings(max_examples=150, deadline=None)
@given(PARTS)
def test_the_key_is_that_of_the_attributes_prepared_one_by_one(parts):
    """The quick walk and the plain reading agree on what a name is."""
    der = seq(*(rdn(*part) for part in parts))
    plain = [
        sorted((kind, prepare(text) if isinstance(text, str) else text) for kind, text in part)
        for part in read_name(der)
    ]
    respelt = seq(
        *(
            rdn(
                *(
                    (kind, UTF8, f"  {text.upper()} " if text.isascii() else text)
                    for kind, _, text in part
                )
            )
            for part in parts
        )
    )
    again = [
        sorted((kind, prepare(text) if isinstance(text, str) else text) for kind, text in part)
        for part in read_name(respelt)
    ]
    assert (name_key(der) == name_key(respelt)) == (plain == again)
    assert plain == again


@settings(max_examples=300, deadline=None)
@given(st.binary(max_size=60), st.integers(0, 59), st.integers(1, 255))
def test_garbage_is_a_rejection(garbage, place, flip):
    changed = bytearray(name((C, "TH"), (O, "TEST-ONLY defa_trust"), (CN, "TEST-ONLY x")))
    changed[place % len(changed)] ^= flip
    for der in (garbage, bytes(changed)):
        answers = []
        for read in (name_key, read_name):
            try:
                read(der)
                answers.append(True)
            except Rejection:
                answers.append(False)
        assert answers[0] == answers[1], "both walks take the same names"


def test_shown_as_rfc_4514():
    der = seq(
        rdn((C, PRINTABLE, "TH")),
        rdn((CN, UTF8, " a,b+c#"), ("1.2.3", UTF8, "#x ")),
        tlv(SET, seq(encode_oid("1.2.4"), tlv(0x04, b"\x01\xff"))),
    )
    shown = shown_name(der)
    assert shown.startswith("1.2.4=#040201ff,")
    assert shown.endswith(",C=TH")
    assert "CN=\\ a\\,b\\+c#" in shown
    assert "1.2.3=\\#x\\ " in shown


def test_of_two_values_nobody_picks_one():
    assert only_value(name((C, "TH")), COUNTRY) == "TH"
    assert only_value(name((C, "TH"), (C, "SG")), COUNTRY) is None
    assert only_value(name((CN, "x")), COUNTRY) is None
