"""The indicator."""

from enum import StrEnum
from typing import Any

import msgspec
from sqlalchemy import select
from sqlalchemy.orm import Mapped, Session, mapped_column

from filrouge.kernel.errors import Faults, FilrougeError
from filrouge.kernel.i18n import _
from filrouge.measures.measure import BadMeasure, Measure
from filrouge.organize.bricks import Brick
from filrouge.storage.base import Artefact
from filrouge.storage.editing import edit

__all__ = [
    "Better",
    "Indicator",
    "Layer",
    "Period",
    "SecondMain",
    "main_indicator",
    "make_main",
    "measure_of",
]

MEASURE_KEYS = ("kind", "value", "over", "q", "where")


class Layer(StrEnum):
    """The three layers of ORG-16."""

    MAIN = "main"
    BUSINESS = "business"
    TECHNICAL = "technical"


class Better(StrEnum):
    """The direction in which the indicator improves."""

    HIGHER = "higher"
    LOWER = "lower"


class Period(StrEnum):
    """How often the indicator is due."""

    HOUR = "hour"
    DAY = "day"
    WEEK = "week"
    MONTH = "month"


class SecondMain(FilrougeError):
    """A product has one main indicator."""

    code = "indicator.second-main"
    status = 409


class Indicator(Artefact):
    """What is measured, over the event log (``measures``), and what is wanted of it."""

    __tablename__ = "indicator"
    kind = "indicator"
    plural = "indicators"

    title: Mapped[str]
    meaning: Mapped[str] = mapped_column(default="")
    layer: Mapped[Layer] = mapped_column(default=Layer.BUSINESS)
    brick: Mapped[Brick | None]
    """The brick it measures, for a technical indicator."""
    measure: Mapped[dict[str, Any]] = mapped_column(default=dict, info={"shape": dict, "keys": MEASURE_KEYS})
    """Definition for ``measures``: ``kind`` (mean, sum, quantile, ratio) and its expressions."""
    unit: Mapped[str] = mapped_column(default="")
    better: Mapped[Better] = mapped_column(default=Better.HIGHER)
    target: Mapped[float | None]
    """In the measure's own unit."""
    period: Mapped[Period] = mapped_column(default=Period.WEEK)

    def faults(self, session: Session) -> list[FilrougeError]:
        """At most one main indicator (ORG-16), and a measure that makes sense."""
        found: list[FilrougeError] = []
        try:
            measure_of(self)
        except FilrougeError as error:
            found += error.faults if isinstance(error, Faults) else [error]
        if self.layer != Layer.MAIN:
            return found
        other = main_indicator(session, str(self.product_id), besides=self.id)
        if other is None:
            return found
        return [
            *found,
            SecondMain(
                _("'{label}' is already the main indicator.").format(label=other.label),
                where=f"indicator:{self.id}",
                action=_("Set layer=business on indicator:{id} first.").format(id=other.id),
            ),
        ]


def measure_of(indicator: Indicator) -> Measure | None:
    """The indicator's measure, ready to be evaluated; ``None`` when none is written yet.

    Raises:
        BadMeasure: the definition makes no sense (several faults come together as ``Faults``).
    """
    if not indicator.measure:
        return None
    try:
        measure = msgspec.convert({**indicator.measure, "unit": indicator.unit}, Measure)
    except msgspec.ValidationError as error:
        place = f"indicator:{indicator.id}: measure"
        raise BadMeasure(_("The measure cannot be read."), where=place, why=str(error)) from None
    measure.check()
    return measure


def main_indicator(session: Session, product_id: str, *, besides: str | None = None) -> Indicator | None:
    """The product's main indicator [One Metric That Matters], if it has one."""
    query = select(Indicator).where(
        Indicator.product_id == product_id,
        Indicator.layer == Layer.MAIN,
        Indicator.archived_at.is_(None),
        Indicator.id != (besides or ""),
    )
    return session.scalars(query).first()


def make_main(session: Session, indicator: Indicator) -> Indicator:
    """Make this the main indicator; the one that was becomes a business indicator."""
    other = main_indicator(session, str(indicator.product_id), besides=indicator.id)
    if other is not None:
        edit(session, other, layer=Layer.BUSINESS)
    return edit(session, indicator, layer=Layer.MAIN)
