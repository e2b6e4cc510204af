"""What the log keeps of a prediction: enough to judge it, explain it and compute it again."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

import msgspec

from filrouge.kernel.ids import time_id
from filrouge.storage.eventlog import Prediction
from filrouge.streamline.serving.batcher import Job
from filrouge.streamline.serving.plan import ServingPlan
from filrouge.streamline.serving.scoring import Scored

__all__ = ["prediction_ids", "records_of"]


def prediction_ids(plan: ServingPlan, at: datetime, job: Job[Any, Any]) -> list[str]:
    """An id for each row of a request.

    With a request id they follow from it, from the row and from the time: a request that is sent again
    at the same moment of the workspace's clock (a replay after a failure) gets the same ids, and counts once.
    """
    if not job.request_id:
        return [time_id(at) for _ in job.rows]
    start = f"{plan.product}\x1f{job.request_id}\x1f"
    return [time_id(at, f"{start}{place}\x1f{getattr(row, plan.key)}") for place, row in enumerate(job.rows)]


def records_of(
    plan: ServingPlan,
    scored: Scored,
    ids: Sequence[str],
    requests: Sequence[str],
    *,
    degraded: bool = False,
    latency_ms: float = 0.0,
) -> list[Prediction]:
    """One record for each row of a micro-batch.

    Args:
        plan: the product.
        scored: the micro-batch.
        ids: of the predictions, in the order of the rows.
        requests: each row's request id, as the client gave it.
        degraded: whether the naive model, or a stale or replaced source, stood in.
        latency_ms: what the micro-batch took.
    """
    entry, trial = scored.model.entry, scored.trial
    recorded_at = datetime.now(UTC)
    features = scored.features.to_dicts()
    for each in features:
        del each[plan.key]
    return [
        Prediction(
            id=ids[place],
            at=trial.at,
            recorded_at=recorded_at,
            product=plan.product,
            model_version=entry.version,
            slot=entry.slot,
            key=str(getattr(row, plan.key)),
            inputs=msgspec.structs.asdict(row),
            features=features[place],
            score=scored.scores[place],
            reasons=[msgspec.structs.asdict(each) for each in scored.explanations.get(place, [])],
            snapshots=trial.snapshots,
            latency_ms=latency_ms,
            degraded=degraded,
            request_id=requests[place],
        )
        for place, row in enumerate(trial.rows)
    ]
