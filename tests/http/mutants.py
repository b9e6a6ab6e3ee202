"""The verifier with one check taken away: every way of doing so, made from its source."""

import ast
import copy
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import ModuleType
from typing import Any, cast

from shared.http import tokens

SOURCE = Path(tokens.__file__).read_text()
CHECKED_READS = {"_text", "_integer"}
REFUSING_ARGUMENTS = {"object_pairs_hook", "parse_constant"}
LIMITS = {"LONGEST_TOKEN", "SKEW", "LONGEST_LIFE"}


def list_mutants() -> dict[str, ast.Module]:
    """The verifier's module in every mutation, by the line and text of what was taken away."""
    original = ast.parse(SOURCE)
    mutants: dict[str, ast.Module] = {}
    for index, node in enumerate(ast.walk(original)):
        for number, (what, replacement) in enumerate(_weaken(node)):
            mutant = copy.deepcopy(original)
            target = next(each for place, each in enumerate(ast.walk(mutant)) if place == index)
            changed = _Replace(target, replacement).visit(mutant)
            line = getattr(node, "lineno", 0)
            mutants[f"{line}.{index}.{number} {what}"] = ast.fix_missing_locations(changed)
    return mutants


@contextmanager
def loaded(mutant: ast.Module) -> Iterator[ModuleType]:
    """The module, known under a name of its own while the block lasts: dataclasses look themselves up."""
    module = ModuleType("tests.http.weakened_tokens")
    sys.modules[module.__name__] = module
    try:
        exec(compile(mutant, "weakened", "exec"), module.__dict__)  # noqa: S102 -- our own source, one check short
        yield module
    finally:
        del sys.modules[module.__name__]


class _Replace(ast.NodeTransformer):
    def __init__(self, target: ast.AST, replacement: ast.AST) -> None:
        self._target = target
        self._replacement = replacement

    def visit(self, node: ast.AST) -> Any:
        return self._replacement if node is self._target else self.generic_visit(node)


def _weaken(node: ast.AST) -> Iterator[tuple[str, ast.AST]]:
    """What may stand in the node's place with one check less, and what that takes away."""
    text = ast.unparse(node) if isinstance(node, ast.expr | ast.stmt) else ""
    match node:
        case ast.Expr(value=ast.Call()) | ast.Raise(exc=ast.Call(func=ast.Name(id="_Refused"))):
            yield text, ast.Pass()
        case ast.If():
            yield f"if {ast.unparse(node.test)}", ast.Pass()
        case ast.Call(func=ast.Name(id="_require"), args=[condition, what]):
            for part, rest in _without_one_part(condition):
                yield part, ast.Call(node.func, [rest, what], [])
        case ast.Call(func=ast.Name(id=name), args=[values, key]) if name in CHECKED_READS:
            yield text, ast.Call(ast.Attribute(values, "get", ast.Load()), [key], [])
        case ast.keyword(arg=name) if name in REFUSING_ARGUMENTS:
            yield f"{name}", ast.keyword(name, ast.Constant(None))
        case ast.Call(func=ast.Attribute(attr="decode", value=ast.Name(id="raw"))):
            yield text, ast.Name("raw", ast.Load())
        case ast.Assign() | ast.AnnAssign():
            yield from _loosen(node)


def _without_one_part(condition: ast.expr) -> Iterator[tuple[str, ast.expr]]:
    """A condition of several parts, each time with one of them left out."""
    if isinstance(condition, ast.Compare) and len(condition.ops) > 1:
        operands = [condition.left, *condition.comparators]
        parts: list[ast.expr] = [
            ast.Compare(operands[n], [operator], [operands[n + 1]]) for n, operator in enumerate(condition.ops)
        ]
    elif isinstance(condition, ast.BoolOp) and isinstance(condition.op, ast.And):
        parts = condition.values
    else:
        return
    for part in parts:
        rest = [each for each in parts if each is not part]
        yield ast.unparse(part), rest[0] if len(rest) == 1 else ast.BoolOp(ast.And(), rest)


def _loosen(node: ast.Assign | ast.AnnAssign) -> Iterator[tuple[str, ast.AST]]:
    """A limit doubled, or one header of those that are refused let through."""
    target = node.targets[0] if isinstance(node, ast.Assign) else node.target
    name = target.id if isinstance(target, ast.Name) else ""
    if name in LIMITS:
        for number, value in enumerate(_limits(node)):
            looser = copy.deepcopy(node)
            same = _limits(looser)[number]
            doubled = ast.BinOp(copy.deepcopy(same), ast.Mult(), ast.Constant(2))
            yield f"{name} {ast.unparse(value)}", _Replace(same, doubled).visit(looser)
    elif name == "REFUSED_HEADERS":
        assert isinstance(node.value, ast.Call)
        for header in cast("ast.Set", node.value.args[0]).elts:
            rest = copy.deepcopy(node)
            elements = cast("ast.Set", cast("ast.Call", rest.value).args[0])
            elements.elts = [each for each in elements.elts if ast.unparse(each) != ast.unparse(header)]
            yield f"{name} {ast.unparse(header)}", rest


def _limits(node: ast.Assign | ast.AnnAssign) -> list[ast.expr]:
    assert node.value is not None
    return node.value.values if isinstance(node.value, ast.Dict) else [node.value]
