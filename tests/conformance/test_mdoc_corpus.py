"""Annex D of ISO/IEC 18013-5 verifies to the last digest, and no changed copy does."""

import pytest

from tests.conformance import mdoc_driver as driver
from tests.conformance.corpora import check, corpus_path, tally

pytestmark = pytest.mark.corpus


def test_mdoc_agrees():
    row = tally(driver.CORPUS, driver.cases(corpus_path("mdoc")))
    check(row)
    assert row.wrong_accepts == 0
    assert row.cases > 500
