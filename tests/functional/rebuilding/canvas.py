"""From the canvas of an idea to the decision."""

from tests.functional.keyboard import Keyboard
from tests.functional.rebuilding.said import Said, Ties

from filrouge.explore.canvas import Box
from filrouge.explore.canvas.words import AVAILABILITY, FREQUENCIES, NECESSITY, VECTORS, box_title
from filrouge.explore.prototypes.words import VERDICTS
from filrouge.explore.uncertainties.words import CRITICALITIES, DOUBTS, TYPES
from filrouge.explore.user_tests import Ipap
from filrouge.explore.user_tests.words import IPAP
from filrouge.web.explore.decision import CHOOSING

__all__ = ["canvas", "decide", "prototypes", "settle", "sign", "uncertainties", "user_tests"]


def canvas(at: Keyboard, idea: Said, sources: list[Said], ties: Ties) -> None:
    """The boxes, the sources and the activation."""
    (drawn,) = idea["canvases"]
    at.jump("Canvas")
    at.leave(f"Start a canvas: {idea['title'][:30]}", start=True)
    assert at.focused == f"Add to “{box_title(Box.PROBLEM)}”"
    at.to("Title of the canvas", back=True)
    at.write(drawn["title"])
    for box in Box:
        if box == Box.DATA_SOURCES:
            at.add("Add a source…", *(one["name"] for one in sources))
            continue
        at.add(f"Add to “{box_title(box)}”", *(one["text"] for one in drawn["notes"] if one["box"] == box))
        if box == Box.KPI:
            at.tie("Measure by this", ties.of(drawn, "measured_by", "indicator"), "Measure by this")
    at.leave("Sources and activation")
    for one in sources:
        at.fill("Meaning", one["meaning"])
        at.choose("Class", NECESSITY[one["necessity"]])
        at.choose("Availability", AVAILABILITY[one["availability"]])
        at.fill("Without it", one["fallback"])
        at.fill("Access granted by", one["access_owner"])
        at.fill("Refresh", one["refresh"])
        at.choose("Personal data", "yes" if one["personal_data"] else "no")
    at.choose("Vector", VECTORS[drawn["vector"]])
    at.choose("Frequency", FREQUENCIES[drawn["frequency"]])
    at.fill("Differences with training", drawn["environment_differences"])
    at.fill("Constraints", drawn["constraints"])
    at.fill("Adaptations", drawn["adaptations"])


def uncertainties(at: Keyboard, said: list[Said], ties: Ties) -> None:
    """The register, and what its entries hang on."""
    at.jump("Uncertainties")
    for one in said:
        at.to("Add an uncertainty…")
        at.write(one["statement"])
        at.choose("Type", TYPES[one["type"]])
        at.act("Add")
    for one in said:
        at.jump(one["statement"], "uncertainty")
        at.choose("Criticality", CRITICALITIES[one["criticality"]])
        at.choose("How unsure", DOUBTS[one.get("doubt", "guess")])
        at.fill("What would settle it", one["would_settle"])
        at.fill("By whom", one["owner"])
        if "due_at" in one:
            at.day("By when", one["due_at"].isoformat())
        at.tie("Tie a test…", [f"hypothesis · {word}" for word in ties.of(one, "tested_by", "hypothesis")])
        assert ties.to(one, "raises", "canvas"), "the only canvas raises what is added"


def _people(at: Keyboard, said: list[Said], last: str) -> None:
    for one in said:
        at.to("Name")
        at.write(one["name"])
        at.fill("Profile", one["profile"])
        if last == "notes":
            at.fill("What struck them", one["notes"])
        if one.get("business"):
            at.to("from the business")
            at.page.keyboard.press("Space")
        at.act("Add")


def prototypes(at: Keyboard, idea: Said, ties: Ties) -> None:
    """Two weeks, from the plan to the verdict."""
    (one,) = idea["prototypes"]
    at.jump("Prototypes")
    at.to("Plan a prototype…")
    at.write(one["title"])
    at.choose("Idea", idea["title"])
    at.leave("Add")
    at.leave("Start the two weeks")
    at.day("Started", one["started_at"].isoformat())
    at.day("Time is up", one["ends_at"].isoformat())
    at.fill("Question", one["question"])
    at.choose("The uncertainty that it is made for", ties.word(one["uncertainty_id"]))
    at.tie("Tie a hypothesis…", ties.to(one, "tested_by", "hypothesis"))
    at.fill("Constraints set aside", one["set_aside"])
    _people(at, one["people"], "business")
    at.act("Conclude…", back=True)
    at.choose("What did it show?", VERDICTS[one["verdict"]])
    at.fill("What was learnt?", one["learnt"])
    at.leave("Conclude")
    at.day("Ended", one["ended_at"].isoformat())


def user_tests(at: Keyboard, idea: Said) -> None:
    """A session with a mock-up."""
    (one,) = idea["user_tests"]
    at.jump("User tests")
    at.add("Add a session…", one["title"])
    at.jump(one["title"], "user test")
    at.day("Held on", one["held_at"].isoformat())
    at.choose("Is the interface satisfactory?", "satisfactory" if one["satisfactory"] else "not satisfactory")
    at.fill("Scenario", one["scenario"])
    for criterion in Ipap:
        at.choose(IPAP[criterion], str(one[criterion.value]))
        at.fill(f"Note: {IPAP[criterion]}", one[f"{criterion.value}_note"])
    at.fill("What to change next", one["to_change"])
    _people(at, one["participants"], "notes")


def settle(at: Keyboard, said: list[Said], ties: Ties) -> None:
    """What was tried by now is tied; what is known by now is lifted."""
    for one in said:
        tests = [f"user test · {word}" for word in ties.of(one, "tested_by", "user_test")]
        if tests or one.get("state") == "lifted":
            at.jump(one["statement"], "uncertainty")
        at.tie("Tie a test…", tests)
        if one.get("state") == "lifted":
            at.act("Lift…")
            at.fill("What is the evidence?", one["how_lifted"])
            at.act("Lift it")


def decide(at: Keyboard, said: list[Said]) -> None:
    """What becomes of each kept idea; then the build begins."""
    at.jump("Decision")
    decided = [(idea, one) for idea in said for one in idea.get("decisions", [])]
    for idea, one in sorted(decided, key=lambda pair: pair[1]["choice"] == "build"):
        at.act(f"Decide on “{idea['title']}”…")
        at.choose("What becomes of it", CHOOSING[one["choice"]])
        at.fill("Why?", one["rationale"])
        at.fill("Who answers for it?", one["owner"])
        at.fill("Who decided?", one["decided_by"])
        at.leave("Decide")
    assert at.focused == "Begin the build"
    with at.page.expect_navigation():
        at.page.keyboard.press("Enter")


def sign(at: Keyboard, drawn: Said) -> None:
    """The sponsor signs."""
    at.jump(drawn["title"], "canvas")
    at.act("Sign the interest off")
    at.leave("Sign as ", start=True)
