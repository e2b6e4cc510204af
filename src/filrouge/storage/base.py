"""The declarative base, and ``Artefact``: what a person edits, with history and lost-update detection."""

from datetime import datetime
from enum import Enum
from typing import Any, ClassVar

from sqlalchemy import Enum as EnumType
from sqlalchemy import ForeignKey, MetaData, String
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, declared_attr, mapped_column

from filrouge.kernel.errors import FilrougeError
from filrouge.kernel.ids import new_id
from filrouge.storage.types import Json, UtcDateTime

__all__ = ["BOOKKEEPING", "Artefact", "Base", "fields_of"]

BOOKKEEPING = frozenset({"id", "product_id", "revision", "created_at", "updated_at", "archived_at"})


class Base(DeclarativeBase):
    """Base of every table; constraints have stable names, so that migrations can name them."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(column_0_label)s",
            "uq": "uq_%(table_name)s_%(column_0_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
    type_annotation_map: ClassVar[dict[Any, Any]] = {
        datetime: UtcDateTime,
        dict[str, Any]: Json,
        list[Any]: Json,
        # Words of the method are stored as they are written, so that a word can be added without a migration.
        Enum: EnumType(
            Enum, native_enum=False, length=40, values_callable=lambda words: [word.value for word in words]
        ),
    }


class Artefact(Base):
    """Something a person edits: it has a product, a position, a revision, history and an archive.

    A subclass names its ``kind`` (the word in references such as ``hypothesis:7k2m9x4qab``) and the
    column that titles it. A foreign key to another artefact is containment, and becomes a link of the
    thread by itself (``filrouge.thread.links``). Every insert, change and archiving is recorded by
    ``filrouge.storage.history``, whatever code makes it; a concurrent edit raises ``EditConflict``.
    """

    __abstract__ = True
    kind: ClassVar[str]
    plural: ClassVar[str] = ""
    title_field: ClassVar[str] = "title"

    id: Mapped[str] = mapped_column(String(40), primary_key=True, default=new_id)
    position: Mapped[int] = mapped_column(default=0)
    revision: Mapped[int] = mapped_column(default=1)
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]
    archived_at: Mapped[datetime | None]

    @declared_attr
    def product_id(cls) -> Mapped[str | None]:  # noqa: N805
        """The product it belongs to (none for a product itself)."""
        return mapped_column(String(40), ForeignKey("product.id"), index=True)

    @declared_attr.directive
    def __mapper_args__(cls) -> dict[str, Any]:  # noqa: N805
        """Each update checks and raises the revision."""
        return {"version_id_col": cls.revision}

    @property
    def label(self) -> str:
        """What a person calls it."""
        return str(getattr(self, self.title_field))

    def faults(self, session: Session) -> list[FilrougeError]:  # noqa: ARG002
        """What this kind refuses beyond its columns' types; asked before an edit is written."""
        return []

    def keeps(self, artefact: "Artefact") -> str:  # noqa: ARG002
        """Where the fields are changed that it keeps of an artefact, or of itself; empty when it keeps none.

        Such fields say ``info={"kept_by": "<this kind>"}`` (``filrouge.storage.keeping``).
        """
        return ""


def fields_of(artefact: type[Artefact]) -> list[str]:
    """The columns that people edit, in the order of the class: what history and exports carry."""
    return [column.key for column in artefact.__mapper__.column_attrs if column.key not in BOOKKEEPING]
