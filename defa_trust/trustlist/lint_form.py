"""Form of a list, every fault at once: JSON, schema, and what the decoder refuses (floor 5).

The JSON Schema names each member that is wrong; the decoder, asked service by service, has the last
word, so that no list is called clean that ``decode`` would refuse.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterator
from functools import cache
from typing import Any, Final

from ..codec import json as strict_json
from ..codes import codec as json_codes
from ..codes import listing as codes
from ..errors import Rejection
from .arrangements import read_arrangements
from .decode import decode
from .lint_model import (
    ENTITIES,
    ROOT,
    SCHEME,
    Fault,
    Severity,
    Subject,
    declare,
    sequence,
    step,
)
from .model import ListType
from .schema import each_error, load_schema
from .services import read_services

SCHEMAS: Final = {
    ListType.REGIONAL: "regional-list.v1",
    ListType.MEMBER_STATE: "member-state-list.v1",
    ListType.RECOGNITION: "recognition-list.v1",
}
MAX_DEPTH: Final = 32
_CLAUSE: Final = re.compile(r"\(((?:TS|RFC|BCP|ISO|DEFA|UAX)\b[^()]*)\)")
_MAX_SHOWN: Final = 80
_OF_ONE_VALUE: Final = frozenset({"enum", "const", "pattern", "format", "contains", "not"})

JSON_SYNTAX: Final = declare(
    "form.json",
    "RFC 8259; RFC 7493",
    Severity.ERROR,
    "Is the payload JSON that every reader reads alike?",
)
JSON_DUPLICATE: Final = declare(
    "form.duplicate_member",
    "RFC 7493, 2.3",
    Severity.ERROR,
    "Is each member of an object there once?",
)
TYPE_UNKNOWN: Final = declare(
    "form.list_type",
    "TS 119 602, 6.3.3",
    Severity.ERROR,
    "Is LoTEType one of the three of this profile?",
)
SCHEMA: Final = declare(
    "form.schema",
    "TS 119 602, 6 and JSON schema",
    Severity.ERROR,
    "Has every member the form that the JSON Schema gives it?",
)
PROFILE: Final = declare(
    "form.profile",
    "DEFA profile of TS 119 602",
    Severity.ERROR,
    "Would a verifier's decoder read the list?",
)


# --- JSON ----------------------------------------------------------------------------------------
class _Object(dict[str, Any]):
    """An object that remembers which of its members came twice."""

    twice: tuple[str, ...] = ()


def _object(pairs: list[tuple[str, Any]]) -> _Object:
    found = _Object(pairs)
    if len(found) != len(pairs):
        times = Counter(member for member, _ in pairs)
        found.twice = tuple(member for member, count in times.items() if count > 1)
    return found


def parse(payload: bytes, max_bytes: int) -> tuple[Any, list[Fault], Rejection | None]:
    """(document, duplicate members, what stopped the reading).

    Duplicates are found with their paths, and the rest is still linted (the last one counts).
    """
    try:
        return (
            strict_json.loads_object(payload, max_depth=MAX_DEPTH, max_bytes=max_bytes), [], None,
        )  # fmt: skip
    except Rejection as refusal:
        if refusal.code is not json_codes.JSON_DUPLICATE_MEMBER:
            return None, [], refusal
    try:
        loose = json.loads(payload, object_pairs_hook=_object)
    except (ValueError, RecursionError):
        return None, [], Rejection(json_codes.JSON_SYNTAX)
    faults: list[Fault] = []
    return _plain(loose, "$", faults), faults, None


def _plain(value: Any, path: str, faults: list[Fault]) -> Any:
    if isinstance(value, _Object):
        faults += [
            Fault(step(path, member), "The member is there more than once.")
            for member in value.twice
        ]
        return {
            member: _plain(content, step(path, member), faults) for member, content in value.items()
        }
    if type(value) is list:
        return [_plain(entry, step(path, number), faults) for number, entry in enumerate(value)]
    return value


# --- schema --------------------------------------------------------------------------------------
def schema_faults(subject: Subject) -> Iterator[tuple[Fault, bool]]:
    """Every error of the JSON Schema with path, reason and the clause that the schema cites.

    The second value says whether the fault is in one value, where a rule may know a better reason.
    """
    if subject.type is None:
        return
    schema = SCHEMAS[subject.type]
    for error in each_error(subject.document, schema):
        for leaf in _leaves(error):
            path = "$"
            for part in leaf.absolute_path:
                path = step(path, part)
            fault = Fault(path, _reason(leaf), _clause(schema, list(leaf.absolute_schema_path)))
            yield fault, leaf.validator in _OF_ONE_VALUE


def _leaves(error: Any) -> Iterator[Any]:
    """An `anyOf` is explained by the alternative that was meant: the one that fitted longest."""
    branches: dict[Any, list[Any]] = {}
    for inner in error.context or ():
        branches.setdefault(inner.schema_path[0], []).append(inner)
    meant = [errors for errors in branches.values() if all(len(inner.path) > 0 for inner in errors)]
    if not meant:
        yield error
        return
    for inner in min(meant, key=len):
        yield from _leaves(inner)


def _reason(error: Any) -> str:
    wanted, instance = error.validator_value, error.instance
    match error.validator:
        case "required":
            lacking = [member for member in wanted if member not in instance]
            # jsonschema reports one error for each lacking member and quotes it first.
            named = next((m for m in lacking if error.message.startswith(repr(m))), None)
            return f"The member {named or ', '.join(lacking)} is missing."
        case "additionalProperties" | "unevaluatedProperties":
            known = error.schema.get("properties", {})
            names = ", ".join(_shown(member) for member in instance if member not in known)
            return f"A member is not defined here: {names}."
        case "const":
            return f"It is {_shown(instance)}; it must be {json.dumps(wanted)}."
        case "enum":
            choices = ", ".join(str(choice) for choice in wanted)
            return f"It is {_shown(instance)}; it must be one of {choices}."
        case "type":
            return f"It is {_kind(instance)}; it must be of the type {wanted}."
        case "minimum" | "maximum":
            least = "at least" if error.validator == "minimum" else "at most"
            return f"It is {_shown(instance)}; it must be {least} {wanted}."
        case "minItems" | "maxItems" | "minLength" | "maxLength":
            least = "at least" if error.validator.startswith("min") else "at most"
            unit = "entries" if error.validator.endswith("Items") else "characters"
            return f"It has {len(instance)} {unit}; it must have {least} {wanted}."
        case "uniqueItems":
            return "An entry is there twice."
        case "contains":
            return "An entry that must be there is missing; English is mandatory for texts."
        case "pattern" | "format":
            meant = str(error.schema.get("description", "")).partition(" (")[0].rstrip(".")
            form = f" What belongs here: {meant}." if meant else ""
            return f"It is {_shown(instance)}, which has not the right form.{form}"
        case "anyOf" | "oneOf":
            return "It matches none of the forms that are allowed here."
        case "not":
            return f"It is {_shown(instance)}, which is not allowed here."
    return f"It breaks the schema's `{error.validator}`."


def _shown(value: Any) -> str:
    """A short value as JSON; of a long one only its kind."""
    if isinstance(value, str | int | float | None) and len(str(value)) <= _MAX_SHOWN:
        return json.dumps(value)
    if isinstance(value, str):
        return f"a text of {len(value)} characters ({json.dumps(value[:24])} …)"
    return _kind(value)


def _kind(value: Any) -> str:
    kinds = {dict: "an object", list: "an array", str: "a text", bool: "true or false"}
    return kinds.get(type(value), "null" if value is None else "a number")


@cache
def _loaded(schema: str) -> dict[str, Any]:
    return load_schema(schema)


def _clause(schema: str, steps: list[Any]) -> str | None:
    """The clause named by the innermost description on the way through the schema."""
    root = node = _loaded(schema)
    found: str | None = None
    for part in (*steps, None):
        # jsonschema leaves references out of its paths.
        while type(node) is dict:
            cited = _CLAUSE.findall(str(node.get("description", "")))
            found = cited[-1].partition(":")[0] if cited else found
            if "$ref" not in node or part in node:
                break
            file, _, pointer = str(node["$ref"]).partition("#")
            root = _loaded(file.removesuffix(".schema.json")) if file else root
            node = root
            for name_ in filter(None, pointer.split("/")):
                node = node[name_]
        try:
            node = node[part]
        except (KeyError, IndexError, TypeError):
            break
    return found


# --- decoder -------------------------------------------------------------------------------------
_PREFIXES: Final = (
    ("document", "$"),
    ("LoTE", ROOT),
    ("TrustedEntitiesList", ENTITIES),
    *(
        (member, f"{SCHEME}{'' if member.startswith('List') else '.' + member}")
        for member in ("ListAndSchemeInformation", "PointersToOtherLoTE", "SchemeExtensions")
    ),
)


_OF_FORM: Final = frozenset(
    {
        codes.MEMBER_UNKNOWN,
        codes.MEMBER_MISSING,
        codes.MEMBER_VALUE,
        codes.TIME_FORM,
        codes.HISTORY_ORDER,
        codes.DUPLICATE,
        codes.TEXT_ENGLISH,
        codes.EXTENSION_FORM,
        codes.EXTENSION_TWICE,
        codes.EXTENSION_CRITICAL,
        codes.CLOSED,
        codes.POINTER,
        codes.SIGNER_SHARED,
        codes.TOO_MANY,
    }
)


def decoder_faults(subject: Subject) -> Iterator[tuple[Fault, bool]]:
    """What ``decode`` refuses: in the whole, and in each service and arrangement by itself.

    The second value says whether the fault is one of form, which a finding beneath explains better.
    """
    if subject.type is None:
        return
    if subject.type is ListType.MEMBER_STATE:
        yield from _services(subject)
    if subject.type is ListType.RECOGNITION:
        yield from _arrangements(subject)
    try:
        decode(subject.document, digest="0" * 64, size=0)
    except Rejection as refusal:
        yield _refused(refusal)


def _services(subject: Subject) -> Iterator[tuple[Fault, bool]]:
    for service in subject.services:
        alone = {**service.entity, "TrustedEntityServices": [service.raw]}
        try:
            read_services([alone], "X", subject.territory)
        except Rejection as refusal:
            entity = service.path.rpartition(".")[0]
            yield _refused(
                refusal, ("X[0].TrustedEntityServices[0]", service.path), ("X[0]", entity)
            )


def _arrangements(subject: Subject) -> Iterator[tuple[Fault, bool]]:
    found = subject.extension("DefaRecognition")
    if found is None:
        return
    value, _, path = found
    for number, entry in enumerate(sequence(value)):
        try:
            read_arrangements([entry], "X", subject.territory)
        except Rejection as refusal:
            yield _refused(refusal, ("X[0]", f"{path}.DefaRecognition[{number}]"))


def _refused(refusal: Rejection, *places: tuple[str, str]) -> tuple[Fault, bool]:
    """``places``: where an entry that was read alone really stands; the first is its own."""
    path, text = refusal.where or "$", refusal.finding().text
    if places and not path.startswith("X["):
        path = places[0][1]
    for alone, whole in places:
        path = path.replace(alone, whole, 1)
        # The decoder's own texts leave out the way to the list or the scheme.
        text = text.replace(alone, whole.removeprefix(f"{SCHEME}.").removeprefix(f"{ROOT}."))
    for prefix, whole in _PREFIXES:
        if path == prefix or path.startswith((f"{prefix}.", f"{prefix}[")):
            path = whole + path[len(prefix) :]
            break
    else:
        # Some refusals of the whole name an entry and no place.
        path = path if path.startswith("$") else "$"
    path = path.replace("SchemeOperatorAddress.", "SchemeOperatorAddress.SchemeOperator", 1)
    path = path.replace("TEAddress.", "TEAddress.TE", 1)
    for short in ("Postal", "Electronic"):
        path = path.replace(f"Operator{short}[", f"Operator{short}Address[")
        path = path.replace(f"TE{short}[", f"TE{short}Address[")
    fault = Fault(path, f"{text} [{refusal.code.id}]", refusal.code.citation)
    return fault, refusal.where is None or path == "$" or refusal.code in _OF_FORM
