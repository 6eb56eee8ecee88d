"""Which hosts are this machine by their very name."""

from __future__ import annotations

import pytest

from reseed.database import is_near


@pytest.mark.parametrize(
    "host", ["", "/var/run/postgresql", "@abstract", "localhost", "LocalHost.", "127.0.0.2", "::1"]
)
def test_sockets_and_the_loopback_interface_are_near(host: str) -> None:
    assert is_near(host)


@pytest.mark.parametrize("host", ["10.0.0.5", "localhost.example", "db", "::2", "128.0.0.1", "fe80::1"])
def test_anything_else_is_not(host: str) -> None:
    assert not is_near(host)
