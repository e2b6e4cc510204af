"""Rules of the check that read several chapters."""

from collections.abc import Iterable
from datetime import timedelta

from filrouge.explore.canvas.data_sources import DataSource, Necessity
from filrouge.explore.canvas.model import Canvas
from filrouge.explore.prototypes.model import Prototype
from filrouge.flows.indicators import PERIOD_HOURS
from filrouge.kernel.clock import as_utc
from filrouge.kernel.i18n import N_, _, ngettext
from filrouge.measures.values import IndicatorValue
from filrouge.organize.bricks import Brick
from filrouge.organize.indicators import Indicator, Layer
from filrouge.organize.story_map.model import Epic, Version
from filrouge.storage.product import Phase
from filrouge.streamline.registry.ledger import serving_now
from filrouge.streamline.registry.version import ModelVersion, version_name
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
    "FND004.6",
    severity="warning",
    phase=Phase.CONVERGE,
    title=N_("The use case comes before the data platform."),
    why=N_(
        "A platform that waits for its first use is built for nobody, and is always short of what is asked."
    ),
    mend=N_("Put a kept idea on a canvas first; bring in only the sources that it needs."),
    passes="An ingestion epic, and a canvas.",
    fails="An ingestion epic or an infrastructure epic, and no canvas.",
)
def platform_first(facts: Facts) -> Iterable[Fact]:
    """FND-4."""
    platform = (Brick.INGESTION, Brick.INFRASTRUCTURE)
    if facts.all(Canvas):
        return
    for epic in facts.all(Epic):
        if epic.column in platform:
            text = _("“{title}” is on the story map, and no canvas says what for.")
            yield Fact(Ref("epic", epic.id), text.format(title=epic.title))


@rule(
    "EXP015.1",
    severity="error",
    phase=Phase.EXPLORE,
    title=N_("No artefact of a prototype is deployed."),
    why=N_("A prototype set its constraints aside; in production they come back all at once."),
    mend=N_("Build it as a minimal industrialised version, train that, and promote it instead."),
    passes="A champion, and a prototype that made another version.",
    fails="A champion that a prototype made.",
)
def prototype_in_production(facts: Facts) -> Iterable[Fact]:
    """EXP-15; a version is the prototype's when it, or its run, is tied to one."""
    by_id = {version.id: version for version in facts.all(ModelVersion)}
    titles = {one.id: one.title for one in facts.all(Prototype)}
    for entry in serving_now(facts.session, facts.product.id).values():
        version = by_id.get(entry.version_id)
        if version is None:
            continue
        made = [
            *facts.beside(version.ref, "prototype"),
            *facts.beside(Ref("run", version.run_id), "prototype"),
        ]
        for ref in made[:1]:
            text = _("{version} serves, and the prototype “{title}” made it.")
            said = text.format(version=version_name(version.id), title=titles.get(ref.id, ref.id))
            yield Fact(entry.ref, said)


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


RULES = (
    ingestion_without_source,
    platform_first,
    prototype_in_production,
    mvp_with_other_sources,
    main_indicator_stale,
)
