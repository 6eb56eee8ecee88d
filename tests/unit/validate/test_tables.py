"""Which tables the dataset fills: every table of the models is seeded or declared to be left to the application."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from reseed import project as projects
from reseed.errors import ProjectError
from reseed.project import Project
from reseed.validate.tables import seeded_tables

SHOP = Path(__file__).parents[2] / "examples" / "shop" / "reseed.toml"


@pytest.fixture(scope="module")
def shop() -> Project:
    return projects.load(SHOP)


def test_without_a_word_every_table_is_seeded(shop: Project) -> None:
    assert seeded_tables(shop) == tuple(shop.load_metadata().sorted_tables)


def test_what_is_left_to_the_application_is_not_among_them(project: Project) -> None:
    names = [table.name for table in seeded_tables(project)]
    assert len(names) == len(project.load_metadata().tables) - 3
    assert set(project.unseeded).isdisjoint(names)


@pytest.mark.parametrize(
    ("unseeded", "said"),
    [
        (("Orders",), "dataset.unseeded names Orders, which the dataset fills."),
        (("carts",), "dataset.unseeded names carts, which the models do not have."),
    ],
)
def test_a_list_that_contradicts_models_or_dataset_is_refused(
    shop: Project, unseeded: tuple[str, ...], said: str
) -> None:
    with pytest.raises(ProjectError, match=said.replace(".", r"\.")):
        seeded_tables(replace(shop, unseeded=unseeded))


def test_a_table_that_nobody_mentions_is_refused(project: Project) -> None:
    with pytest.raises(ProjectError, match="has no rows for sign_in_attempts, expected rows for every table"):
        seeded_tables(replace(project, unseeded=("user_sessions", "user_invitations")))
