"""The check of a product: each finding with its fact, its reason and the place where it is mended."""

from dataclasses import dataclass

from fastapi import APIRouter
from starlette.responses import Response

from filrouge.kernel.i18n import _
from filrouge.thread.check.engine import Finding, Report
from filrouge.thread.check.text import CHAPTER_TITLES
from filrouge.web.overview import head_of, report_of
from filrouge.web.visit import Visiting

__all__ = ["router"]

router = APIRouter(prefix="/products/{product_id}")


@dataclass(frozen=True)
class CheckPage:
    """The context of the page."""

    report: Report
    shown: tuple[Finding, ...]
    severity: str
    chapter: str
    chapters: dict[str, str]
    """Code and title of each chapter that has findings."""


@router.get("/check")
def check(visit: Visiting, product_id: str, severity: str = "", chapter: str = "") -> Response:
    """The findings, all or by severity and chapter."""
    with visit.workspace.reading() as session:
        product, head = head_of(session, product_id)
        report = report_of(visit.workspace, session, product)
        shown = tuple(
            one
            for one in report.findings
            if severity in ("", one.severity.value) and chapter in ("", one.code[:3])
        )
        present = {one.code[:3] for one in report.findings}
        chapters = {code: _(title) for code, title in CHAPTER_TITLES.items() if code in present}
        page = CheckPage(report, shown, severity, chapter, chapters)
        return visit.render("check.html", page, title=_("Check"), product=head)
