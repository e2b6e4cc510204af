"""A map of today beside the map after it: which steps stay, go, or are new (EXP-5)."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from filrouge.explore.journeys.model import Journey, JourneyVersion, PainPoint, Step
from filrouge.kernel.i18n import _
from filrouge.storage.editing import create, listed

__all__ = ["JourneyMap", "StepPair", "draw_after", "journey_maps", "pair_steps"]


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
    """A journey, the map after it when one is drawn, and the pain points by step."""

    journey: Journey
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
            max((pain.intensity for pain in self.pains_of(pair.today)), default=0) for pair in self.columns
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


def journey_maps(session: Session, product_id: str) -> tuple[JourneyMap, ...]:
    """The maps of a product; a map after stands with the one that it changes."""
    journeys = listed(session, Journey, product_id)
    ids = {journey.id for journey in journeys}
    steps, pains = listed(session, Step, product_id), listed(session, PainPoint, product_id)
    maps = []
    for journey in journeys:
        if journey.before_id in ids:
            continue
        after = next((one for one in journeys if one.before_id == journey.id), None)
        own = [step for step in steps if step.journey_id == journey.id]
        later = [step for step in steps if after and step.journey_id == after.id]
        columns = pair_steps(own, later) if after else tuple(StepPair(step, None) for step in own)
        held = {step.id: tuple(p for p in pains if p.step_id == step.id) for step in (*own, *later)}
        maps.append(JourneyMap(journey, after, columns, held))
    return tuple(maps)


def draw_after(session: Session, journey: Journey) -> Journey:
    """Start the map after from the steps of today; one that exists already is given back."""
    product_id = str(journey.product_id)
    found = next(iter(listed(session, Journey, product_id, before_id=journey.id)), None)
    if found is not None:
        return found
    made = create(
        session,
        Journey,
        product_id,
        before_id=journey.id,
        title=_("{title}, afterwards").format(title=journey.title),
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
