"""A contract against a frame: every rule in one Polars pass, every violation reported together."""

from collections.abc import Callable, Sequence
from datetime import date
from typing import TYPE_CHECKING, Any

import msgspec

from filrouge.kernel.errors import FilrougeError, did_you_mean
from filrouge.kernel.i18n import _, ngettext
from filrouge.streamline.pipelines.contract import Column, Contract, columns_of

if TYPE_CHECKING:
    import polars as pl

__all__ = ["ContractBroken", "Violation", "check_frame", "require_frame"]

_EXAMPLES = 3


class Violation(msgspec.Struct, frozen=True, kw_only=True):
    """A rule that a table breaks: which column, how often, with examples."""

    column: str
    rule: str
    count: int
    message: str
    examples: tuple[Any, ...] = ()

    def __str__(self) -> str:
        said = _("{place}: {fault}").format(place=self.column or _("table"), fault=self.message)
        if not self.count:
            return said
        many = ngettext("{said}, in {count} row", "{said}, in {count} rows", self.count)
        said = many.format(said=said, count=self.count)
        examples = ", ".join(map(_shown, self.examples))
        return _("{said} (such as {examples})").format(said=said, examples=examples) if examples else said


class ContractBroken(FilrougeError):
    """A table does not hold what its contract says."""

    code = "contract.broken"
    status = 422

    def __init__(self, where: str, violations: Sequence[Violation]) -> None:
        self.violations = tuple(violations)
        super().__init__(
            ngettext(
                "The contract is broken in {count} way.",
                "The contract is broken in {count} ways.",
                len(violations),
            ).format(count=len(violations)),
            where=where,
            why="; ".join(map(str, violations)),
            action=_("Look whether there is data for this window, and what the step reads.")
            if all(each.rule == "empty" for each in violations)
            else _("Mend the data where it is made, or change the contract if reality has changed."),
        )


def _shown(example: Any) -> str:
    """A value as people write it; the columns of a key with their names when there are several."""
    if isinstance(example, dict):
        if len(example) == 1:
            return _shown(*example.values())
        return _(" with ").join(f"{name} {_shown(value)}" for name, value in example.items())
    return example.isoformat() if isinstance(example, date) else repr(example)


def require_frame(
    contract: type[Contract],
    frame: "pl.DataFrame | pl.LazyFrame",
    *,
    key: Sequence[str] | str | None = None,
    where: str = "",
    allow_empty: bool = False,
) -> None:
    """Let a frame pass, or tell all that is wrong with it.

    Raises:
        ContractBroken: with every violation.
    """
    violations = check_frame(contract, frame, key=key, allow_empty=allow_empty)
    if violations:
        raise ContractBroken(where or contract.__name__, violations)


def check_frame(
    contract: type[Contract],
    frame: "pl.DataFrame | pl.LazyFrame",
    *,
    key: Sequence[str] | str | None = None,
    allow_empty: bool = False,
) -> list[Violation]:
    """Everything that is wrong with a frame; NaN counts as null.

    Args:
        contract: what the frame must hold; other columns are left alone.
        frame: a Polars frame, lazy or not.
        key: columns whose values together are unique.
        allow_empty: whether a frame without rows is right.

    Returns:
        Violations by column and rule, with counts and examples; empty when all is well.
    """
    import polars as pl

    schema = frame.collect_schema()
    violations: list[Violation] = []
    rules: list[tuple[Column | None, str, pl.Expr, pl.Expr]] = []
    for item in columns_of(contract):
        fault = _misfit(item, schema)
        if fault is not None:
            violations.append(fault)
        elif item.name in schema:
            rules += [(item, rule, _value(item), bad) for rule, bad in _rules(item, schema[item.name])]
    keys = [key] if isinstance(key, str) else list(key or ())
    if keys and all(name in schema for name in keys):
        rules.append((None, "duplicate", pl.struct(keys), pl.struct(keys).is_duplicated()))
    missing = [name for name in keys if name not in schema and name not in contract.__struct_fields__]
    violations += [_absent(name, schema, _("the key column must be there")) for name in missing]
    rows, found = _measure(frame, rules)
    if rows == 0 and not allow_empty:
        violations.append(Violation(column="", rule="empty", count=0, message=_("the table has no rows")))
    for (subject, rule, *__), (count, examples) in zip(rules, found, strict=True):
        if count:
            message = subject.expectation(rule) if subject else _("the key must be unique")
            name = subject.name if subject else ", ".join(keys)
            violations.append(
                Violation(column=name, rule=rule, count=count, message=message, examples=examples)
            )
    return violations


def _measure(
    frame: "pl.DataFrame | pl.LazyFrame", rules: Sequence[tuple[Column | None, str, "pl.Expr", "pl.Expr"]]
) -> tuple[int, list[tuple[int, tuple[Any, ...]]]]:
    import polars as pl

    wanted = [pl.len().alias("rows")]
    for place, (__, rule, value, bad) in enumerate(rules):
        wanted.append(bad.sum().alias(f"count{place}"))
        if rule != "null":
            broken = value.filter(bad)
            if rule == "duplicate":
                broken = broken.unique(maintain_order=True)
            wanted.append(broken.head(_EXAMPLES).implode().alias(f"examples{place}"))
    answer = frame.lazy().select(wanted).collect().row(0, named=True)
    return answer["rows"], [
        (answer[f"count{place}"] or 0, tuple(answer.get(f"examples{place}") or ()))
        for place in range(len(rules))
    ]


def _misfit(item: Column, schema: "pl.Schema") -> Violation | None:
    if item.name not in schema:
        return _absent(item.name, schema, item.expectation("missing")) if item.required else None
    dtype = schema[item.name]
    if _fits(item, dtype):
        return None
    rule = "timezone" if item.kind == "datetime" and dtype.base_type().__name__ == "Datetime" else "type"
    message = _("{expectation}, not {dtype}").format(expectation=item.expectation(rule), dtype=dtype)
    return Violation(column=item.name, rule=rule, count=0, message=message)


def _absent(name: str, schema: "pl.Schema", message: str) -> Violation:
    hint = did_you_mean(name, schema.names())
    return Violation(column=name, rule="missing", count=0, message=f"{message}. {hint}".rstrip())


def _fits(item: Column, dtype: "pl.DataType") -> bool:
    import polars as pl

    if dtype == pl.Null:
        return True
    if item.kind == "datetime":
        return isinstance(dtype, pl.Datetime) and dtype.time_zone == "UTC"
    if item.kind == "int":
        return dtype.is_integer()
    if item.kind == "float":
        return dtype.is_float() or dtype.is_integer()
    if item.kind == "str":
        return isinstance(dtype, pl.String | pl.Categorical | pl.Enum)
    return dtype == (pl.Boolean if item.kind == "bool" else pl.Date)


def _value(item: Column) -> "pl.Expr":
    import polars as pl

    value = pl.col(item.name)
    if item.kind == "str":
        return value.cast(pl.String)
    return value


def _rules(item: Column, dtype: "pl.DataType") -> list[tuple[str, "pl.Expr"]]:
    """The masks of the rows that break each rule; a null breaks only ``null``."""
    import polars as pl

    value = _value(item)
    if dtype.is_float():
        value = value.fill_nan(None)
    rules = [] if item.nullable else [("null", value.is_null())]
    if dtype == pl.Null:
        return rules
    comparisons: dict[str, Callable[[Any], pl.Expr]] = {
        "ge": lambda limit: value < limit,
        "gt": lambda limit: value <= limit,
        "le": lambda limit: value > limit,
        "lt": lambda limit: value >= limit,
        "min_length": lambda limit: value.str.len_chars() < limit,
        "max_length": lambda limit: value.str.len_chars() > limit,
        "pattern": lambda limit: ~value.str.contains(limit),
        "allowed": lambda limit: ~value.is_in(limit),
    }
    return rules + [(rule, comparisons[rule](limit)) for rule, limit in item.limits().items()]
