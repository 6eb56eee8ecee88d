"""The pages people read: what they point at exists, and what is generated is current."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest
import typer
from typer.core import TyperGroup

from reseed.cli.app import app

ROOT = Path(__file__).resolve().parents[3]
PAGES = ("README.md", "CONTRIBUTING.md", "CHANGELOG.md", "docs/architecture.md")
TOP_FOLDERS = ("src", "tests", "docs", "scripts")


@pytest.mark.parametrize("page", PAGES)
def test_every_link_leads_somewhere(page: str) -> None:
    text = (ROOT / page).read_text(encoding="utf-8")
    targets = [target for target in re.findall(r"\]\(([^)]+)\)", text) if "://" not in target]
    assert not [
        target for target in targets if not ((ROOT / page).parent / target.partition("#")[0]).exists()
    ]


@pytest.mark.parametrize("page", PAGES)
def test_every_path_exists(page: str) -> None:
    folders = "|".join(TOP_FOLDERS)
    named = re.findall(rf"`((?:{folders})/[\w./-]+)`", (ROOT / page).read_text(encoding="utf-8"))
    assert not [path for path in named if not (ROOT / path).exists()]


@pytest.mark.parametrize("page", PAGES)
def test_every_command_exists(page: str) -> None:
    named = re.findall(r"(?:`|\.venv/bin/)reseed ([a-z]+)", (ROOT / page).read_text(encoding="utf-8"))
    known = typer.main.get_command(app)
    assert isinstance(known, TyperGroup)
    assert set(named) <= set(known.commands)


def test_the_command_reference_is_current() -> None:
    script = ROOT / "scripts" / "command_reference.py"
    printed = subprocess.run([sys.executable, script], capture_output=True, text=True, check=True).stdout
    assert (ROOT / "docs" / "commands.md").read_text(encoding="utf-8") == printed, "run: make docs"


def test_every_make_target_that_is_named_exists() -> None:
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))
    for page in PAGES:
        named = re.findall(r"(?:^|`)make ([a-z]+)", (ROOT / page).read_text(encoding="utf-8"), re.MULTILINE)
        assert set(named) <= targets
