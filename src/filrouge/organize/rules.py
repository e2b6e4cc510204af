"""Rules of the check that read the artefacts of organisation only (ORG, and FND-1, THR-3)."""

from collections.abc import Iterable
from datetime import timedelta

from sqlalchemy import func, select

from filrouge.kernel.i18n import N_, _
from filrouge.organize.backlog.model import Origin, Story
from filrouge.organize.bricks import Brick
from filrouge.organize.hypotheses.model import Hypothesis, HypothesisState
from filrouge.organize.indicators.model import Indicator, Layer
from filrouge.organize.story_map.model import Epic, Version
from filrouge.storage.product import Phase
from filrouge.thread.check.facts import Facts
from filrouge.thread.check.rule import Fact, rule
from filrouge.thread.ref import Ref

__all__ = ["RULES"]

_BRICKS = {
    Brick.INGESTION: N_("ingestion"),
    Brick.MODELLING: N_("modelling"),
    Brick.ACTIVATION: N_("activation"),
    Brick.MONITORING: N_("monitoring"),
    Brick.INFRASTRUCTURE: N_("infrastructure"),
}
_CHANNELS = {
    Origin.USER_FEEDBACK: N_("user feedback"),
    Origin.DATA_ANALYSIS: N_("data analysis"),
    Origin.MONITORING: N_("monitoring"),
}


def _product(facts: Facts) -> Ref:
    return Ref("product", facts.product.id)


def _covered(facts: Facts, version: Version) -> set[Brick]:
    return {epic.column for epic in facts.all(Epic) if epic.version_id == version.id}


def _words(bricks: Iterable[Brick]) -> str:
    return ", ".join(_(_BRICKS[brick]) for brick in bricks)


@rule(
    "FND001.1",
    severity="error",
    phase=Phase.CONVERGE,
    title=N_("At least one KPI is not a metric of the model."),
    why=N_("The performance of the product is the problem solved, not the score of the model."),
    mend=N_("Add the indicator that users or the business would name."),
    passes="A business indicator beside a technical one.",
    fails="Technical indicators only.",
)
def only_model_metrics(facts: Facts) -> Iterable[Fact]:
    """FND-1."""
    if not any(item.layer in (Layer.MAIN, Layer.BUSINESS) for item in facts.all(Indicator)):
        text = _("No indicator says whether the problem is solved.")
        yield Fact(_product(facts), text, path=f"/products/{facts.product.id}/indicators")


@rule(
    "ORG007.1",
    severity="error",
    phase=Phase.BUILD,
    title=N_("The MVP has epics for ingestion, modelling and activation."),
    why=N_("An MVP is a simple chain from end to end; a chain with a missing link delivers nothing."),
    mend=N_("Add an epic to each empty column of the first version."),
    passes="A first version with an epic in each of the three columns.",
    fails="A first version without an activation epic.",
)
def mvp_not_end_to_end(facts: Facts) -> Iterable[Fact]:
    """ORG-7."""
    for mvp in facts.all(Version)[:1]:
        covered = _covered(facts, mvp)
        chain = (Brick.INGESTION, Brick.MODELLING, Brick.ACTIVATION)
        if missing := [brick for brick in chain if brick not in covered]:
            text = _("The MVP “{title}” has no epic for: {bricks}.")
            yield Fact(Ref("version", mvp.id), text.format(title=mvp.title, bricks=_words(missing)))


@rule(
    "ORG010.1",
    severity="error",
    phase=Phase.BUILD,
    title=N_("Each version has an objective for its users, and a KPI."),
    why=N_("A version without them is a list of tasks: nobody knows when it has succeeded."),
    mend=N_("Write what users will be able to do, and choose the indicator that shows it."),
    passes="A version with an objective and a KPI.",
    fails="A version without a KPI.",
)
def version_without_goal(facts: Facts) -> Iterable[Fact]:
    """ORG-10."""
    if not facts.all(Version):
        text = _("The product has no version on its story map.")
        yield Fact(_product(facts), text, path=f"/products/{facts.product.id}/story-map")
    for version in facts.all(Version):
        missing = [] if version.objective.strip() else [_("an objective")]
        missing += [] if version.kpi_id else [_("a KPI")]
        if missing:
            text = _("The version “{title}” lacks: {words}.")
            words = ", ".join(missing)
            yield Fact(Ref("version", version.id), text.format(title=version.title, words=words))


@rule(
    "ORG010.2",
    severity="warning",
    phase=Phase.BUILD,
    title=N_("The MVP covers the five columns."),
    why=N_("Monitoring and infrastructure left for later are left out."),
    mend=N_("Add an epic, even a small one, to each empty column of the first version."),
    passes="A first version with an epic in each of the five columns.",
    fails="A first version without a monitoring epic.",
)
def mvp_with_empty_columns(facts: Facts) -> Iterable[Fact]:
    """ORG-10."""
    for mvp in facts.all(Version)[:1]:
        if missing := [brick for brick in Brick if brick not in _covered(facts, mvp)]:
            text = _("The MVP “{title}” leaves empty: {bricks}.")
            yield Fact(Ref("version", mvp.id), text.format(title=mvp.title, bricks=_words(missing)))


@rule(
    "ORG010.3",
    severity="warning",
    phase=Phase.BUILD,
    title=N_("The story map is alive."),
    why=N_("A map that nobody touches no longer says what the team does."),
    mend=N_("Go through the story map with the team, and bring it up to date."),
    thresholds={"story_map_days": 30},
    passes="An epic changed today.",
    fails="A story map untouched for forty days.",
)
def story_map_untouched(facts: Facts) -> Iterable[Fact]:
    """ORG-10."""
    latest = [
        facts.session.scalar(select(func.max(kind.updated_at)).where(kind.product_id == facts.product.id))
        for kind in (Version, Epic, Story)
    ]
    last = max((at for at in latest if at is not None), default=None)
    if last is not None and facts.now - last > timedelta(days=facts.threshold("story_map_days")):
        text = _("Nobody has touched the story map for {days} days.").format(days=(facts.now - last).days)
        yield Fact(_product(facts), text, path=f"/products/{facts.product.id}/story-map")


@rule(
    "ORG011.1",
    severity="warning",
    phase=Phase.LIVE,
    title=N_("A usable increment comes every few weeks."),
    why=N_("Users believe what they can use; slides do not count."),
    mend=N_("Cut the version that is in progress smaller, and release."),
    thresholds={"release_weeks": 6},
    passes="A version released this week.",
    fails="A last release nine weeks ago.",
)
def release_late(facts: Facts) -> Iterable[Fact]:
    """ORG-11."""
    days = _days_since_release(facts)
    if days is not None and facts.threshold("release_weeks") * 7 < days <= facts.threshold(
        "release_days_most"
    ):
        text = _("The last release was {days} days ago.").format(days=days)
        yield Fact(_product(facts), text, path=f"/products/{facts.product.id}/story-map")


@rule(
    "ORG011.2",
    severity="error",
    phase=Phase.LIVE,
    title=N_("The last release is not older than three months."),
    why=N_("After three months without a release, the team builds for itself."),
    mend=N_("Release what works, however small."),
    thresholds={"release_days_most": 92},
    passes="A version released this week.",
    fails="A last release four months ago.",
)
def release_very_late(facts: Facts) -> Iterable[Fact]:
    """ORG-11."""
    days = _days_since_release(facts)
    if days is not None and days > facts.threshold("release_days_most"):
        text = _("The last release was {days} days ago.").format(days=days)
        yield Fact(_product(facts), text, path=f"/products/{facts.product.id}/story-map")


@rule(
    "ORG014.1",
    severity="warning",
    phase=Phase.LIVE,
    title=N_("The three channels feed the backlog."),
    why=N_("User feedback, data analysis and monitoring each see what the two others miss."),
    mend=N_("Ask what the silent channel would say, and write a story of it."),
    thresholds={"silent_channel_days": 28},
    passes="A recent story from each of the three channels.",
    fails="Stories from data analysis only.",
)
def channel_silent(facts: Facts) -> Iterable[Fact]:
    """ORG-14."""
    days = facts.threshold("silent_channel_days")
    recent = {
        story.origin for story in facts.all(Story) if facts.now - story.created_at <= timedelta(days=days)
    }
    silent = [channel for channel in _CHANNELS if channel not in recent]
    if silent:
        text = _("No story came from {channels} in {days} days.")
        words = ", ".join(_(_CHANNELS[channel]) for channel in silent)
        path = f"/products/{facts.product.id}/story-map"
        yield Fact(_product(facts), text.format(channels=words, days=int(days)), path=path)


@rule(
    "ORG014.2",
    severity="info",
    phase=Phase.BUILD,
    title=N_("Every story has an origin."),
    why=N_("A story without an origin cannot be shown again to whoever asked for it."),
    mend=N_("Say which channel it came through."),
    passes="A story from user feedback.",
    fails="A story of another origin.",
)
def story_without_origin(facts: Facts) -> Iterable[Fact]:
    """ORG-14."""
    for story in facts.all(Story):
        if story.origin == Origin.OTHER:
            text = _("The story “{title}” does not say where it comes from.").format(title=story.title)
            yield Fact(Ref("story", story.id), text)


@rule(
    "ORG015.1",
    severity="warning",
    phase=Phase.BUILD,
    title=N_("A concluded hypothesis has a test and a conclusion."),
    why=N_("What was learnt and not written is learnt again, by another."),
    mend=N_("Write how it was tested, what came out, and what it did not cover."),
    passes="A confirmed hypothesis with its test and its conclusion.",
    fails="A confirmed hypothesis without a conclusion.",
)
def concluded_without_test(facts: Facts) -> Iterable[Fact]:
    """ORG-15."""
    for item in facts.all(Hypothesis):
        concluded = item.state in (HypothesisState.CONFIRMED, HypothesisState.REFUTED)
        if concluded and not (item.test.strip() and item.conclusion.strip()):
            text = _("“{statement}” is concluded without a test or a conclusion in writing.")
            yield Fact(Ref("hypothesis", item.id), text.format(statement=item.statement))


@rule(
    "ORG016.1",
    severity="error",
    phase=Phase.BUILD,
    title=N_("There is exactly one main indicator, linked to an objective."),
    why=N_("With two main indicators, each success can be told as a failure, and the reverse."),
    mend=N_("Choose the one metric that matters, and tie it to the objective."),
    passes="One main indicator with a link from an objective.",
    fails="Business indicators, none of them main.",
)
def main_indicator_missing(facts: Facts) -> Iterable[Fact]:
    """ORG-16."""
    mains = [item for item in facts.all(Indicator) if item.layer == Layer.MAIN]
    if len(mains) != 1:
        text = _("The product has {count} main indicators instead of one.").format(count=len(mains))
        yield Fact(_product(facts), text, path=f"/products/{facts.product.id}/indicators")
    for item in mains:
        ref = Ref("indicator", item.id)
        if not facts.beside(ref, "objective"):
            text = _("The main indicator “{title}” is tied to no objective.").format(title=item.title)
            yield Fact(ref, text)


@rule(
    "ORG016.2",
    severity="error",
    phase=Phase.BUILD,
    title=N_("Each version's KPI is a registered indicator."),
    why=N_("A KPI that nobody computes is a promise that nobody checks."),
    mend=N_("Choose an indicator of the product as the KPI of the version."),
    passes="A version whose KPI is an indicator of the product.",
    fails="A version whose KPI was archived.",
)
def kpi_unregistered(facts: Facts) -> Iterable[Fact]:
    """ORG-16."""
    known = {item.id for item in facts.all(Indicator)}
    for version in facts.all(Version):
        if version.kpi_id and version.kpi_id not in known:
            text = _("The KPI of the version “{title}” is no longer an indicator of the product.")
            yield Fact(Ref("version", version.id), text.format(title=version.title))


@rule(
    "ORG016.3",
    severity="warning",
    phase=Phase.LIVE,
    title=N_("Each brick is measured."),
    why=N_("The brick without an indicator is the one that fails unseen."),
    mend=N_("Add a technical indicator for the brick."),
    passes="A technical indicator for each of the four bricks.",
    fails="A technical indicator for modelling only.",
)
def brick_without_indicator(facts: Facts) -> Iterable[Fact]:
    """ORG-16."""
    measured = {item.brick for item in facts.all(Indicator)}
    bricks = (Brick.INGESTION, Brick.MODELLING, Brick.ACTIVATION, Brick.INFRASTRUCTURE)
    if missing := [brick for brick in bricks if brick not in measured]:
        text = _("No indicator measures: {bricks}.").format(bricks=_words(missing))
        yield Fact(_product(facts), text, path=f"/products/{facts.product.id}/indicators")


@rule(
    "THR003.2",
    severity="error",
    phase=Phase.LIVE,
    title=N_("An indicator is measured."),
    why=N_("An indicator without a measure is an intention."),
    mend=N_("Give the indicator its measure over predictions, labels and feedback."),
    passes="A main indicator with a measure.",
    fails="A main indicator without a measure.",
)
def indicator_unmeasured(facts: Facts) -> Iterable[Fact]:
    """THR-3."""
    for item in facts.all(Indicator):
        if item.layer != Layer.TECHNICAL and not item.measure:
            text = _("Nothing measures the indicator “{title}”.").format(title=item.title)
            yield Fact(Ref("indicator", item.id), text)


def _days_since_release(facts: Facts) -> int | None:
    released = [version.released_at for version in facts.all(Version) if version.released_at]
    return (facts.now - max(released)).days if released else None


RULES = (
    only_model_metrics,
    mvp_not_end_to_end,
    version_without_goal,
    mvp_with_empty_columns,
    story_map_untouched,
    release_late,
    release_very_late,
    channel_silent,
    story_without_origin,
    concluded_without_test,
    main_indicator_missing,
    kpi_unregistered,
    brick_without_indicator,
    indicator_unmeasured,
)
