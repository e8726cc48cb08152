"""Reports of a run: what is in them is escaped, whole, and says who accepted wrongly."""

from xml.etree import ElementTree as ET

import pytest

from defa_trust.conformance.report import html, junit
from defa_trust.conformance.run import Mark, Scored

SCORES = [
    Scored("jose::es256", "jose", Mark.PASSED),
    Scored("jose::alg_none", "jose", Mark.WRONGLY_ACCEPTED, 'expected "a" <b> & \x01'),
    Scored("jose::ed448", "jose", Mark.SKIPPED, "no Ed448"),
    Scored("codec::json", "codec", Mark.CRASHED, "gone"),
    Scored("codec::cbor", "codec", Mark.FAILED, "else"),
    Scored("codec::zlib", "codec", Mark.TIMED_OUT, "silent"),
]


def test_junit_has_a_suite_a_group_and_a_case_a_vector():
    suites = ET.fromstring(junit(SCORES))
    found = {suite.get("name"): suite for suite in suites}
    assert list(found) == ["codec", "jose"]
    assert {n: found["codec"].get(n) for n in ("tests", "failures", "errors", "skipped")} == {
        "tests": "3", "failures": "1", "errors": "2", "skipped": "0",
    }  # fmt: skip
    wrong = found["jose"].find("testcase[@name='alg_none']/failure")
    assert wrong.get("type") == "wrongly accepted"
    assert wrong.get("message") == 'expected "a" <b> & ?'
    assert found["jose"].find("testcase[@name='ed448']/skipped").get("message") == "no Ed448"
    assert list(found["jose"].find("testcase[@name='es256']")) == []


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("\ud800", "?"),
        ("\ufffe\uffff\x00\x0b", "????"),
        ("\ud7ff\ue000\ufffd\U00010000", "\ud7ff\ue000\ufffd\U00010000"),
    ],
)
def test_junit_is_xml_whatever_was_said(text, shown):
    scores = [Scored("jose::x", "jose", Mark.FAILED, text)]
    (case,) = ET.fromstring(junit(scores)).iter("testcase")
    assert case.find("failure").get("message") == shown


@pytest.mark.parametrize("text", ["<script>alert(1)</script>", '"onload="x', "&amp;"])
def test_a_page_shows_texts_and_runs_none(text):
    scores = [Scored("jose::x", "jose", Mark.FAILED, text)]
    page = html({text: scores}, {"jose::x": text}, text)
    assert "<script" not in page
    assert text not in page or text == "&amp;"
    assert "http" not in page.lower().replace("http-equiv", "")


def test_a_page_puts_implementations_side_by_side():
    ours = [
        Scored("jose::es256", "jose", Mark.PASSED),
        Scored("jose::alg_none", "jose", Mark.PASSED),
    ]
    page = html({"ours": ours, "theirs": SCORES}, {"jose::alg_none": "None at all."}, "Vectors")
    assert "<h2>ours</h2>" in page
    assert "<h2>theirs</h2>" in page
    assert "None at all." in page
    assert "Differences (4)" in page
    assert "jose::es256</code>" not in page


def test_a_page_without_differences_says_so():
    page = html({"ours": [Scored("jose::es256", "jose", Mark.PASSED)]}, {}, "Vectors")
    assert "None: every vector that was asked passed." in page
