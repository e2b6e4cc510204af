"""The pages of a product, by chapter."""

from dataclasses import dataclass

from filrouge.kernel.i18n import N_

__all__ = ["CHAPTERS", "Chapter", "PageLink", "page_label"]


@dataclass(frozen=True)
class PageLink:
    """A page of a product: the end of its path, and its name (translated where it is shown)."""

    path: str
    label: str


@dataclass(frozen=True)
class Chapter:
    """A chapter of the method, with its pages."""

    label: str
    pages: tuple[PageLink, ...]


CHAPTERS = (
    Chapter(
        N_("Overview"),
        (
            PageLink("", N_("Product")),
            PageLink("/check", N_("Check")),
            PageLink("/thread", N_("Thread")),
            PageLink("/members", N_("Members")),
            PageLink("/dossier", N_("Dossier")),
        ),
    ),
    Chapter(
        N_("Explore"),
        (
            PageLink("/objectives", N_("Objectives")),
            PageLink("/journeys", N_("Journeys")),
            PageLink("/workshops", N_("Workshops")),
            PageLink("/ideas", N_("Ideas")),
            PageLink("/canvas", N_("Canvas")),
        ),
    ),
    Chapter(
        N_("Converge"),
        (
            PageLink("/feasibility", N_("Feasibility")),
            PageLink("/uncertainties", N_("Uncertainties")),
            PageLink("/prototypes", N_("Prototypes")),
            PageLink("/user-tests", N_("User tests")),
            PageLink("/decision", N_("Decision")),
        ),
    ),
    Chapter(
        N_("Organize"),
        (
            PageLink("/story-map", N_("Story map")),
            PageLink("/hypotheses", N_("Hypotheses")),
            PageLink("/indicators", N_("Indicators")),
        ),
    ),
    Chapter(
        N_("Streamline"),
        (
            PageLink("/runs", N_("Runs")),
            PageLink("/models", N_("Models")),
            PageLink("/deployment", N_("Deployment")),
            PageLink("/monitoring", N_("Monitoring")),
            PageLink("/alerts", N_("Alerts")),
        ),
    ),
)


def page_label(path: str) -> str:
    """The name of a product's page, or of the page above it; that of the product where there is none.

    Example:
        >>> page_label("/canvas/history"), page_label("/retire")
        ('Canvas', 'Product')
    """
    pages = {link.path.strip("/"): link.label for chapter in CHAPTERS for link in chapter.pages}
    return pages.get(path.strip("/").split("/")[0], pages[""])
