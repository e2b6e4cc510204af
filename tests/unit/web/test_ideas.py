"""The ideas of a workshop of thirty on one page: found, folded, and light."""

import html
import re

import pytest
from fastapi.testclient import TestClient

from filrouge.explore.ideas import Idea, combine
from filrouge.explore.journeys import Journey, PainPoint, Step
from filrouge.explore.workshops import Workshop, WorkshopPhase
from filrouge.storage.editing import create, edit
from filrouge.storage.workspace import Workspace

HOME = "/products/departures/ideas"


@pytest.fixture
def wall(sqlite_workspace: Workspace, departures: str) -> dict[str, str]:
    """Four ideas of a workshop, one of them made of two, and one written elsewhere; ids by title."""
    with sqlite_workspace.transaction("ana") as session:
        room = create(session, Workshop, departures, title="At the desk")
        room.phase = WorkshopPhase.CLOSED

        def idea(title: str, **fields: object) -> Idea:
            return create(session, Idea, departures, title=title, **fields)

        of_it = {"workshop_id": room.id, "author": "Ines", "group": "Warnings"}
        parents = [idea("Warn by text", **of_it, votes=3), idea("Call the crew", **of_it)]
        made = combine(session, parents, "Text first, call after")
        edit(session, made, workshop_id=room.id)
        dropped = idea("A wall of screens", state="dropped")
        found = [*parents, made, dropped, idea("Gates anew each hour", author="Ben")]
        return {"room": room.id} | {one.title: one.id for one in found}


def shown(page: str) -> dict[str, list[str]]:
    """The titles of the ideas that the page shows, and of those that it folds away."""
    before, _fold, after = page.partition('id="ideas-past"')
    titles = r'name="title" data-edit="idea/[^>]*>([^<]*)</textarea>'
    return {"open": re.findall(titles, before), "past": re.findall(titles, after)}


def test_what_was_combined_or_dropped_is_folded_away(browser: TestClient, wall: dict[str, str]):
    found = shown(browser.get(HOME).text)
    assert found["open"] == ["Text first, call after", "Gates anew each hour"]
    assert sorted(found["past"]) == ["A wall of screens", "Call the crew", "Warn by text"]


@pytest.mark.parametrize(
    ("asked", "titles"),
    [
        ("state=dropped", {"A wall of screens"}),
        ("state=combined", {"Warn by text", "Call the crew"}),
        ("workshop={room}", {"Warn by text", "Call the crew", "Text first, call after"}),
        ("q=TEXT", {"Warn by text", "Text first, call after"}),
        ("q=ben", {"Gates anew each hour"}),
        ("q=warnings+call", {"Call the crew"}),
        ("state=proposed&q=nothing", set()),
        ("state=%25%00&workshop=nowhere", set()),
    ],
)
def test_ideas_are_found_by_state_workshop_and_words(
    browser: TestClient, wall: dict[str, str], asked: str, titles: set[str]
):
    page = browser.get(f"{HOME}?{asked.format(**wall)}").text
    assert {*shown(page)["open"], *shown(page)["past"]} == titles
    assert f"{len(titles)} of 5" in page
    asked_for = html.escape(asked.format(**wall)).replace("+", "+")
    assert titles == set() or f'name="back" value="{HOME}?{asked_for}"' in page  # one stays among them


def test_an_idea_says_where_it_comes_from(browser: TestClient, wall: dict[str, str]):
    page = browser.get(HOME).text
    parent = re.search(rf'id="idea-{wall["Warn by text"]}".*?</li>', page, re.S)[0]
    for told in ("Ines", "At the desk", "group “Warnings”", "3 dots", "combined into"):
        assert told in html.unescape(parent)
    child = re.search(rf'id="idea-{wall["Text first, call after"]}".*?</li>', page, re.S)[0]
    assert "made of" in child
    assert f'href="{HOME}#idea-{wall["Warn by text"]}"' in child


def test_three_hundred_ideas_and_sixty_pain_points_stay_light(
    browser: TestClient, sqlite_workspace: Workspace, departures: str
):
    with sqlite_workspace.transaction("ana") as session:
        journey = create(session, Journey, departures, title="A shift")
        step = create(session, Step, departures, journey_id=journey.id, title="Learn of it")
        for number in range(60):
            pain = f"The warning number {number} comes too late for the desk to act on it"
            create(session, PainPoint, departures, step_id=step.id, statement=pain, type="frustrating")
        for number in range(300):
            create(session, Idea, departures, title=f"Idea {number}")
    page = browser.get(HOME).text
    assert page.count("comes too late") == 60, "each choice is written once"
    assert len(page) < 1_100_000
