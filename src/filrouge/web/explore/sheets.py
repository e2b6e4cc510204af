"""Lists from spreadsheets: upload, look at every row as it would become, import, take back; and export."""

import re
import secrets
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, File, Form, Request, UploadFile
from sqlalchemy.orm import Session
from starlette.concurrency import run_in_threadpool
from starlette.responses import Response

from filrouge.flows.spreadsheet import (
    MOST_BYTES,
    SHEETS,
    Holders,
    Plan,
    PlannedRow,
    Proposal,
    Sheet,
    SheetKind,
    apply_rows,
    import_named,
    plan_rows,
    propose,
    read_sheet,
    sheet_kind,
    undo_import,
    write_sheet,
)
from filrouge.flows.spreadsheet.faults import CsvUnreadable, UnknownColumn
from filrouge.flows.spreadsheet.sheet import Line
from filrouge.flows.spreadsheet.tables import SheetImport
from filrouge.kernel.errors import FilrougeError
from filrouge.kernel.i18n import N_, _
from filrouge.thread.kinds import page_of
from filrouge.thread.ref import Ref
from filrouge.web.overview import head_of
from filrouge.web.visit import Editing, Visit, Visiting

__all__ = ["router"]

router = APIRouter(prefix="/products/{product_id}")
SHOWN = 12
_SHOWN_WRONG = 50
_KEPT_S = 86_400
_UPLOAD = re.compile(r"[0-9a-f]{32}")
SEPARATORS = {";": N_("semicolons"), ",": N_("commas"), "\t": N_("tabs")}


@dataclass(frozen=True)
class UploadPage:
    """What may be imported, and how a sheet looks that is understood at once."""

    kinds: Mapping[str, SheetKind]
    kind: SheetKind
    megabytes: int


@dataclass(frozen=True)
class Choices:
    """What the form of the preview says, as its address carries it."""

    name: str
    kind: SheetKind
    mapping: Proposal
    into: str = ""
    leave_out: bool = False
    duplicates: bool = False

    def query(self, width: int) -> str:
        """The address's query."""
        asked = {"name": self.name, "kind": self.kind.kind, "into": self.into, "chosen": "1"}
        marks = {name: "1" for name in ("leave_out", "duplicates") if getattr(self, name)}
        columns = {f"c{at}": self.mapping.get(at, "") for at in range(width)}
        return urlencode({**asked, **marks, **columns})


@dataclass(frozen=True)
class PreviewPage:
    """Each row as it would become; ``fault`` says why none can."""

    upload: str
    choices: Choices
    sheet: Sheet
    plan: Plan | None
    fault: FilrougeError | None
    holders: dict[str, str]
    separator: str
    kinds: Mapping[str, SheetKind]

    @property
    def raw(self) -> tuple[Line, ...]:
        """The first rows as they stand in the file."""
        return self.sheet.lines[:SHOWN]

    def cell(self, number: int, at: int) -> str:
        """A cell as it stands in the file."""
        return next((line.cells[at] for line in self.raw if line.number == number), "")

    @property
    def shown(self) -> tuple[PlannedRow, ...]:
        """The first rows."""
        return self.plan.rows[:SHOWN] if self.plan else ()

    @property
    def wrong(self) -> tuple[PlannedRow, ...]:
        """The first rows with problems."""
        return self.plan.wrong[:_SHOWN_WRONG] if self.plan else ()

    @property
    def count(self) -> int:
        """How many rows would be imported."""
        return len(self.plan.taken(duplicates=self.choices.duplicates)) if self.plan else 0

    @property
    def ready(self) -> bool:
        """Whether an import would succeed now."""
        return bool(self.plan and self.count and (self.choices.leave_out or not self.plan.wrong))


@dataclass(frozen=True)
class DonePage:
    """What an import made."""

    record: SheetImport
    label: str
    place: str


@router.get("/import")
def upload_page(visit: Editing, product_id: str, kind: str = "idea") -> Response:
    """Choose a file."""
    with visit.workspace.reading() as session:
        head = head_of(session, product_id)[1]
    page = UploadPage(SHEETS, sheet_kind(kind), MOST_BYTES // 1_000_000)
    return visit.render("explore/sheet_upload.html", page, title=_("Import a sheet"), product=head)


@router.post("/import")
def upload(
    visit: Editing, product_id: str, file: Annotated[UploadFile, File()], kind: Annotated[str, Form()]
) -> Response:
    """Take a file, and go on to its preview. A file that cannot be read is not kept."""
    content = file.file.read(MOST_BYTES + 1)
    sheet = read_sheet(content)
    wanted = sheet_kind(kind)
    token = secrets.token_hex(16)
    path = _path(visit, product_id, token)
    path.parent.mkdir(parents=True, exist_ok=True)
    _forget_old(path.parent)
    path.write_bytes(content)
    choices = Choices((file.filename or "sheet.csv")[:120], wanted, propose(wanted, sheet.columns))
    query = urlencode({"name": choices.name, "kind": wanted.kind})
    return visit.see(f"/products/{product_id}/import/{token}?{query}")


@router.get("/import/{upload}")
def preview(visit: Editing, product_id: str, upload: str, request: Request) -> Response:
    """The rows as they would become."""
    sheet = read_sheet(_content(visit, product_id, upload))
    with visit.workspace.reading() as session:
        head = head_of(session, product_id)[1]
        page = _preview(session, product_id, upload, sheet, _choices(request.query_params, sheet))
        return visit.render("explore/sheet_preview.html", page, title=_("Import a sheet"), product=head)


@router.post("/import/{upload}/look")
async def look(visit: Editing, product_id: str, upload: str, request: Request) -> Response:
    """Look again, with other columns."""
    form = {name: str(value) for name, value in (await request.form()).items()}
    return await run_in_threadpool(_look, visit, product_id, upload, form)


def _look(visit: Visit, product_id: str, upload: str, form: Mapping[str, str]) -> Response:
    sheet = read_sheet(_content(visit, product_id, upload))
    query = _choices({**form, "chosen": "1"}, sheet).query(len(sheet.columns))
    return visit.see(f"/products/{product_id}/import/{upload}?{query}")


@router.post("/import/{upload}")
async def carry_out(visit: Editing, product_id: str, upload: str, request: Request) -> Response:
    """Import, in one transaction."""
    form = {name: str(value) for name, value in (await request.form()).items()}
    return await run_in_threadpool(_carry_out, visit, product_id, upload, form)


def _carry_out(visit: Visit, product_id: str, upload: str, form: Mapping[str, str]) -> Response:
    sheet = read_sheet(_content(visit, product_id, upload))
    choices = _choices({**form, "chosen": "1"}, sheet)
    with visit.writing() as session:
        plan = plan_rows(session, choices.kind, product_id, sheet, choices.mapping, into=choices.into)
        record = apply_rows(
            session,
            plan,
            product_id,
            file=choices.name,
            leave_out=choices.leave_out,
            duplicates=choices.duplicates,
        )
    _path(visit, product_id, upload).unlink(missing_ok=True)
    return visit.see(f"/products/{product_id}/imports/{record.id}")


@router.get("/imports/{import_id}")
def done(visit: Editing, product_id: str, import_id: str) -> Response:
    """What was imported, and the one undo."""
    with visit.workspace.reading() as session:
        head = head_of(session, product_id)[1]
        record = import_named(session, product_id, import_id)
        kind = SHEETS[record.kind]
        page = DonePage(record, kind.label, page_of(Ref(record.kind, ""), product_id))
        return visit.render("explore/sheet_done.html", page, title=_("Import a sheet"), product=head)


@router.post("/imports/{import_id}/undo")
def take_back(visit: Editing, product_id: str, import_id: str) -> Response:
    """Archive what an import made."""
    with visit.writing() as session:
        undo_import(session, product_id, import_id)
    return visit.see(f"/products/{product_id}/imports/{import_id}")


@router.get("/export/{kind}.csv")
def export(visit: Visiting, product_id: str, kind: str) -> Response:
    """A list for spreadsheets."""
    wanted = sheet_kind(kind)
    with visit.writing() as session:
        content = write_sheet(session, wanted, product_id)
    name = f"{product_id}-{wanted.artefact.plural}.csv"
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response(content, media_type="text/csv; charset=utf-8", headers=headers)


def _preview(session: Session, product_id: str, upload: str, sheet: Sheet, choices: Choices) -> PreviewPage:
    plan, fault = None, None
    try:
        plan = plan_rows(session, choices.kind, product_id, sheet, choices.mapping, into=choices.into)
    except UnknownColumn as error:
        fault = error
    holders = Holders(session, choices.kind, product_id).names
    separator = _(SEPARATORS[sheet.separator])
    return PreviewPage(upload, choices, sheet, plan, fault, holders, separator, SHEETS)


def _choices(form: Mapping[str, str], sheet: Sheet) -> Choices:
    """What was chosen; the proposal as long as nothing was."""
    kind = sheet_kind(form.get("kind", "idea"))
    name = form.get("name", "sheet.csv")[:120]
    mapping = propose(kind, sheet.columns)
    if not form.get("chosen"):
        return Choices(name, kind, mapping)
    fields: dict[int, str] = {}
    for at in range(len(sheet.columns)):
        field = form.get(f"c{at}", "")
        if kind.named(field) and field not in fields.values():
            fields[at] = field
    return Choices(
        name,
        kind,
        Proposal(fields, [at for at in mapping.guesses if mapping.get(at) == fields.get(at)]),
        form.get("into", ""),
        bool(form.get("leave_out")),
        bool(form.get("duplicates")),
    )


def _path(visit: Visit, product_id: str, upload: str) -> Path:
    if not _UPLOAD.fullmatch(upload):
        raise _gone()
    return visit.workspace.root / ".filrouge" / "uploads" / f"{product_id}.{upload}.csv"


def _content(visit: Visit, product_id: str, upload: str) -> bytes:
    try:
        return _path(visit, product_id, upload).read_bytes()
    except FileNotFoundError:
        raise _gone() from None


def _gone() -> CsvUnreadable:
    return CsvUnreadable(
        _("This upload is no longer here."),
        why=_("It was imported, or a day has passed."),
        action=_("Choose the file again."),
    )


def _forget_old(folder: Path) -> None:
    """Uploads that nobody imported do not stay."""
    limit = time.time() - _KEPT_S
    for path in folder.glob("*.csv"):
        if path.stat().st_mtime < limit:
            path.unlink(missing_ok=True)
