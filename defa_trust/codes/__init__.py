"""Every stable code, in one module an area (floor 0).

``docs/verdicts.md`` prints this table and a test compares the two. A code is never renamed and
never reused: retired codes stay listed.
"""

from __future__ import annotations

from importlib import import_module
from typing import Final

from ..verdict import Code, Stage

AREAS: Final = (
    "codec",
    "crypto",
    "jose",
    "vc",
    "data_integrity",
    "sd_jwt",
    "hcert",
    "identity_qr",
    "id_token",
    "mdoc",
    "vical",
    "jwe",
    "presentation",
    "listing",
    "succession",
    "anchor",
    "spine",
    "status",
    "recognition",
    "recognition_rules",
    "evidence",
    "xml",
    "revocation",
    "x509",
    "cms",
    "signature",
    "timestamp",
    "xades",
    "jades",
    "pades",
    "zip",
    "asic",
)

__all__ = ["all_codes", "markdown"]


def all_codes() -> dict[str, Code]:
    """Every code by id; raises ``ValueError`` where two share one id.

    Lazy, because only faces (docs, CLI, conformance) need the whole table at once.
    """
    table: dict[str, Code] = {}
    for area in AREAS:
        for value in vars(import_module(f"{__name__}.{area}")).values():
            if isinstance(value, Code) and table.setdefault(value.id, value) is not value:
                raise ValueError(f"two codes share the id {value.id}")
    return table


def markdown() -> str:
    """The table of ``docs/verdicts.md``: one row a code, sorted by stage and id."""
    order = {stage: place for place, stage in enumerate(Stage)}
    rows = [
        "| code | stage | outcome | indication | sub-indication | recognition | exit | source |",
        "|---|---|---|---|---|---|---|---|",
    ]
    for code in sorted(all_codes().values(), key=lambda code: (order[code.stage], code.id)):
        exit_code = code.exit_code
        cells = (
            f"`{code.id}`",
            code.stage.value,
            code.outcome.value,
            code.indication.value if code.indication else "",
            code.sub_indication.value if code.sub_indication else "",
            code.recognition.value if code.recognition else "",
            "" if exit_code is None else str(exit_code.value),
            code.citation,
        )
        rows.append("| " + " | ".join(cells) + " |")
    return "\n".join(rows) + "\n"
