"""Create, edit, move, archive and list artefacts of any kind: one set of operations for all.

They take a session and never commit. All faults of a call are raised together, and nothing is changed.
"""

from datetime import datetime
from typing import Any, TypeVar

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from filrouge.kernel.clock import Clock, SystemClock
from filrouge.kernel.errors import Faults, FilrougeError, did_you_mean
from filrouge.kernel.i18n import _
from filrouge.storage.base import Artefact, fields_of
from filrouge.storage.fields import BadField, FieldValue, UnknownField, default_of, read_field
from filrouge.storage.history import expect_revision
from filrouge.storage.keeping import faults_of_keeping
from filrouge.storage.kinds import container_of, kind_words, kinds, references, whole
from filrouge.storage.product import product_named
from filrouge.storage.restoring import restore

__all__ = [
    "BadField",
    "UnknownArtefact",
    "UnknownField",
    "archive",
    "create",
    "edit",
    "find",
    "listed",
    "move",
    "now_of",
    "restore",
]

A = TypeVar("A", bound=Artefact)
_LAST = 2**31 - 1
"""The last place that a column holds; things that share it stand in the order of their making."""


class UnknownArtefact(FilrougeError):
    """No artefact of this kind has this id."""

    code = "artefact.unknown"
    status = 404


def now_of(session: Session) -> datetime:
    """The world's time for what this session writes."""
    clock: Clock = session.info.get("clock") or SystemClock()
    return clock.now()


def find(session: Session, kind: type[A], identifier: str, *, product_id: str | None = None) -> A:
    """The artefact with this id.

    Raises:
        UnknownArtefact: there is none, or it belongs to another product.
    """
    found = session.get(kind, identifier)
    if found is not None and product_id in (None, found.product_id):
        return found
    query = select(kind.id).where(kind.archived_at.is_(None))
    if product_id is not None:
        query = query.where(kind.product_id == product_id)
    raise UnknownArtefact(
        _("There is no {kind} '{id}'.").format(kind=kind_words(kind.kind), id=identifier),
        action=did_you_mean(identifier, session.scalars(query)),
    )


def listed(
    session: Session, kind: type[A], product_id: str, *, archived: bool = False, **equal: Any
) -> list[A]:
    """The artefacts of a product, in order; ``equal`` narrows by fields (``journey_id="…"``)."""
    query = select(kind).where(kind.product_id == product_id)
    if not archived:
        query = query.where(kind.archived_at.is_(None))
    for field, value in equal.items():
        query = query.where(getattr(kind, field) == value)
    return list(session.scalars(query.order_by(kind.position, kind.created_at, kind.id)))


def create(session: Session, kind: type[A], product_id: str, /, *, id: str | None = None, **fields: Any) -> A:
    """Write a new artefact, last among its siblings.

    Args:
        session: an open session; the caller commits.
        kind: the class, such as ``Hypothesis``.
        product_id: the product it belongs to.
        id: an id to keep (imports); a new one by default.
        fields: the columns people edit.

    Raises:
        Faults: everything wrong with the fields; or the single fault.
        UnknownProduct: there is no such product.
    """
    product_named(session, product_id)
    values, faults = _read(session, kind, product_id, fields)
    for field in fields_of(kind):
        if field in values or field in fields:
            continue
        default = default_of(kind, field)
        if default is FieldValue.MISSING:
            what = _("'{field}' must be given.").format(field=field)
            faults.append(BadField(what, where=f"{kind.kind}: {field}", action=_("Give it.")))
        else:
            values[field] = default
    Faults.raise_if_any(faults)
    if "position" not in fields:
        values["position"] = _next_position(session, kind, product_id, values)
    made = kind(product_id=product_id, **values)
    if id is not None:
        made.id = id
    with session.no_autoflush:
        said = {field: value for field, value in values.items() if _is_said(kind, field, value)}
        Faults.raise_if_any([*faults_of_keeping(session, made, said), *made.faults(session)])
    session.add(made)
    session.flush()
    return made


def edit(session: Session, artefact: A, /, *, revision: int | None = None, **fields: Any) -> A:
    """Change fields of an artefact.

    Args:
        session: an open session; the caller commits.
        artefact: what to change.
        revision: the revision the change was made on; ``None`` expects nothing.
        fields: new values by field.

    Raises:
        EditConflict: the artefact has moved on.
        KeptField: the field is changed elsewhere, not by hand.
        Faults: everything wrong with the fields; or the single fault.
    """
    expect_revision(artefact, revision)
    values, faults = _read(session, type(artefact), artefact.product_id, fields, artefact.id)
    Faults.raise_if_any(faults)
    before = {field: getattr(artefact, field) for field in values}
    changed = {field: value for field, value in values.items() if before[field] != value}
    Faults.raise_if_any(faults_of_keeping(session, artefact, changed))
    with session.no_autoflush:
        for field, value in changed.items():
            setattr(artefact, field, value)
        faults = artefact.faults(session)
        if faults:
            for field, value in before.items():
                setattr(artefact, field, value)
    Faults.raise_if_any(faults)
    session.flush()
    return artefact


def archive(session: Session, artefact: A, *, revision: int | None = None) -> A:
    """Put an artefact away; what it contains goes with it. Nothing is deleted.

    Raises:
        EditConflict: the artefact has moved on.
    """
    expect_revision(artefact, revision)
    now = now_of(session)
    for item in whole(session, artefact):
        item.archived_at = item.archived_at or now
    session.flush()
    return artefact


def move(session: Session, artefact: A, to: int, *, revision: int | None = None) -> A:
    """Put an artefact at the place ``to`` (from 0) among its siblings.

    Raises:
        EditConflict: the artefact has moved on.
    """
    expect_revision(artefact, revision)
    kind = type(artefact)
    container = container_of(kind)
    within = {container.field: getattr(artefact, container.field)} if container else {}
    others = [
        item for item in listed(session, kind, str(artefact.product_id), **within) if item.id != artefact.id
    ]
    others.insert(max(0, min(to, len(others))), artefact)
    for place, item in enumerate(others):
        if item.position != place:
            item.position = place
    session.flush()
    return artefact


def _is_said(kind: type[Artefact], field: str, value: Any) -> bool:
    """Whether a new artefact says more by a field than what it belongs to, or what it would say anyway."""
    if field == "position" or any(reference.field == field for reference in references(kind)):
        return False
    return bool(value != default_of(kind, field))


def _next_position(session: Session, kind: type[Artefact], product_id: str, values: dict[str, Any]) -> int:
    query = select(func.max(kind.position)).where(kind.product_id == product_id)
    container = container_of(kind)
    if container is not None:
        query = query.where(getattr(kind, container.field) == values.get(container.field))
    highest = session.scalar(query)
    return 0 if highest is None else min(highest + 1, _LAST)


def _read(
    session: Session,
    kind: type[Artefact],
    product_id: str | None,
    fields: dict[str, Any],
    identifier: str = "",
) -> tuple[dict[str, Any], list[FilrougeError]]:
    """The fields as their columns want them, and everything wrong with them."""
    values: dict[str, Any] = {}
    faults: list[FilrougeError] = []
    where = f"{kind.kind}:{identifier}" if identifier else kind.kind
    for field, value in fields.items():
        try:
            values[field] = read_field(kind, field, value, where=where)
        except Faults as several:
            faults += several.faults
        except FilrougeError as fault:
            faults.append(fault)
    known = kinds()
    for reference in references(kind):
        target = values.get(reference.field)
        if target is None:
            continue
        try:
            find(session, known[reference.kind], target, product_id=product_id)
        except UnknownArtefact as fault:
            fault.where = f"{where}: {reference.field}"
            faults.append(fault)
    return values, faults
