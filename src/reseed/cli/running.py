"""Commands that carry out a plan and follow it: run, resume, redo, status."""

from __future__ import annotations

import json
import time
from collections import Counter
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.live import Live

from reseed import guard, pages, report
from reseed import run as runs
from reseed.cli.confirm import confirm
from reseed.cli.context import err, out, run_context
from reseed.cli.options import (
    AssetsOption,
    DatabaseUrlOption,
    JsonOption,
    MigrationsOption,
    ProjectOption,
    RunArgument,
    StateOption,
    TenantsOption,
    YesOption,
)
from reseed.errors import RunFailed, StorageError
from reseed.pages import PagesResult
from reseed.plan import Plan
from reseed.run import RunContext, RunState
from reseed.run.progress import agents_table, progress
from reseed.settings import Settings


def run(
    yes: YesOption = False,
    tenants: TenantsOption = None,
    assets_per_tenant: AssetsOption = None,
    project: ProjectOption = None,
    database_url: DatabaseUrlOption = None,
    state: StateOption = None,
    migrations: MigrationsOption = None,
    in_place: Annotated[
        bool,
        typer.Option(
            "--in-place", help="Drop the old database before the new one is built, for want of room for both."
        ),
    ] = False,
    no_reuse: Annotated[
        bool,
        typer.Option(
            "--no-reuse",
            help="Build, seed and measure all anew, although a proven database of the same inputs is kept.",
        ),
    ] = False,
) -> None:
    """Carry out the whole plan on your database.

    Back up, build beside, prove, seed, validate; only then the new database takes the old one's name. In place, the old
    one is dropped once its backup is proven, and restored from it when the run fails.

    What a run has proved is kept as a template; the next run with the same models and data proves a copy of it.
    """
    settings = Settings.read(
        project=project,
        database_url=database_url,
        state=state,
        migrations=migrations,
        tenants=tenants,
        assets_per_tenant=assets_per_tenant,
    )
    context = run_context(settings)
    name = context.target.database
    confirm(
        context,
        f"Database {name} is dropped, once its backup is proven, and a new one is built in its place."
        if in_place
        else f"A new database takes the name {name}, once everything has passed; this one is kept.",
        guard.require(context.target, context.terms, copies=True, in_place=in_place),
        yes=yes,
    )
    carry_out(context, in_place=in_place, reuse=not no_reuse)


def resume(
    run: RunArgument = None,
    project: ProjectOption = None,
    database_url: DatabaseUrlOption = None,
    state: StateOption = None,
) -> None:
    """Go on with a run that was interrupted or failed.

    Finished tasks are not done again.
    """
    settings = Settings.read(project=project, database_url=database_url, state=state)
    folder = runs.find_run(settings.state_folder(settings.load_project()), run)
    context = run_context(settings, resuming=folder)
    with progress(runs.state_of(folder, context.plan), context.plan, err()) as listener:
        reached = runs.resume(context, folder, (listener,))
    show_end(reached, context.plan, folder)


def redo(
    task: Annotated[str, typer.Argument(help="Id of the task, as in the plan: 2.3.")],
    run: RunArgument = None,
    yes: YesOption = False,
    project: ProjectOption = None,
    database_url: DatabaseUrlOption = None,
    state: StateOption = None,
) -> None:
    """Do one task again, and what depends on it.

    The handoffs of those tasks become stale; the database in use stays until all of them have passed again.
    """
    context = run_context(Settings.read(project=project, database_url=database_url, state=state))
    folder = runs.find_run(context.state, run)
    confirm(
        context,
        f"Task {task} of run {folder.name} and what depends on it is done again; then the names are swapped again.",
        guard.require(context.target, context.terms),
        yes=yes,
    )
    with progress(runs.state_of(folder, context.plan), context.plan, err()) as listener:
        reached = runs.redo(context, folder, task, (listener,))
    show_end(reached, context.plan, folder)


def status(
    run: RunArgument = None,
    watch: Annotated[bool, typer.Option("--watch", help="Follow the run until it ends.")] = False,
    as_json: JsonOption = False,
    project: ProjectOption = None,
    state: StateOption = None,
) -> None:
    """Show where a run stands, from any terminal."""
    settings = Settings.read(project=project, state=state)
    loaded = settings.load_project()
    plan = runs.read_plan(loaded)
    folder = runs.find_run(settings.state_folder(loaded), run)
    if watch:
        _watch(folder, plan, err())
    reached = runs.state_of(folder, plan)
    if as_json:
        print(json.dumps(_as_json(reached, folder), default=str, indent=2, ensure_ascii=False))
    else:
        out().print(tasks_table(reached, plan))
        out().print(_sentence(reached, folder), soft_wrap=True)


def carry_out(context: RunContext, *, in_place: bool = False, reuse: bool = True) -> Path:
    """Run the plan with progress on stderr and the outcome on stdout; returns the run folder."""
    start = runs.fold("", context.plan, ())
    with progress(start, context.plan, err()) as listener:
        folder, reached = runs.begin(context, (listener,), in_place=in_place, reuse=reuse)
    show_end(reached, context.plan, folder)
    return folder


def show_end(state: RunState, plan: Plan, folder: Path) -> None:
    """Print the tasks, the counts before and after, and where everything lies.

    Raises:
        RunFailed: not every task passed; names the blocked ones.
    """
    console = out()
    console.print(tasks_table(state, plan))
    before, after = (state.facts.get(f"survey.{when}", {}) for when in ("before", "after"))
    if before:
        console.print(report.before_after_table(_counts(before), _counts(after)))
    console.print(f"Run folder  {folder}", soft_wrap=True)
    shown = pages_shown(folder)
    for name, file in (("Report", "VALIDATION_REPORT.html"), ("Pages", pages.CHECKLIST)):
        if (folder / file).exists():
            said = f"  ({pages.in_words(shown)})" if shown and name == "Pages" else ""
            console.print(f"{name:<11} {folder / file}{said}", soft_wrap=True)
    if state.verdict != "passed":
        raise _run_failed(state, folder)
    if "swap.undone" in state.facts:
        undone = state.facts["swap.undone"]
        console.print(
            f"PASSED, and taken back since: {undone['public']} is the database from before; "
            f"the run's own is kept as {undone['kept']}.",
            soft_wrap=True,
        )
        return
    swapped = state.facts["swap.done"]
    for statement in state.facts.get("swap.left", {}).get("statements", ()):
        console.print(
            f"The previous database had what our role may not set. An administrator runs: {statement};",
            soft_wrap=True,
        )
    kept = (
        f"the previous one is kept as {swapped['previous']}"
        if swapped["previous"]
        else f"the previous one was dropped, and its backup lies in {folder / 'backup'}"
    )
    console.print(
        f"PASSED. {swapped['public']} is the new database; {kept}. "
        f"{pages.left_out(shown) if shown else ''}".strip(),
        soft_wrap=True,
    )


def tasks_table(state: RunState, plan: Plan) -> object:
    """The plan's tasks with state, time taken and estimate."""
    lines = []
    for task in plan.tasks:
        reached = state.tasks[task.id]
        agent = plan.agent(task.agent)
        lines.append(
            report.TaskLine(
                task.id,
                task.title,
                f"Agent {agent.id}",
                agent.name,
                reached.status,
                reached.seconds,
                task.estimate,
                reached.checks,
            )
        )
    return report.tasks_table(lines)


def pages_shown(folder: Path) -> PagesResult | None:
    """What the run's page checklist came to; None where it is not written yet, or cannot be read any more."""
    try:
        return pages.read_result(folder)
    except StorageError:
        return None


def _run_failed(state: RunState, folder: Path) -> RunFailed:
    failed = [f"{task.id} failed: {task.summary}" for task in state.of("failed")]
    blocked = [f"{task.id} blocked: {task.summary}" for task in state.of("blocked")]
    ends = ("swap.failed", "publish.failed", "hooks.failed", "in_place.failed")
    other = [state.facts[end]["summary"] for end in ends if end in state.facts]
    lines = "\n  ".join([*failed, *blocked, *other])
    return RunFailed(
        f"Run {folder.name} did not pass; the public name {_where_it_leads(state)}.\n  {lines}\n",
        "Mend the cause, then run: reseed run --in-place"
        if "in_place.restored" in state.facts
        else "Mend the cause, then run: reseed resume",
    )


def _where_it_leads(state: RunState) -> str:
    if state.swapped:
        return "leads to the new database"
    if "in_place.restored" in state.facts:
        return "leads to the old database, restored from its backup"
    if state.facts.get("swap.failed", {}).get("unknown"):
        return "leads to the old database or to the new one, as the server went away meanwhile (reseed recover tells)"
    if "in_place.failed" in state.facts:
        return "leads nowhere, and the backup in the run folder could not be restored"
    return "still leads to the database it led to before"


def _counts(survey: dict[str, int]) -> dict[str, int]:
    names = {"drift": "schema drifts", "orphans": "orphaned rows", "leaks": "tenant leaks"}
    return {label: survey[key] for key, label in names.items() if key in survey}


def _watch(folder: Path, plan: Plan, console: Console) -> None:
    with Live(console=console, refresh_per_second=4) as live:
        while True:
            reached = runs.state_of(folder, plan)
            live.update(agents_table(reached, plan))
            if reached.verdict or not runs.is_held(folder):
                return
            time.sleep(0.25)


def _sentence(state: RunState, folder: Path) -> str:
    if runs.is_held(folder):
        return f"Run {state.run} is under way in {folder}."
    if state.verdict:
        shown = pages_shown(folder)
        left = pages.left_out(shown) if shown else ""
        return f"Run {state.run} {state.verdict}; everything it made lies in {folder}. {left}".strip()
    return f"Run {state.run} was interrupted; go on with: reseed resume {state.run}"


def _as_json(state: RunState, folder: Path) -> dict[str, object]:
    shown = pages_shown(folder)
    counted = (
        {
            "passed": shown.passed,
            "executed": shown.executed,
            "reason": shown.reason,
            "lines": dict(Counter(line.status for line in shown.lines)),
        }
        if shown
        else None
    )
    return {**asdict(state), "pages": counted, "folder": str(folder), "under_way": runs.is_held(folder)}
