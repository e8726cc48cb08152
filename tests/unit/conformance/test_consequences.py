"""What a vector's note says where the vector itself says nothing."""

import pytest

from defa_trust.codes import all_codes
from defa_trust.conformance.consequences import CONSEQUENCES, consequence
from defa_trust.conformance.generate import entry
from defa_trust.conformance.registry import definitions


def test_only_codes_that_exist_have_one_and_each_is_a_sentence():
    assert set(CONSEQUENCES) <= set(all_codes())
    for code, text in CONSEQUENCES.items():
        assert text.endswith("."), code
        assert 20 < len(text) < 90, code
        assert text[0].isupper(), code


def test_the_first_code_that_has_one_speaks():
    pair = ("list.signature_invalid", "resolve.no_anchors")
    assert consequence(pair) == CONSEQUENCES[pair[0]]
    assert consequence(("no.such", pair[1])) == CONSEQUENCES[pair[1]]
    assert consequence(()) == consequence(("no.such",)) == ""


@pytest.mark.parametrize(
    ("name", "note"),
    [
        ("jose::es256", ""),  # passes: nothing can be missed
        ("jose::aud_names_another", CONSEQUENCES["audience.mismatch"]),
        ("trust_list::payload_changed", CONSEQUENCES["list.signature_invalid"]),
        ("jose::alg_none", "Anybody writes tokens for anybody."),
    ],
)
def test_a_vector_speaks_for_itself_where_it_does(name, note):
    (definition,) = (d for d in definitions() if d.id == name)
    assert entry(definition, definition.make())["notes"] == note
