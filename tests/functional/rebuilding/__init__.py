"""The walk that makes a product anew: page by page, in the order in which a team comes to them."""

from typing import TYPE_CHECKING

from tests.functional.keyboard import Keyboard
from tests.functional.rebuilding.backlog import hypotheses, indicators, story_map
from tests.functional.rebuilding.canvas import (
    canvas,
    decide,
    prototypes,
    settle,
    sign,
    uncertainties,
    user_tests,
)
from tests.functional.rebuilding.ideas import (
    criteria,
    ideas,
    journeys,
    objectives,
    pictured,
    product,
    workshop,
)
from tests.functional.rebuilding.said import Said, Ties

if TYPE_CHECKING:
    from playwright.sync_api import Page

__all__ = ["rebuild"]


def rebuild(page: "Page", said: Said) -> None:
    """Make the product that a ``product.yaml`` tells of."""
    at = Keyboard(page)
    ties = Ties(said)
    product(at, said["product"])
    objectives(at, said["objectives"])
    journeys(at, said["journeys"], ties)
    criteria(at, said["criteria"])
    workshop(at, said)
    ideas(at, said["ideas"], ties)
    pictured(at, said["journeys"], ties)
    indicators(at, said["indicators"], ties)
    canvas(at, said["ideas"][0], said["data_sources"], ties)
    hypotheses(at, said["hypotheses"])
    uncertainties(at, said["uncertainties"], ties)
    prototypes(at, said["ideas"][0], ties)
    user_tests(at, said["ideas"][0])
    settle(at, said["uncertainties"], ties)
    decide(at, said["ideas"])
    story_map(at, said["versions"], ties)
    sign(at, said["ideas"][0]["canvases"][0])
