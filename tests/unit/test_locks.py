"""The lock files: exact, hashed, without addresses, and of one mind."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
LOCKS = ("requirements.lock", "requirements-dev.lock")
BENCH = "requirements-bench.lock"


def pins(name: str) -> dict[str, str]:
    """Requirement line (name, version, marker) -> its hashes."""
    text = (ROOT / name).read_text(encoding="utf-8").replace("\\\n", " ")
    return {line.split(" --hash")[0].strip(): line for line in text.splitlines() if line.strip()}


@pytest.mark.parametrize(("name", "fewest"), [*((name, 41) for name in LOCKS), (BENCH, 4)])
def test_every_line_is_an_exact_version_with_hashes(name: str, fewest: int) -> None:
    assert len(pins(name)) >= fewest
    for requirement, line in pins(name).items():
        assert re.match(r"[a-z0-9.-]+==\S+( ; .+)?$", requirement)
        assert "--hash=sha256:" in line


@pytest.mark.parametrize("name", [*LOCKS, BENCH])
def test_no_line_names_an_address(name: str) -> None:
    text = (ROOT / name).read_text(encoding="utf-8")
    assert not re.search(r"://|--(extra-)?index-url|--find-links|--trusted-host", text)


def test_what_is_tested_is_what_is_shown() -> None:
    """An environment for the tests is one for the demo, too: `scripts/setup` relies on it."""
    demo, dev = (pins(name) for name in LOCKS)
    assert {requirement: demo[requirement] for requirement in demo} == {
        requirement: dev.get(requirement) for requirement in demo
    }


def test_what_is_compared_with_goes_beside_what_is_tested() -> None:
    """`make bench` puts its lock into the environment of the tests: what both name is the same version."""
    dev, bench = (_versions(name) for name in ("requirements-dev.lock", BENCH))
    shared = dev.keys() & bench.keys()
    assert shared
    assert {name: bench[name] for name in shared} == {name: dev[name] for name in shared}


def _versions(name: str) -> dict[str, str]:
    """Package -> version."""
    return dict(requirement.split(" ")[0].split("==") for requirement in pins(name))
