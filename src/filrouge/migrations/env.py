"""Alembic's entry: runs on the connection that the caller passes."""

from typing import Any, Literal

import sqlalchemy as sa
from alembic import context
from alembic.autogenerate.api import AutogenContext

from filrouge.bootstrap import metadata
from filrouge.storage.types import Json, UtcDateTime


def render_item(type_: str, item: Any, autogen: AutogenContext) -> str | Literal[False]:
    """Write our column types by their names."""
    if type_ == "type" and (isinstance(item, UtcDateTime) or item is Json):
        name = "UtcDateTime" if isinstance(item, UtcDateTime) else "Json"
        autogen.imports.add(f"from filrouge.storage.types import {name}")
        return "UtcDateTime()" if name == "UtcDateTime" else name
    if type_ == "type" and isinstance(item, sa.Enum):
        return f"sa.String(length={item.length})"
    return False


context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata(),
    render_as_batch=True,
    render_item=render_item,
    compare_type=True,
)
with context.begin_transaction():
    context.run_migrations()
