"""The story map as a page or a notebook draws it."""

from dataclasses import dataclass
from itertools import groupby

from sqlalchemy.orm import Session

from filrouge.organize.backlog.model import Story, StoryState
from filrouge.organize.bricks import Brick
from filrouge.organize.indicators.model import Indicator
from filrouge.organize.story_map.model import Epic, Version
from filrouge.storage.editing import listed

__all__ = ["Cell", "Row", "StoryMap", "story_map"]


@dataclass(frozen=True)
class Cell:
    """The epics of one version in one column, with their stories."""

    column: Brick
    epics: tuple[tuple[Epic, tuple[Story, ...]], ...]


@dataclass(frozen=True)
class Row:
    """One version, its KPI, and its five cells."""

    version: Version
    kpi: Indicator | None
    cells: tuple[Cell, ...]

    @property
    def missing(self) -> tuple[Brick, ...]:
        """The columns without an epic (ORG-7, ORG-10)."""
        return tuple(cell.column for cell in self.cells if not cell.epics)


@dataclass(frozen=True)
class StoryMap:
    """Rows in the order of the versions; stories that no epic holds are candidates, unless dismissed."""

    rows: tuple[Row, ...]
    unplaced: tuple[Story, ...]


def story_map(session: Session, product_id: str) -> StoryMap:
    """The story map of a product, in four queries."""
    stories = listed(session, Story, product_id)
    by_epic = {epic: tuple(held) for epic, held in groupby(sorted(stories, key=_epic), key=_epic) if epic}
    epics = listed(session, Epic, product_id)
    kpis = {item.id: item for item in listed(session, Indicator, product_id)}
    rows = []
    for version in listed(session, Version, product_id):
        own = [epic for epic in epics if epic.version_id == version.id]
        cells = tuple(
            Cell(brick, tuple((epic, by_epic.get(epic.id, ())) for epic in own if epic.column == brick))
            for brick in Brick
        )
        rows.append(Row(version, kpis.get(version.kpi_id or ""), cells))
    waiting = (story for story in stories if not story.epic_id and story.state != StoryState.DISMISSED)
    return StoryMap(tuple(rows), tuple(waiting))


def _epic(story: Story) -> str:
    return story.epic_id or ""
