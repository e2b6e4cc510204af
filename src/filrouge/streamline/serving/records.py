"""What the log keeps of a prediction: enough to judge it, explain it and compute it again."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

import msgspec

from filrouge.streamline.serving.plan import ServingPlan
from filrouge.streamline.serving.scoring import Scored

__all__ = ["records_of"]


def records_of(
    plan: ServingPlan, scored: Scored, ids: Sequence[str], requests: Sequence[str]
) -> list[dict[str, Any]]:
    """One record for each row of a micro-batch.

    Args:
        plan: the product.
        scored: the micro-batch.
        ids: of the predictions, in the order of the rows.
        requests: each row's request id, as the client gave it.
    """
    entry, trial = scored.model.entry, scored.trial
    recorded_at = datetime.now(UTC)
    features = scored.features.to_dicts()
    return [
        {
            "prediction_id": ids[place],
            "at": trial.at,
            "recorded_at": recorded_at,
            "key": str(getattr(row, plan.key)),
            "version": entry.version,
            "slot": entry.slot,
            "score": scored.scores[place],
            "degraded": scored.degraded or ("declared in the ledger" if entry.degraded else ""),
            "request_id": requests[place],
            "event": msgspec.structs.asdict(row),
            "features": features[place],
            "snapshots": trial.snapshots,
            "explanation": scored.explanations.get(place),
        }
        for place, row in enumerate(trial.rows)
    ]
