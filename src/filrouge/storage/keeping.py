"""Fields that an artefact keeps for itself: its own operations write them, an edit by hand does not.

A column says so by ``info={"kept_by": "<kind>"}``; the artefact itself, or the one of that kind to which it
belongs, says whether it keeps the field now (``Artefact.keeps``). An operation of its own sets the attribute:
the session records that like any edit. An import makes artefacts as its file says, and changes none of this.
"""

from collections.abc import Mapping
from typing import Any

from sqlalchemy.orm import Session

from filrouge.kernel.errors import FilrougeError
from filrouge.kernel.i18n import _
from filrouge.storage.base import Artefact
from filrouge.storage.kinds import kinds, references

__all__ = ["KeptField", "faults_of_keeping"]


class KeptField(FilrougeError):
    """A field that follows what people do elsewhere was to be changed by hand."""

    code = "artefact.kept-field"
    status = 422


def faults_of_keeping(session: Session, artefact: Artefact, wanted: Mapping[str, Any]) -> list[FilrougeError]:
    """Why these changed values may not be written by hand."""
    faults: list[FilrougeError] = []
    for field in wanted:
        column = artefact.__mapper__.columns.get(field)
        kind = column.info.get("kept_by", "") if column is not None else ""
        for keeper in _keepers(session, artefact, kind, wanted) if kind else ():
            action = keeper.keeps(artefact)
            if action:
                words = _("“{field}” is not changed by hand: “{title}” keeps it.")
                what = words.format(field=field, title=keeper.label)
                where = f"{artefact.kind}:{artefact.id}: {field}"
                faults.append(KeptField(what, where=where, action=action))
                break
    return faults


def _keepers(session: Session, artefact: Artefact, kind: str, wanted: Mapping[str, Any]) -> list[Artefact]:
    """The artefact itself, once it is made; or what it belongs to now, and what it would belong to."""
    if artefact.kind == kind:
        return [artefact] if artefact in session else []
    field = next(reference.field for reference in references(type(artefact)) if reference.kind == kind)
    names = dict.fromkeys((getattr(artefact, field), wanted.get(field)))
    found = (session.get(kinds()[kind], name) for name in names if name)
    return [keeper for keeper in found if keeper is not None]
