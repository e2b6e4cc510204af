"""What is kept of a frequency is what was written: nothing is lost, and it is kept once."""

from hypothesis import given
from hypothesis import strategies as st

from filrouge.explore.canvas.renewal import kept_renewal, renewal_hours

AMOUNT = st.from_regex(r"[0-9]{1,14}([.,][0-9]{1,5})?", fullmatch=True) | st.sampled_from(
    ["", "a", "trois", "dix"]
)
UNIT = st.sampled_from(
    [
        "s",
        "secondes",
        "m",
        "min",
        "minute",
        "h",
        "heures",
        "d",
        "jour",
        "week",
        "semaines",
        "mois",
        "months",
        "ans",
    ]
)
LENGTH = st.builds("{}{} {}".format, st.sampled_from(["", "every ", "Tous les "]), AMOUNT, UNIT)
TIMES = st.builds(
    "{} {}{} {}".format,
    st.integers(0, 10**7) | st.sampled_from(["twice", "Trois", "six"]),
    st.sampled_from(["", "times ", "fois "]),
    st.sampled_from(["a", "par"]),
    UNIT,
)
ISO = st.from_regex(r"P(T[0-9]{1,4}([.,][0-9]{1,3})?[HMS]|[0-9]{1,4}[YMWD])", fullmatch=True)
FREQUENCY = LENGTH | TIMES | ISO | st.text(max_size=12)


@given(FREQUENCY)
def test_a_frequency_is_kept_without_loss_and_kept_again_as_it_is(text: str):
    kept = kept_renewal(text)
    assert kept_renewal(kept) == kept
    assert renewal_hours(kept) == renewal_hours(text)
