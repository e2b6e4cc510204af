"""The audit log: only added to, found again, on SQLite and PostgreSQL; and on the command line."""

import json
import sys
from datetime import timedelta

import pytest

from filrouge.cli import main
from filrouge.kernel.clock import SystemClock
from filrouge.storage.accounts.audit import AuditEvent, audited, record
from filrouge.storage.accounts.members import invite, remove
from filrouge.storage.accounts.people import add_account, disable, enable, set_admin
from filrouge.storage.accounts.roles import Role
from filrouge.storage.workspace import Workspace


def test_what_happens_to_access_is_written_down(workspace: Workspace, product: str):
    with workspace.transaction("ana") as session:
        session.info["address"] = "10.0.0.9"
        bea = add_account(session, "Bea", "bea@example.org")
        add_account(session, "Carl", "carl@example.org", admin=True)
        invite(session, product, bea, Role.VIEWER)
        invite(session, product, bea, Role.ADMIN)
        remove(session, product, bea, by_workspace=True)
        set_admin(session, bea, True)
        disable(session, bea)
        enable(session, bea)
    with workspace.reading() as session:
        found = [(one.event, one.who, one.subject, one.address) for one in audited(session)]
        assert found[::-1] == [
            (event, "ana", subject, "10.0.0.9")
            for event, subject in (
                ("account.made", "Bea"),
                ("account.made", "Carl"),
                ("member.role", "Bea"),
                ("member.role", "Bea"),
                ("member.removed", "Bea"),
                ("account.admin", "Bea"),
                ("account.disabled", "Bea"),
                ("account.enabled", "Bea"),
            )
        ]
        assert [one.detail for one in audited(session, events=["member.role"])][-1] == {"role": "viewer"}
        assert len(audited(session, words="CARL")) == 1
        assert len(audited(session, words="10.0.0")) == 8
        assert len(audited(session, words="%")) == 0
        assert len(audited(session, product_id=product)) == 3
        assert audited(session, since=SystemClock().now() + timedelta(hours=1)) == []
        latest = audited(session, limit=1)[0]
        assert [one.id for one in audited(session, before=latest.id, limit=2)] == [
            latest.id - 1,
            latest.id - 2,
        ]


def test_nothing_in_it_is_changed_or_taken_away(workspace: Workspace):
    with workspace.transaction("ana") as session:
        record(session, "backup.taken", "all.tar.zst")
    for change in (
        lambda session, one: setattr(one, "who", "somebody else"),
        lambda session, one: session.delete(one),
    ):
        with pytest.raises(RuntimeError, match="only added to"), workspace.transaction("eve") as session:
            change(session, session.query(AuditEvent).one())
    with workspace.reading() as session:
        assert [one.who for one in audited(session)] == ["ana"]


def test_it_goes_with_what_it_tells_of(workspace: Workspace):
    with pytest.raises(ZeroDivisionError), workspace.transaction("ana") as session:
        add_account(session, "Bea", "bea@example.org")
        raise ZeroDivisionError
    with workspace.reading() as session:
        assert audited(session) == []


def test_the_command_line_shows_and_filters_it(
    sqlite_workspace: Workspace, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
):
    monkeypatch.chdir(sqlite_workspace.root)
    with sqlite_workspace.transaction("ana") as session:
        add_account(session, "Bea", "bea@example.org")
        record(session, "token.made", "nightly")

    def say(*arguments: str) -> tuple[str, str]:
        monkeypatch.setattr(sys, "argv", ["filrouge", "audit", *arguments])
        with pytest.raises(SystemExit):
            main()
        said = capsys.readouterr()
        return said.out, said.err

    rows = json.loads(say("--format", "json")[0])
    assert [(row["event"], row["who"], row["subject"]) for row in rows] == [
        ("token.made", "ana", "nightly"),
        ("account.made", "ana", "Bea"),
    ]
    assert json.loads(say("--event", "account.made", "--format", "json")[0]) == rows[1:]
    assert json.loads(say("--since", "2999-01-01", "--format", "json")[0]) == []
    assert "nightly" in say()[0]
    assert "audit.unknown-event" in say("--event", "account.mad")[1]
