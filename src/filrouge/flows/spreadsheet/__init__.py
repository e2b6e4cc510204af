"""Lists from spreadsheets and into them: CSV with a mapping, looked at before it is imported."""

from filrouge.flows.spreadsheet.apply import apply_rows, import_named, latest_import, undo_import
from filrouge.flows.spreadsheet.fields import SHEETS, SheetKind, sheet_kind
from filrouge.flows.spreadsheet.holders import Holders
from filrouge.flows.spreadsheet.mapping import Proposal, propose, told
from filrouge.flows.spreadsheet.plan import Plan, PlannedRow, plan_rows
from filrouge.flows.spreadsheet.sheet import MOST_BYTES, Sheet, read_sheet
from filrouge.flows.spreadsheet.write import write_sheet

__all__ = [
    "MOST_BYTES",
    "SHEETS",
    "Holders",
    "Plan",
    "PlannedRow",
    "Proposal",
    "Sheet",
    "SheetKind",
    "apply_rows",
    "import_named",
    "latest_import",
    "plan_rows",
    "propose",
    "read_sheet",
    "sheet_kind",
    "told",
    "undo_import",
    "write_sheet",
]
