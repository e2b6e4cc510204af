"""Rules of the check on indicators (FND-1, ORG-16, THR-3)."""

from collections.abc import Iterable

from filrouge.kernel.i18n import N_, _
from filrouge.organize.bricks import Brick, words_of
from filrouge.organize.indicators.model import Indicator, Layer
from filrouge.organize.indicators.model_metric import measures_the_model
from filrouge.organize.story_map.model import Version
from filrouge.storage.product import Phase
from filrouge.thread.check.facts import Facts
from filrouge.thread.check.rule import Fact, rule
from filrouge.thread.ref import Ref

__all__ = ["RULES"]


@rule(
    "FND001.1",
    severity="error",
    phase=Phase.CONVERGE,
    title=N_("At least one KPI is not a metric of the model."),
    why=N_("The performance of the product is the problem solved, not the score of the model."),
    mend=N_("Add the indicator that users or the business would name."),
    passes="A business indicator beside a technical one.",
    fails="Technical indicators, and a business indicator that is the ROC AUC.",
)
def only_model_metrics(facts: Facts) -> Iterable[Fact]:
    """FND-1."""
    meant = [item for item in facts.all(Indicator) if item.layer in (Layer.MAIN, Layer.BUSINESS)]
    if not all(measures_the_model(item) for item in meant):
        return
    text = _("No indicator says whether the problem is solved.")
    if meant:
        text = _("No indicator says whether the problem is solved; these measure the model: {titles}.")
        text = text.format(titles=", ".join(item.title for item in meant))
    yield Fact(facts.subject, text, path=facts.at("/indicators#add-business"))


@rule(
    "ORG016.1",
    severity="error",
    phase=Phase.BUILD,
    title=N_("There is exactly one main indicator, linked to an objective."),
    why=N_("Without one, nobody knows which way is up; with two, each success can be told as a failure."),
    mend=N_("Choose the one metric that matters, and tie it to the objective."),
    passes="One main indicator with a link from an objective.",
    fails="Business indicators, none of them main.",
)
def main_indicator_missing(facts: Facts) -> Iterable[Fact]:
    """ORG-16."""
    mains = [item for item in facts.all(Indicator) if item.layer == Layer.MAIN]
    if len(mains) != 1:
        text = _("The product has {count} main indicators instead of one.").format(count=len(mains))
        yield Fact(facts.subject, text, path=facts.at("/indicators#layers"))
    for item in mains:
        ref = Ref("indicator", item.id)
        if not facts.beside(ref, "objective"):
            text = _("The main indicator “{title}” is tied to no objective.").format(title=item.title)
            yield Fact(ref, text, path=facts.tying(ref))


@rule(
    "ORG016.2",
    severity="error",
    phase=Phase.BUILD,
    title=N_("Each version's KPI is a registered indicator."),
    why=N_("A KPI that nobody computes is a promise that nobody checks."),
    mend=N_("Choose an indicator of the product as the KPI of the version."),
    passes="A version whose KPI is an indicator of the product.",
    fails="A version whose KPI was archived.",
)
def kpi_unregistered(facts: Facts) -> Iterable[Fact]:
    """ORG-16."""
    known = {item.id for item in facts.all(Indicator)}
    for version in facts.all(Version):
        if version.kpi_id and version.kpi_id not in known:
            text = _("The KPI of the version “{title}” is no longer an indicator of the product.")
            yield Fact(Ref("version", version.id), text.format(title=version.title))


@rule(
    "ORG016.3",
    severity="warning",
    phase=Phase.LIVE,
    title=N_("Each brick is measured."),
    why=N_("The brick without an indicator is the one that fails unseen."),
    mend=N_("Add a technical indicator for the brick."),
    passes="A technical indicator for each of the four bricks.",
    fails="A technical indicator for modelling only.",
)
def brick_without_indicator(facts: Facts) -> Iterable[Fact]:
    """ORG-16."""
    measured = {item.brick for item in facts.all(Indicator)}
    bricks = (Brick.INGESTION, Brick.MODELLING, Brick.ACTIVATION, Brick.INFRASTRUCTURE)
    if missing := [brick for brick in bricks if brick not in measured]:
        text = _("No indicator measures: {bricks}.").format(bricks=words_of(missing))
        yield Fact(facts.subject, text, path=facts.at("/indicators#add-technical"))


@rule(
    "THR003.2",
    severity="error",
    phase=Phase.LIVE,
    title=N_("An indicator is measured."),
    why=N_("An indicator without a measure is an intention."),
    mend=N_("Give the indicator its measure over predictions, labels and feedback."),
    passes="A main indicator with a measure.",
    fails="A main indicator without a measure.",
)
def indicator_unmeasured(facts: Facts) -> Iterable[Fact]:
    """THR-3."""
    for item in facts.all(Indicator):
        if item.layer != Layer.TECHNICAL and not item.measure:
            text = _("Nothing measures the indicator “{title}”.").format(title=item.title)
            yield Fact(Ref("indicator", item.id), text)


RULES = (
    only_model_metrics,
    main_indicator_missing,
    kpi_unregistered,
    brick_without_indicator,
    indicator_unmeasured,
)
