"""How far a load has come, told by the statements of its sessions."""

from __future__ import annotations

import pytest
from benchmarks.phases import PHASES, phase


@pytest.mark.parametrize(
    ("statements", "name"),
    [
        ([], "before the first row"),
        (["SELECT 1"], "before the first row"),
        (['COPY "assets" ("id") FROM STDIN (FORMAT BINARY)'], "rows"),
        (["COPY x FROM STDIN", "CREATE UNIQUE INDEX pk_assets ON public.assets USING btree (id)"], "indexes"),
        (["ALTER TABLE a ADD CONSTRAINT f FOREIGN KEY (b) REFERENCES c (d) NOT VALID"], "foreign keys"),
        (["ALTER TABLE a VALIDATE CONSTRAINT f", "CREATE INDEX i ON a (b)"], "foreign keys"),
        (['ANALYZE "assets"'], "analyze"),
    ],
)
def test_the_furthest_statement_tells(statements: list[str], name: str) -> None:
    assert PHASES[phase(statements)] == name
