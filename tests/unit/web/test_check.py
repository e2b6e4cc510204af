"""The check on the pages: filters, what changed, waivers, the badge, the portfolio that reads results."""

import re
from datetime import timedelta
from xml.etree import ElementTree as Xml

import pytest
from fastapi.testclient import TestClient

from filrouge.explore.ideas import Idea
from filrouge.explore.objectives import Objective
from filrouge.kernel.clock import FixedClock
from filrouge.storage.editing import archive, create, edit
from filrouge.storage.product import Product
from filrouge.storage.workspace import Workspace
from filrouge.thread.check.waivers import BadWaiver, waive, waivers_of
from filrouge.thread.links import link
from filrouge.thread.ref import Ref


@pytest.fixture
def page(sqlite_workspace: Workspace, departures: str) -> str:
    """A product with an idea of ana's that hangs on nothing, and an objective of bob's."""
    with sqlite_workspace.transaction("ana") as session:
        create(session, Idea, departures, id="i1", title="Warn early")
    with sqlite_workspace.transaction("bob") as session:
        create(session, Objective, departures, id="o1", statement="Fewer missed connections")
    return f"/products/{departures}/check"


def facts(html: str) -> list[str]:
    return re.findall(r'<article class="find".*?<b>(.*?)</b>', html, re.S)


def title(html: str) -> str:
    return re.search(r"<h1>(.*?)</h1>", html)[1]


def test_findings_stand_by_chapter_with_reason_and_one_button(browser: TestClient, page: str):
    html = browser.get(page).text
    assert re.findall(r'<section class="sheet" id="([A-Z]{3})"', html) == ["EXP", "THR"]
    found = re.search(
        r'<article class="find"(?:(?!</article>).)*pursues no objective.*?</article>', html, re.S
    )[0]
    assert "will find no sponsor" in found
    assert re.findall(r'class="btn" data-main href="([^"]+)"', found) == [
        "/products/departures/thread?ref=idea:i1#tie"
    ]


@pytest.mark.parametrize(
    ("query", "kept"),
    [
        ("severity=error", "pursues no objective"),
        ("chapter=EXP", "pursues no objective"),
        ("station=OBJECTIVE", "neither siblings"),
        ("requirement=EXP-1", "pursues no objective"),
        ("mine=true", "pursues no objective"),
    ],
)
def test_filters_are_in_the_address(browser: TestClient, page: str, query: str, kept: str):
    every, some = facts(browser.get(page).text), facts(browser.get(f"{page}?{query}").text)
    assert 0 < len(some) < len(every)
    assert any(kept in fact for fact in some)


def test_mine_leaves_out_what_others_wrote(browser: TestClient, page: str):
    assert not any("Fewer missed" in fact for fact in facts(browser.get(f"{page}?mine=true").text))


def test_another_look_says_what_is_new_and_what_was_mended(
    browser: TestClient, page: str, sqlite_workspace: Workspace, clock: FixedClock
):
    assert "Since" not in browser.get(page).text
    browser.post(page, data={"back": "severity=error"})
    clock.at += timedelta(hours=1)
    with sqlite_workspace.transaction("ana") as session:
        link(session, "departures", Ref("objective", "o1"), "pursued_by", Ref("idea", "i1"))
        create(session, Idea, "departures", id="i2", title="Rebook by itself")
    html = browser.get(page).text
    assert "Since 1 Mar 2013, 12:00" in html
    assert re.search(r"<s>An idea links to an objective\.</s> <span[^>]*>Warn early", html)
    assert len(re.findall(r'<span class="chip">new</span>', html)) >= 1
    browser.post(page)
    again = browser.get(page).text
    assert "last kept 1 Mar 2013, 13:00" in again
    assert "Since 1 Mar 2013, 12:00" in again
    assert '<rect class="error"' in again


def test_running_again_keeps_the_filters(browser: TestClient, page: str):
    answer = browser.post(page, data={"back": "severity=error"}, follow_redirects=False)
    assert answer.headers["location"] == f"{page}?severity=error"


def test_a_finding_is_set_aside_and_taken_back(browser: TestClient, page: str, sqlite_workspace: Workspace):
    form = {"rule": "EXP001.1", "ref": "idea:i1", "reason": "Agreed <b>", "until": "2013-03-09"}
    before = len(facts(browser.get(page).text))
    html = browser.post(f"{page.removesuffix('/check')}/waivers", data=form).text
    assert len(facts(html)) == before - 1
    assert "“Agreed &lt;b&gt;” · ana · idea:i1" in html
    assert "ends 9 Mar 2013" in html
    identifier = re.search(r'id="waiver-(\w+)"', html)[1]
    assert "Agreed" in browser.get(f"/history/waiver/{identifier}").text
    html = browser.post(f"{page.removesuffix('/check')}/waivers/{identifier}/lift").text
    assert len(facts(html)) == before


@pytest.mark.parametrize(
    ("wrong", "status"),
    [
        ({"reason": " "}, 400),
        ({"until": "2013-01-01"}, 400),
        ({"rule": "EXP099.1"}, 400),
        ({"until": "2100-01-01"}, 400),
        ({"until": "x"}, 422),
    ],
)
def test_a_waiver_without_reason_or_end_is_refused(
    browser: TestClient, page: str, wrong: dict[str, str], status: int
):
    form = {"rule": "EXP001.1", "ref": "idea:i1", "reason": "Agreed", "until": "2013-03-09", **wrong}
    assert browser.post(f"{page.removesuffix('/check')}/waivers", data=form).status_code == status
    assert "Agreed" not in browser.get(page).text


def test_a_waiver_ends_within_half_a_year_or_what_the_workspace_says(
    browser: TestClient, page: str, sqlite_workspace: Workspace
):
    address = f"{page.removesuffix('/check')}/waivers"
    form = {"rule": "EXP001.1", "ref": "idea:i1", "reason": "Agreed", "until": "2100-01-01"}
    html = browser.post(address, data=form).text
    assert "A waiver lasts 180 days at most." in html
    assert "Choose a day until 28 Aug 2013" in html
    assert 'max="2013-08-28"' in browser.get(page).text
    assert browser.post(address, data=form | {"until": "2013-08-28"}).status_code == 200
    with sqlite_workspace.transaction("ana") as session:
        (made,) = waivers_of(session, "departures")
        with pytest.raises(BadWaiver, match="180 days at most"):
            edit(session, made, expires_at="2100-01-01T00:00:00+00:00")


def test_an_ended_waiver_reports_again_and_says_so(
    browser: TestClient, page: str, sqlite_workspace: Workspace, clock: FixedClock
):
    with sqlite_workspace.transaction("ana") as session:
        until = clock.now() + timedelta(days=2)
        waive(session, "departures", "EXP001.1", "Until Friday", until, known=["EXP001.1"])
    assert not any("pursues no objective" in fact for fact in facts(browser.get(page).text))
    clock.at += timedelta(days=3)
    html = browser.get(page).text
    assert any("pursues no objective" in fact for fact in facts(html))
    assert "The waiver of ana (“Until Friday”) ended on 3 Mar 2013." in html
    assert "ended 3 Mar 2013" in html


def test_what_comes_next_is_told_folded(browser: TestClient, page: str):
    html = browser.get(page).text
    assert re.search(r"<summary>When the product converges, \d+ more rules</summary>", html)
    assert "The eight boxes of a canvas are filled." in html


def test_a_product_without_findings_says_what_is_worth_reading(
    browser: TestClient, departures: str, sqlite_workspace: Workspace, clock: FixedClock
):
    with sqlite_workspace.transaction("ana") as session:
        until = clock.now() + timedelta(days=2)
        waive(session, departures, "EXP001.3", "It comes on Friday", until, known=["EXP001.3"])
    html = browser.get(f"/products/{departures}/check").text
    assert title(html) == "Nothing to mend in this phase"
    assert "it is cheaper to know now" in html


def test_a_rule_is_explained_with_what_is_in_force(browser: TestClient):
    html = browser.get("/rules/EXP004.2").text
    assert title(html) == "Three ideas are kept."
    assert "kept_ideas" in html
    assert browser.get("/rules/EXP099.1").status_code == 404


def test_the_badge_needs_no_session_and_tells_counts_only(
    stranger: TestClient, browser: TestClient, page: str, sqlite_workspace: Workspace, clock: FixedClock
):
    badge = page.removesuffix("/check") + "/badge.svg"
    browser.post(page)
    browser.cookies.clear()
    answer = browser.get(badge)
    picture = Xml.fromstring(answer.text)
    assert answer.headers["content-type"] == "image/svg+xml"
    assert re.fullmatch(r"check: \d errors, \d warnings?, \d notes?", picture.get("aria-label"))
    assert "departures" not in answer.text.lower()
    assert browser.get(badge, headers={"if-none-match": answer.headers["etag"]}).status_code == 304
    clock.at += timedelta(days=2)
    assert ", as of 1 Mar 2013</text>" in browser.get(badge).text
    assert browser.get("/products/nobody/badge.svg").status_code == 200


def test_the_page_says_when_its_badge_tells_of_another_day(browser: TestClient, page: str, clock: FixedClock):
    stale = "the last kept check, of 1 Mar 2013, 12:00: something changed since"
    assert stale not in browser.post(page).text
    clock.at += timedelta(days=2)
    assert stale in browser.get(page).text
    assert stale not in browser.post(page).text


def test_the_portfolio_shows_the_last_result_and_its_day_when_something_changed(
    browser: TestClient, page: str, sqlite_workspace: Workspace, clock: FixedClock
):
    assert "Not checked yet" in browser.get("/").text
    browser.post("/portfolio/renew")
    html = browser.get("/").text
    count = int(re.search(r"(\d+) findings need you", html)[1])
    assert ("as of" in html, count) == (False, len(facts(browser.get(page).text)))
    with sqlite_workspace.transaction("ana") as session:
        edit(session, session.get(Idea, "i1"), title="Warn earlier")
    html = browser.get("/").text
    assert f"{count} findings need you" in html
    assert "as of 1 Mar 2013, 12:00" in html
    assert "as of" not in browser.post("/portfolio/renew").text


@pytest.mark.parametrize("change", ["link", "phase", "archive", "day", "settings"])
def test_what_could_change_a_result_makes_it_an_old_one(
    browser: TestClient, page: str, sqlite_workspace: Workspace, clock: FixedClock, change: str
):
    from dataclasses import replace

    from filrouge.bootstrap import checker
    from filrouge.kernel.settings import Check

    judge = checker(sqlite_workspace)
    judge.run(sqlite_workspace, "departures", "ana")
    with sqlite_workspace.transaction("ana") as session:
        if change == "link":
            link(session, "departures", Ref("objective", "o1"), "pursued_by", Ref("idea", "i1"))
        elif change == "phase":
            edit(session, session.get(Product, "departures"), phase="build")
        elif change == "archive":
            archive(session, session.get(Idea, "i1"))
    if change == "day":
        clock.at += timedelta(days=1)
    if change == "settings":
        judge = replace(judge, settings=Check(severity={"EXP001.1": "off"}))
    with sqlite_workspace.reading() as session:
        known = judge.known(session, [session.get(Product, "departures")])["departures"]
        assert (known.result is not None, known.fresh) == (True, False)


def test_many_products_stand_on_pages_and_are_found_by_title(
    browser: TestClient, sqlite_workspace: Workspace
):
    with sqlite_workspace.transaction("ana") as session:
        session.add_all(Product(id=f"p{n}", title=f"Product {n}") for n in range(65))
    html = browser.get("/?page=3").text
    assert "Page 3 of 3, 65 products" in html
    assert html.count("data-main") == 5
    assert browser.get("/?q=product 6").text.count("data-main") == 6
    assert "No product is called so" in browser.get("/?q=zzz").text
    assert browser.get("/?page=99").status_code == 200
