"""Does the query pack find its rows by index once tables are large? Asked of PostgreSQL, in a database that size."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from reseed import database
from reseed.check import Check
from reseed.database import Connection
from reseed.records import JSON, Finding, Outcome
from reseed.seed import load_tenants
from reseed.site import Site
from reseed.validate import rows
from reseed.validate.named import Query
from reseed.validate.pack import as_application, pack
from reseed.validate.references import tenant_tables
from reseed.validate.schema_only import schema_only
from reseed.validate.two_tenants import NOBODYS_PASSWORD

TENANTS = 32
"""Enough that each tenant owns a small part of every table, and PostgreSQL prefers an index of its own accord."""

QUERIES = "test_queries.sql"
PLANS = "query_plans.md"


@dataclass(frozen=True, slots=True)
class QueryPlan:
    """How PostgreSQL carries out one query at size.

    Attributes:
        query: of the pack. text: EXPLAIN's output. scanned: tenant tables that it reads from end to end.
    """

    query: Query
    text: str
    scanned: tuple[str, ...]


def prepare_queries(site: Site) -> Outcome:
    """Copy the query pack into the run folder. Its gate explains each query and leaves the plans beside it."""
    queries = pack(site.project)
    site.artifact(QUERIES).write_bytes(site.project.queries.read_bytes())
    return Outcome(f"{len(queries)} queries", artifacts=(QUERIES, PLANS), facts={"queries": len(queries)})


def plans_at_size(site: Site, tenants: int = TENANTS) -> tuple[QueryPlan, ...]:
    """The plan of each query of the pack for one of many tenants, in a scratch database."""
    owned = tenant_tables(site.project.load_metadata(), site.project.tenant_column, site.project.tenant_table)
    with schema_only(site, "at_size") as target:
        with database.connect(target) as connection:
            load_tenants(connection, site.dataset, range(tenants), password=NOBODYS_PASSWORD)
            connection.execute("ANALYZE")
        with as_application(site, target, tenants // 2) as connection:
            # What a page costs out of order on a solid-state disk; the default is that of a spinning one.
            connection.execute("SET LOCAL random_page_cost = 1.1")
            return tuple(_explain(connection, query, owned) for query in pack(site.project).values())


def _explain(connection: Connection, query: Query, owned: Mapping[str, str]) -> QueryPlan:
    text = connection.execute(rows.statement(f"EXPLAIN {query.sql}")).fetchall()
    row = connection.execute(rows.statement(f"EXPLAIN (FORMAT JSON) {query.sql}")).fetchone()
    nodes = list(_nodes(row[0][0]["Plan"])) if row else []
    scanned = {node["Relation Name"] for node in nodes if node["Node Type"] == "Seq Scan"} & set(owned)
    return QueryPlan(query, "\n".join(line for (line,) in text), tuple(sorted(scanned)))


def _nodes(plan: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    yield plan
    for child in plan.get("Plans", ()):
        yield from _nodes(child)


def _markdown(plans: tuple[QueryPlan, ...]) -> str:
    parts = ["# Query plans", "", f"Explained as the application's role, for one of {TENANTS} tenants."]
    for plan in plans:
        verdict = (
            f"scans {', '.join(plan.scanned)}" if plan.scanned else "uses an index for every tenant table"
        )
        parts += ["", f"## {plan.query.name}", "", f"{plan.query.question} {verdict.capitalize()}.", ""]
        parts += ["```", plan.text, "```"]
    return "\n".join(parts) + "\n"


def _use_indexes(site: Site) -> Finding:
    plans = _plans(site)
    site.artifact(PLANS).write_text(_markdown(plans), encoding="utf-8")
    copied = site.folder / QUERIES
    same = copied.is_file() and copied.read_bytes() == site.project.queries.read_bytes()
    scanning = [plan for plan in plans if plan.scanned]
    return USE_INDEXES.answer(
        {"queries that scan a tenant table": [], "pack is in the run folder": True},
        {
            "queries that scan a tenant table": [plan.query.name for plan in scanning],
            "pack is in the run folder": same,
        },
        measured=len(plans),
        rows=tuple({"query": plan.query.name, "scanned": list(plan.scanned)} for plan in scanning),
    )


def _plans(site: Site) -> tuple[QueryPlan, ...]:
    early = site.beforehand(USE_INDEXES.name, lambda: _beforehand(site))
    queries = pack(site.project)
    if early["pack"] != [query.sql for query in queries.values()]:
        return plans_at_size(site)
    return tuple(
        QueryPlan(query, text, tuple(scanned))
        for query, (text, scanned) in zip(queries.values(), early["plans"], strict=True)
    )


def _beforehand(site: Site) -> JSON:
    plans = plans_at_size(site)
    return {
        "pack": [plan.query.sql for plan in plans],
        "plans": [[plan.text, list(plan.scanned)] for plan in plans],
    }


USE_INDEXES = Check(
    "queries.use_indexes",
    f"With {TENANTS} tenants in the database, does no query of the pack read a tenant table from end to end?",
    _use_indexes,
    scope="run",
    beforehand=_beforehand,
)
