from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory

from filrouge import bootstrap
from filrouge.storage.workspace import Workspace


def test_the_code_names_the_newest_migration():
    assert ScriptDirectory.from_config(bootstrap.alembic_config()).get_current_head() == bootstrap.HEAD


def test_migrations_make_the_tables_that_the_models_declare(workspace: Workspace):
    if workspace.engine.dialect.name == "postgresql":
        bootstrap.metadata().drop_all(workspace.engine)
    bootstrap.migrate(workspace)
    with workspace.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, bootstrap.metadata()) == []
