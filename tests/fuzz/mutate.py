"""Changes to trees: what a hostile or careless sender does to lengths, members and octets."""

from __future__ import annotations

from .trees import Base64, Cbor, Der, Hex, Joined, Json, JsonLeaf, JsonText, Node, PdfToken, Zlib

INTEGERS = (0, 1, 23, 24, 127, 128, 255, 256, 65535, 65536, 1 << 31, (1 << 32) - 1, 1 << 63)
JSON_VALUES = (
    b"null", b"true", b"false", b"0", b"-0", b"-1", b"1e999", b"1E400", b"NaN", b"Infinity", b"01",
    b"9007199254740993", b"1.0", b"1e2", b'""', b'"\\ud800"', b'"\\u0000"', b"[]", b"{}", b"[[]]",
    b'{"a":1,"a":2}', b"'x'", b'"\xff"', b"9" * 400, b'"' + b"x" * 5000 + b'"', b"", b"1793491200",
    b"-62135596801", b"253402300800", b"1e308", b"18446744073709551616",
)  # fmt: skip
TEXTS = (
    b"", b"\0", b"\xff", b"\xc0\x80", b"\xed\xa0\x80", b" ", b"\n", b"=", b"==", b"-", b"+", b"/",
    b".",
    b"..", b"~", b"~~", b"&#0;", b"&x;", b"<!--", b"-->", b"<![CDATA[", b"]]>", b"<!DOCTYPE a []>",
    b"<?x?>", b"endobj", b"endstream", b"%%EOF", b"startxref\n0\n", b"/ByteRange",
    b"../", b"%2e",
    b"\xef\xbb\xbf", b"\xe2\x80\xae", b"0" * 300, b"-1", b"99999999999999999999", b"1.0",
)  # fmt: skip
TAGS = (
    0x01,
    0x02,
    0x03,
    0x04,
    0x05,
    0x06,
    0x0C,
    0x13,
    0x17,
    0x18,
    0x24,
    0x30,
    0x31,
    0x80,
    0xA0,
    0xA1,
)
MOST_OCTETS = 120_000
MOST_NODES = 10_000


def octets(rng, data, others=(b"",)):
    """Some octets of ``data`` changed, as a line that knows no structure changes them."""
    size = len(data)
    place = rng.randrange(size + 1)
    span = min(size - place, rng.choice((1, 1, 1, 2, 4, 8, 32, 200)))
    how = rng.randrange(11)
    if how == 0 and size:
        place = min(place, size - 1)
        return data[:place] + bytes((data[place] ^ 1 << rng.randrange(8),)) + data[place + 1 :]
    if how == 1:
        return data[:place] + bytes((rng.randrange(256),)) + data[place + 1 :]
    if how == 2:
        return data[:place] + data[place + span :]
    if how == 3:
        return data[: place + span] + data[place:]
    if how == 4:
        return data[:place] + rng.randbytes(rng.randrange(1, 9)) + data[place:]
    if how == 5:
        return data[:place]
    if how == 6:
        return data[:place] + rng.choice(TEXTS) + data[place:]
    if how == 7:
        number = rng.choice(INTEGERS)
        width = rng.choice((1, 2, 4, 8))
        raw = (number & (1 << 8 * width) - 1).to_bytes(width, rng.choice(("big", "little")))
        return data[:place] + raw + data[place + width :]
    if how == 8:
        other = rng.choice(others)
        cut = rng.randrange(len(other) + 1)
        return (
            data[:place]
            + other[cut : cut + rng.choice((4, 32, 1000, 100_000))]
            + data[place + span :]
        )
    if how == 9:
        other = rng.choice(others)
        return data[:place] + other[min(place, len(other)) :]
    end = min(size, place + span)
    return data[:place] + data[place:end][::-1] + data[end:]


def _delete(rng, node, donors):
    del node.children[rng.randrange(len(node.children))]


def _double(rng, node, donors):
    child = rng.choice(node.children).copy()
    node.children.insert(rng.randrange(len(node.children) + 1), child)


def _swap(rng, node, donors):
    one, other = rng.randrange(len(node.children)), rng.randrange(len(node.children))
    node.children[one], node.children[other] = node.children[other], node.children[one]


def _transplant(rng, node, donors):
    node.children[rng.randrange(len(node.children))] = rng.choice(donors).copy()


def _insert(rng, node, donors):
    node.children.insert(rng.randrange(len(node.children) + 1), rng.choice(donors).copy())


def _empty(rng, node, donors):
    node.children = []


def _many(rng, node, donors):
    child = rng.choice(node.children)
    size = max(1, len(child.encode()))
    nodes = sum(1 for _ in child.walk())
    times = min(rng.choice((2, 17, 300, 3000)), MOST_OCTETS // size, MOST_NODES // nodes)
    node.children += [child] * times


def _nested(rng, node, donors):
    """A child in so many containers of its own kind."""
    place = rng.randrange(len(node.children))
    child = node.children[place]
    # base64 grows by a third each time.
    for _ in range(rng.choice((1, 2, 20, 200) if not isinstance(node, Joined) else (1, 2, 9))):
        child = _around(node, child)
    node.children[place] = child


def _around(node, child):
    if isinstance(node, Cbor):
        return Cbor(4, children=[child])
    if isinstance(node, Der):
        return Der(0x30, [child])
    if isinstance(node, Json):
        return Json((b"[", b",", b"]"), [child])
    if isinstance(node, Joined):
        return Base64(child, url=True)
    return Node(children=[Node(b"<a>"), child, Node(b"</a>")])


_OF_CHILDREN = (_delete, _double, _swap, _transplant, _insert, _empty, _many, _nested)


def _leaf(rng, node, donors):
    if rng.random() < 0.3:
        node.octets = rng.choice(TEXTS)
    else:
        node.octets = octets(rng, node.octets, [donor.encode() for donor in donors[:3]])


def _json_value(rng, node, donors):
    node.octets = rng.choice(JSON_VALUES)


def _json_text(rng, node, donors):
    """Another text, still in its quotation marks."""
    inner = octets(rng, node.octets[1:-1], (b"TEST-ONLY", b"https://a.test.example"))
    node.octets = b'"' + inner.replace(b'"', b"").replace(b"\\", b"") + b'"'


def _same_length(rng, node, donors):
    """Other octets of the same kind, so that every offset in the file still holds."""
    data = bytearray(node.octets)
    for _ in range(rng.choice((1, 1, 2, 4))):
        place = rng.randrange(len(data))
        old = data[place : place + 1]
        if old.isdigit():
            data[place] = rng.choice(b"0123456789")
        elif old.isalpha():
            data[place] = rng.choice(b"abdeijnoprstxyABCDFGLPRSTVX#")
        else:
            data[place] = rng.choice(b" \n\r\t\0/<>[](){}%" + old)
    node.octets = bytes(data)


def _cbor_head(rng, node, donors):
    how = rng.randrange(5)
    if how == 0:
        node.wide = rng.choice((1, 2, 4, 8))
    elif how == 1:
        node.endless = True
    elif how == 2:
        node.shift = rng.choice((-1, 1, 2, 1000, 1 << 31, (1 << 64) - 1))
    elif how == 3 and node.major < 2:
        node.argument = rng.choice(INTEGERS)
        node.major = rng.randrange(2)
    elif node.major == 6:
        node.argument = rng.choice((0, 1, 2, 3, 18, 24, 61, 98, 1004, 55799, node.argument + 1))
    elif node.major == 7:
        node.octets = rng.choice(
            (b"\xf4", b"\xf5", b"\xf6", b"\xf7", b"\xf8\x18", b"\xe0", b"\xf9\x7e\x00", b"\xff",
             b"\xfb" + bytes(8), b"\xf9\x7c\x00", b"\xfc")
        )  # fmt: skip
    elif node.major in (2, 3):
        node.major = 5 - node.major
    elif node.major in (4, 5):
        node.major = 9 - node.major
        if len(node.children) % 2 and node.major == 5:
            node.children.pop()
    else:
        node.argument = rng.randrange(1 << 16)


def _der_head(rng, node, donors):
    how = rng.randrange(4)
    if how == 0:
        node.wide = rng.choice((1, 2, 3, 4, 5, 126))
    elif how == 1:
        node.endless = True
    elif how == 2:
        node.shift = rng.choice((-1, 1, 2, 1000, 1 << 31, 1 << 40))
    else:
        node.tag = rng.choice(TAGS)


def _base64_form(rng, node, donors):
    if rng.randrange(2):
        node.url = not node.url
    else:
        node.padded = not node.padded


def _zlib_form(rng, node, donors):
    node.level = rng.choice((0, 1, 6))


def _separator(rng, node, donors):
    node.separator = rng.choice((b"", b"..", b"~", b".", b"~~", b"&", b"\n"))


_HEADS = {
    Cbor: _cbor_head,
    Der: _der_head,
    Base64: _base64_form,
    Zlib: _zlib_form,
    Joined: _separator,
}


def change(rng, tree, donors):
    """One change of ``tree`` in place, at a node of any depth; returns its name."""
    nodes = list(tree.walk())
    # Half of them where the text is thin: near the top, where the structure is.
    node = rng.choice(nodes[: 1 + len(nodes) // 8] if rng.random() < 0.25 else nodes)
    choices = []
    head = _HEADS.get(type(node))
    if head is not None:
        choices += [head] * 3
    if isinstance(node, PdfToken) and node.octets and rng.random() < 0.85:
        _same_length(rng, node, donors)
        return "pdftoken same_length"
    if node.children is None:
        choices += [_json_value] * 3 if isinstance(node, JsonLeaf) else [_leaf]
        if isinstance(node, JsonLeaf) and node.octets[:1] == b'"':
            choices += [_json_text] * 3
        if rng.random() < 0.1:
            choices = [_leaf]
    elif node.children:
        fixed = isinstance(node, (Base64, Hex, JsonText, Zlib))
        choices += [_transplant] if fixed else _OF_CHILDREN
    else:
        choices.append(_leaf)
    chosen = rng.choice(choices)
    if chosen is _leaf and node.children is not None:
        node.children = [Node(octets(rng, b"\0"))]
        return "filled"
    chosen(rng, node, donors)
    return f"{type(node).__name__.lower()} {chosen.__name__.strip('_')}"


def mutant(rng, seeds):
    """A changed copy of one of ``seeds`` (data, tree): its octets, which seed, what was done."""
    number = rng.randrange(len(seeds))
    data, tree = seeds[number]
    done = []
    if rng.random() < 0.75 and tree.children is not None:
        tree = tree.copy()
        other = seeds[rng.randrange(len(seeds))][1] if rng.random() < 0.5 else tree
        pool = list(other.walk())
        donors = [rng.choice(pool).copy() for _ in range(4)]
        times = rng.choice((1, 1, 1, 2, 3))
        done += [change(rng, tree, donors) for _ in range(times)]
        try:
            data = tree.encode()
        except RecursionError:
            done.append("too deep to write")
    if not done or done[-1] == "too deep to write" or rng.random() < 0.1:
        others = [seeds[rng.randrange(len(seeds))][0] for _ in range(2)]
        for _ in range(rng.choice((1, 1, 2, 4))):
            data = octets(rng, data, others)
        done.append("octets")
    return data[:MOST_OCTETS], number, done
