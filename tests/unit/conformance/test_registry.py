"""The register refuses what would make a vector useless."""

import pytest

from defa_trust.conformance import build
from defa_trust.conformance.registry import (
    _REGISTER,
    GROUPS,
    Case,
    Group,
    definitions,
    fingerprint,
)


@pytest.fixture
def group():
    before = dict(_REGISTER)
    yield Group("jose", features=("b", "a"), twin="good")
    _REGISTER.clear()
    _REGISTER.update(before)


def test_a_vector_takes_its_name_text_and_clause_from_the_function(group):
    @group.vector("RFC 1, 2.3", "jose.crit", features=("c",))
    def of_a_test():
        """One  sentence
        over two lines."""

    made = _REGISTER["jose::of_a_test"]
    assert made.description == "One sentence over two lines."
    assert (made.standard, made.clause) == ("RFC 1", "2.3")
    assert made.features == ("a", "b", "c")
    assert made.twin == "jose::good"


def test_a_positive_vector_has_no_twin(group):
    @group.vector("RFC 1, 2")
    def of_another_test():
        """Good."""

    assert _REGISTER["jose::of_another_test"].twin is None


def test_two_vectors_cannot_share_a_name(group):
    def register():
        @group.vector("RFC 1, 2")
        def twice():
            """Good."""

    register()
    with pytest.raises(ValueError, match="two vectors"):
        register()


def test_a_vector_needs_text_and_clause(group):
    with pytest.raises(ValueError, match="docstring"):

        @group.vector("RFC 1, 2")
        def silent():
            pass

    with pytest.raises(ValueError, match="clause"):

        @group.vector("RFC 1")
        def unfounded():
            """Good."""


def test_an_unknown_group_is_refused():
    with pytest.raises(ValueError, match="no group"):
        Group("jsoe")


def test_definitions_are_in_order_and_in_known_groups():
    found = [(GROUPS.index(d.group), d.name) for d in definitions()]
    assert found == sorted(found)
    assert len(found) >= 500


def test_the_fingerprint_sees_every_part():
    base = Case(b"x", {"lists": []}, {"a": 1}, 5)
    others = (
        Case(b"y", {"lists": []}, {"a": 1}, 5),
        Case(b"x", {"lists": [1]}, {"a": 1}, 5),
        Case(b"x", {"lists": []}, {"a": 2}, 5),
        Case(b"x", {"lists": []}, {"a": 1}, 6),
        Case(b"x", {"lists": []}, {"a": 1}, 5, "json"),
    )
    assert len({fingerprint(case) for case in (base, *others)}) == 6
    assert fingerprint(Case(b"x", {"lists": []}, {"a": 1}, 5)) == fingerprint(base)


def test_cases_do_not_share_what_one_of_them_changes():
    first = build.arrangement()
    first["instrument"]["verified"] = False
    assert build.arrangement()["instrument"]["verified"] is True


def test_stored_and_packed_streams_inflate_to_what_went_in():
    import zlib

    for size in (0, 1, 65535, 65536, 200_000):
        assert zlib.decompress(build.stored(bytes(size))) == bytes(size)
    for count in (1, 2, 100, 259, 258 * 7 + 1, 258 * 7 + 100):
        assert zlib.decompress(build.zeros(count)) == bytes(count)
