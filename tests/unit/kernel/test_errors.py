import errno

import pytest

from filrouge.kernel.errors import Faults, FilrougeError, MissingExtra, did_you_mean, require_extra
from filrouge.kernel.i18n import use_language
from filrouge.kernel.machine import machine_fault


def test_an_error_says_what_where_why_and_what_to_do():
    error = FilrougeError("No column.", where="flights", why="It was renamed.", action="Rename it back.")
    assert str(error) == "[filrouge.error] flights: No column. It was renamed. Rename it back."


def test_several_faults_come_together():
    with pytest.raises(Faults) as caught:
        Faults.raise_if_any([FilrougeError("one"), FilrougeError("two")])
    assert [fault.what for fault in caught.value.faults] == ["one", "two"]


def test_a_single_fault_comes_alone_and_none_is_silence():
    Faults.raise_if_any([])
    with pytest.raises(MissingExtra):
        Faults.raise_if_any([MissingExtra("x")])


def test_a_missing_extra_names_the_command():
    with pytest.raises(MissingExtra) as caught:
        require_extra("no_such_module_here", "demo")
    assert caught.value.action == "Run: pip install 'filrouge[demo]'"


def test_did_you_mean_lists_what_there_is_when_nothing_is_close():
    assert did_you_mean("zzz", ["b", "a"]) == "Known: a, b."
    assert did_you_mean("zzz", []) == ""


def test_faults_speak_the_language_in_which_they_are_made():
    two = [FilrougeError("one"), FilrougeError("two")]
    with use_language("fr"):
        assert did_you_mean("wether", ["weather"]) == "Vouliez-vous dire «\u00a0weather\u00a0»\u202f?"
        assert did_you_mean("zzz", ["b", "a"]) == "Au choix\u00a0: a, b."
        assert (Faults(two[:1]).what, Faults(two).what) == ("1 erreur", "2 erreurs")
        fault = machine_fault(OSError(errno.ENOSPC, "No space left on device"))
    assert fault.what == "Le disque est plein."
    assert (Faults(two[:1]).what, Faults(two).what) == ("1 fault", "2 faults")
