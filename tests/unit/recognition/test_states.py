"""The state profiles: complete in shape, honest about what nobody found."""

import re

import pytest

from defa_trust.errors import MisuseError
from defa_trust.recognition.levels import scales
from defa_trust.recognition.states import NOT_FOUND, profiles, state_names
from defa_trust.spec import MEMBER_STATES


def statements():
    for profile in profiles().states.values():
        for field, said in profile.fields.items():
            for statement in said:
                yield profile.code, field, statement


def test_every_member_state_has_every_field():
    known = profiles()
    assert sorted(known.states) == sorted(MEMBER_STATES)
    for profile in known.states.values():
        assert list(profile.fields) == list(known.fields)
        assert all(profile.fields.values())


def test_every_statement_has_a_source_and_a_known_confidence():
    for code, field, said in statements():
        assert said.source, (code, field)
        assert said.confidence in profiles().confidence, (code, field)


def test_a_value_is_missing_exactly_where_it_was_not_found():
    seen = set()
    for code, field, said in statements():
        assert (said.value is None) == (said.confidence == NOT_FOUND), (code, field)
        assert said.value != ""
        seen.add(said.confidence)
    assert {"high", "medium", "memory", NOT_FOUND} <= seen


def test_memory_cites_no_source():
    for code, field, said in statements():
        if said.confidence == "memory":
            assert said.source == "from memory, no source read", (code, field)


@pytest.mark.parametrize(
    ("code", "field"),
    [("BN", "levels"), ("BN", "root"), ("KH", "root"), ("LA", "formats"), ("MM", "algorithms"),
     ("MY", "levels"), ("PH", "levels"), ("TL", "levels"), ("TH", "algorithms")],
)  # fmt: skip
def test_what_nobody_found_stays_unknown(code, field):
    assert profiles().state(code).known(field) == ()


def test_no_state_is_said_to_publish_a_signed_list():
    assert all(profile.known("list") == () for profile in profiles().states.values())


def test_terms_say_their_language():
    for code, field, said in statements():
        assert (said.language is not None) == (field == "terms" and said.value is not None), code
    indonesia = profiles().state("ID").fields["terms"]
    assert [(said.value, said.language) for said in indonesia] == [
        ("tersertifikasi", "id"),
        ("tidak tersertifikasi", "id"),
    ]


def test_scales_are_those_of_the_level_rules_and_of_that_state():
    named = [scale.scheme for profile in profiles().states.values() for scale in profile.scales]
    assert sorted(named) == sorted(scales())
    for profile in profiles().states.values():
        assert all(scale.territory == profile.code for scale in profile.scales)


def test_the_data_holds_no_path_and_no_markup():
    for _, _, said in statements():
        text = f"{said.value} {said.source}"
        assert not re.search(r"/(work|tmp|home)/|\[[HM]\]|\*\*|\bNF\b|\[mem\]", text)


def test_unknown_states_and_fields_are_the_askers_fault():
    with pytest.raises(MisuseError, match="none of"):
        profiles().state("XX")
    with pytest.raises(MisuseError, match="no field"):
        profiles().state("SG").known("height")


def test_profiles_cannot_be_changed_by_a_reader():
    with pytest.raises(TypeError):
        profiles().states["XX"] = None
    with pytest.raises(TypeError):
        profiles().state("SG").fields["scheme"] = ()
    assert state_names()["VN"] == "Viet Nam"
