"""What holds for all style sheets and templates: one name, one thing; and nothing is cut in silence."""

import re
from collections import defaultdict

from filrouge.web.render import STATIC

SHARED = {"tokens", "base", "layout", "components", "print"}
"""Sheets of what all pages have; the others belong to some pages, and every page loads them all."""


def test_two_pages_do_not_give_the_same_class_two_looks():
    named = defaultdict(set)
    for sheet in sorted((STATIC / "css").glob("*.css")):
        if sheet.stem in SHARED:
            continue
        text = re.sub(r"/\*.*?\*/|@[\w-]+[^{};]*\{", "", sheet.read_text(encoding="utf-8"), flags=re.DOTALL)
        for selectors in re.findall(r"([^{}]+)\{", text):
            for one in selectors.split(","):
                if re.fullmatch(r"\.[\w-]+", one.strip()):
                    named[one.strip()].add(sheet.stem)
    assert {name: sheets for name, sheets in named.items() if len(sheets) > 1} == {}


def test_no_field_lets_the_browser_cut_what_is_pasted():
    pages = (STATIC.parent / "templates").rglob("*.html")
    assert [page.name for page in pages if "maxlength" in page.read_text(encoding="utf-8")] == []


def test_red_is_the_thread_and_never_the_focus():
    for sheet in (STATIC / "css").glob("*.css"):
        text = sheet.read_text(encoding="utf-8")
        rules = re.findall(r"([^{}]*:(?:focus-visible|target)[^{}]*)\{([^{}]*)\}", text)
        # On the page of the thread, the way to a point of it is a part of the thread.
        red = [said for said, look in rules if "--thread" in look and ".walk" not in said]
        assert red == [], sheet.name
