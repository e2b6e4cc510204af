"""The chapters of a dossier on what was learnt, up to the decision and what is asked for."""

from collections.abc import Iterator, Sequence
from datetime import datetime

from sqlalchemy.orm import Session

from filrouge.explore.canvas import Availability, DataSource, signature_of
from filrouge.explore.decisions import Choice
from filrouge.explore.decisions.words import CHOICES
from filrouge.explore.feasibility import HUMAN, MEASURED, FeasibilityStudy, Verdict, studies_of
from filrouge.explore.feasibility.words import ANSWERED
from filrouge.explore.prototypes import Prototype, fortnight_of
from filrouge.explore.prototypes.words import STAGES, VERDICTS
from filrouge.explore.uncertainties import Criticality, Uncertainty, UncertaintyState, register_of
from filrouge.explore.uncertainties.words import CRITICALITIES, DOUBTS, STATES, TYPES
from filrouge.explore.user_tests import Ipap, UserTest
from filrouge.explore.user_tests.words import IPAP
from filrouge.flows.convergence import IdeaCase
from filrouge.flows.dossier.parts import Block, Listing, Missing, Table, Text
from filrouge.kernel.figures import day
from filrouge.kernel.i18n import _, ngettext
from filrouge.storage.editing import listed, now_of

__all__ = ["asked", "decision", "feasibility", "prototypes", "uncertainties", "user_tests"]


def uncertainties(session: Session, product_id: str) -> Iterator[Block]:
    """The register, and what lifted each."""
    now = now_of(session)
    register = register_of(session, product_id)
    if not register:
        yield Missing(_("No uncertainty is written down: what would make the product fail?"))
        return
    left = sum(one.is_open(now) for one in register)
    words = ngettext(
        "{left} of {n} uncertainty is open.", "{left} of {n} uncertainties are open.", len(register)
    )
    yield Text(words.format(left=left, n=len(register)))
    head = (_("Uncertainty"), _("Type"), _("Risk"), _("State"), _("What lifted it, or would"))
    yield Table(head, tuple(_uncertainty(one, now) for one in register))


def _uncertainty(one: Uncertainty, now: datetime) -> tuple[str, ...]:
    waits = one.is_open(now)
    state = _("open") if waits else _(STATES[one.state.value])
    if not waits and one.state == UncertaintyState.WAIVED and one.expires_at:
        state = _("waived until {day}").format(day=day(one.expires_at))
    risk = _("not judged yet")
    if one.criticality and one.doubt:
        risk = f"{_(CRITICALITIES[one.criticality.value])}, {_(DOUBTS[one.doubt.value])} ({one.risk}/9)"
    plan = [one.would_settle, one.owner, day(one.due_at)]
    said = "; ".join(word for word in plan if word) if waits else one.how_lifted
    return one.statement, _(TYPES[one.type.value]), risk, state, said or _("not said")


def prototypes(session: Session, product_id: str, cases: Sequence[IdeaCase]) -> Iterator[Block]:
    """What each prototype asked and showed; ideas to build without one are named."""
    now = now_of(session)
    found = listed(session, Prototype, product_id)
    if found:
        head = (_("Prototype"), _("Question"), _("Time"), _("Verdict"), _("What was learnt"))
        yield Table(head, tuple(_prototype(one, now) for one in found))
    for case in cases:
        if case.decision is not None and case.decision.choice == Choice.BUILD and not case.prototypes:
            text = _("“{title}” is to be built without a prototype, and nobody said why.")
            yield Missing(text.format(title=case.idea.title))
    if not found and not cases:
        yield Missing(_("No prototype was made."))
    elif not found:
        yield Missing(_("No prototype was made, and no reason says why none is needed."))


def _prototype(one: Prototype, now: datetime) -> tuple[str, ...]:
    if one.skipped:
        reasons = f"{one.certain_interest} {one.certain_feasibility}".strip()
        return one.title, one.question or "–", "–", _("skipped"), reasons or _("not said")
    clock = fortnight_of(one, now)
    if clock is None:
        time = _(STAGES[one.stage(now)])
    elif clock.ended:
        time = ngettext("{n} day of {of}", "{n} days of {of}", clock.day).format(n=clock.day, of=clock.of)
    else:
        time = _("day {n} of {of}").format(n=clock.day, of=clock.of)
    verdict = _(VERDICTS[one.verdict.value])
    return one.title, one.question or _("not said"), time, verdict, one.learnt or "–"


def user_tests(session: Session, product_id: str) -> Iterator[Block]:
    """The sessions with their scores, and what they asked to change."""
    found = [one for one in listed(session, UserTest, product_id) if one.held_at is not None]
    if not found:
        yield Missing(_("No user tried a mock-up."))
        return
    found.sort(key=lambda one: str(one.held_at))
    head = (_("Session"), _("Users"), *(_(IPAP[one]) for one in Ipap), _("Satisfactory"), _("To change next"))
    yield Table(head, tuple(_test(one) for one in found))


def _test(one: UserTest) -> tuple[str, ...]:
    said = _("not said") if one.satisfactory is None else _("yes") if one.satisfactory else _("not yet")
    scores = (str(one.score(criterion) or "–") for criterion in Ipap)
    title = f"{one.title}, {day(one.held_at)}"
    return title, str(len(one.participants)), *scores, said, one.to_change or "–"


def feasibility(session: Session, product_id: str, cases: Sequence[IdeaCase]) -> Iterator[Block]:
    """Which data is at hand, and what the studies of it answer."""
    if not cases:
        yield Missing(_("No idea is kept."))
    for case in cases:
        if case.decision is not None and case.decision.choice == Choice.KILL:
            continue
        held = len(case.sources_that_are(Availability.AT_HAND))
        words = ngettext(
            "{title}: {held} of {all} data sources at hand",
            "{title}: {held} of {all} data sources at hand",
            held,
        ).format(title=case.idea.title, held=held, all=len(case.sources))
        yield Text(f"{words}.")
        for study in case.studies:
            yield from _study(study)
        if not case.studies:
            yield Missing(
                _("No feasibility study looked at the data of “{title}”.").format(title=case.idea.title)
            )
    for study in studies_of(session, product_id):
        if not any(study.id == known.id for case in cases for known in case.studies):
            yield Text(_("A study that is tied to no kept idea:"))
            yield from _study(study)


def _study(one: FeasibilityStudy) -> Iterator[Block]:
    """The sentence, then the eight answers with their reasons."""
    study = one.study
    about = _("{target}, measured {day}").format(target=study.target, day=day(one.measured_at))
    yield Text(f"{about}. {study.said}")
    rows = [(_(MEASURED[it.question]), _(ANSWERED[it.verdict]), str(it.said)) for it in study.answers]
    rows += [
        (_(HUMAN[it.question]), _(ANSWERED[it.verdict or Verdict.NOT_MEASURED]), it.note or "–")
        for it in one.people
    ]
    yield Table((_("Question"), _("Verdict"), _("What was found")), tuple(rows))


def decision(cases: Sequence[IdeaCase]) -> Iterator[Block]:
    """What was decided on each kept idea, and why."""
    if not cases:
        yield Missing(_("No idea is kept, so nothing was decided."))
        return
    head = (_("Idea"), _("Decision"), _("Why"), _("Who answers for it"), _("Decided by"))
    yield Table(head, tuple(_decision(case) for case in cases))


def _decision(case: IdeaCase) -> tuple[str, ...]:
    made = case.decision
    if made is None:
        return case.idea.title, _("undecided"), "–", "–", "–"
    by = ", ".join(word for word in (made.decided_by, day(made.decided_at)) if word)
    choice = _(CHOICES[made.choice.value])
    return case.idea.title, choice, made.rationale, made.owner or _("not said"), by or _("not said")


def asked(session: Session, product_id: str, cases: Sequence[IdeaCase]) -> Iterator[Block]:
    """What the committee is asked for: everything that waits for somebody with a say."""
    now = now_of(session)
    items = [
        _("Decide on “{title}”: build, wait or kill.").format(title=case.idea.title)
        for case in cases
        if case.decision is None
    ]
    items += _unsigned(session, cases)
    items += [
        _("Settle, or accept for a time: “{statement}” is critical and open.").format(statement=one.statement)
        for one in register_of(session, product_id)
        if one.criticality == Criticality.CRITICAL and one.is_open(now)
    ]
    items += [
        _("Open the access to the data source “{name}”.").format(name=one.name)
        for one in listed(session, DataSource, product_id)
        if one.availability == Availability.TO_ACQUIRE
    ]
    if items:
        yield Listing(tuple(items), numbered=True)
    elif not cases:
        yield Missing(_("Nothing can be asked yet: no idea is kept."))
    else:
        yield Text(_("Nothing: what was to be decided is decided, signed and settled."))


def _unsigned(session: Session, cases: Sequence[IdeaCase]) -> Iterator[str]:
    """The canvases that may be built and that nobody signed, or not as they stand now."""
    alive = [case for case in cases if case.decision is None or case.decision.choice == Choice.BUILD]
    for one in (canvas for case in alive for canvas in case.canvases):
        signed = signature_of(session, one)
        if signed is None:
            yield _("Sign the business interest of “{title}” off.").format(title=one.title)
        elif signed.changed:
            words = _("Sign the business interest of “{title}” again: {boxes} changed since {name} signed.")
            yield words.format(title=one.title, boxes=signed.changed_words, name=signed.signed_by)
