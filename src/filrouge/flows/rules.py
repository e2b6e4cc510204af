"""Rules of the check that read several chapters."""

from collections.abc import Iterable
from datetime import timedelta

from filrouge.explore.canvas.data_sources import DataSource, Necessity
from filrouge.flows.indicators import PERIOD_HOURS
from filrouge.kernel.clock import as_utc
from filrouge.kernel.i18n import N_, _, ngettext
from filrouge.measures.values import IndicatorValue
from filrouge.organize.bricks import Brick
from filrouge.organize.indicators import Indicator, Layer
from filrouge.organize.story_map.model import Epic, Version
from filrouge.storage.product import Phase
from filrouge.thread.check.facts import Facts
from filrouge.thread.check.rule import Fact, rule
from filrouge.thread.ref import Ref

__all__ = ["RULES"]


@rule(
    "FND002.2",
    severity="warning",
    phase=Phase.BUILD,
    title=N_("An ingestion epic brings in a source that the use case needs."),
    why=N_("Ingestion that no use case asked for delays the one that did."),
    mend=N_("Tie the epic to the data source that it brings in."),
    passes="An ingestion epic with a link from a data source.",
    fails="An ingestion epic without one.",
)
def ingestion_without_source(facts: Facts) -> Iterable[Fact]:
    """FND-2."""
    for epic in facts.all(Epic):
        ref = Ref("epic", epic.id)
        if epic.column == Brick.INGESTION and not facts.beside(ref, "data_source"):
            text = _("The epic “{title}” brings in no source of a canvas.").format(title=epic.title)
            yield Fact(ref, text, path=facts.tying(ref))


@rule(
    "ORG007.2",
    severity="warning",
    phase=Phase.BUILD,
    title=N_("The MVP ingests necessary sources only."),
    why=N_("Each further source delays the first result that users see."),
    mend=N_("Move the epic to a later version, or class the source as absolutely necessary."),
    passes="A first version that ingests a necessary source.",
    fails="A first version that ingests a secondary source.",
)
def mvp_with_other_sources(facts: Facts) -> Iterable[Fact]:
    """ORG-7."""
    sources = {source.id: source for source in facts.all(DataSource)}
    for mvp in facts.all(Version)[:1]:
        for epic in facts.all(Epic):
            ref = Ref("epic", epic.id)
            for found in facts.beside(ref, "data_source") if epic.version_id == mvp.id else ():
                source = sources.get(found.id)
                if source is not None and source.necessity != Necessity.NECESSARY:
                    text = _("The MVP ingests “{name}”, which is not absolutely necessary.")
                    yield Fact(ref, text.format(name=source.name))


@rule(
    "ORG016.4",
    severity="warning",
    phase=Phase.LIVE,
    title=N_("The main indicator is fresh."),
    why=N_("An indicator that stopped shows the problem solved long after it came back."),
    mend=N_("See that predictions are served, labels come, and the worker runs."),
    passes="A main indicator by week, whose newest week ended yesterday.",
    fails="A main indicator by week, whose newest week ended a month ago.",
    thresholds={"stale_periods": 2},
)
def main_indicator_stale(facts: Facts) -> Iterable[Fact]:
    """ORG-16: it is due each period; one more is left for labels to come."""
    for main in facts.all(Indicator):
        if main.layer != Layer.MAIN or not main.measure:
            continue
        ends = [
            as_utc(one.end_at)
            for one in facts.all(IndicatorValue)
            if one.indicator_id == main.id and one.value is not None
        ]
        limit = facts.threshold("stale_periods") * timedelta(hours=PERIOD_HOURS[main.period])
        if ends and facts.now - max(ends) > limit:
            days = (facts.now - max(ends)).days
            text = ngettext(
                "The newest value of “{title}” is {n} day old.",
                "The newest value of “{title}” is {n} days old.",
                days,
            )
            yield Fact(Ref("indicator", main.id), text.format(title=main.title, n=days))


RULES = (ingestion_without_source, mvp_with_other_sources, main_indicator_stale)
