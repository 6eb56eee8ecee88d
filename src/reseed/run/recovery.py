"""What a process that died has left half done is finished, or taken back where it had not begun to show.

Every command that touches the target calls it first. Usually there is nothing: then only journals are read, and the
server is not asked.
"""

from __future__ import annotations

from pathlib import Path

from reseed import database
from reseed.database import Claim, Target
from reseed.errors import PlanError
from reseed.project import Project
from reseed.run import in_place, moves
from reseed.run.context import alone, journal_of, site_of
from reseed.run.folder import read_run
from reseed.run.journal import Journal
from reseed.run.reading import plan_of
from reseed.run.standing import left_open, unfinished
from reseed.run.state import FAILED


def recover(
    project: Project, target: Target, state: Path, *, embedded: bool, resuming: Path | None = None
) -> tuple[str, ...]:
    """Finish or take back what was left open; returns a sentence for each thing done.

    Args:
        resuming: folder of a run that is about to be resumed, which finishes it by itself.

    Raises:
        Refused: another run is at work on the target. ServerError and its kin: the server does not answer.
        BackupError: an old database that was dropped in place cannot be brought back.
    """
    said: list[str] = []
    for folder in left_open(state, target, embedded):
        if folder == resuming:
            continue
        with alone(target, folder) as claim:
            said += _recovered(project, target, folder, claim)
    return tuple(said)


def _recovered(project: Project, target: Target, folder: Path, claim: Claim) -> list[str]:
    journal, site, said = _journal(project, folder), site_of(project, target, folder), []
    open_ends = unfinished(folder)
    exchange = open_ends.exchange
    happened = exchange is not None and database.oid(target, exchange.public) == exchange.new
    if exchange and happened:
        moves.finish(site, journal, open_ends.purpose, exchange)
        said.append(f"the {open_ends.purpose} of {folder.name}, whose swap had happened, is finished")
    elif exchange and open_ends.in_place:
        # Everything had passed, and the old database is gone: what is left to do is one renaming.
        moves.move(claim, journal, open_ends.purpose, exchange)
        moves.finish(site, journal, open_ends.purpose, exchange)
        said.append(f"the database of run {folder.name}, which had passed, is put in place")
    elif exchange:
        journal.write("swap.abandoned", public=exchange.public)
        said.append(f"the {open_ends.purpose} of {folder.name} had renamed nothing, and is taken back")
    if open_ends.restoring and not happened:
        database.await_made(target)
        database.drop(target, open_ends.restoring)
        journal.write("restore.abandoned", database=open_ends.restoring)
        said.append(f"{open_ends.restoring}, which a restore had begun to fill, is dropped")
    if unfinished(folder).in_place:
        database.await_made(target)
        brought_back = in_place.bring_back(site, claim, journal)
        if not database.exists(target, site.database):
            journal.write("run.finished", verdict=FAILED, summary=f"given up; {brought_back}", swapped=False)
        said.append(f"run {folder.name} was in place; {brought_back}")
    if unfinished(folder).publishing:
        moves.publish(site, journal)
        said.append(f"the revision of run {folder.name} is published, as its database is in place")
    return said


def _journal(project: Project, folder: Path) -> Journal:
    try:
        return journal_of(folder, plan_of(folder, read_run(folder), project.plan))
    except PlanError:
        # Without the plan there is nothing that STATUS.txt could name the tasks by.
        return Journal(folder)
