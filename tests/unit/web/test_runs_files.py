"""Which files and rows of a run leave the console, and which do not, whatever somebody asks for."""

from __future__ import annotations

from pathlib import Path
from uuid import UUID

import pytest
from tests.run_folders import DEMO, OTHER, PLAN, RunFolder, finding, make_run

from modernize.web.services.paging import Paging
from modernize.web.services.runs import FindingFilter, artifacts, findings
from modernize.web.services.runs.folder import open_run
from modernize.web.services.runs.task import task_view
from reseed.run import read_task

ACCOUNT = UUID(DEMO)


@pytest.fixture
def run(tmp_path: Path) -> RunFolder:
    made = make_run(tmp_path / "state")
    made.begin()
    return made


def ended(run: RunFolder, task: str, *files: str, **result: object) -> None:
    run.start(task)
    run.end(task, artifacts=list(files), **result)


def offered(run: RunFolder, task: str) -> dict[str, str]:
    """path -> why not, of one task's files."""
    result = read_task(run.folder, task)
    assert result
    lines = artifacts.lines(run.folder, run.plan.task(task), result, ACCOUNT)
    return {line.path: line.why_not for line in lines}


def find(run: RunFolder, wanted: str) -> object:
    tasks = [(task, result) for task in run.plan.tasks if (result := read_task(run.folder, task.id))]
    return artifacts.find(run.folder, tasks, ACCOUNT, wanted)


def test_a_listed_file_is_offered_with_its_size(run: RunFolder) -> None:
    file = run.write("contract.md", "# Contract\n")
    ended(run, "1.3", "contract.md")
    (line,) = task_view(open_run(run.folder, PLAN), "1.3", ACCOUNT).artifacts
    assert (line.path, line.size, line.why_not) == ("contract.md", 11, "")
    assert find(run, "contract.md") == file


@pytest.mark.parametrize(
    "path",
    ["demo_password.txt", "state.sqlite", "state.sqlite-wal", "run.json", "lock", "tasks/1.3.json",
     "backup/full_backup.sql", "backup/manifest.json"],
)  # fmt: skip
def test_what_is_the_owners_alone_is_not_offered_even_when_a_task_lists_it(run: RunFolder, path: str) -> None:
    run.write(path)
    ended(run, "1.3", path)
    assert offered(run, "1.3")[path].startswith("Not offered: ")
    assert not isinstance(find(run, path), Path)


def test_the_password_file_is_named_with_the_reason(run: RunFolder) -> None:
    run.write("demo_password.txt")
    ended(run, "2.1", facts={"password_file": "demo_password.txt"})
    assert "password" in offered(run, "2.1")["demo_password.txt"]


@pytest.mark.parametrize(
    "path", ["state.sqlite", "plan.toml", "notes.md", "STATUS.txt", "imports/servers.csv"]
)
def test_a_file_that_no_task_lists_is_not_there(run: RunFolder, path: str) -> None:
    run.write(path)
    ended(run, "1.3")
    assert find(run, path) is None


@pytest.mark.parametrize("path", ["contract.md", "", "."])
def test_what_is_no_file_is_not_there(run: RunFolder, path: str) -> None:
    ended(run, "1.3")
    assert "contract.md" in run.plan.task("1.3").deliverables
    assert find(run, path) is None


@pytest.mark.parametrize(
    "path", ["../secret", "/etc/passwd", "imports/../../../secret", "a\x00b", "migrations"]
)
def test_a_path_that_leads_elsewhere_is_never_sent(run: RunFolder, path: str) -> None:
    (run.folder.parent / "secret").write_text("secret")
    (run.folder.parents[1] / "secret").write_text("secret")
    run.write("migrations/env.py")
    run.write("imports/servers.csv")
    assert "\x00" in path or (run.folder / path).exists(), "a path that leads nowhere would prove nothing"
    ended(run, "1.3", path)
    assert not isinstance(find(run, path), Path)
    assert artifacts.inside(run.folder, path) is None


def test_a_link_out_of_the_folder_is_never_followed(run: RunFolder, tmp_path: Path) -> None:
    (tmp_path / "outside").mkdir()
    (tmp_path / "outside" / "secret").write_text("secret")
    (run.folder / "contract.md").symlink_to(tmp_path / "outside" / "secret")
    (run.folder / "imports").symlink_to(tmp_path / "outside")
    ended(run, "1.3", "contract.md", "imports/secret")
    assert not isinstance(find(run, "contract.md"), Path)
    assert not isinstance(find(run, "imports/secret"), Path)


def test_a_task_that_failed_offers_what_it_left_of_what_the_plan_wants(run: RunFolder) -> None:
    run.write("ISSUES.md")
    run.start("4.4")
    run.end("4.4", "failed", artifacts=[])
    assert offered(run, "4.4") == {"ISSUES.md": ""}


def test_rows_of_another_account_stay_where_they_are(run: RunFolder) -> None:
    own, other = {"name": "mine", "client_account_id": DEMO}, {"name": "theirs", "client_account_id": OTHER}
    leak = finding("tenancy.no_leaks", passed=False, rows=(own, other))
    shown = findings.finding_view(leak, ACCOUNT)
    assert shown.columns == ("name", "client_account_id")
    assert shown.rows == (("mine", DEMO),)
    assert shown.withheld == "1 of 2 rows name another client account and are not shown."
    run.report(leak)
    for path in ("report.json", "VALIDATION_REPORT.html"):
        run.write(path, (run.folder / "report.json").read_bytes())
    ended(run, "4.4", "report.json", "VALIDATION_REPORT.html")
    assert set(offered(run, "4.4").values()) == {"Not offered: it quotes rows of another client account."}


@pytest.mark.parametrize("key", ["client_account_id", "home_client_account_id", "parent client_account_id"])
def test_any_column_that_names_an_account_counts(key: str) -> None:
    leak = finding("tenancy.no_leaks", passed=False, rows=({key: OTHER},))
    assert findings.has_foreign_rows((leak,), ACCOUNT)
    assert not findings.has_foreign_rows((leak,), UUID(OTHER))


def test_no_password_leaves_with_a_finding_a_log_or_a_traceback(run: RunFolder) -> None:
    url = "postgresql://reseed:s3cret@localhost/shop"
    run.write("tasks/1.3.log", f"Traceback\nOperationalError: {url}\n")
    run.start("1.3")
    run.end(
        "1.3",
        "failed",
        url,
        findings=[finding("contract.models", False, rows=({"password_hash": "s3cret"},))],
    )
    shown = task_view(open_run(run.folder, PLAN), "1.3", ACCOUNT)
    assert "OperationalError" in shown.traceback
    assert "s3cret" not in repr(shown)


def test_a_task_shows_its_own_log_alone_and_no_result_of_an_earlier_attempt(run: RunFolder) -> None:
    run.do("1.1", "1.2")
    run.journal.write("run.resumed", run=run.id, finished=1)
    run.journal.write("task.stale", "1.2", summary="because of 1.2")
    run.start("1.2")
    with run.held():
        shown = task_view(open_run(run.folder, PLAN), "1.2", ACCOUNT)
    assert [line.event for line in shown.log] == ["task.started", "task.passed", "task.stale", "task.started"]
    assert shown.findings == ()
    assert shown.line.attempts == 2


def test_a_handoff_is_its_head_and_the_body_below_it(run: RunFolder) -> None:
    head = {
        "run": run.id, "task": "1.6", "written": "2026-01-15T09:00:00+00:00", "schema_fingerprint": "abc",
        "dataset_digest": "", "parts": [], "checks": [{"check": "c", "passed": True, "measured": 18}],
    }  # fmt: skip
    text = '```json handoff\n{\n "run": "r"\n}\n```\n\n# The schema is ready\n'
    ended(run, "1.6", handoff={"file": "SCHEMA_READY.md", "text": text, "head": head})
    shown = task_view(open_run(run.folder, PLAN), "1.6", ACCOUNT).handoff
    assert shown
    assert shown.body == "# The schema is ready"
    assert shown.checks == (("c", True, 18),)
    assert dict(shown.head)["Dataset digest"] == "nothing is seeded yet"


def test_findings_are_searched_by_words_in_any_order_failed_ones_first(run: RunFolder) -> None:
    run.report(finding("rows.assets"), finding("tenancy.no_leaks", passed=False), finding("rows.users"))
    report = findings.read_report(run.folder)
    assert report

    def checks(wanted: FindingFilter, paging: Paging = Paging()) -> list[str]:  # noqa: B008 - a frozen value
        return [line.check for line in findings.page(report, wanted, paging).rows]

    assert checks(FindingFilter()) == ["tenancy.no_leaks", "rows.assets", "rows.users"]
    assert checks(FindingFilter(search="be ROWS.a")) == ["rows.assets"]
    assert checks(FindingFilter(family="rows"), Paging("-check")) == ["rows.users", "rows.assets"]
    assert checks(FindingFilter(result="passed"), Paging("", 1, 1)) == ["rows.users"]
    assert findings.page(report, FindingFilter(result="passed"), Paging("", 1, 1)).total == 2
    families = {one.name: (one.passed, one.asked) for one in findings.report_view(report).families}
    assert families == {"rows": (2, 2), "tenancy": (0, 1)}
