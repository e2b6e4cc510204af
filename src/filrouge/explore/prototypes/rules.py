"""Rules of the check on prototypes (EXP-13, EXP-14, FND-4)."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime, timedelta

from filrouge.explore.decisions.model import Decision, chosen
from filrouge.explore.ideas.model import Idea
from filrouge.explore.prototypes.fortnight import FORTNIGHT
from filrouge.explore.prototypes.model import Prototype, Stage
from filrouge.explore.uncertainties.model import Criticality, Uncertainty
from filrouge.kernel.i18n import N_, _, ngettext
from filrouge.storage.product import Phase
from filrouge.thread.check.facts import Facts
from filrouge.thread.check.rule import Fact, rule
from filrouge.thread.ref import Ref

__all__ = ["RULES"]

_LONG_AGO = timedelta(days=36_500)


def _made(facts: Facts) -> dict[str, list[Prototype]]:
    """By idea, the prototypes that were not skipped, first to last."""
    found: dict[str, list[Prototype]] = defaultdict(list)
    for one in facts.all(Prototype):
        if not one.skipped:
            found[one.idea_id].append(one)
    ahead = facts.now + _LONG_AGO
    for several in found.values():
        several.sort(key=lambda one: (one.started_at or ahead, one.renews_id is not None))
    return found


def _days(one: Prototype, now: datetime) -> float:
    """The longest of what was planned and what it took, in days."""
    if one.started_at is None:
        return 0.0
    ends = one.ends_at or one.started_at + FORTNIGHT
    return (max(ends, one.ended_at or now) - one.started_at) / timedelta(days=1)


@rule(
    "EXP013.1",
    severity="warning",
    phase=Phase.BUILD,
    title=N_("A prototype is skipped with a reason."),
    why=N_("Without one, only certainty on both the interest and the feasibility spares a team an accident."),
    mend=N_("Record the prototype that was made, or say why the interest and the feasibility are certain."),
    passes="An idea to build whose prototype was skipped for two reasons.",
    fails="An idea to build without a prototype, and without a reason.",
)
def prototype_skipped_silently(facts: Facts) -> Iterable[Fact]:
    """EXP-13."""
    told = {
        one.idea_id
        for one in facts.all(Prototype)
        if (one.started_at and not one.skipped)
        or (one.skipped and one.certain_interest.strip() and one.certain_feasibility.strip())
    }
    for idea in chosen(facts.all(Idea), facts.all(Decision)):
        if idea.id not in told:
            text = _("“{title}” is built without a prototype, and nobody said why.")
            path = f"/products/{facts.product.id}/prototypes#prototypes"
            yield Fact(Ref("idea", idea.id), text.format(title=idea.title), path=path)


@rule(
    "EXP014.1",
    severity="error",
    phase=Phase.CONVERGE,
    title=N_("A prototype lasts two weeks at most."),
    why=N_("The longer one explores without constraints, the harder the way to an industrial product."),
    mend=N_("Conclude it with what is known; a new critical hypothesis may renew it once."),
    thresholds={"prototype_days": 14},
    passes="A prototype in its first week.",
    fails="A prototype that was started twenty days ago.",
)
def prototype_too_long(facts: Facts) -> Iterable[Fact]:
    """EXP-14; what was planned counts, and what it took."""
    limit = facts.threshold("prototype_days")
    for one in facts.all(Prototype):
        days = 0.0 if one.skipped else _days(one, facts.now)
        if days > limit:
            text = ngettext(
                "The prototype “{title}” takes {n} day; the method gives it {limit}.",
                "The prototype “{title}” takes {n} days; the method gives it {limit}.",
                int(-(-days // 1)),
            )
            said = text.format(title=one.title, n=int(-(-days // 1)), limit=f"{limit:g}")
            yield Fact(Ref("prototype", one.id), said)


@rule(
    "EXP014.2",
    severity="error",
    phase=Phase.CONVERGE,
    title=N_("An idea has two prototypes at most."),
    why=N_("Prototype after prototype is a way not to decide."),
    mend=N_("Decide with what is known: build, wait or kill."),
    thresholds={"prototypes_per_idea": 2},
    passes="An idea with two prototypes.",
    fails="An idea with three prototypes.",
)
def too_many_prototypes(facts: Facts) -> Iterable[Fact]:
    """EXP-14."""
    titles = {idea.id: idea.title for idea in facts.all(Idea)}
    limit = int(facts.threshold("prototypes_per_idea"))
    for idea_id, several in _made(facts).items():
        if len(several) > limit:
            text = _("“{title}” has {n} prototypes; the method allows {limit}.")
            said = text.format(title=titles.get(idea_id, ""), n=len(several), limit=limit)
            yield Fact(Ref("prototype", several[-1].id), said)


@rule(
    "EXP014.3",
    severity="error",
    phase=Phase.CONVERGE,
    title=N_("A second prototype is for a new critical hypothesis, and will allow a final decision."),
    why=N_(
        "Who is already convinced does not need another two weeks; who asks the same again learns little."
    ),
    mend=N_(
        "Tie the new hypothesis to it, and to the critical uncertainty that it answers; and answer: will it "
        "allow a final decision?"
    ),
    passes="A second prototype with the answer, and a hypothesis that answers a critical uncertainty.",
    fails="A second prototype that tests the hypothesis of the first.",
)
def renewed_without_reason(facts: Facts) -> Iterable[Fact]:
    """EXP-14."""
    for several in _made(facts).values():
        known: set[Ref] = set()
        for number, one in enumerate(several):
            ref = Ref("prototype", one.id)
            tested = set(facts.beside(ref, "hypothesis"))
            missing = []
            if not tested - known:
                missing.append(_("a new hypothesis"))
            elif not any(_is_critical(facts, hypothesis) for hypothesis in tested - known):
                missing.append(_("a critical uncertainty that its new hypothesis answers"))
            if not one.renewal_answer.strip():
                missing.append(_("whether it will allow a final decision"))
            if number and missing:
                text = _("The second prototype “{title}” does not name: {words}.")
                yield Fact(ref, text.format(title=one.title, words=", ".join(missing)))
            known |= tested


def _is_critical(facts: Facts, hypothesis: Ref) -> bool:
    near = {ref.id for ref in facts.beside(hypothesis, "uncertainty")}
    return any(one.id in near and one.criticality == Criticality.CRITICAL for one in facts.all(Uncertainty))


@rule(
    "FND004.3",
    severity="warning",
    phase=Phase.CONVERGE,
    title=N_("No prototype is older than four weeks."),
    why=N_("A prototype that stays becomes the product, without ever having been built as one."),
    mend=N_("Conclude it, and decide: build, wait or kill."),
    thresholds={"prototype_weeks": 4},
    passes="A prototype that was concluded in time.",
    fails="A prototype that runs since five weeks.",
)
def prototype_that_stays(facts: Facts) -> Iterable[Fact]:
    """FND-4."""
    limit = timedelta(weeks=facts.threshold("prototype_weeks"))
    for one in facts.all(Prototype):
        age = facts.now - one.started_at if one.started_at else timedelta()
        if one.stage(facts.now) == Stage.RUNNING and age > limit:
            weeks = age // timedelta(weeks=1)
            text = _("The prototype “{title}” is {weeks} weeks old, and still runs.")
            yield Fact(Ref("prototype", one.id), text.format(title=one.title, weeks=weeks))


RULES = (
    prototype_skipped_silently,
    prototype_too_long,
    too_many_prototypes,
    renewed_without_reason,
    prototype_that_stays,
)
