"""Agreement with Wycheproof; the exceptions file says where and why we differ."""

import pytest

from tests.conformance import wycheproof_driver as driver
from tests.conformance.corpora import check, corpus_path, tally

pytestmark = pytest.mark.corpus


def test_wycheproof_agrees():
    row = tally(driver.CORPUS, driver.cases(corpus_path(driver.CORPUS)))
    check(row)
    assert row.wrong_accepts == 0
    assert row.cases > 6000
