"""Rules of the check on decisions (EXP-16)."""

from collections.abc import Iterable

from sqlalchemy import select

from filrouge.explore.decisions.model import Choice, Decision
from filrouge.explore.ideas.model import Idea, IdeaState
from filrouge.kernel.i18n import N_, _
from filrouge.storage.product import Phase
from filrouge.thread.check.facts import Facts
from filrouge.thread.check.rule import Fact, rule
from filrouge.thread.ref import Ref

__all__ = ["RULES"]


@rule(
    "EXP016.1",
    severity="error",
    phase=Phase.BUILD,
    title=N_("Each kept idea has a decision, a rationale and an owner."),
    why=N_("What was not decided lingers; what was decided without a reason is decided again."),
    mend=N_("Write the decision (build, wait or kill), its rationale and who answers for it."),
    passes="A kept idea to build, with a rationale and an owner.",
    fails="A kept idea without a decision.",
)
def idea_without_decision(facts: Facts) -> Iterable[Fact]:
    """EXP-16."""
    decisions = {one.idea_id: one for one in facts.all(Decision)}
    for idea in facts.all(Idea):
        if idea.state != IdeaState.KEPT:
            continue
        found = decisions.get(idea.id)
        missing = [
            word
            for word, there in (
                (_("a decision"), found),
                (_("a rationale"), found and found.rationale.strip()),
                (_("an owner"), found and found.owner.strip()),
            )
            if not there
        ]
        if missing:
            text = _("The kept idea “{title}” lacks: {words}.").format(
                title=idea.title, words=", ".join(missing)
            )
            path = f"/products/{facts.product.id}/decision"
            yield Fact(Ref("idea", idea.id), text, path=path)


@rule(
    "EXP016.2",
    severity="info",
    phase=Phase.CONVERGE,
    title=N_("The portfolio killed an idea."),
    why=N_("Where no idea ever dies, ideas are not chosen: they are carried along."),
    mend=N_("Compare the kept ideas again, and end the one that will not bring what was hoped for."),
    thresholds={"decided_ideas": 3},
    passes="Three decisions in the workspace; one of them kills.",
    fails="Three decisions in the workspace; none of them kills.",
)
def nothing_ever_killed(facts: Facts) -> Iterable[Fact]:
    """EXP-16; the decisions of all products count."""
    query = select(Decision.choice).where(Decision.archived_at.is_(None))
    choices = list(facts.session.scalars(query))
    if len(choices) >= facts.threshold("decided_ideas") and Choice.KILL not in choices:
        text = _("{n} ideas were decided on in this workspace, and none was ever killed.")
        yield Fact(
            facts.subject, text.format(n=len(choices)), path=f"/products/{facts.product.id}/decision#ideas"
        )


RULES = (idea_without_decision, nothing_ever_killed)
