"""Presentations: whatever comes, there is an answer; and nothing changed is ever accepted."""

import json
from urllib.parse import urlencode

from hypothesis import given, settings
from hypothesis import strategies as st

from defa_trust.conformance.build import MOMENT
from defa_trust.conformance.presentations import (
    PAYMENT,
    VERIFIER_KEY,
    asked,
    authorising,
    mdl,
    mdl_query,
    pid,
    pid_query,
    presentation_world,
    respond,
)
from defa_trust.conformance.trust import snapshot_of
from defa_trust.openid4vp import judge
from defa_trust.openid4vp_match import Shown, match, select, value_at
from defa_trust.openid4vp_query import ClaimQuery, CredentialFormat, CredentialQuery
from defa_trust.request import HolderBinding, Request
from defa_trust.verify import Verifier

VERIFIER = Verifier(snapshot_of(presentation_world()))
REQUEST = Request("SG", HolderBinding.MUST_BE_PRESENT, at=MOMENT)
FAMILY = ("family_name", "issuing_country")
ASKED = {
    mode: asked(
        pid_query("family_name"), mdl_query(*FAMILY), mode=mode, transaction_data=(PAYMENT,)
    )
    for mode in ("direct_post", "direct_post.jwt", "dc_api", "dc_api.jwt")
}
TOKENS = {
    mode: {
        "pid": [pid(request, "family_name", binding=authorising(PAYMENT))],
        "mdl": [mdl(request, *FAMILY)],
    }
    for mode, request in ASKED.items()
}
GOOD = {mode: respond(request, TOKENS[mode]) for mode, request in ASKED.items()}
modes = st.sampled_from(sorted(ASKED))
SLOW = settings(max_examples=60, deadline=None)


def judged(mode, data):
    key = VERIFIER_KEY if mode.endswith(".jwt") else None
    return judge(VERIFIER, data, ASKED[mode], REQUEST, key=key)


def test_the_twins_pass():
    assert all(judged(mode, GOOD[mode]).satisfied for mode in ASKED)


@SLOW
@given(modes, st.binary(max_size=200))
def test_whatever_comes_there_is_an_answer(mode, data):
    assert not judged(mode, data).satisfied


json_values = st.recursive(
    st.none() | st.booleans() | st.integers(-9, 9) | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["pid", "mdl", "vp_token", "response", "error", "x"]), inner
        )
    ),
    max_leaves=8,
)


@SLOW
@given(modes, json_values)
def test_whatever_object_comes_there_is_an_answer(mode, value):
    for shape in (value, {"vp_token": value}, {"response": value}):
        data = json.dumps(shape)
        if not mode.startswith("dc"):
            data = urlencode({"vp_token": data})
        assert not judged(mode, data).satisfied


@SLOW
@given(modes, st.data())
def test_no_change_of_a_presentation_is_accepted(mode, data):
    name = data.draw(st.sampled_from(["pid", "mdl"]))
    text = TOKENS[mode][name][0]
    place = data.draw(st.integers(0, len(text) - 1))
    letter = data.draw(st.sampled_from("AQgw_-~.z09"))
    kind = data.draw(st.sampled_from(["replace", "insert", "drop", "cut"]))
    changed = {
        "replace": text[:place] + letter + text[place + 1 :],
        "insert": text[:place] + letter + text[place:],
        "drop": text[:place] + text[place + 1 :],
        "cut": text[:place],
    }[kind]
    token = {**TOKENS[mode], name: [changed]}
    assert judged(mode, respond(ASKED[mode], token)).satisfied is (changed == text)


@SLOW
@given(st.sampled_from(["direct_post.jwt", "dc_api.jwt"]), st.data())
def test_no_change_of_an_encrypted_response_is_accepted(mode, data):
    good = GOOD[mode]
    place = data.draw(st.integers(good.index(b"ey"), len(good) - 3))
    octet = data.draw(st.sampled_from(b"AQgw_-.z09"))
    changed = good[:place] + bytes((octet,)) + good[place + 1 :]
    assert judged(mode, changed).satisfied is (changed == good)


# --- matching ------------------------------------------------------------------------------------
names = st.sampled_from(["a", "b", "c"])
claims = st.dictionaries(
    names,
    st.recursive(
        st.integers(0, 2) | st.booleans() | st.sampled_from(["x", "y"]),
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(names, inner, max_size=3),
        max_leaves=10,
    ),
    max_size=3,
)
paths = st.lists(names | st.integers(0, 2) | st.none(), min_size=1, max_size=4).map(tuple)


def all_places(value, place=()):
    """Every place of a value, the slow way."""
    yield place
    if isinstance(value, dict):
        for name, inner in value.items():
            yield from all_places(inner, (*place, name))
    elif isinstance(value, list):
        for index, inner in enumerate(value):
            yield from all_places(inner, (*place, index))


def fits(path, place):
    return len(path) == len(place) and all(
        (want is None and type(got) is int) or (type(want) is type(got) and want == got)
        for want, got in zip(path, place, strict=True)
    )


@given(claims, paths)
def test_what_is_selected_is_there_and_fits_the_path(value, path):
    places = select(value, path)
    assert len(set(places)) == len(places)
    for place in places:
        assert fits(path, place)
        value_at(value, place)
    if places:
        assert set(places) == {place for place in all_places(value) if fits(path, place)}


@given(claims, st.lists(paths, max_size=3, unique_by=repr), st.data())
def test_every_disclosure_is_asked_for_or_reported(value, wanted, data):
    places = [place for place in all_places(value) if place]
    disclosed = data.draw(st.lists(st.sampled_from(places), unique=True)) if places else []
    query = CredentialQuery(
        "q",
        CredentialFormat.SD_JWT_VC,
        ("t",),
        (tuple(ClaimQuery(None, path) for path in wanted),),
    )
    shown = Shown(query.format, "t", value, tuple((place, "disclosure") for place in disclosed))
    matched = match(shown, query)
    selected = [place for path in wanted for place in select(value, path)]
    complete = all(select(value, path) for path in wanted)
    for place in disclosed:
        needed = complete and any(
            place[: len(other)] == other or other[: len(place)] == place for other in selected
        )
        assert (place in matched.surplus) is not needed
