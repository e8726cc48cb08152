"""Where something is decides nothing: not in a list, and not in the code."""

import ast
from dataclasses import fields
from pathlib import Path

import pytest

from defa_trust.conformance.registry import definitions
from defa_trust.demo.corridors import CORRIDORS
from defa_trust.policy import VerificationPolicy
from defa_trust.recognition import rules
from defa_trust.recognition.rule import PutTo
from defa_trust.trustlist.neutrality import conditions, names_a_place
from defa_trust.verdict import Outcome

PACKAGE = Path(rules.__file__).parent
LOOK_UPS = {
    # Functions of recognition/ that may read whose service or request it is, because they look into
    # the lists of that state; none compares it with a place.
    "listed_as", "reciprocal", "_names", "_member_list", "law_of", "recognise", "_judge",
    "_unusable", "_at_home", "_needs", "agreement", "floor", "ex_post", "designation",
    "prior_listing", "reciprocity", "instrument", "_domestic",
}  # fmt: skip
RULE_MODULES = (
    "engine", "law_rules", "lookups", "instrument_rules", "reliability_rules", "scope_rules",
)  # fmt: skip
PLACE_ATTRIBUTES = {"territory", "relying_state", "recognising", "recognised", "nationality"}


@pytest.mark.parametrize(
    "name",
    [
        "urn:test:server-in-country",
        "urn:test:data-localisation",
        "dataLocalization",
        "hosted-in-territory",
        "urn:x:issued-within-the-state",
        "place-of-issuance",
        "country-of-establishment",
        "maxLocatedAbroad",
        "geofence",
        "geographic-origin",
        "https://law.test.example/residency",
        "domicile",
        "local-presence",
        "on-shore",
    ],
)
def test_words_that_test_a_place(name):
    assert names_a_place(name)


@pytest.mark.parametrize(
    "name",
    [
        "prior_listing",
        "reciprocity",
        "iso-27001",
        "urn:test:form-17",
        "maxPerDay",
        "allocation-rules",
        "etsi-en-319-411-1",
        "urn:test:accredited-service",
        "locally",
        "relocation-of-keys",
        "audit-by-a-listed-body",
        "http://ec.europa.eu/tools/lotl/mra/QcCompliance",
    ],
)
def test_words_that_do_not(name):
    assert not names_a_place(name)


def test_what_it_is_for_may_speak_of_places():
    entry = {"purposes": ["residence-permit"], "excludedActs": ["country-of-origin-certificate"]}
    assert list(conditions(entry)) == []


@pytest.mark.parametrize(
    "entry",
    [{}, {"requires": "x"}, {"requires": [1, None, {}]}, {"limits": []}, {"limits": {1: 2}}],
)
def test_a_misshapen_entry_is_no_fault_of_this_rule(entry):
    assert all(condition.of_place is False for condition in conditions(entry))


def test_no_list_that_ships_with_the_project_tests_a_place():
    rule = rules.by_id("recognition.geographic_neutrality")
    assert rule.put_to is PutTo.DOCUMENT
    for corridor in CORRIDORS:
        found = rule.answer({"id": corridor.id, **{k: list(v) for k, v in corridor.bounds.items()}})
        assert found.outcome is not Outcome.NOT_MET, corridor.id
    seen = 0
    for definition in definitions():
        if definition.group != "recognition":
            continue
        for item in definition.make().trust.get("lists", ()):
            for entry in (*item.get("arrangements", ()), *item.get("law", ())):
                assert rule.answer(entry).outcome is not Outcome.NOT_MET, definition.id
                seen += 1
    assert seen > 50


def test_no_policy_of_ours_tests_a_place():
    assert not [item.name for item in fields(VerificationPolicy) if names_a_place(item.name)]


def place_readers(source):
    """Functions that read a place off something, by name."""
    for function in ast.walk(ast.parse(source)):
        if isinstance(function, ast.FunctionDef):
            read = {
                node.attr
                for node in ast.walk(function)
                if isinstance(node, ast.Attribute) and node.attr in PLACE_ATTRIBUTES
            }
            if read:
                yield function.name


@pytest.mark.parametrize("module", RULE_MODULES)
def test_only_look_ups_of_lists_read_whose_something_is(module):
    source = (PACKAGE / f"{module}.py").read_text(encoding="utf-8")
    assert set(place_readers(source)) <= LOOK_UPS


def test_the_check_can_fail():
    guilty = "def level(facts):\n    return facts.service.territory == 'SG'\n"
    assert set(place_readers(guilty)) == {"level"}


@pytest.mark.parametrize("module", RULE_MODULES)
def test_no_rule_names_a_state(module):
    from defa_trust.spec import MEMBER_STATES

    tree = ast.parse((PACKAGE / f"{module}.py").read_text(encoding="utf-8"))
    texts = {node.value for node in ast.walk(tree) if isinstance(node, ast.Constant)}
    assert not texts & set(MEMBER_STATES)
