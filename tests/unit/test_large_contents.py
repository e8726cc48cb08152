"""Detached contents of 200 MB: read through block by block, and never held.

Each family runs in a process of its own, of which the kernel tells the highest resident size.
"""

import json
import subprocess
import sys
from pathlib import Path

import pytest

SIZE = 200 << 20
MOST = 40 << 20
"""What a verdict may take on top of what the process holds before it: far less than the content."""
ROOT = Path(__file__).resolve().parents[2]

SCRIPT = """
import json, sys
from pathlib import Path
from defa_trust.cli.signed_inputs import read_content
from defa_trust.content import Content
from defa_trust.formats.cades_sign import Placement
from defa_trust.formats.jades_sign import JadesForm, JadesPayload, sign_jades
from defa_trust.formats.sign_common import Detached
from defa_trust.formats.xades_sign import XmlPlacement
from tests.bench.peak import resident
from tests.build import DAY, NOW
from tests.cms_samples import ALICE, ask, cades
from tests.xades_samples import xades

def jades(content, payload, encoded=True):
    return sign_jades(content, ALICE, form=JadesForm.COMPACT, signing_time=NOW - 2 * DAY,
                      payload=payload, encoded=encoded)

def named(content):
    return Detached("document", content)

def detached(content):
    # Signed in pieces as well: the octets behind the head, and the value over their digest.
    from defa_trust.codec import base64url
    from tests.large_contents import sign_digest
    head = base64url.encode(json.dumps({"alg": "ES256", "iat": NOW - 2 * DAY, "x5t#S256":
        base64url.encode(Content.of(ALICE.certificate).digest("sha-256")), "x5c":
        [base64url.encode_standard(c) for c in (ALICE.certificate, *ALICE.chain)]}).encode())
    digest = content.base64url().after(head.encode() + b".").digest("sha-256")
    return f"{head}..{base64url.encode(sign_digest(ALICE, digest))}".encode()

WAYS = {
    "cades": lambda c: cades(c, placement=Placement.DETACHED),
    "xades": lambda c: xades(named(c), placement=XmlPlacement.DETACHED),
    "jades by digest": lambda c: jades(named(c), JadesPayload.BY_URI_HASH, False),
    "jades by digest of text": lambda c: jades(named(c), JadesPayload.BY_URI_HASH),
    "jades": detached,
}
way, path = sys.argv[1:]
make = WAYS[way]
small = Content.of(b"TEST-ONLY")
assert ask(make(small), content=small).exit_code.value == 0  # what is loaded once is no cost
before = resident("VmRSS")
content = read_content(path, ())
data = make(content)
report = ask(data, content=content)
other = ask(make(small), content=content)
print(json.dumps({
    "size": content.size, "passed": report.exit_code.value, "other": other.exit_code.value,
    "peak": resident("VmHWM") - before,
}))
"""


@pytest.fixture(scope="module")
def document(tmp_path_factory):
    """Octets that compress well on the disk and in no reader's memory."""
    path = tmp_path_factory.mktemp("large") / "document"
    with path.open("wb") as file:
        file.write(b"TEST-ONLY")
        file.truncate(SIZE)
    return path


@pytest.mark.parametrize(
    "way", ["cades", "xades", "jades by digest", "jades by digest of text", "jades"]
)
def test_a_large_detached_content_is_never_held(document, way):
    run = subprocess.run(
        [sys.executable, "-c", SCRIPT, way, str(document)],
        cwd=ROOT, capture_output=True, text=True, timeout=120, check=False,
    )  # fmt: skip
    assert run.returncode == 0, run.stderr[-2000:]
    said = json.loads(run.stdout)
    assert said["size"] == SIZE
    assert said["passed"] == 0
    assert said["other"] == 1
    assert said["peak"] < MOST
