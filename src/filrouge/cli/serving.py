"""``filrouge serve``, ``filrouge predict`` and ``filrouge parity``."""

from pathlib import Path
from typing import Annotated

import typer

from filrouge.cli.output import Format, Port, note, write, write_json

__all__ = ["parity", "predict", "serve"]


def serve(
    products: Annotated[list[str] | None, typer.Argument(help="Products to serve; all by default.")] = None,
    host: Annotated[str | None, typer.Option(help="Address to listen on ([serve] host).")] = None,
    port: Port = None,
    force: Annotated[bool, typer.Option("--force", help="Serve retired products too.")] = False,
) -> None:
    """Serve predictions over HTTP until SIGTERM or ctrl-C."""
    import logging
    import os
    import sys
    import time

    for variable in ("OMP_NUM_THREADS", "POLARS_MAX_THREADS"):  # read when the libraries are imported
        os.environ.setdefault(variable, "1")
    from filrouge.bootstrap import open_workspace
    from filrouge.streamline.serving.assemble import application
    from filrouge.streamline.serving.server import listen, run

    started = time.perf_counter()
    logging.basicConfig(level=logging.WARNING, format="%(asctime)s %(levelname)s %(message)s")
    workspace = open_workspace()
    settings = workspace.settings.serve
    bound = listen(host or settings.host, settings.port if port is None else port)
    served = application(workspace, products or [], retired=force)
    address, number = bound.getsockname()[:2]
    shown = f"[{address}]" if ":" in address else address

    def ready() -> None:
        names = ", ".join(sorted(served.products))
        write(f"Serving {names} on http://{shown}:{number} (ready in {time.perf_counter() - started:.2f} s)")
        sys.stdout.flush()
        for name, product in sorted(served.products.items()):
            for reason in product.degraded():
                note(f"{name} is degraded: {reason}")

    run(served, bound, ready)


def predict(  # noqa: PLR0917  (Typer's parameters are the command's options)
    product: Annotated[str, typer.Argument(help="Id of the product.")],
    input: Annotated[Path, typer.Argument(help="Events: Parquet or CSV, in the contract's columns.")],
    output: Annotated[Path, typer.Argument(help="Scores: Parquet or CSV.")],
    window: Annotated[
        str | None, typer.Option(help="Only events of this period (2013-03-01..2013-03-31).")
    ] = None,
    slot: Annotated[str, typer.Option(help="champion or naive.")] = "champion",
    chunk: Annotated[int, typer.Option(help="Rows in memory at once.", min=1)] = 50_000,
) -> None:
    """Score a file of events, by the features and the model that `filrouge serve` uses."""
    from filrouge.bootstrap import open_workspace
    from filrouge.cli.progress import counting
    from filrouge.streamline.pipelines.window import Window
    from filrouge.streamline.serving.batch import predict_file

    workspace = open_workspace()
    with counting("rows") as advance:
        report = predict_file(
            workspace,
            product,
            input,
            output,
            window=Window.parse(window) if window else None,
            slot=slot,
            chunk_rows=chunk,
            progress=advance,
        )
    write(f"{report.scored} rows scored by {report.version} into {output}")
    if report.refused:
        note(f"{report.refused} rows were refused; why: {report.refusals}")


def parity(
    product: Annotated[str, typer.Argument(help="Id of the product.")],
    rows: Annotated[int, typer.Option(help="Predictions to compare, spread over the log.", min=1)] = 10_000,
    format: Format = "text",
) -> None:
    """Recompute the features of logged predictions by the batch path. Exits with 1 when they differ."""
    from dataclasses import asdict

    from filrouge.bootstrap import open_workspace
    from filrouge.streamline.serving.parity import check_parity

    report = check_parity(open_workspace(), product, rows=rows)
    if format == "json":
        write_json({**asdict(report), "equal": report.equal})
    else:
        write(
            f"{report.features} features of {report.rows} predictions from {report.first:%Y-%m-%d} "
            f"to {report.last:%Y-%m-%d} recomputed in {report.seconds:.1f} s, "
            f"as {report.states} states of the sources were known."
        )
        for each in report.differences:
            write(f"  {each.feature}: {each.rows} differ, such as {each.example}")
        write("All are equal." if report.equal else f"{len(report.differences)} features differ.")
        if report.left_out:
            note(f"{report.left_out} predictions were left out: the naive model or a fallback stood in.")
    if not report.equal:
        raise typer.Exit(1)
