"""The rule of the check on feasibility (EXP-12)."""

from collections.abc import Iterable

from filrouge.explore.canvas.model import Canvas
from filrouge.explore.ended import ended
from filrouge.explore.feasibility.model import FeasibilityStudy
from filrouge.explore.feasibility.words import SHORT
from filrouge.kernel.i18n import N_, _
from filrouge.storage.product import Phase
from filrouge.thread.check.facts import Facts
from filrouge.thread.check.rule import Fact, rule
from filrouge.thread.ref import Ref

__all__ = ["RULES"]


@rule(
    "EXP012.1",
    severity="warning",
    phase=Phase.CONVERGE,
    title=N_("The eight questions of feasibility are answered."),
    why=N_(
        "Data that is missing, locked away or mute is found in an hour before the build, in months after it."
    ),
    mend=N_(
        "Measure the data: filrouge feasibility DATA --target COLUMN --product ID; then answer for tools "
        "and frequency."
    ),
    passes="A study whose six measured answers and two human ones are there.",
    fails="A study without the two answers of people.",
)
def feasibility_unanswered(facts: Facts) -> Iterable[Fact]:
    """EXP-12."""
    path = f"/products/{facts.product.id}/feasibility"
    studies = sorted(facts.all(FeasibilityStudy), key=lambda one: (one.measured_at, one.position))
    if not studies:
        over = ended(facts)
        if any(canvas.idea_id not in over for canvas in facts.all(Canvas)):
            yield Fact(facts.subject, _("Nobody has measured whether the data allows it."), path=path)
        return
    latest = studies[-1]
    missing = [_(SHORT[question]) for question in latest.unanswered]
    if missing:
        text = _("The feasibility study of {target} has no answer on: {questions}.")
        said = text.format(target=latest.target, questions=", ".join(missing))
        yield Fact(Ref(latest.kind, latest.id), said)


RULES = (feasibility_unanswered,)
