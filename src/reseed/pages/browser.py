"""The browser that executes the page checklist: which one there is on this machine, or why there is none."""

from __future__ import annotations

import importlib.util
import os
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from reseed.errors import SettingsError
from reseed.settings import Settings

#: What Chromium and its kin are called on PATH, in the order we take them; scripts/browser looks for the same.
PROGRAMS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "microsoft-edge")

#: The value of RESEED_BROWSER that leaves the pages alone.
NONE = "none"

_INSTALL = "install Chromium (in a checkout: make browser), or name one in RESEED_BROWSER"
_ANSWER_SECONDS = 30


@dataclass(frozen=True, slots=True)
class Browser:
    """A browser that starts.

    Attributes:
        path: the program. version: as it says it: "Chromium 140.0.7339.80". arguments: what it must be started with.
    """

    path: Path
    version: str
    arguments: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class NoBrowser:
    """Why there is no browser, and what to do about it: "no browser was found", "install Chromium"."""

    reason: str
    remedy: str

    def __str__(self) -> str:
        return f"{self.reason}; {self.remedy}"


def find_browser(settings: Settings) -> Browser | NoBrowser:
    """The browser that RESEED_BROWSER names, else the first that starts: on PATH, then Playwright's own download.

    Raises:
        SettingsError: RESEED_BROWSER names something that is not there or does not start.
    """
    if settings.browser == NONE:
        return NoBrowser("RESEED_BROWSER is none", "unset it to have the pages opened")
    if importlib.util.find_spec("playwright") is None:
        return NoBrowser("Playwright is not installed", "install it with: pip install 'reseed[browser]'")
    if settings.browser:
        return _named(settings.browser)
    broken: list[Path] = []
    for path in _candidates():
        if version := _version(path):
            return _started_by_us(path, version)
        broken.append(path)
    if broken:
        return NoBrowser(f"{broken[0]} does not start", _INSTALL)
    return NoBrowser("no browser was found", _INSTALL)


def _named(browser: str) -> Browser:
    found = shutil.which(Path(browser).expanduser())
    if found is None:
        raise SettingsError(
            f"RESEED_BROWSER is {browser}, which is not a program.",
            "Name Chromium or Chrome, or `none` to leave the pages alone.",
        )
    version = _version(Path(found))
    if not version:
        raise SettingsError(
            f"RESEED_BROWSER is {browser}, which does not start: it was asked for its version and gave none.",
            f"See what it says: {found} --version",
        )
    return _started_by_us(Path(found), version)


def _started_by_us(path: Path, version: str) -> Browser:
    # Chromium's sandbox gives up rights that root cannot give up, so as root it refuses to start with it. What it opens
    # is the project's own application, and requests to any other machine are refused.
    return Browser(path, version, ("--no-sandbox",) if os.geteuid() == 0 else ())


def _candidates() -> Iterator[Path]:
    for name in PROGRAMS:
        if found := shutil.which(name):
            yield Path(found)
    yield from sorted(_downloads().glob("chromium-*/chrome-linux*/chrome"), key=_build, reverse=True)


def _build(program: Path) -> int:
    """Playwright's number of a download: 1200 of `chromium-1200/chrome-linux64/chrome`."""
    number = program.parents[1].name.rpartition("-")[2]
    return int(number) if number.isdigit() else 0


def _downloads() -> Path:
    """Where `playwright install` puts browsers; `0` means beside its own driver."""
    named = os.environ.get("PLAYWRIGHT_BROWSERS_PATH", "")
    if named == "0":
        package = importlib.util.find_spec("playwright")
        places = (package.submodule_search_locations if package else None) or [""]
        return Path(places[0], "driver", "package", ".local-browsers")
    if named:
        return Path(named)
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache", "ms-playwright")


def _version(program: Path) -> str:
    """What a browser answers when asked for its version; empty when it does not start.

    Ubuntu's `chromium-browser`, for one, may only say that it wants a snap.
    """
    try:
        done = subprocess.run(  # noqa: S603
            [program, "--version"],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            errors="replace",
            timeout=_ANSWER_SECONDS,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired):
        return ""
    return done.stdout.strip() if done.returncode == 0 else ""
