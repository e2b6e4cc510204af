"""Rules of the check on the register of uncertainties (EXP-10)."""

from collections.abc import Iterable

from filrouge.explore.ended import spared
from filrouge.explore.uncertainties.model import Criticality, Uncertainty
from filrouge.kernel.i18n import N_, _
from filrouge.storage.product import Phase
from filrouge.thread.check.facts import Facts
from filrouge.thread.check.rule import Fact, rule
from filrouge.thread.ref import Ref

__all__ = ["RULES"]

_TESTS = ("hypothesis", "prototype", "user_test")


def _open(facts: Facts) -> list[Uncertainty]:
    """What is still in doubt about ideas that did not end."""
    return [
        one
        for one in facts.all(Uncertainty)
        if one.is_open(facts.now) and not spared(facts, Ref("uncertainty", one.id))
    ]


@rule(
    "EXP010.1",
    severity="error",
    phase=Phase.BUILD,
    title=N_("No critical uncertainty is open when the build starts."),
    why=N_("A whole team should not be staffed on a bet that two people could have settled."),
    mend=N_("Lift the uncertainty by a test, or waive it with a reason."),
    passes="A critical uncertainty that was lifted.",
    fails="A critical uncertainty that is open.",
)
def critical_uncertainty_open(facts: Facts) -> Iterable[Fact]:
    """EXP-10; a waiver that ended no longer counts."""
    for item in _open(facts):
        if item.criticality == Criticality.CRITICAL:
            text = _("“{statement}” is critical, and still open.").format(statement=item.statement)
            yield Fact(Ref("uncertainty", item.id), text)


@rule(
    "EXP010.2",
    severity="warning",
    phase=Phase.CONVERGE,
    title=N_("An open critical uncertainty says what would settle it, by whom and by when."),
    why=N_("A doubt that nobody has to settle stays one until it is too late to act."),
    mend=N_("Write the test that would settle it, a name and a day."),
    passes="A critical uncertainty with a test, a name and a day.",
    fails="A critical uncertainty with a statement only.",
)
def uncertainty_without_plan(facts: Facts) -> Iterable[Fact]:
    """EXP-10."""
    for item in _open(facts):
        missing = [
            word
            for word, there in (
                (_("what would settle it"), item.would_settle.strip()),
                (_("by whom"), item.owner.strip()),
                (_("by when"), item.due_at),
            )
            if not there
        ]
        if item.criticality == Criticality.CRITICAL and missing:
            text = _("“{statement}” is critical and does not say: {words}.")
            yield Fact(
                Ref("uncertainty", item.id), text.format(statement=item.statement, words=", ".join(missing))
            )


@rule(
    "EXP010.3",
    severity="info",
    phase=Phase.CONVERGE,
    title=N_("Uncertainties are tested riskiest first."),
    why=N_("The worst bad news is the cheapest when it comes first."),
    mend=N_("Test the riskiest open uncertainty next: a hypothesis, a prototype or a user test."),
    passes="Two open uncertainties; the riskier one is tested.",
    fails="Two open uncertainties; only the less risky one is tested.",
)
def riskiest_untested(facts: Facts) -> Iterable[Fact]:
    """EXP-10."""
    tested: list[Uncertainty] = []
    untested: list[Uncertainty] = []
    for item in _open(facts):
        ref = Ref("uncertainty", item.id)
        (tested if any(facts.beside(ref, kind) for kind in _TESTS) else untested).append(item)
    least = min((item.risk for item in tested if item.risk is not None), default=None)
    if least is None:
        return
    for item in untested:
        if item.risk is not None and item.risk > least:
            text = _("“{statement}” is riskier than what is being tested, and nothing tests it.")
            yield Fact(Ref("uncertainty", item.id), text.format(statement=item.statement))


@rule(
    "EXP010.4",
    severity="info",
    phase=Phase.CONVERGE,
    title=N_("An open uncertainty is judged: what hangs on it, and how unsure we are."),
    why=N_("What nobody has judged is neither settled first nor stops a build, however much hangs on it."),
    mend=N_("Say how critical it is, and how unsure the team is."),
    passes="An uncertainty that is major, and a guess.",
    fails="An uncertainty with a statement and a type only.",
)
def uncertainty_not_judged(facts: Facts) -> Iterable[Fact]:
    """EXP-10."""
    for item in _open(facts):
        if item.risk is None:
            text = _("“{statement}” is not judged yet.").format(statement=item.statement)
            yield Fact(Ref("uncertainty", item.id), text)


RULES = (critical_uncertainty_open, uncertainty_without_plan, riskiest_untested, uncertainty_not_judged)
