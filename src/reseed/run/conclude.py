"""The ends of a run: what the database looked like before, and the swap once everything has passed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import count

from reseed import database, schema, validate
from reseed.errors import ReseedError
from reseed.hooks import run_hooks
from reseed.records import JSON
from reseed.run.work import Result, Work
from reseed.site import Site


@dataclass(frozen=True)
class Command(Work):
    """Carries out tasks, and begins and ends the run."""

    def survey(self, when: str) -> Result:
        """Count drifts, orphans and leaks in the public database and tell them; nothing depends on the numbers."""
        try:
            counted = survey(self.site.on(self.site.public))
        except ReseedError as error:
            return {"status": "failed", "summary": str(error)}
        self.journal.write(f"survey.{when}", "", **counted)
        return {"status": "passed", **counted}

    def conclude(self, results: Mapping[str, Result]) -> Result:
        """Swap the names when every task passed; otherwise leave the public name where it is.

        The swap looks at which databases exist, so that doing it again after a crash finishes it.
        """
        broken = [task.id for task in self.plan.tasks if results[task.id]["status"] != "passed"]
        if broken:
            summary = f"{len(broken)} of {len(self.plan.tasks)} tasks did not pass: {', '.join(broken)}"
            return self._end("failed", summary, swapped=False)
        try:
            previous = swap(self.site)
        except (ReseedError, OSError) as error:
            self.journal.write("swap.failed", summary=str(error))
            return self._end("failed", str(error), swapped=False)
        known = database.oid(self.site.target, self.site.public)
        self.journal.write("swap.done", public=self.site.public, previous=previous, oid=known)
        try:
            # Written down before it happens, so that a rollback knows what to put back.
            self.journal.write("publish.begins", replaced=list(schema.to_be_replaced(self.site)))
            schema.publish(self.site)
        except (ReseedError, OSError) as error:
            self.journal.write("publish.failed", summary=str(error))
            return self._end("failed", str(error), swapped=True)
        self.survey("after")
        return self._end("passed", f"all {len(self.plan.tasks)} tasks passed", swapped=True)

    def _end(self, verdict: str, summary: str, *, swapped: bool) -> Result:
        try:
            run_hooks(self.site.project, "after_reset", {"RESEED_VERDICT": "swapped" if swapped else "kept"})
        except ReseedError as error:
            verdict, summary = "failed", f"{summary}; {error}"
            self.journal.write("hooks.failed", summary=str(error))
        self.journal.write("run.finished", verdict=verdict, summary=summary, swapped=swapped)
        return {"status": verdict, "summary": summary, "swapped": swapped}


def survey(site: Site) -> dict[str, JSON]:
    """How far a database is from the models and from being whole: drifts, orphans, leaks, migration heads."""
    drift = schema.count_drift(site)
    mess = validate.count_mess(site)
    return {"drift": drift.count, "orphans": mess.orphans, "leaks": mess.leaks, "heads": drift.heads}


def swap(site: Site) -> str:
    """Give the new database the public name; returns the name that the previous one is kept under."""
    previous = _previous_name(site)
    database.swap(site.target, public=site.public, new=site.database, previous=previous)
    return previous


def _previous_name(site: Site) -> str:
    """A name for the database that steps aside: free, or, when an interrupted swap already used it, that one."""
    names = [database.private_name(site.public, f"previous_{site.run}")]
    for attempt in count(2):
        if not database.exists(site.target, names[-1]):
            break
        names.append(database.private_name(site.public, f"previous_{site.run}_{attempt}"))
    stepping_aside = database.exists(site.target, site.public) and database.exists(site.target, site.database)
    return names[-1] if stepping_aside or len(names) == 1 else names[-2]


def bring_back(site: Site) -> None:
    """After a swap the built database bears the public name; a redo works on a private copy of it again."""
    if not database.exists(site.target, site.database):
        database.clone(site.target, site.public, site.database)
