"""The eleven boxes of the canvas, in their published order, in five columns (EXP-6)."""

from enum import StrEnum
from typing import NamedTuple

from filrouge.kernel.i18n import N_

__all__ = ["BOXES", "Box", "BoxSpec"]


class Box(StrEnum):
    """The boxes; those that end in ``extensions`` look beyond the first version."""

    PROBLEM = "problem"
    PROBLEM_EXTENSIONS = "problem_extensions"
    DATA_SOURCES = "data_sources"
    KPI = "kpi"
    VALUE_PROPOSITION = "value_proposition"
    VALUE_EXTENSIONS = "value_extensions"
    INTEGRATION_OF_RESULTS = "integration_of_results"
    FREQUENCY = "frequency"
    OPERATING_ENVIRONMENT = "operating_environment"
    USERS = "users"
    USERS_EXTENSIONS = "users_extensions"

    @property
    def extension(self) -> bool:
        """Whether the box may stay empty at first."""
        return self.value.endswith("extensions")

    @property
    def extends(self) -> "Box":
        """The box whose extensions stand here; any other box is its own."""
        return _EXTENDED.get(self, self)


_EXTENDED = {
    Box.PROBLEM_EXTENSIONS: Box.PROBLEM,
    Box.VALUE_EXTENSIONS: Box.VALUE_PROPOSITION,
    Box.USERS_EXTENSIONS: Box.USERS,
}


class BoxSpec(NamedTuple):
    """A box as it is drawn: ``column`` 1 to 5, and ``row`` from the top of that column.

    ``prompt`` asks for what belongs there; ``example`` is the answer of one worked example, a bakery.
    """

    box: Box
    column: int
    row: int
    title: str
    prompt: str
    example: str


BOXES = (
    BoxSpec(
        Box.PROBLEM,
        1,
        1,
        N_("Problem"),
        N_("Whose pain, at which step, at what cost?"),
        N_("The shop throws away a fifth of its bread each evening, and runs out at noon on Saturdays."),
    ),
    BoxSpec(
        Box.PROBLEM_EXTENSIONS,
        1,
        2,
        N_("Problem: possible extensions"),
        N_("Which problem next?"),
        N_("Then the pastries, which are ordered two days ahead."),
    ),
    BoxSpec(
        Box.DATA_SOURCES,
        2,
        1,
        N_("Data sources"),
        N_("Without which data is there no value?"),
        N_("Till receipts by the hour: necessary. Weather: important; without it, last week's sales."),
    ),
    BoxSpec(
        Box.KPI,
        2,
        2,
        N_("KPI"),
        N_("What will have changed, and how will it be seen?"),
        N_("Share of bread thrown away: a fifth today, a twelfth in six months."),
    ),
    BoxSpec(
        Box.VALUE_PROPOSITION,
        3,
        1,
        N_("Value proposition"),
        N_("What becomes possible?"),
        N_("At five each morning, how many of each bread to bake, and why."),
    ),
    BoxSpec(
        Box.VALUE_EXTENSIONS,
        3,
        2,
        N_("Value: possible extensions"),
        N_("What more could it offer?"),
        N_("Propose the reductions of the evening."),
    ),
    BoxSpec(
        Box.INTEGRATION_OF_RESULTS,
        4,
        1,
        N_("Integration of results"),
        N_("Where does the user meet the result?"),
        N_("On a sheet beside the oven, which the baker corrects by hand."),
    ),
    BoxSpec(
        Box.FREQUENCY,
        4,
        2,
        N_("Frequency"),
        N_("When are results due?"),
        N_("Once a day, before five in the morning."),
    ),
    BoxSpec(
        Box.OPERATING_ENVIRONMENT,
        4,
        3,
        N_("Operating environment"),
        N_("Where does it run, and how does that differ from where it was trained?"),
        N_("An old computer in the back shop, without network at night."),
    ),
    BoxSpec(
        Box.USERS,
        5,
        1,
        N_("Users"),
        N_("Who acts on it?"),
        N_("The baker at night; the manager reads the week."),
    ),
    BoxSpec(
        Box.USERS_EXTENSIONS,
        5,
        2,
        N_("Users: possible extensions"),
        N_("Who else could use it?"),
        N_("The other shops of the town."),
    ),
)
"""Every box once; titles, prompts and examples are translated where they are shown."""
