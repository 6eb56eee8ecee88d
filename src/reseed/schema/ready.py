"""The gate of task 1.6: SCHEMA_READY.md speaks of the database as it is."""

from __future__ import annotations

import re

from reseed.check import Check
from reseed.records import Finding
from reseed.schema.document import FILE
from reseed.schema.facts import read_facts
from reseed.site import Site

_HEADING = re.compile(r"^### (?P<table>.+)$", re.MULTILINE)
_FINGERPRINT = re.compile(r"fingerprint is `(?P<fingerprint>[0-9a-f]{64})`")


def _describes_the_database(site: Site) -> Finding:
    text = (site.folder / FILE).read_text(encoding="utf-8")
    with site.connect() as connection:
        facts = read_facts(connection)
    described = sorted(match["table"] for match in _HEADING.finditer(text))
    present = sorted(key.name.removeprefix("public.") for key in facts.of("table"))
    said = _FINGERPRINT.search(text)
    return SCHEMA_READY.answer(
        {"tables": present, "fingerprint": facts.fingerprint},
        {"tables": described, "fingerprint": said["fingerprint"] if said else None},
        measured=len(present),
    )


SCHEMA_READY = Check(
    "handoff.schema_ready",
    "Does SCHEMA_READY.md describe every table of the database, and nothing else, at its present fingerprint?",
    _describes_the_database,
    scope="run",
)
