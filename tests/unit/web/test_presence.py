"""Who else is on the pages of a product."""

from fastapi.testclient import TestClient

from filrouge.web.presence import Presence

HOME = "/products/departures"


def asked(client: TestClient, at: str, since: int | None = None) -> dict:
    params = {"at": at} | ({} if since is None else {"since": since})
    return client.get(f"{HOME}/presence", params=params).json()


def test_each_sees_where_the_others_are(people: dict[str, TestClient]):
    assert asked(people["viewer"], "/canvas")["people"] == ""
    assert asked(people["contributor"], "/canvas")["people"] == "viewer is on this page"
    assert asked(people["contributor"], "/ideas")["people"] == "viewer is on Canvas"
    assert asked(people["viewer"], "/canvas")["people"] == "contributor is on Ideas"


def test_a_change_of_somebody_else_on_the_open_page_is_told_once(people: dict[str, TestClient]):
    begun = asked(people["viewer"], "/hypotheses")["latest"]
    people["contributor"].post(f"{HOME}/add/hypothesis", data={"statement": "Rain delays flights"})
    told = asked(people["viewer"], "/hypotheses", begun)
    assert told["changed"] == "contributor changed “Rain delays flights”."
    assert asked(people["viewer"], "/ideas", begun)["changed"] == ""
    assert asked(people["viewer"], "/hypotheses", told["latest"])["changed"] == ""
    assert asked(people["contributor"], "/hypotheses", begun)["changed"] == "", "one's own changes are known"


def test_who_closed_the_page_is_gone_after_a_while():
    now = [0.0]
    presence = Presence(lambda: now[0])
    presence.arrive("departures", "Leo", "/canvas")
    now[0] = 39.0
    assert presence.arrive("departures", "Ana", "/ideas") == {"Leo": "/canvas"}
    now[0] = 41.0
    assert presence.arrive("departures", "Ana", "/ideas") == {}
