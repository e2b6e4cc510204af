"""The idea wall: silent writing, sharing, grouping, combining (EXP-4)."""

from collections.abc import Iterable, Sequence
from itertools import chain

from sqlalchemy import select
from sqlalchemy.orm import Session

from filrouge.explore.ideas import Idea, combine
from filrouge.explore.journeys import PainPoint
from filrouge.explore.workshops.model import Draft, Participant, Workshop
from filrouge.explore.workshops.phases import Act, require
from filrouge.explore.workshops.room import beat, hold
from filrouge.kernel.clock import SystemClock
from filrouge.kernel.i18n import _
from filrouge.storage.editing import BadField, UnknownArtefact, archive, create, edit, find, listed
from filrouge.thread.links import Link, link, unlink
from filrouge.thread.ref import Ref

__all__ = [
    "combine_ideas",
    "drafts_of",
    "drop_draft",
    "group_ideas",
    "parents_of",
    "propose",
    "relieve",
    "relieved_by",
    "share_drafts",
    "shared_ideas",
    "take_idea_back",
    "waiting_drafts",
]

_LONGEST = 500
_RELIEF = "addressed_by"


def propose(
    session: Session, workshop: Workshop, participant: Participant, text: str, *, pain_point_id: str = ""
) -> Draft | Idea:
    """Write an idea: a draft that its author alone sees while the writing is silent, else one on the wall.

    Args:
        session: a writing session.
        workshop: the workshop.
        participant: who writes.
        text: the idea, in one sentence.
        pain_point_id: what it would relieve, where that is known already.

    Raises:
        WorkshopLocked: ideas are not written in this phase.
        BadField: the text is empty, or too long for a note.
        UnknownArtefact: there is no such pain point.
    """
    hold(session, workshop)
    require(workshop, Act.WRITE)
    words = " ".join(text.split())
    if not words or len(words) > _LONGEST:
        raise BadField(
            _("A note holds from 1 to 500 characters."),
            where=f"workshop:{workshop.id}: idea",
            action=_("Say it in one sentence; details come later."),
        )
    if pain_point_id:
        find(session, PainPoint, pain_point_id, product_id=workshop.product_id)
    if workshop.silent:
        draft = Draft(
            workshop_id=workshop.id,
            participant_id=participant.id,
            text=words,
            pain_point_id=pain_point_id,
            at=SystemClock().now(),
        )
        session.add(draft)
        session.flush()
        beat(session, workshop)
        return draft
    made = _on_the_wall(session, workshop, words, participant.name, pain_point_id)
    beat(session, workshop)
    return made


def drafts_of(session: Session, workshop: Workshop, participant: Participant) -> Sequence[Draft]:
    """What a participant wrote silently: shown to nobody else."""
    query = select(Draft).where(Draft.workshop_id == workshop.id, Draft.participant_id == participant.id)
    return session.scalars(query.order_by(Draft.at, Draft.id)).all()


def drop_draft(session: Session, workshop: Workshop, participant: Participant, draft_id: str) -> None:
    """Take one's own draft back.

    Raises:
        UnknownArtefact: there is none of this participant's with this id.
    """
    require(workshop, Act.WRITE)
    draft = session.get(Draft, draft_id)
    if draft is None or (draft.workshop_id, draft.participant_id) != (workshop.id, participant.id):
        raise UnknownArtefact(_("There is no such note of yours."), action=_("Reload the page."))
    session.delete(draft)
    session.flush()
    beat(session, workshop)


def waiting_drafts(session: Session, workshop: Workshop) -> int:
    """How many silently written ideas wait to be shared."""
    return len(session.scalars(select(Draft.id).where(Draft.workshop_id == workshop.id)).all())


def share_drafts(session: Session, workshop: Workshop) -> list[Idea]:
    """Put all that was written silently on the wall, in the order of writing; writing goes on in the open."""
    hold(session, workshop)
    query = select(Draft).where(Draft.workshop_id == workshop.id).order_by(Draft.at, Draft.id)
    drafts = session.scalars(query).all()
    people = listed(session, Participant, str(workshop.product_id), archived=True, workshop_id=workshop.id)
    names = {one.id: one.name for one in people}
    made = [
        _on_the_wall(session, workshop, draft.text, names.get(draft.participant_id, ""), draft.pain_point_id)
        for draft in drafts
    ]
    for draft in drafts:
        session.delete(draft)
    if workshop.silent:
        edit(session, workshop, silent=False)
    beat(session, workshop)
    return made


def shared_ideas(session: Session, workshop: Workshop) -> list[Idea]:
    """What is on the wall, combined ones and their parents too."""
    return listed(session, Idea, str(workshop.product_id), workshop_id=workshop.id)


def parents_of(session: Session, ideas: Sequence[Idea]) -> dict[str, tuple[str, ...]]:
    """By combined idea, the titles of those that it was made of."""
    titles = {idea.id: idea.title for idea in ideas}
    query = select(Link).where(Link.relation == "combined_into", Link.target_id.in_(titles)).order_by(Link.id)
    found: dict[str, tuple[str, ...]] = {}
    for tie in session.scalars(query):
        if tie.source_id in titles:
            found[tie.target_id] = (*found.get(tie.target_id, ()), titles[tie.source_id])
    return found


def relieved_by(session: Session, workshop: Workshop, ideas: Sequence[Idea]) -> dict[str, tuple[str, ...]]:
    """By idea, the ids of the pain points that it would relieve."""
    wanted = {idea.id for idea in ideas}
    query = select(Link).where(Link.relation == _RELIEF, Link.product_id == workshop.product_id)
    found: dict[str, tuple[str, ...]] = {}
    for tie in session.scalars(query.order_by(Link.id)):
        if tie.target_id in wanted:
            found[tie.target_id] = (*found.get(tie.target_id, ()), tie.source_id)
    return found


def relieve(session: Session, workshop: Workshop, idea_id: str, pain_point_id: str) -> None:
    """Say which pain point an idea on the wall would relieve, instead of the first said before; or none.

    Raises:
        WorkshopLocked: ideas are neither written nor grouped in this phase.
        UnknownArtefact: the idea is not on this wall, or there is no such pain point.
    """
    hold(session, workshop)
    require(workshop, Act.RELIEVE)
    idea = _idea(session, workshop, idea_id)
    product_id = str(workshop.product_id)
    if pain_point_id:
        find(session, PainPoint, pain_point_id, product_id=product_id)
    for other in relieved_by(session, workshop, [idea]).get(idea.id, ())[:1]:
        if other != pain_point_id:
            unlink(session, Ref("pain_point", other), _RELIEF, Ref("idea", idea.id), product_id=product_id)
    if pain_point_id:
        link(session, product_id, Ref("pain_point", pain_point_id), _RELIEF, Ref("idea", idea.id))
    beat(session, workshop)


def take_idea_back(session: Session, workshop: Workshop, participant: Participant, idea_id: str) -> None:
    """Take one's own idea from the wall while ideas are written.

    Raises:
        UnknownArtefact: it is not on this wall, or somebody else's.
    """
    require(workshop, Act.WRITE)
    idea = _idea(session, workshop, idea_id)
    if idea.author != participant.name:
        raise UnknownArtefact(_("This note is somebody else's."), action=_("Ask them, or the facilitator."))
    archive(session, idea)
    beat(session, workshop)


def group_ideas(session: Session, workshop: Workshop, ideas: Iterable[str], group: str) -> None:
    """Put ideas into a group by its name; an empty name takes them out.

    Raises:
        WorkshopLocked: ideas are not grouped in this phase.
        UnknownArtefact: one of them is not on this wall.
    """
    require(workshop, Act.GROUP)
    for idea in [_idea(session, workshop, one) for one in ideas]:
        edit(session, idea, group=" ".join(group.split()))
    beat(session, workshop)


def combine_ideas(
    session: Session, workshop: Workshop, ideas: Sequence[str], *, title: str, author: str
) -> Idea:
    """A new idea made of two or more on the wall, which stay as its parents.

    Raises:
        WorkshopLocked: ideas are not combined in this phase.
        BadField: fewer than two ideas.
    """
    require(workshop, Act.COMBINE)
    parents = [_idea(session, workshop, one) for one in dict.fromkeys(ideas)]
    if len(parents) < 2:
        raise BadField(
            _("Two ideas at least are combined."),
            where=f"workshop:{workshop.id}: combine",
            action=_("Tick the ideas that go together."),
        )
    made = combine(session, parents, title)
    groups = {parent.group for parent in parents}
    group = groups.pop() if len(groups) == 1 else ""
    made.workshop_id, made.author, made.group = workshop.id, author, group
    session.flush()
    _pursue(session, workshop, made)
    for pain in dict.fromkeys(chain.from_iterable(relieved_by(session, workshop, parents).values())):
        link(session, str(workshop.product_id), Ref("pain_point", pain), _RELIEF, Ref("idea", made.id))
    beat(session, workshop)
    return made


def _idea(session: Session, workshop: Workshop, idea_id: str) -> Idea:
    idea = find(session, Idea, idea_id, product_id=workshop.product_id)
    if idea.workshop_id != workshop.id or idea.archived_at is not None:
        what = _("The idea '{id}' is not on this wall.").format(id=idea_id)
        raise UnknownArtefact(what, action=_("Reload the page."))
    return idea


def _on_the_wall(session: Session, workshop: Workshop, text: str, author: str, pain_point_id: str) -> Idea:
    made = create(session, Idea, str(workshop.product_id), title=text, workshop_id=workshop.id)
    made.author = author
    _pursue(session, workshop, made)
    if pain_point_id:
        link(
            session, str(workshop.product_id), Ref("pain_point", pain_point_id), _RELIEF, Ref("idea", made.id)
        )
    return made


def _pursue(session: Session, workshop: Workshop, idea: Idea) -> None:
    """An idea of a workshop pursues the objective that the workshop is about."""
    if workshop.objective_id:
        target = Ref("idea", idea.id)
        link(session, str(workshop.product_id), Ref("objective", workshop.objective_id), "pursued_by", target)
