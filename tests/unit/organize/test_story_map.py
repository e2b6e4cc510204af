import pytest

from filrouge.kernel.i18n import use_language
from filrouge.organize.backlog import Story
from filrouge.organize.bricks import Brick
from filrouge.organize.story_map import Epic, Version, story_map
from filrouge.storage.editing import BadField, create
from filrouge.storage.workspace import Workspace


def test_the_story_map_places_epics_in_cells_and_names_the_empty_ones(workspace: Workspace, product: str):
    with workspace.transaction() as session:
        mvp = create(session, Version, product, title="MVP")
        epic = create(session, Epic, product, version_id=mvp.id, column="ingestion", title="Flights")
        story = create(session, Story, product, epic_id=epic.id, title="Read the schedule")
        loose = create(session, Story, product, title="Later")
        board = story_map(session, product)
        (row,) = board.rows
        assert row.cells[0].epics == ((epic, (story,)),)
        assert row.missing == tuple(Brick)[1:]
        assert board.unplaced == (loose,)


def test_a_release_without_a_date_is_refused_in_french(workspace: Workspace, product: str):
    with workspace.transaction() as session, use_language("fr"), pytest.raises(BadField) as caught:
        create(session, Version, product, title="MVP", state="released")
    assert caught.value.what == "«\u00a0MVP\u00a0» est livrée sans date."
