"""Rules of the check that read the factory's records only (STR, and THR-1, THR-2)."""

from collections.abc import Iterable

from filrouge.kernel.i18n import N_, _
from filrouge.storage.product import Phase
from filrouge.streamline.monitoring.tables import Monitor
from filrouge.streamline.registry.ledger import LedgerEntry, Mode, Slot, serving_now
from filrouge.streamline.registry.version import ModelVersion, version_name
from filrouge.thread.check.facts import Facts
from filrouge.thread.check.rule import Fact, rule
from filrouge.thread.ref import Ref

__all__ = ["RULES"]


def _serving(facts: Facts) -> dict[str, LedgerEntry]:
    return serving_now(facts.session, facts.product.id)


def _served(facts: Facts) -> list[tuple[LedgerEntry, ModelVersion]]:
    by_id = {version.id: version for version in facts.all(ModelVersion)}
    entries = _serving(facts).values()
    return [(entry, by_id[entry.version_id]) for entry in entries if entry.version_id in by_id]


@rule(
    "STR014.1",
    severity="error",
    phase=Phase.BUILD,
    title=N_("A serving version has an input contract."),
    why=N_("Without a contract at the door, a wrong row becomes a confident prediction."),
    mend=N_("Give the event source a contract in the product's code, and train again."),
    passes="A champion that was trained with a contract.",
    fails="A champion without one.",
)
def serving_without_contract(facts: Facts) -> Iterable[Fact]:
    """STR-14."""
    for _entry, version in _served(facts):
        if not version.contract:
            text = _("{version} serves without an input contract.").format(version=version.id)
            yield Fact(version.ref, text)


@rule(
    "STR017.1",
    severity="warning",
    phase=Phase.LIVE,
    title=N_("What serves is watched."),
    why=N_("A model that nobody watches fails for weeks before a user says so."),
    mend=N_("Start the worker: it judges quality, drift, performance and response times."),
    passes="A champion, and a monitor.",
    fails="A champion that no monitor watches.",
)
def serving_unwatched(facts: Facts) -> Iterable[Fact]:
    """STR-17."""
    champion = _serving(facts).get(Slot.CHAMPION)
    if champion is not None and not facts.all(Monitor):
        text = _("Nothing watches what {version} answers.").format(version=version_name(champion.version_id))
        path = facts.at("/monitoring#main")
        yield Fact(champion.ref, text, command="filrouge worker", path=path)


@rule(
    "STR018.1",
    severity="warning",
    phase=Phase.LIVE,
    title=N_("A naive model stands by."),
    why=N_(
        "When the champion cannot answer, a simple answer is better than none, if it was declared before."
    ),
    mend=N_("Train a naive model and put it in its slot."),
    passes="A champion, and a naive model in its slot.",
    fails="A champion alone.",
)
def no_naive_model(facts: Facts) -> Iterable[Fact]:
    """STR-18."""
    slots = _serving(facts)
    if Slot.CHAMPION in slots and Slot.NAIVE not in slots:
        text = _("Nothing answers when {version} cannot.").format(
            version=version_name(slots[Slot.CHAMPION].version_id)
        )
        command = f"filrouge models promote {facts.product.id} VERSION --slot naive"
        yield Fact(slots[Slot.CHAMPION].ref, text, command=command)


@rule(
    "STR018.2",
    severity="error",
    phase=Phase.LIVE,
    title=N_("The product does not stay in degraded mode."),
    why=N_("The naive model is a spare wheel: it brings you to the garage, no further."),
    mend=N_("Find why the champion was set aside; restore it, or promote another version."),
    passes="A champion in normal mode.",
    fails="A product in degraded mode for three days.",
    thresholds={"degraded_days": 1},
)
def degraded_too_long(facts: Facts) -> Iterable[Fact]:
    """STR-18."""
    entry = _serving(facts).get(Slot.CHAMPION)
    if entry is None or entry.mode != Mode.DEGRADED:
        return
    days = (facts.now - entry.from_at).total_seconds() / 86_400
    if days > facts.threshold("degraded_days"):
        yield Fact(entry.ref, _("The naive model has answered for {days} days.").format(days=int(days)))


@rule(
    "STR021.1",
    severity="info",
    phase=Phase.LIVE,
    title=N_("A serving version has its metrics by slice."),
    why=N_("A good mean hides the users for whom the model is bad."),
    mend=N_("Name the slices in the model's declaration, and train again."),
    passes="A champion evaluated by carrier.",
    fails="A champion evaluated overall only.",
)
def serving_without_slices(facts: Facts) -> Iterable[Fact]:
    """STR-21."""
    for entry, version in _served(facts):
        if entry.slot == Slot.CHAMPION and not version.slices:
            text = _("{version} was evaluated overall only.").format(version=version.id)
            yield Fact(version.ref, text)


@rule(
    "THR001.1",
    severity="error",
    phase=Phase.BUILD,
    title=N_("A serving version links to a run and a hypothesis."),
    why=N_("A model that nobody can say the reason of cannot be questioned, nor improved on purpose."),
    mend=N_("Write the hypothesis it tests, and train again for it."),
    passes="A champion whose run tested a hypothesis.",
    fails="A champion that was trained for no hypothesis.",
)
def serving_without_hypothesis(facts: Facts) -> Iterable[Fact]:
    """THR-1; a naive model needs no hypothesis, it is what hypotheses are measured against."""
    for _entry, version in _served(facts):
        if not facts.above(version.ref, "run"):
            yield Fact(version.ref, _("{version} serves, and no run made it.").format(version=version.id))
        if not version.naive and not facts.above(version.ref, "hypothesis"):
            text = _("{version} serves with no hypothesis behind it.").format(version=version.id)
            yield Fact(version.ref, text)


@rule(
    "THR002.1",
    severity="error",
    phase=Phase.BUILD,
    title=N_("A model version links to the data set version it was trained on."),
    why=N_("Without its data, a model can neither be explained nor trained again."),
    mend=N_("Train it again with the factory, which ties the data set version to the model version."),
    passes="A model version that a data set version taught.",
    fails="A model version whose link to its data set version was removed.",
)
def model_version_without_data(facts: Facts) -> Iterable[Fact]:
    """THR-2."""
    for version in facts.all(ModelVersion):
        if not any(Ref("dataset", version.dataset) == ref for ref in facts.beside(version.ref, "dataset")):
            text = _("The model version {id} names no data set version.").format(id=version.id)
            yield Fact(version.ref, text)


RULES = (
    serving_without_contract,
    serving_unwatched,
    no_naive_model,
    degraded_too_long,
    serving_without_slices,
    serving_without_hypothesis,
    model_version_without_data,
)
