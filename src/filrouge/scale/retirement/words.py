"""How the checklist of retiring is told to people."""

from filrouge.kernel.i18n import N_
from filrouge.scale.retirement.model import Answer, DataFate, Point

__all__ = ["ANSWERS", "FATES", "POINTS"]

POINTS = {
    Point.USERS_TOLD: (N_("Users told"), N_("Who relied on it, and what do they do from now on?")),
    Point.SERVING_STOPPED: (N_("Serving stopped"), N_("Nothing answers any more, and nothing calls it.")),
    Point.DATA: (N_("Data kept or erased"), N_("What becomes of the records, and until when?")),
    Point.KNOWLEDGE_POSTED: (
        N_("Knowledge posted"),
        N_("What should the next team know, and where is it written?"),
    ),
}
"""By point: its title, and the question it asks."""
ANSWERS = {Answer.OPEN: N_("open"), Answer.DONE: N_("seen to"), Answer.WAIVED: N_("set aside")}
FATES = {DataFate.KEPT: N_("data kept"), DataFate.ERASED: N_("data erased")}
