"""What `python -m benchmarks` can be asked for, and what it refuses before anything is started."""

from __future__ import annotations

from pathlib import Path

import pytest
from benchmarks.__main__ import CHAPTERS, parse

ROOT = Path(__file__).resolve().parents[3]


def test_without_arguments_everything_is_measured() -> None:
    asked = parse([])
    assert asked.rows == 4_000_000
    assert asked.only == CHAPTERS


def test_what_is_held_against_a_load_brings_the_load() -> None:
    assert parse(["--only", "peers"]).only == ("load", "peers")
    assert parse(["--only", "run,clone"]).only == ("clone", "run")


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--only", "loads"], 'there is no "loads", expected some of load,peers'),
        (["--rows", "0"], "--rows is 0, expected 1 or more"),
        (["--repeats", "-1"], "--repeats is -1"),
        (["--into", "no/such/page.md"], "No such file or directory"),
        (["--into", "Makefile"], "expected both around what is measured"),
        (["--rows", "many"], "invalid int value: 'many'"),
    ],
)
def test_wrong_arguments_are_refused(
    arguments: list[str], said: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(ROOT)
    with pytest.raises(SystemExit) as refused:
        parse(arguments)
    assert refused.value.code == 2
    assert said in capsys.readouterr().err
