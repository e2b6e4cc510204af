"""What the portfolio and the product page know of a product: its thread, its findings, its main indicator."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, replace

from sqlalchemy import select
from sqlalchemy.orm import Session

from filrouge import bootstrap
from filrouge.flows.indicators import reached
from filrouge.kernel.i18n import N_
from filrouge.organize.indicators import main_indicator
from filrouge.storage.comments import open_in
from filrouge.storage.history import Change
from filrouge.storage.product import Product, product_named
from filrouge.storage.workspace import Workspace
from filrouge.streamline.monitoring.inbox import needing
from filrouge.thread.check.engine import Report
from filrouge.thread.check.rule import Severity
from filrouge.thread.nodes import chunks
from filrouge.thread.ref import Ref
from filrouge.thread.stations import StationState, StationView, stations
from filrouge.web.figures import figure_of
from filrouge.web.visit import ProductHead

__all__ = ["PHASES", "STYLES", "Line", "Segment", "head_of", "mine", "report_of", "thread_line"]

PHASES = {
    "explore": N_("explore"),
    "converge": N_("converge"),
    "build": N_("build"),
    "live": N_("live"),
    "retired": N_("retired"),
}
STYLES = {StationState.OK: "ok", StationState.BROKEN: "broken", StationState.NOT_YET: "ahead"}
"""How a station is drawn."""
_WAVES = ((-22, 22), (-18, 20), (20, -20), (-20, 18))


@dataclass(frozen=True)
class Segment:
    """A piece of the line: an SVG path, and how it is drawn."""

    path: str
    style: str


@dataclass(frozen=True)
class Line:
    """The thread of a product, ready to draw."""

    segments: tuple[Segment, ...]
    stations: tuple[StationView, ...]
    styles: tuple[str, ...]

    @property
    def broken(self) -> int:
        """How many stations are broken."""
        return self.styles.count("broken")

    @property
    def ahead(self) -> int:
        """How many stations the product has not reached."""
        return self.styles.count("ahead")


def thread_line(session: Session, product_id: str) -> Line:
    """The eight stations, and the line through them: whole, broken, or still ahead."""
    views = tuple(stations(session, product_id, bootstrap.nodes(), bootstrap.describers()))
    styles = tuple(STYLES[view.state] for view in views)
    width = 1200 / len(views)
    segments = []
    for index in range(len(views)):
        start, middle, end = index * width, (index + 0.5) * width, (index + 1) * width
        up, down = _WAVES[index % len(_WAVES)]
        path = (
            f"M{start:.0f} 27 "
            f"C{start + width * 0.18:.0f} {27 + up} {start + width * 0.32:.0f} {27 + up} {middle:.0f} 27 "
            f"S{end - width * 0.18:.0f} {27 + down} {end:.0f} 27"
        )
        segments.append(Segment(path, _between(*styles[index : index + 2])))
    return Line(tuple(segments), views, styles)


def _between(one: str, following: str = "") -> str:
    """How the piece between two stations is drawn: as whole as where it leads, and never from nowhere."""
    if not following:
        return one
    return one if (one, following) == ("ahead", "ok") else following


def report_of(workspace: Workspace, session: Session, product: Product) -> Report:
    """The check of one product with the workspace's settings."""
    report = bootstrap.checker(workspace).report(session, product)
    order = list(Severity)
    return replace(report, findings=tuple(sorted(report.findings, key=lambda one: order.index(one.severity))))


def head_of(session: Session, product_id: str) -> tuple[Product, ProductHead]:
    """A product, and what each of its pages shows of it.

    Raises:
        UnknownProduct: there is none.
    """
    product = product_named(session, product_id)
    main = main_indicator(session, product_id)
    alerts = needing(session, product_id)
    head = ProductHead(
        product.id, product.title, str(product.phase), alerts=alerts, said=open_in(session, product_id)
    )
    if main is None:
        return product, head
    (found,) = reached(session, product_id, only=main)
    return product, replace(head, indicator=main.title, figure=figure_of(found))


def mine(session: Session, refs: Iterable[Ref], name: str) -> frozenset[Ref]:
    """Those things that somebody wrote, or was the last to change."""
    wanted = {ref.id: ref for ref in refs}
    if not name:
        return frozenset()
    found: dict[str, set[str]] = defaultdict(set)
    for some in chunks(sorted(wanted)):
        edits = select(Change.artefact_id, Change.action, Change.actor, Change.id)
        newest: dict[str, str] = {}
        for identifier, action, actor, _number in session.execute(
            edits.where(Change.artefact_id.in_(some)).order_by(Change.id)
        ):
            newest[identifier] = actor
            if action == "create":
                found[identifier].add(actor)
        for identifier, actor in newest.items():
            found[identifier].add(actor)
    return frozenset(ref for identifier, ref in wanted.items() if name in found[identifier])
