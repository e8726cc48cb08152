"""The formats that are asked, by the first octet, are those that may say yes."""

from functools import cache

import pytest

from defa_trust.formats.registry import (
    FORMATS,
    FORMATS_BY_FIRST_OCTET,
    SIGNATURE_FORMATS,
    SIGNATURE_FORMATS_BY_FIRST_OCTET,
)
from tests.fuzz.subjects import subjects

WHOLE = {**FORMATS, **SIGNATURE_FORMATS}
LEADS = (b"", b" ", b"\t", b"\r\n", b"\n\n", b"\x0b", b"\x0c", b"\xef\xbb\xbf", b"\xef\xbb\xbf ")


@cache
def samples(name):
    return sorted({subject.data for subject in subjects(name)}, key=lambda data: (len(data), data))[
        :12
    ]


def asked(table, data):
    return [each.NAME for each in table[data[0]]]


def plain(formats, data):
    return [name for name, each in formats.items() if each.detect(data)]


@pytest.mark.parametrize("name", WHOLE)
def test_who_says_yes_is_asked_and_in_the_same_order(name):
    """Samples of each format behind every first octet, in place of theirs and before it."""
    for sample in samples(name):
        for octet in range(256):
            one = bytes([octet])
            for data in (one + sample[1:], one + sample):
                for formats, table in (
                    (FORMATS, FORMATS_BY_FIRST_OCTET),
                    (SIGNATURE_FORMATS, SIGNATURE_FORMATS_BY_FIRST_OCTET),
                ):
                    yes = plain(formats, data)
                    assert [it for it in asked(table, data) if it in yes] == yes
        for lead in LEADS:
            data = lead + sample
            yes = plain(SIGNATURE_FORMATS, data)
            assert set(yes) <= set(asked(SIGNATURE_FORMATS_BY_FIRST_OCTET, data))


@pytest.mark.parametrize("name", [n for n in WHOLE if n not in ("oidc-id-token-jwe", "everify")])
def test_a_sample_of_each_format_is_found_by_its_first_octet(name):
    """All but the two that only a request names."""
    table = FORMATS_BY_FIRST_OCTET if name in FORMATS else SIGNATURE_FORMATS_BY_FIRST_OCTET
    found = [data for data in samples(name) if WHOLE[name].detect(data)]
    assert found
    assert all(name in asked(table, data) for data in found)
