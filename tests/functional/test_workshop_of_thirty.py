"""Thirty people in one workshop, over a real server: how fast changes arrive, and that nothing is lost."""

import asyncio
import json
import random
import re
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from filrouge.bootstrap import init_workspace
from filrouge.explore.ideas import Idea
from filrouge.explore.workshops import Participant, Workshop, code_of
from filrouge.storage.editing import find, listed
from filrouge.storage.product import create_product
from filrouge.storage.workspace import Workspace

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("workshop")]
PEOPLE, IDEAS = 30, 6
HTML = {"accept": "text/html", "x-room": "1"}


@pytest.fixture
def served(tmp_path: Path) -> Iterator[tuple[Workspace, str, str]]:
    """A workspace with a product, and the address and the login link of its pages."""
    workspace = init_workspace(tmp_path)
    with workspace.transaction("ana") as session:
        create_product(session, "Departures")
    command = [sys.executable, "-m", "filrouge", "web", "--port", "0", "--no-open"]
    server = subprocess.Popen(command, cwd=tmp_path, stdout=subprocess.PIPE, text=True)
    try:
        link = server.stdout.readline().strip()
        yield workspace, link.split("/login")[0], link
    finally:
        server.terminate()
        server.wait(15)
        workspace.close()


class Person:
    """A participant: a browser of their own, that follows the room as the page does."""

    def __init__(self, base: str, room: str) -> None:
        self.client = httpx.AsyncClient(base_url=base, timeout=120)
        self.room = room
        self.seen: dict[str, float] = {}
        self.beats: asyncio.Queue[int] = asyncio.Queue()

    async def enter(self, code: str, name: str, profile: str) -> None:
        said = {"name": name, "profile": profile}
        entered = await self.client.post(f"/join/{code}", data=said, headers=HTML)
        assert entered.status_code == 303, entered.text[-400:]
        await self.learn_token()

    async def learn_token(self) -> None:
        page = (await self.client.get(self.room, headers={"accept": "text/html"})).text
        self.client.headers["x-csrf-token"] = re.search(r'name="csrf" content="(\w+)"', page)[1]

    async def act(self, path: str, **data: str) -> httpx.Response:
        answer = await self.client.post(f"{self.room}/{path}", data=data, headers=HTML)
        assert answer.status_code == 200, f"{path}: {answer.status_code} {answer.text[-400:]}"
        return answer

    async def listen(self) -> None:
        async with self.client.stream("GET", f"{self.room}/events", timeout=None) as stream:
            async for line in stream.aiter_lines():
                if line.startswith("data: "):
                    self.beats.put_nowait(int(line.removeprefix("data: ")))

    async def look(self) -> None:
        """As room.js does: after a change, ask for the room; at most every 250 ms."""
        while True:
            await self.beats.get()
            while not self.beats.empty():
                self.beats.get_nowait()
            text = (await self.client.get(f"{self.room}/room", headers=HTML)).text
            now = time.perf_counter()
            for mark in re.findall(r"idea \d+ of \d+", text):
                self.seen.setdefault(mark, now)
            await asyncio.sleep(0.25)


async def _hold(workspace: Workspace, base: str, link: str) -> dict[str, float]:
    lead = Person(base, "")
    await lead.client.post("/login", data={"token": link.partition("token=")[2]}, headers=HTML)
    home = (await lead.client.get("/products/departures/workshops", headers={"accept": "text/html"})).text
    token = re.search(r'name="csrf" content="(\w+)"', home)[1]
    made = await lead.client.post("/products/departures/workshops", data={"title": "Thirty", "csrf": token})
    lead.room = made.headers["location"]
    await lead.learn_token()
    with workspace.reading() as session:
        code = code_of(session, find(session, Workshop, lead.room.rsplit("/", 1)[1]))
    people = [Person(base, lead.room) for _ in range(PEOPLE)]
    profiles = ("manager", "business_expert", "data_scientist", "end_user")
    await asyncio.gather(*(one.enter(code, f"P{n}", profiles[n % 4]) for n, one in enumerate(people)))
    followers = [asyncio.create_task(task) for one in people for task in (one.listen(), one.look())]
    await lead.act("phase", to="diverge")
    await lead.act("silent", yes="false")
    written: dict[str, float] = {}
    chance = random.Random(11)

    async def write(number: int, one: Person) -> None:
        for count in range(IDEAS):
            await asyncio.sleep(chance.uniform(0.5, 3))
            text = f"idea {count} of {number}"
            written[text] = time.perf_counter()
            await one.act("ideas", text=text)

    await asyncio.gather(*(write(n, one) for n, one in enumerate(people)))
    await _until(lambda: all(len(one.seen) == PEOPLE * IDEAS for one in people))
    delays = sorted(one.seen[text] - at for one in people for text, at in written.items())
    await lead.act("phase", to="select")
    with workspace.reading() as session:
        ideas = [idea.id for idea in listed(session, Idea, "departures")]

    async def vote(number: int, one: Person) -> None:
        mine = random.Random(number).sample(ideas, 5)
        for idea in mine:
            await one.act(f"dots/{idea}", by="1")

    before = [await one.client.get(f"{lead.room}/room", headers=HTML) for one in people[:3]]
    await asyncio.gather(*(vote(n, one) for n, one in enumerate(people)))
    refused = await people[0].client.post(f"{lead.room}/dots/{ideas[0]}", data={"by": "9"}, headers=HTML)
    assert refused.status_code == 409
    assert all(answer.status_code == 200 for answer in before)
    await lead.act("reveal")
    for task in followers:
        task.cancel()
    await asyncio.gather(*followers, return_exceptions=True)
    for one in (lead, *people):
        await one.client.aclose()
    return {
        "shown": len(delays),
        "p50_ms": round(1000 * delays[len(delays) // 2], 1),
        "p95_ms": round(1000 * delays[int(len(delays) * 0.95)], 1),
        "most_ms": round(1000 * delays[-1], 1),
    }


async def _until(done, patience_s: float = 120) -> None:
    async with asyncio.timeout(patience_s):
        while not done():
            await asyncio.sleep(0.05)


def test_thirty_people_write_and_vote_and_nothing_is_lost(served, capsys):
    workspace, base, link = served
    measured = asyncio.run(_hold(workspace, base, link))
    with workspace.reading() as session:
        ideas = listed(session, Idea, "departures")
        people = listed(session, Participant, "departures")
    assert len(people) == PEOPLE
    assert len({idea.title for idea in ideas}) == len(ideas) == PEOPLE * IDEAS
    assert sum(idea.votes for idea in ideas) == PEOPLE * 5
    assert measured["shown"] == PEOPLE * PEOPLE * IDEAS
    with capsys.disabled():
        print(json.dumps({"people": PEOPLE, **measured}))  # noqa: T201 (what is reported)
