"""A PDF of 200 MB is judged without a second copy of it; the kernel's figure for the process."""

import json
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]
SIZE = 200 << 20
MORE = 32
"""Megabytes above the document itself, everything the program loads for its verdict among them."""

MAKE = """
import sys
from pathlib import Path
from defa_trust.formats.pades_sign import sign_pades
from tests.build import DAY, NOW
from tests.cms_samples import ALICE
from tests.pdf_samples import plain
size = int(sys.argv[2])
scan = b"<</Length %d>>\\nstream\\n" % size + bytes(size) + b"\\nendstream"
made = sign_pades(plain({9: scan}), ALICE, signing_time=NOW - 2 * DAY)
del scan
Path(sys.argv[1]).write_bytes(made)
"""

JUDGE = """
import json, mmap, sys, time
from pathlib import Path
from defa_trust.formats import pades
from defa_trust.request import HolderBinding, Request
from tests.cms_samples import ask
from tests.pdf_samples import signed

def figure(name):
    status = Path("/proc/self/status").read_text(encoding="ascii")
    return int(status.split(name)[1].split()[0]) // 1024

def judge(data):
    return str(ask(data).verdict.validity.indication)

judge(signed())
before = figure("VmRSS:")
with open(sys.argv[1], "rb") as stream:
    mapped = mmap.mmap(stream.fileno(), 0, access=mmap.ACCESS_READ)
own = figure("RssAnon:")
(signature,) = pades.parse(mapped, Request("SG", HolderBinding.IF_PRESENT)).signatures
claim = signature.contents[0]
assert claim.content.digest(claim.algorithm) == claim.expected
mapped_more = figure("RssAnon:") - own
del signature, claim
mapped.close()
data = Path(sys.argv[1]).read_bytes()
begun = time.process_time()
said = [judge(data)]
used = time.process_time() - begun
print(json.dumps([said, figure("VmHWM:") - before, mapped_more, used, len(data)]))
"""


def test_two_hundred_megabytes(tmp_path):
    path = tmp_path / "large.pdf"

    def run(program, *more):
        return subprocess.run(
            [sys.executable, "-c", program, str(path), *more],
            capture_output=True, text=True, check=True, cwd=ROOT,
        )  # fmt: skip

    run(MAKE, str(SIZE))
    judged = run(JUDGE)
    path.unlink()
    said, peak, mapped, used, size = json.loads(judged.stdout)
    print(f"{size >> 20} MB: peak {peak} MB more, mapped {mapped} MB more, {used:.2f} s")
    assert said == ["TOTAL-PASSED"]
    assert size > SIZE
    # The file that was mapped is memory of the kernel's; what was read of it is the process's own.
    assert mapped < MORE
    assert peak < (size >> 20) + MORE
