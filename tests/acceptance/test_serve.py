"""`reseed serve` from outside: the application in the foreground, until Ctrl-C; else one sentence."""

from __future__ import annotations

import re
import shutil
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from reseed import database
from reseed import project as projects
from reseed.cli.serve import PORT
from reseed.database import Target
from reseed.pages.address import free_port, is_free
from tests import shop as shops
from tests.acceptance.conftest import Command, assert_one_sentence, get, interrupt, serving

HOST = "127.0.0.1"


@pytest.fixture(scope="module")
def shop(server: Target) -> Iterator[Target]:
    """A database with the whole demo shop."""
    with shops.filled(server, projects.load(shops.FILE)) as target:
        yield target


@pytest.fixture
def copied_shop(tmp_path: Path) -> Path:
    """A copy of the shop's files, to be changed."""
    return Path(shutil.copytree(shops.FOLDER, tmp_path / "shop")) / "reseed.toml"


def test_it_serves_until_ctrl_c_and_ends_without_a_word(shop: Target, tmp_path: Path) -> None:
    port = free_port(HOST, None)
    flags = ["--project", str(shops.FILE), "--state", str(tmp_path), "--port", str(port)]
    with serving(*flags, DATABASE_URL=shop.url()) as (command, first):
        assert first == f"{shop.database} at http://{HOST}:{port}\n"
        assert "Sign in" in get(f"http://{HOST}:{port}/login")
        said = interrupt(command)
    assert command.returncode == 130
    assert re.search(r"owner@example.com +OWNER\n", said)
    assert "Ctrl-C ends it." in said
    assert "interrupted" not in said
    assert is_free(HOST, port)


def test_other_machines_are_warned_of(shop: Target, tmp_path: Path, copied_shop: Path) -> None:
    pages = copied_shop.with_name("pages.toml")
    pages.write_text(pages.read_text().replace('"{port}"]', '"{port}", "{host}"]'))
    flags = ["--project", str(copied_shop), "--state", str(tmp_path), "--host", "0.0.0.0"]  # noqa: S104
    port = str(free_port(HOST, None))
    with serving(*flags, "--port", port, DATABASE_URL=shop.url()) as (command, _):
        said = interrupt(command)
    assert "TLS in front" in " ".join(said.split())


def test_a_host_that_the_command_has_no_place_for(reseed: Command, shop: Target) -> None:
    project = str(shops.FILE)
    done = reseed("serve", "--host", "0.0.0.0", "--project", project, DATABASE_URL=shop.url())  # noqa: S104
    assert_one_sentence(done, 2, "--host is 0.0.0.0", "{host}")


def test_a_port_that_is_taken(reseed: Command, shop: Target) -> None:
    with socket.socket() as holder:
        holder.bind((HOST, 0))
        holder.listen()
        port = str(holder.getsockname()[1])
        project = str(shops.FILE)
        done = reseed("serve", "--port", port, "--project", project, DATABASE_URL=shop.url())
    assert_one_sentence(done, 2, port, "in use", "--port")


def test_a_database_that_does_not_exist(reseed: Command, server: Target, tmp_path: Path) -> None:
    done = reseed("serve", "--state", str(tmp_path), DATABASE_URL=server.on("nowhere").url())
    assert_one_sentence(done, 2, "nowhere", "does not exist", "reseed demo")


def test_a_project_without_an_application(reseed: Command, shop: Target, copied_shop: Path) -> None:
    pages = copied_shop.with_name("pages.toml")
    pages.write_text(pages.read_text().partition("[sign_in]")[2].join(["[sign_in]", ""]))
    done = reseed("serve", "--project", str(copied_shop), DATABASE_URL=shop.url())
    assert_one_sentence(done, 2, "has no [application]", "command")


def test_an_application_that_does_not_start(reseed: Command, shop: Target) -> None:
    project = str(shops.FILE)
    port = str(free_port(HOST, None))
    done = reseed(
        "serve", "--port", port, "--project", project, DATABASE_URL=shop.url(), SHOP_FAULT="no-start"
    )
    assert_one_sentence(done, 2, "ended with code 1", "the shop is closed today")


def test_a_demo_that_is_to_be_served_finds_a_taken_port_before_it_begins(
    reseed: Command, server: Target, tmp_path: Path
) -> None:
    with socket.socket() as holder:
        if is_free(HOST, PORT):
            holder.bind((HOST, PORT))
            holder.listen()
        url = server.on("never_made").url()
        done = reseed("demo", "--serve", "--state", str(tmp_path / "state"), DATABASE_URL=url)
    assert_one_sentence(done, 2, str(PORT), "in use")
    assert not database.exists(server, "never_made")
