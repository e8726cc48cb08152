"""Tokens by the hundred thousand, fresh copies of them, and caches that hold them."""

from __future__ import annotations

import itertools
import random
import time
from bisect import bisect

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature

from defa_trust.cache import CachedVerifier, KeyBy, VerdictCache
from defa_trust.codec import base64url
from defa_trust.codec import json as strict_json
from defa_trust.request import HolderBinding, Request
from defa_trust.verdict import ExitCode
from defa_trust.verify import Verifier
from tests.build import NOW, key, vc_jwt, vc_payload, world

from . import paired

RAW = "raw ES256"
MODES = list(KeyBy)
LIVE = Request("SG", HolderBinding.IF_PRESENT)
"""Asks of the clock, as a service does."""
PADDING = "TEST-ONLY " + "x" * 110
"""Brings a token to 1 KB."""


def one_kilobyte(number=0):
    return vc_jwt(jti=f"TEST-ONLY {number}", padding=PADDING)


def many(count):
    """Distinct tokens of 1 KB, signed by the library itself: a random nonce is quick."""
    private, scheme = key().private_key, ec.ECDSA(hashes.SHA256())
    head = strict_json.compact({"alg": "ES256", "kid": "key-1", "typ": "vc+jwt"})
    start = f"{base64url.encode(head)}."
    made = []
    for number in range(count):
        body = strict_json.compact(vc_payload(jti=f"TEST-ONLY {number:06}", padding=PADDING))
        message = start + base64url.encode(body)
        r, s = decode_dss_signature(private.sign(message.encode(), scheme))
        signature = base64url.encode(r.to_bytes(32, "big") + s.to_bytes(32, "big"))
        made.append(f"{message}.{signature}".encode())
    return made


def fresh(tokens, count):
    """Hands out copies that nobody looked at: octets keep their hash once it was asked for."""
    return iter([bytes(bytearray(token)) for token in itertools.islice(tokens, count)]).__next__


def calls(loops, rounds=41):
    """How many fresh copies a ``ratio()`` uses up."""
    return 2 if paired.quick else loops * (rounds + 1)


def zipf(count, exponent=1.0, seed=1):
    """Draws from 0 to count - 1, the first ones far more often."""
    weights = list(itertools.accumulate(1 / (rank + 1) ** exponent for rank in range(count)))
    chance = random.Random(seed)
    return lambda: bisect(weights, chance.random() * weights[-1])


def cached(key_by, clock, snapshot=None, **more):
    verifier = Verifier(snapshot or world(), clock=clock)
    return CachedVerifier(verifier, VerdictCache(key_by=key_by, **more))


def now():
    """A clock as quick as the real one, at a moment at which the samples are valid."""
    return NOW + int(time.time()) // 10**10


def hitting(verifier, tokens, count, request=LIVE):
    """A subject that hits: checked once, then asked about fresh copies."""
    fresh_one = fresh(itertools.cycle(tokens), count)
    for token in dict.fromkeys(tokens):
        report = verifier.evaluate(token, request)
        assert report.exit_code is ExitCode.RECOGNISED
        assert verifier.evaluate(bytes(bytearray(token)), request) == report
    return lambda: verifier.evaluate(fresh_one(), request)
