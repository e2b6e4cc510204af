"""The chapters of a dossier on the problem: objective, journey, ideas, canvas, data sources."""

from collections.abc import Iterator, Sequence

from sqlalchemy.orm import Session

from filrouge.explore.canvas import Canvas, DataSource, canvas_board, signature_of
from filrouge.explore.canvas.content import ACTIVATION_BOXES
from filrouge.explore.canvas.words import AVAILABILITY, FIELDS, NECESSITY, word_for
from filrouge.explore.decisions import Choice, decisions_of
from filrouge.explore.ideas import Criterion, Idea, IdeaState, ranked
from filrouge.explore.journeys import JourneyMap, PainPoint, every_map
from filrouge.explore.objectives import Objective
from filrouge.explore.workshops import PROFILES, Participant, Workshop
from filrouge.flows.convergence import IdeaCase
from filrouge.flows.dossier.parts import Block, Listing, Missing, Table, Text
from filrouge.flows.indicators import reached
from filrouge.kernel.figures import day, figure, with_unit
from filrouge.kernel.i18n import N_, _, ngettext
from filrouge.organize.indicators import Indicator, main_indicator
from filrouge.storage.editing import listed
from filrouge.thread.links import links_of

__all__ = ["canvas", "data_sources", "ideas", "journeys", "objectives"]

_STATES = {
    "proposed": N_("proposed"),
    "kept": N_("kept"),
    "dropped": N_("dropped"),
    "combined": N_("combined"),
}


def objectives(session: Session, product_id: str) -> Iterator[Block]:
    """The objectives with their whys, and the main indicator with what it reached."""
    known = listed(session, Objective, product_id)
    if not known:
        yield Missing(_("No objective is written down: say what the organisation wants to reach."))
    for one in known:
        yield Text(one.statement, lead=one.parent_id is None)
        if one.five_whys:
            yield Listing(
                tuple(f"{entry['question']} {entry['answer']}" for entry in one.five_whys), numbered=True
            )
    main = main_indicator(session, product_id)
    if main is None:
        yield Missing(_("No main indicator is chosen: say how one will see that it is reached."))
        return
    yield Text(_main(session, product_id, main))


def _main(session: Session, product_id: str, main: Indicator) -> str:
    (found,) = reached(session, product_id, only=main)
    latest = found.latest
    words = _("Seen by: {title}.").format(title=main.title)
    if main.target is not None:
        words += " " + _("Target: {target}.").format(target=with_unit(main.target, main.unit))
    if latest is None:
        return words + " " + _("Not measured yet.")
    value = with_unit(latest.value, main.unit)
    return words + " " + _("Latest: {value} ({day}).").format(value=value, day=day(latest.end_at))


def journeys(session: Session, product_id: str) -> Iterator[Block]:
    """Each map of today beside the one after, with the pain points."""
    maps = every_map(session, product_id)
    decided = decisions_of(session, product_id)
    killed = {idea_id for idea_id, one in decided.items() if one.choice == Choice.KILL}
    kept = {one.id for one in listed(session, Idea, product_id) if one.state == IdeaState.KEPT} - killed
    eased = [
        (tie.target_id, tie.source_id)
        for tie in links_of(session, product_id, ["pain_point"])
        if tie.relation == "addressed_by" and tie.target_id in kept
    ]
    if not maps:
        yield Missing(_("No map is drawn: walk through a day of the people concerned."))
    for found in maps:
        if found.after in (None, *found.afters[:1]):
            yield Text(found.journey.title, lead=True)
        idea_id = found.after.idea_id if found.after else None
        if found.after and len(found.afters) > 1:
            yield Text(found.after.title)
        yield _map(found, {pain for idea, pain in eased if idea_id in (None, idea)})
        if found.after is None:
            yield Missing(_("The map after is not drawn: show the work once an idea helps."))


def _map(found: JourneyMap, relieved: set[str]) -> Table:
    def hurts(pains: Sequence[PainPoint]) -> str:
        said = [
            (_("{pain} ({n} of 5; {relief})") if pain.intensity else _("{pain} ({relief})")).format(
                pain=pain.statement,
                n=pain.weight,
                relief=_("relieved by a kept idea") if pain.id in relieved else _("remains"),
            )
            for pain in pains
        ]
        return "; ".join(said)

    rows = tuple(
        (
            pair.today.title if pair.today else "–",
            pair.today.actor if pair.today else "",
            hurts(found.pains_of(pair.today)),
            pair.after.title if pair.after else ("–" if found.after else ""),
        )
        for pair in found.columns
    )
    return Table((_("Step today"), _("Who"), _("Where it hurts"), _("Afterwards")), rows)


def ideas(session: Session, product_id: str) -> Iterator[Block]:
    """The ideas by score, and the criteria that chose them."""
    criteria = listed(session, Criterion, product_id)
    found = ranked(session, product_id)
    if not found:
        yield Missing(_("No idea is written down."))
        return
    kept = sum(idea.state == IdeaState.KEPT for idea, _score in found)
    ideas = ngettext("{n} idea", "{n} ideas", len(found)).format(n=len(found))
    yield Text(f"{ideas}, {ngettext('{n} kept', '{n} kept', kept).format(n=kept)}.")
    if not criteria:
        yield Missing(_("No criterion is recorded: say by what the ideas are chosen."))
    workshops = listed(session, Workshop, product_id)
    if not workshops:
        yield Missing(_("No ideation workshop is written down: say who found and chose the ideas together."))
    for workshop in workshops:
        yield _workshop(workshop, listed(session, Participant, product_id, workshop_id=workshop.id))
    voted = any(one.revealed for one in workshops)
    head = (_("Idea"), *([_("Dots")] if voted else ()), *(one.title for one in criteria))
    rows = tuple(_idea(idea, score, criteria, voted=voted) for idea, score in found)
    yield Table((*head, _("Together"), _("State")), rows)


def _workshop(one: Workshop, people: Sequence[Participant]) -> Text | Missing:
    words = ", ".join(word for word in (one.title, day(one.starts_at)) if word)
    if not people:
        return Missing(_("{workshop}: nobody is written down as present.").format(workshop=words))
    names = ", ".join(f"{person.name} ({_(PROFILES[person.profile])})" for person in people)
    return Text(_("{workshop}: {names}.").format(workshop=words, names=names))


def _idea(idea: Idea, score: float | None, criteria: Sequence[Criterion], *, voted: bool) -> tuple[str, ...]:
    given = [idea.scores.get(one.title) for one in criteria]
    marks = (figure(mark, digits=2, trim=True) if mark is not None else "–" for mark in (*given, score))
    dots = [str(idea.votes)] if voted else []
    return (idea.title, *dots, *marks, _(_STATES[idea.state.value]))


def canvas(session: Session, cases: Sequence[IdeaCase]) -> Iterator[Block]:
    """The canvas of each idea that is to be built; of all kept ones while none is."""
    shown = [one for case in cases if _is_built(case) for one in case.canvases]
    shown = shown or [one for case in cases for one in case.canvases]
    if not shown:
        yield Missing(_("No kept idea has a canvas: put one on one page."))
    for one in shown:
        yield Text(one.title, lead=True)
        yield Table((_("Box"), _("What stands in it")), tuple(_boxes(session, one)))
        yield Table((_("Activation"), _("What is said")), tuple(_activation(one)))
        yield _signature(session, one)


def _is_built(case: IdeaCase) -> bool:
    return case.decision is not None and case.decision.choice == Choice.BUILD


def _boxes(session: Session, one: Canvas) -> Iterator[tuple[str, str]]:
    titles = {kpi.id: kpi.title for kpi in listed(session, Indicator, str(one.product_id))}
    for view in canvas_board(session, one):
        words = [note.text for note in view.notes]
        words += [source.name for source in view.sources]
        words += [titles[ref.id] for ref in view.indicators if ref.id in titles]
        if words or not view.spec.box.extension:
            yield _(view.spec.title), "; ".join(words) or _("(empty)")


def _activation(one: Canvas) -> Iterator[tuple[str, str]]:
    for field in ACTIVATION_BOXES:
        yield _(FIELDS[field]), word_for(field, str(getattr(one, field) or "")) or _("not said")


def _signature(session: Session, one: Canvas) -> Text | Missing:
    signed = signature_of(session, one)
    if signed is None:
        return Missing(_("Nobody signed the business interest off."))
    words = _("Interest signed off by {name}, {day}").format(name=signed.signed_by, day=day(signed.at))
    if signed.version is not None:
        words += " " + _("(version {n})").format(n=signed.version)
    if not signed.changed:
        return Text(f"{words}.")
    changed = _("The canvas has changed since: {boxes}.").format(boxes=signed.changed_words)
    return Missing(f"{words}. {changed}")


def data_sources(session: Session, product_id: str) -> Iterator[Block]:
    """The data it lives on, by class."""
    found = listed(session, DataSource, product_id)
    if not found:
        yield Missing(_("No data source is written down."))
        return
    head = (_("Source"), _("Class"), _("Availability"), _("Without it"), _("Access"), _("Refresh"))
    yield Table((*head, _("Personal data")), tuple(_source(one) for one in found))


def _source(one: DataSource) -> tuple[str, ...]:
    personal = _("not said") if one.personal_data is None else _("yes") if one.personal_data else _("no")
    return (
        one.name,
        _(NECESSITY[one.necessity.value]) if one.necessity else _("not said"),
        _(AVAILABILITY[one.availability.value]) if one.availability else _("not said"),
        word_for("fallback", one.fallback) or _("not said"),
        one.access_owner or _("not said"),
        word_for("refresh", one.refresh) or _("not said"),
        personal,
    )
