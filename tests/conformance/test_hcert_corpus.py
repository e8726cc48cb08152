"""Agreement with the EU DCC test data; the exceptions file says where and why we differ."""

import base64
import json

import pytest

from defa_trust.cli.qr import read_qr
from defa_trust.errors import MisuseError
from tests.conformance import hcert_driver as driver
from tests.conformance.corpora import check, corpus_path, tally

pytestmark = pytest.mark.corpus


def test_hcert_agrees():
    row = tally(driver.CORPUS, driver.cases(corpus_path(driver.CORPUS)))
    check(row)
    assert row.wrong_accepts == 0
    assert row.cases > 550
    assert row.agree > 540


def test_hcert_basic_agrees():
    row = tally(driver.BASIC, driver.basic_cases(corpus_path(driver.BASIC)))
    check(row)
    assert row.cases == 1


def test_every_code_of_singapore_verifies():
    folder = corpus_path(driver.CORPUS) / "SG"
    cases = [case for case in driver.cases(folder) if case.out_of_scope is None]
    assert len(cases) == 5
    assert [(case.expected, case.actual) for case in cases] == [("accept", "accept")] * 5


def test_singapore_reveals_what_the_corpus_says():
    for path in sorted((corpus_path(driver.CORPUS) / "SG").rglob("*.json")):
        document = json.loads(path.read_text(encoding="utf-8"))
        presented = driver.hcert.parse(document["PREFIX"].encode(), driver.request())
        assert presented.asserted.territory == "SG"
        assert presented.reveal()["hcert"] == document["JSON"]


def test_good_codes_fail_once_a_character_is_changed():
    """The twin of the positives: the same world refuses the same code with one character moved."""
    folder = corpus_path(driver.CORPUS)
    for path in sorted(folder.glob("SG/2DCode/raw/*.json")):
        document = json.loads(path.read_text(encoding="utf-8"))
        assert driver.judge(document)[0] == "accept"
        text = document["PREFIX"]
        for place in (5, len(text) // 2, len(text) - 2):
            other = "0" if text[place] != "0" else "1"
            document["PREFIX"] = text[:place] + other + text[place + 1 :]
            assert driver.judge(document)[0] == "reject"


def test_pictures_read_as_their_text():
    pytest.importorskip("zxingcpp", reason="pictures need the extra `qr`")
    folder = corpus_path(driver.CORPUS)
    paths = [*folder.glob("SG/2DCode/raw/*.json"), *folder.glob("AT/2DCode/raw/*.json")]
    assert len(paths) == 9
    for path in paths:
        document = json.loads(path.read_text(encoding="utf-8"))
        assert read_qr(base64.b64decode(document["2DCODE"])).decode() == document["PREFIX"], (
            path.name
        )


def test_a_broken_picture_is_refused():
    pytest.importorskip("zxingcpp", reason="pictures need the extra `qr`")
    path = corpus_path(driver.CORPUS) / "common/2DCode/raw/Q1.json"
    document = json.loads(path.read_text(encoding="utf-8"))
    with pytest.raises(MisuseError):
        read_qr(base64.b64decode(document["2DCODE"]))
