"""Agreement with the COSE WG examples and GlueCOSE; the exceptions file says where we differ."""

import pytest

from tests.conformance import cose_driver as driver
from tests.conformance.corpora import check, corpus_path, tally

pytestmark = pytest.mark.corpus


def test_cose_agrees():
    row = tally(driver.CORPUS, driver.cases(corpus_path("jose-cose")))
    check(row)
    assert row.wrong_accepts == 0
    assert row.cases > 20
