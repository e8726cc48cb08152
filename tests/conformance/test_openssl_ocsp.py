"""Agreement with OpenSSL's OCSP responses; no exceptions."""

import pytest

from tests.conformance import openssl_ocsp_driver as driver
from tests.conformance.corpora import check, corpus_path, tally

pytestmark = pytest.mark.corpus


def test_openssl_ocsp_agrees():
    row = tally(driver.CORPUS, driver.cases(corpus_path("pkits-ocsp")))
    check(row)
    assert row.wrong_accepts == 0
    assert (row.cases, row.agree) == (29, 29)


def test_without_the_row_that_is_added_nothing_of_it_counts():
    folder = corpus_path("pkits-ocsp") / "openssl-ocsp"
    with driver.sha1():
        pass
    case = {"name": "", "root": "ND3_Issuer_Root.pem", "cert": "ND3_Cert_EE.pem",
            "ocsps": ["ND3.ors"], "path_len": 2, "moment": "2012-10-12T00:00:00+00:00"}  # fmt: skip
    policy = driver.algorithms.DEFAULT_ALGORITHM_POLICY
    assert driver.judge(folder, case, policy) == ("reject", "no path: crypto.algorithm_obsolete")
