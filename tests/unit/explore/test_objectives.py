import pytest

from filrouge.explore.objectives import (
    Objective,
    answer_why,
    change_why,
    drop_why,
    level_hints,
    next_question,
    objective_tree,
    raise_above,
)
from filrouge.storage.editing import BadField, archive, create, find
from filrouge.storage.workspace import Workspace


def test_each_why_asks_about_the_latest_answer(workspace: Workspace, product: str):
    with workspace.transaction() as session:
        one = create(session, Objective, product, statement="Fewer missed connections.")
        assert next_question(one) == "Why “Fewer missed connections”?"
        answer_why(session, one, "  Rebooking costs a night  in a hotel. ")
        answer_why(session, one, "Nights cost more than the seat")
        change_why(session, one, 0, answer="A night in a hotel costs more than the seat")
        assert [entry["question"] for entry in one.five_whys] == [
            "Why “Fewer missed connections”?",
            "Why “Rebooking costs a night in a hotel”?",
        ]
        assert one.five_whys[0]["answer"] == "A night in a hotel costs more than the seat"
        drop_why(session, one, 0)
        assert one.five_whys == []


def test_an_answer_cannot_be_empty_nor_be_sought_where_there_is_none(workspace: Workspace, product: str):
    with workspace.transaction() as session:
        one = create(session, Objective, product, statement="Fewer missed connections")
        with pytest.raises(BadField, match="cannot be empty"):
            answer_why(session, one, "  ")
        for act in (drop_why, raise_above):
            with pytest.raises(BadField, match="no answer 1"):
                act(session, one, 0)


def test_an_answer_becomes_the_objective_above_and_takes_the_rest_along(workspace: Workspace, product: str):
    with workspace.transaction() as session:
        top = create(session, Objective, product, statement="Stay the airline people choose")
        one = create(session, Objective, product, statement="Fewer missed connections", parent_id=top.id)
        for answer in ("Passengers get home", "Because they come back to us", "We live from them"):
            answer_why(session, one, answer)
        assert one.five_whys[2]["question"] == "Why “They come back to us”?"
        above = raise_above(session, one, 1)
        assert (above.statement, above.parent_id, one.parent_id) == ("They come back to us", top.id, above.id)
        assert [len(held.five_whys) for held in (one, above)] == [2, 1]


def test_the_tree_shows_those_whose_parent_was_put_away_at_the_top(workspace: Workspace, product: str):
    with workspace.transaction() as session:
        top = create(session, Objective, product, statement="Top")
        part = create(session, Objective, product, statement="Part", parent_id=top.id)
        create(session, Objective, product, statement="Part of a part", parent_id=part.id)
        (node,) = objective_tree(session, product)
        assert node.parts[0].parts[0].objective.statement == "Part of a part"
        archive(session, find(session, Objective, top.id))
        assert objective_tree(session, product) == ()


@pytest.mark.parametrize(
    ("statement", "hints"),
    [
        ("Increase revenue", ["says_everything"]),
        ("Augmenter le chiffre d'affaires de l'entreprise", ["says_everything"]),
        ("Reduce our costs", ["says_everything"]),
        ("Increase revenue by 10 %", ["says_everything"]),
        ("Revenue +10%", ["says_everything"]),
        ("Grow our annual revenue", ["says_everything"]),
        ("Cut operating costs by 1.5 million euros by the end of 2027", ["says_everything"]),
        ("Double sales within two years", ["says_everything"]),
        ("Be profitable", ["says_everything"]),
        ("Be more efficient", ["says_everything"]),
        ("Increase customer satisfaction by 5 points", ["says_everything"]),
        ("Increase our market share by Q4 2027", ["says_everything"]),
        ("Augmenter le chiffre d’affaires de 10 %", ["says_everything"]),
        ("Augmenter le CA de 10 % d’ici 2027", ["says_everything"]),
        ("Être rentable avant la fin de l’année", ["says_everything"]),
        ("Une croissance annuelle de 5 pour cent", ["says_everything"]),
        ("Réduire nos coûts de moitié en deux ans", ["says_everything"]),
        ("Améliorer la satisfaction des clients", ["says_everything"]),
        ("A propensity score for each customer", ["names_a_means"]),
        ("Un score d’appétence", ["names_a_means"]),
        ("Un score d'appétence", ["names_a_means"]),
        ("Un moteur de recommandation", ["names_a_means"]),
        ("Fewer nights lost to missed connections in winter", []),
        ("Revenue from guests who come back in the low season", []),
        ("A machine learning model for fraud", ["names_a_means"]),
        ("Un tableau de bord des ventes", ["names_a_means"]),
    ],
)
def test_words_that_give_a_wrong_level_away(statement: str, hints: list[str]):
    assert [hint.value for hint in level_hints(statement, siblings=1)] == hints
    assert "stands_alone" in [hint.value for hint in level_hints(statement)]


@pytest.mark.parametrize(
    "statement",
    [
        "Fewer missed connections at Newark in winter",
        "Guests who come back in the low season",
        "Cut the cost of rebooking a passenger by a third",
        "Sales of winter tyres before the first snow",
        "Reduce energy costs of the cold rooms by 10 % in 2027",
        "Shop owners know on Monday what to order for the week",
        "Nobody waits more than five minutes at the counter",
        "Half as many lorries leave the depot half empty",
        "Nurses spend their time with patients, not with forms",
        "Increase the share of claims settled within two days to 80 %",
        "Customers who think of leaving are called before they do",
        "A satisfaction score of 8 at the hotels by the sea",
        "Réduire le gaspillage des produits frais de 20 %",
        "Les voyageurs savent deux heures avant si leur vol part",
        "Augmenter le chiffre d’affaires des boutiques d’aéroport",
        "Moins de nuits d’hôtel payées à cause d’une correspondance manquée",
        "Les pannes d’ascenseur sont réparées avant que l’on appelle",
        "Diminuer de moitié les dossiers rendus incomplets",
        "Un score de satisfaction de 8 chez les abonnés de longue date",
        "Les clients qui pensent partir sont rappelés avant de le faire",
    ],
)
def test_good_objectives_raise_no_false_alarm(statement: str):
    assert level_hints(statement, siblings=1) == ()
