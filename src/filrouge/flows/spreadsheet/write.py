"""A list as CSV, for spreadsheets: what looks like a formula is shown as the text that it is."""

import csv
import io

import sqlalchemy as sa
from sqlalchemy.orm import Session

from filrouge.flows.spreadsheet.fields import SheetField, SheetKind
from filrouge.flows.spreadsheet.holders import Holders
from filrouge.flows.spreadsheet.sheet import protected
from filrouge.kernel.i18n import _, current_language
from filrouge.storage.accounts.audit import record
from filrouge.storage.base import Artefact
from filrouge.storage.editing import listed
from filrouge.storage.product import product_named

__all__ = ["write_sheet"]


def write_sheet(session: Session, kind: SheetKind, product_id: str) -> bytes:
    """The artefacts of a kind, in the language of the page; ``read_sheet`` reads it back.

    The audit log is told, so the session is one that writes. UTF-8 with its mark, which spreadsheets need
    to see accents; in French, semicolons separate.

    Raises:
        UnknownProduct: there is no such product.
    """
    product_named(session, product_id)
    holders = Holders(session, kind, product_id).names
    record(session, "export.taken", kind.kind, product_id=product_id, form="csv")
    text = io.StringIO(newline="")
    writer = csv.writer(text, delimiter=";" if current_language() == "fr" else ",")
    writer.writerow([_(field.label) for field in kind.fields])
    for item in listed(session, kind.artefact, product_id):
        writer.writerow([_cell(item, field, holders) for field in kind.fields])
    return text.getvalue().encode("utf-8-sig")


def _cell(item: Artefact, field: SheetField, holders: dict[str, str]) -> str:
    value = getattr(item, field.name)
    if value is None:
        return ""
    if field.words:
        return _(field.words[str(value)])
    if isinstance(item.__mapper__.columns[field.name].type, sa.Integer):
        return str(value)
    return protected(holders.get(value, str(value)) if field.holds else str(value))
