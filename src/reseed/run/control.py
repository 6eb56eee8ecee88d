"""Begin a run, go on with one, do a task again: what the commands call."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from itertools import chain, count
from pathlib import Path, PurePosixPath

from reseed import backup, database, plan, schema, stages
from reseed.database import Target
from reseed.errors import PlanError, ServerError, SettingsError, StorageError
from reseed.plan import Plan
from reseed.plan.reach import downstream
from reseed.project import Project
from reseed.run import folder as folders
from reseed.run.folder import RunRecord
from reseed.run.journal import Event, Journal
from reseed.run.reading import state_of
from reseed.run.standing import Swap, bound_to, last_swap, standing_run
from reseed.run.state import BLOCKED, FAILED, PASSED, RunState
from reseed.run.status_file import StatusFile
from reseed.site import Site

Listener = Callable[[Event], None]


@dataclass(frozen=True)
class RunContext:
    """What a run works with, wherever it is begun or resumed.

    Attributes:
        project: the application. plan: its plan, verified. target: server, role and public database.
        embedded: whether the target is our own embedded server, whose address may change. state: folder of runs.
        migrations: Alembic's script location for this run.
    """

    project: Project
    plan: Plan
    target: Target
    embedded: bool
    state: Path
    migrations: Path


def read_plan(project: Project) -> Plan:
    """The project's plan, with every action and check it names known.

    Raises:
        PlanError: it is malformed, or names something unknown.
    """
    parsed = plan.read(project.plan)
    plan.verify(parsed, stages.STAGES, stages.checks(project))
    return parsed


def begin(context: RunContext, listeners: tuple[Listener, ...] = ()) -> tuple[Path, RunState]:
    """Carry out the whole plan; returns the run folder and the state it ended in."""
    preflight(context)
    run = folders.new_run_id()
    record = RunRecord(
        id=run,
        project=str(context.project.root / "reseed.toml"),
        target=bound_to(context.target, context.embedded),
        public=context.target.database,
        database=database.private_name(context.target.database, f"new_{run}"),
        migrations=str(context.migrations),
        plan_digest=context.plan.digest,
    )
    text = context.project.plan.read_text(encoding="utf-8")
    with ExitStack() as alone:
        # Claimed first, so that whoever is refused leaves no folder behind.
        alone.enter_context(database.claim(context.target, f"run {run}"))
        folder = folders.create_run(context.state, record, text)
        alone.enter_context(folders.hold(folder))
        journal = _journal(context, folder, listeners)
        journal.write("run.started", run=run, database=record.public, server=context.target.masked)
        return folder, _carry_on(context, folder, journal)


def resume(context: RunContext, folder: Path, listeners: tuple[Listener, ...] = ()) -> RunState:
    """Go on with a run that was interrupted, or do the tasks again that failed, and what they blocked."""
    _same_plan(context, folder)
    preflight(context)
    with _alone(context, folder):
        state = state_of(folder, context.plan)
        journal = _journal(context, folder, listeners)
        if state.verdict == "passed":
            return state
        if state.verdict:
            broken = {task.id for task in state.of(FAILED)} or {task.id for task in state.of(BLOCKED)}
            _rewind(context, folder, journal, broken)
        journal.write("run.resumed", run=folder.name, finished=len(state.of(PASSED)))
        reached = _carry_on(context, folder, journal)
        failed_before = {
            task.id for task in reached.of(FAILED) if task.attempts == state.tasks[task.id].attempts
        }
        if failed_before:
            # They had failed before the interruption, so going on has not tried them again yet.
            _rewind(context, folder, journal, failed_before)
            reached = _carry_on(context, folder, journal)
        return reached


def redo(context: RunContext, folder: Path, task: str, listeners: tuple[Listener, ...] = ()) -> RunState:
    """Do one task of a finished run again, and everything that depends on it; their handoffs become stale."""
    _same_plan(context, folder)
    if task not in {known.id for known in context.plan.tasks}:
        raise PlanError(f"The plan has no task {task!r}.", "See them with: reseed plan")
    preflight(context)
    with _alone(context, folder):
        if not state_of(folder, context.plan).verdict:
            raise SettingsError(
                f"Run {folder.name} was interrupted before it ended, so nothing of it can be redone yet.",
                "Finish it first with: reseed resume",
            )
        journal = _journal(context, folder, listeners)
        _rewind(context, folder, journal, {task})
        journal.write("run.resumed", run=folder.name, finished=len(state_of(folder, context.plan).of(PASSED)))
        return _carry_on(context, folder, journal)


def rollback(context: RunContext, listeners: tuple[Listener, ...] = ()) -> tuple[Path, str]:
    """Give the public name back to the database that had it before the last run; its revisions come back with it.

    Nothing is lost: the run's own database keeps all it has under its private name. Doing it again finishes it.

    Returns:
        the run's folder, and the name that its database is kept under.

    Raises:
        SettingsError: no run here made the database that has the name now. ServerError: the previous one is gone.
        Refused: another run is at work. SchemaError: a revision is not in the archive any more.
    """
    folder = standing_run(context.state, context.target, context.embedded)
    if folder is None:
        raise SettingsError(
            f"No run in {folders.runs_folder(context.state)} made the database {context.target.database}, "
            "so there is no swap to take back.",
            "Name the folder that the run lies in with --state.",
        )
    with _alone(context, folder):
        site, swap = _site(context, folder), last_swap(folder)
        assert swap is not None  # noqa: S101 - that is what makes the run the standing one
        if _stands(site, swap, folder):
            aside = _free_name(site)
            database.swap(context.target, public=site.public, new=swap.previous, previous=aside)
        if swap.replaced:
            schema.withdraw(site, swap.replaced)
        kept = database.named(context.target, swap.oid) or ""
        _journal(context, folder, listeners).write("swap.undone", public=site.public, kept=kept)
    return folder, kept


def _stands(site: Site, swap: Swap, folder: Path) -> bool:
    """Whether the run's database has the public name; it has not when a rollback was interrupted after giving it back.

    Raises:
        SettingsError: another database has the name. ServerError: the previous one is gone.
    """
    is_there = database.exists(site.target, swap.previous)
    if database.oid(site.target, site.public) != swap.oid:
        if is_there:
            raise SettingsError(
                f'Database "{site.public}" is not the one that run {folder.name} made: it has been replaced since.',
                f'To have the database from before that run, rename "{swap.previous}" by hand.',
            )
        return False
    if not is_there:
        raise ServerError(
            f'Database "{swap.previous}", which run {folder.name} kept, does not exist any more.',
            "Restore its backup from the run folder beside the new one, with pg_restore.",
        )
    return True


def _free_name(site: Site) -> str:
    """A private name for the run's database: its own, or one with a number where that is taken."""
    names = chain(
        [site.database], (database.private_name(site.public, f"new_{site.run}_{n}") for n in count(2))
    )
    return next(name for name in names if not database.exists(site.target, name))


def preflight(context: RunContext) -> None:
    """Find out before the first task what would stop a later one.

    Raises:
        ServerError and its kin: unreachable, login refused, no such database, no CREATEDB, no application role.
        MissingPrivilege: the database belongs to another role. Refused: it is the server's own.
        ProjectError: the migrations folder is missing.
        PlanError: a task is somebody else's to do.
    """
    _require_builtin(context.plan)
    if not database.exists(context.target, context.target.database):
        raise ServerError(
            f"Database {context.target.database!r} does not exist on {context.target.masked}; "
            "a reset needs the database it replaces.",
            "Name another with --database-url, create it empty, or see a demonstration with: reseed demo",
        )
    database.require_ownership(context.target)
    database.require_createdb(context.target)
    database.ensure_app_role(context.target, context.project.app_role)
    schema.require_migrations(context.migrations)


def _require_builtin(of_plan: Plan) -> None:
    for agent in of_plan.agents:
        if agent.executor != "builtin":
            raise PlanError(
                f"Agent {agent.id} ({agent.name}) is {agent.executor}, and only builtin agents can be carried out yet.",
                "Give its tasks an action, and take the executor out of plan.toml.",
            )


@contextmanager
def _alone(context: RunContext, folder: Path) -> Iterator[None]:
    """Nobody else works on the run, and nobody else resets its target."""
    with folders.hold(folder), database.claim(context.target, f"run {folder.name}"):
        yield


def _carry_on(context: RunContext, folder: Path, journal: Journal) -> RunState:
    # DBOS takes its time to import, and only a run needs it.
    from reseed.run.conclude import Command, bring_back
    from reseed.run.workflow import assign, launched

    database.sweep(context.target)
    site = _site(context, folder)
    reached = state_of(folder, context.plan)
    if "swap.done" in reached.facts and len(reached.of(PASSED)) < len(context.plan.tasks):
        bring_back(site)
    crew = Command(site, context.plan, journal, stages.STAGES, stages.checks(context.project))
    with launched(folder, folder.name, crew) as durable:
        durable.carry_on(assign(context.plan))
    ended = state_of(folder, context.plan)
    if not ended.verdict:
        raise StorageError(
            f"Run {folder.name} ended before, but its journal does not say how: {folder / 'journal.jsonl'} is damaged.",
            "Everything else in the run folder is untouched; start a new run with: reseed run",
        )
    return ended


def _rewind(context: RunContext, folder: Path, journal: Journal, tasks: set[str]) -> None:
    from reseed.run.workflow import assign, rewind

    redone = downstream(context.plan, tasks)
    rewind(folder, folder.name, assign(context.plan), redone)
    for task_id in sorted(redone):
        journal.write("task.stale", task_id, summary=f"because of {', '.join(sorted(tasks))}")
        task = context.plan.task(task_id)
        for file in task.deliverables:
            # A backup is never taken apart: the next one keeps it whole, beside itself.
            if PurePosixPath(file).parts[0] == backup.FOLDER:
                continue
            set_aside = folders.set_aside(folder / file)
            if set_aside and file == task.handoff:
                journal.write("handoff.stale", task_id, file=file)


def _site(context: RunContext, folder: Path) -> Site:
    record = folders.read_run(folder)
    return Site(
        project=context.project,
        target=context.target,
        database=record.database,
        folder=folder,
        run=record.id,
        migrations=Path(record.migrations),
        dataset=context.project.load_dataset(),
    )


def _journal(context: RunContext, folder: Path, listeners: tuple[Listener, ...]) -> Journal:
    return Journal(folder, (StatusFile(folder, context.plan), *listeners))


def _same_plan(context: RunContext, folder: Path) -> None:
    record = folders.read_run(folder)
    if record.plan_digest != context.plan.digest:
        raise PlanError(
            f"{context.project.plan} has changed since run {record.id} began; a run ends with the plan it began with.",
            "Restore the plan, or start a new run with: reseed run",
        )
    named = bound_to(context.target, context.embedded)
    if record.target != named:
        raise SettingsError(
            f"Run {record.id} works on {record.target}, but the settings name {named}.",
            "Give the same --database-url as when it began.",
        )
