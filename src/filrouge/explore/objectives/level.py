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
    r"data ?lakes?|data ?warehouses?|data platforms?|predict(?:s|ion|ions)?|scoring|classifiers?|"
    r"(?:propensity|churn|credit|risk|lead|fraud) scores?|recommendation engines?|recommender systems?|"
    r"modèles?|apprentissage|ia|algorithmes?|réseaux? de neurones|tableaux? de bord|lacs? de données|"
    r"entrepôts? de données|plateformes? de données|prédi(?:re|ction|ctions)|"
    r"scores? (?:d['’]|de )(?!satisfaction)\w+|moteurs? de recommandation|classifieurs?)\b",
    re.IGNORECASE,
)
_EVERYTHING = re.compile(
    r"\b(revenues?|turnover|profits?|profitability|profitable|earnings|income|ebitda|growth|sales|costs?|"
    r"expenses|spending|margins?|money|efficien(?:cy|t)|performance|performant(?:e|s|es)?|productivity|"
    r"productive|competitive(?:ness)?|satisfaction|satisfied|business|results?|market shares?|"
    r"chiffres? d.affaires|ca|bénéfices?|profits?|rentabilité|rentables?|croissance|ventes?|revenus?|coûts?|"
    r"dépenses|marges?|argent|efficacité|efficaces?|productivité|productifs?|compétitivité|compétitifs?|"
    r"satisfaits?|résultats?|parts? de marché)\b",
    re.IGNORECASE,
)
# What narrows nothing: how much, until when, and the words that hold a sentence together.
_MEASURE = re.compile(
    r"\b\d[\d.,’'\s]*(?:%|‰|(?:points?|pts?|k|m|mn|bn|md)\b)?|[%‰€$£+±~≥>]|"
    r"\b(percent|per cent|pour cent|million|millions|milliards?|thousands?|milliers?|euros?|eur|usd|dollars?|"
    r"chf|francs?|one|two|three|four|five|six|ten|twelve|deux|trois|quatre|cinq|dix|douze|half|third|quarter|double|triple|twice|moitié|tiers|quart|doubler|tripler|fois|times|"
    r"yearly|annual(?:ly)?|annuel(?:le)?s?|monthly|mensuel(?:le)?s?|quarterly|trimestriel(?:le)?s?|"
    r"weekly|hebdomadaires?|daily|quotidien(?:ne)?s?|years?|ans?|années?|months?|mois|weeks?|semaines?|"
    r"days?|jours?|quarters?|trimestres?|semestres?|q[1-4]|t[1-4]|h[12]|s[12]|"
    r"january|february|march|april|may|june|july|august|september|october|november|december|"
    r"janvier|février|mars|avril|mai|juin|juillet|août|septembre|octobre|novembre|décembre)\b",
    re.IGNORECASE,
)
_CHANGE = re.compile(
    r"\b(increas(?:e[sd]?|ing)|grow(?:s|ing)?|rais(?:e[sd]?|ing)|boost(?:ing)?|improv(?:e[sd]?|ing)|"
    r"reduc(?:e[sd]?|ing)|cut(?:ting)?|lower|decreas(?:e[sd]?|ing)|maximi[sz](?:e|ing)|minimi[sz](?:e|ing)|"
    r"optimi[sz](?:e|ing)|generate|make|become|be|being|stay|remain|get|have|earn|save|sell|reach|achieve|"
    r"more|less|fewer|better|best|higher|greater|most|strong|total|overall|global|gross|net|operating|"
    r"this|next|last|our|the|a|an|of|for|by|in|on|at|to|from|with|and|or|end|before|until|within|over|per|"
    r"customers?|clients?|users?|company|firm|group|financial|business|year|"
    r"augment(?:er|ation|ons)|accroître|faire|croître|amélior(?:er|ation|ons)|rédui(?:re|sons)|réduction|"
    r"baiss(?:er|e)|diminu(?:er|tion)|maximiser|minimiser|optimiser|générer|être|devenir|rester|avoir|gagner|"
    r"économiser|vendre|atteindre|plus|moins|mieux|meilleure?s?|total|globale?|brute?|nette?|opérationnelle?|"
    r"notre|nos|votre|le|la|les|un|une|l|d|de|des|du|et|ou|en|au|aux|à|par|pour|sur|dans|avec|d['’]ici|ici|"
    r"cette|ce|cet|fin|avant|prochaine?s?|entreprise|société|groupe|financiers?|financière)\b",
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
        >>> level_hints("Increase our annual revenue by 10 % before the end of 2027", siblings=1)
        (<LevelHint.SAYS_EVERYTHING: 'says_everything'>,)
        >>> level_hints("Revenue from guests who come back in the low season", siblings=1)
        ()
        >>> level_hints("A model that finds fraud", siblings=1)
        (<LevelHint.NAMES_A_MEANS: 'names_a_means'>,)
    """
    found = []
    if _MEANS.search(statement):
        found.append(LevelHint.NAMES_A_MEANS)
    rest = _CHANGE.sub(" ", _MEASURE.sub(" ", _EVERYTHING.sub(" ", statement)))
    if _EVERYTHING.search(statement) and not re.search(r"\w{2,}", rest):
        found.append(LevelHint.SAYS_EVERYTHING)
    if not (siblings or whys or parts):
        found.append(LevelHint.STANDS_ALONE)
    return tuple(found)
