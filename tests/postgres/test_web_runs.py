"""Runs through the API: who may see them, what is refused, and what is sent as a file."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from reseed.database import Target
from reseed.pages import Line, PagesResult, to_json
from reseed.project import Project
from tests import console
from tests.console import Console
from tests.run_folders import DEMO, OTHER, RunFolder, finding, make_run


@pytest.fixture(scope="module")
def state(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("runs")


@pytest.fixture(scope="module")
def app(server: Target, console_template: str, project: Project, state: Path) -> Iterator[Console]:
    with console.on_clone(server, console_template, project, state) as serving:
        yield serving


@pytest.fixture(scope="module")
def run(state: Path) -> RunFolder:
    """One that failed at its validation, with a password file and a picture."""
    made = make_run(state)
    made.begin()
    made.write("demo_password.txt", "hunter2hunter2")
    made.write("constants.json", "{}")
    made.write("backup/full_backup.sql")
    made.write("screenshots/viewer/dashboard.png", b"\x89PNG")
    made.write("screenshots/viewer/unlisted.png", b"\x89PNG")
    made.start("1.1")
    made.end("1.1", artifacts=["backup/full_backup.sql"])
    made.start("2.1")
    made.end("2.1", artifacts=["constants.json"], facts={"password_file": "demo_password.txt"})
    rows = ({"name": "mine", "client_account_id": DEMO}, {"name": "theirs", "client_account_id": OTHER})
    made.report(finding("rows.assets"), finding("tenancy.no_leaks", False, rows=rows, sql="SELECT 1"))
    made.write("pages.json", to_json(CHECKLIST))
    made.start("4.4")
    made.end("4.4", "failed", "1 of 2 checks failed")
    made.finish("failed")
    return made


_PICTURE = "screenshots/viewer/dashboard.png"
CHECKLIST = PagesResult(
    (
        Line(
            "VIEWER",
            "Dashboard",
            "value",
            "Read Assets",
            "60",
            screenshot=_PICTURE,
            found="59",
            status="failed",
        ),
        Line(
            "VIEWER",
            "Dashboard",
            "opens",
            "Open /",
            "200",
            "/",
            screenshot=_PICTURE,
            found="200",
            status="passed",
        ),
    ),
    browser="Chromium 140",
    seconds=3.5,
)


@pytest.fixture(scope="module")
def manager(app: Console) -> Any:
    """A browser in which the demo account's engagement manager is signed in."""
    return app.signed_in("ENGAGEMENT_MANAGER")


def ok(client: Any, path: str) -> Any:
    answer = client.get(path)
    assert answer.status_code == 200, answer.text
    return answer.json()


def test_both_roles_see_the_run_and_what_became_of_it(app: Console, run: RunFolder) -> None:
    for role in ("ENGAGEMENT_MANAGER", "CLIENT_ADMIN"):
        client = app.signed_in(role)
        (line,) = ok(client, "/api/runs")["rows"]
        assert (line["id"], line["verdict"], line["passed"]) == (run.id, "failed", 2)
        seen = ok(client, f"/api/runs/{run.id}")
        assert [agent["id"] for agent in seen["agents"]] == ["1", "2", "3", "4"]
        assert [(one["task"], one["status"]) for one in seen["attempts"]] == [
            ("1.1", "passed"),
            ("2.1", "passed"),
            ("4.4", "failed"),
        ]
        task = ok(client, f"/api/runs/{run.id}/tasks/4.4")
        assert [line["event"] for line in task["log"]] == ["task.started", "task.failed"]


@pytest.mark.parametrize("role", ["ANALYST", "VIEWER"])
def test_other_roles_are_refused_everywhere(app: Console, run: RunFolder, role: str) -> None:
    client = app.signed_in(role)
    for path in every_path(run):
        assert client.get(path).status_code == 403, path


def test_nobody_is_let_in_without_a_session(app: Console, run: RunFolder) -> None:
    assert {app.visitor().get(path).status_code for path in every_path(run)} == {401}


@pytest.mark.parametrize("role", ["ENGAGEMENT_MANAGER", "CLIENT_ADMIN"])
def test_members_of_another_account_see_no_run(app: Console, run: RunFolder, role: str) -> None:
    client = app.signed_in(role, tenant=1)
    assert ok(client, "/api/runs") == {"rows": [], "total": 0}
    statuses = {client.get(path).status_code for path in every_path(run)[1:]}
    assert statuses == {404}


def every_path(run: RunFolder) -> list[str]:
    below = ("", "/tasks/1.1", "/report", "/findings", "/findings/rows.assets", "/pages",
             "/artifacts/constants.json", "/pictures/screenshots/viewer/dashboard.png")  # fmt: skip
    return ["/api/runs", *(f"/api/runs/{run.id}{path}" for path in below)]


def test_findings_come_page_by_page_and_one_with_its_proof(manager: Any, run: RunFolder) -> None:
    base = f"/api/runs/{run.id}"
    page = ok(manager, f"{base}/findings?limit=1")
    assert ([one["check"] for one in page["rows"]], page["total"]) == (["tenancy.no_leaks"], 2)
    assert ok(manager, f"{base}/findings?q=assets&result=passed&family=rows")["total"] == 1
    assert ok(manager, f"{base}/report")["families"][1] == {"name": "tenancy", "passed": 0, "asked": 1}
    shown = ok(manager, f"{base}/findings/tenancy.no_leaks")
    assert shown["rows"] == [["mine", DEMO]]
    assert shown["sql"] == "SELECT 1"
    assert "another client account" in shown["withheld"]


@pytest.mark.parametrize(
    "query",
    ["sort=nonsense", "sort=expected", "result=maybe", "limit=0", "limit=501", "offset=-1", "limit=x"],
)
def test_what_makes_no_sense_is_refused_in_words(manager: Any, run: RunFolder, query: str) -> None:
    answer = manager.get(f"/api/runs/{run.id}/findings?{query}")
    assert answer.status_code == 422
    assert answer.json()["detail"]


def test_a_file_is_sent_as_a_download_and_never_shown(app: Console, run: RunFolder) -> None:
    answer = app.signed_in("CLIENT_ADMIN").get(f"/api/runs/{run.id}/artifacts/constants.json")
    assert (answer.status_code, answer.text) == (200, "{}")
    assert answer.headers["content-disposition"] == 'attachment; filename="constants.json"'
    assert answer.headers["content-type"] == "application/octet-stream"


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("demo_password.txt", 409),
        ("backup/full_backup.sql", 409),
        ("report.json", 409),
        ("state.sqlite", 404),
        ("run.json", 404),
        ("journal.jsonl", 404),
        ("tasks/1.1.json", 404),
        ("..%2Frun.json", 404),
        ("%2e%2e/%2e%2e/run.json", 404),
        ("imports/..%2f..%2frun.json", 404),
        ("%2Fetc%2Fpasswd", 404),
        ("constants.json%00", 404),
        ("constants.json/", 404),
    ],
)
def test_no_other_file_is_sent(manager: Any, run: RunFolder, path: str, status: int) -> None:
    answer = manager.get(f"/api/runs/{run.id}/artifacts/{path}")
    assert answer.status_code == status, answer.text
    assert "hunter2" not in answer.text


def test_pictures_are_those_the_checklist_lists(manager: Any, run: RunFolder) -> None:
    pages = ok(manager, f"/api/runs/{run.id}/pages")
    assert pages["roles"] == [{"role": "VIEWER", "passed": 1, "failed": 1, "not_run": 0}]
    assert [(one["what"], one["found"]) for one in pages["failed"]] == [("Read Assets", "59")]
    (picture,) = pages["pictures"]
    answer = manager.get(f"/api/runs/{run.id}/pictures/{picture['path']}")
    assert (answer.content, answer.headers["content-type"]) == (b"\x89PNG", "image/png")
    for path in ("screenshots/viewer/unlisted.png", "demo_password.txt", "..%2Frun.json"):
        assert manager.get(f"/api/runs/{run.id}/pictures/{path}").status_code == 404


@pytest.mark.parametrize("run_id", ["nonsense", "..", "%2e%2e", ".", "20260115-090000", "%00"])
def test_a_run_that_is_not_there_is_not_found(manager: Any, run: RunFolder, run_id: str) -> None:
    assert manager.get(f"/api/runs/{run_id}/report").status_code == 404


def test_a_task_or_finding_that_is_not_there_is_not_found(manager: Any, run: RunFolder) -> None:
    for path in ("tasks/9.9", "tasks/..%2F..%2Frun", "findings/nonsense"):
        assert manager.get(f"/api/runs/{run.id}/{path}").status_code == 404


def test_a_damaged_run_is_said_in_a_sentence_and_hides_no_other(
    manager: Any, run: RunFolder, state: Path
) -> None:
    damaged = make_run(state, "20260116-090000-bbbb")
    damaged.begin()
    damaged.write("journal.jsonl", "nonsense\n")
    try:
        lines = ok(manager, "/api/runs")["rows"]
        assert [line["verdict"] for line in lines] == ["unreadable", "failed"]
        answer = manager.get(f"/api/runs/{damaged.id}")
        assert answer.status_code == 409
        assert "damaged" in answer.json()["detail"]
        assert str(state) not in answer.text
    finally:
        shutil.rmtree(damaged.folder)


@pytest.mark.parametrize(
    ("file", "path"),
    [("tasks/1.1.json", "/tasks/1.1"), ("report.json", "/report"), ("report.json", "/findings"),
     ("pages.json", "/pages"), ("tasks/2.1.json", "/artifacts/constants.json")],
)  # fmt: skip
@pytest.mark.parametrize("content", ["", "[]", '{"format": 1}', "\udcff"])
def test_a_damaged_file_of_a_run_is_said_in_a_sentence(
    manager: Any, run: RunFolder, file: str, path: str, content: str
) -> None:
    target = run.folder / file
    whole = target.read_bytes()
    target.write_bytes(content.encode("utf-8", "surrogateescape"))
    try:
        answer = manager.get(f"/api/runs/{run.id}{path}")
        assert answer.status_code == 409, answer.text
        assert answer.json()["detail"]
    finally:
        target.write_bytes(whole)
