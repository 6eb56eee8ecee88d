"""The page list and the checklist made from it."""

from __future__ import annotations

from pathlib import Path

import pytest

from reseed.errors import ProjectError
from reseed.pages.checklist import checklist
from reseed.pages.declared import read_pages
from reseed.pages.numbers import defined
from reseed.seed import Definition, Subset

PAGES = """
sign_in = "/sign-in"
roles = [{ name = "READER", email = "r@example.com" }, { name = "ADMIN", email = "a@example.com" }]

[[pages]]
name = "Orders"
path = "/orders"
roles = ["READER", "ADMIN"]
expect = [{ shows = "Open", number = "orders.open", sql = "SELECT count(*) FROM orders WHERE open" }]
actions = [{ name = "Cancel an order", roles = ["ADMIN"] }]

[[pages]]
name = "Users"
path = "/users"
roles = ["ADMIN"]
"""

DEFINITION = Definition(rows={"orders": 7}, subsets=(Subset("orders.open", "orders", "open", 3),))


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "pages.toml"
    path.write_text(PAGES, encoding="utf-8")
    return path


def test_each_role_has_a_line_for_every_page_number_and_action(file: Path) -> None:
    lines = checklist(read_pages(file), DEFINITION).splitlines()
    reader = "screenshots/reader"
    admin = "screenshots/admin"
    assert [line for line in lines if "screenshots/" in line] == [
        f"| Sign-in | Open /sign-in, sign in as r@example.com | Signed in | {reader}/sign-in.png | not run |",
        f"| Orders | Open /orders | Opens from the menu, no error | {reader}/orders.png | not run |",
        f"| Orders | Read Open | 3 | {reader}/orders.png | not run |",
        f"| Orders | Cancel an order | Not offered; the API refuses it | {reader}/orders.png | not run |",
        "| Users | Open /users, though not in the menu | Refused; the API refuses too "
        f"| {reader}/users.png | not run |",
        f"| Sign-in | Open /sign-in, sign in as a@example.com | Signed in | {admin}/sign-in.png | not run |",
        f"| Orders | Open /orders | Opens from the menu, no error | {admin}/orders.png | not run |",
        f"| Orders | Read Open | 3 | {admin}/orders.png | not run |",
        f"| Orders | Cancel an order | Offered | {admin}/orders.png | not run |",
        f"| Users | Open /users | Opens from the menu, no error | {admin}/users.png | not run |",
    ]
    assert lines[-1] == "- Orders, Open (`orders.open`): `SELECT count(*) FROM orders WHERE open`"


def test_numbers_are_those_of_the_definition() -> None:
    assert (defined(DEFINITION, "orders"), defined(DEFINITION, "orders.open")) == (7, 3)
    with pytest.raises(ProjectError, match=r'number "orders\.late", which the dataset does not define'):
        defined(DEFINITION, "orders.late")


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        (
            'path = "/users"\nroles = ["ADMIN"]',
            'path = "/users"\nroles = ["BOSS"]',
            'page "Users" names the role BOSS, expected one of ADMIN, READER',
        ),
        ('path = "/users"', 'url = "/users"', "pages.1.path: field required"),
        ('sign_in = "/sign-in"', "sign_in = ", "cannot be read"),
    ],
)
def test_a_wrong_page_list_is_refused_by_place(file: Path, old: str, new: str, said: str) -> None:
    file.write_text(PAGES.replace(old, new), encoding="utf-8")
    with pytest.raises(ProjectError) as refused:
        read_pages(file)
    assert said in str(refused.value)
