"""Rules about data sources (EXP-7), and the smells of FND-2 and FND-4 that concern them."""

from collections.abc import Iterable

from filrouge.explore.canvas.data_sources import STOP, Availability, DataSource, Necessity
from filrouge.explore.canvas.model import Canvas, Frequency
from filrouge.explore.canvas.renewal import renewal_hours, renewal_words
from filrouge.explore.ended import ended, spared
from filrouge.kernel.i18n import N_, _
from filrouge.storage.product import Phase
from filrouge.thread.check.facts import Facts
from filrouge.thread.check.rule import Fact, rule
from filrouge.thread.ref import Ref

__all__ = ["RULES"]


def _fact(facts: Facts, source: DataSource, text: str) -> Fact:
    """Mended on the canvas that needs the source; until one does, where it is tied to one."""
    ref = Ref("data_source", source.id)
    canvas = next(iter(facts.beside(ref, "canvas")), None)
    if canvas is None:
        return Fact(ref, text, path=facts.tying(ref))
    return Fact(ref, text, path=facts.at(f"/canvas?show={canvas.id}#data_source-{source.id}"))


def _sources(facts: Facts) -> list[DataSource]:
    """The sources, without those that only ideas that ended would have used."""
    return [one for one in facts.all(DataSource) if not spared(facts, Ref("data_source", one.id))]


_NEEDED = (Necessity.NECESSARY, Necessity.IMPORTANT)


@rule(
    "FND002.1",
    severity="warning",
    phase=Phase.CONVERGE,
    title=N_("A data source traces to a use case."),
    why=N_("Data gathered before the use case is a lake that nobody drinks from."),
    mend=N_("Tie the source to the canvas that needs it, or archive it."),
    passes="A data source that a canvas needs.",
    fails="A data source that no canvas needs.",
)
def source_without_use(facts: Facts) -> Iterable[Fact]:
    """FND-2."""
    for source in facts.all(DataSource):
        ref = Ref("data_source", source.id)
        if not facts.beside(ref, "canvas"):
            yield _fact(facts, source, _("No canvas needs the source “{name}”.").format(name=source.name))


@rule(
    "FND004.1",
    severity="warning",
    phase=Phase.CONVERGE,
    title=N_("Somebody answers for the access to each needed source."),
    why=N_("Access to data that nobody owns is granted the week after the deadline."),
    mend=N_("Name the person who grants the access."),
    passes="A necessary source with an owner of its access.",
    fails="A necessary source without one.",
)
def source_without_owner(facts: Facts) -> Iterable[Fact]:
    """FND-4."""
    for source in _sources(facts):
        if source.necessity in _NEEDED and not source.access_owner.strip():
            text = _("Nobody answers for the access to “{name}”.").format(name=source.name)
            yield _fact(facts, source, text)


@rule(
    "FND004.2",
    severity="warning",
    phase=Phase.CONVERGE,
    title=N_("Needed sources are renewed as often as results are due."),
    why=N_("Hourly results from daily data are yesterday's results, twenty-four times."),
    mend=N_("Renew the source more often, promise results less often, or say how often it is renewed."),
    passes="Daily results from a source renewed every hour.",
    fails="Hourly results from a source renewed every day.",
)
def source_too_slow(facts: Facts) -> Iterable[Fact]:
    """FND-4."""
    due = {canvas.id: _HOURS.get(canvas.frequency) for canvas in facts.all(Canvas) if canvas.frequency}
    for source in _sources(facts):
        ref = Ref("data_source", source.id)
        every = renewal_hours(source.refresh)
        wanted = [due.get(canvas.id) for canvas in facts.beside(ref, "canvas")]
        quickest = min((hours for hours in wanted if hours), default=None)
        if source.necessity not in _NEEDED or not quickest or not source.refresh.strip():
            continue
        if every is None:
            text = _("How often “{name}” is renewed is not understood: “{every}”.")
        elif every > quickest:
            text = _("“{name}” is renewed every {every}; results are due more often.")
        else:
            continue
        yield _fact(facts, source, text.format(name=source.name, every=renewal_words(source.refresh)))


@rule(
    "EXP007.1",
    severity="error",
    phase=Phase.CONVERGE,
    title=N_("Each data source has its class."),
    why=N_("Necessary, important or secondary decides what the MVP waits for."),
    mend=N_("Set the class: absolutely necessary, important or secondary."),
    passes="A source that is classed as important.",
    fails="A source without a class.",
)
def source_without_class(facts: Facts) -> Iterable[Fact]:
    """EXP-7."""
    for source in _sources(facts):
        if source.necessity is None:
            text = _("The source “{name}” has no class.").format(name=source.name)
            yield _fact(facts, source, text)


@rule(
    "EXP007.2",
    severity="error",
    phase=Phase.CONVERGE,
    title=N_("A canvas has at least one necessary source."),
    why=N_("A product that no data is necessary for is not a data science product; or nobody asked."),
    mend=N_("Say which source the product cannot do without."),
    passes="A canvas that needs a necessary source.",
    fails="A canvas that needs only a secondary source.",
)
def canvas_without_necessary_source(facts: Facts) -> Iterable[Fact]:
    """EXP-7."""
    necessary = {source.id for source in facts.all(DataSource) if source.necessity == Necessity.NECESSARY}
    over = ended(facts)
    for canvas in facts.all(Canvas):
        ref = Ref("canvas", canvas.id)
        used = {source.id for source in facts.beside(ref, "data_source")}
        if canvas.idea_id not in over and not used & necessary:
            text = _("The canvas “{title}” names no absolutely necessary source.")
            yield Fact(ref, text.format(title=canvas.title))


@rule(
    "EXP007.3",
    severity="error",
    phase=Phase.CONVERGE,
    title=N_("A needed source says whether it can be had, and what happens without it."),
    why=N_("Sources fail; the product's answer is decided with a clear head, not at night."),
    mend=N_("Set its availability and its fallback (“stop” is one for a necessary source)."),
    passes="A necessary source at hand whose absence stops the product.",
    fails="A necessary source without a fallback.",
)
def source_without_fallback(facts: Facts) -> Iterable[Fact]:
    """EXP-7."""
    for source in _sources(facts):
        if source.necessity not in _NEEDED:
            continue
        fallback = source.fallback.strip()
        missing = []
        if source.availability is None:
            missing.append(_("does not say whether it is at hand"))
        if not fallback:
            missing.append(_("does not say what happens without it"))
        elif fallback == STOP and source.necessity == Necessity.IMPORTANT:
            missing.append(_("stops the product, though it is only important"))
        if missing:
            text = _("The source “{name}” {faults}.").format(name=source.name, faults="; ".join(missing))
            yield _fact(facts, source, text)


@rule(
    "EXP007.4",
    severity="warning",
    phase=Phase.CONVERGE,
    title=N_("Each source says whether it holds personal data."),
    why=N_("Personal data change who must be in the room, and what may be kept."),
    mend=N_("Answer yes or no on the source."),
    passes="A source that says it holds none.",
    fails="A source that says nothing of it.",
)
def source_without_privacy(facts: Facts) -> Iterable[Fact]:
    """EXP-7."""
    for source in _sources(facts):
        if source.personal_data is None:
            text = _("“{name}” does not say whether it holds personal data.").format(name=source.name)
            yield _fact(facts, source, text)


@rule(
    "EXP007.5",
    severity="error",
    phase=Phase.BUILD,
    title=N_("No necessary source is unavailable when the build starts."),
    why=N_("Without it there is no product, whatever is built around it."),
    mend=N_("Acquire the source, or reconsider the idea."),
    passes="A necessary source at hand.",
    fails="A necessary source that is unavailable.",
)
def necessary_source_unavailable(facts: Facts) -> Iterable[Fact]:
    """EXP-7."""
    for source in _sources(facts):
        if source.necessity == Necessity.NECESSARY and source.availability == Availability.UNAVAILABLE:
            text = _("“{name}” is absolutely necessary, and unavailable.").format(name=source.name)
            yield _fact(facts, source, text)


_HOURS = {
    Frequency.REAL_TIME: None,  # a lookup may be older than the event it explains
    Frequency.ON_DEMAND: None,
    Frequency.HOURLY: 1.0,
    Frequency.DAILY: 24.0,
    Frequency.WEEKLY: 168.0,
    Frequency.MONTHLY: 744.0,
}

RULES = (
    source_without_use,
    source_without_owner,
    source_too_slow,
    source_without_class,
    canvas_without_necessary_source,
    source_without_fallback,
    source_without_privacy,
    necessary_source_unavailable,
)
