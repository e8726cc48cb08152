"""The vectors as one file to hand on, and the digests of everything in it (floor 13).

``python -m defa_trust.conformance.archive [DIR]`` writes ``defa-vectors-v1.zip``, ``SHA256SUMS``.
The same vectors give the same octets on every machine: members are sorted, stored and not
compressed (whose result depends on the library), and carry one date.
"""

from __future__ import annotations

import sys
from hashlib import sha256
from pathlib import Path
from typing import Final
from zipfile import ZIP_STORED, ZipFile, ZipInfo

from ..errors import MisuseError
from .registry import VERSION
from .run import default_vectors, load

NAME: Final = f"defa-vectors-v{VERSION}"
SUMS: Final = "SHA256SUMS"
_DATE: Final = (1980, 1, 1, 0, 0, 0)
_MODE: Final = 0o100644 << 16
_SCHEMAS: Final = (f"test-vector.v{VERSION}.schema.json", f"test-result.v{VERSION}.schema.json")


def members(vectors: Path) -> dict[str, bytes]:
    """What goes in, by its path in the archive, sorted; raises ``MisuseError`` where a file that
    belongs there is missing, or is not the one that the index names."""
    load(vectors)  # every digest in the index is compared
    package = Path(__file__).resolve().parents[1]
    found: dict[str, bytes] = {}
    try:
        for path in vectors.iterdir():
            if path.suffix in (".json", ".md"):
                found[f"{NAME}/{path.name}"] = path.read_bytes()
        for name in _SCHEMAS:
            places = (package.parent / "schemas" / name, package / "_schemas" / name)
            path = next(place for place in places if place.is_file())
            found[f"{NAME}/schemas/{name}"] = path.read_bytes()
    except (OSError, StopIteration) as fault:
        raise MisuseError(f"the vectors are not complete here: {fault}") from None
    return dict(sorted(found.items()))


def sums(found: dict[str, bytes]) -> bytes:
    """A digest list as ``sha256sum --check`` reads it."""
    return "".join(f"{sha256(data).hexdigest()}  {name}\n" for name, data in found.items()).encode()


def write(directory: Path, vectors: Path | None = None) -> Path:
    """The archive in ``directory``, with a digest list inside, and beside it one of its own."""
    found = members(vectors or default_vectors())
    inside = {name.removeprefix(f"{NAME}/"): data for name, data in found.items()}
    found[f"{NAME}/{SUMS}"] = sums(inside)
    directory.mkdir(parents=True, exist_ok=True)
    target = directory / f"{NAME}.zip"
    with ZipFile(target, "w", ZIP_STORED) as archive:
        for name, data in sorted(found.items()):
            entry = ZipInfo(name, _DATE)
            entry.external_attr = _MODE
            entry.create_system = 3  # written as on Unix, wherever that is
            archive.writestr(entry, data)
    (directory / SUMS).write_bytes(sums({target.name: target.read_bytes()}))
    return target


def main(arguments: list[str]) -> int:
    """Exit 0 where it was written, 2 on misuse."""
    if len(arguments) > 1 or any(argument.startswith("-") for argument in arguments):
        sys.stderr.write("usage: python -m defa_trust.conformance.archive [DIR]\n")
        return 2
    try:
        target = write(Path(arguments[0] if arguments else "build"))
    except (MisuseError, OSError) as fault:
        sys.stderr.write(f"{fault}\n")
        return 2
    sys.stdout.write((target.parent / SUMS).read_text(encoding="ascii"))
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
