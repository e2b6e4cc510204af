"""The words of every fault go through the catalogues, so that a French page shows French faults."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2] / "src" / "filrouge"
PACKAGES = (
    *("bootstrap.py", "explore", "flows", "integrations", "kernel", "measures", "organize", "scale"),
    *("storage", "streamline", "thread", "web"),
)
"""Folders, or modules with their ``.py``; the command line speaks English only."""
WORDS = {"what", "why", "action"}
"""What a person reads of a fault; ``where`` is a place."""


def faults() -> set[str]:
    """The names of the classes that derive from ``FilrougeError``, in any package."""
    bases: dict[str, set[str]] = {}
    for path in ROOT.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.ClassDef):
                own = {base.id for base in node.bases if isinstance(base, ast.Name)}
                bases.setdefault(node.name, set()).update(own)
    found = {"FilrougeError"}
    while more := {name for name, own in bases.items() if own & found} - found:
        found |= more
    return found


def called(call: ast.Call) -> str:
    """The name of what is called, its module left out."""
    return getattr(call.func, "id", "") or getattr(call.func, "attr", "")


def said(call: ast.Call) -> Iterator[ast.expr]:
    """The arguments of a fault that are words."""
    yield from call.args[:1]
    yield from (keyword.value for keyword in call.keywords if keyword.arg in WORDS)


def bare(words: ast.expr, told: dict[str, list[ast.expr]]) -> bool:  # noqa: PLR0911  (one case a line)
    """Whether an argument is, or may be, a text that was not looked up; ``told`` are the local names."""
    match words:
        case ast.Constant(value=str(text)):
            return any(sign.isalpha() for sign in text)
        case ast.JoinedStr(values=values):
            return any(isinstance(part, ast.Constant) and bare(part, told) for part in values)
        case ast.IfExp(body=yes, orelse=no):
            return bare(yes, told) or bare(no, told)
        case ast.BoolOp(values=values):
            return any(bare(value, told) for value in values)
        case ast.BinOp(left=left, right=right):
            return bare(left, told) or bare(right, told)
        case ast.Call(func=ast.Attribute(attr="format", value=template)):
            return bare(template, told)
        case ast.Call(func=ast.Name(id="_"), args=[ast.JoinedStr()]):
            return True
        case ast.Name(id=name):
            inner = {other: values for other, values in told.items() if other != name}
            return any(bare(value, inner) for value in told.get(name, ()))
    return False


def assigned(function: ast.AST) -> dict[str, list[ast.expr]]:
    """What the names of a function are set to, one by one or in pairs."""
    found: dict[str, list[ast.expr]] = {}
    for node in ast.walk(function):
        if not isinstance(node, ast.Assign):
            continue
        for target in node.targets:
            pairs = [(target, node.value)]
            if isinstance(target, ast.Tuple) and isinstance(node.value, ast.Tuple):
                pairs = list(zip(target.elts, node.value.elts, strict=False))
            for name, value in pairs:
                if isinstance(name, ast.Name):
                    found.setdefault(name.id, []).append(value)
    return found


def unmarked(source: str, names: set[str]) -> list[int]:
    """The lines of a module where the words of a fault are plain English."""
    tree = ast.parse(source)
    functions = [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)]
    lines = set()
    for scope in (tree, *functions):
        told = assigned(scope) if scope is not tree else {}
        for node in ast.walk(scope):
            if isinstance(node, ast.Call) and called(node) in names:
                lines |= {words.lineno for words in said(node) if bare(words, told)}
    return sorted(lines)


@pytest.mark.parametrize("package", PACKAGES)
def test_the_words_of_faults_are_marked(package: str):
    names, place = faults(), ROOT / package
    missing = [
        f"{path.relative_to(ROOT)}:{line}"
        for path in ([place] if place.is_file() else sorted(place.rglob("*.py")))
        for line in unmarked(path.read_text(encoding="utf-8"), names)
    ]
    assert not missing, "Give these words to _() or ngettext():\n" + "\n".join(missing)


@pytest.mark.parametrize(
    ("source", "lines"),
    [
        ("BadField('It is empty.')", [1]),
        ("errors.BadField(f'{name} is empty.')", [1]),
        ("BadField(_(f'{name} is empty.'))", [1]),
        ("BadField(_('It is empty.'), action='Fill it.')", [1]),
        ("BadField(_('It is empty.'), why=_('Why') + ' not')", [1]),
        ("BadField(_('It is empty.'), action=near(name) or 'Run: filrouge new')", [1]),
        ("BadField('It is empty.' if empty else _('It is full.'))", [1]),
        ("BadField('{name} is empty.'.format(name=name))", [1]),
        ("def ask():\n    what = 'It is empty.'\n    raise BadField(what)", [3]),
        ("def ask():\n    what, why = _('Empty.'), f'{name} is.'\n    raise BadField(what, why=why)", [3]),
        ("BadField(_('It is empty.'), where='the command line', why=str(error))", []),
        ("BadField(_('{name} is empty.').format(name=name), why=f'{error}.')", []),
        ("BadField(ngettext('{n} is empty.', '{n} are empty.', n).format(n=n), action=action)", []),
        ("def ask():\n    what = _('It is empty.')\n    raise BadField(what)", []),
        ("Other('Not a fault.')", []),
    ],
)
def test_what_counts_as_marked(source: str, lines: list[int]):
    assert unmarked(source, {"BadField"}) == lines
