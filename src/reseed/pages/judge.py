"""One line and what was seen -> passed or failed, and what was found. Planted faults are judged here, too."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TypeAlias
from urllib.parse import urlsplit

from reseed.pages.compare import Shown, rows_shown, value_shown
from reseed.pages.result import Line
from reseed.pages.seen import FORM, REFUSAL, Seen
from reseed.pages.watch import sentence

Judgement: TypeAlias = tuple[bool, str]

#: Statuses that say: not you.
REFUSALS = (401, 403)

_FORBIDDEN = 403


def judge(line: Line, seen: Seen) -> Line:
    """The line with its answer."""
    return line.answered(*_JUDGES[line.kind](line, seen))


def waits(line: Line) -> bool:
    """Whether a page may need a moment until the line passes."""
    return line.kind in ("value", "rows", "offered", "in-menu") and not _unknown(line)


def _opens(line: Line, seen: Seen) -> Judgement:
    if seen.status is None:
        return False, seen.problem or "no answer"
    led = "" if _is_at(line.subject, seen) else f", and leads to {seen.path}"
    return seen.status == 200 and not led, f"Status {seen.status}{led}"


def _in_menu(line: Line, seen: Seen) -> Judgement:
    there = line.subject in seen.menu
    return there, "There" if there else f"Not among the {len(seen.menu)} links of the menu"


def _not_in_menu(line: Line, seen: Seen) -> Judgement:
    there = line.subject in seen.menu
    return not there, "There" if there else "Not there"


def _value(line: Line, seen: Seen) -> Judgement:
    if _unknown(line):
        return False, "nothing to compare with"
    return _matching(line, seen, lambda elements: value_shown(elements, line.wanted[0]))


def _rows(line: Line, seen: Seen) -> Judgement:
    if _unknown(line):
        return False, "nothing to compare with"
    return _matching(line, seen, lambda elements: rows_shown(elements, line.wanted))


def _offered(line: Line, seen: Seen) -> Judgement:
    def visible(elements: Sequence[Shown]) -> Judgement:
        if any(element.visible for element in elements):
            return True, "Offered"
        return False, "There, but hidden" if elements else "Not offered"

    return _matching(line, seen, visible)


def _not_offered(line: Line, seen: Seen) -> Judgement:
    # What is hidden can be found and used, so it has to be absent.
    return _matching(
        line,
        seen,
        lambda elements: (
            not elements,
            f"Offered: {len(elements)} elements match" if elements else "Not offered",
        ),
    )


def _refused(line: Line, seen: Seen) -> Judgement:
    """By its status or by what it shows instead; and none of what the page would show may be there."""
    if seen.status is None:
        return False, seen.problem or "no answer"
    refusal = any(element.visible for element in seen.elements.get(REFUSAL, ()))
    shown = [selector for selector, elements in seen.elements.items() if elements and selector != REFUSAL]
    how = f"Status {seen.status}{', and says so' if refusal else ''}"
    if shown:
        return False, f"{how}, but shows {shown[0]}"
    led = "" if _is_at(line.subject, seen) else f", and leads to {seen.path}"
    return seen.status in REFUSALS or refusal, f"{how}{led}"


def _nothing(events: tuple[str, ...]) -> Judgement:
    return not events, sentence(events) or "None"


def _barriers(line: Line, seen: Seen) -> Judgement:
    return _nothing(seen.barriers[line.subject])


def _request_refused(line: Line, seen: Seen) -> Judgement:
    status = seen.statuses[line.subject]
    return status in REFUSALS, _answer(status)


def _action_refused(line: Line, seen: Seen) -> Judgement:
    # 404 or 422 would say that the request was wrong, not that its sender may not do it.
    status = seen.statuses[line.subject]
    return status == _FORBIDDEN, _answer(status)


def _request_answered(line: Line, seen: Seen) -> Judgement:
    status = seen.statuses[line.subject]
    return isinstance(status, int) and 200 <= status < 400, _answer(status)


def _action_allowed(line: Line, seen: Seen) -> Judgement:
    """Any answer but a refusal will do, for the request is empty; it shows that others are refused for who they are."""
    status = seen.statuses[line.subject]
    return isinstance(status, int) and status < 500 and status not in REFUSALS, _answer(status)


def _signed_in(line: Line, seen: Seen) -> Judgement:
    return not seen.problem, seen.problem or "Signed in"


def _turned_away(line: Line, seen: Seen) -> Judgement:
    """Somebody who is not signed in asks for a page: the answer is a refusal, or the sign-in form."""
    if seen.problem:
        return False, seen.problem
    at_the_form = any(element.visible for element in seen.elements.get(FORM, ()))
    refused = seen.status in REFUSALS or at_the_form
    return refused, "Refused" if refused else f"Signed in: {seen.path} opens with status {seen.status}"


def _unknown(line: Line) -> bool:
    return not line.wanted and line.kind in ("value", "rows")


def _matching(line: Line, seen: Seen, judged: Callable[[Sequence[Shown]], Judgement]) -> Judgement:
    if line.subject in seen.broken:
        return False, f"the selector cannot be used: {seen.broken[line.subject]}"
    return judged(seen.elements[line.subject])


def _is_at(path: str, seen: Seen) -> bool:
    return urlsplit(path).path.rstrip("/") == urlsplit(seen.path).path.rstrip("/")


def _answer(status: int | str) -> str:
    return f"Status {status}" if isinstance(status, int) else str(status)


_JUDGES: Mapping[str, Callable[[Line, Seen], Judgement]] = {
    "sign-in": _signed_in,
    "wrong-password": _turned_away,
    "sign-out": _turned_away,
    "opens": _opens,
    "in-menu": _in_menu,
    "not-in-menu": _not_in_menu,
    "value": _value,
    "rows": _rows,
    "offered": _offered,
    "not-offered": _not_offered,
    "refused": _refused,
    "script": lambda _, seen: _nothing(seen.heard.script),
    "console": lambda _, seen: _nothing(seen.heard.console),
    "requests": lambda _, seen: _nothing(seen.heard.requests),
    "elsewhere": lambda _, seen: _nothing(seen.heard.elsewhere),
    "barriers": _barriers,
    "request-refused": _request_refused,
    "request-answered": _request_answered,
    "action-refused": _action_refused,
    "action-allowed": _action_allowed,
}
