"""Agreement with the JOSE cookbook, and disagreement with its examples once they are changed."""

import json

import pytest

from defa_trust.codec import base64url
from defa_trust.errors import Rejection
from tests.conformance import jose_cookbook_driver as driver
from tests.conformance.corpora import check, corpus_path, tally

pytestmark = pytest.mark.corpus


def test_cookbook_agrees():
    row = tally(driver.CORPUS, driver.cases(corpus_path(driver.FOLDER)))
    check(row)
    assert row.wrong_accepts == 0
    assert row.cases + sum(row.out_of_scope.values()) >= 27


def tokens():
    folder = corpus_path(driver.FOLDER) / "jose-cookbook"
    for path in sorted(folder.rglob("*.json")):
        document = json.loads(path.read_text(encoding="utf-8"))
        token = document.get("output", {}).get("compact", "")
        if "signing" in document and token.count(".") == 2 and ".." not in token:
            jwk = document["input"]["key"]
            if isinstance(jwk, dict) and jwk["kty"] != "oct":
                yield path.stem, token, jwk


def test_no_changed_example_verifies():
    tried = 0
    for name, token, jwk in tokens():
        head, payload, signature = token.split(".")
        raw = bytearray(base64url.decode(signature))
        raw[len(raw) // 2] ^= 1
        none = base64url.encode(b'{"alg":"none"}')
        changed = {
            "payload": f"{head}.{base64url.encode(base64url.decode(payload) + b' ')}.{signature}",
            "signature": f"{head}.{payload}.{base64url.encode(bytes(raw))}",
            "cut": f"{head}.{payload}.{signature[:-4]}",
            "none": f"{none}.{payload}.",
        }
        assert driver.verify(token.encode(), jwk, None), name
        for kind, text in changed.items():
            try:
                accepted = driver.verify(text.encode(), jwk, None)
            except Rejection:
                accepted = False
            assert not accepted, (name, kind)
            tried += 1
    assert tried >= 16
