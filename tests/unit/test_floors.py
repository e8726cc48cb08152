"""Imports go down the floors only, and each heavy or dangerous door has one keeper."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

PACKAGE = Path(__file__).resolve().parents[2] / "defa_trust"

FLOORS = {
    "spec": 0, "finding": 0, "verdict": 0, "codes": 0, "forking": 0,
    "errors": 1, "language": 1,
    "codec": 2, "bounded_memo": 2,
    "algorithms": 3, "algorithm_ids": 3, "key_reading": 3, "usual_keys": 3,
    "crypto": 3, "signing_crypto": 3, "authenticate": 3,
    "formats": 3, "request": 3, "policy": 3, "content": 3, "signer": 3, "material": 3,
    "openid4vp_query": 3, "openid4vp_match": 3, "openid4vp_request": 3, "openid4vp_response": 3,
    "jwe": 3,
    "x509": 4, "embedded": 4,
    "trustlist": 5,
    "resolve": 6, "resolve_path": 6, "signing_certificate": 6, "signature_path": 6,
    "timing": 7, "status": 8, "status_memo": 8, "status_path": 8,
    "recognition": 9, "conclude": 9, "signatures": 9, "signature_times": 9, "signature_contents": 9,
    "verify": 10,
    "cache": 11, "openid4vp": 11,
    "fetch": 12, "status_fetch": 12, "revocation_fetch": 12, "timestamp_fetch": 12,
    "fetch_addresses": 12, "publish": 12, "openid4vp_sign": 12, "store": 12, "transcribe": 12,
    "evidence": 12, "evidence_shapes": 12,
    "cosign": 12, "store_files": 12, "store_seals": 12, "disk": 12, "refresh": 12, "background": 12,
    "impact": 12,
    "cli": 13, "conformance": 13, "demo": 13,
    "__init__": 14, "__main__": 14,
}  # fmt: skip


def modules():
    return sorted(path for path in PACKAGE.rglob("*.py"))


def floor_of(path):
    return FLOORS[path.relative_to(PACKAGE).with_suffix("").parts[0]]


def imported_parts(path):
    """Top-level parts of this package that a module imports, wherever in the file it does so."""
    depth = len(path.relative_to(PACKAGE).parts)
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.level:
            package = path.relative_to(PACKAGE).parts[: depth - node.level]
            base = (*package, *(node.module.split(".") if node.module else ()))
            if base:
                yield base[0]
            else:
                yield from (alias.name for alias in node.names if alias.name in FLOORS)
        elif isinstance(node, ast.ImportFrom) and (node.module or "").startswith("defa_trust"):
            yield (node.module + ".__init__").split(".")[1]
        elif isinstance(node, ast.Import):
            for alias in node.names:
                if alias.name.split(".")[0] == "defa_trust":
                    yield (alias.name + ".__init__").split(".")[1]


def breaches(path):
    own = floor_of(path)
    return [part for part in imported_parts(path) if FLOORS[part] > own]


@pytest.mark.parametrize("path", modules(), ids=lambda p: str(p.relative_to(PACKAGE)))
def test_imports_go_down_the_floors_only(path):
    assert breaches(path) == []


def test_the_floor_test_can_fail(tmp_path, monkeypatch):
    guilty = PACKAGE / "codec" / "not_written.py"
    monkeypatch.setattr(
        Path,
        "read_text",
        lambda self, **_: "from ..verify import Verifier" if self == guilty else "",
    )
    assert breaches(guilty) == ["verify"]


def test_crypto_is_the_sole_door_to_primitives():
    doors = [
        path.name for path in modules() if "hazmat.primitives" in path.read_text(encoding="utf-8")
    ]
    assert sorted(doors) == ["crypto.py", "signing_crypto.py"]


def test_the_xml_codec_is_the_sole_door_to_lxml():
    doors = [
        path.relative_to(PACKAGE).as_posix()
        for path in modules()
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if (isinstance(node, ast.ImportFrom) and (node.module or "").split(".")[0] == "lxml")
        or (isinstance(node, ast.Import) and any(a.name.startswith("lxml") for a in node.names))
    ]
    assert doors == ["codec/xml.py"]


@pytest.mark.parametrize("path", modules(), ids=lambda p: str(p.relative_to(PACKAGE)))
def test_no_module_outgrows_the_head(path):
    assert len(path.read_text(encoding="utf-8").splitlines()) <= 500


@pytest.mark.parametrize("path", modules(), ids=lambda p: str(p.relative_to(PACKAGE)))
def test_no_module_below_the_spine_reads_a_clock(path):
    if floor_of(path) >= FLOORS["verify"]:
        return
    names = {
        f"{node.value.id}.{node.attr}"
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name)
    }
    clocks = {"time.time", "datetime.now", "datetime.utcnow", "date.today", "time.monotonic"}
    assert names & clocks == set()


def test_importing_the_package_loads_nothing_heavy():
    heavy = (
        "lxml",
        "jwt",
        "jsonschema",
        "msgspec",
        "pybase64",
        "click",
        "zxingcpp",
        "http.client",
        "ssl",
        "asyncio",
        "sqlite3",
    )
    probe = f"import sys, defa_trust; print([name for name in {heavy!r} if name in sys.modules])"
    done = subprocess.run([sys.executable, "-c", probe], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
