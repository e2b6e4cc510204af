"""Counters, gauges and histograms in the Prometheus text format, with no dependency."""

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from functools import lru_cache

__all__ = ["SECONDS", "Metrics"]

SECONDS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5)
"""Upper bounds of the time histograms, in seconds."""


class Metrics:
    """Named values with labels. Written by one thread (the event loop), so it needs no lock.

    Example:
        >>> metrics = Metrics()
        >>> metrics.count("requests_total", product="demo")
        >>> print(metrics.text(), end="")
        # TYPE filrouge_requests_total counter
        filrouge_requests_total{product="demo"} 1
    """

    def __init__(self, prefix: str = "filrouge_") -> None:
        self._prefix = prefix
        self._kinds: dict[str, str] = {}
        self._values: dict[str, dict[str, float]] = {}
        self._histograms: dict[str, dict[str, tuple[Sequence[float], list[int], list[float]]]] = {}

    def count(self, name: str, by: float = 1, **labels: str) -> None:
        """Raise a counter."""
        self._kinds[name] = "counter"
        values = self._values.setdefault(name, {})
        key = _labels(labels)
        values[key] = values.get(key, 0) + by

    def gauge(self, name: str, value: float, **labels: str) -> None:
        """Set a gauge."""
        self._kinds[name] = "gauge"
        self._values.setdefault(name, {})[_labels(labels)] = value

    def forget(self, name: str) -> None:
        """Drop every value of a gauge, before its new ones are set."""
        self._values.pop(name, None)

    def observe(self, name: str, value: float, bounds: Sequence[float] = SECONDS, **labels: str) -> None:
        """Add an observation to a histogram."""
        self._kinds[name] = "histogram"
        series = self._histograms.setdefault(name, {})
        key = _labels(labels)
        if key not in series:
            series[key] = (bounds, [0] * (len(bounds) + 1), [0.0])
        bounds, counts, total = series[key]
        counts[bisect_left(bounds, value)] += 1
        total[0] += value

    def text(self) -> str:
        """Everything, as Prometheus reads it."""
        return "".join(f"{line}\n" for line in self._lines())

    def _lines(self) -> Iterator[str]:
        for name, kind in sorted(self._kinds.items()):
            full = self._prefix + name
            yield f"# TYPE {full} {kind}"
            for labels, value in sorted(self._values.get(name, {}).items()):
                yield f"{full}{_braces(labels)} {value:g}"
            for labels, (bounds, counts, total) in sorted(self._histograms.get(name, {}).items()):
                yield from _histogram(full, labels, bounds, counts, total[0])


def _histogram(
    full: str, labels: str, bounds: Sequence[float], counts: list[int], total: float
) -> Iterator[str]:
    seen = 0
    for bound, count in zip([*map(str, bounds), "+Inf"], counts, strict=True):
        seen += count
        joined = ",".join(filter(None, [labels, f'le="{bound}"']))
        yield f"{full}_bucket{{{joined}}} {seen}"
    yield f"{full}_sum{_braces(labels)} {total:g}"
    yield f"{full}_count{_braces(labels)} {seen}"


def _braces(labels: str) -> str:
    return f"{{{labels}}}" if labels else ""


def _labels(labels: dict[str, str]) -> str:
    return _written(tuple(labels.items()))


@lru_cache(1024)  # the same few come with every request
def _written(labels: tuple[tuple[str, str], ...]) -> str:
    return ",".join(f'{name}="{_escaped(value)}"' for name, value in sorted(labels))


def _escaped(value: str) -> str:
    return value.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
