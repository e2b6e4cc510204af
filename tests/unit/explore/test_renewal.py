"""How often a source is renewed, and what happens without it, as people write it."""

import pytest

from filrouge.explore.canvas.data_sources import STOP, DataSource
from filrouge.explore.canvas.renewal import OFTEN, kept_renewal, renewal_hours, renewal_words
from filrouge.kernel.i18n import use_language
from filrouge.storage.editing import create, edit
from filrouge.storage.workspace import Workspace


@pytest.mark.parametrize(
    ("written", "kept", "hours"),
    [
        ("1h", "1 hour", 1),
        ("24h", "24 hours", 24),
        ("15 min", "15 minutes", 0.25),
        ("Daily", "1 day", 24),
        ("hourly", "1 hour", 1),
        ("monthly", "1 month", 744),
        ("every 2 weeks", "2 weeks", 336),
        ("once a day", "1 day", 24),
        ("twice a day", "12 hours", 12),
        ("3 times a day", "8 hours", 8),
        ("a week", "1 week", 168),
        ("PT15M", "15 minutes", 0.25),
        ("P1D", "1 day", 24),
        ("P1M", "1 month", 744),
        ("real time", "real time", 0),
        ("1 jour", "1 day", 24),
        ("1 semaine", "1 week", 168),
        ("1 mois", "1 month", 744),
        ("1 an", "1 year", 8784),
        ("tous les ans", "1 year", 8784),
        ("une heure", "1 hour", 1),
        ("1,5 heure", "1.5 hours", 1.5),
        ("quotidien", "1 day", 24),
        ("Quotidienne.", "1 day", 24),
        ("hebdomadaire", "1 week", 168),
        ("mensuel", "1 month", 744),
        ("chaque nuit", "1 day", 24),
        ("toutes les heures", "1 hour", 1),
        ("toutes les 2 heures", "2 hours", 2),
        ("une fois par jour", "1 day", 24),
        ("2 fois par jour", "12 hours", 12),
        ("en temps réel", "real time", 0),
        ("7 fois par semaine", "1 day", 24),
        ("3 fois par semaine", "3 fois par semaine", 56),
        ("Twice a month", "Twice a month", 372),
        ("12 times a year", "12 times a year", 732),
        ("10000000 seconds", "10000000 seconds", 10_000_000 / 3600),
        ("1234567,25 h", "1234567.25 hours", 1_234_567.25),
        ("2.0 days", "2 days", 48),
        ("PT6M", "6 minutes", 0.1),
    ],
)
def test_a_frequency_is_understood_in_both_languages_and_kept_in_one_form(
    written: str, kept: str, hours: float
):
    assert (kept_renewal(written), renewal_hours(written)) == (kept, hours)
    assert kept_renewal(kept) == kept


@pytest.mark.parametrize(
    "text",
    [
        "",
        "h",
        "after each audit",
        "0 days",
        "1.2.3 h",
        "-1 day",
        "2 moons",
        "ans h",
        "m",
        "6m",
        "3 m",
        "twice a m",
        "9" * 5000 + " days",
    ],
)
def test_what_is_no_frequency_stays_as_it_was_written(text: str):
    assert (kept_renewal(text), renewal_hours(text), renewal_words(text)) == (text, None, text)


def test_a_frequency_is_read_aloud_in_the_language_of_the_reader():
    with use_language("fr"):
        said = [renewal_words(kept) for kept in ("1 day", "2 weeks", "1.5 hours", "real time")]
        assert said == ["1 jour", "2 semaines", "1,5 heures", "temps réel"]
        assert [kept_renewal(renewal_words(kept)) for kept in OFTEN] == list(OFTEN)


@pytest.mark.parametrize(
    "written", ["stop", "Stop.", "it stops", "arrêt", "Arret", "il s’arrête", "S'arrête"]
)
def test_stopping_is_one_word_in_the_workspace(workspace: Workspace, product: str, written: str):
    with workspace.transaction() as session:
        made = create(session, DataSource, product, name="weather", fallback=written, refresh="1 jour")
        assert (made.fallback, made.refresh) == (STOP, "1 day")
        edit(session, made, fallback="The mean of the month", refresh="toutes les heures")
        assert (made.fallback, made.refresh) == ("The mean of the month", "1 hour")
