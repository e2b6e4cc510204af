"""Where the steps of a run stand in the drawing of its graph: left to right, after all that they read."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

__all__ = ["Box", "Drawing", "Pin", "draw"]

_GAP_X, _GAP_Y, _MARGIN = 40, 14, 4
_HEIGHT, _LANE = 50, 8
_LETTER = 7.9
"""Width of a letter of the labels, which are set in the mono font."""
_SMALL = 6.3
"""Width of a letter of the words below them."""

Place = tuple[int, str, str]
"""A box ``(column, step, "")``, or the lane ``(column, from, to)`` of a wire that passes by."""


@dataclass(frozen=True)
class Box:
    """A step of the drawing; its corner and its size, in units of the drawing."""

    name: str
    x: float
    y: float
    width: float
    height: float = _HEIGHT


@dataclass(frozen=True)
class Pin:
    """What a box shows: a state with its shape, words below the name, and where it leads."""

    box: Box
    label: str
    state: str
    shape: str
    words: str
    place: str


@dataclass(frozen=True)
class Drawing:
    """A graph, ready to draw."""

    width: float
    height: float
    boxes: tuple[Box, ...]
    wires: tuple[tuple[str, str], ...]
    """Path of each wire, and the name of the step that it leads to."""


def draw(inputs: Mapping[str, Sequence[str]], texts: Mapping[str, tuple[str, str]] | None = None) -> Drawing:
    """Lay a graph out in columns; a wire over several columns gets a lane of its own in each.

    Args:
        inputs: the steps in an order in which they can run, each with the names of those it reads.
        texts: label and words of a box, which must hold them; its name when nothing is said.

    Example:
        >>> drawn = draw({"a": [], "b": ["a"], "c": ["a", "b"]})
        >>> [box.x for box in drawn.boxes] == sorted(box.x for box in drawn.boxes)
        True
        >>> len(drawn.wires)
        3
    """
    column: dict[str, int] = {}
    for name, origins in inputs.items():
        column[name] = max((column[origin] + 1 for origin in origins if origin in column), default=0)
    chains = [
        _chain(origin, name, column)
        for name, origins in inputs.items()
        for origin in origins
        if origin in column
    ]
    columns = _ordered(column, chains)
    said = texts or {}
    widths = [
        max((_width(*said.get(step, (step, ""))) for _at, step, to in places if not to), default=0)
        for places in columns
    ]
    middles = _middles(columns)
    lefts = [_MARGIN + sum(widths[:index]) + index * _GAP_X for index in range(len(columns))]
    height = max((sum(map(_tall, places)) for places in columns), default=0) + 2 * _MARGIN
    boxes = tuple(
        Box(name, lefts[at], middles[at, name, ""] - _HEIGHT / 2, widths[at]) for name, at in column.items()
    )
    wires = tuple((_wire(chain, middles, lefts, widths), chain[-1][1]) for chain in chains)
    return Drawing(sum(widths) + _GAP_X * max(0, len(widths) - 1) + 2 * _MARGIN, height, boxes, wires)


def _chain(origin: str, name: str, column: Mapping[str, int]) -> list[Place]:
    between = range(column[origin] + 1, column[name])
    return [(column[origin], origin, ""), *((at, origin, name) for at in between), (column[name], name, "")]


def _ordered(column: Mapping[str, int], chains: Sequence[Sequence[Place]]) -> list[list[Place]]:
    """The places of each column, each near the middle of what leads to it, so that few wires cross."""
    columns: list[list[Place]] = [[] for _ in range(max(column.values(), default=-1) + 1)]
    for name, at in column.items():
        columns[at].append((at, name, ""))
    before: dict[Place, list[Place]] = {}
    for chain in chains:
        for origin, place in pairwise(chain):
            before.setdefault(place, []).append(origin)
            if place[2]:
                columns[place[0]].append(place)
    rank: dict[Place, float] = {}
    for places in columns:
        for index, place in enumerate(places):
            origins = [rank[origin] for origin in before.get(place, ())]
            rank[place] = sum(origins) / len(origins) if origins else index
        places.sort(key=lambda place: rank[place])
        rank.update({place: index for index, place in enumerate(places)})
    return columns


def _width(label: str, words: str) -> float:
    return max(118.0, 38 + _LETTER * len(label), 38 + _SMALL * len(words))


def _tall(place: Place) -> float:
    return (_LANE if place[2] else _HEIGHT) + _GAP_Y


def _middles(columns: Sequence[Sequence[Place]]) -> dict[Place, float]:
    tallest = max((sum(map(_tall, places)) for places in columns), default=0)
    found: dict[Place, float] = {}
    for places in columns:
        y = _MARGIN + (tallest - sum(map(_tall, places))) / 2
        for place in places:
            found[place] = y + _tall(place) / 2
            y += _tall(place)
    return found


def _wire(
    chain: Sequence[Place],
    middles: Mapping[Place, float],
    lefts: Sequence[float],
    widths: Sequence[float],
) -> str:
    """From the right of the first box to the left of the last, straight through the lanes between."""
    x, y = lefts[chain[0][0]] + widths[chain[0][0]], middles[chain[0]]
    path = f"M{x:.0f} {y:.0f}"
    for place in chain[1:]:
        to_x, to_y = lefts[place[0]], middles[place]
        bend = (to_x - x) / 2
        path += f" C{x + bend:.0f} {y:.0f} {to_x - bend:.0f} {to_y:.0f} {to_x:.0f} {to_y:.0f}"
        x, y = to_x + (widths[place[0]] if place[2] else 0), to_y
        if place[2]:
            path += f" H{x:.0f}"
    return path
