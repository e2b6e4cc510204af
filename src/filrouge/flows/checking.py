"""Checking products as pages and commands do: with the workspace's rules, and a record of what was found."""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from sqlalchemy import ColumnElement, String, cast, func, literal, select, union_all
from sqlalchemy.orm import Session

from filrouge.kernel.settings import Check
from filrouge.measures.values import IndicatorValue
from filrouge.storage.history import Change
from filrouge.storage.product import Product, product_named
from filrouge.storage.workspace import Workspace
from filrouge.streamline.registry.ledger import LedgerEntry
from filrouge.streamline.registry.version import ModelVersion
from filrouge.thread.check.engine import Policy, Report, check
from filrouge.thread.check.results import CheckResult, latest_results, record
from filrouge.thread.check.rule import Rule
from filrouge.thread.links import Link
from filrouge.thread.nodes import Nodes
from filrouge.thread.stations import Describer, stations

__all__ = ["STAMPED", "Checker", "Known", "Look"]

STAMPED: tuple[tuple[Any, Any], ...] = (
    (Change, func.max(Change.id)),
    (Link, func.max(Link.id)),
    (IndicatorValue, func.max(IndicatorValue.recorded_at)),
    (ModelVersion, func.max(ModelVersion.recorded_at)),
    (LedgerEntry, func.count(LedgerEntry.to_at)),
)
"""What rules and stations read, with what moves when a row is added or changed there (counts are added)."""


@dataclass(frozen=True)
class Known:
    """The last result of a product, and whether it still holds."""

    result: CheckResult | None
    fresh: bool


@dataclass(frozen=True)
class Look:
    """One check, before it is kept.

    Args:
        report: what was found.
        stamp: what the product was before.
        states: of its stations.
    """

    report: Report
    stamp: str
    states: tuple[str, ...]

    def keep(self, session: Session, who: str) -> CheckResult:
        """Record it."""
        return record(session, self.report, stamp=self.stamp, stations=self.states, who=who)


@dataclass(frozen=True)
class Checker:
    """What a check needs of a workspace.

    Args:
        rules: all rules there are.
        nodes: everything that a reference may name.
        describers: how chapters speak of their stations.
        settings: the section ``[check]``.
        version: of Filrouge: another one may judge otherwise.
    """

    rules: Sequence[Rule]
    nodes: Nodes
    describers: Sequence[Describer]
    settings: Check
    version: str

    def report(self, session: Session, product: Product, gate: Iterable[str] = ()) -> Report:
        """Check one product now; ``gate`` adds to the gates of the settings."""
        policy = Policy.of(self.settings, self.rules, product.id, gate=gate)
        return check(session, product, self.rules, policy, self.nodes)

    def look(self, session: Session, product: Product, gate: Iterable[str] = ()) -> Look:
        """Check one product now, with all that the record of it keeps."""
        # The stamp comes first: a change made meanwhile makes the result an old one, never a wrong one.
        stamp = self.stamps(session, [product])[product.id]
        report = self.report(session, product, gate)
        views = stations(session, product.id, self.nodes, self.describers)
        return Look(report, stamp, tuple(view.state.value for view in views))

    def run(self, workspace: Workspace, product_id: str, who: str) -> CheckResult:
        """Check one product now, and keep what was found.

        Raises:
            UnknownProduct: there is none.
        """
        with workspace.reading() as session:
            look = self.look(session, product_named(session, product_id))
        with workspace.transaction(who) as session:
            return look.keep(session, who)

    def known(self, session: Session, products: Sequence[Product]) -> dict[str, Known]:
        """What is known of products without checking them: a few queries, however many there are."""
        results = latest_results(session, [one.id for one in products])
        stamps = self.stamps(session, products)
        return {
            one.id: Known(results.get(one.id), one.id in results and results[one.id].stamp == stamps[one.id])
            for one in products
        }

    def stamps(self, session: Session, products: Sequence[Product]) -> dict[str, str]:
        """For each product a digest of its state, the settings and the day: equal ones, equal findings."""
        today = session.info["clock"].now().date().isoformat()
        held: dict[str, list[str]] = {
            one.id: [today, self._own, str(one.revision), str(one.phase)] for one in products
        }
        for product_id, table, count, newest in session.execute(_state(list(held))):
            held[product_id].append(f"{table}:{count}:{newest}")
        return {
            name: hashlib.sha256("\n".join(sorted(parts)).encode()).hexdigest()[:32]
            for name, parts in held.items()
        }

    @cached_property
    def _own(self) -> str:
        codes = [rule.code for rule in self.rules]
        return hashlib.sha256(f"{self.version}{self.settings}{codes}".encode()).hexdigest()


def _state(products: Iterable[str]) -> Any:
    parts = []
    for model, newest in STAMPED:
        here: ColumnElement[bool] = model.product_id.in_(list(products))
        columns = (model.product_id, literal(model.__tablename__), func.count(), cast(newest, String))
        parts.append(select(*columns).where(here).group_by(model.product_id))
    return union_all(*parts)
