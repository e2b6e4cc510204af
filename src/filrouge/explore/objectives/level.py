"""Whether an objective stands at a level where one can look for ideas (EXP-1): what its words give away.

A hint is a question to the team, never a verdict: the team says itself which level it is.
"""

import re
from enum import StrEnum

__all__ = ["LevelHint", "level_hints"]


class LevelHint(StrEnum):
    """What the words of an objective suggest."""

    NAMES_A_MEANS = "names_a_means"
    SAYS_EVERYTHING = "says_everything"
    STANDS_ALONE = "stands_alone"


_MEANS = re.compile(
    r"\b(models?|machine learning|deep learning|ai|llms?|algorithms?|chatbots?|neural networks?|dashboards?|"
    r"data ?lakes?|data platforms?|predict(?:s|ion|ions)?|"
    r"modèles?|apprentissage|ia|algorithmes?|réseaux? de neurones|tableaux? de bord|lacs? de données|"
    r"plateformes? de données|prédi(?:re|ction|ctions))\b",
    re.IGNORECASE,
)
_EVERYTHING = re.compile(
    r"\b(revenues?|turnover|profits?|profitability|growth|sales|costs?|margins?|efficiency|productivity|"
    r"satisfaction|business|"
    r"chiffre d.affaires|bénéfices?|rentabilité|croissance|ventes?|coûts?|marges?|efficacité|productivité)\b",
    re.IGNORECASE,
)
_CHANGE = re.compile(
    r"\b(increase[sd]?|grow|raise|boost|improve[sd]?|reduce[sd]?|cut|lower|decrease|maximi[sz]e|minimi[sz]e|more|"
    r"less|fewer|better|our|the|a|an|of|for|by|and|customers?|company|"
    r"augmenter|accroître|améliorer|réduire|baisser|diminuer|maximiser|minimiser|plus|moins|mieux|notre|nos|le|la|"
    r"les|l|d|de|des|du|et|pour|clients?|entreprise)\b",
    re.IGNORECASE,
)


def level_hints(statement: str, *, siblings: int = 0, whys: int = 0, parts: int = 0) -> tuple[LevelHint, ...]:
    """What the team should look at again.

    Args:
        statement: the objective, in English or French.
        siblings: how many objectives stand beside it.
        whys: how many answers its 5-Whys record holds.
        parts: how many sub-objectives it has.

    Example:
        >>> level_hints("Increase revenue", siblings=1)
        (<LevelHint.SAYS_EVERYTHING: 'says_everything'>,)
        >>> level_hints("Revenue from guests who come back in the low season", siblings=1)
        ()
        >>> level_hints("A model that finds fraud", siblings=1)
        (<LevelHint.NAMES_A_MEANS: 'names_a_means'>,)
    """
    found = []
    if _MEANS.search(statement):
        found.append(LevelHint.NAMES_A_MEANS)
    rest = _CHANGE.sub(" ", _EVERYTHING.sub(" ", statement))
    if _EVERYTHING.search(statement) and not re.search(r"\w{2,}", rest):
        found.append(LevelHint.SAYS_EVERYTHING)
    if not (siblings or whys or parts):
        found.append(LevelHint.STANDS_ALONE)
    return tuple(found)
