"""The command line as one object: which commands there are, in the order `--help` shows them."""

from __future__ import annotations

import typer

from reseed.cli import (
    backups,
    clone,
    demo,
    keeping,
    pages,
    plan,
    protect,
    recovering,
    running,
    schema,
    seed,
    serve,
    server,
    validate,
    worker,
)

app = typer.Typer(
    name="reseed",
    help="Reset a database by a plan, and prove every step.",
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)

app.command()(demo.demo)
app.command()(running.run)
app.command()(plan.plan)
app.command()(clone.clone)
app.command()(running.status)
app.command()(running.resume)
app.command()(running.redo)
app.command()(seed.seed)
app.command()(worker.worker)
app.command()(backups.backup)
app.command()(keeping.rollback)
app.command()(recovering.recover)
app.command()(recovering.restore)
app.command()(keeping.prune)
app.command()(protect.protect)
app.command()(validate.validate)
app.command()(pages.pages)
app.command()(serve.serve)
app.command()(server.url)
app.command()(server.stop)
app.add_typer(schema.app, name="schema")
