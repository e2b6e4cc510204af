"""The button of each finding lands at the exact place: the page answers, and holds what the address names."""

import re

import pytest
from builder import Builder
from examples import EXAMPLES
from fastapi.testclient import TestClient

from filrouge.bootstrap import checker, rules
from filrouge.kernel.clock import FixedClock
from filrouge.storage.product import Phase, Product, product_named
from filrouge.storage.workspace import Workspace
from filrouge.web.app import create_app

CODES = [rule.code for rule in rules()]


def missing_places(workspace: Workspace, clock: FixedClock, code: str) -> list[str]:
    with workspace.transaction("ana") as session:
        session.add(Product(id="nyc", title="NYC departures", phase=Phase.LIVE))
        session.flush()
        EXAMPLES[code][1](Builder(session, "nyc", clock))
    with workspace.reading() as session:
        report = checker(workspace).report(session, product_named(session, "nyc"))
    places = sorted({finding.place for finding in report.findings if finding.code == code})
    assert places
    missing = []
    with TestClient(create_app(workspace, user="ana"), base_url="http://127.0.0.1") as browser:
        browser.headers["accept"] = "text/html"
        browser.post("/login", data={"token": browser.app.state.sessions.offer()})
        for place in places:
            path, _, anchor = place.partition("#")
            answer = browser.get(path)
            if answer.status_code != 200 or not re.search(f'id="{re.escape(anchor)}"', answer.text):
                missing.append(f"{place} ({answer.status_code})")
    return missing


@pytest.mark.parametrize("code", CODES)
def test_the_button_lands_where_it_is_mended(sqlite_workspace: Workspace, clock: FixedClock, code: str):
    assert missing_places(sqlite_workspace, clock, code) == []
