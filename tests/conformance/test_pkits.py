"""Agreement with NIST's PKITS: every case but the two that are signed with DSA; no exceptions."""

import pytest

from tests.conformance import pkits_driver as driver
from tests.conformance.corpora import check, corpus_path, tally

pytestmark = pytest.mark.corpus


def test_pkits_agrees():
    row = tally(driver.CORPUS, driver.cases(corpus_path("pkits-ocsp")))
    check(row)
    assert (row.cases, row.agree, row.wrong_accepts) == (244, 244, 0)
    assert row.out_of_scope == {"signed with DSA": 2}
