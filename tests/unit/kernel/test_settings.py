from pathlib import Path

import pytest

from filrouge.kernel.errors import Faults
from filrouge.kernel.settings import NoWorkspace, SettingsError, find_root, load_settings


def test_flags_win_over_environment_over_file(tmp_path: Path):
    (tmp_path / "filrouge.toml").write_text("[web]\nport = 1\nlanguage = 'fr'\n[serve]\nport = 5\n")
    environ = {"FILROUGE_WEB_PORT": "2", "FILROUGE_SERVE_PORT": "6", "OTHER": "x"}
    settings = load_settings(tmp_path, environ=environ, overrides={"web": {"port": 3}})
    assert (settings.web.port, settings.web.language, settings.serve.port) == (3, "fr", 6)


def test_all_faults_are_named_with_their_origin(tmp_path: Path):
    (tmp_path / "filrouge.toml").write_text("[web]\nprot = 1\n[wbe]\nport = 1\n")
    with pytest.raises(Faults) as caught:
        load_settings(tmp_path, environ={"FILROUGE_LOG_DURABILITY": "always"})
    text = str(caught.value)
    assert "Did you mean 'port'?" in text
    assert "Did you mean 'web'?" in text
    assert "FILROUGE_LOG_DURABILITY" in text


def test_a_file_that_is_not_toml_is_named(tmp_path: Path):
    (tmp_path / "filrouge.toml").write_text("[web\n")
    with pytest.raises(SettingsError, match="not valid TOML"):
        load_settings(tmp_path, environ={})


def test_the_root_is_found_from_a_folder_below(tmp_path: Path):
    (tmp_path / "filrouge.toml").write_text("")
    (tmp_path / "a" / "b").mkdir(parents=True)
    assert find_root(tmp_path / "a" / "b") == tmp_path.resolve()


def test_no_workspace_names_the_next_command(tmp_path: Path):
    with pytest.raises(NoWorkspace) as caught:
        find_root(tmp_path)
    assert "filrouge init" in caught.value.action
