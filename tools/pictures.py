"""Make the pictures of the guide anew: ``python tools/pictures.py`` (Chromium is needed).

The check of the example product as it comes, with its gaps, and after its team mended them.
"""

import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from playwright.sync_api import sync_playwright

from filrouge.bootstrap import checker, init_workspace
from filrouge.flows.examples import import_example, mend_example
from filrouge.storage.workspace import Workspace

PICTURES = Path(__file__).parents[1] / "docs" / "guide" / "pictures"
CHROMIUM = "/usr/bin/chromium"
PRODUCT = "nyc-departures"
VIEW = {"width": 1280, "height": 860}


def main() -> None:
    PICTURES.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        workspace = init_workspace(Path(folder))
        with workspace.transaction("ana") as session:
            import_example(session)
        checker(workspace).run(workspace, PRODUCT, "ana")
        command = [sys.executable, "-m", "filrouge", "web", "--port", "0", "--no-open"]
        # S603: the command is our own.
        server = subprocess.Popen(command, cwd=folder, stdout=subprocess.PIPE, text=True)  # noqa: S603
        try:
            assert server.stdout is not None
            shoot(workspace, server.stdout.readline().strip())
        finally:
            server.terminate()
            server.wait(15)
            workspace.close()


def shoot(workspace: Workspace, link: str) -> None:
    """The two pages, the second once the example is mended."""
    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"])
        page = browser.new_page(locale="en", color_scheme="light", viewport=VIEW)
        page.goto(link)
        picture(page, link, "check-poor.png")
        with workspace.transaction("ana") as session:
            mend_example(session)
        checker(workspace).run(workspace, PRODUCT, "ana")
        picture(page, link, "check-good.png")
        browser.close()


def picture(page: Any, link: str, name: str) -> None:
    """What one sees first of the page of the check."""
    page.goto(f"{link.partition('/login')[0]}/products/{PRODUCT}/check")
    page.wait_for_load_state("networkidle")
    page.screenshot(path=PICTURES / name)


if __name__ == "__main__":
    main()
