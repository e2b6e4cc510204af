"""What people call the stages and the verdicts of prototypes."""

from filrouge.explore.prototypes.model import Stage
from filrouge.kernel.i18n import N_

__all__ = ["STAGES", "VERDICTS"]

STAGES = {
    Stage.PLANNED: N_("To start"),
    Stage.RUNNING: N_("Running"),
    Stage.CONCLUDED: N_("Concluded"),
    Stage.SKIPPED: N_("Skipped"),
}
VERDICTS = {
    "none": N_("no verdict yet"),
    "promising": N_("promising"),
    "unclear": N_("unclear"),
    "not_promising": N_("not promising"),
}
