"""Reading a page list, and what is said of a wrong one."""

from __future__ import annotations

from pathlib import Path

import pytest

from reseed.errors import ProjectError
from reseed.pages.reading import read_pages, request_of

PAGES = """
sign_in = "/sign-in"
roles = [{ name = "READER", email = "r@example.com" }, { name = "ADMIN", email = "a@example.com" }]

[[pages]]
name = "Orders"
path = "/orders"
roles = ["READER", "ADMIN"]
expect = [
  { shows = "Open", number = "orders.open", sql = "SELECT count(*) FROM orders WHERE open" },
  { shows = "Names", rows = "td.name", sql = "SELECT name FROM orders" },
]
actions = [{ name = "Cancel an order", scope = "order:cancel", roles = ["ADMIN"], api = "POST /api/orders" }]

[[pages]]
name = "Users"
path = "/users"
roles = ["ADMIN"]
api = ["/api/users"]
"""


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "pages.toml"
    path.write_text(PAGES, encoding="utf-8")
    return path


def test_defaults_fit_a_plain_form_and_marked_elements(file: Path) -> None:
    pages = read_pages(file)
    assert (pages.sign_in.path, pages.sign_in.email, pages.sign_in.sign_out) == (
        "/sign-in",
        "[name='email']",
        "",
    )
    orders = pages.pages[0]
    assert [pages.selector_of(expectation) for expectation in orders.expect] == [
        "[data-show='orders.open']",
        "td.name",
    ]
    assert pages.selector_of_action(orders.actions[0]) == "[data-action='order:cancel']"
    assert (pages.color_schemes, pages.widths) == (("light",), (1280,))


def test_a_name_cannot_leave_the_quotes_of_its_selector(file: Path) -> None:
    file.write_text(PAGES.replace("orders.open", "it's"), encoding="utf-8")
    pages = read_pages(file)
    assert pages.selector_of(pages.pages[0].expect[0]) == r"[data-show='it\'s']"


def test_a_request_is_a_get_unless_it_says_otherwise() -> None:
    assert request_of("/api/users") == ("GET", "/api/users")
    assert request_of("DELETE /api/users/1") == ("DELETE", "/api/users/1")
    with pytest.raises(ValueError, match="post /x"):
        request_of("post /x")


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        (
            '["ADMIN"]\napi',
            '["BOSS"]\napi',
            'page "Users" names the role BOSS, expected one of ADMIN, READER',
        ),
        ('path = "/users"', 'url = "/users"', "pages.1.path: field required"),
        (
            'path = "/users"',
            'path = "users"',
            'page "Users" has the path users, expected one that begins with /',
        ),
        ('sign_in = "/sign-in"', "sign_in = ", "cannot be read"),
        ('name = "Users"', 'name = "Orders"', 'page "Orders" is declared 2 times, expected once'),
        ('shows = "Names"', 'shows = "Open"', 'expectation "Open" is declared 2 times'),
        ('rows = "td.name", ', "", "pages.0.expect.1: an expectation has a number, or rows"),
        ('rows = "td.name"', 'rows = "td", number = "n"', "has rows, or a number and its selector, not both"),
        ('scope = "order:cancel", ', "", "an action has a scope or a selector, one of both"),
        (
            '"POST /api/orders"',
            '"POST api"',
            'names the request "POST api", expected for example POST /api/orders',
        ),
        (
            'roles = ["READER", "ADMIN"]',
            'roles = ["READER"]',
            'lets ADMIN do "Cancel an order", but not open',
        ),
        ('roles = ["READER", "ADMIN"]', "roles = []", 'page "Orders" is open to no role'),
        (
            'sign_in = "/sign-in"',
            'sign_in = "/"\ncolor_schemes = ["blue"]',
            "color_schemes.0: input should be 'light' or 'dark'",
        ),
        ('sign_in = "/sign-in"', 'sign_in = "/"\nwidths = []', "widths: tuple should have at least 1 item"),
    ],
)
def test_a_wrong_page_list_is_refused_by_place(file: Path, old: str, new: str, said: str) -> None:
    assert old in PAGES
    file.write_text(PAGES.replace(old, new), encoding="utf-8")
    with pytest.raises(ProjectError) as refused:
        read_pages(file)
    assert said in str(refused.value)
