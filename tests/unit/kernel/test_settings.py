from pathlib import Path

import pytest

from filrouge.kernel.errors import Faults
from filrouge.kernel.i18n import use_language
from filrouge.kernel.settings import (
    FILE_NAME,
    NoWorkspace,
    SettingsError,
    find_root,
    load_settings,
    setting_rows,
    setting_value,
)


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


def test_a_section_within_a_section_is_set_by_file_and_environment(tmp_path: Path):
    (tmp_path / FILE_NAME).write_text('[web.oidc]\nissuer = "https://accounts.example.org"\n')
    environ = {"FILROUGE_WEB_OIDC_CLIENT_ID": "pages", "FILROUGE_OIDC_SECRET": "x", "FILROUGE_WEB_PORT": "1"}
    web = load_settings(tmp_path, environ=environ).web
    assert (web.oidc.issuer, web.oidc.client_id, web.port) == ("https://accounts.example.org", "pages", 1)
    assert ("web.oidc", "issuer") in {row[:2] for row in setting_rows()}
    assert setting_value(load_settings(tmp_path, environ=environ), "web.oidc", "client_id") == "pages"
    (tmp_path / FILE_NAME).write_text('[web.oidc]\nsecret = "in a file"\n')
    with pytest.raises(SettingsError, match="secret") as caught:
        load_settings(tmp_path, environ={})
    assert "in a file" not in str(caught.value)


def test_faults_of_settings_are_told_in_french(tmp_path: Path):
    (tmp_path / "filrouge.toml").write_text("[wbe]\nport = 1\n[web]\nport = 'high'\n")
    with use_language("fr"), pytest.raises(Faults) as caught:
        load_settings(tmp_path, environ={}, overrides={"log": {"foldr": "x"}})
    unknown, bad, flag = caught.value.faults
    assert unknown.what == "Il n’y a pas de section [wbe]."
    assert bad.what == "[web] port = 'high' est inutilisable."
    assert (flag.where, flag.what) == (
        "la ligne de commande",
        "[log] n’a pas de réglage «\u00a0foldr\u00a0».",
    )
