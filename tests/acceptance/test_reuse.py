"""A run of unchanged inputs copies the database that a run before it proved; of changed ones it never does."""

from __future__ import annotations

import hashlib
import json
import os
import secrets
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from reseed import database
from reseed.seed.password import demo_password

from .conftest import Legacy, assert_one_sentence, run_reseed, spoil

CLONED = "already there, cloned from the proven database of run "


@dataclass(frozen=True)
class Keeping(Legacy):
    """The shop, whose runs keep templates. `orders`: how many the dataset makes; other numbers are other inputs."""

    orders: int = 7
    name: str = "shop"

    @property
    def environment(self) -> dict[str, str]:
        return {**super().environment, "RESEED_TEMPLATES": "2", "SHOP_ORDERS": str(self.orders)}

    def with_orders(self, number: int) -> Keeping:
        return Keeping(self.target, self.migrations, self.state, self.project, number, self.name)

    def reset(self, *flags: str) -> Path:
        """A run that passes; its folder."""
        done = self.reseed("run", "--yes", *flags)
        assert done.returncode == 0, done.stdout + done.stderr
        return self.latest

    @property
    def latest(self) -> Path:
        return max((self.state / "runs").iterdir())

    def templates(self) -> list[database.Template]:
        return [each for each in database.templates(self.target) if each.said.get("project") == self.name]


@pytest.fixture
def shop(small: Legacy) -> Iterator[Keeping]:
    """The small shop under a project's name of its own, so that its templates are its own, too."""
    assert small.project
    name = f"shop_{secrets.token_hex(4)}"
    text = small.project.read_text()
    small.project.write_text(text.replace('name = "shop"', f'name = "{name}"', 1))
    made = Keeping(small.target, small.migrations, small.state, small.project, name=name)
    yield made
    for each in made.templates():
        database.drop(made.target, each.name)


def summaries(folder: Path) -> dict[str, str]:
    """Task -> what it said, for those that build and seed."""
    return {
        task: json.loads((folder / "tasks" / f"{task}.json").read_text())["summary"]
        for task in ("1.4", "1.6", "1.7")
    }


def ask_a_second_process(shop: Keeping) -> None:
    """Have the plan ask whether another process makes the same rows; all files are older than the processes to come."""
    assert shop.project
    gate = 'gate = ["{}"]\ndeliverables = ["demo_password.txt"]'
    plan = shop.project.with_name("plan.toml")
    spoil(plan, gate.format("schema.compare_metadata"), gate.format("dataset.deterministic"))
    for file in shop.project.parent.rglob("*"):
        os.utime(file, (1, 1))


def measured_by(folder: Path) -> str:
    """The earlier run that a run relies on for another process making the same rows; empty where it has measured it."""
    said = json.loads((folder / "tasks" / "1.5.json").read_text())["summary"]
    _, found, run = said.partition("dataset.deterministic: measured by run ")
    return run.removesuffix(" of the same inputs, not again") if found else ""


def assert_is_its_own(shop: Keeping, folder: Path) -> None:
    """The public database has the dataset's rows, and users who sign in with this run's password."""
    with database.connect(shop.target) as connection:
        connection.execute(
            'ALTER TABLE clerks NO FORCE ROW LEVEL SECURITY; ALTER TABLE "Orders" NO FORCE ROW LEVEL SECURITY'
        )
        hashes = connection.execute("SELECT DISTINCT password_hash FROM clerks").fetchall()
        ((orders,),) = connection.execute('SELECT count(*) FROM "Orders"')
        connection.rollback()
    assert hashes == [(hashlib.sha256(demo_password(folder).encode()).hexdigest(),)]
    assert orders == shop.orders


def test_what_a_run_proved_is_copied_by_the_next_and_by_clone(shop: Keeping) -> None:
    ask_a_second_process(shop)
    first = shop.reset()

    (template,) = shop.templates()
    assert template.said["run"] == first.name
    assert measured_by(first) == ""
    assert template.closed
    assert not any(said.startswith(CLONED) for said in summaries(first).values())
    assert f"what was proven is kept as {template.name}" in (first / "STATUS.txt").read_text()

    second = shop.reset()

    assert all(said.startswith(CLONED + first.name) for said in summaries(second).values())
    assert_is_its_own(shop, second)
    assert measured_by(second) == first.name
    assert demo_password(first) != demo_password(second)
    (kept,) = shop.templates()
    assert (kept.oid, kept.said["run"]) == (template.oid, first.name)
    assert str(kept.said["used"]) > str(template.said["used"])

    third = shop.reset("--no-reuse")

    assert not any(CLONED in said for said in summaries(third).values())
    assert measured_by(third) == ""
    (kept,) = shop.templates()
    assert kept.oid != template.oid
    assert kept.said["run"] == third.name

    name = f"{shop.target.database} clone"
    clone = shop.reseed("clone", name, "--json")
    assert clone.returncode == 0, clone.stderr
    said = json.loads(clone.stdout)
    assert (said["name"], said["run"]) == (name, third.name)
    assert said["seconds"] < 5
    assert Path(said["password_file"]).read_text().strip() == demo_password(third)
    assert shop.target.password and shop.target.password not in clone.stdout + clone.stderr
    assert_one_sentence(shop.reseed("clone", name), 3, name, "exists already")
    assert shop.reseed("clone", name, "--replace").stdout.startswith(
        f"{name} is a copy of what run {third.name}"
    )

    # Other inputs have no template, and a stale one is not handed out.
    stale = shop.with_orders(9).reseed("clone", f"{name} 2")
    assert_one_sentence(stale, 2, "have changed since", "reseed run")

    listed = shop.reseed("prune", "--dry-run")
    assert kept.name in listed.stdout
    assert len(shop.templates()) == 1
    assert shop.reseed("prune", "--yes").returncode == 0
    assert shop.templates() == []
    assert_one_sentence(shop.reseed("clone", f"{name} 2"), 2, "No proven database", "reseed run")
    assert database.exists(shop.target, name)
    assert shop.reseed("clone", "--drop", name).returncode == 0
    assert not database.exists(shop.target, name)


def test_other_inputs_are_built_and_each_has_its_template(shop: Keeping) -> None:
    first = shop.reset()
    other = shop.with_orders(9)

    folder = other.reset()

    assert not any(CLONED in said for said in summaries(folder).values())
    assert_is_its_own(other, folder)
    assert len(shop.templates()) == 2
    # Back to what was before: its template is still there.
    back = shop.reset()
    assert all(said.startswith(CLONED + first.name) for said in summaries(back).values())
    assert_is_its_own(shop, back)

    # The same schema, by a revision that reads otherwise: what was proven does not stand at it.
    assert shop.project
    with shop.project.open("a") as settings:
        settings.write('\n[migrations]\nrevision = "another beginning"\n')
    renamed = shop.reset()
    assert "stands at another revision, so it was not used" in summaries(renamed)["1.4"]
    assert_is_its_own(shop, renamed)
    assert len(shop.templates()) == 2


def alter(shop: Keeping, statement: str) -> None:
    """Somebody opens the template, changes it, and closes it again."""
    (template,) = shop.templates()
    name = database.sql.Identifier(template.name)
    with database.maintenance(shop.target) as connection:
        connection.execute(database.sql.SQL("ALTER DATABASE {} ALLOW_CONNECTIONS true").format(name))
    with database.connect(shop.target.on(template.name)) as connection:
        connection.execute(statement.encode())
    with database.maintenance(shop.target) as connection:
        connection.execute(database.sql.SQL("ALTER DATABASE {} ALLOW_CONNECTIONS false").format(name))


def test_a_template_that_was_altered_is_not_used(shop: Keeping) -> None:
    shop.reset()
    alter(
        shop,
        "ALTER TABLE customers NO FORCE ROW LEVEL SECURITY; UPDATE customers SET name = name || '!'; "
        "ALTER TABLE customers FORCE ROW LEVEL SECURITY",
    )

    folder = shop.reset()

    said = summaries(folder)
    assert "is not what was proven any more, so it was not used" in said["1.4"]
    assert not any(CLONED in each for each in said.values())
    assert_is_its_own(shop, folder)
    (kept,) = shop.templates()
    assert kept.said["run"] == folder.name


def die(shop: Keeping, task: str, event: str) -> None:
    done = shop.carry_out("--die", json.dumps({task: event}))
    assert done.returncode == -9, done.stderr


@pytest.mark.parametrize(("task", "event"), [("1.6", "task.passed"), ("", "template.kept")])
def test_a_run_that_copied_and_was_killed_goes_on(
    shop: Keeping, tmp_path: Path, task: str, event: str
) -> None:
    shop.reset()
    killed = Keeping(
        shop.target, shop.migrations, tmp_path / "other state", shop.project, shop.orders, shop.name
    )

    die(killed, task, event)
    done = killed.reseed("resume")

    assert done.returncode == 0, done.stdout + done.stderr
    assert all(CLONED in said for said in summaries(killed.latest).values())
    assert_is_its_own(killed, killed.latest)
    assert len(shop.templates()) == 1


def test_inputs_that_changed_under_way_are_not_kept(shop: Keeping) -> None:
    die(shop, "1.9", "task.passed")

    # The shop makes the same rows for every seed, so what is there passes.
    assert shop.project
    shop.project.write_text(shop.project.read_text().replace("seed = 1", "seed = 2"))
    done = shop.reseed("resume")

    assert done.returncode == 0, done.stdout + done.stderr
    assert "not kept as a template: models or dataset have changed" in (shop.run / "STATUS.txt").read_text()
    assert shop.templates() == []


def test_in_place_a_copy_takes_the_place_too(shop: Keeping) -> None:
    first = shop.reset()
    comment = database.sql.SQL("COMMENT ON DATABASE {} IS 'ours'").format(
        database.sql.Identifier(shop.target.database)
    )
    with database.connect(shop.target) as connection:
        connection.execute(comment)

    folder = shop.reset("--in-place")

    assert all(said.startswith(CLONED + first.name) for said in summaries(folder).values())
    assert_is_its_own(shop, folder)
    with database.maintenance(shop.target) as connection:
        kept = connection.execute(
            "SELECT shobj_description(oid, 'pg_database') FROM pg_database WHERE datname = %s",
            (shop.target.database,),
        ).fetchone()
    assert kept == ("ours",)


def test_what_did_not_pass_is_not_kept(shop: Keeping) -> None:
    done = shop.carry_out("--lie", "seed")

    assert done.returncode == 1
    assert shop.templates() == []


def test_zero_keeps_nothing(shop: Keeping) -> None:
    done = run_reseed("run", "--yes", *shop.flags, **{**shop.environment, "RESEED_TEMPLATES": "0"})

    assert done.returncode == 0, done.stderr
    assert shop.templates() == []
