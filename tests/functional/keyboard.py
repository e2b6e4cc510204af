"""Somebody who works with the keys alone: what has the focus is read, everything else is pressed."""

from collections.abc import Callable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from playwright.sync_api import Page

__all__ = ["Keyboard"]

_NAME = """() => {
  const one = document.activeElement;
  if (!one || one === document.body) return "";
  const aside = (node) => node.contains(one) || node.nodeName === "SELECT";
  const parts = [...(one.labels?.[0]?.childNodes ?? [])].filter((node) => !aside(node));
  const label = parts.map((node) => node.textContent).join(" ");
  const said = one.getAttribute("aria-label") || label || one.textContent || one.placeholder || "";
  return said.trim().replace(/\\s+/g, " ");
}"""
_OPTIONS = """() => {
  const one = document.activeElement;
  return [one.selectedIndex, [...one.options].map((option) => option.textContent.trim())];
}"""
_CALM = """() => !document.querySelector(".htmx-request, .failed")
  && !document.getElementById("quiet").textContent.startsWith(document.body.dataset.saving)"""
_FOUND = """([words, kind]) => {
  const all = [...document.querySelectorAll("#palette[open] [role=option]")];
  const at = all.findIndex((one) => {
    const [title, of] = [...one.children].map((part) => part.textContent);
    const cut = title.endsWith("...") && words.startsWith(title.slice(0, -3));
    return of === kind && (title === words || cut);
  });
  return at < 0 ? null : [at, all[at].getAttribute("href")];
}"""
_STEPS = 900


class Keyboard:
    """A page, and the keys that are pressed in it."""

    def __init__(self, page: "Page") -> None:
        self.page = page
        self.pressed = 0

    def press(self, *keys: str) -> None:
        """One key after the other; ``Enter`` and what it began come to their end."""
        for key in keys:
            self.page.keyboard.press(key)
            self.pressed += 1
        if keys[-1] in ("Enter", "Tab"):
            self.calm()

    def calm(self) -> None:
        """Until what was done is saved, and what was asked for is there."""
        self.page.wait_for_function(_CALM)

    @property
    def focused(self) -> str:
        """The name of what has the focus."""
        name: str = self.page.evaluate(_NAME)
        return name

    def to(self, name: str, *, back: bool = False, start: bool = False) -> None:
        """Press Tab until the next thing of this name (or whose name starts so) has the focus."""
        self._tab(lambda seen: seen.startswith(name) if start else seen == name, name, back=back)

    def _tab(self, found: Callable[[str], bool], name: str, *, back: bool) -> None:
        met = []
        for _step in range(_STEPS):
            self.page.keyboard.press("Shift+Tab" if back else "Tab")
            self.pressed += 1
            met.append(self.focused)
            if found(met[-1]):
                self.calm()
                return
        raise AssertionError(f"“{name}” is not met by Tab; met: {list(dict.fromkeys(met))}")

    def act(self, name: str, *, back: bool = False, start: bool = False) -> None:
        """Go to a button or link, and press it."""
        self.to(name, back=back, start=start)
        self.press("Enter")

    def leave(self, name: str, *, start: bool = False) -> None:
        """Go to what leads to another page, and press it."""
        self.to(name, start=start)
        with self.page.expect_navigation():
            self.page.keyboard.press("Enter")

    def write(self, text: object) -> None:
        """Write in the field that has the focus, in place of what it holds."""
        self.page.keyboard.press("Control+a")
        self.page.keyboard.insert_text(str(text))
        self.pressed += 1

    def fill(self, name: str, text: object, *, back: bool = False) -> None:
        """Go to a field and write; it is saved when one goes on."""
        if text in ("", None):
            return
        self.to(name, back=back)
        self.write(text)
        self._leave_and_return()

    def day(self, name: str, iso: str) -> None:
        """Go to a field for a day and type it, as this language writes days."""
        self.to(name)
        self.page.keyboard.type(f"{iso[5:7]}{iso[8:10]}{iso[:4]}")
        while self.focused == name:
            self.page.keyboard.press("Tab")
        self.page.keyboard.press("Shift+Tab")
        self.calm()

    def choose(self, name: str, option: str, *, back: bool = False) -> None:
        """Go to a list of words and take one with the arrows."""
        self.to(name, back=back)
        self._take(option)

    def tie(self, name: str, things: list[str], button: str = "Tie") -> None:
        """Tie one thing after the other: the focus comes back to where one chooses."""
        for place, thing in enumerate(things):
            if place == 0:
                self.to(name)
            assert self.focused == name, f"before “{thing}”, the focus is on “{self.focused}”"
            self._take(thing)
            self.act(button)

    def _take(self, option: str) -> None:
        now, options = self.page.evaluate(_OPTIONS)
        (wanted,) = [at for at, word in enumerate(options) if word.rstrip("….").startswith(option[:36])][:1]
        for _step in range(abs(wanted - now)):
            self.page.keyboard.press("ArrowDown" if wanted > now else "ArrowUp")
            self.pressed += 1
        self._leave_and_return()

    def _leave_and_return(self) -> None:
        """What was written or chosen is saved when one goes on; come back, so that what is next is next."""
        self.page.keyboard.press("Tab")
        self.page.keyboard.press("Shift+Tab")
        self.pressed += 2
        self.calm()

    def add(self, name: str, *texts: str, back: bool = False) -> None:
        """Write one after the other into a row that adds."""
        self.to(name, back=back)
        for text in texts:
            self.page.keyboard.insert_text(text)
            self.press("Enter")
            assert self.focused == name, f"after “{text}”, the focus is on “{self.focused}”"

    def jump(self, words: str, kind: str = "page") -> None:
        """Open the palette, write, and go to what it finds of this kind."""
        self.page.keyboard.press("Control+k")
        self.page.keyboard.insert_text(words)
        self.page.wait_for_function(_FOUND, arg=[words, kind])
        place, path = self.page.evaluate(_FOUND, [words, kind])
        for _step in range(place):
            self.page.keyboard.press("ArrowDown")
        assert "#" in path or not self.page.url.endswith(path), f"{path} loaded anew could not be told apart"
        self.page.keyboard.press("Enter")
        self.pressed += place + 2
        self.page.wait_for_url(f"**{path}")
        self.page.wait_for_function("() => !document.querySelector('#palette[open]')")
        self.calm()
