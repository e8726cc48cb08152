"""Agreement with x509-limbo, both editions: every case that is not about TLS; no exceptions."""

import json

import pytest

from tests.conformance import limbo_driver as driver
from tests.conformance.corpora import check, corpus_path, tally

pytestmark = pytest.mark.corpus


@pytest.mark.parametrize(
    ("name", "cases", "total"),
    [("x509-limbo", driver.regen, 208), ("x509-limbo-2023", driver.of_2023, 135)],
)
def test_limbo_agrees(name, cases, total):
    row = tally(name, cases(corpus_path("x509-limbo")))
    check(row)
    assert row.wrong_accepts == 0
    assert row.cases + sum(row.out_of_scope.values()) == total


def test_what_is_out_of_scope_is_about_tls_and_says_so():
    folder = corpus_path("x509-limbo")
    dropped = {}
    for edition in ("limbo-regen.json", "limbo-2023-12-02.json"):
        for case in json.loads((folder / edition).read_text(encoding="utf-8"))["testcases"]:
            reason = driver.out_of_scope(case)
            if reason is not None and not case["id"].startswith("webpki::"):
                dropped[case["id"]] = reason
    assert dropped == {
        "rfc5280::ca-as-leaf-wrong-san": "matches the name of a TLS server",
        "rfc5280::aki::cross-signed-root-missing-aki": "wants an authorityKeyIdentifier of an "
        "anchor, which cve:: cases do without",
    }
