"""A file that is not taken in: every problem it has, each in one sentence, and nothing stored of it.

FileRefused    the upload as a whole; a single row that is refused is not an error but a record
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass

from reseed.records import JSON


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong with a file.

    Attributes:
        code: for machines: `formula`, `too_many_rows`. about: the file, or the place in it.
        expected, found, next_step: as they stand in the sentence.
        places: cells or rows it is about, where they can be named.
    """

    code: str
    about: str
    expected: str
    found: str
    next_step: str
    places: tuple[str, ...] = ()

    @property
    def sentence(self) -> str:
        return f"{self.about}: expected {self.expected}, found {self.found}; {self.next_step}."

    def as_json(self) -> dict[str, JSON]:
        return {**asdict(self), "places": list(self.places), "sentence": self.sentence}

    @classmethod
    def from_json(cls, document: dict[str, JSON]) -> Problem:
        texts = {name: str(document[name]) for name in ("code", "about", "expected", "found", "next_step")}
        places = document.get("places")
        return cls(**texts, places=tuple(map(str, places)) if isinstance(places, list) else ())


class FileRefused(Exception):
    """The file cannot be taken in; `problems` is never empty."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__(" ".join(problem.sentence for problem in self.problems))


def refused(
    code: str, about: str, expected: str, found: str, next_step: str, places: Iterable[str] = ()
) -> FileRefused:
    """The error for a file about which nothing more can be said than this."""
    return FileRefused([Problem(code, about, expected, found, next_step, tuple(places))])


EXPORT_AGAIN = "export it again and upload that"
SAVE_AGAIN = "open and save the workbook again, then upload it"
AS_UTF_8 = "save the file as UTF-8 and upload again"
