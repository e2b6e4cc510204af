"""Feasibility: can we? Six answers that were measured, two that people give, and the evidence (EXP-12)."""

from dataclasses import dataclass
from typing import Annotated, Any

from fastapi import APIRouter, Form, Query
from sqlalchemy.orm import Session
from starlette.responses import PlainTextResponse, Response

from filrouge.explore.canvas import DataSource
from filrouge.explore.feasibility import (
    HUMAN,
    MEASURED,
    STEPS,
    VERDICTS,
    FeasibilityStudy,
    Study,
    Verdict,
    as_markdown,
    sources_of,
    studies_of,
)
from filrouge.explore.feasibility.faults import NoSuchTarget
from filrouge.explore.feasibility.reading import columns_in
from filrouge.explore.feasibility.words import cell
from filrouge.flows.feasibility_job import Job, data_files, inside, job_of, start
from filrouge.kernel.i18n import _
from filrouge.storage.editing import find, listed
from filrouge.web.overview import head_of
from filrouge.web.visit import Maintaining, Visiting

__all__ = ["TONES", "router"]

router = APIRouter(prefix="/products/{product_id}/feasibility")

TONES = {Verdict.YES: "ok", Verdict.WITH_CARE: "warn", Verdict.NO: "strong", Verdict.NOT_MEASURED: ""}


@dataclass(frozen=True)
class Choice:
    """A data file that may be chosen."""

    name: str
    mb: float
    chosen: bool


@dataclass(frozen=True)
class FeasibilityPage:
    """The context of the page."""

    shown: FeasibilityStudy | None
    study: Study | None
    history: tuple[FeasibilityStudy, ...]
    sources: tuple[DataSource, ...]
    """Those of the canvas that the study is tied to."""
    job: Job | None
    questions: dict[Any, str]
    human: dict[Any, str]
    verdicts: dict[Any, str]
    tones: dict[Any, str]

    @property
    def step(self) -> str:
        """What the job is doing now, as a word to translate."""
        return STEPS[min(self.job.done, len(STEPS) - 1)] if self.job is not None else ""

    @staticmethod
    def word(text: str) -> str:
        """A title that a study keeps (it may hold a sign that templates would take for a place-holder)."""
        return _(text)

    @staticmethod
    def cell(value: Any, kind: str) -> str:
        """A cell of evidence in the reader's language."""
        return cell(value, kind)


@router.get("")
def feasibility(visit: Visiting, product_id: str, study: str = "") -> Response:
    """The latest study, or the one that ``study`` names."""
    with visit.workspace.reading() as session:
        _product, head = head_of(session, product_id)
        page = _page(session, product_id, study, job_of(visit.workspace, product_id))
        return visit.render("explore/feasibility.html", page, title=_("Feasibility"), product=head)


def _page(session: Session, product_id: str, chosen: str, job: Job | None) -> FeasibilityPage:
    history = tuple(studies_of(session, product_id))
    shown = next((one for one in history if one.id == chosen), next(iter(history), None))
    known = listed(session, DataSource, product_id)
    return FeasibilityPage(
        shown=shown,
        study=shown.study if shown else None,
        history=history,
        sources=tuple(sources_of(session, shown, known)) if shown else (),
        job=job if job is not None and job.state != "done" else None,
        questions=dict(MEASURED),
        human=dict(HUMAN),
        verdicts=dict(VERDICTS),
        tones=dict(TONES),
    )


@dataclass(frozen=True)
class AskPage:
    """The context of the page that asks what is to be measured."""

    files: tuple[Choice, ...]
    chosen: tuple[str, ...]
    columns: tuple[str, ...]
    folder: str


@router.get("/new")
def ask(visit: Maintaining, product_id: str, data: Annotated[list[str] | None, Query()] = None) -> Response:
    """Choose files of the workspace's folder; then, among their columns, the target and the time.

    The folder holds the data of all products: only who answers for a product looks into it.
    """
    root = visit.workspace.root
    chosen = tuple(data or ())
    paths = inside(root, chosen)
    columns = tuple(dict.fromkeys(name for path in paths for name in columns_in(path)))
    files = tuple(_choice(visit, path, chosen) for path in data_files(root))
    with visit.workspace.reading() as session:
        _product, head = head_of(session, product_id)
        page = AskPage(files, chosen, columns, str(root))
        return visit.render("explore/feasibility_new.html", page, title=_("Measure the data"), product=head)


def _choice(visit: Maintaining, path: Any, chosen: tuple[str, ...]) -> Choice:
    name = str(path.relative_to(visit.workspace.root))
    return Choice(name, path.stat().st_size / 1e6, name in chosen)


@router.post("")
def measure(
    visit: Maintaining,
    product_id: str,
    data: Annotated[list[str], Form()],
    target: Annotated[str, Form()] = "",
    time: Annotated[str, Form()] = "",
) -> Response:
    """Start to measure; the page then follows."""
    with visit.workspace.reading() as session:
        head_of(session, product_id)
    if not target.strip():
        raise NoSuchTarget(_("Say which column is to be predicted."), where="target")
    paths = inside(visit.workspace.root, data)
    start(
        visit.workspace,
        product_id,
        data=paths,
        target=target.strip(),
        time_column=time.strip(),
        actor=visit.session.name,
    )
    return visit.see(f"/products/{product_id}/feasibility")


@router.get("/{study_id}/markdown")
def markdown(visit: Visiting, product_id: str, study_id: str) -> Response:
    """The study as a document to hand on."""
    with visit.workspace.reading() as session:
        found = find(session, FeasibilityStudy, study_id, product_id=product_id)
        text = as_markdown(found.study, found.people)
    name = f"feasibility-{found.measured_at:%Y-%m-%d}.md"
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return PlainTextResponse(text, media_type="text/markdown; charset=utf-8", headers=headers)
