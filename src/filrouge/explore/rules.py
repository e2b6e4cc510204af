"""Rules of the check on objectives, journeys, and ideas (EXP-1 to EXP-5)."""

from collections.abc import Iterable

from filrouge.explore.ended import ended, pursued
from filrouge.explore.ideas.model import KEPT, Criterion, Idea, IdeaState
from filrouge.explore.journeys.model import Journey, JourneyVersion, PainPoint, Step
from filrouge.explore.objectives.model import Objective
from filrouge.explore.workshops.model import Workshop, WorkshopPhase
from filrouge.kernel.i18n import N_, _, ngettext
from filrouge.storage.product import Phase
from filrouge.thread.check.facts import Facts
from filrouge.thread.check.rule import Fact, rule
from filrouge.thread.ref import Ref

__all__ = ["RULES"]


def _adding_pain(facts: Facts) -> str:
    """Where the first pain point is written: on the first step, which the first map needs."""
    steps, maps = facts.all(Step), facts.all(Journey)
    if steps:
        return facts.at(f"/journeys#pain-{steps[0].id}")
    return facts.at(f"/journeys#step-of-{maps[0].id}" if maps else "/journeys#add-journey")


def _ideation(facts: Facts, missing_with_ideas: str, missing_in_workshop: str) -> str:
    """What to say when ideation has begun; nothing before an idea, and a workshop that diverges."""
    if facts.all(Idea):
        return missing_with_ideas
    order = list(WorkshopPhase)
    begun = [
        one for one in facts.all(Workshop) if order.index(one.phase) >= order.index(WorkshopPhase.DIVERGE)
    ]
    return missing_in_workshop.format(title=begun[0].title) if begun else ""


def _kept(facts: Facts) -> list[Idea]:
    return [idea for idea in facts.all(Idea) if idea.state == IdeaState.KEPT]


@rule(
    "EXP001.1",
    severity="error",
    phase=Phase.EXPLORE,
    title=N_("An idea links to an objective."),
    why=N_("An idea that serves no strategic objective will find no sponsor, however clever it is."),
    mend=N_("Tie the idea to the objective it pursues, or drop it."),
    passes="An idea with a link from an objective.",
    fails="A proposed idea without such a link.",
)
def idea_without_objective(facts: Facts) -> Iterable[Fact]:
    """EXP-1."""
    over = ended(facts)
    for idea in facts.all(Idea):
        ref = Ref("idea", idea.id)
        alive = idea.state in (IdeaState.PROPOSED, IdeaState.KEPT) and idea.id not in over
        if alive and not facts.above(ref, "objective"):
            text = _("The idea “{title}” pursues no objective.").format(title=idea.title)
            path = facts.tying(ref) if facts.all(Objective) else facts.at("/objectives#add-objective")
            yield Fact(ref, text, path=path)


@rule(
    "EXP001.2",
    severity="info",
    phase=Phase.EXPLORE,
    title=N_("An objective has siblings or a 5-Whys record."),
    why=N_("Both show that the objective stands at the right level: no sub-part, no “increase revenue”."),
    mend=N_("Ask why five times and write the answers down, or split the objective above."),
    passes="An objective with a 5-Whys record.",
    fails="A single objective without any why.",
)
def objective_without_level(facts: Facts) -> Iterable[Fact]:
    """EXP-1."""
    objectives = facts.all(Objective)
    for objective in objectives:
        siblings = [other for other in objectives if other.parent_id == objective.parent_id]
        if len(siblings) < 2 and not objective.five_whys:
            text = _("The objective “{title}” has neither siblings nor a 5-Whys record.")
            yield Fact(Ref("objective", objective.id), text.format(title=objective.statement))


@rule(
    "EXP001.3",
    severity="warning",
    phase=Phase.EXPLORE,
    title=N_("A product serves a strategic objective."),
    why=N_("The thread starts there: without it, nothing below can say why it exists."),
    mend=N_("Write the objective of the organisation that the product is to serve."),
    passes="A product with an objective.",
    fails="A product in which nothing is written.",
)
def product_without_objective(facts: Facts) -> Iterable[Fact]:
    """EXP-1; ours: an empty product is not a good one."""
    if not facts.all(Objective):
        text = _("No strategic objective is written yet.")
        yield Fact(facts.subject, text, path=facts.at("/objectives#add-objective"))


@rule(
    "EXP002.1",
    severity="error",
    phase=Phase.EXPLORE,
    title=N_("A map of the process or journey exists before ideas."),
    why=N_("Ideas found without looking at the work solve problems that nobody has."),
    mend=N_("Draw the steps of the process or of the journey, with its actors."),
    passes="A journey, then an idea.",
    fails="A workshop that diverges, and no journey.",
)
def ideas_without_journey(facts: Facts) -> Iterable[Fact]:
    """EXP-2."""
    if facts.all(Journey):
        return
    text = _ideation(
        facts, _("There are ideas, and no map."), _("The workshop “{title}” looks for ideas without a map.")
    )
    if text:
        yield Fact(facts.subject, text, path=facts.at("/journeys#add-journey"))


@rule(
    "EXP002.2",
    severity="error",
    phase=Phase.EXPLORE,
    title=N_("A pain point exists before ideas."),
    why=N_("The value of an idea is the pain that it takes away."),
    mend=N_("Note the pain points on the steps of the map: time-consuming, under-performing, frustrating."),
    passes="A pain point on a step, then an idea.",
    fails="An idea, and no pain point.",
)
def ideas_without_pain_point(facts: Facts) -> Iterable[Fact]:
    """EXP-2."""
    if facts.all(PainPoint):
        return
    text = _ideation(
        facts,
        _("There are ideas, and no pain point."),
        _("The workshop “{title}” looks for ideas without a pain point."),
    )
    if text:
        yield Fact(facts.subject, text, path=_adding_pain(facts))


@rule(
    "EXP004.1",
    severity="error",
    phase=Phase.EXPLORE,
    title=N_("Ideas are kept by recorded criteria."),
    why=N_("Without criteria, the loudest voice chooses, and nobody can say later why."),
    mend=N_("Record the criteria (relevance, feasibility, your own) and score the ideas."),
    passes="A kept idea and a criterion.",
    fails="A kept idea, and no criterion.",
)
def selection_without_criteria(facts: Facts) -> Iterable[Fact]:
    """EXP-4."""
    if _kept(facts) and not facts.all(Criterion):
        text = _("Ideas were kept without a recorded criterion.")
        yield Fact(facts.subject, text, path=facts.at("/ideas#add-criterion"))


@rule(
    "EXP004.2",
    severity="warning",
    phase=Phase.CONVERGE,
    title=N_("Three ideas are kept."),
    why=N_("Fewer leave no choice; more cannot be studied well."),
    mend=N_("Keep the three best by the criteria, and drop the others."),
    thresholds={"kept_ideas": KEPT},
    passes="Three kept ideas.",
    fails="One kept idea.",
)
def not_three_ideas(facts: Facts) -> Iterable[Fact]:
    """EXP-4; a product that is built has chosen among them."""
    if Phase(facts.product.phase).reached(Phase.BUILD):
        return
    kept, wanted = len(_kept(facts)), int(facts.threshold("kept_ideas"))
    if kept != wanted and facts.all(Idea):
        text = ngettext(
            "{kept} idea is kept; the method asks for {wanted}.",
            "{kept} ideas are kept; the method asks for {wanted}.",
            kept,
        )
        path = facts.at("/ideas#ideas")
        yield Fact(facts.subject, text.format(kept=kept, wanted=wanted), path=path)


@rule(
    "EXP004.3",
    severity="info",
    phase=Phase.EXPLORE,
    title=N_("A kept idea addresses a pain point."),
    why=N_("What relieves nobody is not used."),
    mend=N_("Tie the idea to the pain point it addresses."),
    passes="A kept idea with a link from a pain point.",
    fails="A kept idea that only an objective links to.",
)
def idea_without_pain_point(facts: Facts) -> Iterable[Fact]:
    """EXP-4."""
    for idea in pursued(facts):
        ref = Ref("idea", idea.id)
        if not facts.above(ref, "pain_point"):
            text = _("The kept idea “{title}” addresses no pain point.").format(title=idea.title)
            path = facts.tying(ref) if facts.all(PainPoint) else _adding_pain(facts)
            yield Fact(ref, text, path=path)


@rule(
    "EXP005.1",
    severity="info",
    phase=Phase.CONVERGE,
    title=N_("A kept idea shows the map after it."),
    why=N_("People accept a change that they can picture."),
    mend=N_("Draw the map as it will be once the idea works, or say of a drawn map which idea it is of."),
    passes="Two kept ideas, each with a journey of the version “after”.",
    fails="Two kept ideas, and the map after of one of them.",
)
def no_map_after(facts: Facts) -> Iterable[Fact]:
    """EXP-5."""
    wanted, journeys = pursued(facts), facts.all(Journey)
    after = [journey for journey in journeys if journey.version == JourneyVersion.AFTER]
    place = facts.at(f"/journeys#journey-{journeys[0].id}" if journeys else "/journeys#add-journey")
    if wanted and not after:
        yield Fact(facts.subject, _("No map shows the process once the idea works."), path=place)
        return
    pictured = {journey.idea_id for journey in after}
    if len(wanted) == 1 and None in pictured:
        return  # the map names no idea, and there is only one that it can be of
    for idea in wanted:
        if idea.id not in pictured:
            text = _("No map shows the process once “{title}” works.").format(title=idea.title)
            yield Fact(Ref("idea", idea.id), text, path=place)


RULES = (
    idea_without_objective,
    objective_without_level,
    product_without_objective,
    ideas_without_journey,
    ideas_without_pain_point,
    selection_without_criteria,
    not_three_ideas,
    idea_without_pain_point,
    no_map_after,
)
