"""Rules of the check on the story map (ORG-7, ORG-10, ORG-11)."""

from collections.abc import Iterable
from datetime import timedelta

from sqlalchemy import func, select

from filrouge.kernel.i18n import N_, _
from filrouge.organize.backlog.model import Story
from filrouge.organize.bricks import Brick, words_of
from filrouge.organize.story_map.model import Epic, Version
from filrouge.storage.product import Phase
from filrouge.thread.check.facts import Facts
from filrouge.thread.check.rule import Fact, rule
from filrouge.thread.ref import Ref

__all__ = ["RULES"]


def _covered(facts: Facts, version: Version) -> set[Brick]:
    return {epic.column for epic in facts.all(Epic) if epic.version_id == version.id}


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
            yield Fact(Ref("version", mvp.id), text.format(title=mvp.title, bricks=words_of(missing)))


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
        yield Fact(facts.subject, text, path=facts.at("/story-map#add-version"))
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
            yield Fact(Ref("version", mvp.id), text.format(title=mvp.title, bricks=words_of(missing)))


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
        yield Fact(facts.subject, text, path=facts.at("/story-map#map"))


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
        yield Fact(facts.subject, text, path=facts.at("/story-map#map"))


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
        yield Fact(facts.subject, text, path=facts.at("/story-map#map"))


def _days_since_release(facts: Facts) -> int | None:
    released = [version.released_at for version in facts.all(Version) if version.released_at]
    return (facts.now - max(released)).days if released else None


RULES = (
    mvp_not_end_to_end,
    version_without_goal,
    mvp_with_empty_columns,
    story_map_untouched,
    release_late,
    release_very_late,
)
