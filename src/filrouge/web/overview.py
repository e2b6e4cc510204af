"""What the portfolio and the product page know of a product: its thread, its findings, its main indicator."""

from dataclasses import dataclass, replace

from sqlalchemy.orm import Session

from filrouge import bootstrap
from filrouge.flows.indicators import reached
from filrouge.kernel.i18n import N_
from filrouge.organize.indicators import main_indicator
from filrouge.storage.product import Product, product_named
from filrouge.storage.workspace import Workspace
from filrouge.streamline.monitoring.inbox import needing
from filrouge.thread.check.engine import Policy, Report, check
from filrouge.thread.check.rule import Severity
from filrouge.thread.stations import StationState, StationView, stations
from filrouge.web.figures import figure_of
from filrouge.web.visit import ProductHead

__all__ = ["PHASES", "Line", "Segment", "head_of", "report_of", "thread_line"]

PHASES = {
    "explore": N_("explore"),
    "converge": N_("converge"),
    "build": N_("build"),
    "live": N_("live"),
    "retired": N_("retired"),
}
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
    styles = tuple(_style(view.state) for view in views)
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
        # The piece between two stations is as whole as the station that it leads to.
        style = styles[index + 1] if index + 1 < len(views) else styles[index]
        segments.append(Segment(path, style))
    return Line(tuple(segments), views, styles)


def _style(state: StationState) -> str:
    return {StationState.OK: "ok", StationState.BROKEN: "broken", StationState.NOT_YET: "ahead"}[state]


def report_of(workspace: Workspace, session: Session, product: Product) -> Report:
    """The check of one product with the workspace's settings."""
    rules = bootstrap.rules()
    policy = Policy.of(workspace.settings.check, rules)
    report = check(session, product, rules, policy, bootstrap.nodes())
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
    head = ProductHead(product.id, product.title, str(product.phase), alerts=alerts)
    if main is None:
        return product, head
    (found,) = reached(session, product_id, only=main)
    return product, replace(head, indicator=main.title, figure=figure_of(found))
