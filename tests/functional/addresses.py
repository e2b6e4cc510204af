"""The addresses of every page: each route of the application, filled with what a workspace holds."""

import re

from tests.fakes.lived_in import PRODUCT, LivedIn
from tests.fakes.routes import ROUTES, need_of

__all__ = ["NO_PAGES", "of_members", "of_strangers"]

NO_PAGES = {
    "/login": "the one-time link, which the browser of the test opens; it redirects",
    "/language/{code}": "redirects to the page one was on",
    "/oidc/start": "redirects to the provider",
    "/oidc/callback": "redirects to the portfolio",
    "/products/{product_id}/badge.svg": "a picture",
    "/products/{product_id}/pictures/{digest}": "a picture",
    "/products/{product_id}/dossier.{ending}": "a download",
    "/products/{product_id}/canvas/{canvas_id}/download": "a download",
    "/products/{product_id}/feasibility/{study_id}/markdown": "a download",
    "/products/{product_id}/export/{kind}.csv": "a download",
    "/products/{product_id}/workshops/{workshop_id}/minutes.md": "a download",
    "/products/{product_id}/workshops/{workshop_id}/events": "a stream of events",
    "/products/{product_id}/workshops/{workshop_id}/room": "the part of the room that is fetched again",
    "/products/{product_id}/runs/{run_id}/steps/{step}/log": "plain text",
    "/products/{product_id}/presence": "who else is there, as data",
    "/products/{product_id}/deployment/chart": "data of a chart",
    "/products/{product_id}/monitoring/{monitor_id}/chart": "data of a chart",
}
"""Routes that answer no page of HTML, with what they answer; those of the API answer JSON."""


def of_members(lived: LivedIn, upload: str, imported: str) -> list[str]:
    """What somebody who is signed in may look at.

    Args:
        lived: what the workspace holds.
        upload: name of a sheet that was sent and waits.
        imported: id of an import that was carried out.
    """
    named = {
        "product_id": PRODUCT, "canvas_id": "nyc-canvas", "number": "1", "kind": "canvas",
        "identifier": "nyc-canvas", "run_id": lived.runs[1], "version_id:path": lived.versions[0],
        "workshop_id": lived.closed, "upload": upload, "import_id": imported, "code": "EXP014.1",
    }  # fmt: skip
    home = f"/products/{PRODUCT}"
    more = [
        "/?retired=1",
        "/search?q=gate",
        f"{home}/thread?ref=canvas:nyc-canvas",
        f"{home}/uncertainties?view=table",
        f"{home}/canvas/nyc-canvas/versions/compare?old=1&new=now",
        f"{home}/feasibility/new?data=data/bookings.csv",
        f"{home}/runs/{lived.runs[0]}",
        f"{home}/models/compare?{'&'.join(f'v={one}' for one in lived.versions)}",
        f"{home}/alerts?show=all",
        *(f"{home}/workshops/{one}" for one in lived.workshops.values()),
    ]
    return [*_filled(named, public=False), *more]


def of_strangers(lived: LivedIn) -> list[str]:
    """What is open to everybody: the doors."""
    secret = lived.shared.removeprefix("/share/")
    filled = _filled({"code": lived.door, "secret": secret}, public=True)
    return [lived.welcome if one == "/welcome" else one for one in filled]


def _filled(named: dict[str, str], *, public: bool) -> list[str]:
    paths = [route.path for method, route in ROUTES if method == "GET" and (need_of(route) is None) == public]
    pages = [path for path in paths if path not in NO_PAGES and not path.startswith("/api/")]
    unknown = [path for path in pages if {*re.findall(r"{([^}]+)}", path)} - {*named}]
    assert not unknown, f"Say here how to fill the parameters of {unknown}, or why they are no pages"
    return [re.sub(r"{([^}]+)}", lambda found: named[found[1]], path) for path in pages]
