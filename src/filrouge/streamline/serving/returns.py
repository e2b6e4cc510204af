"""What comes back after a prediction: labels (what really happened) and feedback (what people say)."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Annotated, Any, Generic, TypeVar

import msgspec

from filrouge.kernel.clock import as_utc
from filrouge.kernel.errors import FilrougeError
from filrouge.streamline.serving.errors import BadBody, BadItem, UnknownPrediction
from filrouge.streamline.serving.ports import Log

__all__ = ["Feedback", "Label", "Returned", "take"]


class Label(msgspec.Struct, forbid_unknown_fields=True, omit_defaults=True):
    """What really happened to what was predicted."""

    prediction_id: str
    label: bool | int | float | str
    at: datetime | None = None
    """When it became known; the workspace's now by default."""


class Feedback(msgspec.Struct, forbid_unknown_fields=True, omit_defaults=True):
    """What a person made of a prediction."""

    prediction_id: str
    verdict: Annotated[str, msgspec.Meta(min_length=1, max_length=60)]
    """``accepted``, ``rejected``, or another word."""
    note: str = ""
    by: str = ""
    at: datetime | None = None


Item = TypeVar("Item", Label, Feedback)


class Returned(msgspec.Struct, Generic[Item]):
    """What was taken, and the coded refusal of each other item."""

    items: list[Item]
    refused: list[dict[str, Any]]


def take(body: bytes, name: str, kind: type[Item], log: Log, now: datetime) -> Returned[Item]:
    """Check a batch of labels or feedback; nothing is written yet.

    Args:
        body: ``{name: […]}``, or one item by itself.
        name: ``labels`` or ``feedback``.
        kind: what an item is.
        log: knows which predictions were made.
        now: the workspace's time.

    Raises:
        BadBody: it is not of that form.
    """
    values = _values(body, name)
    items: list[tuple[int, Item]] = []
    refused: list[tuple[int, FilrougeError]] = []
    for place, value in enumerate(values):
        try:
            item = msgspec.convert(value, kind)
            item.at = as_utc(item.at) if item.at else now.astimezone(UTC)
            items.append((place, item))
        except msgspec.ValidationError as error:
            refused.append((place, BadItem(str(error), where=f"{name}[{place}]", action=_form(name))))
    known = log.known([item.prediction_id for _, item in items])
    for place, item in items:
        if item.prediction_id not in known:
            refused.append((place, _unknown(name, place, item.prediction_id)))
    return Returned(
        [item for _, item in items if item.prediction_id in known],
        [{"item": place, **error.as_dict()} for place, error in sorted(refused, key=_place)],
    )


def _place(pair: tuple[int, FilrougeError]) -> int:
    return pair[0]


def _values(body: bytes, name: str) -> Sequence[Any]:
    try:
        value = msgspec.json.decode(body)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise BadBody("The body is not JSON.", why=str(error), action=_form(name)) from error
    values = value[name] if isinstance(value, dict) and name in value else [value]
    if not isinstance(values, list) or not all(isinstance(each, dict) for each in values):
        raise BadBody(f"'{name}' is not a list of objects.", action=_form(name))
    return values


def _form(name: str) -> str:
    shown = '"label": true' if name == "labels" else '"verdict": "accepted"'
    return f'Send {{"{name}": [{{"prediction_id": "…", {shown}}}]}}.'


def _unknown(name: str, place: int, prediction_id: str) -> UnknownPrediction:
    return UnknownPrediction(
        f"No prediction '{prediction_id}' was made for this product.",
        where=f"{name}[{place}]",
        action="Send the 'prediction_id' of the answer, as it was.",
    )
