"""The fuzzer finds what it is for: trees write what they read, and each kind of fault is told."""

import importlib
import random

import pytest

from defa_trust.errors import MisuseError
from defa_trust.formats.registry import FORMATS
from defa_trust.verify import Verifier, parse
from tests.fuzz import oracle
from tests.fuzz.mutate import mutant
from tests.fuzz.subjects import subjects
from tests.fuzz.trees import grow

fuzz = importlib.import_module("tests.fuzz.__main__")
KINDS = {
    "hcert": {"base45", "zlib", "cbor"},
    "mdoc": {"base64", "cbor", "der"},
    "sd-jwt-vc": {"joined", "base64", "json", "text"},
    "cades": {"der"},
    "pades": {"hex", "der"},
    "xades": {"base64", "der", "parts"},
    "asic": {"zip", "base64", "der", "parts"},
}


@pytest.mark.parametrize("name", KINDS)
def test_trees_write_what_they_read_and_reach_what_is_inside(name):
    kinds = set()
    for subject in subjects(name):
        tree = grow(subject.data)
        assert tree.encode() == subject.data
        assert tree.copy().encode() == subject.data
        kinds |= {node.kind for node in tree.walk()}
    assert kinds >= KINDS[name]


def test_the_same_seed_makes_the_same_inputs():
    seeds = [(subject.data, grow(subject.data)) for subject in subjects("mdoc")]
    made = [[mutant(random.Random(n), seeds)[0] for n in range(40)] for _ in range(2)]
    assert made[0] == made[1]
    assert len(set(made[0])) > 35
    assert [data for data, tree in seeds] == [tree.encode() for data, tree in seeds]


@pytest.mark.parametrize("name", ["mdoc", "sd-jwt-vc", "cades"])
def test_a_few_inputs_find_nothing(name):
    run = fuzz.Run(name, seed=3, behind=False)
    for number in range(60):
        run.one(number)
    assert run.findings == {}
    assert run.inputs == sum(run.outcomes.values()) == 60


def good(name):
    """A sample that passes."""
    for subject in subjects(name):
        report = subject.verifier.evaluate(subject.data, subject.request, subject.evidence)
        if str(report.verdict.validity.indication) == "TOTAL-PASSED":
            return subject
    raise AssertionError(name)


def wrong(subject, data=None, known=None):
    with pytest.raises(oracle.Wrong) as found:
        oracle.judge(subject, subject.data if data is None else data, known)
    return found.value.kind


@pytest.mark.parametrize("name", ["vc-jwt", "sd-jwt-vc", "mdoc", "hcert"])
def test_an_accepted_input_that_nobody_signed_is_told(name):
    subject = good(name)
    other = next(it for it in subjects(name) if it.name != subject.name and it.data != subject.data)
    oracle.judge(subject, subject.data, oracle.Known([subject]))
    empty = oracle.Known([])
    assert wrong(subject, known=empty) == "accepted: signed octets that nobody signed"
    assert other.data != subject.data


def test_claims_that_nobody_signed_are_told():
    subject = good("vc-jwt")
    known = oracle.Known([subject])
    for said in known.said.values():
        said.pop()
    assert wrong(subject, known=known) == "accepted: claims that nobody signed"


def test_a_print_that_shows_letters_alike_is_believed_and_no_other_letter():
    """PhilSys v1 signs `ñ` and `Ñ` as `?`: no key can notice that change, and a finding says so."""
    subject = next(it for it in subjects("philsys-v1") if b"\\u00d1" in it.data)
    known = oracle.Known([subject])
    alike = subject.data.replace(b"\\u00d1", b"\\u00f1", 1)
    assert alike != subject.data
    oracle.judge(subject, alike, known)
    said = known.said.popitem()[1]
    octets = _octets_of(subject)
    known.said[octets] = {(path, text.replace("A", "E")) for path, text in said}
    assert wrong(subject, alike, known) == "accepted: claims that nobody signed"
    known.said[octets] = None
    oracle.judge(subject, alike, known)


def _octets_of(subject):
    return bytes(parse(subject.data, subject.request).issuer_part.data)


@pytest.mark.parametrize("name", ["cades", "xades", "jades", "pades"])
def test_an_accepted_signature_of_nobody_is_told(name):
    subject = good(name)
    known = oracle.Known([subject])
    oracle.judge(subject, subject.data, known)
    assert wrong(subject, known=oracle.Known([])) == "accepted: signed octets that nobody signed"
    known.contents = {octets: set() for octets in known.contents}
    assert wrong(subject, known=known) == "accepted: content that this signer did not sign"


def test_any_other_exception_is_told(monkeypatch):
    def broken(data, request):
        raise IndexError("out of range")

    subject = good("vc-jwt")
    monkeypatch.setattr(FORMATS["vc-jwt"], "parse", broken)
    assert wrong(subject).startswith("IndexError at ")


def test_a_slow_answer_is_told(monkeypatch):
    monkeypatch.setattr(oracle, "SECONDS", 0.0)
    assert wrong(good("vc-jwt")) == "slow"


def test_an_answer_that_does_not_come_is_told(monkeypatch):
    def never(*_):
        while True:
            pass

    monkeypatch.setattr(oracle, "HANGS", 1)
    monkeypatch.setattr(Verifier, "evaluate", never)
    subject = subjects("camdigikey")[0]
    assert wrong(subject) == "hangs"


def test_a_format_without_samples_is_named():
    with pytest.raises(MisuseError, match="no samples"):
        subjects("nothing")
