"""`pages.toml`: an application's pages, who may see them, and what each must show.

[application]                                 how it is started, or where it runs (see `application.py`)
command = ["{python}", "-m", "shop", "--port", "{port}"]

[sign_in]                                     the form; these are the defaults, which `sign_in = "/sign-in"` takes
path = "/sign-in"
email = "[name='email']"                      its fields
password = "[name='password']"
submit = "form:has([type='password']) :is([type='submit'], button:not([type]))"
shows = ""                                    selector, or path ("/home"), that only somebody signed in sees; when
                                              empty, that the form has gone
sign_out = ""                                 selector of what signs out; when empty, nobody signs out

[csrf]                                        for applications whose API wants a token against forged requests
header = "X-CSRF-Token"                       the header it goes into, and the element of a page whose value, content or
selector = "[name='csrf']"                    text it is

[[roles]]                                     a role, and the demo user who holds it
name = "VIEWER"
email = "viewer@democorp.com"

[[pages]]                                     a page, and the roles that may open it; others are refused: by 401 or 403,
name = "Asset Inventory"                      or by showing the top-level `refusal` selector
path = "/assets"
roles = ["ANALYST", "VIEWER"]
api = ["/api/assets"]                         what it reads: answered to its roles and refused to others
in_menu = true                                whether a link that the top-level `menu` selector matches leads to it

[[pages.expect]]                              a number, or a text: what the SQL returns for the tenant, and the name of
shows = "Servers"                             the same number in the dataset's definition
number = "assets.servers"
sql = "SELECT count(*) FROM assets WHERE asset_type = 'server'"
selector = "#servers"                         else the top-level `selector`, which is "[data-show='{number}']"

[[pages.expect]]                              rows: the texts of what the selector matches, in order, are the first
shows = "Names"                               column of the SQL's result
rows = "[data-grid='assets'] [data-column='name']"
sql = "SELECT name FROM assets ORDER BY name LIMIT 50"

[[pages.actions]]                             something some of its roles may do; others are not offered it, and the API
name = "Rename an asset"                      refuses it to them with 403
scope = "asset:write"                         fills the top-level `action`, which is "[data-action='{scope}']"; or
roles = ["ANALYST"]                           give a `selector`
api = "PATCH /api/assets/00000000-0000-0000-0000-000000000000"
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, model_validator

from reseed.pages.application import Application


class _Section(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Role(_Section):
    """A role of the application, and the demo user who holds it."""

    name: str
    email: str


class SignIn(_Section):
    """The form that one signs in through; fields and buttons by selector.

    Attributes:
        shows: selector, or path, of what only somebody signed in sees; empty where the form's absence says it.
        sign_out: selector of what signs out; empty where nobody does.
    """

    path: str
    email: str = "[name='email']"
    password: str = "[name='password']"  # noqa: S105 - a selector
    submit: str = "form:has([type='password']) :is([type='submit'], button:not([type]))"
    shows: str = ""
    sign_out: str = ""


class Csrf(_Section):
    """The header that carries a page's token against forged requests, and the element that holds it."""

    header: str
    selector: str


class Expectation(_Section):
    """What a page shows: a value that `selector` matches, or the texts that `rows` matches.

    Attributes:
        shows: its name for people. sql: returns the value, or in its first column the texts.
        number: the value's name in the dataset's definition; rows have none.
    """

    shows: str
    sql: str
    number: str = ""
    selector: str = ""
    rows: str = ""

    @model_validator(mode="after")
    def _value_or_rows(self) -> Expectation:
        if self.rows and (self.number or self.selector):
            raise ValueError("an expectation has rows, or a number and its selector, not both")
        if not self.rows and not self.number:
            raise ValueError("an expectation has a number, or rows")
        return self


class Action(_Section):
    """Something a page lets some of its roles do; the others do not see it, and the API refuses it to them."""

    name: str
    roles: tuple[str, ...]
    scope: str = ""
    selector: str = ""
    api: str = ""

    @model_validator(mode="after")
    def _is_found(self) -> Action:
        if bool(self.scope) == bool(self.selector):
            raise ValueError("an action has a scope or a selector, one of both")
        return self


class Page(_Section):
    """A page and the roles that may open it."""

    name: str
    path: str
    roles: tuple[str, ...]
    api: tuple[str, ...] = ()
    in_menu: bool = True
    expect: tuple[Expectation, ...] = ()
    actions: tuple[Action, ...] = ()


def _form(given: object) -> object:
    return {"path": given} if isinstance(given, str) else given


class Pages(_Section):
    """All pages of an application.

    Attributes:
        menu: selector of the links that lead to pages. refusal: selector of what a page shows instead of itself to
            those who may not open it, for applications that do not answer 401 or 403.
        color_schemes, widths: how axe-core looks at each page: every scheme, and every width in CSS pixels. Screenshots
            are taken in the first of both.
    """

    application: Application | None = None
    sign_in: Annotated[SignIn, BeforeValidator(_form)]
    csrf: Csrf | None = None
    selector: str = "[data-show='{number}']"
    action: str = "[data-action='{scope}']"
    menu: str = "a[href]"
    refusal: str = ""
    color_schemes: tuple[Literal["light", "dark"], ...] = Field(default=("light",), min_length=1)
    widths: tuple[int, ...] = Field(default=(1280,), min_length=1)
    roles: tuple[Role, ...]
    pages: tuple[Page, ...]

    def expectations(self) -> Iterator[tuple[Page, Expectation]]:
        return ((page, expectation) for page in self.pages for expectation in page.expect)

    def selector_of(self, expectation: Expectation) -> str:
        """Where a page shows what is expected."""
        template = expectation.rows or expectation.selector or self.selector
        return template.replace("{number}", _quoted(expectation.number))

    def selector_of_action(self, action: Action) -> str:
        """Where a page offers an action."""
        return (action.selector or self.action).replace("{scope}", _quoted(action.scope))


def _quoted(name: str) -> str:
    """A name inside a quoted string of CSS."""
    return name.replace("\\", "\\\\").replace("'", "\\'").replace('"', '\\"')
