"""Agreement with the signature files of the DSS test suite: integrity, then the whole spine."""

from typing import NamedTuple

import pytest

from tests.conformance import ades_driver as driver
from tests.conformance.corpora import check, corpus_path, tally

pytestmark = pytest.mark.corpus


class Least(NamedTuple):
    """Of each family: cases judged, files that pass whole, of these with a time-stamp that does;
    and exactly how many tests the suite overrides."""

    family: driver.Family
    cases: int
    passed: int
    stamped: int
    overridden: int


FAMILIES = (
    Least(driver.CADES, 36, 20, 12, 11),
    Least(driver.JADES, 22, 16, 6, 3),
    Least(driver.XADES, 70, 28, 12, 39),
    Least(driver.PADES, 58, 24, 17, 12),
    Least(driver.ASIC, 42, 20, 19, 9),
)


@pytest.fixture(params=FAMILIES, ids=lambda least: least.family.name)
def least(request):
    return request.param


def test_integrity_agrees(least):
    family = least.family
    row = tally(family.name, driver.cases(family, corpus_path("ades")))
    check(row)
    assert row.wrong_accepts == 0
    assert row.cases >= least.cases


def test_nothing_broken_passes_under_its_own_root(least):
    family = least.family
    cases = list(driver.pinned_cases(family, corpus_path("ades")))
    row = tally(f"{family.name}-pinned", iter(cases))
    check(row)
    assert row.wrong_accepts == 0
    # Paths, time-stamps and embedded evidence are really exercised.
    passed = [case.detail for case in cases if case.detail.startswith("TOTAL-PASSED")]
    stamped = [text for text in passed if "× TOTAL-PASSED" in text]
    assert (len(passed), len(stamped)) >= (least.passed, least.stamped)


def test_every_overridden_test_has_an_answer(least):
    rows = list(driver.table(least.family, corpus_path("ades")))
    assert len(rows) == least.overridden
    assert all(answer for row in rows for answer in row)
