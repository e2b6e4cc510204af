"""Pages of a large workspace: 1,000 products, 100,000 hypotheses, at the server.

    python bench/portfolio.py [products] [hypotheses of each]

Rows are written in bulk, with the history and the links that the pages' operations would have written. Each
page is asked through the whole application, in process, over many products; what is given is the 95th
percentile. There is no peer: none of them keeps a check of a portfolio.
"""

import random
import statistics
import sys
import tempfile
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from fastapi.testclient import TestClient
from timing import Taken, report

from filrouge.bootstrap import checker, init_workspace
from filrouge.explore.canvas import Canvas, DataSource
from filrouge.explore.ideas import Idea
from filrouge.explore.objectives import Objective
from filrouge.organize.hypotheses import Hypothesis
from filrouge.storage.base import Artefact
from filrouge.storage.history import Change
from filrouge.storage.product import Phase, Product
from filrouge.storage.workspace import Workspace
from filrouge.thread.links import Link
from filrouge.web.app import create_app

PAGES = 6
"""Pages of the portfolio that are asked: their products are checked before."""
EACH = 30
WORDS = "wind snow crew gate fuel late hub strike fog queue price seat train tide spare night".split()  # noqa: SIM905  (a list of words)
AT = datetime(2026, 11, 1, tzinfo=UTC)


def main(products: int, hypotheses: int) -> None:
    with tempfile.TemporaryDirectory(prefix="filrouge-bench-") as folder:
        workspace = init_workspace(Path(folder))
        started = time.perf_counter()
        fill(workspace, products, hypotheses)
        print(
            f"{products} products, {products * hypotheses} hypotheses: {time.perf_counter() - started:.0f} s"
        )
        app = create_app(workspace, user="bench")
        with TestClient(app, base_url="http://127.0.0.1") as browser:
            browser.headers["accept"] = "text/html"
            browser.post("/login", data={"token": app.state.sessions.offer()})
            measure(workspace, browser, products)
        workspace.close()


def measure(workspace: Workspace, browser: TestClient, products: int) -> None:
    chance = random.Random(1)
    pages = min(PAGES, -(-products // EACH))
    with workspace.reading() as session:
        newest = sa.select(Product.id).order_by(Product.updated_at.desc(), Product.id)
        names = list(session.scalars(newest.limit(pages * EACH)))
    some = [chance.choice(names) for _ in range(60)]
    portfolio = [f"/?page={chance.randint(1, pages)}" for _ in range(60)]
    taken = {"portfolio, nothing checked yet": p95(browser, portfolio[:20])}
    judge = checker(workspace)
    cpu = time.process_time()
    for name in names:
        judge.run(workspace, name, "bench")
    each = Taken(0.0, (time.process_time() - cpu) / len(names) * 1000)
    taken["portfolio"] = p95(browser, portfolio)
    taken["product"] = p95(browser, [f"/products/{name}" for name in some])
    taken["check"] = p95(browser, [f"/products/{name}/check" for name in some])
    words = [f"{chance.choice(WORDS)}+{chance.choice(WORDS)}" for _ in range(40)]
    taken["search"] = p95(browser, [f"/search?q={one}" for one in words])
    taken["search, nothing found"] = p95(browser, ["/search?q=zzzz"] * 20)
    taken["badge"] = p95(browser, [f"/products/{name}/badge.svg" for name in some])
    for name, one in taken.items():
        print(f"{name}: p95 {one.wall:.0f} ms, {one.cpu:.0f} ms of CPU")
    print(f"one check, kept: {each.cpu:.0f} ms of CPU")
    ours = {name: {"wall_ms": round(one.wall, 1), "cpu_ms": round(one.cpu, 1)} for name, one in taken.items()}
    versions = {name: version(name) for name in ("filrouge", "sqlalchemy", "fastapi", "jinja2")}
    report("portfolio", {**ours, "check_cpu_ms": round(each.cpu, 1)}, {}, {"p95_ms": 100}, versions)


def p95(browser: TestClient, paths: list[str]) -> Taken:
    """Milliseconds of wall time and of CPU; a busy machine shows in the first only."""
    for path in paths[:2]:
        browser.get(path)
    taken = []
    for path in paths:
        wall, cpu = time.perf_counter(), time.process_time()
        answer = browser.get(path)
        taken.append(((time.perf_counter() - wall) * 1000, (time.process_time() - cpu) * 1000))
        assert answer.status_code == 200, (path, answer.status_code)
    walls, cpus = zip(*taken, strict=True)
    return Taken(statistics.quantiles(walls, n=20)[-1], statistics.quantiles(cpus, n=20)[-1])


def fill(workspace: Workspace, products: int, hypotheses: int) -> None:
    chance = random.Random(7)
    for number in range(products):
        name = f"p{number}"
        rows = list(product_rows(name, hypotheses, chance))
        with workspace.engine.begin() as connection:
            write(connection, name, rows)


Row = tuple[type[Artefact], dict[str, Any]]


def product_rows(name: str, hypotheses: int, chance: random.Random) -> Iterator[Row]:
    phase = chance.choice(list(Phase)[:4])
    yield Product, {"id": name, "title": f"{phrase(chance)} ({name})", "phase": phase}
    yield Objective, {"id": f"{name}-o", "statement": phrase(chance)}
    for number in range(3):
        yield Idea, {"id": f"{name}-i{number}", "title": phrase(chance), "state": "kept"}
        yield Canvas, {"id": f"{name}-c{number}", "title": phrase(chance), "idea_id": f"{name}-i{number}"}
        yield DataSource, {"id": f"{name}-d{number}", "name": phrase(chance)}
    for number in range(hypotheses):
        statement = f"We believe that {phrase(chance)} {number}"
        yield Hypothesis, {"id": f"{name}-h{number}", "statement": statement}


def phrase(chance: random.Random) -> str:
    return " ".join(chance.sample(WORDS, 4))


def write(connection: sa.Connection, name: str, rows: list[Row]) -> None:
    same = {"revision": 1, "created_at": AT, "updated_at": AT, "position": 0}
    when = {"at": AT, "recorded_at": AT}
    kinds: dict[type[Artefact], list[dict[str, Any]]] = {}
    changes, links = [], []
    for kind, fields in rows:
        owner = None if kind is Product else name
        kinds.setdefault(kind, []).append({**same, "product_id": owner, **fields})
        change = {"product_id": owner, "kind": kind.kind, "artefact_id": fields["id"], "actor": "bench"}
        changes.append({**change, "action": "create", "before": {}, "after": fields, **when})
        reason = {Hypothesis: ("canvas", "c0", "tested_by"), Idea: ("objective", "o", "pursued_by")}.get(kind)
        if reason:
            source = {"source_kind": reason[0], "source_id": f"{name}-{reason[1]}", "relation": reason[2]}
            target = {"target_kind": kind.kind, "target_id": fields["id"], "made_by": "bench"}
            links.append({"product_id": name, **source, **target, **when})
    for kind, some in kinds.items():
        connection.execute(sa.insert(kind), some)
    connection.execute(sa.insert(Change), changes)
    connection.execute(sa.insert(Link), links)


if __name__ == "__main__":
    numbers = [int(text) for text in sys.argv[1:3]]
    main(*(numbers + [1000, 100][len(numbers) :]))
