"""Which browser there is, or why there is none; decided by real programs on a PATH of the test's own."""

from __future__ import annotations

import os
import re
from pathlib import Path

import pytest

from reseed.errors import SettingsError
from reseed.pages.browser import PROGRAMS, Browser, NoBrowser, find_browser
from reseed.settings import Settings

ROOT = Path(__file__).resolve().parents[3]


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The only folder on PATH, in a home without downloads."""
    found = tmp_path / "bin"
    found.mkdir()
    monkeypatch.setenv("PATH", str(found))
    monkeypatch.setenv("HOME", str(tmp_path))
    for name in ("PLAYWRIGHT_BROWSERS_PATH", "XDG_CACHE_HOME", "RESEED_BROWSER"):
        monkeypatch.delenv(name, raising=False)
    return found


def program(path: Path, *, says: str = "", code: int = 0) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"#!/bin/sh\necho '{says}'\nexit {code}\n")
    path.chmod(0o755)
    return path


def look() -> Browser | NoBrowser:
    return find_browser(Settings.read())


def test_the_first_on_path_that_starts(folder: Path) -> None:
    program(folder / "chromium", says="this wants a snap", code=1)
    second = program(folder / "google-chrome", says="Google Chrome 141.0.1")
    program(folder / "microsoft-edge", says="Microsoft Edge 140.0.2")
    found = look()
    assert isinstance(found, Browser)
    assert (found.path, found.version) == (second, "Google Chrome 141.0.1")
    assert found.arguments == (("--no-sandbox",) if os.geteuid() == 0 else ())


@pytest.mark.parametrize("named", [False, True])
def test_a_download_of_playwright(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, named: bool
) -> None:
    downloads = tmp_path / ("elsewhere" if named else ".cache/ms-playwright")
    if named:
        monkeypatch.setenv("PLAYWRIGHT_BROWSERS_PATH", str(downloads))
    newer = program(downloads / "chromium-1200" / "chrome-linux64" / "chrome", says="Chrome for Testing 150")
    program(downloads / "chromium-999" / "chrome-linux" / "chrome", says="Chromium 130")
    found = look()
    assert isinstance(found, Browser)
    assert found.path == newer


def test_none_at_all(folder: Path) -> None:
    assert str(look()).startswith("no browser was found; install Chromium")


def test_one_that_does_not_start(folder: Path) -> None:
    broken = program(folder / "chromium", code=127)
    assert str(look()).startswith(f"{broken} does not start; install Chromium")


def test_one_that_is_named(folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    program(folder / "chromium", says="Chromium 1")
    mine = program(tmp_path / "my browser", says="Chromium 2")
    monkeypatch.setenv("RESEED_BROWSER", str(mine))
    found = look()
    assert isinstance(found, Browser)
    assert (found.path, found.version) == (mine, "Chromium 2")
    monkeypatch.setenv("RESEED_BROWSER", "none")
    assert str(look()).startswith("RESEED_BROWSER is none; ")


@pytest.mark.parametrize(("makes", "words"), [(False, "is not a program"), (True, "does not start")])
def test_one_that_is_named_and_cannot_be_used_is_told(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, makes: bool, words: str
) -> None:
    mine = tmp_path / "mine"
    if makes:
        program(mine, code=1)
    monkeypatch.setenv("RESEED_BROWSER", str(mine))
    with pytest.raises(SettingsError, match=words):
        look()


def test_set_up_looks_for_the_same_programs() -> None:
    script = (ROOT / "scripts" / "browser").read_text()
    names = re.search(r"for name in ([a-z -]+); do", script)
    assert names
    assert tuple(names[1].split()) == PROGRAMS
