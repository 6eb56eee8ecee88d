"""The one file that says who may do what, held against the page checklist and against every place that asks."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from modernize.models.enums import AccessLevel, AccountRole
from modernize.web.access import scopes
from reseed.pages import read_pages
from reseed.project import Project

WEB = Path(scopes.__file__).parents[1]

SOURCES = sorted(WEB.rglob("*.py"))


def test_every_role_has_scopes_and_none_writes_for_others() -> None:
    roles = scopes.by_role()
    assert set(roles) == set(AccountRole)
    assert roles[AccountRole.VIEWER] < roles[AccountRole.ANALYST] < roles[AccountRole.ENGAGEMENT_MANAGER]
    assert all(scopes.reads_only(scope) for scope in roles[AccountRole.VIEWER])
    writers = {scope: {role for role in roles if scope in roles[role]} for scope in scopes.known()}
    assert writers["user:write"] == {AccountRole.CLIENT_ADMIN, AccountRole.PLATFORM_ADMIN}
    assert writers["planning:write"] == {AccountRole.ENGAGEMENT_MANAGER}
    assert writers["mapping:review"] == {AccountRole.ENGAGEMENT_MANAGER, AccountRole.ANALYST}


def test_the_page_checklist_names_the_same_roles(project: Project) -> None:
    """What a role may do on a page by the checklist is what its scopes allow."""
    actions = [action for page in read_pages(project.pages).pages for action in page.actions]
    asked = [action for action in actions if action.scope]
    assert asked
    for action in asked:
        allowed = {role for role, has in scopes.by_role().items() if action.scope in has}
        assert set(action.roles) == {str(role) for role in allowed} - {"PLATFORM_ADMIN"}, action.scope


def test_read_only_access_takes_every_change_away_but_those_of_users() -> None:
    everything = scopes.allowed(AccountRole.ENGAGEMENT_MANAGER, AccessLevel.ADMIN)
    left = scopes.allowed(AccountRole.ENGAGEMENT_MANAGER, AccessLevel.READ_ONLY)
    assert everything - left == {"flow:create", "import:create", "mapping:review", "planning:write"}
    assert "user:write" in scopes.allowed(AccountRole.CLIENT_ADMIN, AccessLevel.READ_ONLY)
    assert scopes.allowed(AccountRole.ANALYST, None) == scopes.by_role()[AccountRole.ANALYST]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[roles]\nVIEWER = []", "roles missing: .*ANALYST"),
        (
            "\n".join(["[roles]", *(f"{role} = []" for role in AccountRole), "GUEST = []"]),
            r"unknown: \['GUEST'\]",
        ),
        (
            "\n".join(["[roles]", *(f'{role} = ["asset"]' for role in AccountRole)]),
            r"expected each resource:verb once",
        ),
        ("\n".join(["[roles]", *(f'{role} = ["a:read", "a:read"]' for role in AccountRole)]), "once"),
    ],
)
def test_a_file_that_is_wrong_is_refused(text: str, said: str) -> None:
    with pytest.raises(ValueError, match=said):
        scopes.parse(text)


def test_a_scope_that_no_role_has_is_a_slip() -> None:
    with pytest.raises(ValueError, match='No role has the scope "asset:raed"; known are '):
        scopes.require_known("asset:raed")


def test_every_scope_that_is_asked_for_exists() -> None:
    asked = {scope for source in SOURCES for scope in _asked(_parsed(source))}
    assert {"asset:read", "user:write", "run:read"} <= asked <= scopes.known()


def test_every_service_asks_who_calls() -> None:
    """A function that is given a caller asks by `caller.working(scope)`, itself or through one of its module."""
    asked = 0
    for source in (path for path in SOURCES if "services" in path.parts):
        tree = _parsed(source)
        functions = [
            node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        ]
        asking = {function.name for function in functions if _asks(function)}
        for function in functions:
            arguments = [argument.arg for argument in function.args.args if argument.arg != "self"]
            if "caller" in arguments and function.name != "__init__":
                assert arguments[0] == "caller", f"{source.name}: {function.name} takes the caller late"
                assert function.name in asking or _passes_on(function, asking), (
                    f"{source.name}: {function.name} never asks"
                )
                asked += 1
    assert asked >= 40


def test_rows_are_reached_through_a_caller_only() -> None:
    """Services get connections from a caller at work and from nowhere else; pages and API leave queries to services."""
    openers = {"create_engine", "Doors", "sessionmaker", "Session"}
    queries = {"execute", "scalar", "scalars", "working"}
    for source in SOURCES:
        place = source.relative_to(WEB)
        forbidden = {
            "services": openers,
            "pages": openers | queries,
            "api": openers | queries,
            "look": openers | queries,
        }.get(place.parts[0], set())
        nodes = list(ast.walk(_parsed(source)))
        named = {node.id for node in nodes if isinstance(node, ast.Name)}
        named |= {node.attr for node in nodes if isinstance(node, ast.Attribute)}
        assert not named & forbidden, f"{place} reaches the database by itself: {named & forbidden}"


def _parsed(source: Path) -> ast.Module:
    return ast.parse(source.read_text(encoding="utf-8"))


def _asked(tree: ast.AST) -> Iterator[str]:
    """Literal scopes given to `needs`, `may` and `working`."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and _called(node) in ("needs", "may", "working"):
            yield from (each.value for each in node.args if isinstance(each, ast.Constant))


def _asks(function: ast.AST) -> bool:
    return any(isinstance(node, ast.Call) and _called(node) == "working" for node in ast.walk(function))


def _passes_on(function: ast.AST, asking: set[str]) -> bool:
    return any(
        isinstance(node, ast.Call)
        and _called(node) in asking
        and any(isinstance(each, ast.Name) and each.id == "caller" for each in node.args)
        for node in ast.walk(function)
    )


def _called(node: ast.Call) -> str:
    return node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
