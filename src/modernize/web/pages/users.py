"""Users: who belongs to the client account, with which role; who is invited; who may sign in."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any
from uuid import UUID

from fastapi import Request

from modernize.models.enums import AccountRole, UserStatus
from modernize.web.access import origin
from modernize.web.access.caller import Caller
from modernize.web.access.granting import grantable
from modernize.web.look import parts
from modernize.web.look.acting import act, ask, say
from modernize.web.look.controls import button, choice, field
from modernize.web.look.filters import Filters
from modernize.web.look.frame import page
from modernize.web.look.grid import Column, Grid
from modernize.web.look.moments import day, moment
from modernize.web.look.overlay import Overlay
from modernize.web.services import users

COLUMNS = (
    Column("full_name", "Name"),
    Column("email", "E-mail address"),
    Column("job_title", "Title"),
    Column("role", "Role", "chip"),
    Column("access_level", "Access", "chip"),
    Column("status", "Status", "chip"),
    Column("last_sign_in_at", "Last sign-in (UTC)", "moment"),
    Column("granted_at", "Member since", "date", shown=False),
)

FIGURES = {
    AccountRole.CLIENT_ADMIN: "Client admins",
    AccountRole.ENGAGEMENT_MANAGER: "Engagement managers",
    AccountRole.ANALYST: "Analysts",
    AccountRole.VIEWER: "Viewers",
}

NO_MAIL = "The console sends no e-mail: you get a link and send it yourself."

Changed = Callable[[str], Awaitable[None]]
Linked = Callable[[dict[str, Any]], Awaitable[None]]


@page("/users")
async def members(caller: Caller, request: Request) -> None:
    filters = Filters(request.query_params, ("search", "role", "status"))
    drawer, dialog = Overlay("drawer"), Overlay("ask")
    figures = parts.box("div")

    async def count() -> None:
        counts = await ask(users.count_by_role, caller)
        figures.clear()
        with figures:
            _figures(counts)

    async def changed(sentence: str) -> None:
        drawer.close()
        dialog.close()
        say(sentence)
        grid.reload()
        await count()

    async def linked(member: dict[str, Any]) -> None:
        drawer.close()
        _show_link(dialog, member, console_address(request.headers.get("host", "")))
        grid.reload()
        await count()

    async def opened(user_id: str) -> None:
        member = await act(users.one_member, caller, UUID(user_id))
        if member:
            _show_member(drawer, caller, member, changed, linked)

    await count()
    with parts.box("div", "filters", role="search", aria_label="Filter the members"):
        filters.search("Name or address")
        filters.choice("role", "Role", AccountRole)
        filters.choice("status", "Status", UserStatus)
        if caller.may("user:write"):
            button(
                "Invite a user",
                lambda: _invite(dialog, caller, linked),
                kind="primary",
                action="user:write",
            )
    grid = Grid(
        "users",
        "/api/users",
        COLUMNS,
        caption=f"Members of {caller.identity.account_name}",
        filters=filters.values,
        sort="full_name",
        opened=opened,
        nothing="No member fits these filters.",
    )
    filters.tell(lambda _: grid.show(filters.values))


def console_address(host: str) -> str:
    """Where others reach the console: off this machine it stands behind TLS, which ends before the request is here."""
    return f"{'http' if origin.is_loopback(host) else 'https'}://{host}"


def _figures(counts: dict[str, int]) -> None:
    with parts.figures():
        parts.figure("Users", counts[""], show="users", href="/users")
        for role, words in FIGURES.items():
            parts.figure(words, counts[role], show=f"users.{role.lower()}", href=f"/users?role={role}")


def _roles(roles: Any) -> dict[str, str]:
    return {str(role): parts.words(role) for role in roles}


def _show_member(
    drawer: Overlay, caller: Caller, member: dict[str, Any], changed: Changed, linked: Linked
) -> None:
    with drawer.showing(member["full_name"], note=member["email"]):
        with parts.box("div", "line"):
            parts.chip(member["role"])
            parts.chip(member["status"])
        parts.facts(
            {
                "Title": member["job_title"],
                "Access to the engagement": parts.words(member["access_level"] or "none"),
                "Member since": day(member["granted_at"]),
                "Last sign-in (UTC)": moment(member["last_sign_in_at"])
                if member["last_sign_in_at"]
                else "Never",
            }
        )
        if member["is_caller"]:
            parts.text("p", "This is you. Another administrator can change your role.", "note")
        elif caller.may("user:write"):
            if member["status"] is UserStatus.INVITED:
                _invitation_of(caller, member, linked)
            _role_of(caller, member, changed)
            _status_of(caller, member, changed)


def _invitation_of(caller: Caller, member: dict[str, Any], linked: Linked) -> None:
    async def renew() -> None:
        renewed = await act(users.invite_again, caller, member["id"])
        if renewed:
            await linked(renewed)

    note = "Has not chosen a password yet. A new link replaces the one before it."
    with parts.section("Invitation", note=note), parts.box("div", "line"):
        button("Make a new link", renew, action="user:write")


def _role_of(caller: Caller, member: dict[str, Any], changed: Changed) -> None:
    roles = grantable(caller.identity.role)
    if member["role"] not in roles:
        return
    chosen = {"role": str(member["role"])}

    async def change() -> None:
        role = AccountRole(chosen["role"])
        if await act(users.change_role, caller, member["id"], role):
            await changed(f"{member['full_name']} is {parts.words(role).lower()} now.")

    with (
        parts.section("Role", note="It counts at once, in pages that are open as well."),
        parts.box("div", "filters"),
    ):
        choice("Role", _roles(roles), lambda value: chosen.update(role=value), value=chosen["role"])
        button("Change role", change, action="user:write")


def _status_of(caller: Caller, member: dict[str, Any], changed: Changed) -> None:
    disabled = member["status"] is UserStatus.DISABLED

    async def change() -> None:
        service = users.enable if disabled else users.disable
        if await act(service, caller, member["id"]):
            says = "may sign in again" if disabled else "cannot sign in any more"
            await changed(f"{member['full_name']} {says}.")

    note = (
        "Disabled: cannot sign in."
        if disabled
        else "Whoever is disabled is signed out everywhere and cannot sign in. Nothing of theirs is deleted."
    )
    if member["is_guest"]:
        parts.text("p", "A guest: their own client account says whether they may sign in.", "note")
        return
    with parts.section("Sign-in", note=note), parts.box("div", "line"):
        if disabled:
            button("Enable", change, action="user:write", described=f"Enable {member['full_name']}")
        else:
            button(
                "Disable",
                change,
                kind="danger",
                action="user:write",
                described=f"Disable {member['full_name']}",
            )


def _invite(dialog: Overlay, caller: Caller, linked: Linked) -> None:
    given = {"email": "", "full_name": "", "job_title": "", "role": str(AccountRole.VIEWER)}

    def setter(name: str) -> Callable[[str], None]:
        return lambda value: given.__setitem__(name, value)

    async def send() -> None:
        invitation = users.Invitation(
            given["email"], given["full_name"], AccountRole(given["role"]), given["job_title"].strip() or None
        )
        member = await act(users.invite, caller, invitation)
        if member:
            await linked(member)

    with dialog.showing("Invite a user", note=NO_MAIL):
        field("E-mail address", setter("email"), kind="email", autocomplete="off", required=True)
        field("Name", setter("full_name"), autocomplete="off", required=True)
        field("Title", setter("job_title"), autocomplete="off")
        choice("Role", _roles(grantable(caller.identity.role)), setter("role"), value=given["role"])
        with parts.box("div", "actions"):
            button("Invite", send, kind="primary", action="user:write")


def _show_link(dialog: Overlay, member: dict[str, Any], address: str) -> None:
    note = "The console sends no e-mail: send this link yourself. It works once, within a week, and is shown only now."
    with dialog.showing(f"{member['full_name']} is invited", note=note), parts.box("label", "field"):
        parts.text("span", f"Link for {member['email']}")
        link = f"{address}{member['invitation']}"
        parts.box("input", "mono", type="text", value=link, readonly=True).on(
            "focus", js_handler="(event) => event.target.select()"
        )
