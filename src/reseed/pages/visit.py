"""One role, one page: what its lines ask is looked at, and judged."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from reseed.pages.barriers import Remembered, barriers, take_look
from reseed.pages.judge import judge
from reseed.pages.looks import looks
from reseed.pages.opened import OpenPage, Place, opened, with_answer
from reseed.pages.result import Line
from reseed.pages.seen import REFUSAL, Seen
from reseed.pages.session import Guest


def visit(
    guest: Guest, place: Place, path: str, lines: Sequence[Line], folder: Path, remembered: Remembered
) -> tuple[Line, ...]:
    """Open a page that the guest may open, and answer its lines."""
    with opened(guest.context, place) as page:
        seen = watch_open(page, path, lines)
        guest.menu.update(seen.menu)
        problem = _photograph(page, lines, folder)
        looked = replace(seen, barriers=_barriers(page, place, path, lines, remembered))
    return _with_problem(tuple(judge(line, looked) for line in lines), problem)


def watch_open(page: OpenPage, path: str, lines: Sequence[Line]) -> Seen:
    """Open a path, wait until it shows what the lines expect and rests, and look."""
    answer = page.go(path)
    if answer.status is not None:
        page.wait_for(lines)
        page.settle()
    return with_answer(page.look(lines), answer)


def knock_as(guest: Guest, place: Place, path: str, lines: Sequence[Line], folder: Path) -> tuple[Line, ...]:
    """Open a page that the guest must not open, by its address, and answer its lines."""
    with opened(guest.context, place) as page:
        seen = see_refusal(page, place, path, lines)
        guest.menu.update(seen.menu)
        problem = _photograph(page, lines, folder)
    known = replace(seen, menu=frozenset(guest.menu))
    return _with_problem(tuple(judge(line, known) for line in lines), problem)


def see_refusal(page: OpenPage, place: Place, path: str, lines: Sequence[Line]) -> Seen:
    """Open a path, let it rest, and look for the refusal and for anything that the page shows to others."""
    answer = page.go(path)
    if answer.status is None:
        return answer
    page.settle()
    return with_answer(page.look((), _not_for_them(place, path)), answer)


def _not_for_them(place: Place, path: str) -> dict[str, str]:
    asked = [page for page in place.pages.pages if page.path == path]
    shown = {
        place.pages.selector_of(expectation): place.pages.selector_of(expectation)
        for page in asked
        for expectation in page.expect
    }
    return {**shown, **({REFUSAL: place.pages.refusal} if place.pages.refusal else {})}


def _photograph(page: OpenPage, lines: Sequence[Line], folder: Path) -> str:
    return page.photograph(folder / lines[0].screenshot) if lines else ""


def _with_problem(lines: tuple[Line, ...], problem: str) -> tuple[Line, ...]:
    """A page without a picture has not passed; its first line, the one that opens it, says so."""
    if not problem:
        return lines
    return (lines[0].answered(False, f"{lines[0].found}; {problem}"), *lines[1:])


def _barriers(
    page: OpenPage, place: Place, path: str, lines: Sequence[Line], remembered: Remembered
) -> dict[str, tuple[str, ...]]:
    asked = {line.subject for line in lines if line.kind == "barriers"}
    first, *others = looks(place.pages)
    found = {first.name: remembered.barriers(page.tab, first, path)} if first.name in asked else {}
    for look in others:
        if look.name in asked:
            take_look(page.tab, look)
            page.settle()
            found[look.name] = barriers(page.tab, look)
    return found
