"""What the rows of a sheet may stand in, and how a cell names it: a step, or a journey and its step."""

from sqlalchemy.orm import Session

from filrouge.explore.journeys import Journey, Step
from filrouge.explore.journeys.model import JourneyVersion
from filrouge.flows.spreadsheet.fields import SheetKind
from filrouge.storage.base import Artefact
from filrouge.storage.editing import listed
from filrouge.storage.kinds import kind_named

__all__ = ["Holders"]

_IN = " > "


class Holders:
    """The steps of a product, or its journeys.

    A map after starts with the steps of today, under the same titles: such a title means today's. Where two
    journeys of today share one, the cell says the journey too: ``A shift > Learn of it``.

    Attributes:
        names: by id, the shortest name that means it alone.
    """

    def __init__(self, session: Session, kind: SheetKind, product_id: str) -> None:
        items: list[Artefact] = []
        if kind.container is not None:
            items = listed(session, kind_named(kind.container.holds), product_id)
        maps = {one.id: one for one in listed(session, Journey, product_id)}
        self._today = {one.id for one in items if _is_of_today(one, maps)}
        self._labels = {one.id: one.label for one in items}
        self._full = {one.id: _full(one, maps) for one in items}
        self.names = {
            one.id: one.label if self.called(one.label) == [one.id] else self._full[one.id] for one in items
        }

    def called(self, cell: str) -> list[str]:
        """The ids of what a cell may mean: one where it is clear, none where nothing is called so."""
        if cell in self._labels:
            return [cell]
        wanted = _plain(cell)
        for names in (self._labels, self._full):
            same = [key for key, name in names.items() if _plain(name) == wanted]
            if same:
                return [key for key in same if key in self._today] or same
        return []

    def apart(self, same: list[str]) -> list[str]:
        """How to tell apart what is called the same: with the journey, or by id where that does not help."""
        full = [self._full[key] for key in same]
        return full if len(set(full)) == len(same) else same


def _plain(name: str) -> str:
    return " ".join(name.split()).casefold()


def _is_of_today(one: Artefact, maps: dict[str, Journey]) -> bool:
    whole = maps.get(one.journey_id) if isinstance(one, Step) else one
    return not isinstance(whole, Journey) or whole.version == JourneyVersion.BEFORE


def _full(one: Artefact, maps: dict[str, Journey]) -> str:
    whole = maps.get(one.journey_id) if isinstance(one, Step) else None
    return f"{whole.title}{_IN}{one.label}" if whole else one.label
