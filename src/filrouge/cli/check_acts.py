"""What ``filrouge check`` does beside checking: list and explain rules, read the policy, waive."""

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from filrouge.cli.output import note, write, write_file, write_json

if TYPE_CHECKING:
    from filrouge.kernel.settings import Check, Settings
    from filrouge.thread.check.policy import Policy
    from filrouge.thread.check.report import Report

__all__ = ["explain", "list_rules", "policy_of", "settings_near", "waive", "write_badge"]


def policy_of(
    settings: "Check", gates: Iterable[str] = (), products: Iterable[str] | None = None
) -> "Callable[[str], Policy]":
    """From a product's id to what is in force for it.

    Args:
        settings: the section ``[check]``.
        gates: more gates, from the command line.
        products: the ids there are; none when they are not known.

    Raises:
        BadCheckSettings: a rule, threshold or product that does not exist is named.
    """
    from filrouge.bootstrap import rules
    from filrouge.kernel.errors import Faults, did_you_mean
    from filrouge.thread.check.policy import BadCheckSettings, Policy

    known, more, every = None if products is None else list(products), list(gates), rules()
    Faults.raise_if_any(
        [
            BadCheckSettings(
                f"There is no product '{name}'.",
                where=f"[check.products.{name}]",
                action=did_you_mean(name, known),
            )
            for name in settings.products
            if known is not None and name not in known
        ]
    )
    Policy.of(settings, every, gate=more)
    return lambda product_id: Policy.of(settings, every, product_id, gate=more)


def settings_near(file: Path) -> "Settings":
    """The settings of the workspace that holds a file; the defaults where there is none."""
    from filrouge.kernel.settings import NoWorkspace, find_root, load_settings

    try:
        return load_settings(find_root(file.resolve().parent))
    except NoWorkspace:
        return load_settings(file.resolve().parent)


def list_rules(format: str) -> None:
    """``--list``."""
    from filrouge.bootstrap import rules
    from filrouge.thread.check.text import rule_lines, rule_rows

    if format == "json":
        write_json(rule_rows(rules()))
        return
    for line in rule_lines(rules()):
        write(line)


def explain(code: str, products: list[str]) -> None:
    """``--explain``: one rule, with what is in force here, or for a product.

    Raises:
        UnknownRule: there is none.
    """
    from filrouge.bootstrap import rules
    from filrouge.thread.check.rule import rule_named
    from filrouge.thread.check.text import explained

    rule = rule_named(rules(), code)
    policy = policy_of(settings_near(Path.cwd() / "here").check)
    for line in explained(rule, policy(products[0] if products else "")):
        write(line)


def write_badge(file: Path, reports: "Sequence[Report]") -> None:
    """``--badge``: the counts of one product as a picture.

    Raises:
        OneProduct: several products were checked, or none.
    """
    from filrouge.thread.check.badge import OneProduct, badge

    if len(reports) != 1:
        raise OneProduct(
            f"A badge shows one product; {len(reports)} were checked.",
            action="Run: filrouge check PRODUCT --badge FILE",
        )
    write_file(file, badge(reports[0].counts).encode())
    note(f"Written: {file}")


def waive(
    products: list[str], *, code: str, reason: str, until: datetime | None, ref: str, actor: str
) -> None:
    """``--waive``: set a rule aside for one product, or for one thing of it."""
    from filrouge.bootstrap import nodes, open_workspace, rules
    from filrouge.kernel.clock import as_utc
    from filrouge.storage.product import product_named
    from filrouge.thread.check.waivers import BadWaiver
    from filrouge.thread.check.waivers import waive as waive_rule

    if len(products) != 1:
        raise BadWaiver(
            "A waiver holds for one product.", action=f"Run: filrouge check PRODUCT --waive {code}"
        )
    if until is None:
        raise BadWaiver("A waiver needs an end.", where=code, action="Add: --until YYYY-MM-DD")
    known = [rule.code for rule in rules()]
    with open_workspace().transaction(actor) as session:
        product = product_named(session, products[0])
        concerned = nodes().find(session, ref).ref if ref else None
        end = as_utc(until)
        waive_rule(session, product.id, code, reason, end, known=known, ref=concerned)
    write(f"{code} is waived for {product.id} until {end:%Y-%m-%d}.")
