"""What a person has after `reseed demo`: the numbers, the files, the commands that follow."""

from __future__ import annotations

import json
import re
import shutil
import stat
import subprocess
from pathlib import Path

import pytest

from reseed import database, plan, seed
from reseed.database import tools
from reseed.project import Project
from tests.acceptance.conftest import Command, Finished, Legacy, assert_one_sentence

pytestmark = pytest.mark.timeout(300)

#: The numbers of the written plan, and what a person would ask psql to see them.
NUMBERS = {
    "SELECT count(*) FROM client_accounts": "1",
    "SELECT count(*) FROM engagements": "1",
    "SELECT string_agg(u.email || ' ' || a.role, ', ' ORDER BY u.id) FROM users u"
    " JOIN user_account_associations a ON a.user_id = u.id": (
        "demo@democorp.com ENGAGEMENT_MANAGER, analyst@democorp.com ANALYST, "
        "viewer@democorp.com VIEWER, client.admin@democorp.com CLIENT_ADMIN"
    ),
    "SELECT count(*) FROM discovery_flows"
    " WHERE learning_scope = 'engagement' AND memory_isolation_level = 'strict'": "5",
    "SELECT count(*) FROM discovery_flows WHERE assessment_ready": "1",
    "SELECT count(*) FROM data_imports": "3",
    "SELECT bool_and(count BETWEEN 10 AND 12) FROM"
    " (SELECT count(*) FROM import_field_mappings GROUP BY data_import_id) AS per_import": "t",
    "SELECT min(confidence) >= 0.70 AND max(confidence) <= 0.95 FROM import_field_mappings": "t",
    "SELECT string_agg(count || ' ' || asset_type, ', ' ORDER BY asset_type::text) FROM"
    " (SELECT asset_type, count(*) FROM assets GROUP BY asset_type) AS per_type": (
        "10 application, 10 database, 5 network_device, 35 server"
    ),
    "SELECT count(*) FROM assets WHERE asset_type = 'server' AND os_family = 'linux'": "20",
    "SELECT count(*) FROM assets WHERE asset_type = 'server' AND os_family = 'windows'": "15",
    "SELECT count(*) FROM migration_waves": "4",
    "SELECT count(*) FROM information_schema.columns WHERE column_name = 'is_mock'": "0",
}


def ask(finished: Finished, query: str) -> str:
    """What `psql "$(reseed url)"` answers."""
    url = finished.reseed("url").stdout.strip()
    done = subprocess.run(
        [tools.find("psql"), url, "-XqAtc", query], capture_output=True, text=True, check=True
    )
    return done.stdout.strip()


def test_psql_shows_the_numbers_of_the_plan(finished: Finished) -> None:
    shown = {query: ask(finished, query) for query in NUMBERS}
    assert shown == NUMBERS


def test_the_url_serves_other_commands_too(finished: Finished, reseed: Command) -> None:
    url = finished.reseed("url").stdout.strip()
    done = reseed("validate", "--state", str(finished.state), DATABASE_URL=url)
    assert done.returncode == 0, done.stdout + done.stderr
    assert finished.reseed("url").stdout.strip() == url


def test_it_ends_with_all_tasks_passed_and_nothing_wrong_any_more(finished: Finished) -> None:
    shown = finished.done.stdout
    assert len(re.findall(r"^ \d\.\d .*\bpassed\b.* \d+\.\d s ", shown, re.MULTILINE)) == 20
    assert "20 of 20 passed" in shown
    wrong = dict(re.findall(r"^ (schema drifts|orphaned rows|tenant leaks) +(\d+ +\d+)", shown, re.MULTILINE))
    assert {name: numbers.split()[1] for name, numbers in wrong.items()} == {
        "schema drifts": "0",
        "orphaned rows": "0",
        "tenant leaks": "0",
    }
    assert all(int(numbers.split()[0]) > 0 for numbers in wrong.values())
    assert str(finished.folder) in shown
    assert "Pages not run: RESEED_BROWSER is none" in shown
    assert "reseed serve" in shown
    assert f"Sign in with the password in {finished.folder / 'demo_password.txt'} as\n" in shown
    assert "not run" in (finished.folder / "VALIDATION_REPORT.md").read_text()


def test_it_leaves_every_deliverable_of_its_plan(finished: Finished, project: Project) -> None:
    tasks = plan.read(project.plan).tasks
    promised = {file for task in tasks for file in task.deliverables} | {
        f"tasks/{task.id}.json" for task in tasks
    }
    assert len(promised) >= 40
    assert not [name for name in promised if not holds_something(finished.folder / name)]
    status = (finished.folder / "STATUS.txt").read_text()
    for task in tasks:
        assert f"Agent {task.agent} - Starting TASK {task.id} {task.title}\n" in status
        assert f"Agent {task.agent} - TASK {task.id} passed" in status


def holds_something(path: Path) -> bool:
    return any(path.iterdir()) if path.is_dir() else path.is_file() and path.stat().st_size > 0


def test_no_password_is_in_anything_it_leaves_or_says(finished: Finished) -> None:
    kept = finished.folder / "demo_password.txt"
    secrets = [finished.target.password.encode(), kept.read_text().strip().encode()]
    assert all(len(secret) >= 8 for secret in secrets)
    files = [path for path in finished.folder.rglob("*") if path.is_file() and path != kept]
    assert len(files) > 30
    said = (finished.done.stdout + finished.done.stderr).encode()
    assert not [secret for secret in secrets if secret in said]
    assert not [path for path in files for secret in secrets if secret in path.read_bytes()]
    assert stat.S_IMODE(kept.stat().st_mode) == 0o600
    assert stat.S_IMODE(finished.folder.stat().st_mode) == 0o700


def test_the_backup_restores_and_the_previous_database_stands(finished: Finished) -> None:
    manifest = json.loads((finished.folder / "backup" / "manifest.json").read_text())
    with database.maintenance(finished.target) as connection:
        row = connection.execute(
            "SELECT datname FROM pg_database WHERE starts_with(datname, %s)",
            (f"{finished.target.database}__previous_",),
        ).fetchone()
    assert row
    with database.connect(finished.target.on(row[0])) as connection:
        assert database.row_counts(connection) == manifest["rows"]


def test_status_from_another_process(finished: Finished, reseed: Command) -> None:
    told = json.loads(reseed("status", "--json", "--state", str(finished.state)).stdout)
    assert told["verdict"] == "passed"
    assert {task["status"] for task in told["tasks"].values()} == {"passed"}
    shown = reseed("status", "--state", str(finished.state)).stdout
    assert "20 of 20 passed" in shown


def test_a_passed_run_has_nothing_to_resume(finished: Finished) -> None:
    before = (finished.folder / "journal.jsonl").read_bytes()
    again = finished.reseed("resume")
    assert again.returncode == 0, again.stderr
    assert (finished.folder / "journal.jsonl").read_bytes() == before


def test_validate_passes_and_sees_one_row_changed(finished: Finished, reseed: Command) -> None:
    with database.scratch(finished.target, "spoiled", template=finished.target.database) as spoiled:
        with database.connect(spoiled) as connection, database.change_every_row(connection):
            connection.execute("UPDATE assets SET name = name || '!' WHERE asset_type = 'network_device'")
        done = reseed("validate", "--state", str(finished.state), DATABASE_URL=spoiled.url())
    assert_one_sentence(done, 1, "checks failed")
    assert "dataset.digest" in done.stdout


def test_a_demo_does_not_touch_a_database_on_somebody_elses_server(finished: Finished) -> None:
    assert_one_sentence(finished.reseed("demo"), 3, finished.target.database, "exists already")


def test_redo_repeats_what_depends_on_the_task_and_swaps_again(finished: Finished, project: Project) -> None:
    done = finished.reseed("redo", "2.5")
    assert done.returncode == 0, done.stdout + done.stderr
    assert (finished.folder / "SEEDED_IDS.json.stale").is_file()
    assert (finished.folder / "SEEDED_IDS.json").is_file()
    told = json.loads(finished.reseed("status", "--json").stdout)
    assert (finished.folder / "VALIDATION_REPORT.md.stale").is_file()
    again = {id for id, task in told["tasks"].items() if task["attempts"] == 2}
    assert again == {"2.5", "3.1", "3.2", "3.3", "3.4", "3.5", "4.4"}
    dataset = project.load_dataset()
    with database.connect(finished.target) as connection:
        assert seed.actual_digest(connection, dataset) == seed.expected_digest(dataset)
    assert finished.reseed("validate").returncode == 0


def test_redo_of_an_unknown_task(finished: Finished) -> None:
    assert_one_sentence(finished.reseed("redo", "9.9"), 2, "9.9", "reseed plan")


def test_a_project_without_a_legacy_has_no_demo(
    legacy: Legacy, reseed: Command, project: Project, tmp_path: Path
) -> None:
    text = (project.root / "reseed.toml").read_text()
    (tmp_path / "reseed.toml").write_text(re.sub(r"^legacy = .*$", "", text, flags=re.MULTILINE))
    for name in ("plan.toml", "pages.toml", "test_queries.sql"):
        (tmp_path / name).write_bytes((project.root / name).read_bytes())
    done = reseed("demo", "--project", str(tmp_path / "reseed.toml"), *legacy.flags, **legacy.environment)
    assert_one_sentence(done, 2, "project.legacy", "reseed run")


def test_a_swap_that_was_done_is_not_done_again_to_publish_the_revision(
    finished: Finished, project: Project
) -> None:
    """The migrations folder cannot be written at the end: the new database stands, and a resume only publishes."""
    record = json.loads((finished.folder / "run.json").read_text())
    versions = Path(record["migrations"]) / "versions"
    shutil.move(versions, versions.with_name("away"))
    versions.write_text("not a folder")
    failed = finished.reseed("redo", "4.4")
    assert_one_sentence(failed, 1, "leads to the new database", str(versions))
    versions.unlink()
    shutil.move(versions.with_name("away"), versions)
    names = databases_of(finished)
    resumed = finished.reseed("resume")
    assert resumed.returncode == 0, resumed.stderr
    assert databases_of(finished) == names


def databases_of(finished: Finished) -> set[str]:
    with database.maintenance(finished.target) as connection:
        rows = connection.execute(
            "SELECT datname FROM pg_database WHERE starts_with(datname, %s)", (finished.target.database,)
        ).fetchall()
    return {name for (name,) in rows}
