"""What is measured, believed and built."""

from tests.functional.keyboard import Keyboard
from tests.functional.rebuilding.said import Said, Ties

from filrouge.web.organize.boards import (
    BETTER,
    BRICKS,
    HYPOTHESIS_STATES,
    MEASURES,
    PERIODS,
    STORY_STATES,
    VERSION_STATES,
)
from filrouge.web.organize.candidates import ORIGINS

__all__ = ["hypotheses", "indicators", "story_map"]


def indicators(at: Keyboard, said: list[Said], ties: Ties) -> None:
    """Layer by layer, each with its measure."""
    for one in said:
        at.jump("Indicators")
        at.to("Add an indicator…")
        if one["layer"] == "technical":
            at.to("Add an indicator…")
        at.write(one["title"])
        at.press("Enter")
        at.jump(one["title"], "indicator")
        at.fill("Meaning", one.get("meaning", ""))
        at.tie("Tie an objective…", ties.to(one, "measured_by", "objective"))
        at.act("Measure it…")
        at.choose("What it is", MEASURES[one["measure"]["kind"]])
        at.fill("Of each prediction", one["measure"]["value"])
        at.fill("Divided by", one["measure"].get("over", ""))
        at.act("Measure it so")
        at.fill("Target", one["target"])
        at.fill("Unit", one.get("unit", ""))
        at.choose("Better direction", BETTER[one["better"]])
        at.choose("Period", PERIODS[one["period"]])
        if one["layer"] == "technical":
            at.choose("Brick", BRICKS[one["brick"]])
        if one["layer"] == "main":
            at.act("Make it the main one")


def hypotheses(at: Keyboard, said: list[Said]) -> None:
    """The log."""
    at.jump("Hypotheses")
    at.add("Add: we believe that…", *(one["statement"] for one in said))
    for one in said:
        at.jump(one["statement"], "hypothesis")
        at.fill("Test", one["test"])
        if one.get("evidence"):
            at.add("What was seen", *(seen["text"] for seen in one["evidence"]))
        at.fill("Conclusion", one.get("conclusion", ""))
        at.fill("Not covered", one.get("not_covered", ""))
        at.choose("State", HYPOTHESIS_STATES[one.get("state", "open")])


def story_map(at: Keyboard, said: list[Said], ties: Ties) -> None:
    """Versions, epics and stories."""
    at.jump("Story map")
    at.add("Add a version…", *(one["title"] for one in said))
    for one in said:
        at.jump(one["title"], "version")
        at.choose("State", VERSION_STATES[one.get("state", "planned")])
        at.fill("Objective of the version", one["objective"])
        if "kpi_id" in one:
            at.choose("KPI", ties.word(one["kpi_id"]))
        at.tie("Which canvas does it build?", ties.to(one, "built_as", "canvas"))
        for epic in one["epics"]:
            at.add(f"Add an epic to {one['title']}: {BRICKS[epic['column']]}", epic["title"])
    for epic in (epic for one in said for epic in one["epics"]):
        sources = ties.to(epic, "ingested_by", "data_source")
        if sources:
            at.jump(epic["title"], "epic")
            at.tie("Which source does it bring in?", sources)
        for story in epic.get("stories", []):
            _story(at, epic, story, ties)


def _story(at: Keyboard, epic: Said, said: Said, ties: Ties) -> None:
    at.jump("Story map") if not at.page.url.endswith("/story-map") else None
    at.add("Add a story…", said["title"])
    at.jump(said["title"], "story")
    at.choose("Where the story comes from", ORIGINS[said["origin"]])
    at.fill("Statement of the story", said["statement"])
    at.choose("Epic", epic["title"])
    at.act("Accept")
    at.jump(said["title"], "story")
    at.choose("State of the story", STORY_STATES[said["state"]])
    at.add("What was seen", *(seen["text"] for seen in said["evidence"]))
    at.tie("Tie a hypothesis…", ties.of(said, "rests_on", "hypothesis"))
