"""A map of today beside the map after it: which steps stay, go, or are new (EXP-5)."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from filrouge.explore.ideas import Idea
from filrouge.explore.journeys.model import Journey, JourneyVersion, PainPoint, Step
from filrouge.kernel.i18n import _
from filrouge.storage.editing import create, listed

__all__ = ["JourneyMap", "StepPair", "draw_after", "every_map", "journey_maps", "pair_steps"]


@dataclass(frozen=True)
class StepPair:
    """A column of the map: the step today, and the step after.

    One is missing where a step goes or is new; ``moved`` where it stands elsewhere in the other row.
    """

    today: Step | None
    after: Step | None
    moved: bool = False


@dataclass(frozen=True)
class JourneyMap:
    """A journey, one of the maps after it when one is drawn, and the pain points by step."""

    journey: Journey
    afters: tuple[Journey, ...]
    """All maps after it, each the work once another idea works."""
    after: Journey | None
    columns: tuple[StepPair, ...]
    pains: dict[str, tuple[PainPoint, ...]]

    def pains_of(self, step: Step | None) -> tuple[PainPoint, ...]:
        """The pain points on a step."""
        return self.pains.get(step.id, ()) if step else ()

    @property
    def hurts(self) -> tuple[int, ...]:
        """By column, the worst intensity today (0 to 5)."""
        return tuple(
            max((pain.weight for pain in self.pains_of(pair.today)), default=0) for pair in self.columns
        )


def pair_steps(today: Sequence[Step], after: Sequence[Step]) -> tuple[StepPair, ...]:
    """Both maps in one row of columns, each in its own order.

    As many steps as can be share a column; the others stand alone, where they are in their own map.
    """
    place = {step.id: number for number, step in enumerate(today)}
    continued: dict[int, Step] = {}
    for step in after:
        if step.from_step in place:
            continued.setdefault(place[step.from_step], step)
    order = {step.id: number for number, step in enumerate(after)}
    shared = _rising([(number, order[step.id]) for number, step in sorted(continued.items())])
    columns: list[StepPair] = []
    left = right = 0
    for here, there in (*shared, (len(today), len(after))):
        columns += [StepPair(today[n], None, n in continued) for n in range(left, here)]
        columns += [StepPair(None, after[n], after[n].from_step in place) for n in range(right, there)]
        if here < len(today):
            columns.append(StepPair(today[here], after[there]))
        left, right = here + 1, there + 1
    return tuple(columns)


def _rising(pairs: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    """The longest choice of pairs that rise in both places."""
    best: list[list[tuple[int, int]]] = []
    for number, pair in enumerate(pairs):
        before = [best[k] for k in range(number) if pairs[k][1] < pair[1]]
        best.append([*max(before, key=len, default=[]), pair])
    return max(best, key=len, default=[])


def journey_maps(session: Session, product_id: str, chosen: str = "") -> tuple[JourneyMap, ...]:
    """The maps of a product, each beside the first map after it.

    Args:
        session: an open session.
        product_id: the product.
        chosen: the id of a map after: it stands beside its map of today, and those of the same idea
            beside theirs.
    """
    drawn = _Drawn(session, product_id)
    idea = next((one.idea_id for one in drawn.journeys if one.id == chosen), None)
    return tuple(
        drawn.map(today, _chosen(drawn.afters(today), chosen, idea), drawn.afters(today))
        for today in drawn.today()
    )


def every_map(session: Session, product_id: str) -> tuple[JourneyMap, ...]:
    """The maps of a product, each beside every map after it in turn."""
    drawn = _Drawn(session, product_id)
    return tuple(
        drawn.map(today, after, drawn.afters(today))
        for today in drawn.today()
        for after in (drawn.afters(today) or (None,))
    )


def _chosen(afters: Sequence[Journey], chosen: str, idea: str | None) -> Journey | None:
    same = [one for one in afters if idea is not None and one.idea_id == idea]
    named = [one for one in afters if one.id == chosen]
    return next(iter((*named, *same, *afters)), None)


class _Drawn:
    """The journeys, steps and pain points of a product, each read once."""

    def __init__(self, session: Session, product_id: str) -> None:
        self.journeys = listed(session, Journey, product_id)
        self._steps = listed(session, Step, product_id)
        self._pains = listed(session, PainPoint, product_id)

    def today(self) -> Iterable[Journey]:
        """The maps that change no other one."""
        ids = {journey.id for journey in self.journeys}
        return [journey for journey in self.journeys if journey.before_id not in ids]

    def afters(self, today: Journey) -> tuple[Journey, ...]:
        """The maps that change it."""
        return tuple(one for one in self.journeys if one.before_id == today.id)

    def map(self, today: Journey, after: Journey | None, afters: tuple[Journey, ...]) -> JourneyMap:
        """A map of today beside one after it."""
        own = [step for step in self._steps if step.journey_id == today.id]
        later = [step for step in self._steps if after and step.journey_id == after.id]
        columns = pair_steps(own, later) if after else tuple(StepPair(step, None) for step in own)
        held = {
            step.id: tuple(pain for pain in self._pains if pain.step_id == step.id) for step in (*own, *later)
        }
        return JourneyMap(today, afters, after, columns, held)


def draw_after(session: Session, journey: Journey, idea: Idea | None = None) -> Journey:
    """Start the map after for an idea from the steps of today; one that exists already is given back."""
    product_id = str(journey.product_id)
    idea_id = idea.id if idea else None
    drawn = listed(session, Journey, product_id, before_id=journey.id)
    found = next((one for one in drawn if one.idea_id == idea_id), None)
    if found is not None:
        return found
    words = _("{title}, with “{idea}”") if idea else _("{title}, afterwards")
    made = create(
        session,
        Journey,
        product_id,
        before_id=journey.id,
        idea_id=idea_id,
        title=words.format(title=journey.title, idea=idea.title if idea else ""),
        type=journey.type,
        version=JourneyVersion.AFTER,
    )
    for step in listed(session, Step, product_id, journey_id=journey.id):
        create(
            session,
            Step,
            product_id,
            journey_id=made.id,
            title=step.title,
            actor=step.actor,
            channel=step.channel,
            from_step=step.id,
        )
    return made
