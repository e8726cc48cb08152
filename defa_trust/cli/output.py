"""Files that commands write (floor 13): as a whole, and never over another by accident."""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import Any

from ..errors import MisuseError


def write_json(document: dict[str, Any], output: str | None, *, force: bool) -> None:
    """A list's document, for people to edit."""
    text = json.dumps(document, indent=2, ensure_ascii=False) + "\n"
    write_output(text.encode(), output, force=force)


def write_output(data: bytes, output: str | None, *, force: bool) -> None:
    """To standard output, or to a file as a whole; an existing one stays without ``force``."""
    if output is None or output == "-":
        sys.stdout.buffer.write(data)
        sys.stdout.buffer.flush()
        return
    path = Path(output)
    try:
        if not force:
            with path.open("xb") as file:
                file.write(data)
            return
        place = path.parent
        with NamedTemporaryFile(dir=place, prefix=f".{path.name}.", delete=False) as temporary:
            temporary.write(data)
            temporary.flush()
            os.fsync(temporary.fileno())
        Path(temporary.name).chmod(0o644)
        Path(temporary.name).replace(path)
    except FileExistsError:
        raise MisuseError(f"{output} exists; --force replaces it") from None
    except OSError as fault:
        raise MisuseError(f"{output} cannot be written: {fault.strerror}") from None
