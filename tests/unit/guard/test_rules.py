"""Each rule of the guard refuses what it is about, says so in a sentence, and lets everything else pass."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from reseed.errors import Refused
from reseed.guard import Measured, Room, Rows, Stamp, Terms
from reseed.guard.agents import Agent
from reseed.guard.measured import COMMENT, SETTING
from reseed.guard.rules import by_contents, by_look, refused
from reseed.project import Guard

PLAIN = Measured(
    names=("db.example",),
    here=False,
    port=5432,
    database="demo",
    size=12_000_000,
    template=False,
    open=True,
    stamp=None,
    version=("17.2", 17),
    client=("18.1", 18),
    standby=False,
    read_only=False,
    own_state="",
    rooms=(Room("the server's disk", 10**9, 10**8), Room("the disk of /state", None, 10**8)),
    tables=3,
    rows=Rows(100, more=False),
)
TERMS = Terms(Guard(), "tenants", ours=False, state=Path("/state"))
CLAUDE = Agent("Claude Code", "CLAUDECODE")


def reasons(seen: Measured, terms: Terms) -> list[str]:
    return [
        f"{each.reason} | {each.next_step}" for each in (*by_look(seen, terms), *by_contents(seen, terms))
    ]


def test_a_plain_database_passes() -> None:
    assert reasons(PLAIN, TERMS) == []


def seen(**changes: Any) -> Measured:
    return replace(PLAIN, **changes)


def allowing(**rules: Any) -> Terms:
    return replace(TERMS, rules=Guard(**rules))


def cases() -> Iterator[tuple[Measured, Terms, str]]:
    yield seen(database="postgres"), TERMS, "is the server's own and is never reset | Name the application's"
    yield seen(database="template1", template=True), TERMS, "is the server's own"
    yield seen(template=True), TERMS, "is a template, from which others are made | "
    yield (
        seen(stamp=Stamp("production", COMMENT)),
        TERMS,
        "stamped production by its comment | To reset it all the same, its owner runs: reseed protect --remove",
    )
    for word in ("prod", "LIVE", " Production "):
        yield seen(stamp=Stamp(word, COMMENT)), TERMS, f"is stamped {word} by its comment"
    yield (
        seen(stamp=Stamp("prod", SETTING)),
        TERMS,
        "stamped prod by the setting reseed.environment | To reset it all the same, an administrator",
    )
    yield seen(own_state="holds the state of runs"), TERMS, "holds the state of runs | "
    yield seen(standby=True), TERMS, "is a replica, which only follows another server | Name the primary"
    yield seen(read_only=True), TERMS, "is read only by default (default_transaction_read_only is on)"
    yield (
        seen(version=("18.0", 18), client=("17.4", 17)),
        TERMS,
        "the server is version 18.0, newer than our pg_dump, which is 17.4 | Install the client programs of",
    )
    short = Room("the server's disk", 99_000_000, 100_000_000)
    yield (
        seen(rooms=(short, PLAIN.rooms[1])),
        TERMS,
        "the server's disk has 99.0 MB free, and a copy of the database needs 100.0 MB | Free space there.",
    )
    local = Room("the disk of /state", 0, 1_000_000, "--state")
    yield (
        seen(rooms=(PLAIN.rooms[0], local)),
        TERMS,
        "the disk of /state has 0.0 MB free, and a copy of the database needs 1.0 MB | "
        "Free space there, or name another folder with --state.",
    )
    yield (
        PLAIN,
        allowing(allowed_hosts=("localhost", "*.staging.example")),
        "host db.example is not among the allowed hosts (localhost, *.staging.example) | Name another",
    )
    # A name may say localhost, and the address beside it lead elsewhere.
    yield (
        seen(names=("localhost", "10.0.0.5")),
        allowing(allowed_hosts=("localhost",)),
        "host 10.0.0.5 is not among the allowed hosts",
    )
    for host, service in (
        ("demo.abc.eu-west-1.RDS.amazonaws.com.", "Amazon RDS"),
        ("ec2-1-2-3-4.compute-1.amazonaws.com", "Heroku Postgres"),
        ("shop.postgres.database.azure.com", "Azure Database"),
        ("/cloudsql/shop:europe-west1:main", "Google Cloud SQL"),
        ("db.abcdef.supabase.co", "Supabase"),
        ("ep-red-sun-1234.eu-central-1.aws.neon.tech", "Neon"),
        ("pg-1.shop.aivencloud.com", "Aiven"),
        ("shop-do-user-1-0.b.db.ondigitalocean.com", "DigitalOcean"),
        ("dpg-abc123-a.frankfurt-postgres.render.com", "Render"),
        ("p.abc.db.postgresbridge.com", "Crunchy Bridge"),
        ("abc.xyz.tsdb.cloud.timescale.com", "Timescale"),
        ("viaduct.proxy.rlwy.net", "Railway"),
        ("direct.abc.flympg.net", "Fly"),
    ):
        yield seen(names=(host,)), TERMS, f"is run by {service}, and no managed server is reset that is not"
    yield seen(names=("127.0.0.1", "x.neon.tech")), TERMS, "is run by Neon"
    yield (
        PLAIN,
        allowing(allowed_databases=("shop", "demo_*")),
        "is not among the allowed databases (shop, demo_*) | Name another",
    )
    yield (
        seen(rows=Rows(50, more=True)),
        allowing(maximum_rows=50),
        "has more than 50 rows, which is the most that may be reset | Name another, or raise maximum_rows",
    )
    yield (
        seen(tenants=("acme", "globex")),
        allowing(forbidden_tenants=("acme", "globex", "x")),
        "holds tenants acme, globex, which must never be reset | Name another, or take the tenant",
    )
    yield seen(tenants=("acme",)), TERMS, "holds tenant acme, which"
    yield (
        PLAIN,
        replace(TERMS, agent=CLAUDE),
        'Claude Code is at work here (CLAUDECODE is set) on database "demo" on db.example:5432, and '
        "RESEED_CONSENT is not set | Let whoever answers for that database set: RESEED_CONSENT=demo",
    )
    yield replace(PLAIN), replace(TERMS, agent=CLAUDE, consent="other"), "and RESEED_CONSENT names other"
    yield (
        seen(database="a \"b\" 'c'"),
        replace(TERMS, agent=CLAUDE),
        "set: RESEED_CONSENT='a \"b\" '\"'\"'c'\"'\"''",
    )


@pytest.mark.parametrize(("measured", "terms", "sentence"), list(cases()))
def test_a_rule_refuses(measured: Measured, terms: Terms, sentence: str) -> None:
    (reason,) = reasons(measured, terms)
    assert sentence in reason
    assert f'"{measured.database}" on {measured.server}' in reason, "the target is named"


@pytest.mark.parametrize(
    ("measured", "terms"),
    [
        (seen(stamp=Stamp("staging", COMMENT)), TERMS),
        (seen(stamp=Stamp("preproduction", SETTING)), TERMS),
        (seen(version=("18.9", 18)), TERMS),
        (seen(version=("18.9", 18), client=None), TERMS),
        (PLAIN, allowing(allowed_hosts=("*.EXAMPLE",))),
        (seen(names=("/var/run/postgresql",)), allowing(allowed_hosts=("localhost",))),
        (seen(names=("::1",)), allowing(allowed_hosts=("localhost",))),
        (seen(names=("x.neon.tech",)), allowing(allowed_hosts=("x.neon.tech",))),
        (seen(names=("x.neon.tech", "127.0.0.1")), allowing(allowed_hosts=("*.neon.tech", "localhost"))),
        (seen(names=("neon.tech.example",)), TERMS),
        (PLAIN, allowing(allowed_databases=("d?mo",))),
        (PLAIN, allowing(maximum_rows=100)),
        (PLAIN, allowing(forbidden_tenants=("acme",))),
        (PLAIN, replace(TERMS, agent=CLAUDE, consent="demo")),
        # On our own server nobody is asked, and it may listen anywhere.
        (PLAIN, replace(allowing(allowed_hosts=("nowhere",)), ours=True, agent=CLAUDE)),
    ],
)
def test_a_rule_lets_pass(measured: Measured, terms: Terms) -> None:
    assert reasons(measured, terms) == []


def test_databases_are_told_by_their_case() -> None:
    """Demo and demo are two databases."""
    assert reasons(PLAIN, allowing(allowed_databases=("Demo",)))


def test_what_is_in_a_database_counts_on_our_own_server_too() -> None:
    ours = replace(allowing(allowed_databases=("shop",), maximum_rows=1), ours=True)
    stamped = seen(stamp=Stamp("live", COMMENT), rows=Rows(1, more=True), tenants=("acme",))
    assert len(reasons(stamped, ours)) == 4


def test_one_reason_is_one_sentence_and_its_next_step() -> None:
    error = refused(tuple(by_look(seen(stamp=Stamp("production", COMMENT)), TERMS)))
    assert str(error) == (
        'Database "demo" on db.example:5432 is stamped production by its comment; refusing. '
        "To reset it all the same, its owner runs: reseed protect --remove"
    )
    assert error.exit_code == 3


def test_every_reason_is_told_at_once() -> None:
    bad = seen(stamp=Stamp("live", COMMENT), standby=True, names=("x.neon.tech",))
    error = refused(tuple(by_look(bad, TERMS)))
    assert isinstance(error, Refused)
    first, *others = str(error).splitlines()
    assert first == "Refusing, for 3 reasons:"
    assert [any(word in line for line in others) for word in ("run by Neon", "stamped live", "replica")] == [
        True
    ] * 3


def test_a_target_is_named_by_host_and_port() -> None:
    assert seen(names=()).server == "the local socket:5432"
