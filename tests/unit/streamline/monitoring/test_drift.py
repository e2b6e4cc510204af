import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats
from scipy.spatial import distance

from filrouge.streamline.monitoring.drift import chi2_p, drift, drift_of, js, ks, psi
from filrouge.streamline.monitoring.profiles import ColumnProfile, merge, profile, read_profile
from filrouge.streamline.registry.profile import profile_bytes, reference_profile

counts = st.lists(st.integers(1, 5000), min_size=4, max_size=4)


@settings(max_examples=60, deadline=None)
@given(counts, counts)
def test_the_distances_agree_with_scipy(p: list[int], q: list[int]):
    assert js(p, q) == pytest.approx(distance.jensenshannon(p, q, base=2), abs=1e-7)
    assert chi2_p(p, q) == pytest.approx(stats.chi2_contingency([p, q], correction=False).pvalue, abs=1e-9)
    a, b = (np.array(counts) + 0.5 for counts in (p, q))  # half a row in each cell
    a, b = a / a.sum(), b / b.sum()
    assert psi(p, q) == pytest.approx(np.sum((b - a) * np.log(b / a)))
    a, b = np.array(p) / sum(p), np.array(q) / sum(q)
    assert ks(p, q) == pytest.approx(np.abs(np.cumsum(a) - np.cumsum(b)).max())


def columns(random: np.random.Generator, n: int, shift: float = 0.0) -> pl.DataFrame:
    return pl.DataFrame(
        {
            "x": random.normal(shift, 1, n),
            "c": random.choice(["a", "b", "c"], n),
            "n": np.where(random.random(n) < 0.1, np.nan, 3.0),
        }
    )


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 10_000), st.sampled_from([5, 60, 1000]))
def test_data_that_did_not_change_gives_no_drift_however_small_the_window(seed: int, n: int):
    random = np.random.default_rng(seed)
    reference = read_profile(profile_bytes(reference_profile(columns(random, 5000))))
    found = drift(reference, profile(columns(random, n), reference))
    assert max(column.beyond_chance for column in found.values()) < 0.2


def test_data_that_moved_is_seen_and_the_moved_column_comes_first():
    random = np.random.default_rng(1)
    reference = read_profile(profile_bytes(reference_profile(columns(random, 5000))))
    found = drift(reference, profile(columns(random, 400, shift=1.0), reference))
    assert next(iter(found)) == "x"
    assert found["x"].beyond_chance > 0.5
    gone = drift_of(reference["c"], profile(pl.DataFrame({"c": ["z"] * 90}), reference)["c"])
    assert gone.beyond_chance > 1
    assert drift_of(reference["x"], profile(pl.DataFrame({"x": []}), reference)["x"]).beyond_chance == 0


def test_windows_add_up():
    random = np.random.default_rng(2)
    one, two = columns(random, 300), columns(random, 500, shift=0.5)
    reference = read_profile(profile_bytes(reference_profile(columns(random, 2000))))
    together = profile(pl.concat([one, two]), reference)
    merged = merge(profile(one, reference), profile(two, reference))
    for name, column in together.items():
        assert merged[name].cells == column.cells
        assert (merged[name].min, merged[name].max) == (column.min, column.max)
        assert merged[name].mean == pytest.approx(column.mean)


def test_the_reference_counted_on_itself_is_itself():
    frame = columns(np.random.default_rng(3), 1000)
    reference = read_profile(profile_bytes(reference_profile(frame)))
    again = profile(frame, reference)
    assert {name: column.cells for name, column in again.items()} == {
        n: c.cells for n, c in reference.items()
    }
    assert isinstance(reference["x"], ColumnProfile)
