"""Workshops over HTTP: what each may do, and what nobody may read before the reveal."""

import re
from collections.abc import Iterator
from importlib import import_module
from threading import Semaphore, Thread

import msgspec
import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from sqlalchemy import func, select
from tests.fakes.people import visitor
from tests.fakes.routes import need_of

from filrouge.bootstrap import metadata, people
from filrouge.explore.ideas import Criterion, Idea
from filrouge.explore.workshops import Participant, Workshop, beat_of, code_of, own_dots
from filrouge.kernel.settings import Check, CheckOfProduct
from filrouge.storage.accounts.members import remove
from filrouge.storage.accounts.people import account_named, add_account, disable, join
from filrouge.storage.accounts.roles import Role
from filrouge.storage.accounts.sessions import ACCOUNT, SignedIn, open_session
from filrouge.storage.editing import archive, find, listed, restore
from filrouge.storage.history import changes_of
from filrouge.storage.product import create_product
from filrouge.storage.workspace import Workspace
from filrouge.web.app import PAGES, create_app
from filrouge.web.pulse import Pulses
from filrouge.web.sessions import Session

HTML = {"accept": "text/html"}


class Room:
    """A workshop of Ana's, and doors for others."""

    def __init__(self, workspace: Workspace) -> None:
        metadata()
        self.workspace = workspace
        self.app: FastAPI = create_app(workspace, user="owner")
        with workspace.transaction("owner") as session:
            create_product(session, "Departures")
            create_product(session, "Arrivals")
            ana = add_account(session, "Ana", "ana@example.org")
            join(session, "departures", ana, Role.CONTRIBUTOR)
            secret = open_session(session, "Ana", ACCOUNT, ana)
        self.ana = visitor(self.app, secret)
        page = self.ana.post("/products/departures/workshops", data={"title": "Ideas"}, headers=HTML)
        self.path = page.url.path
        self.id = self.path.rsplit("/", 1)[1]
        self.act("seat", name="Ana", profile="data_scientist")

    def act(self, path: str, who: TestClient | None = None, **data: str):
        headers = {**HTML, "x-room": "1"}
        return (who or self.ana).post(f"{self.path}/{path}", data=data, headers=headers)

    def code(self) -> str:
        with self.workspace.reading() as session:
            return code_of(session, find(session, Workshop, self.id))

    def guest(self, name: str, profile: str = "business_expert") -> TestClient:
        client = TestClient(self.app, base_url="http://127.0.0.1")
        self.enter(client, name, profile)
        return client

    def enter(self, client: TestClient, name: str, profile: str = "business_expert") -> None:
        door = client.get(f"/join/{self.code()}", headers=HTML).text
        csrf = re.search(r'name="csrf" value="(\w*)"', door)[1]
        data = {"csrf": csrf, "name": name, "profile": profile}
        page = client.post(f"/join/{self.code()}", data=data, headers=HTML)
        assert (page.status_code, page.url.path) == (200, self.path), page.text
        client.headers["x-csrf-token"] = csrf_in(page.text)

    def member(self, name: str, role: Role) -> TestClient:
        with self.workspace.transaction("owner") as session:
            account = add_account(session, name, f"{name.lower()}@example.org")
            join(session, "departures", account, role)
            return visitor(self.app, open_session(session, name, ACCOUNT, account))

    def ideas(self) -> dict[str, str]:
        with self.workspace.reading() as session:
            return {idea.title: idea.id for idea in listed(session, Idea, "departures")}


@pytest.fixture
def room(sqlite_workspace: Workspace) -> Iterator[Room]:
    yield Room(sqlite_workspace)


def test_a_guest_takes_part_in_this_workshop_and_sees_nothing_else(room: Room):
    other = room.ana.post("/products/departures/workshops", data={"title": "Secret"}, headers=HTML).url.path
    eve = room.guest("Eve")
    room.act("phase", to="diverge")
    room.act("silent", yes="false")
    assert room.act("ideas", eve, text="Text passengers early").status_code == 200
    assert "Text passengers early" in room.ana.get(room.path).text
    for path in (other, f"{other}/room", f"{other}/events", f"{other}/minutes.md", "/products/departures"):
        assert eve.get(path).status_code == 404, path
    for act, data in (("phase", {"to": "select"}), ("reveal", {}), ("timer", {"minutes": "5"}), ("door", {})):
        assert room.act(act, eve, **data).status_code in {403, 404}, act
    assert eve.post("/edit/workshop/" + room.id, data={"field": "title", "value": "x"}).status_code == 404
    assert "Arrivals" not in eve.get("/", headers=HTML).text
    page = eve.get(room.path, headers=HTML).text
    assert "/join/" not in page
    assert "Portfolio" not in page
    with room.workspace.reading() as session:
        idea = find(session, Idea, room.ideas()["Text passengers early"])
        assert (idea.author, changes_of(session, idea.id)[-1].actor) == ("Eve", "Eve (guest)")


def test_every_other_page_is_closed_to_a_guest(room: Room):
    eve = room.guest("Eve")
    for module in PAGES:
        for route in import_module(module).router.routes:
            if "GET" not in route.methods or "workshop_id" in route.path or need_of(route) is None:
                continue  # the room itself, and what is open to everybody
            path = route.path.replace("{product_id}", "departures").replace(
                "{kind}/{identifier}", f"workshop/{room.id}"
            )
            path = re.sub(r"\{[^}]*\}", "x", path)
            answer = eve.get(path, headers=HTML, follow_redirects=False)
            assert "Ideas" not in answer.text or answer.status_code >= 400 or "{" not in route.path, path
            if path.endswith("/badge.svg"):  # open to everybody: it tells counts alone
                assert answer.headers["content-type"] == "image/svg+xml"
            elif "{product_id}" in route.path or "{identifier}" in route.path:
                assert answer.status_code == 404, path


@pytest.mark.parametrize("path", ["/products/departures/canvas", "/people", "/nothing"])
def test_a_guest_who_meets_a_closed_door_is_led_back_to_the_room(room: Room, path: str):
    eve = room.guest("Eve")
    answer = eve.get(path, headers=HTML)
    assert answer.status_code in {403, 404}
    offered = set(re.findall(r'<a [^>]*href="(/[^"]*)"', answer.text))
    assert offered == {"/", "/language/en", "/language/fr"}
    assert "Back to the workshop" in answer.text
    assert "ortfolio" not in answer.text
    assert eve.get("/", headers=HTML).url.path == room.path


def test_links_of_other_workshops_cannot_be_guessed_and_a_renewed_one_is_dead(room: Room):
    old = room.code()
    stranger = TestClient(room.app, base_url="http://127.0.0.1")
    for code in ("nothing", old[:-1], old.swapcase(), "%25", "..%2f"):
        answer = stranger.get(f"/join/{code}", headers=HTML)
        assert answer.status_code in {401, 404} or answer.url.path == "/sign-in"
        assert stranger.cookies.get("filrouge_session") is None
    assert len(old) >= 24
    inside = room.guest("Eve")
    room.act("door")
    assert room.code() != old
    assert stranger.get(f"/join/{old}", headers=HTML).status_code == 401
    assert inside.get(room.path, headers=HTML).status_code == 200
    room.act("phase", to="closed")
    assert stranger.get(f"/join/{room.code()}", headers=HTML).status_code == 401


def test_a_member_who_follows_the_link_stays_who_they_are(room: Room):
    before = room.ana.cookies.get("filrouge_session")
    assert room.ana.get(f"/join/{room.code()}", headers=HTML).status_code == 200
    assert room.ana.cookies.get("filrouge_session") == before


@pytest.mark.parametrize(
    "agent", ["Slackbot-LinkExpanding 1.0", "SkypeUriPreview Preview/0.5 skype-url-preview"]
)
def test_a_preview_of_the_link_opens_nothing(room: Room, agent: str):
    preview = TestClient(room.app, base_url="http://127.0.0.1", headers={**HTML, "user-agent": agent})
    before = sessions_of_guests(room.workspace)
    for ask in (preview.get, preview.head):
        answer = ask(f"/join/{room.code()}")
        assert answer.cookies.get("filrouge_session") is None
    assert "Ideas" in preview.get(f"/join/{room.code()}").text
    assert preview.get(room.path, follow_redirects=False).status_code in {303, 401}
    assert sessions_of_guests(room.workspace) == before == 0


def test_a_name_and_one_press_lead_into_the_room(room: Room):
    eve = TestClient(room.app, base_url="http://127.0.0.1", headers=HTML)
    door = f"/join/{room.code()}"
    for said, fault in (
        ({"name": "Eve"}, "As what do you come?"),
        ({"name": "Eve", "profile": "king"}, "As what do you come?"),
        ({"name": " ", "profile": "manager"}, "A name has 1 to 80 characters."),
        ({"name": "ana", "profile": "manager"}, "Somebody is called “ana” already."),
    ):
        refused = eve.post(door, data=said)
        assert refused.status_code == 422
        assert fault in refused.text
        assert f'value="{said["name"]}"' in refused.text
        assert refused.cookies.get("filrouge_session") is None
    assert sessions_of_guests(room.workspace) == 0
    page = eve.post(door, data={"name": "Eve", "profile": "manager"})
    assert page.url.path == room.path
    assert "Eve <span" in page.text
    assert eve.get(door).url.path == room.path
    again = eve.post(door, data={"name": "Eve", "csrf": csrf_in(page.text)})
    assert again.url.path == room.path
    assert sessions_of_guests(room.workspace) == 1


def test_an_archived_workshop_is_closed_to_its_guests_alone_until_it_is_back(room: Room):
    eve = room.guest("Eve")
    put_away(room, eve)
    for path in ("", "/room", "/events", "/minutes.md"):
        assert eve.get(f"{room.path}{path}").status_code == 404, path
    page = eve.get("/", headers=HTML)
    assert (page.status_code, page.url.path) == (404, room.path)
    assert "The workshop “Ideas” was archived." in page.text
    assert room.act("seat", eve, name="Eve B.", profile="end_user").status_code == 404
    assert room.ana.get(room.path, headers=HTML).status_code == 200
    with room.workspace.transaction("owner") as session:
        restore(session, find(session, Workshop, room.id))
    assert eve.get(room.path, headers=HTML).status_code == 200


def csrf_in(page: str) -> str:
    return re.search(r'name="csrf" content="(\w+)"', page)[1]


def sessions_of_guests(workspace: Workspace) -> int:
    with workspace.reading() as session:
        query = select(func.count()).select_from(SignedIn).where(SignedIn.scope.startswith("workshop:"))
        return session.scalar(query)


def test_a_viewer_who_follows_the_link_takes_part_as_a_guest(room: Room):
    viewer = room.member("Vera", Role.VIEWER)
    assert room.act("seat", viewer, name="Vera", profile="end_user").status_code == 403
    room.enter(viewer, "Vera", "end_user")
    assert "Vera <span" in viewer.get(room.path, headers=HTML).text
    assert room.act("seat", viewer, name="Vera V.", profile="end_user").status_code == 200


def sign_out(room: Room, who: TestClient) -> None:
    assert who.post("/sign-out", headers=HTML).url.path == "/sign-in"


def put_away(room: Room, _who: TestClient) -> None:
    with room.workspace.transaction("owner") as session:
        archive(session, find(session, Workshop, room.id))


def disable_vera(room: Room, _who: TestClient) -> None:
    with room.workspace.transaction("owner") as session:
        disable(session, account_named(session, "Vera"))


def take_vera_out(room: Room, _who: TestClient) -> None:
    with room.workspace.transaction("owner") as session:
        remove(session, "departures", account_named(session, "Vera"), by_workspace=True)


@pytest.mark.parametrize(
    ("name", "leave"),
    [
        ("Eve", sign_out),
        ("Eve", put_away),
        ("Vera", sign_out),
        ("Vera", disable_vera),
        ("Vera", take_vera_out),
    ],
)
def test_who_may_no_longer_be_there_hears_no_more_of_the_room(room: Room, name: str, leave):
    who = room.guest("Eve") if name == "Eve" else room.member("Vera", Role.VIEWER)
    asked, heard, known = Semaphore(0), [], room.app.state.sessions.read

    def beat(workshop_id: str) -> int:
        with room.workspace.reading() as session:
            return beat_of(session, workshop_id)

    def read(cookie: str) -> Session | None:
        found = known(cookie)
        asked.release()
        return found

    room.app.state.sessions.read = read
    pulses = room.app.state.pulses = Pulses(beat, quiet_s=0.05)
    other = TestClient(room.app, base_url="http://127.0.0.1", cookies=who.cookies)
    stream = Thread(target=lambda: heard.append(other.get(f"{room.path}/events")), daemon=True)
    stream.start()
    for _time in range(3):  # when it opens, and again and again
        assert asked.acquire(timeout=20)
    leave(room, who)
    stream.join(20)
    assert not stream.is_alive()
    assert re.match(r"id: \d+\ndata: \d+\n\n: quiet\n", heard[0].text)
    assert pulses.present(room.id) == frozenset()
    assert other.get(f"{room.path}/events").status_code in {401, 404}


def test_neither_silent_ideas_nor_dots_are_read_by_any_route_before_they_are_shown(room: Room):
    eve, ben = room.guest("Eve"), room.guest("Ben")
    room.act("phase", to="diverge")
    room.act("ideas", eve, text="Zanzibar")
    assert "Zanzibar" in eve.get(room.path).text
    for one in (room.ana, ben):
        assert "Zanzibar" not in _all_of(one, room)
    room.act("silent", yes="false")
    assert "Zanzibar" in ben.get(room.path).text
    room.act("ideas", ben, text="Mombasa")
    room.act("phase", to="select")
    ideas = room.ideas()
    before = {"ana": _all_of(room.ana, room), "ben": _all_of(ben, room)}
    assert room.act(f"dots/{ideas['Zanzibar']}", eve, by="3").status_code == 200
    after = {"ana": _all_of(room.ana, room), "ben": _all_of(ben, room)}
    for name, told in before.items():
        assert _without_tally(after[name]) == _without_tally(told), name
    swapped = (
        room.act(f"dots/{ideas['Zanzibar']}", eve, by="-3"),
        room.act(f"dots/{ideas['Mombasa']}", eve, by="3"),
    )
    assert all(answer.status_code == 200 for answer in swapped)
    assert {"ana": _all_of(room.ana, room), "ben": _all_of(ben, room)} == after
    room.act("reveal")
    assert "Zanzibar" in room.ana.get(f"{room.path}/minutes.md").text
    assert "Mombasa · 3 ●" in room.ana.get(f"{room.path}/minutes.md").text


def _all_of(client: TestClient, room: Room) -> str:
    """Everything that this visitor can read anywhere, by every route that there is."""
    with room.workspace.reading() as session:
        ideas = [idea.id for idea in listed(session, Idea, "departures")]
        people = [person.id for person in listed(session, Participant, "departures")]
    told = []
    for module in PAGES:
        for route in import_module(module).router.routes:
            if (
                "GET" not in route.methods
                or route.path.endswith("/events")
                or route.path.startswith("/login")
            ):
                continue
            path = route.path.replace("{product_id}", "departures").replace("{workshop_id}", room.id)
            refs = [
                f"workshop/{room.id}",
                *(f"idea/{one}" for one in ideas),
                *(f"participant/{p}" for p in people),
            ]
            paths = [path.replace("{kind}/{identifier}", ref) for ref in refs] if "{kind}" in path else [path]
            for one in paths:
                answer = client.get(re.sub(r"\{[^}]*\}", "x", one), headers=HTML, follow_redirects=False)
                told.append(f"{one} {answer.status_code}\n{answer.text}")
    told.append(client.get("/search?q=zan&product=departures", headers=HTML).text)
    return "\n".join(told)


def _without_tally(text: str) -> str:
    """How many have voted may be known; what they voted may not."""
    return re.sub(r"\d of \d have voted", "… have voted", text)


def test_votes_beyond_the_limit_and_without_a_seat_are_refused(room: Room):
    room.act("phase", to="diverge")
    room.act("silent", yes="false")
    room.act("ideas", text="One")
    room.act("phase", to="select")
    idea = room.ideas()["One"]
    answer = room.act(f"dots/{idea}", by="6")
    assert answer.status_code == 409
    assert "You have 5 dots" in answer.text
    assert room.act(f"dots/{idea}", by="-1").status_code == 409
    assert room.act("dots/nothing", by="1").status_code == 404
    with room.workspace.transaction("owner") as session:
        bob = add_account(session, "Bob", "bob@example.org")
        join(session, "departures", bob, Role.CONTRIBUTOR)
        secret = open_session(session, "Bob", ACCOUNT, bob)
    assert room.act(f"dots/{idea}", visitor(room.app, secret), by="1").status_code == 409
    with room.workspace.reading() as session:
        (me,) = listed(session, Participant, "departures")
        assert own_dots(session, find(session, Workshop, room.id), me) == {}


def test_criteria_are_added_in_the_room_one_after_the_other_and_marks_are_numbers(room: Room):
    room.act("phase", to="diverge")
    room.act("silent", yes="false")
    room.act("ideas", text="One")
    room.act("phase", to="select")
    room.act("reveal")
    for title in ("Relevance", "Feasibility"):
        assert 'id="add-criterion"' in room.ana.get(room.path).text
        form = {"title": title, "back": room.path}
        assert room.ana.post("/products/departures/add/criterion", data=form).status_code == 200
    with room.workspace.reading() as session:
        criterion, _other = listed(session, Criterion, "departures")
    place = f"marks/{room.ideas()['One']}/{criterion.id}"
    for value, status in (("²", 422), ("--3", 422), ("6", 422), ("4", 200), ("", 200)):
        assert room.act(place, value=value).status_code == status, value


def test_a_script_in_an_idea_is_shown_as_it_was_written(room: Room):
    room.act("phase", to="diverge")
    room.act("silent", yes="false")
    answer = room.act("ideas", text="<script>alert(1)</script><img src=x onerror=alert(2)>")
    assert "&lt;script&gt;alert(1)" in answer.text
    assert "<script>alert" not in answer.text
    assert "<img" not in answer.text
    room.act("phase", to="combine")
    assert "<img" not in room.ana.get(room.path).text


def test_the_phases_hold_for_every_way_of_changing_things(room: Room):
    room.act("phase", to="diverge")
    room.act("silent", yes="false")
    room.act("ideas", text="One")
    room.act("phase", to="select")
    idea = room.ideas()["One"]
    artefacts = "/api/v1/products/departures/artefacts"
    for path, body in (
        (f"ideas/{idea}", {"votes": 99}),
        (f"ideas/{idea}", {"scores": {}, "author": "Eve"}),
        (f"workshops/{room.id}", {"phase": "closed", "revealed": True}),
    ):
        assert room.ana.patch(f"{artefacts}/{path}", json=body).status_code == 422, body
    for path, field, value in (
        (f"idea/{idea}", "votes", "99"),
        (f"idea/{idea}", "state", "kept"),
        (f"workshop/{room.id}", "phase", "closed"),
    ):
        answer = room.ana.post(f"/edit/{path}", data={"field": field, "value": value}, headers=HTML)
        assert answer.status_code == 422, field
        assert "in the room of the workshop" in answer.text
    for path in (f"/undo/workshop/{room.id}", f"{artefacts}/workshops/{room.id}/undo"):
        assert room.ana.post(path).status_code == 422
    assert room.ana.patch(f"{artefacts}/ideas/{idea}", json={"title": "Two"}).status_code == 200
    with room.workspace.reading() as session:
        workshop = find(session, Workshop, room.id)
        assert (workshop.phase.value, workshop.revealed) == ("select", False)


def test_the_history_names_a_guest_from_the_first_act_on_in_one_form(room: Room):
    client = room.guest(" Gia  Li ")
    with room.workspace.reading() as session:
        gia = listed(session, Participant, "departures")[-1]
        assert [change.actor for change in changes_of(session, gia.id)] == ["Gia Li (guest)"]
        assert people(session, "departures") == ("Ana",)
    assert room.act("seat", client, name="x" * 80, profile="end_user").status_code == 200
    with room.workspace.reading() as session:
        assert changes_of(session, gia.id)[0].actor == "x" * 72 + " (guest)"


def test_what_the_room_shows_by_itself_is_not_told_once_more(room: Room):
    at = room.path.removeprefix("/products/departures")
    asked = f"/products/departures/presence?at={at}"
    before = room.ana.get(asked).json()["latest"]
    room.guest("Gia")
    told = room.ana.get(f"{asked}&since={before}").json()
    assert told["latest"] > before
    assert told["changed"] == ""


def test_the_facilitator_is_told_who_is_not_aligned_and_goes_on_all_the_same(room: Room):
    room.guest("Gia")
    room.act("phase", to="align")
    room.act("aligned", yes="true")
    page = room.ana.get(room.path).text
    assert "Not yet aligned: Gia." in page
    assert "Not yet: Gia" in page
    room.act("phase", to="diverge")
    room.act("phase", to="closed")
    told = room.ana.get(f"{room.path}/minutes.md").text
    assert "Ideas were begun before these shared objective and pain points: Gia." in told


def test_one_shares_in_select_what_was_not_shared_and_reveals_after_a_question(room: Room):
    eve = room.guest("Eve")
    room.act("phase", to="diverge")
    room.act("ideas", eve, text="Zanzibar")
    page = room.act("phase", to="select").text
    assert "1 idea that was written silently is not shared yet." in page
    assert "Share them all" in page
    assert "Reveal the dots" not in page
    assert "Share them all" not in eve.get(room.path).text
    page = room.act("silent", yes="false").text
    assert "not shared yet" not in page
    assert "With dots left: Ana, Eve." in page
    idea = room.ideas()["Zanzibar"]
    room.act(f"dots/{idea}", eve, by="5")
    page = room.act(f"dots/{idea}", by="5").text
    assert "With dots left" not in page
    assert "Reveal the dots" in page


def test_as_many_ideas_are_kept_as_the_check_asks_for(room: Room):
    own = {"departures": CheckOfProduct(thresholds={"kept_ideas": 1})}
    room.workspace.settings = msgspec.structs.replace(room.workspace.settings, check=Check(products=own))
    room.act("phase", to="diverge")
    room.act("silent", yes="false")
    for text in ("One", "Two"):
        room.act("ideas", text=text)
    room.act("phase", to="select")
    assert "0 of 1 kept" in room.act("reveal").text
    page = room.act(f"keep/{room.ideas()['One']}", yes="true").text
    assert "1 idea that is not kept will be dropped." in page
    answer = room.act(f"keep/{room.ideas()['Two']}", yes="true")
    assert answer.status_code == 422
    assert "1 idea is kept already" in answer.text
