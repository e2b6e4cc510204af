"""What is logged. Fields are written by position: new ones go to the end, with a default."""

from datetime import UTC, date, datetime
from typing import Any

import msgspec

from filrouge.kernel.ids import time_of

__all__ = ["Feedback", "Label", "Prediction", "Record", "day_of", "decode", "encode"]

Value = float | bool | str


class Prediction(msgspec.Struct, frozen=True, array_like=True, kw_only=True, tag="p"):
    """One answer of a model, with all that is needed to explain and recompute it.

    Attributes:
        id: a ``time_id`` of ``at``; the day of the prediction is in it.
        at: when it was asked, by the workspace's clock; ``recorded_at``, by the machine's.
        slot: what answered: ``champion``, ``challenger`` or ``naive``.
        key: of the event that it is about, as text.
        inputs: what the request brought.
        features: what the model saw.
        answer: the decision made from ``score``.
        reasons: the features that made the score, the strongest first.
        snapshots: the lookup snapshots used, by source.
        degraded: another slot than the wanted one answered, for the reason ``why_degraded``.
    """

    id: str
    at: datetime
    recorded_at: datetime
    product: str
    model_version: str
    slot: str
    key: str = ""
    inputs: dict[str, Any] = {}
    features: dict[str, Any] = {}
    score: float | None = None
    answer: Value | None = None
    reasons: list[Any] = []
    snapshots: dict[str, str] = {}
    latency_ms: float = 0.0
    degraded: bool = False
    request_id: str = ""
    why_degraded: str = ""


class Label(msgspec.Struct, frozen=True, array_like=True, kw_only=True, tag="l"):
    """What really happened; ``at`` is when it became known. The latest ``at`` wins."""

    product: str
    prediction_id: str
    value: Value
    at: datetime
    recorded_at: datetime
    key: str = ""


class Feedback(msgspec.Struct, frozen=True, array_like=True, kw_only=True, tag="f"):
    """What a person made of the prediction: ``accepted``, ``rejected`` or another word."""

    product: str
    prediction_id: str
    verdict: str
    at: datetime
    recorded_at: datetime
    by: str = ""
    note: str = ""
    value: float | None = None


Record = Prediction | Label | Feedback


def _plain(value: Any) -> Any:
    if hasattr(value, "item"):  # a NumPy scalar
        return value.item()
    raise NotImplementedError(f"a {type(value).__name__} cannot be logged")


encode = msgspec.msgpack.Encoder(enc_hook=_plain).encode
decode = msgspec.msgpack.Decoder(Record).decode


def day_of(record: Record) -> date:
    """The day (UTC) of the prediction concerned: labels and feedback are kept beside it.

    Example:
        >>> from filrouge.kernel.ids import time_id
        >>> now = datetime(2013, 5, 3, 10, tzinfo=UTC)
        >>> day_of(Label(product="p", prediction_id=time_id(now), value=1.0, at=now, recorded_at=now))
        datetime.date(2013, 5, 3)
    """
    if isinstance(record, Prediction):
        return record.at.astimezone(UTC).date()
    try:
        return time_of(record.prediction_id).date()
    except (ValueError, OverflowError):
        return record.at.astimezone(UTC).date()
