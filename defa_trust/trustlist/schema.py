"""The JSON Schemas of ``schemas/``, found and applied (floor 5).

For those who write lists: the decoder is strict by itself and needs no schema. ``jsonschema`` is
imported only when something is validated, so a verifier never pays for it.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Any

from ..codes import listing as codes
from ..errors import MisuseError, Rejection

_SUFFIX = ".schema.json"


@cache
def _folder() -> Traversable | Path:
    """Inside an installed wheel, or beside the package in a checkout."""
    shipped = files("defa_trust") / "_schemas"
    if shipped.is_dir():
        return shipped
    beside = Path(__file__).resolve().parents[2] / "schemas"
    if beside.is_dir():
        return beside
    raise MisuseError("the JSON Schemas are missing: reinstall defa-trust")


@cache
def _text(name: str) -> str:
    source = _folder() / f"{name}{_SUFFIX}"
    if not name or "/" in name or "\\" in name or not source.is_file():
        known = sorted(
            item.name.removesuffix(_SUFFIX)
            for item in _folder().iterdir()
            if item.name.endswith(_SUFFIX)
        )
        raise MisuseError(f"no schema {name!r}; known: {', '.join(known)}")
    return source.read_text(encoding="utf-8")


def load_schema(name: str) -> dict[str, Any]:
    """The schema ``name`` (such as `member-state-list.v1`), afresh; ``MisuseError`` if unknown."""
    loaded: dict[str, Any] = json.loads(_text(name))
    return loaded


@cache
def _validator(name: str) -> Any:
    from jsonschema import Draft202012Validator
    from referencing import Registry, Resource

    schema = load_schema(name)
    Draft202012Validator.check_schema(schema)
    # References stay inside schemas/: nothing is ever fetched.
    resources: list[tuple[str, Any]] = []
    for item in _folder().iterdir():
        if item.name.endswith(_SUFFIX):
            content = json.loads(item.read_text(encoding="utf-8"))
            if "$id" in content:
                resources.append((content["$id"], Resource.from_contents(content)))
    registry: Any = Registry().with_resources(resources)
    return Draft202012Validator(schema, registry=registry)


def validate(document: Any, name: str) -> None:
    """Raise ``Rejection`` (`list.schema`) with the path and reason of the first error, in the order
    of paths, and the number of all; the offending value itself is not repeated."""
    found = _validator(name).iter_errors(document)
    errors = [(_path(error), str(error.validator)) for error in found]
    if errors:
        path, rule = min(errors)
        raise Rejection(
            codes.SCHEMA,
            where=path,
            expected=name,
            actual=f"{path} breaks `{rule}` ({len(errors)} in all)",
        )


def each_error(document: Any, name: str) -> Iterator[Any]:
    """Every error of ``jsonschema`` itself, for those who explain errors to list makers."""
    found: Iterator[Any] = _validator(name).iter_errors(document)
    return found


def _path(error: Any) -> str:
    path = "$"
    for step in error.absolute_path:
        path += f"[{step}]" if isinstance(step, int) else f".{str(step)[:64]}"
    return path
