"""Versions of a canvas: frozen, named, signed, and brought back as a new state (EXP-6, EXP-9)."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

import msgspec
from sqlalchemy import String, UniqueConstraint, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from filrouge.explore.canvas.boxes import Box
from filrouge.explore.canvas.content import Content, content_of, digest_of
from filrouge.explore.canvas.diff import changed_boxes, compare
from filrouge.explore.canvas.model import Canvas
from filrouge.explore.canvas.words import box_title
from filrouge.kernel.clock import SystemClock
from filrouge.kernel.errors import FilrougeError, did_you_mean
from filrouge.kernel.i18n import _
from filrouge.kernel.ids import new_id
from filrouge.storage.base import Base
from filrouge.storage.editing import edit, now_of
from filrouge.storage.fields import not_too_long
from filrouge.storage.history import expect_revision

__all__ = [
    "CanvasSignature",
    "CanvasVersion",
    "Capacity",
    "Signature",
    "UnchangedCanvas",
    "UnknownVersion",
    "content_at",
    "freeze",
    "sign",
    "signature_of",
    "signatures_of",
    "version_numbered",
    "versions_of",
]

LONGEST_NAME = 200


class Capacity(StrEnum):
    """In which capacity somebody signs."""

    SPONSOR = "sponsor"
    BUSINESS_OWNER = "business_owner"
    USER = "user"
    PRODUCT_MANAGER = "product_manager"
    OTHER = "other"


class CanvasVersion(Base):
    """The canvas as it was when somebody froze it; never changed afterwards."""

    __tablename__ = "canvas_version"
    __table_args__ = (UniqueConstraint("canvas_id", "number"),)

    id: Mapped[str] = mapped_column(String(40), primary_key=True, default=new_id)
    product_id: Mapped[str] = mapped_column(String(40), index=True)
    canvas_id: Mapped[str] = mapped_column(String(40), index=True)
    number: Mapped[int]
    name: Mapped[str] = mapped_column(String(LONGEST_NAME), default="")
    why: Mapped[str] = mapped_column(default="")
    who: Mapped[str] = mapped_column(String(80))
    at: Mapped[datetime]
    recorded_at: Mapped[datetime]
    digest: Mapped[str] = mapped_column(String(64))
    content: Mapped[dict[str, Any]]


class CanvasSignature(Base):
    """Somebody answered for the business interest of a version."""

    __tablename__ = "canvas_signature"

    id: Mapped[int] = mapped_column(primary_key=True)
    canvas_id: Mapped[str] = mapped_column(String(40), index=True)
    version_id: Mapped[str] = mapped_column(String(40), index=True)
    signed_by: Mapped[str] = mapped_column(String(80))
    capacity: Mapped[Capacity]
    note: Mapped[str] = mapped_column(default="")
    at: Mapped[datetime]
    recorded_at: Mapped[datetime]


class UnchangedCanvas(FilrougeError):
    """There is nothing new to freeze."""

    code = "canvas.unchanged"
    status = 409


class UnknownVersion(FilrougeError):
    """The canvas has no version of this number."""

    code = "canvas.unknown-version"
    status = 404


@dataclass(frozen=True)
class Signature:
    """Who signed a canvas, and what has changed since."""

    signed_by: str
    at: datetime
    record: CanvasSignature | None
    """None when the signature came from a file, which does not keep versions."""
    version: int | None
    changed: tuple[Box | None, ...]
    """The boxes that differ from what was signed; none for the title."""

    @property
    def changed_words(self) -> str:
        """What differs, as people call it."""
        return ", ".join(box_title(box) for box in self.changed)


def freeze(session: Session, canvas: Canvas, name: str = "", why: str = "") -> CanvasVersion:
    """Keep the canvas as it stands, under the next number.

    Raises:
        UnchangedCanvas: it says what the latest version says.
        BadField: the name is longer than its column.
    """
    name = " ".join(name.split())
    not_too_long(name, LONGEST_NAME, f"canvas:{canvas.id}: name")
    latest = _latest(session, canvas)
    content = content_of(session, canvas)
    digest = digest_of(content)
    if latest is not None and latest.digest == digest:
        raise UnchangedCanvas(
            _("Nothing changed since version {number}.").format(number=latest.number),
            where=f"canvas:{canvas.id}",
            action=_("Change the canvas first; the version is there already."),
        )
    made = CanvasVersion(
        product_id=canvas.product_id,
        canvas_id=canvas.id,
        number=latest.number + 1 if latest else 1,
        name=name,
        why=why.strip(),
        who=session.info.get("actor", "system"),
        at=now_of(session),
        recorded_at=SystemClock().now(),
        digest=digest,
        content=msgspec.to_builtins(content),
    )
    session.add(made)
    session.flush()
    return made


def sign(
    session: Session,
    canvas: Canvas,
    by: str,
    *,
    capacity: Capacity = Capacity.BUSINESS_OWNER,
    note: str = "",
    revision: int | None = None,
) -> CanvasSignature:
    """Sign the business interest off (EXP-9): the version that says what the canvas says, frozen if need be.

    Raises:
        EditConflict: the canvas has moved on since ``revision``.
    """
    expect_revision(canvas, revision)
    latest = _latest(session, canvas)
    if latest is None or latest.digest != digest_of(content_of(session, canvas)):
        latest = freeze(session, canvas, _("For the signature of {name}").format(name=by))
    made = CanvasSignature(
        canvas_id=canvas.id,
        version_id=latest.id,
        signed_by=by,
        capacity=Capacity(capacity),
        note=note.strip(),
        at=now_of(session),
        recorded_at=SystemClock().now(),
    )
    session.add(made)
    edit(session, canvas, signed_by=by, signed_at=made.at)
    return made


def signature_of(session: Session, canvas: Canvas) -> Signature | None:
    """The signature that the canvas bears, with what changed since; none when nobody signed."""
    if not (canvas.signed_by and canvas.signed_at):
        return None
    query = select(CanvasSignature, CanvasVersion).join(
        CanvasVersion, CanvasVersion.id == CanvasSignature.version_id
    )
    query = query.where(
        CanvasSignature.canvas_id == canvas.id,
        CanvasSignature.signed_by == canvas.signed_by,
        CanvasSignature.at == canvas.signed_at,
    )
    found = session.execute(query.order_by(CanvasSignature.id.desc()).limit(1)).first()
    if found is None:
        return Signature(canvas.signed_by, canvas.signed_at, None, None, ())
    record, version = found
    changes = compare(content_at(version), content_of(session, canvas))
    return Signature(record.signed_by, record.at, record, version.number, changed_boxes(changes))


def signatures_of(session: Session, canvas: Canvas) -> dict[str, list[CanvasSignature]]:
    """Every signature of a canvas, by version."""
    query = select(CanvasSignature).where(CanvasSignature.canvas_id == canvas.id).order_by(CanvasSignature.id)
    found: dict[str, list[CanvasSignature]] = {}
    for one in session.scalars(query):
        found.setdefault(one.version_id, []).append(one)
    return found


def versions_of(session: Session, canvas: Canvas) -> list[CanvasVersion]:
    """The versions of a canvas, the newest first."""
    query = select(CanvasVersion).where(CanvasVersion.canvas_id == canvas.id)
    return list(session.scalars(query.order_by(CanvasVersion.number.desc())))


def version_numbered(session: Session, canvas: Canvas, number: int) -> CanvasVersion:
    """The version of this number.

    Raises:
        UnknownVersion: there is none.
    """
    known = {version.number: version for version in versions_of(session, canvas)}
    if number not in known:
        raise UnknownVersion(
            _("The canvas has no version {number}.").format(number=number),
            where=f"canvas:{canvas.id}",
            action=did_you_mean(str(number), map(str, known)) or _("Freeze one first."),
        )
    return known[number]


def content_at(version: CanvasVersion) -> Content:
    """What a version keeps."""
    return msgspec.convert(version.content, Content)


def _latest(session: Session, canvas: Canvas) -> CanvasVersion | None:
    # Who freezes at the same moment waits here: two versions never take one number.
    session.execute(select(Canvas.id).where(Canvas.id == canvas.id).with_for_update())
    query = select(CanvasVersion).where(CanvasVersion.canvas_id == canvas.id)
    return session.scalars(query.order_by(CanvasVersion.number.desc()).limit(1)).first()
