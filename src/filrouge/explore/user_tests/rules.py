"""Rules of the check on who was met before the build, and on tests of the interface (EXP-11, FND-4)."""

from collections.abc import Iterable

from filrouge.explore.canvas.model import Canvas
from filrouge.explore.decisions.model import Decision, chosen
from filrouge.explore.ended import pursued
from filrouge.explore.ideas.model import Idea
from filrouge.explore.prototypes.model import Prototype
from filrouge.explore.user_tests.model import Ipap, UserTest
from filrouge.explore.user_tests.words import IPAP
from filrouge.explore.workshops.model import Participant, Profile
from filrouge.kernel.i18n import N_, _
from filrouge.storage.product import Phase
from filrouge.thread.check.facts import Facts
from filrouge.thread.check.rule import Fact, rule
from filrouge.thread.ref import Ref

__all__ = ["RULES"]

_BUSINESS = {Profile.MANAGER, Profile.BUSINESS_EXPERT, Profile.END_USER}


@rule(
    "EXP011.1",
    severity="warning",
    phase=Phase.BUILD,
    title=N_("Users tried a mock-up, and each criterion of IPAP has a record."),
    why=N_("The best model behind an interface that nobody can use only makes new pain points."),
    mend=N_("Let users try a mock-up on a scenario, and note a score and a sentence for each criterion."),
    passes="An idea to build, with a user test that scores the four criteria.",
    fails="An idea to build, with a user test that scores one criterion.",
)
def interface_untested(facts: Facts) -> Iterable[Fact]:
    """EXP-11."""
    for idea in chosen(facts.all(Idea), facts.all(Decision)):
        tests = [one for one in facts.all(UserTest) if one.idea_id == idea.id]
        missing = [one for one in Ipap if all(test.score(one) is None for test in tests)]
        if missing:
            words = ", ".join(_(IPAP[one]) for one in missing)
            text = _("No user test of “{title}” says whether it is: {words}.")
            path = f"/products/{facts.product.id}/user-tests?idea={idea.id}#tests"
            yield Fact(Ref("idea", idea.id), text.format(title=idea.title, words=words), path=path)


@rule(
    "FND004.4",
    severity="warning",
    phase=Phase.CONVERGE,
    title=N_("More than one person of the business is in touch with the team."),
    why=N_("One voice is not the business; when it leaves, so does all that it knew."),
    mend=N_("Bring further users and experts to prototypes and user tests."),
    passes="A canvas signed by one person, and a workshop or a user test with another.",
    fails="The same person in the canvas's signature and in the user test.",
)
def single_business_contact(facts: Facts) -> Iterable[Fact]:
    """FND-4; names count once, in whatever case they are written, in workshops too."""
    names = [canvas.signed_by for canvas in facts.all(Canvas)]
    for prototype in facts.all(Prototype):
        names += prototype.business
    for test in facts.all(UserTest):
        names += [str(one.get("name", "")) for one in test.participants]
    names += [one.name for one in facts.all(Participant) if one.profile in _BUSINESS]
    met = {name.strip().casefold(): name.strip() for name in names if name.strip()}
    if len(met) == 1:
        text = _("{name} is the only contact with the business.").format(name=next(iter(met.values())))
        yield Fact(facts.subject, text, path=f"/products/{facts.product.id}/user-tests#tests")


@rule(
    "FND004.5",
    severity="warning",
    phase=Phase.BUILD,
    title=N_("Users were met before the build."),
    why=N_("What users would have said in an hour is learnt after months, with the team already staffed."),
    mend=N_("Let some users try a mock-up, on paper if need be."),
    passes="A kept idea, and a user test with a participant.",
    fails="A kept idea, and no user test.",
)
def no_user_met(facts: Facts) -> Iterable[Fact]:
    """FND-4."""
    if pursued(facts) and not any(test.participants for test in facts.all(UserTest)):
        text = _("The build has begun, and no user was met.")
        yield Fact(facts.subject, text, path=f"/products/{facts.product.id}/user-tests#tests")


RULES = (interface_untested, single_business_contact, no_user_met)
