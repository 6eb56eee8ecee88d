"""Templates of proven databases: for which inputs one stands, what it takes to be copied, and what becomes of it."""

from __future__ import annotations

import hashlib
import importlib
import json
import os
import secrets
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path

import pytest

from reseed import database, fill, proven, schema, seed
from reseed import project as projects
from reseed.database import Target
from reseed.errors import MissingPrivilege, Refused, ServerError
from reseed.guard import Terms
from reseed.project import Guard, Project
from reseed.proven.keep import drop_all_but
from reseed.seed.password import demo_password
from reseed.site import Site
from tests.shop import FOLDER
from tests.waiting import until


@dataclass(frozen=True)
class Shop:
    """A copy of the demo shop whose code may be changed. `module`: its file."""

    project: Project
    module: Path

    def change(self, old: str, new: str) -> None:
        text = self.module.read_text()
        assert old in text
        self.module.write_text(text.replace(old, new, 1))
        importlib.invalidate_caches()
        sys.modules.pop(self.module.stem, None)


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[Shop]:
    folder = tmp_path / "shop"
    shutil.copytree(FOLDER, folder)
    name = f"shop_{secrets.token_hex(4)}"
    module = (folder / "shop_application.py").rename(folder / f"{name}.py")
    for file in (folder / "reseed.toml", folder / "migrations" / "env.py"):
        file.write_text(file.read_text().replace("shop_application", name))
    before = [*sys.path]
    sys.dont_write_bytecode, kept = True, sys.dont_write_bytecode
    yield Shop(replace(projects.load(folder / "reseed.toml"), name=name), module)
    sys.path[:] = before
    sys.dont_write_bytecode = kept
    sys.modules.pop(name, None)


@pytest.fixture
def public(server: Target) -> Iterator[Target]:
    """A public name that nothing bears; templates that a test makes go with it."""
    before = {each.name for each in database.templates(server)}
    yield server.on(f"proven_{secrets.token_hex(4)}")
    for each in database.templates(server):
        if each.name not in before:
            database.drop(server, each.name)


def key(shop: Shop, target: Target, **changes: object) -> str:
    project = replace(shop.project, **changes)  # type: ignore[arg-type]
    return proven.measure_inputs(project, project.load_dataset(), target).key


def test_equal_inputs_have_one_key(shop: Shop, public: Target) -> None:
    assert key(shop, public) == key(shop, public)
    # A few tenants are measured whole, so a comment in the code is not taken for another dataset.
    before = key(shop, public)
    shop.change("CUSTOMERS, ORDERS = 3", "# Seven orders.\nCUSTOMERS, ORDERS = 3")
    assert key(shop, public) == before


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('sa.Column("name", sa.Text, nullable=False)', 'sa.Column("name", sa.Text)'),
        ('name="fk_orders_customer"', 'name="fk_orders_customers"'),
        ("FORCE ROW LEVEL SECURITY',", "NO FORCE ROW LEVEL SECURITY',"),
        ("GRANT SELECT, INSERT, UPDATE, DELETE", "GRANT SELECT"),
        ('f"Customer {number}"', 'f"Client {number}"'),
        ("timedelta(days=number)", "timedelta(hours=number)"),
        ('"SHOP_ORDERS", "7"', '"SHOP_ORDERS", "8"'),
    ],
)
def test_changed_models_and_changed_rows_have_another_key(
    shop: Shop, public: Target, old: str, new: str
) -> None:
    before = key(shop, public)

    shop.change(old, new)

    assert key(shop, public) != before


def test_everything_that_a_dataset_is_asked_for_counts(shop: Shop, public: Target) -> None:
    volatile = 'frozenset({("clerks", "password_hash")})'
    shop.change(volatile, f"{volatile}\n    size: int = 1")
    keys = [
        key(shop, public),
        key(shop, public, seed=2),
        key(shop, public, as_of=shop.project.as_of + timedelta(microseconds=1)),
        key(shop, public, tenants=2),
        key(shop, public, tenants=7),
        key(shop, public, tenants=8),
        key(shop, public, dataset_options={"size": 1}),
        key(shop, public, dataset_options={"size": 2}),
    ]

    assert len(set(keys)) == len(keys)


def test_code_counts_where_not_every_tenant_is_measured(shop: Shop, public: Target) -> None:
    beside = shop.module.with_name(f"{shop.module.stem}_names.py")
    shop.change("def _shops(", f"from {beside.stem} import spelled\n\n\ndef _shops(")
    shop.change('f"Shop {tenant}"', 'spelled(f"Shop {tenant}")')

    def spelling(result: str) -> str:
        beside.write_text(f"def spelled(name):\n    return {result}\n")
        sys.modules.pop(beside.stem, None)
        sys.modules.pop(shop.module.stem, None)
        for file in (beside, shop.module):
            # As if written before this process began.
            os.utime(file, (1e9, 1e9))
        return key(shop, public, tenants=9)

    before = spelling("name")

    # Neither of the three tenants that are measured shows it.
    assert spelling("name.replace('5', 'five')") != before
    assert spelling("name") == before
    shop.change("CUSTOMERS, ORDERS = 3", "# Three.\nCUSTOMERS, ORDERS = 3")
    assert spelling("name") != before
    # What is changed while a process is at work may not be what the process has imported.
    beside.write_text(beside.read_text())
    assert key(shop, public, tenants=9) != key(shop, public, tenants=9)
    sys.modules.pop(beside.stem)


def test_server_role_and_locale_count(
    shop: Shop, public: Target, server_15: Target, role: Callable[[str], Target]
) -> None:
    with database.maintenance(public) as connection:
        connection.execute(
            database.sql.SQL("CREATE DATABASE {} TEMPLATE template0 LOCALE_PROVIDER libc LOCALE 'C'").format(
                database.sql.Identifier(public.database)
            )
        )
    try:
        keys = [
            key(shop, public),
            key(shop, public.on("another name")),
            key(shop, server_15.on(public.database)),
            key(shop, role("CREATEDB").on("another name")),
        ]
    finally:
        database.drop(public, public.database)

    assert len(set(keys)) == 4


def test_an_ordinary_role_keeps_finds_and_copies(
    shop: Shop, server: Target, superuser: Target, role: Callable[[str], Target]
) -> None:
    database.ensure_app_role(server, "modernize_app")
    owner, other = role("CREATEDB"), role("CREATEDB")
    with database.connect(superuser) as connection:
        connection.execute(
            database.sql.SQL("GRANT modernize_app TO {}").format(database.sql.Identifier(owner.user))
        )
    target = owner.on("shop")

    template = proven.ready_template(shop.project, target, limit=2)

    assert proven.ready_template(shop.project, target, limit=2) == template
    with (
        pytest.raises(ServerError, match="accepts no connections"),
        database.connect(target.on(template.name)),
    ):
        pass
    with database.copied(target, template.name) as copy, database.connect(copy) as connection:
        counted = database.row_counts(connection)
    assert counted["public.Orders"] == 7
    assert counted["public.alembic_version"] == 1
    # Somebody else's rows are not for every role that may create a database.
    with pytest.raises(MissingPrivilege), database.copied(other.on("shop"), template.name):
        pass
    assert template.said["project"] == shop.project.name
    assert (template.said["run"], template.said["tenants"]) == ("", 1)
    assert template.said["as_of"] == "2026-01-15T09:00:00+00:00"


def test_what_is_no_run_s_is_not_handed_out_as_proven(shop: Shop, public: Target) -> None:
    template = proven.ready_template(shop.project, public, limit=2)
    inputs = proven.measure_inputs(shop.project, shop.project.load_dataset(), public)

    assert proven.find(public, inputs, by_run=False) == template
    assert proven.find(public, inputs, by_run=True) is None
    with pytest.raises(ServerError, match="No proven database"):
        proven.clone(shop.project, public, "mine")


@pytest.mark.parametrize("spoil", ["opened", "comment", "another key"])
def test_a_template_that_says_otherwise_is_not_found(shop: Shop, public: Target, spoil: str) -> None:
    template = proven.ready_template(shop.project, public, limit=2)
    inputs = proven.measure_inputs(shop.project, shop.project.load_dataset(), public)
    name = database.sql.Identifier(template.name)
    statements = {
        "opened": database.sql.SQL("ALTER DATABASE {} ALLOW_CONNECTIONS true").format(name),
        "comment": database.sql.SQL("COMMENT ON DATABASE {} IS 'my own notes'").format(name),
        "another key": database.sql.SQL("COMMENT ON DATABASE {} IS {}").format(
            name, database.sql.Literal(json.dumps({**template.said, "key": "0" * 64}))
        ),
    }
    with database.maintenance(public) as connection:
        connection.execute(statements[spoil])

    assert proven.find(public, inputs, by_run=False) is None
    made = proven.ready_template(shop.project, public, limit=2)
    assert (made.name, made.closed) == (template.name, True)
    assert made.oid != template.oid


def kept(shop: Shop, target: Target, run: str = "20260115-090000-abcd") -> database.Template:
    """A template as a run keeps it."""
    template = proven.ready_template(shop.project, target, limit=9)
    database.describe(target, template.name, {**template.said, "run": run})
    (found,) = [each for each in database.templates(target) if each.name == template.name]
    return found


def test_a_clone_is_whole_and_only_clones_are_replaced_or_dropped(shop: Shop, public: Target) -> None:
    kept(shop, public)
    name = 'mine "; DROP DATABASE postgres; -- ü'
    database.create(public, public.database)
    with database.maintenance(public) as connection:
        connection.execute(
            database.sql.SQL("ALTER DATABASE {} SET search_path TO public, pg_catalog").format(
                database.sql.Identifier(public.database)
            )
        )
    try:
        made = proven.clone(shop.project, public, name)
        with database.connect(made.target) as connection:
            assert database.row_counts(connection)["public.Orders"] == 7
            assert connection.execute("SHOW search_path").fetchone() == ("public, pg_catalog",)
            connection.execute("CREATE TABLE changed ()")
        with pytest.raises(Refused, match="exists already"):
            proven.clone(shop.project, public, name)
        before = database.oid(public, name)
        proven.clone(shop.project, public, name, replace=True)
        assert database.oid(public, name) != before
        with database.connect(made.target) as connection:
            assert connection.execute("SELECT to_regclass('changed')").fetchone() == (None,)
        with pytest.raises(Refused, match="not made by reseed clone"):
            proven.clone(shop.project, public, public.database, replace=True)
        with pytest.raises(Refused, match="not made by reseed clone"):
            proven.drop_clone(public, public.database)
        assert database.exists(public, public.database)
        proven.drop_clone(public, name)
        assert not database.exists(public, name)
        with pytest.raises(ServerError, match="does not exist"):
            proven.drop_clone(public, name)
    finally:
        database.drop(public, name)
        database.drop(public, public.database)


@pytest.mark.parametrize("name", ["", "x" * 64, "ü" * 32, "a__scratch_0123abcd", "reseed_template_0"])
def test_names_that_do_not_do_are_refused(shop: Shop, public: Target, name: str) -> None:
    kept(shop, public)
    with pytest.raises(ServerError, match=r"Choose a(nother| shorter) name"):
        proven.clone(shop.project, public, name)


def test_a_stale_database_is_not_cloned(shop: Shop, public: Target) -> None:
    kept(shop, public, "20260115-090000-abcd")
    shop.change("Customer {number}", "Client {number}")

    with pytest.raises(ServerError, match=r"changed since run 20260115-090000-abcd.*reseed run"):
        proven.clone(shop.project, public, "mine")
    assert not database.exists(public, "mine")


def test_an_altered_one_is_not_cloned(shop: Shop, public: Target) -> None:
    template = kept(shop, public)
    opened(public, template.name, "SELECT")
    proven.clone(shop.project, public, "mine")
    database.drop(public, "mine")

    opened(public, template.name, "CREATE TABLE strange ()")

    with pytest.raises(ServerError, match=r"has been altered since run .* --no-reuse"):
        proven.clone(shop.project, public, "mine")
    assert not database.exists(public, "mine")


def opened(public: Target, name: str, statement: str) -> None:
    """Somebody opens a template, does something in it, and closes it again."""
    allow = database.sql.SQL("ALTER DATABASE {} ALLOW_CONNECTIONS {}")
    with database.maintenance(public) as connection:
        connection.execute(allow.format(database.sql.Identifier(name), database.sql.Literal(True)))
    with database.connect(public.on(name)) as connection:
        connection.execute(statement.encode())
    with database.maintenance(public) as connection:
        connection.execute(allow.format(database.sql.Identifier(name), database.sql.Literal(False)))


def test_the_latest_used_stay_and_one_that_is_copied_from(shop: Shop, public: Target) -> None:
    made = []
    for number in range(4):
        project = replace(shop.project, seed=number)
        made.append(proven.ready_template(project, public, limit=9).name)
    with database.copier(public, made[0]):
        dropped = drop_all_but(public, shop.project.name, 2)

        assert dropped == (made[1],)
    assert [each.name for each in proven.of_project(public, shop.project.name)] == [made[3], made[2], made[0]]
    assert drop_all_but(public, shop.project.name, 0) == (made[3], made[2], made[0])


def test_without_room_nothing_is_kept_and_the_run_is_told_why(
    shop: Shop, server_on_a_small_disk: tuple[Target, Path], tmp_path: Path
) -> None:
    target, folder = server_on_a_small_disk
    site = Site(
        shop.project, target, target.database, tmp_path, "a run", tmp_path, shop.project.load_dataset()
    )
    built_from = proven.measure_inputs(shop.project, site.dataset, target).key
    ours, unknown = (Terms(Guard(), "shops", ours=ours, state=folder) for ours in (True, False))

    with pytest.raises(proven.NotKept, match=r"the server's disk has .* MB free, and a copy needs"):
        proven.keep(site, built_from, None, ours, 2)
    with pytest.raises(proven.NotKept, match="was in place"):
        proven.keep(replace(site, make_way=lambda: None), built_from, None, unknown, 2)
    assert database.templates(target) == ()


def test_every_tenant_comes_with_a_copy_and_what_is_missing_is_loaded(
    shop: Shop, public: Target, tmp_path: Path
) -> None:
    three = replace(shop, project=replace(shop.project, tenants=3))
    template = kept(three, public)
    site = Site(
        project=three.project,
        target=public,
        database=f"{public.database}__new",
        folder=tmp_path,
        run="20260116-090000-abcd",
        migrations=three.project.migrations,
        dataset=three.project.load_dataset(),
        reuse=True,
    )
    database.create(public, site.database)
    try:
        schema.squash(site)
        seed.prepare_dataset(site)

        built = proven.upgrade(site)
        people, orders = fill.seed_part(site, "people"), fill.seed_part(site, "orders")

        cloned = f"already there, cloned from the proven database of run {template.said['run']}: "
        assert built.summary.startswith(cloned)
        assert built.facts["template"] == template.oid
        assert people.summary == f"{cloned}3 shops, 9 customers, 6 clerks"
        assert orders.summary == f"{cloned}21 Orders"
        assert hashes(site) == {hashlib.sha256(demo_password(tmp_path).encode()).hexdigest()}

        with site.connect() as connection, database.change_every_row(connection):
            connection.execute('DELETE FROM "Orders" WHERE id = 6')
        again = fill.seed_part(site, "orders")

        assert "already there" not in again.summary
        with site.connect() as connection:
            assert database.row_counts(connection)["public.Orders"] == 21
    finally:
        database.drop(public, site.database)


def hashes(site: Site) -> set[str]:
    """The password hashes of every tenant's users."""
    with site.connect() as connection, database.without_row_security(connection):
        rows = connection.execute("SELECT password_hash FROM clerks").fetchall()
    assert len(rows) == 6
    return {text for (text,) in rows}


def test_sweeping_takes_no_template_for_litter(shop: Shop, public: Target) -> None:
    template = kept(shop, public)

    assert template.name not in database.sweep(public)
    assert template in database.templates(public)


def test_many_processes_make_one_template_and_copy_it_at_once(shop: Shop, public: Target) -> None:
    def work(_: int) -> int:
        template = proven.ready_template(shop.project, public, limit=2)
        with database.copier(public, template.name) as copier:
            for _ in range(3):
                with copier.copy() as copy, database.connect(copy) as connection:
                    assert database.row_counts(connection)["public.Orders"] == 7
        return template.oid

    with ThreadPoolExecutor(4) as side_by_side:
        assert len(set(side_by_side.map(work, range(4)))) == 1


@pytest.fixture
def public_on_disk() -> Iterator[Target]:
    """A public name on a server whose databases cost what they usually cost: in memory they are nearly free."""
    with database.embedded.ephemeral() as server:
        yield server.on(f"proven_{secrets.token_hex(4)}")


def test_a_copy_takes_hardly_longer_than_the_bare_statement(shop: Shop, public_on_disk: Target) -> None:
    public = public_on_disk
    template = proven.ready_template(shop.project, public, limit=2)
    bare, ours = [], []

    def hardly_longer() -> bool:
        return len(ours) >= 15 and min(ours) <= 1.3 * min(bare)

    with database.copier(public, template.name) as copier, database.maintenance(public) as connection:
        # The quickest of each, and again while others at work on this machine leave no quiet moment.
        while not hardly_longer() and len(ours) < 75:
            name = database.sql.Identifier(f"{public.database}_{len(ours)}")
            began = time.perf_counter()
            connection.execute(
                database.sql.SQL("CREATE DATABASE {} TEMPLATE {} STRATEGY file_copy").format(
                    name, database.sql.Identifier(template.name)
                )
            )
            bare.append(time.perf_counter() - began)
            connection.execute(database.sql.SQL("DROP DATABASE {}").format(name))
            began = time.perf_counter()
            with copier.copy():
                ours.append(time.perf_counter() - began)

    assert hardly_longer(), (min(ours), min(bare))


KEEPER = """
import sys, json
from reseed import database
from reseed.database import Target
target = Target.parse(sys.argv[1])
while True:
    print("ready", flush=True)
    database.keep_template(target, target.database, sys.argv[2], {"key": "0" * 64, "project": "killed"})
"""


def test_killed_at_any_instant_a_template_is_whole_and_nothing_is_left_over(public: Target) -> None:
    database.create(public, public.database)
    with database.connect(public) as connection:
        connection.execute("CREATE TABLE filled AS SELECT generate_series(1, 1000) AS number")
    name = database.template_name(secrets.token_hex(32))
    whole = proven.measure_held(public)
    found = 0
    try:
        for attempt in range(8):
            with subprocess.Popen(
                [sys.executable, "-c", KEEPER, public.url(), name], stdout=subprocess.PIPE, text=True
            ) as keeper:
                # Killed while it keeps the first, or puts another in its place.
                for _ in range(1 + attempt % 2):
                    assert keeper.stdout and keeper.stdout.readline() == "ready\n"
                time.sleep(0.02 * attempt)
                os.kill(keeper.pid, signal.SIGKILL)
            until(lambda: not _sessions(public))
            database.sweep(public)
            for each in database.templates(public):
                if each.name == name:
                    found += 1
                    assert each.closed
                    assert each.said == {"key": "0" * 64, "project": "killed"}
                    with database.copied(public, name) as copy:
                        assert proven.measure_held(copy) == whole
            assert _family(public) == [public.database]
    finally:
        database.drop(public, public.database)
    assert found


def _sessions(target: Target) -> int:
    with database.maintenance(target) as connection:
        row = connection.execute(
            "SELECT count(*) FROM pg_stat_activity WHERE usename = current_user AND state = 'active' "
            "AND query LIKE 'CREATE DATABASE%%'"
        ).fetchone()
    return int(row[0]) if row else 0


def _family(target: Target) -> list[str]:
    with database.maintenance(target) as connection:
        rows = connection.execute(
            "SELECT datname FROM pg_database WHERE starts_with(datname, %s) ORDER BY 1", (target.database,)
        ).fetchall()
    return [name for (name,) in rows]
