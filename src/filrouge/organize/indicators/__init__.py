"""Indicators in three layers, one of them the main indicator (ORG-16)."""

from filrouge.organize.indicators.model import (
    Better,
    Indicator,
    Layer,
    Period,
    main_indicator,
    make_main,
    measure_of,
)

__all__ = ["Better", "Indicator", "Layer", "Period", "main_indicator", "make_main", "measure_of"]
