"""`make corpora`: run every driver, print one row each, write build/corpora.json.

Exit status 0 only when no row has a complaint: no wrong accept, no unexplained disagreement, no
exception that has become unnecessary.
"""

from __future__ import annotations

import json
import sys
import time
from importlib import import_module
from pathlib import Path

from .corpora import REPOSITORY, corpora_root, tally

DRIVERS = {
    "hcert": ("hcert", "hcert_driver", "cases"),
    "hcert-basic": ("hcert-basic", "hcert_driver", "basic_cases"),
    "sd-jwt": ("sd-jwt-status-list", "sd_jwt_driver", "cases"),
    "status-list": ("sd-jwt-status-list", "status_list_driver", "cases"),
    "jose-cookbook": ("jose-cose", "jose_cookbook_driver", "cases"),
    "cose": ("jose-cose", "cose_driver", "cases"),
    "mdoc": ("mdoc", "mdoc_driver", "cases"),
    "wycheproof": ("wycheproof", "wycheproof_driver", "cases"),
    "pkits": ("pkits-ocsp", "pkits_driver", "cases"),
    "x509-limbo": ("x509-limbo", "limbo_driver", "regen"),
    "x509-limbo-2023": ("x509-limbo", "limbo_driver", "of_2023"),
    "openssl-ocsp": ("pkits-ocsp", "openssl_ocsp_driver", "cases"),
    "cades": ("ades", "ades_driver", "cades_cases"),
    "cades-pinned": ("ades", "ades_driver", "cades_pinned"),
    "jades": ("ades", "ades_driver", "jades_cases"),
    "jades-pinned": ("ades", "ades_driver", "jades_pinned"),
    "xades": ("ades", "ades_driver", "xades_cases"),
    "xades-pinned": ("ades", "ades_driver", "xades_pinned"),
    "pades": ("ades", "ades_driver", "pades_cases"),
    "pades-pinned": ("ades", "ades_driver", "pades_pinned"),
    "asic": ("ades", "ades_driver", "asic_cases"),
    "asic-pinned": ("ades", "ades_driver", "asic_pinned"),
    "trust-lists": ("trust-lists", "trust_list_driver", "cases"),
}
"""Row name: (folder of the corpus, driver module, function that yields its cases)."""


def main() -> int:
    rows = []
    failed = False
    header = f"{'corpus':<16}{'cases':>7}{'agree':>7}{'excepted':>10}{'disagree':>10}"
    print(f"{header}{'wrong accepts':>15}{'out of scope':>14}{'seconds':>9}")
    for name, (folder, module, function) in DRIVERS.items():
        path = corpora_root() / folder
        if not path.is_dir():
            print(f"{name:<16}  not here: set DEFA_CORPORA to the folder that holds {folder!r}")
            failed = True
            continue
        begun = time.perf_counter()
        driver = getattr(import_module(f"tests.conformance.{module}"), function)
        row = tally(name, driver(path))
        elapsed = time.perf_counter() - begun
        rows.append(row.as_json())
        print(
            f"{name:<16}{row.cases:>7}{row.agree:>7}{row.excepted:>10}{row.disagree:>10}"
            f"{row.wrong_accepts:>15}{sum(row.out_of_scope.values()):>14}{elapsed:>9.1f}",
            flush=True,
        )
        for complaint in row.complaints[:10]:
            print(f"    {complaint}")
        failed = failed or bool(row.complaints)
    for row in rows:
        for reason, count in row["out_of_scope"].items():
            print(f"out of scope, {row['corpus']}: {count} × {reason}")
    target = Path(REPOSITORY) / "build" / "corpora.json"
    target.parent.mkdir(exist_ok=True)
    target.write_text(json.dumps(rows, indent=2) + "\n", encoding="utf-8")
    print(f"written: {target.relative_to(REPOSITORY)}")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
