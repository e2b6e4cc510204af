"""axe on every page, full and empty: in English, light and wide; in French, dark and narrow."""

import getpass
import struct
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from tests.fakes.lived_in import BLANK, PRODUCT, LivedIn, live_in
from tests.fakes.routes import ROUTES
from tests.functional.addresses import NO_PAGES, of_members, of_strangers
from tests.functional.axe import violations
from tests.functional.browser import CHROMIUM, signed_in

from filrouge.bootstrap import init_workspace

pytestmark = [
    pytest.mark.slow,
    pytest.mark.xdist_group("browser"),
    pytest.mark.skipif(not CHROMIUM.exists(), reason="Chromium is not installed (apt-get install chromium)"),
]
sync_api = pytest.importorskip("playwright.sync_api")
LOOKS = {
    "en": {"locale": "en", "color_scheme": "light", "viewport": {"width": 1280, "height": 900}},
    "fr": {"locale": "fr", "color_scheme": "dark", "viewport": {"width": 390, "height": 844}},
}
HOME = f"/products/{PRODUCT}"
OPEN_CHARTS = "[data-chart]:not(details:not([open]) *)"


class Reader:
    """Goes from page to page and notes what is wrong with each."""

    def __init__(self, context: Any, axe: str, language: str) -> None:
        self.page, self._axe, self._language = context.new_page(), axe, language
        self.faults: dict[str, list[str]] = {}
        self._said: list[str] = []
        self.page.on("pageerror", lambda error: self._said.append(str(error)))
        self.page.on("console", lambda said: self._said.append(said.text) if said.type == "error" else None)

    def read(self, path: str, status: int = 200) -> None:
        """Open a page by its address, and look at it."""
        answer = self.page.goto(path)
        self.look(path, status)
        if answer.status != status:
            self.faults.setdefault(path, []).append(f"answers {answer.status}")
        if not self.page.url.endswith(path):
            self.faults.setdefault(path, []).append(f"leads to {self.page.url}")

    def look(self, name: str, status: int = 200, within: str = "html", *, covered: bool = False) -> None:
        """Look at what the page shows now, or at a part of it; ``covered`` where things lie over others."""
        for chart in self.page.locator(OPEN_CHARTS).all():
            sync_api.expect(chart.locator("svg").first).to_be_attached()
        found = [
            one
            for one in violations(self.page, self._axe, within)
            if not (covered and "partially obscured" in one)
        ]
        width, lang = self.page.evaluate(
            "[document.documentElement.scrollWidth, document.documentElement.lang]"
        )
        if width > (shown := self.page.viewport_size["width"]):
            found.append(f"scrolls sideways: {width} px of {shown}")
        if lang != self._language:
            found.append(f"lang is {lang!r}")
        # The browser says itself that a page which tells of an error is one.
        found += [text for text in self._said if status == 200 or "the server responded with" not in text]
        self._said.clear()
        if found:
            self.faults[name] = found


@pytest.fixture(scope="module")
def opened(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Any, LivedIn]]:
    """A signed-in page, and what its workspace holds."""
    workspace = init_workspace(tmp_path_factory.mktemp("lived") / "ws")
    lived = live_in(workspace, getpass.getuser(), _picture())
    with signed_in(workspace.root) as page:
        yield page, lived
    workspace.close()


def _picture() -> bytes:
    """A grey PNG of one point."""
    parts = (
        (b"IHDR", struct.pack(">2I5B", 1, 1, 8, 0, 0, 0, 0)),
        (b"IDAT", zlib.compress(b"\0\x80")),
        (b"IEND", b""),
    )
    chunks = (
        struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
        for kind, data in parts
    )
    return b"\x89PNG\r\n\x1a\n" + b"".join(chunks)


@pytest.fixture(scope="module")
def sheets(opened: tuple[Any, LivedIn]) -> tuple[str, str]:
    """A sheet that was sent and waits, and one that was imported."""
    page, _lived = opened
    found = []
    for last in ("", "#import"):
        page.goto(f"{HOME}/import")
        sheet = {
            "name": "ideas.csv",
            "mimeType": "text/csv",
            "buffer": b"Title;Votes\nWarn by text;3\nCall;1\n",
        }
        page.locator("main input[type=file]").set_input_files(sheet)
        page.locator("main form .btn.primary").click()
        page.wait_for_url("**/import/*")
        if last:
            page.locator(last).click()
            page.wait_for_url("**/imports/*")
        found.append(Path(page.url.partition("?")[0]).name)
    return found[0], found[1]


def test_what_is_left_out_is_known():
    paths = {route.path for method, route in ROUTES if method == "GET"}
    assert set(NO_PAGES) <= paths


@pytest.mark.parametrize("language", LOOKS)
def test_nothing_is_wrong_with_any_page(
    opened: tuple[Any, LivedIn], sheets: tuple[str, str], axe: str, language: str
):
    page, lived = opened
    browser, signed = page.context.browser, page.context.storage_state()
    look = {"base_url": page.url.partition("/products")[0], **LOOKS[language]}
    reader = Reader(browser.new_context(storage_state=signed, **look), axe, language)
    for path in of_members(lived, *sheets):
        reader.read(path)
        if path.startswith(HOME) and path.count("/") <= 3 and "?" not in path:
            reader.read(path.replace(PRODUCT, BLANK))
    reader.read(f"{HOME}/nothing", 404)
    reader.page.goto(f"{HOME}/retire")
    with reader.page.expect_navigation():
        reader.page.evaluate("document.querySelector('form[action$=\"/points/data\"]').submit()")
    reader.look("a rejected form", 422)
    faults = reader.faults
    for path in of_strangers(lived):
        context = browser.new_context(**look)
        stranger = Reader(context, axe, language)
        stranger.read(path)
        if path.startswith(("/join", "/share")):
            for name in stranger.page.locator(".door [name=name]").all():
                name.fill(f"Gus {language}")
            stranger.page.locator(".door .btn:visible").first.click()
            stranger.page.wait_for_url(f"**{HOME}**")
            stranger.look(f"behind {path}")
        if path == "/sign-in":
            stranger.page.locator("[name=email]").fill("ben@example.org")
            stranger.page.locator("[name=password]").fill("not this one")
            stranger.page.locator("main .btn.primary").click()
            stranger.page.wait_for_selector("[role=alert]")
            stranger.look("a refused password", 401)
        faults |= stranger.faults
        context.close()
    reader.page.context.close()
    assert not faults, _told(faults)


UNFOLD = """() => {
  const folded = [...document.querySelectorAll("main details:not([open])")];
  folded.forEach((fold) => { fold.open = true; });
  return folded.length;
}"""


@pytest.mark.parametrize("language", LOOKS)
def test_nothing_is_wrong_with_what_unfolds(
    opened: tuple[Any, LivedIn], sheets: tuple[str, str], axe: str, language: str
):
    page, lived = opened
    look = {"base_url": page.url.partition("/products")[0], **LOOKS[language]}
    context = page.context.browser.new_context(storage_state=page.context.storage_state(), **look)
    reader = Reader(context, axe, language)
    seen = 0
    for path in of_members(lived, *sheets):
        reader.page.goto(path)
        if reader.page.evaluate(UNFOLD):
            seen += 1
            # Nobody unfolds everything at once: one form then half covers the next.
            reader.look(f"{path}, unfolded", covered=True)
    assert seen > 10
    for chapter in ("", "/canvas", "/prototypes", "/story-map", "/runs"):
        reader.page.goto(HOME + chapter)
        for menu in reader.page.locator(".chapters summary").all():
            menu.click()
            # What it half covers has no full size, and is not what one looks at: the menu closes first.
            reader.look(f"{chapter}: the menu {menu.inner_text()}", within=".chapters")
    context.close()
    assert not reader.faults, _told(reader.faults)


@pytest.mark.parametrize("language", LOOKS)
def test_nothing_is_wrong_with_any_dialog(opened: tuple[Any, LivedIn], axe: str, language: str):
    page, _lived = opened
    look = {"base_url": page.url.partition("/products")[0], **LOOKS[language]}
    context = page.context.browser.new_context(storage_state=page.context.storage_state(), **look)
    reader = Reader(context, axe, language)
    keys, expect = reader.page.keyboard, sync_api.expect
    for path in ("/", f"{HOME}/canvas"):
        reader.page.goto(path)
        keys.press("?")
        expect(reader.page.locator("#help")).to_be_visible()
        reader.look(f"{path}: help")
        keys.press("Escape")
        keys.press("Control+k")
        reader.look(f"{path}: palette")
        for words, found in (
            ("gate", "[role=option][aria-selected=true]"),
            ("qqqq", "[role=status]:not(:empty)"),
        ):
            reader.page.locator("#palette input[name=q]").fill(words)
            reader.page.locator(f"#palette {found}").first.wait_for()
            reader.look(f"{path}: palette, {words}")
        keys.press("Escape")
    reader.page.goto(f"{HOME}/canvas")
    reader.page.locator("[data-talk$=-problem]").first.click()
    reader.page.locator("#talk #say").fill("Which ones?")
    keys.press("Control+Enter")
    reader.page.locator("#talk .rewrite").first.wait_for()
    assert reader.page.evaluate(UNFOLD.replace("main", "#talk")) >= 2
    reader.look("the comments")
    context.close()
    assert not reader.faults, _told(reader.faults)


def _told(faults: dict[str, list[str]]) -> str:
    return "\n".join(f"{path}: {fault}" for path, all_of in faults.items() for fault in all_of)
