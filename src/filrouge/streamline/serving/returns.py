"""What comes back after a prediction: labels (what really happened) and feedback (what people say)."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated, Any, Generic, TypeVar

import msgspec

from filrouge.kernel.clock import as_utc
from filrouge.kernel.errors import FilrougeError
from filrouge.kernel.i18n import _
from filrouge.streamline.pipelines.contract import Column
from filrouge.streamline.pipelines.row_check import value_type
from filrouge.streamline.serving.errors import BadBody, BadItem, UnknownPrediction

if TYPE_CHECKING:
    from filrouge.streamline.serving.predicted import Predicted

__all__ = ["Feedback", "Label", "Returned", "take"]


class Label(msgspec.Struct, forbid_unknown_fields=True, omit_defaults=True):
    """What really happened to what was predicted."""

    label: bool | int | float | str
    prediction_id: str = ""
    key: str = ""
    """Of the event, instead of the id of one prediction: the label is of every prediction of it."""
    at: datetime | None = None
    """When it became known; the workspace's now by default."""


class Feedback(msgspec.Struct, forbid_unknown_fields=True, omit_defaults=True):
    """What a person made of a prediction."""

    verdict: Annotated[str, msgspec.Meta(min_length=1, max_length=60)]
    """``accepted``, ``rejected``, or another word."""
    prediction_id: str = ""
    note: str = ""
    by: str = ""
    at: datetime | None = None


Item = TypeVar("Item", Label, Feedback)


class Returned(msgspec.Struct, Generic[Item]):
    """What was taken, and the coded refusal of each other item."""

    items: list[Item]
    refused: list[dict[str, Any]]


def take(  # noqa: PLR0917  (one call for labels, one for feedback)
    body: bytes,
    name: str,
    kind: type[Item],
    predicted: "Predicted",
    now: datetime,
    column: Column | None = None,
) -> Returned[Item]:
    """Check a batch of labels or feedback; nothing is written yet.

    Args:
        body: ``{name: […]}``, or one item by itself.
        name: ``labels`` or ``feedback``.
        kind: what an item is.
        predicted: knows which predictions were made.
        now: the workspace's time.
        column: what the value of a label must hold to; anything without it.

    Returns:
        One item for each prediction concerned, and the refusals.

    Raises:
        BadBody: it is not of that form.
    """
    items: list[tuple[int, Item]] = []
    refused: list[tuple[int, FilrougeError]] = []
    for place, value in enumerate(_values(body, name)):
        try:
            item = msgspec.convert(value, kind)
        except msgspec.ValidationError as error:
            refused.append((place, BadItem(str(error), where=f"{name}[{place}]", action=_form(name))))
            continue
        if wrong := _wrong(item, column):
            refused.append((place, BadItem(wrong, where=f"{name}[{place}]", action=_form(name))))
            continue
        if bool(item.prediction_id) == bool(_key(item)):
            refused.append((place, _one_of_two(name, place)))
            continue
        item.at = as_utc(item.at) if item.at else now.astimezone(UTC)
        items.append((place, item))
    known = predicted.known([item.prediction_id for _, item in items if item.prediction_id])
    of_key = predicted.ids_of({_key(item) for _, item in items} - {""})
    taken: list[Item] = []
    for place, item in items:
        ids = of_key.get(_key(item), ()) if _key(item) else {item.prediction_id} & known
        taken += [msgspec.structs.replace(item, prediction_id=each) for each in ids]
        if not ids:
            refused.append((place, _unknown(name, place, item)))
    return Returned(
        taken, [{"item": place, **error.as_dict()} for place, error in sorted(refused, key=_place)]
    )


def _key(item: Label | Feedback) -> str:
    return item.key if isinstance(item, Label) else ""


def _wrong(item: Label | Feedback, column: Column | None) -> str:
    """What the label's value breaks of the outcome's contract; 0 and 1 are as good as false and true."""
    if column is None or not isinstance(item, Label):
        return ""
    value: Any = item.label
    if column.kind == "bool" and value in {0, 1}:
        value = bool(value)
    elif column.kind in {"int", "float"} and isinstance(value, bool):
        value = int(value)
    try:
        msgspec.convert(value, value_type(column))
    except msgspec.ValidationError as error:
        return _("The label '{label}' does not suit '{column}': {error}.").format(
            label=item.label, column=column.name, error=error
        )
    return ""


def _place(pair: tuple[int, FilrougeError]) -> int:
    return pair[0]


def _values(body: bytes, name: str) -> Sequence[Any]:
    try:
        value = msgspec.json.decode(body)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise BadBody(_("The body is not JSON."), why=str(error), action=_form(name)) from error
    values = value[name] if isinstance(value, dict) and name in value else [value]
    if not isinstance(values, list) or not all(isinstance(each, dict) for each in values):
        raise BadBody(_("'{name}' is not a list of objects.").format(name=name), action=_form(name))
    return values


def _form(name: str) -> str:
    shown = '"label": true' if name == "labels" else '"verdict": "accepted"'
    return _("Send {form}.").format(form=f'{{"{name}": [{{"prediction_id": "…", {shown}}}]}}')


def _one_of_two(name: str, place: int) -> BadItem:
    return BadItem(
        _("An item names its prediction, or the key of its event.")
        if name == "labels"
        else _("An item names its prediction."),
        where=f"{name}[{place}]",
        action=_form(name),
    )


def _unknown(name: str, place: int, item: Label | Feedback) -> UnknownPrediction:
    key = _key(item)
    return UnknownPrediction(
        _("No prediction was made for the key '{key}'.").format(key=key)
        if key
        else _("No prediction '{id}' was made for this product.").format(id=item.prediction_id),
        where=f"{name}[{place}]",
        action=_("Send the 'prediction_id' of the answer, as it was, or the event's key."),
    )
