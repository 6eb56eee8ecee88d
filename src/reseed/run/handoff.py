"""Handoff files: a measured head, the body a stage wrote, and the refusal of one that is stale, edited or forged.

The head is a JSON object that says which run and task measured what. In Markdown it stands in a fenced block at the
top; in JSON it is the member `handoff`. The bytes of the finished file are part of the task's durable result, so a
file that nobody's task produced, or that was changed since, differs from what the run remembers.
"""

from __future__ import annotations

import difflib
import json
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from reseed import schema, seed
from reseed.errors import HandoffRefused
from reseed.files import write_atomically
from reseed.records import Finding, Handoff
from reseed.site import Site
from reseed.validate.tenants import owned_by


def measure(site: Site, task: str, parts: tuple[str, ...], findings: tuple[Finding, ...]) -> Handoff:
    """The head of a handoff, measured on the database now.

    Args:
        parts: the dataset's parts that are seeded so far; their rows make up the digest.
    """
    with site.connect() as connection:
        fingerprint = schema.fingerprint(connection)
        digest = seed.parts_digest(connection, site.dataset, parts, _whose(site)) if parts else ""
    written = datetime.now(UTC).isoformat(timespec="seconds")
    return Handoff(site.run, task, written, fingerprint, digest, findings)


def _whose(site: Site) -> seed.Whose | None:
    """The demo tenant's rows, where others are loaded after a handoff: what it promises does not change by them."""
    if site.project.tenants == 1:
        return None
    return lambda table: owned_by(site.project, site.dataset, table, range(1))


def write(site: Site, file: str, head: Handoff, parts: tuple[str, ...]) -> dict[str, Any]:
    """Put the head on the body that the stage left at `file`; returns what the run must remember of it."""
    path = site.folder / file
    fields = _fields(head, parts)
    body = path.read_text(encoding="utf-8")
    text = _json_file(body, fields) if path.suffix == ".json" else _markdown_file(body, fields)
    write_atomically(path, text)
    return {"file": file, "text": text, "head": fields}


def verify(site: Site, remembered: Mapping[str, Any]) -> None:
    """Refuse a handoff that is not what the run remembers, or that the database no longer agrees with.

    Raises:
        HandoffRefused: missing, edited or forged (the text differs), or stale (the measurement differs).
    """
    path = site.folder / str(remembered["file"])
    head: Mapping[str, Any] = remembered["head"]
    redo = f"Nothing was changed. Run: reseed redo {head['task']}"
    if not path.is_file():
        raise HandoffRefused(
            f"The handoff {path.name} of task {head['task']} is missing in {path.parent}.", redo
        )
    found = path.read_text(encoding="utf-8", errors="replace")
    if found != remembered["text"]:
        raise HandoffRefused(
            f"The handoff {path.name} is not the file that task {head['task']} wrote: "
            f"{_change(remembered['text'], found)}",
            redo,
        )
    parts = tuple(head["parts"])
    fresh = measure(site, head["task"], parts, ())
    _compare(path, "schema fingerprint", head["schema_fingerprint"], fresh.schema_fingerprint, site, redo)
    _compare(path, "dataset digest", head["dataset_digest"], fresh.dataset_digest, site, redo)


def _compare(path: Path, what: str, claimed: str, measured: str, site: Site, redo: str) -> None:
    if claimed != measured:
        raise HandoffRefused(
            f"The handoff {path.name} is stale: its {what} is {claimed[:12]}, "
            f"database {site.database} now measures {measured[:12]}.",
            redo,
        )


def _change(expected: str, found: str) -> str:
    lines = [
        line
        for line in difflib.unified_diff(expected.splitlines(), found.splitlines(), n=0, lineterm="")
        if line[:1] in "+-" and line[:3] not in {"+++", "---"}
    ]
    shown = "; ".join(
        f"{'found' if line[0] == '+' else 'expected'} {line[1:].strip()[:80]!r}" for line in lines[:2]
    )
    return f"{shown}." if shown else "its line endings or last line differ."


def _fields(head: Handoff, parts: tuple[str, ...]) -> dict[str, Any]:
    return {
        "run": head.run,
        "task": head.task,
        "written": head.written,
        "schema_fingerprint": head.schema_fingerprint,
        "dataset_digest": head.dataset_digest,
        "parts": list(parts),
        "checks": [
            {"check": finding.check, "passed": finding.passed, "measured": finding.measured}
            for finding in head.findings
        ],
    }


def _markdown_file(body: str, fields: Mapping[str, Any]) -> str:
    return f"```json handoff\n{json.dumps(fields, indent=1, ensure_ascii=False)}\n```\n\n{body}"


def _json_file(body: str, fields: Mapping[str, Any]) -> str:
    return json.dumps({**json.loads(body), "handoff": fields}, indent=2, ensure_ascii=False) + "\n"
