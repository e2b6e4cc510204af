"""Rules of the check on workshops (EXP-3)."""

from collections.abc import Iterable

from filrouge.explore.workshops.minutes import PROFILES
from filrouge.explore.workshops.model import Participant, Workshop, WorkshopPhase
from filrouge.explore.workshops.room import missing_profiles
from filrouge.kernel.i18n import N_, _
from filrouge.storage.product import Phase
from filrouge.thread.check.facts import Facts
from filrouge.thread.check.rule import Fact, rule
from filrouge.thread.ref import Ref

__all__ = ["RULES"]

_BEGUN = tuple(WorkshopPhase)[tuple(WorkshopPhase).index(WorkshopPhase.DIVERGE) :]


@rule(
    "EXP003.1",
    severity="warning",
    phase=Phase.EXPLORE,
    title=N_("Ideas come from mixed profiles."),
    why=N_("Those who know the work, those who know the data and those who decide see different solutions."),
    mend=N_("Invite the missing profile, or hold a second workshop with it."),
    thresholds={"workshop_profiles": 3},
    passes="A workshop that wrote ideas, with a manager, a data scientist and a business expert.",
    fails="A workshop that wrote ideas, with data scientists only.",
)
def workshop_of_one_kind(facts: Facts) -> Iterable[Fact]:
    """EXP-3."""
    least = int(facts.threshold("workshop_profiles"))
    for workshop in facts.all(Workshop):
        if workshop.phase not in _BEGUN:
            continue
        people = [person for person in facts.all(Participant) if person.workshop_id == workshop.id]
        too_few, wanted = missing_profiles(people, least=least)
        if wanted:
            words = ", ".join(_(PROFILES[profile]) for profile in wanted)
            text = _("The workshop “{title}” lacks: {words}.").format(title=workshop.title, words=words)
        elif too_few:
            text = _("The workshop “{title}” has fewer than {least} profiles.")
            text = text.format(title=workshop.title, least=least)
        else:
            continue
        yield Fact(Ref("workshop", workshop.id), text, path=facts.at(f"/workshops/{workshop.id}#room"))


@rule(
    "EXP003.2",
    severity="info",
    phase=Phase.EXPLORE,
    title=N_("All share objective and pain points before ideas are written."),
    why=N_("Who looks at another problem writes ideas for another problem."),
    mend=N_(
        "Go back to Align, talk it over, and let all say that they share it; or look again at the ideas."
    ),
    passes="A workshop in which all shared the objective before they wrote ideas.",
    fails="A workshop that wrote ideas before somebody shared the objective.",
)
def ideas_before_alignment(facts: Facts) -> Iterable[Fact]:
    """EXP-3; who came round later, and said so, is no matter any more."""
    for workshop in facts.all(Workshop):
        people = [person for person in facts.all(Participant) if person.workshop_id == workshop.id]
        if workshop.unaligned and not all(person.aligned for person in people):
            text = _(
                "The workshop “{title}” began to write ideas before these shared the objective: {names}."
            )
            text = text.format(title=workshop.title, names=workshop.unaligned)
            yield Fact(Ref("workshop", workshop.id), text, path=facts.at(f"/workshops/{workshop.id}#room"))


RULES = (workshop_of_one_kind, ideas_before_alignment)
