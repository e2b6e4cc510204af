"""A table of a database, by its URL: copied batch by batch into Parquet, then scanned like a file."""

from pathlib import Path

from filrouge.explore.feasibility.faults import EmptyTable, NoSuchData, UnreadableData
from filrouge.explore.feasibility.reading import Opened, opened_of
from filrouge.kernel.errors import did_you_mean
from filrouge.kernel.i18n import _
from filrouge.storage.artifacts import digest_of

__all__ = ["open_sql"]

_BATCH = 100_000


def open_sql(place: str, scratch: Path) -> Opened:
    """The table that ``URL#table`` names.

    Raises:
        NoSuchData: the database has no such table.
        UnreadableData: the database does not answer.
    """
    import polars as pl
    import sqlalchemy as sa

    url, _hash, name = place.partition("#")
    try:
        engine = sa.create_engine(sa.make_url(url))
        shown = f"{engine.url.render_as_string(hide_password=True)}#{name}"
        with engine.connect() as connection:
            _known(
                sa.inspect(connection).get_table_names() + sa.inspect(connection).get_view_names(),
                name,
                shown,
            )
            quoted = engine.dialect.identifier_preparer.quote(name)
            batches = pl.read_database(
                f"SELECT * FROM {quoted}",  # noqa: S608  (a name that the database itself listed, quoted)
                connection,
                iter_batches=True,
                batch_size=_BATCH,
                infer_schema_length=None,
            )
            files = _written(batches, scratch)
    except (sa.exc.SQLAlchemyError, ImportError, pl.exceptions.PolarsError) as error:
        raise UnreadableData(
            _("This database cannot be read."),
            where=sa.engine.url.make_url(url).drivername if "://" in url else url,
            why=str(error).partition("\n")[0][:200],
            action=_(
                "Check the address; write it as sqlite:///file.db#table or postgresql://user@host/base#table."
            ),
        ) from None
    if not files:
        raise EmptyTable(_("This table has no row."), where=shown, action=_("Give a table that holds rows."))
    frame = pl.concat([pl.scan_parquet(one) for one in files], how="diagonal_relaxed")
    digest = digest_of(files[0]) if len(files) == 1 else "-".join(digest_of(one)[:16] for one in files[:4])
    return opened_of(frame, shown, "SQL", size=sum(one.stat().st_size for one in files), digest=digest)


def _known(tables: list[str], name: str, shown: str) -> None:
    if name not in tables:
        raise NoSuchData(
            _("The database has no table '{name}'.").format(name=name),
            where=shown,
            action=did_you_mean(name, tables),
        )


def _written(batches: object, scratch: Path) -> list[Path]:
    files = []
    for number, batch in enumerate(batches):  # type: ignore[arg-type, var-annotated]
        if batch.height:
            files.append(scratch / f"sql-{number}.parquet")
            batch.write_parquet(files[-1])
    return files
