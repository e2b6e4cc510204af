"""Rules of the check on the backlog and the hypothesis log (ORG-14, ORG-15)."""

from collections.abc import Iterable
from datetime import timedelta

from filrouge.kernel.i18n import N_, _
from filrouge.organize.backlog.model import Origin, Story
from filrouge.organize.hypotheses.model import Hypothesis, HypothesisState
from filrouge.storage.product import Phase
from filrouge.thread.check.facts import Facts
from filrouge.thread.check.rule import Fact, rule
from filrouge.thread.ref import Ref

__all__ = ["RULES"]


_CHANNELS = {
    Origin.USER_FEEDBACK: N_("user feedback"),
    Origin.DATA_ANALYSIS: N_("data analysis"),
    Origin.MONITORING: N_("monitoring"),
}


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
        path = facts.at("/story-map#add-story")
        yield Fact(facts.subject, text.format(channels=words, days=int(days)), path=path)


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


RULES = (
    channel_silent,
    story_without_origin,
    concluded_without_test,
)
