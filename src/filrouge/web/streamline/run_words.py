"""The words of runs and of their steps, and the shape that stands beside each state."""

from filrouge.kernel.i18n import N_

__all__ = ["KINDS", "RUN_STATES", "RUN_TONES", "SHAPES", "STEP_STATES", "TRIGGERS"]

RUN_STATES = {
    "running": N_("running"),
    "done": N_("done"),
    "failed": N_("failed"),
    "cancelled": N_("stopped"),
}
RUN_TONES = {"running": "strong", "done": "ok", "failed": "warn", "cancelled": "warn"}
TRIGGERS = {
    "manual": N_("by hand"),
    "training": N_("training"),
    "schedule": N_("schedule"),
    "alert": N_("alert"),
}
KINDS = {
    "source": N_("source"),
    "step": N_("step"),
    "features": N_("features"),
    "labels": N_("labels"),
    "model": N_("model"),
    "activation": N_("activation"),
}
STEP_STATES = {
    "done": N_("done"),
    "cached": N_("from the cache"),
    "fallback": N_("by its fallback"),
    "running": N_("running"),
    "queued": N_("queued"),
    "failed": N_("failed"),
    "skipped": N_("skipped"),
}
SHAPES = {
    "done": "M6 1a5 5 0 1 0 0 10a5 5 0 1 0 0-10",
    "cached": "M6 1a5 5 0 1 0 0 10a5 5 0 1 0 0-10M6 4a2 2 0 1 1 0 4a2 2 0 1 1 0-4",
    "fallback": "M6 .5L11.5 6L6 11.5L.5 6Z",
    "running": "M6 1a5 5 0 1 1 0 10Z",
    "queued": "M6 1.5a4.5 4.5 0 1 0 0 9a4.5 4.5 0 1 0 0-9M6 2.6a3.4 3.4 0 1 1 0 6.8a3.4 3.4 0 1 1 0-6.8",
    "failed": "M2.6 1.2L6 4.6L9.4 1.2L10.8 2.6L7.4 6L10.8 9.4L9.4 10.8L6 7.4L2.6 10.8L1.2 9.4L4.6 6L1.2 2.6Z",
    "skipped": "M1 5H11V7H1Z",
}
"""Paths in a square of 12, one form for each state: none is told by its colour alone."""
