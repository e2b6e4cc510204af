"""A signed-in page of ``filrouge web`` in a real browser."""

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

CHROMIUM = Path("/usr/bin/chromium")


@contextmanager
def signed_in(root: Path, **options: Any) -> Iterator[Any]:
    """A page opened by the link that the command prints; no script error and no refusal is tolerated.

    Args:
        root: folder of the workspace.
        options: of the browser's context, such as ``viewport`` or ``color_scheme``.
    """
    from playwright.sync_api import sync_playwright

    command = [sys.executable, "-m", "filrouge", "web", "--port", "0", "--no-open"]
    server = subprocess.Popen(command, cwd=root, stdout=subprocess.PIPE, text=True)
    try:
        link = server.stdout.readline().strip()
        with sync_playwright() as play:
            arguments = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
            browser = play.chromium.launch(executable_path=str(CHROMIUM), args=arguments)
            context = browser.new_context(base_url=link.split("/login")[0], **{"locale": "en", **options})
            opened = context.new_page()
            broken: list[str] = []
            opened.on("pageerror", lambda error: broken.append(str(error)))
            opened.on("console", lambda said: broken.append(said.text) if _refused(said.text) else None)
            opened.goto(link)
            yield opened
            browser.close()
            assert broken == []
    finally:
        server.terminate()
        server.wait(15)


def _refused(said: str) -> bool:
    """Whether the browser tells that our own policy forbade something of ours."""
    return "Refused" in said or "Content Security Policy" in said
