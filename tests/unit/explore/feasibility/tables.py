"""Small seeded tables, each with one thing to find."""

from datetime import date, timedelta

import numpy as np
import polars as pl

ROWS = 2_000


def bookings(rows: int = ROWS, seed: int = 1) -> pl.DataFrame:
    """A sound table: two columns that tell something of ``late``, one that does not, a year of days."""
    chance = np.random.default_rng(seed)
    start = date(2020, 1, 1)
    wind, crew = chance.normal(10, 4, rows), chance.choice(["north", "south", "east"], rows)
    odds = 1 / (1 + np.exp(-(0.35 * (wind - 10) + 1.2 * (crew == "north") - 1)))
    return pl.DataFrame(
        {
            "day": [start + timedelta(days=int(one)) for one in np.sort(chance.integers(0, 800, rows))],
            "wind": wind,
            "crew": crew,
            "seat": chance.integers(1, 60, rows),
            "late": (chance.random(rows) < odds).astype(int),
        }
    )
