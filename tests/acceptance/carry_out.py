"""What a process does that carries out or resumes a run, and may die or lie on the way.

Options: `--die {"TASK": "EVENT", …}`, `--lie STAGE`, `--write SQL`, `--in-place`. `--die` kills the process (SIGKILL)
at the first such event of one of these tasks, and leaves the task's id in STATE/died; events of the run itself have
an empty id. `--lie` replaces a stage by one that does nothing and says that all went well. `--write` has somebody
write to the old database once its backup has passed its gate.
"""

from __future__ import annotations

import json
import os
import signal
import sys
from pathlib import Path

from reseed import database, stages
from reseed import run as runs
from reseed.cli.context import run_context
from reseed.errors import ReseedError
from reseed.records import Outcome
from reseed.run import Event
from reseed.settings import Settings


def main(state: Path, migrations: Path, *options: str) -> int:
    """The exit code."""
    listeners = []
    if "--die" in options:
        moments = json.loads(options[options.index("--die") + 1])

        def die(event: Event) -> None:
            if moments.get(event.task) == event.kind:
                (state / "died").write_text(event.task)
                os.kill(os.getpid(), signal.SIGKILL)

        listeners.append(die)
    if "--write" in options:
        statement = options[options.index("--write") + 1]

        def write(event: Event) -> None:
            if (event.task, event.kind) == ("1.1", "task.passed"):
                with database.connect(context.target) as connection:
                    connection.execute(statement.encode())

        listeners.append(write)
    if "--lie" in options:
        name = options[options.index("--lie") + 1]
        lie = stages.Stage(name, lambda site, **arguments: Outcome("ALL TASKS COMPLETED"), "claims")
        stages.STAGES = {**stages.STAGES, name: lie}
    context = run_context(Settings.read(state=state, migrations=migrations))
    try:
        if list(state.glob("runs/*/run.json")):
            reached = runs.resume(context, runs.find_run(state, None), tuple(listeners))
        else:
            _, reached = runs.begin(context, tuple(listeners), in_place="--in-place" in options)
    except ReseedError as error:
        print(error, file=sys.stderr)
        return error.exit_code
    return 0 if reached.verdict == "passed" else 1
