"""What can befall a run from outside: Ctrl-C, a hook that fails."""

from __future__ import annotations

from pathlib import Path

from tests.acceptance.conftest import (
    Command,
    Legacy,
    assert_one_sentence,
    databases_like,
    interrupt,
    spoil,
    started,
)
from tests.waiting import until


def says(text: str, folder: Path) -> bool:
    """Whether a run in this state folder says it in its STATUS.txt."""
    return any(text in file.read_text() for file in folder.glob("runs/*/STATUS.txt"))


def test_ctrl_c_says_how_to_go_on_and_resume_does(reseed: Command, legacy: Legacy) -> None:
    flags = [*legacy.flags, "--migrations", str(legacy.migrations)]
    with started("run", "--yes", *flags, **legacy.environment) as run:
        until(lambda: says("Starting TASK 1.5", legacy.state))
        said = interrupt(run)
    assert run.returncode == 130, said
    assert "reseed resume" in said
    assert "Traceback" not in said
    done = reseed("resume", *legacy.flags, **legacy.environment)
    assert done.returncode == 0, done.stderr


def test_a_failed_hook_is_told_and_the_swap_is_not_repeated(small: Legacy) -> None:
    told = small.state.parent / "told"
    assert small.project
    with small.project.open("a") as settings:
        settings.write(f"""\n[hooks]\nafter_reset = ['echo "$RESEED_VERDICT" >>{told}; exit 4']\n""")
    for command in (["run", "--yes"], ["resume"]):
        done = small.reseed(*command)
        assert_one_sentence(done, 1, "after_reset", "code 4", "leads to the new database")
        assert len(databases_like(small.target)) == 2
    assert told.read_text().split() == ["swapped", "swapped"]
    spoil(small.project, "exit 4", "exit 0")
    assert small.reseed("resume").returncode == 0
    assert len(databases_like(small.target)) == 2
