"""Versions of code by what it says: a function, and all that it uses of its package.

White space, comments and docstrings do not count. Read from the syntax tree, so nothing is run.
"""

import ast
import hashlib
import inspect
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

__all__ = ["CodeVersions"]

_Definitions = dict[str, list[ast.stmt]]


class CodeVersions:
    """Digests of functions, with the functions, classes and constants of ``package`` that they use."""

    def __init__(self, package: str) -> None:
        self._package = package
        self._modules: dict[str, _Definitions] = {}

    def of(self, function: Callable[..., Any]) -> str:
        """Sixteen hexadecimal characters that change when the function, or what it uses, changes."""
        function = inspect.unwrap(function)
        module, name = function.__module__, function.__qualname__.partition(".")[0]
        seen: dict[tuple[str, str], str] = {}
        if name in self._definitions(module):
            self._visit(module, name, seen)
        else:
            seen[module, function.__qualname__] = _bytecode(function)
        text = "\n".join(f"{key} {seen[key]}" for key in sorted(seen))
        return hashlib.sha256(text.encode()).hexdigest()[:16]

    def _visit(self, module: str, name: str, seen: dict[tuple[str, str], str]) -> None:
        statements = self._definitions(module).get(name)
        if statements is None or (module, name) in seen:
            return
        seen[module, name] = "".join(map(ast.dump, statements))
        for statement in statements:
            if isinstance(statement, ast.Import | ast.ImportFrom):
                self._follow(module, name, statement, seen)
                continue
            for used in _names(statement):
                self._visit(module, used, seen)
            for owner, attribute in _attributes(statement):
                for other in self._submodules(module, owner):
                    self._visit(other, attribute, seen)

    def _follow(
        self, module: str, name: str, statement: ast.Import | ast.ImportFrom, seen: dict[tuple[str, str], str]
    ) -> None:
        if isinstance(statement, ast.ImportFrom):
            origin = self._origin(module, statement)
            for alias in statement.names:
                if name in {alias.asname, alias.name}:
                    self._visit(origin, alias.name, seen)

    def _submodules(self, module: str, owner: str) -> Iterator[str]:
        """The modules of the package that a name of ``module`` stands for."""
        for statement in self._definitions(module).get(owner, []):
            if isinstance(statement, ast.ImportFrom):
                for alias in statement.names:
                    if owner in {alias.asname, alias.name}:
                        yield f"{self._origin(module, statement)}.{alias.name}"
            elif isinstance(statement, ast.Import):
                for alias in statement.names:
                    if owner == alias.asname:
                        yield alias.name

    def _origin(self, module: str, statement: ast.ImportFrom) -> str:
        if not statement.level:
            return statement.module or ""
        loaded = sys.modules.get(module)
        parts = module.split(".")
        is_package = loaded is not None and hasattr(loaded, "__path__")
        kept = len(parts) - statement.level + (1 if is_package else 0)
        return ".".join([*parts[:kept], *([statement.module] if statement.module else [])])

    def _definitions(self, module: str) -> _Definitions:
        if module not in self._modules:
            self._modules[module] = self._read(module)
        return self._modules[module]

    def _read(self, module: str) -> _Definitions:
        loaded = sys.modules.get(module)
        path = getattr(loaded, "__file__", None)
        if module.partition(".")[0] != self._package.partition(".")[0] or not path:
            return {}
        found: _Definitions = {}
        for statement in _top_level(_without_docstrings(ast.parse(Path(path).read_bytes()))):
            for name in _defined(statement):
                found.setdefault(name, []).append(statement)
        return found


def _top_level(tree: ast.AST) -> Iterator[ast.stmt]:
    """Statements of a module, those under ``if``, ``try`` and ``with`` included."""
    for field in ("body", "orelse", "finalbody", "handlers"):
        for child in getattr(tree, field, []):
            if isinstance(child, ast.If | ast.Try | ast.With | ast.ExceptHandler):
                yield from _top_level(child)
            elif isinstance(child, ast.stmt):
                yield child


def _defined(statement: ast.stmt) -> Iterator[str]:
    if isinstance(statement, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
        yield statement.name
    elif isinstance(statement, ast.Import | ast.ImportFrom):
        for alias in statement.names:
            yield alias.asname or alias.name.partition(".")[0]
    else:
        for node in ast.walk(statement):
            if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
                yield node.id


def _names(tree: ast.AST) -> set[str]:
    return {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}


def _attributes(tree: ast.AST) -> set[tuple[str, str]]:
    return {
        (node.value.id, node.attr)
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name)
    }


def _without_docstrings(tree: ast.Module) -> ast.Module:
    for node in ast.walk(tree):
        body = getattr(node, "body", None)
        if isinstance(body, list) and body and isinstance(body[0], ast.Expr):
            value = body[0].value
            if isinstance(value, ast.Constant) and isinstance(value.value, str):
                node.body = body[1:] or [ast.Pass()]  # type: ignore[attr-defined]
    return tree


def _bytecode(function: Callable[..., Any]) -> str:
    """For a function without a source file (a notebook's, a test's)."""
    code = function.__code__
    constants = [value for value in code.co_consts if not inspect.iscode(value)]
    nested = [value.co_code.hex() for value in code.co_consts if inspect.iscode(value)]
    return f"{code.co_code.hex()} {constants!r} {code.co_names} {nested}"
