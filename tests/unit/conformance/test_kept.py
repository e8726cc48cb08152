"""Signatures that cannot be made twice: each kept one verifies, and none is invented."""

import json

import pytest

from defa_trust.conformance import kept
from defa_trust.conformance.registry import definitions
from defa_trust.crypto import JOSE_ALGORITHMS


def test_every_kept_signature_is_used_and_verifies(monkeypatch):
    seen = {}
    genuine = kept.KeptKey.sign

    def watched(self, algorithm, data):
        signature = genuine(self, algorithm, data)
        seen[algorithm, data] = signature
        return signature

    monkeypatch.setattr(kept.KeptKey, "sign", watched)
    for definition in definitions():
        if "ps256" in definition.features:
            definition.make()
    salted = {asked: made for asked, made in seen.items() if asked[0] == "PS256"}
    assert len(salted) == len(json.loads(kept._FILE.read_bytes()))
    for (algorithm, data), signature in salted.items():
        (row,) = JOSE_ALGORITHMS[algorithm]
        assert kept.rsa_key().verification_key.verify(row, signature, data)
        assert not kept.rsa_key().verification_key.verify(row, signature, data + b"x")


def test_nothing_is_signed_that_was_not_kept():
    with pytest.raises(LookupError):
        kept.KeptKey().sign("PS256", b"other bytes")


def test_a_deterministic_signature_needs_no_keeping():
    assert kept.KeptKey().sign("RS256", b"x") == kept.KeptKey().sign("RS256", b"x")
