"""The expression language of measures: a small part of Python's, read with ``ast``, never run as Python.

Columns by name, numbers, texts, ``True``, ``False``, ``None``; ``and``, ``or``, ``not``; comparisons,
``in`` a list of constants; ``+ - * /``; ``is_null(x)``, ``abs(x)``, ``min(x, y)``, ``max(x, y)``,
``a if c else b``. Nothing else: no attribute, index, power, other call, or name that is not a column.
"""

import ast
import operator
from collections.abc import Callable, Collection
from functools import reduce
from typing import TYPE_CHECKING, Any

from filrouge.kernel.errors import Faults, FilrougeError, did_you_mean
from filrouge.kernel.i18n import _

if TYPE_CHECKING:
    import polars as pl

__all__ = ["BadExpression", "check_expression", "column_for", "compile_expression"]

MAX_LENGTH = 1000
MAX_DEPTH = 20
MAX_NODES = 200
_FUNCTIONS = {"is_null": (1, 1), "abs": (1, 1), "min": (2, 8), "max": (2, 8)}
_COMPARE: dict[type[ast.cmpop], Callable[[Any, Any], Any]] = {
    ast.Eq: operator.eq,
    ast.NotEq: operator.ne,
    ast.Lt: operator.lt,
    ast.LtE: operator.le,
    ast.Gt: operator.gt,
    ast.GtE: operator.ge,
}
_ARITHMETIC: dict[type[ast.operator], Callable[[Any, Any], Any]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
}
_ALLOWED = (
    ast.BoolOp, ast.And, ast.Or, ast.UnaryOp, ast.Not, ast.USub, ast.Compare, ast.In, ast.NotIn, ast.BinOp,
    ast.Name, ast.Load, ast.Constant, ast.Call, ast.IfExp, ast.List, ast.Tuple, *_COMPARE, *_ARITHMETIC,
)  # fmt: skip


class BadExpression(FilrougeError):
    """A measure's expression is outside its small language, or names no column."""

    code = "measure.bad-expression"


def column_for(name: str, columns: Collection[str]) -> str | None:
    """The column that a name means: itself, else the feature, else the input of that name.

    Example:
        >>> column_for("carrier", ["label", "input_carrier"])
        'input_carrier'
    """
    return next((c for c in (name, f"feature_{name}", f"input_{name}") if c in columns), None)


def check_expression(text: str, columns: Collection[str] | None = None) -> set[str]:
    """Check an expression; with ``columns``, its names too.

    Returns:
        The names it uses.

    Raises:
        BadExpression: one fault; ``Faults``: several.

    Example:
        >>> sorted(check_expression("verdict == 'accepted' and not is_null(label)"))
        ['label', 'verdict']
    """
    return _names(_parse(text), text, columns)


def compile_expression(text: str, columns: Collection[str]) -> "pl.Expr":
    """The expression for a frame with these columns.

    Raises:
        BadExpression: one fault; ``Faults``: several.

    Example:
        >>> import polars as pl
        >>> frame = pl.DataFrame({"score": [0.2, 0.8], "label": [0.0, 1.0]})
        >>> right = compile_expression("(score >= 0.5) == (label == 1)", frame.columns)
        >>> frame.select(right).to_series().to_list()
        [True, True]
    """
    tree = _parse(text)
    _names(tree, text, columns)
    return _lift(_compile(tree, columns))


def _parse(text: str) -> ast.expr:
    if len(text) > MAX_LENGTH:
        raise BadExpression(
            _("The expression has {count} characters; {most} are allowed.").format(
                count=len(text), most=MAX_LENGTH
            )
        )
    try:
        tree = ast.parse(text.strip(), mode="eval").body
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        raise BadExpression(_("This is not an expression."), where=text, why=str(error)) from error
    faults: list[FilrougeError] = []
    nodes = 0
    level: list[ast.AST] = [tree]
    for depth in range(MAX_DEPTH + 1):
        nodes += len(level)
        if nodes > MAX_NODES or (depth == MAX_DEPTH and level):
            raise BadExpression(
                _("The expression is too large."), where=text[:80], action=_("Split the measure.")
            )
        faults += [fault for node in level if (fault := _refusal(node, text))]
        level = [child for node in level for child in ast.iter_child_nodes(node)]
    Faults.raise_if_any(faults)
    return tree


def _outside(node: ast.AST) -> str:
    return _("'{part}' is not in the language of measures.").format(part=type(node).__name__)


def _why_refused(node: ast.AST) -> str:
    """What is wrong with a node by itself; nothing when it is of the language."""
    what = ""
    if not isinstance(node, _ALLOWED):
        what = _outside(node)
    elif isinstance(node, ast.Call):
        name = node.func.id if isinstance(node.func, ast.Name) else ""
        low, high = _FUNCTIONS.get(name, (0, -1))
        if high < 0:
            what = _("'{name}' is not a function of the language of measures.")
            what = what.format(name=name or ast.unparse(node.func))
        elif node.keywords or not low <= len(node.args) <= high:
            what = _("'{name}' takes {low} to {high} values.").format(name=name, low=low, high=high)
    elif isinstance(node, ast.Constant) and not isinstance(node.value, bool | int | float | str | None):
        what = _("{value!r} is not a number, a text, True, False or None.").format(value=node.value)
    elif isinstance(node, ast.Constant) and isinstance(node.value, int) and abs(node.value) > 2**53:
        what = _("A number is too large.")
    elif isinstance(node, ast.Compare) and any(isinstance(op, ast.In | ast.NotIn) for op in node.ops):
        items = node.comparators[0]
        if (
            len(node.ops) > 1
            or not isinstance(items, ast.List | ast.Tuple)
            or not all(isinstance(item, ast.Constant) for item in items.elts)
        ):
            what = _("'in' needs a list of constants.")
    return what


def _refusal(node: ast.AST, text: str) -> BadExpression | None:
    what = _why_refused(node)
    if not what:
        return None
    return BadExpression(
        what,
        where=text,
        action=_(
            "Use columns, constants, and/or/not, comparisons, + - * /, is_null, abs, min, max, if/else."
        ),
    )


def _names(tree: ast.expr, text: str, columns: Collection[str] | None) -> set[str]:
    functions = {id(node.func) for node in ast.walk(tree) if isinstance(node, ast.Call)}
    names = {n.id for n in ast.walk(tree) if isinstance(n, ast.Name) and id(n) not in functions}
    if columns is not None:
        short = {c.removeprefix("feature_").removeprefix("input_") for c in columns}
        unknown = sorted(name for name in names if column_for(name, columns) is None)
        Faults.raise_if_any(
            [
                BadExpression(
                    _("There is no column '{name}'.").format(name=name),
                    where=text,
                    action=did_you_mean(name, short),
                )
                for name in unknown
            ]
        )
    return names


def _lift(value: Any) -> "pl.Expr":
    import polars as pl

    return value if isinstance(value, pl.Expr) else pl.lit(value)


def _compile(node: ast.expr, columns: Collection[str]) -> Any:  # noqa: PLR0911  (one case a line)
    import polars as pl

    def sub(child: ast.expr) -> pl.Expr:
        return _lift(_compile(child, columns))

    match node:
        case ast.Constant():
            return pl.lit(float(node.value) if type(node.value) is int else node.value)
        case ast.Name():
            return pl.col(column_for(node.id, columns) or node.id)
        case ast.BoolOp():
            joining = operator.and_ if isinstance(node.op, ast.And) else operator.or_
            return reduce(joining, [sub(value) for value in node.values])
        case ast.UnaryOp():
            return ~sub(node.operand) if isinstance(node.op, ast.Not) else -sub(node.operand)
        case ast.BinOp():
            return _ARITHMETIC[type(node.op)](sub(node.left), sub(node.right))
        case ast.Compare():
            return _compare(node, columns)
        case ast.IfExp():
            return pl.when(sub(node.test)).then(sub(node.body)).otherwise(sub(node.orelse))
        case ast.Call(func=ast.Name(id=name)):
            return _call(name, [sub(argument) for argument in node.args])
    raise BadExpression(_outside(node))


def _call(name: str, values: "list[pl.Expr]") -> "pl.Expr":
    import polars as pl

    if name == "is_null":
        return values[0].is_null()
    if name == "abs":
        return values[0].abs()
    return pl.min_horizontal(values) if name == "min" else pl.max_horizontal(values)


def _compare(node: ast.Compare, columns: Collection[str]) -> "pl.Expr":
    left = _lift(_compile(node.left, columns))
    parts = []
    for op, right in zip(node.ops, node.comparators, strict=True):
        if isinstance(op, ast.In | ast.NotIn):
            assert isinstance(right, ast.List | ast.Tuple)
            found = left.is_in([item.value for item in right.elts if isinstance(item, ast.Constant)])
            return ~found if isinstance(op, ast.NotIn) else found
        following = _lift(_compile(right, columns))
        parts.append(_COMPARE[type(op)](left, following))
        left = following
    return _lift(reduce(operator.and_, parts))
