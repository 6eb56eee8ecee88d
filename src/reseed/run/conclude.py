"""The ends of a run: what the database looked like before, and the swap once everything has passed."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass

from reseed import database, guard, proven, schema, validate
from reseed.database import Claim
from reseed.errors import ReseedError, ServerUnreachable
from reseed.hooks import run_hooks
from reseed.records import JSON
from reseed.run import in_place, moves
from reseed.run.standing import built_by
from reseed.run.work import Result, Work
from reseed.site import Site


@dataclass(frozen=True)
class Keeping:
    """Whether what passed is kept. `terms`: the guard's, for room. `limit`: how many templates of a project stay."""

    terms: guard.Terms
    limit: int


@dataclass(frozen=True)
class Command(Work):
    """Carries out tasks, and begins and ends the run. `claim`: our right to reset the target."""

    claim: Claim
    keeping: Keeping

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

        Doing it again after a crash finishes it.
        """
        broken = [task.id for task in self.plan.tasks if results[task.id]["status"] != "passed"]
        if broken:
            summary = f"{len(broken)} of {len(self.plan.tasks)} tasks did not pass: {', '.join(broken)}"
            brought_back = self._bring_back()
            return self._end("failed", "; ".join(filter(None, (summary, brought_back))), swapped=False)
        self._keep(results)
        try:
            moves.put_in_place(self.site, self.claim, self.journal)
        except (ReseedError, OSError) as error:
            # A server that goes away in the middle has done it or not; only asking it again can tell.
            unknown = isinstance(error, ServerUnreachable)
            self.journal.write("swap.failed", summary=str(error), unknown=unknown)
            return self._end("failed", str(error), swapped=False)
        try:
            moves.publish(self.site, self.journal)
        except (ReseedError, OSError) as error:
            self.journal.write("publish.failed", summary=str(error))
            return self._end("failed", str(error), swapped=True)
        self.survey("after")
        return self._end("passed", f"all {len(self.plan.tasks)} tasks passed", swapped=True)

    def _keep(self, results: Mapping[str, Result]) -> None:
        """Keep what passed as a template, while its name is still private; where that cannot be, the run goes on."""
        facts = next((each["facts"] for each in results.values() if "inputs" in each["facts"]), None)
        if (
            not self.keeping.limit
            or facts is None
            or not database.exists(self.site.target, self.site.database)
        ):
            return
        began = time.perf_counter()
        try:
            name = proven.keep(
                self.site, facts["inputs"], facts["template"], self.keeping.terms, self.keeping.limit
            )
        except (proven.NotKept, ReseedError) as error:
            self.journal.write("template.left", summary=str(error).rstrip("."))
            return
        self.journal.write("template.kept", name=name, seconds=round(time.perf_counter() - began, 3))

    def _bring_back(self) -> str:
        """In place, a run that fails has an old database to bring back."""
        try:
            return in_place.bring_back(self.site, self.claim, self.journal)
        except (ReseedError, OSError) as error:
            self.journal.write("in_place.failed", summary=str(error))
            return f"the old database could not be brought back: {error}"

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


def bring_back(site: Site) -> None:
    """After a swap the built database bears the public name; a redo works on a private copy of it again."""
    if not database.exists(site.target, site.database):
        made = database.named(site.target, built_by(site.folder))
        database.clone(site.target, made or site.public, site.database)
