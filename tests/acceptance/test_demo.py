"""What a person has after `reseed demo`: the numbers, the files, the commands that follow, and what can damage it."""

from __future__ import annotations

import json
import re
import shutil
import stat
import subprocess
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from reseed import database, plan, seed
from reseed.database import Target, tools
from reseed.pages.address import free_port
from reseed.project import Project
from reseed.site import Site
from tests.acceptance.conftest import (
    Command,
    Finished,
    ask,
    assert_one_sentence,
    databases_like,
    get,
    interrupt,
    serving,
    site_on_copy,
)

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


def psql(url: str, query: str) -> str:
    """What `psql "$(reseed url)"` answers."""
    done = subprocess.run(
        [tools.find("psql"), url, "-XqAtc", query], capture_output=True, text=True, check=True
    )
    return done.stdout.strip()


def test_psql_shows_the_numbers_of_the_plan(finished: Finished) -> None:
    url = finished.reseed("url").stdout.strip()
    shown = {query: psql(url, query) for query in NUMBERS}
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
    (previous,) = databases_like(finished.target.on(f"{finished.target.database}__previous_"))
    with database.connect(finished.target.on(previous)) as connection:
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


def test_redo_of_an_unknown_task(finished: Finished) -> None:
    assert_one_sentence(finished.reseed("redo", "9.9", "--yes"), 2, "9.9", "reseed plan")


def test_the_console_says_where_the_demo_users_password_lies(finished: Finished) -> None:
    port = free_port("127.0.0.1", None)
    flags = ["--state", str(finished.state), "--port", str(port), "--host", "localhost"]
    with serving(*flags, DATABASE_URL=finished.target.url()) as (command, first):
        assert finished.target.database in first
        assert "<form" in get(f"http://localhost:{port}/sign-in")
        said = interrupt(command)
    assert command.returncode == 130, said
    assert str(finished.folder / "demo_password.txt") in said
    assert (finished.folder / "demo_password.txt").read_text().strip() not in first + said
    assert "demo@democorp.com" in said


# Each check over a run's files and databases says yes about a finished run, and no once something is wrong. -----------


@pytest.fixture
def site(finished: Finished, project: Project, tmp_path: Path) -> Site:
    return site_on_copy(finished.folder, finished.target, project, tmp_path / "run")


@pytest.fixture
def spoiled(site: Site) -> Iterator[Site]:
    """The same about a clone of the database, to be spoiled."""
    with database.scratch(site.target, "spoiled", template=site.database) as clone:
        yield site.on(clone.database)


def test_a_database_is_fresh_only_without_a_table(site: Site, empty_database: Target) -> None:
    assert ask(site.on(empty_database.database), "reset.fresh").passed
    assert not ask(site, "reset.fresh").passed
    assert not ask(site.on("no_such_database"), "reset.fresh").passed


def test_the_schema_document_must_name_every_table(site: Site) -> None:
    assert ask(site, "handoff.schema_ready").passed
    file = site.folder / "SCHEMA_READY.md"
    file.write_text(file.read_text().replace("### assets\n", "assets\n"))
    assert not ask(site, "handoff.schema_ready").passed


def test_the_schema_document_must_be_about_the_schema_as_it_is(spoiled: Site) -> None:
    with spoiled.connect() as connection:
        connection.execute("ALTER TABLE assets ALTER COLUMN name DROP NOT NULL")
    assert not ask(spoiled, "handoff.schema_ready").passed


def write_ids(site: Site, **changes: str) -> None:
    file = site.folder / "SEEDED_IDS.json"
    ids = {kind: roles for kind, roles in json.loads(file.read_text()).items() if kind != "handoff"}
    ids["flows"].update(changes)
    file.write_text(json.dumps(ids))


def test_every_seeded_id_must_be_the_datasets(site: Site) -> None:
    write_ids(site)
    assert ask(site, "handoff.seeded_ids").passed
    write_ids(site, complete="11111111-1111-1111-1111-111111111111")
    assert not ask(site, "handoff.seeded_ids").passed


def test_every_seeded_id_must_have_its_row(spoiled: Site) -> None:
    write_ids(spoiled)
    with spoiled.connect() as connection, database.change_every_row(connection):
        connection.execute("DELETE FROM import_field_mappings")
        connection.execute("DELETE FROM agent_insights")
        connection.execute("TRUNCATE data_imports CASCADE")
    finding = ask(spoiled, "handoff.seeded_ids")
    assert not finding.passed
    assert {row["role"] for row in finding.rows} == {
        "imports.cmdb_csv",
        "imports.cloud_json",
        "imports.manual_excel",
    }


def test_a_report_must_answer_every_check(site: Site) -> None:
    assert ask(site, "validation.complete").passed
    file = site.folder / "report.json"
    report = json.loads(file.read_text())
    report["findings"] = [entry for entry in report["findings"] if entry["check"] != "tenancy.isolated"]
    file.write_text(json.dumps(report))
    assert not ask(site, "validation.complete").passed


def test_a_report_must_be_about_the_rows_as_they_are(spoiled: Site) -> None:
    assert ask(spoiled, "validation.complete").passed
    with spoiled.connect() as connection, database.change_every_row(connection):
        connection.execute("UPDATE assets SET name = name || '!'")
    assert not ask(spoiled, "validation.complete").passed


def test_a_query_without_rows_is_not_answered(site: Site, schema_database: Target) -> None:
    assert ask(site, "queries.answered").passed
    empty = replace(site, database=schema_database.database)
    finding = ask(empty, "queries.answered")
    assert not finding.passed
    assert finding.rows


# A damaged folder. ------------------------------------------------------------------------------------------------


@pytest.fixture
def copied_run(finished: Finished, tmp_path: Path) -> Path:
    """A copy of a finished run's folder, to be damaged."""
    return Path(shutil.copytree(finished.folder, tmp_path / "state" / "runs" / finished.folder.name))


def damaged(
    reseed: Command, finished: Finished, folder: Path, *command: str
) -> subprocess.CompletedProcess[str]:
    state = str(folder.parents[1])
    return reseed(*command, "--state", state, DATABASE_URL=finished.target.url())


def test_a_damaged_journal(reseed: Command, finished: Finished, copied_run: Path) -> None:
    with (copied_run / "journal.jsonl").open("a") as file:
        file.write("not an event\n")
    assert_one_sentence(damaged(reseed, finished, copied_run, "status"), 2, "journal.jsonl", "damaged")


def test_a_lost_journal(reseed: Command, finished: Finished, copied_run: Path) -> None:
    (copied_run / "journal.jsonl").unlink()
    assert_one_sentence(damaged(reseed, finished, copied_run, "resume"), 2, "journal.jsonl", "damaged")


def test_a_lost_state(reseed: Command, finished: Finished, copied_run: Path) -> None:
    for file in copied_run.glob("state.sqlite*"):
        file.unlink()
    assert_one_sentence(
        damaged(reseed, finished, copied_run, "redo", "4.4", "--yes"), 2, "state.sqlite", "damaged"
    )


def test_a_run_of_another_release_can_still_be_told(
    reseed: Command, finished: Finished, copied_run: Path
) -> None:
    journal = copied_run / "journal.jsonl"
    events = [json.loads(line) for line in journal.read_text().splitlines()]
    journal.write_text(
        "".join(json.dumps({key: e[key] for key in e if key != "swapped"}) + "\n" for e in events)
    )
    done = damaged(reseed, finished, copied_run, "status")
    assert done.returncode == 0, done.stderr


# What repeats tasks of the run comes last. -------------------------------------------------------------------------


def test_redo_repeats_what_depends_on_the_task_and_swaps_again(finished: Finished, project: Project) -> None:
    done = finished.reseed("redo", "2.5", "--yes")
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


def test_a_swap_that_was_done_is_not_done_again_to_publish_the_revision(
    finished: Finished, project: Project
) -> None:
    """The migrations folder cannot be written at the end: the new database stands, and a resume only publishes."""
    record = json.loads((finished.folder / "run.json").read_text())
    versions = Path(record["migrations"]) / "versions"
    shutil.move(versions, versions.with_name("away"))
    versions.write_text("not a folder")
    failed = finished.reseed("redo", "4.4", "--yes")
    assert_one_sentence(failed, 1, "leads to the new database", str(versions))
    versions.unlink()
    shutil.move(versions.with_name("away"), versions)
    names = databases_like(finished.target)
    resumed = finished.reseed("resume")
    assert resumed.returncode == 0, resumed.stderr
    assert databases_like(finished.target) == names


def test_rollback_gives_the_name_back_step_by_step(finished: Finished) -> None:
    """The swaps of the redos are taken back one by one, then the first one, with the revisions it replaced."""
    versions = Path(json.loads((finished.folder / "run.json").read_text())["migrations"]) / "versions"
    published = {file.name for file in versions.glob("*.py")}
    assert_one_sentence(finished.reseed("rollback"), 3, "Nobody is there to confirm", "--yes")

    for _ in range(5):
        done = finished.reseed("rollback", "--yes")
        assert done.returncode == 0, done.stderr
        assert "is the database from before the run" in done.stdout
        if {file.name for file in versions.glob("*.py")} != published:
            break
    with database.connect(finished.target) as connection:
        heads = connection.execute("SELECT count(*) FROM alembic_version").fetchall()
    assert heads == [(2,)]
    assert len(list(versions.glob("*.py"))) > 2
    assert not published & {file.name for file in versions.glob("*.py")}
    assert_one_sentence(finished.reseed("rollback", "--yes"), 2, "No run in", "no swap to take back")
    told = json.loads(finished.reseed("status", "--json").stdout)
    assert told["swapped"] is False


def test_prune_drops_what_was_kept_and_nothing_else(finished: Finished) -> None:
    kept = set(databases_like(finished.target)) - {finished.target.database}
    assert len(kept) > 1
    listed = finished.reseed("prune", "--dry-run")
    assert listed.returncode == 0, listed.stderr
    assert f"of {len(kept)} kept databases would be dropped" in listed.stdout
    assert_one_sentence(finished.reseed("prune"), 3, "Nobody is there to confirm")
    with database.claim(finished.target, "run of somebody"):
        assert_one_sentence(finished.reseed("prune", "--yes"), 3, "is being reset by run of somebody")
    assert set(databases_like(finished.target)) - {finished.target.database} == kept

    done = finished.reseed("prune", "--keep", "0", "--yes")
    assert done.returncode == 0, done.stderr
    assert databases_like(finished.target) == [finished.target.database]
    assert "Nothing to drop" in finished.reseed("prune", "--yes").stdout
