"""From the objective to the ideas of a workshop."""

from tests.functional.keyboard import Keyboard
from tests.functional.rebuilding.said import Said, Ties, entries

from filrouge.explore.workshops import PROFILES, Profile
from filrouge.web.explore.journeys import INTENSITIES, PAINS

__all__ = ["criteria", "ideas", "journeys", "objectives", "product", "workshop"]


def product(at: Keyboard, said: Said) -> None:
    """Title and summary."""
    at.to("Start a product")
    at.write(said["title"])
    with at.page.expect_navigation():
        at.page.keyboard.press("Enter")
    at.fill("What it is for", said["summary"])


def objectives(at: Keyboard, said: list[Said]) -> None:
    """The tree, and the whys above its top."""
    at.jump("Objectives")
    for one in said:
        at.add("Add an objective…", one["statement"])
        at.add("Add a sub-objective…", *(part["statement"] for part in one.get("objectives", [])), back=True)
        at.jump(one["statement"], "objective")
        at.act("Ask why")
        at.to("Why “", start=True)
        for why in one["five_whys"]:
            at.page.keyboard.insert_text(why["answer"])
            at.press("Enter")
            assert at.focused.startswith("Why “"), at.focused
        for number, why in reversed(list(enumerate(one["five_whys"], 1))):
            at.to(f"Question {number}", back=True)
            at.write(why["question"])
            at.press("Enter")


def journeys(at: Keyboard, said: list[Said], ties: Ties) -> None:
    """The map of today with its pain points, and the map after."""
    at.jump("Journeys")
    (today,) = said
    (after,) = today["journeys"]
    at.add("Add a journey…", today["title"])
    at.add("Add a step…", *(step["title"] for step in today["steps"]), back=True)
    at.jump(today["title"], "journey")
    at.tie("Tie an objective…", ties.to(today, "mapped_by", "objective"))
    for step in today["steps"]:
        at.fill("Who does it", step["actor"])
        at.fill("Through what", step["channel"])
        if step.get("pain_points"):
            at.add("Add a pain point…", *(pain["statement"] for pain in step["pain_points"]))
    for pain in (pain for step in today["steps"] for pain in step.get("pain_points", [])):
        at.jump(pain["statement"], "pain point")
        at.choose("Type of pain", PAINS[pain["type"]])
        at.choose("Intensity, from 1, a nuisance, to 5, it ruins the day", INTENSITIES[pain["intensity"]])
        at.fill("How often", pain["frequency"])
        at.fill("Evidence", pain["evidence"])
        at.tie("Which objective does it hinder?", ties.to(pain, "hindered_by", "objective"))
    at.jump(today["title"], "journey")
    at.act("Draw the map after")
    _afterwards(at, today, after, ties)


def _afterwards(at: Keyboard, today: Said, after: Said, ties: Ties) -> None:
    """The map after starts with the steps of today: one is put away, the others are written anew."""
    kept = {step["from_step"]: step for step in after["steps"]}
    at.fill("Title of the map after", after["title"])
    at.tie("Tie an objective…", ties.to(after, "mapped_by", "objective"))
    for step in today["steps"]:
        at.to("Step")
        at.to("Step")
        then = kept.get(step["id"])
        if then is None:
            at.act("Archive “", start=True)
            at.to("Step")  # the column stays, and has the focus
            continue
        at.write(then["title"])
        at.press("Shift+Tab")
        at.fill("Who does it", then["actor"])
        at.fill("Through what", then["channel"])


def pictured(at: Keyboard, said: list[Said], ties: Ties) -> None:
    """Which idea each map after is of, once there are ideas."""
    for today in said:
        for after in today["journeys"]:
            at.jump(today["title"], "journey")
            at.choose("Which idea it pictures", ties.word(after["idea_id"]))


def criteria(at: Keyboard, said: list[Said]) -> None:
    """What ideas are chosen by."""
    at.jump("Ideas")
    at.add("Add a criterion…", *(one["title"] for one in said))
    for one in reversed(said):
        at.fill(f"Weight of “{one['title']}”", one.get("weight", 1), back=True)
        at.fill(f"Question of “{one['title']}”", one["question"], back=True)


def workshop(at: Keyboard, said: Said) -> None:
    """A workshop with four guests, each at a browser of their own."""
    (room,) = said["workshops"]
    written = said["ideas"]
    at.jump("Workshops")
    at.to("Title of the workshop")
    at.write(room["title"])
    at.choose("Objective", _entry(said, room["objective_id"])["statement"])
    at.leave("Prepare")
    at.fill("Led by", room["facilitator"])
    at.day("Day of the workshop", room["starts_at"].isoformat())
    for _point in range(4):
        at.act("Take “", start=True)
    door = at.page.get_by_label("The link for guests").input_value()
    guests = {one["name"]: _guest(at, door, one) for one in room["participants"]}
    at.act("Open the workshop")
    for guest in guests.values():
        guest.act("I share this")
        guest.to("I have doubts after all", start=True)
    at.act("Diverge")
    for idea in written:
        writer = guests[idea["author"]]
        writer.to("An idea")
        writer.write(idea["title"])
        writer.press("Enter")
        writer.page.get_by_text(idea["title"]).wait_for()
    at.act("Share them all")
    at.act("Select")
    _vote(at, guests, written)
    for idea in (one for one in written if one["state"] == "kept"):
        at.act(f"Keep: {idea['title']}")
    at.act("Close the workshop")
    at.page.get_by_role("heading", name="Minutes").wait_for()
    for guest in guests.values():
        guest.page.context.close()


def _entry(said: Said, identifier: str) -> Said:
    return next(one for one in entries(said) if one["id"] == identifier)


def _guest(at: Keyboard, door: str, said: Said) -> Keyboard:
    browser = at.page.context.browser
    assert browser is not None
    page = browser.new_context(locale="en").new_page()
    page.goto(door)
    guest = Keyboard(page)
    guest.fill("Your name", said["name"])
    guest.act(PROFILES[Profile(said["profile"])])
    page.wait_for_url("**/workshops/*")
    page.get_by_text("(you)").wait_for()
    return guest


def _vote(at: Keyboard, guests: dict[str, Keyboard], written: list[Said]) -> None:
    left = dict.fromkeys(guests, 5)
    for idea in written:
        wanted = idea["votes"]
        for name, guest in guests.items():
            dots = min(left[name], wanted)
            for _dot in range(dots):
                guest.act(f"One dot more: {idea['title']}")
                left[name] -= 1
                guest.page.get_by_text(
                    "1 dot left" if left[name] == 1 else f"{left[name]} dots left"
                ).wait_for()
            wanted -= dots
    # Nobody has a dot left, so the room does not ask again, as soon as it has heard of the last one.
    at.page.wait_for_function("() => !document.getElementById('ask-reveal')")
    at.act("Reveal the dots")
    marker = guests["The head of operations"]
    marker.page.get_by_text("The dots are counted.").wait_for()
    for idea in written:
        for criterion, mark in idea["scores"].items():
            marker.to(f"Your mark for {idea['title']} by {criterion}")
            marker.page.keyboard.type(str(mark))
    at.page.get_by_text("1 mark", exact=True).nth(11).wait_for()


def ideas(at: Keyboard, said: list[Said], ties: Ties) -> None:
    """What the wall did not say of each idea."""
    for one in said:
        at.jump(one["title"], "idea")
        at.fill("Description", one.get("description", ""))
        goals = ties.to(one, "pursued_by", "objective")
        if "The desk knows two hours ahead which departures will fail" not in goals:
            at.act("Untie “The desk knows", start=True)
            at.tie("Tie an objective…", goals)
        at.tie("Tie a pain point…", ties.to(one, "addressed_by", "pain_point"))
