"""Agreement with the CAdES files of the DSS test suite: integrity first, then the whole spine."""

import pytest

from tests.conformance import cades_driver as driver
from tests.conformance.corpora import check, corpus_path, tally

pytestmark = pytest.mark.corpus


def test_integrity_agrees():
    row = tally(driver.CORPUS, driver.cases(corpus_path("ades")))
    check(row)
    assert row.wrong_accepts == 0
    assert row.cases > 35


def test_nothing_broken_passes_under_its_own_root():
    row = tally(driver.PINNED, driver.pinned_cases(corpus_path("ades")))
    check(row)
    assert row.wrong_accepts == 0


def test_most_files_pass_whole_under_their_own_root():
    """Paths, time-stamps and embedded evidence are really exercised."""
    said = [case.detail for case in driver.pinned_cases(corpus_path("ades"))]
    passed = [text for text in said if text.startswith("TOTAL-PASSED")]
    stamped = [text for text in passed if "× TOTAL-PASSED" in text]
    assert len(passed) >= 20
    assert len(stamped) >= 12


def test_every_overridden_test_has_an_answer():
    rows = list(driver.table(corpus_path("ades")))
    assert len(rows) == 11
    assert all(answer for row in rows for answer in row)
