"""Which fields a column may become, under which names, and the words that they take: English and French."""

import difflib
import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cache

from filrouge.explore.ideas import Idea
from filrouge.explore.journeys import PainPoint, Step
from filrouge.explore.uncertainties import Uncertainty
from filrouge.kernel.errors import did_you_mean
from filrouge.kernel.i18n import LANGUAGES, N_, _, use_language
from filrouge.storage.base import Artefact
from filrouge.storage.kinds import UnknownKind

__all__ = ["SHEETS", "SheetField", "SheetKind", "meant", "plain", "sheet_kind"]


_SHORT = 90
"""Characters of a list of words that a cell has room for."""


@dataclass(frozen=True)
class SheetField:
    """A field of an import.

    Args:
        name: of the artefact's column.
        label: what people read, and the header of an export.
        names: other headers, in lower case without accents, that mean it.
        words: for a field of words, each with what people read.
        needed: an empty cell is a problem.
        default: what an empty or missing cell becomes; none leaves it to the artefact.
        holds: the kind of what contains the artefact, named by its title or id.
    """

    name: str
    label: str
    names: tuple[str, ...] = ()
    words: dict[str, str] = field(default_factory=dict)
    needed: bool = False
    default: str = ""
    holds: str = ""

    def known_names(self) -> set[str]:
        """Every header that means this field, as ``plain`` writes them."""
        found = {plain(self.name.removesuffix("_id")), *self.names}
        for language in LANGUAGES:
            with use_language(language):
                found.add(plain(_(self.label)))
        return found

    def word(self, text: str) -> str | None:
        """The word that a cell means, in either language; none when there is no such word."""
        wanted = plain(text)
        for value, label in self.words.items():
            if wanted in _spellings(value, label):
                return value
        return None

    def suggestion(self, text: str) -> str:
        """The word that was probably meant, or all of them, in the language of the page."""
        return meant(text, [_(label) for label in self.words.values()])


@dataclass(frozen=True)
class SheetKind:
    """A kind of artefact that comes from sheets and goes into them; its title is the first field."""

    artefact: type[Artefact]
    label: str
    fields: tuple[SheetField, ...]

    @property
    def kind(self) -> str:
        """The word of references."""
        return self.artefact.kind

    @property
    def title(self) -> SheetField:
        """The field that titles it."""
        return self.fields[0]

    @property
    def container(self) -> SheetField | None:
        """The field that says what it stands in."""
        return next((one for one in self.fields if one.holds), None)

    def named(self, name: str) -> SheetField | None:
        """The field with this name."""
        return next((one for one in self.fields if one.name == name), None)


def meant(text: str, known: Iterable[str]) -> str:
    """What was probably meant, or the few there are, in the language of the page."""
    words = list(known)
    close = difflib.get_close_matches(text.casefold(), [word.casefold() for word in words], n=1)
    if close:
        word = next(word for word in words if word.casefold() == close[0])
        return _("Did you mean “{word}”?").format(word=word)
    shown = ", ".join(words)
    return _("There are: {words}.").format(words=shown) if words and len(shown) <= _SHORT else ""


def plain(text: str) -> str:
    """A header or a word without accents, case and signs.

    Example:
        >>> plain(" Étape_du parcours ")
        'etape du parcours'
    """
    bare = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", " ", bare).strip()


@cache
def _spellings(value: str, label: str) -> set[str]:
    found = {plain(value)}
    for language in LANGUAGES:
        with use_language(language):
            found.add(plain(_(label)))
    return found


_IDEA = SheetKind(
    Idea,
    N_("Ideas"),
    (
        SheetField(
            "title", N_("Idea"), ("title", "titre", "name", "nom", "intitule", "proposition"), needed=True
        ),
        SheetField(
            "description", N_("Description"), ("details", "detail", "texte", "text", "comment", "commentaire")
        ),
        SheetField(
            "state",
            N_("State"),
            ("status", "etat", "statut"),
            {
                "proposed": N_("proposed"),
                "kept": N_("kept"),
                "dropped": N_("dropped"),
                "combined": N_("combined"),
            },
        ),
        SheetField(
            "author", N_("Author"), ("proposed by", "propose par", "auteur", "by", "par", "from", "de")
        ),
        SheetField("votes", N_("Votes"), ("dots", "points", "vote", "voix", "gommettes")),
    ),
)
_PAIN = SheetKind(
    PainPoint,
    N_("Pain points"),
    (
        SheetField(
            "statement",
            N_("Pain point"),
            ("title", "titre", "irritant", "probleme", "problem", "pain", "douleur", "description"),
            needed=True,
        ),
        SheetField("step_id", N_("Step"), ("stage", "etape du parcours", "phase"), needed=True, holds="step"),
        SheetField(
            "type",
            N_("Type of pain"),
            ("type", "category", "categorie", "nature"),
            {
                "time_consuming": N_("time-consuming"),
                "under_performing": N_("under-performing"),
                "frustrating": N_("frustrating"),
            },
        ),
        SheetField("intensity", N_("Intensity"), ("severity", "gravite", "force", "note", "score")),
        SheetField("frequency", N_("How often"), ("frequency", "frequence", "how often")),
        SheetField("evidence", N_("Evidence"), ("proof", "preuve", "source", "verbatim")),
    ),
)
_STEP = SheetKind(
    Step,
    N_("Steps"),
    (
        SheetField("title", N_("Step"), ("title", "titre", "name", "nom", "intitule"), needed=True),
        SheetField(
            "journey_id",
            N_("Journey"),
            ("map", "process", "processus", "carte"),
            needed=True,
            holds="journey",
        ),
        SheetField("actor", N_("Who does it"), ("who", "qui", "role", "actor", "acteur")),
        SheetField("channel", N_("Through what"), ("channel", "canal", "tool", "outil")),
    ),
)
_UNCERTAINTY = SheetKind(
    Uncertainty,
    N_("Uncertainties"),
    (
        SheetField(
            "statement",
            N_("Uncertainty"),
            ("title", "titre", "risk", "risque", "question", "description"),
            needed=True,
        ),
        SheetField(
            "type",
            N_("Type of uncertainty"),
            ("type", "category", "categorie", "nature"),
            {
                "user_experience": N_("user experience"),
                "data": N_("data"),
                "infrastructure": N_("infrastructure"),
            },
            needed=True,
        ),
        SheetField(
            "criticality",
            N_("Criticality"),
            ("severity", "gravite", "priority", "priorite"),
            {"critical": N_("critical"), "major": N_("major"), "minor": N_("minor")},
        ),
        SheetField(
            "state",
            N_("State"),
            ("status", "etat", "statut"),
            {"open": N_("open"), "lifted": N_("lifted"), "waived": N_("waived")},
        ),
        SheetField("how_lifted", N_("How it was lifted"), ("answer", "reponse", "result", "resultat")),
    ),
)
SHEETS = {one.kind: one for one in (_IDEA, _PAIN, _STEP, _UNCERTAINTY)}
"""The kinds that come from sheets, by name."""


def sheet_kind(name: str) -> SheetKind:
    """The kind that a person names: ``idea``, ``ideas``, ``pain-point``.

    Raises:
        UnknownKind: sheets hold no such kind.
    """
    wanted = name.strip().lower().replace("-", "_").replace(" ", "_")
    for kind, found in SHEETS.items():
        if wanted in (kind, found.artefact.plural):
            return found
    raise UnknownKind(
        _("Sheets hold no kind “{name}”.").format(name=name), action=did_you_mean(wanted, SHEETS)
    )
