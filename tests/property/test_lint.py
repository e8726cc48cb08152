"""What lint calls clean is signed and accepted, whatever one member was changed to."""

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from defa_trust import publish
from defa_trust.trustlist.diff import compare
from defa_trust.trustlist.lint import lint, lint_document
from defa_trust.trustlist.lint_model import RULES
from tests.signed_lists import (
    ISSUED,
    MEMBER,
    NOW,
    RECOGNITION,
    REGIONAL,
    changed,
    judge,
    member_document,
    operator,
    recognition_document,
    regional_document,
)

LISTS = {
    MEMBER: ("TH", member_document()),
    RECOGNITION: ("SG", recognition_document()),
    REGIONAL: ("AP", regional_document()),
}


def paths(value, path=()):
    if path:
        yield path
    if isinstance(value, dict | list):
        for step, inner in value.items() if isinstance(value, dict) else enumerate(value):
            yield from paths(inner, (*path, step))


PATHS = {kind: list(paths(document)) for kind, (_, document) in LISTS.items()}
JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-2, 2**53 - 1)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(st.characters(exclude_categories=["Cs"]), max_size=12)
    | st.sampled_from(["TH", "SG", "en", "2026-10-31T00:00:00Z", "https://a.example", "AP"]),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["lang", "value", "Critical", "x"]), inner, max_size=3)
    ),
    max_leaves=6,
)


@st.composite
def one_member_changed(draw):
    kind = draw(st.sampled_from(list(LISTS)))
    territory, document = LISTS[kind]
    path = draw(st.sampled_from(PATHS[kind]))
    return kind, territory, changed(document, path, draw(st.just(...) | JSON))


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(one_member_changed())
def test_clean_means_signed_and_accepted(case):
    kind, territory, document = case
    key, certificate = operator(territory)
    report = lint_document(document, at=NOW, signer=certificate, signed_at=ISSUED)
    assert all(item.path.startswith("$") and item.text for item in report.findings)
    assert all(RULES[item.rule.id] is item.rule for item in report.findings)
    warned = {item.rule.id for item in report.findings}
    if report.clean and not warned & {"time.issued_in_the_future", "time.expired"}:
        data = publish.sign_list(document, key, certificate, issued_at=ISSUED)
        assert judge(data, kind, territory).code is None
        assert lint(data, at=NOW).clean


@settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(one_member_changed())
def test_a_list_never_differs_from_itself(case):
    _, _, document = case
    if isinstance(document.get("LoTE"), dict):
        scheme = document["LoTE"].get("ListAndSchemeInformation")
        if isinstance(scheme, dict) and scheme:
            assert compare(document, document).changes == ()


@settings(max_examples=200, deadline=None)
@given(st.binary(max_size=64) | st.text(max_size=64).map(str.encode))
def test_no_bytes_make_lint_raise(data):
    assert not lint(data, at=NOW).clean
