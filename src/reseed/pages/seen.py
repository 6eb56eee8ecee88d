"""What was seen of one page by one role, before anybody judges it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from reseed.pages.compare import Shown
from reseed.pages.watch import Heard

#: Keys of `Seen.elements` that are no line's subject.
REFUSAL = "the declared refusal"
FORM = "the sign-in form"


@dataclass(frozen=True, slots=True)
class Seen:
    """One look at one page.

    Attributes:
        status: of the page's own answer; None where there was none, and `problem` says why.
        path: where the browser was at the end, relative to the application's address.
        elements: selector -> what it matches. broken: selector -> why it can match nothing.
        menu: paths that links lead to, as somebody who looks at the page sees them.
        heard: what the page did meanwhile.
        barriers: name of a look -> serious and critical violations that axe-core found; each in one sentence.
        statuses: request -> status of the answer, or why there is none.
    """

    status: int | None = None
    problem: str = ""
    path: str = ""
    elements: Mapping[str, tuple[Shown, ...]] = field(default_factory=dict)
    broken: Mapping[str, str] = field(default_factory=dict)
    menu: frozenset[str] = frozenset()
    heard: Heard = field(default_factory=Heard)
    barriers: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    statuses: Mapping[str, int | str] = field(default_factory=dict)
