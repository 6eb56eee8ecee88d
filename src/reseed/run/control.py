"""Begin a run, go on with one, do a task again: what the commands call."""

from __future__ import annotations

from contextlib import ExitStack, suppress
from dataclasses import replace
from functools import partial
from pathlib import Path, PurePosixPath

from reseed import backup, database, guard, plan, schema, stages
from reseed.database import Claim
from reseed.errors import PlanError, SettingsError, StorageError
from reseed.plan import Plan
from reseed.plan.reach import downstream, upstream
from reseed.project import Project
from reseed.run import folder as folders
from reseed.run.beforehand import beside, names
from reseed.run.carried import carried, carry, key_of
from reseed.run.context import Listener, RunContext, alone, journal_of, require_its_target, site_of
from reseed.run.folder import RunRecord
from reseed.run.in_place import make_way, require_proven_backup
from reseed.run.journal import Journal, read_journal
from reseed.run.reading import state_of
from reseed.run.standing import bound_to, unfinished
from reseed.run.state import BLOCKED, FAILED, PASSED, RunState


def read_plan(project: Project) -> Plan:
    """The project's plan, with every action and check it names known.

    Raises:
        PlanError: it is malformed, or names something unknown.
    """
    parsed = plan.read(project.plan)
    plan.verify(parsed, stages.STAGES, stages.checks(project))
    return parsed


def begin(
    context: RunContext,
    listeners: tuple[Listener, ...] = (),
    *,
    in_place: bool = False,
    reuse: bool = True,
) -> tuple[Path, RunState]:
    """Carry out the whole plan; returns the run folder and the state it ended in.

    Args:
        in_place: drop the old database, once its backup is proven, before the new one is built.
        reuse: copy a proven database that was made from the same inputs, where one is kept.
    """
    if in_place:
        require_proven_backup(context.plan)
    preflight(context, copies=True, in_place=in_place)
    run = folders.new_run_id()
    text = context.project.plan.read_text(encoding="utf-8")
    with ExitStack() as stack:
        # Claimed first: whoever is refused leaves no folder behind, and what has the name may change until then.
        claim = stack.enter_context(database.claim(context.target, f"run {run}"))
        record = RunRecord(
            id=run,
            project=str(context.project.root / "reseed.toml"),
            target=bound_to(context.target, context.embedded),
            public=context.target.database,
            database=database.private_name(context.target.database, f"new_{run}"),
            migrations=str(context.migrations),
            plan_digest=context.plan.digest,
            oid=database.oid(context.target, context.target.database),
            in_place=in_place,
            tenants=context.project.tenants,
            dataset_options=dict(context.project.dataset_options),
            reuse=reuse and context.templates > 0,
        )
        folder = folders.create_run(context.state, record, text)
        stack.enter_context(folders.hold(folder))
        journal = journal_of(folder, context.plan, listeners)
        journal.write(
            "run.started",
            run=run,
            database=record.public,
            server=context.target.masked,
            in_place=in_place,
        )
        return folder, _carry_on(context, folder, journal, claim)


def resume(context: RunContext, folder: Path, listeners: tuple[Listener, ...] = ()) -> RunState:
    """Go on with a run that was interrupted, or do the tasks again that failed, and what they blocked."""
    _same_plan(context, folder)
    _not_brought_back(folder)
    preflight(context, folder)
    with alone(context.target, folder) as claim:
        state = state_of(folder, context.plan)
        journal = journal_of(folder, context.plan, listeners)
        if state.verdict == "passed":
            return state
        if state.verdict:
            broken = {task.id for task in state.of(FAILED)} or {task.id for task in state.of(BLOCKED)}
            _rewind(context, folder, journal, broken)
        journal.write("run.resumed", run=folder.name, finished=len(state.of(PASSED)))
        reached = _carry_on(context, folder, journal, claim)
        failed_before = {
            task.id for task in reached.of(FAILED) if task.attempts == state.tasks[task.id].attempts
        }
        if failed_before:
            # They had failed before the interruption, so going on has not tried them again yet.
            _rewind(context, folder, journal, failed_before)
            reached = _carry_on(context, folder, journal, claim)
        return reached


def redo(context: RunContext, folder: Path, task: str, listeners: tuple[Listener, ...] = ()) -> RunState:
    """Do one task of a finished run again, and everything that depends on it; their handoffs become stale."""
    _same_plan(context, folder)
    if task not in {known.id for known in context.plan.tasks}:
        raise PlanError(f"The plan has no task {task!r}.", "See them with: reseed plan")
    _not_brought_back(folder)
    preflight(context, folder)
    with alone(context.target, folder) as claim:
        if not state_of(folder, context.plan).verdict:
            raise SettingsError(
                f"Run {folder.name} was interrupted before it ended, so nothing of it can be redone yet.",
                "Finish it first with: reseed resume",
            )
        journal = journal_of(folder, context.plan, listeners)
        _rewind(context, folder, journal, {task})
        journal.write("run.resumed", run=folder.name, finished=len(state_of(folder, context.plan).of(PASSED)))
        return _carry_on(context, folder, journal, claim)


def preflight(
    context: RunContext, folder: Path | None = None, *, copies: bool = False, in_place: bool = False
) -> None:
    """Find out before the first task what would stop a later one.

    Args:
        folder: of the run that is taken up again; one in place may have dropped the old database already.
        copies: the old database is yet to be dumped and restored. in_place: on a server of ours.

    Raises:
        ServerError and its kin: unreachable, login refused, no such database, no CREATEDB, no application role.
        MissingPrivilege: the database belongs to another role. Refused: the guard has a reason.
        ProjectError: the migrations folder is missing.
        PlanError: a task is somebody else's to do, or would measure the database while many tenants are loaded.
    """
    _require_builtin(context.plan)
    if (folders.read_run(folder) if folder else context.project).tenants > 1:
        _require_alone(context)
    dropped = folder is not None and unfinished(folder).in_place is not None
    if dropped:
        guard.require_if_there(context.target, context.terms)
    else:
        guard.require(context.target, context.terms, copies=copies, in_place=in_place)
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


def _require_alone(context: RunContext) -> None:
    """While other tenants are loaded, indexes are off: no handoff may be measured beside the last seeding task.

    Raises:
        PlanError: one might be.
    """
    wanted, last = context.plan, context.project.load_dataset().parts[-1].name
    with_handoff = {task.id for task in wanted.tasks if task.handoff}
    before = plan.predecessors(wanted)
    for loading in [task.id for task in wanted.tasks if task.arguments.get("part") == last]:
        apart = upstream(wanted, loading) | downstream(wanted, [loading])
        for task in wanted.tasks:
            if task.id not in apart and (task.handoff or with_handoff & set(before[task.id])):
                raise PlanError(
                    f"Task {task.id} relies on a handoff or writes one, and may run beside task {loading}, which takes "
                    "indexes off while it loads the other tenants.",
                    f"Let it need {loading}, or the other way round; or load one tenant.",
                )


def _carry_on(context: RunContext, folder: Path, journal: Journal, claim: Claim) -> RunState:
    # DBOS takes its time to import, and only a run needs it.
    from reseed.run.conclude import Command, Keeping, bring_back
    from reseed.run.workflow import assign, launched

    database.sweep(context.target)
    site = site_of(context.project, context.target, folder)
    if folders.read_run(folder).in_place:
        site = replace(site, make_way=partial(make_way, site, claim, journal))
    reached = state_of(folder, context.plan)
    if "swap.done" in reached.facts and len(reached.of(PASSED)) < len(context.plan.tasks):
        bring_back(site)
    keeping = Keeping(context.terms, context.templates)
    checks = stages.checks(site.project)
    begins = not any(task.attempts for task in reached.tasks.values())
    # What is done again is measured again.
    key = key_of(site) if begins and folders.read_run(folder).reuse else ""
    earlier = carried(context.state, key) if key else None
    with beside(site, names(context.plan, checks, reached), earlier) as early:
        site = replace(site, early=early)
        crew = Command(site, context.plan, journal, stages.STAGES, checks, claim, keeping)
        with launched(folder, folder.name, crew) as durable:
            durable.carry_on(assign(context.plan))
    ended = state_of(folder, context.plan)
    if key and not earlier and ended.verdict == PASSED and early.measured():
        # The run has passed; where this cannot be written, the next one measures by itself.
        with suppress(OSError, StorageError):
            carry(context.state, key, folder.name, early.measured())
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


def _not_brought_back(folder: Path) -> None:
    if any(event.kind == "in_place.restored" for event in read_journal(folder)):
        raise SettingsError(
            f"Run {folder.name} was in place, and has brought the old database back: what it had built is gone.",
            "Start a new run with: reseed run",
        )


def _same_plan(context: RunContext, folder: Path) -> None:
    record = folders.read_run(folder)
    if record.plan_digest != context.plan.digest:
        raise PlanError(
            f"{context.project.plan} has changed since run {record.id} began; a run ends with the plan it began with.",
            "Restore the plan, or start a new run with: reseed run",
        )
    require_its_target(context, record)
