"""The rule of the check about retired products."""

from collections.abc import Iterable

from filrouge.flows.retirement.sight import sight_of
from filrouge.kernel.i18n import N_, _, ngettext
from filrouge.scale.retirement import open_points
from filrouge.storage.product import Phase
from filrouge.streamline.registry.version import version_name
from filrouge.thread.check.facts import Facts
from filrouge.thread.check.rule import Fact, rule

__all__ = ["RULES"]


@rule(
    "FND003.1",
    severity="warning",
    phase=Phase.RETIRED,
    title=N_("A retired product serves no more, and its checklist is answered."),
    why=N_("Users who were not told go on trusting answers that nobody looks after."),
    mend=N_("Go through the checklist of retiring: users, serving, data, knowledge."),
    passes="A retired product whose four points are answered, and that serves nothing.",
    fails="A retired product whose champion still serves.",
)
def retired_and_serving(facts: Facts) -> Iterable[Fact]:
    """FND-3: only asked of retired products."""
    path = f"/products/{facts.product.id}/retire"
    sight = sight_of(facts.session, facts.product.id, facts.now)
    for entry in sight.serving.values():
        text = _("The product is retired, and {version} still serves.")
        yield Fact(
            entry.ref, text.format(version=version_name(entry.version_id)), path=f"{path}#serving_stopped"
        )
    points = open_points(facts.session, facts.product.id)
    if points:
        left = len(points)
        text = ngettext(
            "The product is retired, and {n} point of its checklist is open.",
            "The product is retired, and {n} points of its checklist are open.",
            left,
        )
        yield Fact(facts.subject, text.format(n=left), path=f"{path}#{points[0].value}")


RULES = (retired_and_serving,)
