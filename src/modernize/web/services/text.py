"""What people type: how long it may be and which characters it may hold, the same for pages and API."""

from __future__ import annotations

import unicodedata

LONGEST_NOTE = 4000


def unfit(what: str, text: str, longest: int, *, lines: bool = False) -> list[str]:
    """What is wrong with a text, in sentences; nothing where it can be stored.

    Args:
        what: its name at the beginning of a sentence. lines: whether it may have several.
    """
    problems = []
    if len(text) > longest:
        problems.append(f"{what} has {len(text):,} characters, expected {longest:,} at most.")
    allowed = "\n\r\t" if lines else ""
    if any(unicodedata.category(letter) in ("Cc", "Cs") and letter not in allowed for letter in text):
        problems.append(f"{what} holds a control character; leave it out.")
    return problems
