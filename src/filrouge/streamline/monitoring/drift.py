"""Drift: how far the counts of a window lie from those of the reference. Pure functions on counts."""

import math
from collections.abc import Mapping, Sequence

import msgspec

from filrouge.streamline.monitoring.profiles import ColumnProfile

__all__ = ["Drift", "chi2_p", "drift", "drift_of", "js", "ks", "psi"]


class Drift(msgspec.Struct, frozen=True):
    """Distances of one column from its reference.

    Attributes:
        p: probability of a difference as large by chance alone (χ² of two samples).
        beyond_chance: ``psi`` where ``p`` is below 0.0001, else 0: what monitors watch. A small window
            has a large ``psi`` by chance; it has no small ``p``.
    """

    psi: float
    js: float
    ks: float
    p: float
    beyond_chance: float


_SURE = 1e-4


def psi(reference: Sequence[int], now: Sequence[int]) -> float:
    """Population stability index, Σ (q − p) ln(q / p); half a row is added to each cell.

    Siddiqi, Credit Risk Scorecards (2006): below 0.1 is stable, from 0.25 on a major shift.

    Example:
        >>> round(psi([500, 500], [600, 400]), 3)
        0.04
    """
    p, q = _shares(reference, 0.5), _shares(now, 0.5)
    return sum((b - a) * math.log(b / a) for a, b in zip(p, q, strict=True))


def js(reference: Sequence[int], now: Sequence[int]) -> float:
    """Jensen–Shannon distance, base 2: 0 when equal, 1 when nothing is shared (Lin 1991, its root).

    Example:
        >>> js([1, 0], [0, 1]), js([3, 1], [6, 2])
        (1.0, 0.0)
    """
    p, q = _shares(reference), _shares(now)
    divergence = 0.0
    for a, b in zip(p, q, strict=True):
        middle = (a + b) / 2
        divergence += sum(x * math.log2(x / middle) for x in (a, b) if x) / 2
    return math.sqrt(max(0.0, divergence))


def ks(reference: Sequence[int], now: Sequence[int]) -> float:
    """The largest difference between the two cumulated distributions, at the cells' edges.

    Example:
        >>> ks([50, 50, 0], [0, 50, 50])
        0.5
    """
    p, q = _shares(reference), _shares(now)
    far, gap = 0.0, 0.0
    for a, b in zip(p, q, strict=True):
        gap += b - a
        far = max(far, abs(gap))
    return far


def chi2_p(reference: Sequence[int], now: Sequence[int]) -> float:
    """p of the χ² test that two samples of counts come from one distribution.

    Pearson's statistic for a 2 × k table (Press et al., Numerical Recipes, 14.3).

    Example:
        >>> round(chi2_p([10, 20, 30], [20, 20, 20]), 4)
        0.0695
    """
    n, m = sum(reference), sum(now)
    pairs = [(a, b) for a, b in zip(reference, now, strict=True) if a + b]
    if not n or not m or len(pairs) < 2:
        return 1.0
    statistic = sum((math.sqrt(m / n) * a - math.sqrt(n / m) * b) ** 2 / (a + b) for a, b in pairs)
    return _gamma_above((len(pairs) - 1) / 2, statistic / 2)


def drift_of(reference: ColumnProfile, now: ColumnProfile) -> Drift:
    """The distances of a column's window from its reference."""
    p, q = reference.cells, now.cells
    chance = chi2_p(p, q)
    index = psi(p, q) if sum(q) else 0.0
    ordered = slice(None, -1) if reference.kind == "number" else slice(None)
    return Drift(
        psi=index,
        js=js(p, q),
        ks=ks(p[ordered], q[ordered]),
        p=chance,
        beyond_chance=index if chance < _SURE else 0.0,
    )


def drift(reference: Mapping[str, ColumnProfile], now: Mapping[str, ColumnProfile]) -> dict[str, Drift]:
    """The drift of every column that both profiles have, the farthest first."""
    found = {name: drift_of(reference[name], now[name]) for name in reference if name in now}
    return dict(sorted(found.items(), key=lambda item: (-item[1].beyond_chance, -item[1].psi)))


def _shares(counts: Sequence[int], add: float = 0.0) -> list[float]:
    total = sum(counts) + add * len(counts)
    return [(count + add) / total if total else 0.0 for count in counts]


def _gamma_above(a: float, x: float) -> float:
    """Regularised upper incomplete gamma: series below a + 1, continued fraction above (same source, 6.2)."""
    if x <= 0:
        return 1.0
    front = math.exp(a * math.log(x) - x - math.lgamma(a))
    if x < a + 1:
        term = total = 1 / a
        step = a
        while abs(term) > abs(total) * 1e-15:
            step += 1
            term *= x / step
            total += term
        return max(0.0, 1 - front * total)
    b, c, d = x + 1 - a, 1e300, 1 / (x + 1 - a)
    h = d
    for i in range(1, 1000):
        an = -i * (i - a)
        b += 2
        d = 1 / (an * d + b or 1e-300)
        c = b + an / c or 1e-300
        h *= d * c
        if abs(d * c - 1) < 1e-15:
            break
    return front * h
