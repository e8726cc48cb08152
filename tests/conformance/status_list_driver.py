"""The vectors of the Token Status List draft: encodings, a signed list, and what they say where."""

import json
import re
from collections.abc import Iterator
from pathlib import Path

from defa_trust.codec import base64url, cbor
from defa_trust.codec.deflate import inflate
from defa_trust.conformance import build
from defa_trust.conformance import status_lists as lists
from defa_trust.errors import Rejection
from defa_trust.formats import status_list
from defa_trust.formats.base import StatusMechanism
from tests.conformance.corpora import Case

CORPUS = "status-list"
FOLDER = "sd-jwt-status-list"

LONG = {
    1: {0: 1, 1993: 1, 25460: 1, 159495: 1, 495669: 1, 554353: 1, 645645: 1, 723232: 1,
        854545: 1, 934534: 1, 1000345: 1},
    2: {0: 1, 1993: 2, 25460: 1, 159495: 3, 495669: 1, 554353: 1, 645645: 2, 723232: 1,
        854545: 1, 934534: 2, 1000345: 3},
}  # fmt: skip
"""What the draft's long lists hold (its appendix of test vectors): all other entries are 0."""
LONG_COUNT = 1 << 20


def cases(folder: Path) -> Iterator[Case]:
    """Each file of the draft is a case; so is each width of an entry in each form."""
    for file in sorted((folder / "status-list").glob("*.md")):
        yield case(file.stem, lambda file=file: check_file(file))
    for form in ("json", "cbor"):
        for bits in (1, 2, 4, 8):
            yield case(f"{form}:{bits}", lambda form=form, bits=bits: check_width(form, bits))


def case(name, check):
    try:
        check()
    except (Rejection, AssertionError) as fault:
        return Case(name, "accept", "reject", f"{type(fault).__name__}: {fault}")
    return Case(name, "accept", "accept")


def joined(text: str) -> str:
    return re.sub(r"\s+", "", text)


def check_file(file: Path):
    text = file.read_text(encoding="utf-8")
    head, _, encoded = text.partition("encoded:")
    expected = bytes(int(octet, 16) for octet in re.findall(r"0x([0-9a-f]{2})", head))
    if file.stem == "status_list_jwt_raw":
        check_token(joined(text).encode())
    elif file.stem == "status_list_jwt":
        header, payload = (json.loads(part) for part in text.split("\n.\n"))
        check_claims(lists.token_jwt(payload, header={**header, "kid": "12"}))
    elif file.stem == "status_list_encoding_cbor":
        found = cbor.loads(bytes.fromhex(encoded.strip()))
        assert expected == inflate(found["lst"], max_output=1 << 20)
        check_list(read_cwt(found["lst"], found["bits"]), expected)
    elif "long" in file.stem:
        found = json.loads(joined(text))
        check_long(read_jwt(found["lst"], found["bits"]), found["bits"])
    else:
        found = json.loads(encoded)
        check_list(read_jwt(found["lst"], found["bits"]), expected)


def read_jwt(lst: str, bits: int):
    return status_list.parse(lists.token_jwt(lst=lst, bits=bits), status_list.JWT)


def read_cwt(lst: bytes, bits: int):
    return status_list.parse(lists.token_cwt(lst=lst, bits=bits), status_list.CWT)


def check_token(octets: bytes):
    """The draft's signed list. Its key is nowhere in the corpus: form and content are checked."""
    token = status_list.parse(octets, status_list.JWT)
    assert token.issuer == "https://example.com"
    check_list(token, bytes((0xB9, 0xA3)))
    check_claims(octets)


def check_claims(octets: bytes):
    token = status_list.parse(octets, status_list.JWT)
    assert token.subject == "https://example.com/statuslists/1"
    assert (token.issued_at, token.expires, token.ttl) == (1686920170, 2291720170, 43200)
    assert (token.bits, token.part.hint.kid) == (1, "12")


def check_list(token, expected: bytes):
    """The octets, and each entry as the draft counts them: from the least significant bit."""
    statuses = status_list.statuses(token)
    assert statuses == expected
    per_octet = 8 // token.bits
    for place in range(len(expected) * per_octet):
        octet, low = divmod(place, per_octet)
        value = expected[octet] >> (low * token.bits) & ((1 << token.bits) - 1)
        assert read(statuses, place, token.bits) == value


def check_long(token, bits):
    statuses = status_list.statuses(token)
    assert status_list.entries(statuses, bits) == LONG_COUNT
    found = {
        place: value
        for octet, content in enumerate(statuses)
        if content
        for place in range(octet * 8 // bits, (octet + 1) * 8 // bits)
        if (value := read(statuses, place, bits))
    }
    assert found == LONG[bits], found


def check_width(form: str, bits: int):
    """Every value of every width, in both forms, packed by another rule than the reader's."""
    values = [(7 * place + place // 3) % (1 << bits) for place in range(256)]
    text = "".join(format(value, f"0{bits}b") for value in reversed(values))
    octets = int(text, 2).to_bytes(len(values) * bits // 8, "little")
    packed = build.stored(octets)
    token = read_cwt(packed, bits) if form == "cbor" else read_jwt(base64url.encode(packed), bits)
    statuses = status_list.statuses(token)
    assert [read(statuses, place, bits) for place in range(256)] == values
    assert read(statuses, 256, bits) is None


def read(statuses, place, bits):
    return status_list.entry(StatusMechanism.TOKEN_STATUS_LIST, statuses, place, bits)
