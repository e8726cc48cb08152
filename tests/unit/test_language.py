"""Every language is one file: what it lacks falls back to English and is listed here."""

import ast
import json
from importlib.resources import files
from pathlib import Path
from string import Formatter

import pytest

from defa_trust.codes import all_codes
from defa_trust.errors import MisuseError
from defa_trust.finding import Finding
from defa_trust.language import ENGLISH, Language, language, languages
from defa_trust.recognition.missing import REMEDIES, remedy
from defa_trust.recognition.rules import ALL_RULES
from defa_trust.spec import MEMBER_STATES

OTHERS = [code for code in languages() if code != "en"]
PROGRAM = Path(__file__).resolve().parents[2] / "defa_trust"
LARGEST_GAP = 0.05
"""Share of texts that may be missing before a language is no longer one."""


def fields(template):
    """The places of a template with their formats, as often as they are there."""
    return sorted((name, spec) for _, name, spec, _ in Formatter().parse(template) if name)


def english():
    """Every text of the program: (part, key) to its English."""
    texts = {("codes", code.id): code.text for code in all_codes().values()}
    texts |= {("remedies", code.id): text for code, text in REMEDIES.items()}
    texts |= {("questions", rule.id): rule.question for rule in ALL_RULES}
    return texts | {("words", word): word for word in asked_for()}


def strings(tree):
    return (n.value for n in ast.walk(tree) if isinstance(n, ast.Constant) and type(n.value) is str)


def asked_for():
    """Literal words that commands look up."""
    for path in (PROGRAM / "cli").glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and node.args:
                called = getattr(node.func, "attr", getattr(node.func, "id", None))
                argument = node.args[0]
                if called == "word" and isinstance(argument, ast.Constant):
                    yield argument.value


def document(code):
    place = files("defa_trust") / "languages" / f"{code}.json"
    return json.loads(place.read_text(encoding="utf-8"))


def test_indonesian_is_there_and_english_is_first():
    assert languages()[0] == "en"
    assert "id" in languages()


def test_english_is_complete():
    for place, text in english().items():
        assert text.strip(), place
    assert len(english()) > 600


@pytest.mark.parametrize("code", OTHERS)
def test_gaps_are_listed(code):
    """Expected to fail, naming them, where texts are missing; fails where too many are."""
    texts, here = english(), document(code)
    gaps = sorted(f"{part}: {key}" for part, key in texts if key not in here[part])
    assert len(gaps) <= LARGEST_GAP * len(texts), gaps
    if gaps:
        pytest.xfail(f"{len(gaps)} of {len(texts)} texts are shown in English: {gaps}")


@pytest.mark.parametrize("code", OTHERS)
def test_a_translation_has_the_places_of_its_english(code):
    texts = english()
    for part in ("codes", "remedies", "questions", "words"):
        for key, said in document(code)[part].items():
            here = texts.get((part, key), key)
            assert said.strip(), key
            assert fields(said) == fields(here), key


@pytest.mark.parametrize("code", OTHERS)
def test_nothing_is_translated_that_the_program_does_not_say(code):
    texts, said = english(), document(code)
    for part in ("codes", "remedies", "questions"):
        assert {(part, key) for key in said[part]} <= set(texts)
    constants = {
        text
        for path in PROGRAM.rglob("*.py")
        for text in strings(ast.parse(path.read_text(encoding="utf-8")))
    }
    assert set(said["words"]) <= constants


@pytest.mark.parametrize("code", OTHERS)
def test_a_file_has_its_parts_and_no_others(code):
    parts = {"language", "name", "comment", "words", "questions", "remedies", "codes"}
    assert set(document(code)) == parts
    assert document(code)["language"] == code


@pytest.mark.parametrize("code", OTHERS)
def test_every_code_can_be_said_with_any_sides(code):
    tongue = language(code)
    for one in all_codes().values():
        for sides in ((None, None), (1_793_491_200, ("a", "b")), ("{actual}", "{0}"), ((), -1)):
            finding = Finding(one, *sides)
            assert tongue.sentence(finding)
    for one in REMEDIES:
        for state in MEMBER_STATES:
            assert state in remedy(Finding(one), state, state, tongue) + state


def test_what_a_language_lacks_is_said_in_english():
    bare = Language("xx", "TEST-ONLY language without texts")
    for code in all_codes().values():
        finding = Finding(code, "x", "y")
        assert bare.sentence(finding) == finding.text
    assert bare.word("Reason") == "Reason"
    assert bare.question("recognition.purpose", "Is it?") == "Is it?"
    code, text = next(iter(REMEDIES.items()))
    assert bare.remedy(code, text) == text


@pytest.mark.parametrize("name", ["id", "ID", "id-ID", "id_ID.UTF-8"])
def test_a_language_by_its_tag(name):
    assert language(name).code == "id"
    assert language("en-SG") is ENGLISH


@pytest.mark.parametrize(
    "name", ["", "-", "xx", "../id", "id/../id", "id.json", "C", "\0", "idn", "i" * 9999]
)
def test_a_language_that_is_not_here_is_misuse(name):
    with pytest.raises(MisuseError):
        language(name)
