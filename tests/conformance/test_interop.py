"""The rules of the comparison; the implementations themselves run under `make interop`."""

import json

from defa_trust.conformance.run import Mark, Scored, default_vectors, load
from tests.conformance import interop


def test_a_disagreement_needs_a_reason_and_a_reason_a_disagreement():
    scores = [
        Scored("jose::a", "jose", Mark.WRONGLY_ACCEPTED),
        Scored("jose::b", "jose", Mark.PASSED),
        Scored("jose::c", "jose", Mark.SKIPPED),
    ]
    assert interop.judged("x", scores, {"jose::a": "why"}) == []
    assert interop.judged("x", scores, {}) == ["x: wrongly accepted: jose::a"]
    assert interop.judged("x", scores, {"jose::a": "why", "jose::b": "why"}) == [
        "x: jose::b agrees now"
    ]


def test_every_exception_names_a_vector_and_a_reason():
    known = {vector["id"] for vector in load(default_vectors())}
    excepted = json.loads(interop.EXCEPTIONS.read_text(encoding="utf-8"))
    assert set(excepted) <= {each.name for each in interop.IMPLEMENTATIONS}
    for reasons in excepted.values():
        assert set(reasons) <= known
        assert all(len(reason) > 20 for reason in reasons.values())
