"""What imports made, so that each can be taken back as a whole."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from filrouge.kernel.ids import new_id
from filrouge.storage.base import Base

__all__ = ["SheetImport"]


class SheetImport(Base):
    """One import of a sheet into a product."""

    __tablename__ = "sheet_import"

    id: Mapped[str] = mapped_column(String(40), primary_key=True, default=new_id)
    product_id: Mapped[str] = mapped_column(String(40), ForeignKey("product.id"), index=True)
    kind: Mapped[str] = mapped_column(String(40))
    file: Mapped[str] = mapped_column(String(200))
    """The name that the file had."""
    made: Mapped[list[Any]]
    """Ids of the artefacts."""
    actor: Mapped[str] = mapped_column(String(80))
    at: Mapped[datetime]
    recorded_at: Mapped[datetime]
    undone_at: Mapped[datetime | None]
