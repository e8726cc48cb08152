"""Small wrong turns, one at a time, in the functions of a module: what a mutation run draws from.

A change is named by what it does and where: its name stays while the line it changes stays, however
the file around it moves.
"""

from __future__ import annotations

import ast
import copy
from hashlib import sha256
from pathlib import Path
from typing import NamedTuple

WIDENED = {
    ast.Lt: ast.LtE, ast.LtE: ast.Lt, ast.Gt: ast.GtE, ast.GtE: ast.Gt,
    ast.Eq: ast.NotEq, ast.NotEq: ast.Eq, ast.In: ast.NotIn, ast.NotIn: ast.In,
    ast.Is: ast.IsNot, ast.IsNot: ast.Is,
}  # fmt: skip
EDGES = (ast.Lt, ast.LtE, ast.Gt, ast.GtE)
SWAPPED = {"min": "max", "max": "min", "any": "all", "all": "any"}
SILENT = ("__repr__", "__str__", "__eq__", "__hash__", "__len__", "__setattr__", "__delattr__",
          "__reduce__", "__getstate__")  # fmt: skip
"""Methods that no verdict rests on."""
MISTAKES = ("MisuseError", "TypeError", "AttributeError", "NotVerified")
"""What is raised where a caller goes wrong in Python: no input of a vector can cause it."""
TEXT_AFTER = {"Rejection": 1, "shown": 0, "name_of": 0}
"""Arguments from this place on are words for a person; so is every argument by name."""
BESIDE = {
    "verify:Verifier.require": "asks evaluate(), as the vectors do, and raises",
    "resolve:missing_lists": "what to fetch, beside an answer that is there already",
    "formats.status_list:read_aggregation": "addresses for whoever fetches lists in advance",
    "formats.status_list:_aggregation": "an address for whoever fetches lists in advance",
    "formats.mdoc:_kind": "a word for a person",
    "x509.profiles:describe": "words for a person",
    "recognition.law_rules:floor": "a remark beside the verdict, whatever it says",
    "recognition.reliability_rules:designation": "a remark beside the verdict, whatever it says",
}
"""Functions that no answer rests on, by design, each with the reason."""


class Change(NamedTuple):
    """``function`` is the qualified name of the outermost function that holds the change."""

    module: str
    function: str
    line: int
    kind: str
    text: str
    nth: int
    place: int

    @property
    def name(self) -> str:
        again = f" #{self.nth + 1}" if self.nth else ""
        return f"{self.module}:{self.function}: {self.kind}: {self.text}{again}"

    def order(self, seed: str) -> str:
        """Where it stands in the draw: a change elsewhere moves nothing here."""
        return sha256(f"{seed} {self.name}".encode()).hexdigest()


def _short(node: ast.AST) -> str:
    text = " ".join(ast.unparse(node).split())
    return text if len(text) <= 90 else text[:87] + "..."


def _mistake(node: ast.AST) -> bool:
    """Whether a statement refuses what a caller did, and not what came in."""
    if isinstance(node, ast.If):
        return len(node.body) == 1 and not node.orelse and _mistake(node.body[0])
    raised = node.exc if isinstance(node, ast.Raise) else None
    raised = raised.func if isinstance(raised, ast.Call) else raised
    return isinstance(raised, ast.Name) and raised.id in MISTAKES


def _shown(call: ast.Call) -> list[ast.AST] | None:
    """What of a call is not a text, where the rest is."""
    if not isinstance(call.func, ast.Name) or call.func.id not in TEXT_AFTER:
        return None
    return [call.func, *call.args[: TEXT_AFTER[call.func.id]]]


def _raises(body: list[ast.stmt]) -> bool:
    return isinstance(body[0], ast.Raise) or (
        isinstance(body[0], ast.Return | ast.Expr) and body[0].value is not None
    )


def _kinds(node: ast.AST):
    """The kinds of change that ``node`` allows."""
    if isinstance(node, ast.If) and _raises(node.body):
        yield "check skipped"
        if not node.orelse:
            yield "check always taken"
    elif isinstance(node, ast.IfExp):
        yield "first choice always"
        yield "second choice always"
    elif isinstance(node, ast.Raise):
        yield "refusal dropped"
    elif isinstance(node, ast.Expr) and isinstance(node.value, ast.Call):
        yield "call dropped"
    elif isinstance(node, ast.Compare) and len(node.ops) == 1:
        yield "edge moved" if isinstance(node.ops[0], EDGES) else "comparison turned"
    elif isinstance(node, ast.BoolOp):
        yield "and for or"
        yield "first part dropped"
        yield "last part dropped"
    elif isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not):
        yield "not dropped"
    elif isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
        if node.func.id in ("min", "max") and len(node.args) == 2:
            yield "first bound dropped"
            yield "second bound dropped"
        if node.func.id in SWAPPED:
            yield f"{SWAPPED[node.func.id]} for {node.func.id}"
    elif isinstance(node, ast.Constant) and isinstance(node.value, bool):
        yield "truth turned"


class _Turn(ast.NodeTransformer):
    """Changes the ``place``-th node (in the order of ``ast.walk``) of one function."""

    def __init__(self, target: ast.AST, kind: str) -> None:
        self.target, self.kind = target, kind

    def visit(self, node):
        return self.turned(node) if node is self.target else self.generic_visit(node)

    def turned(self, node):
        kind = self.kind
        if kind == "check skipped":
            node.test = ast.Constant(value=False)
        elif kind == "check always taken":
            node.test = ast.Constant(value=True)
        elif kind in ("first choice always", "second choice always"):
            return node.body if kind.startswith("first") else node.orelse
        elif kind in ("refusal dropped", "call dropped"):
            return ast.Pass()
        elif kind in ("edge moved", "comparison turned"):
            node.ops = [WIDENED[type(node.ops[0])]()]
        elif kind == "and for or":
            node.op = ast.Or() if isinstance(node.op, ast.And) else ast.And()
        elif kind == "first part dropped":
            node.values = node.values[1:]
        elif kind == "last part dropped":
            node.values = node.values[:-1]
        elif kind == "not dropped":
            return node.operand
        elif kind == "first bound dropped":
            return node.args[1]
        elif kind == "second bound dropped":
            return node.args[0]
        elif kind == "truth turned":
            node.value = not node.value
        else:
            node.func.id = SWAPPED[node.func.id]
        if kind.endswith("part dropped") and len(node.values) == 1:
            return node.values[0]
        return node


def _functions(tree: ast.Module):
    for node in tree.body:
        if isinstance(node, ast.FunctionDef):
            yield node.name, node
        elif isinstance(node, ast.ClassDef):
            for member in node.body:
                if isinstance(member, ast.FunctionDef) and member.name not in SILENT:
                    yield f"{node.name}.{member.name}", member


def _judging(function: ast.FunctionDef):
    """The nodes of the body that run; no assertions, no annotations, no defaults, no texts."""
    waiting = list(reversed(function.body))
    while waiting:
        node = waiting.pop()
        if isinstance(node, ast.Assert | ast.AnnAssign | ast.JoinedStr):
            if isinstance(node, ast.AnnAssign) and node.value is not None:
                waiting.append(node.value)
            continue
        if _mistake(node):
            continue
        if isinstance(node, ast.Call) and (parts := _shown(node)) is not None:
            yield node
            waiting += reversed(parts)
            continue
        yield node
        if isinstance(node, ast.FunctionDef | ast.Lambda):
            body = node.body if isinstance(node.body, list) else [node.body]
            waiting += reversed(body)
            continue
        waiting += reversed(list(ast.iter_child_nodes(node)))


def changes_of(module: str, path: Path) -> list[Change]:
    """Every change this file allows, in the order of its lines."""
    found: list[Change] = []
    seen: dict[tuple[str, str, str], int] = {}
    for name, function in _functions(ast.parse(path.read_text("utf-8"))):
        if f"{module}:{name}" in BESIDE:
            continue
        for place, node in enumerate(_judging(function)):
            for kind in _kinds(node):
                shown = node.test if isinstance(node, ast.If) else node
                key = (name, kind, _short(shown))
                nth = seen[key] = seen.get(key, -1) + 1
                found.append(Change(module, name, node.lineno, kind, key[2], nth, place))
    return found


def changed(change: Change, path: Path):
    """The code object of ``change.function`` with the change, and without: (new, old)."""
    tree = ast.parse(path.read_text("utf-8"))
    before = compile(tree, str(path), "exec")
    tree = copy.deepcopy(tree)
    function = next(node for name, node in _functions(tree) if name == change.function)
    target = next(n for place, n in enumerate(_judging(function)) if place == change.place)
    _Turn(target, change.kind).visit(function)
    after = compile(ast.fix_missing_locations(tree), str(path), "exec")
    return _code(after, change.function), _code(before, change.function)


def _code(module, qualified: str):
    waiting = [module]
    while waiting:
        code = waiting.pop()
        if code.co_qualname == qualified:
            return code
        waiting += [const for const in code.co_consts if hasattr(const, "co_qualname")]
    raise LookupError(qualified)
