"""What a user would pick instead, on the same octets: each is first shown to do its own part.

The rows say what a peer leaves out. Ours stand in test_cold.py, with the same baselines.
"""

import hashlib
import json
import shutil
import subprocess
from functools import partial
from importlib.metadata import version
from pathlib import Path

import pytest

from defa_trust.codec import base45, base64url
from defa_trust.codec.deflate import inflate
from tests.build import key, vc_jwt

from . import paired
from .paired import ROWS, Row, ratio
from .samples import AUDIENCE, CERTIFICATE, NONCE, hcert_world, sd_jwt_world
from .test_cold import bare_es256

NODE = Path(__file__).with_name("node")
INSTALLED = Path(__file__).resolve().parents[2] / "build" / "node-peers"


def test_peer_sd_jwt(benchmark):
    """The issuer's and the holder's signature, ten disclosures, audience and nonce."""
    verifier = pytest.importorskip("sd_jwt.verifier").SDJWTVerifier
    jwk = pytest.importorskip("jwcrypto.jwk")
    _, token, _ = sd_jwt_world(disclosures=10)
    issuer = jwk.JWK(**key().jwk())
    read = partial(verifier, token.decode(), lambda *_: issuer, AUDIENCE)
    assert read(NONCE).get_verified_payload()["claim_9"] == "TEST-ONLY value 9"
    with pytest.raises(ValueError, match="nonce"):
        read("another nonce")
    raw = bare_es256()
    ratio(
        f"peer: sd-jwt {version('sd-jwt')}, 10 disclosures, key binding",
        lambda: read(NONCE).get_verified_payload(),
        lambda: (raw(), raw()),
        goal=None,
        baseline_name="two raw ES256",
        note="no times checked, no trust list, no status, no recognition; issuer's key object kept",
        loops=20,
    )
    benchmark(lambda: read(NONCE).get_verified_payload())


def test_peer_cwt(benchmark):
    """A certificate of health: the COSE signature and the CWT claims."""
    cwt = pytest.importorskip("cwt")
    _, token, _ = hcert_world()
    message = inflate(base45.decode(token[4:]), max_output=1 << 16)
    kid = hashlib.sha256(CERTIFICATE).digest()[:8]
    named = {1: 2, 2: kid, 3: -7, -1: 1}
    jwk = key().jwk()
    point = {-2: base64url.decode(jwk["x"].encode()), -3: base64url.decode(jwk["y"].encode())}
    public = cwt.COSEKey.new(named | point)
    assert cwt.decode(message, public)[1] == "TH"
    with pytest.raises(cwt.VerifyError):
        cwt.decode(message[:-1] + bytes([message[-1] ^ 1]), public)
    ratio(
        f"peer: cwt {version('cwt')}, HC1 from the COSE message on",
        lambda: cwt.decode(message, public),
        bare_es256(),
        goal=None,
        baseline_name="raw ES256",
        note="base45 and zlib left out, no trust list, no recognition",
        loops=20,
    )
    benchmark(lambda: cwt.decode(message, public))


def _installed():
    """Node's packages, fetched once into build/; None where they cannot be had."""
    if not (shutil.which("node") and shutil.which("npm")):
        return None
    INSTALLED.mkdir(parents=True, exist_ok=True)
    for name in ("package.json", "peers.mjs"):
        shutil.copy(NODE / name, INSTALLED / name)
    if not (INSTALLED / "node_modules" / "jose").is_dir():
        order = ("npm", "install", "--silent", "--no-audit", "--no-fund", "--no-package-lock")
        if subprocess.run(order, cwd=INSTALLED, timeout=120, check=False).returncode:
            return None
    return INSTALLED / "peers.mjs"


def test_peers_on_node(benchmark):
    if paired.quick:
        pytest.skip("measured by make bench only")
    program = _installed()
    if program is None:
        pytest.skip("node or its packages are not to be had here")
    token = vc_jwt().decode()
    _, presentation, _ = sd_jwt_world(disclosures=10)
    asked = {
        "token": token,
        "presentation": presentation.decode(),
        "issuer": key().jwk(),
        "holder": key("holder").jwk(),
        "rounds": 21,
        "loops": 100,
    }
    done = subprocess.run(
        ("node", str(program)), input=json.dumps(asked), capture_output=True, text=True, check=True
    )
    rows = [json.loads(line) for line in done.stdout.splitlines()]
    assert [row["peer"] for row in rows] == ["jose", "@sd-jwt/core"]
    for row, base in zip(rows, ("one raw ES256 of Node", "two raw ES256 of Node"), strict=True):
        ROWS.append(
            Row(
                f"peer on Node: {row['peer']}",
                round(row["ratio"], 4),
                None,
                "lower",
                base,
                "no trust list, no status, no recognition",
                round(row["subject"], 2),
                round(row["baseline"], 2),
            )
        )
    benchmark(lambda: None)
