"""Shapes that every router uses: a slice of a list, and text that the database can hold."""

from __future__ import annotations

from typing import Annotated, Generic, TypeVar

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from modernize.web.services.paging import Listed, Paging
from modernize.web.services.text import LONGEST_NOTE

T = TypeVar("T")


class Sent(BaseModel):
    """What a request sends; a field that is not known is refused."""

    model_config = ConfigDict(extra="forbid")


class Slice(BaseModel, Generic[T]):
    """Rows `offset` to `offset + limit` of `total`."""

    rows: list[T]
    total: int


def sliced(row: type[T], found: Listed) -> Slice[T]:
    """A page of rows as the API answers it."""
    return Slice[row](rows=[row(**each) for each in found.rows], total=found.total)  # type: ignore[valid-type]


Offset = Annotated[int, Field(ge=0, le=10_000_000, description="rows to leave out at the beginning")]
Limit = Annotated[int, Field(ge=1, le=500, description="rows to return at most")]


def _storable(text: str) -> str:
    if "\x00" in text or any("\ud800" <= letter <= "\udfff" for letter in text):
        raise ValueError("holds a character that a database cannot store")
    return text


Text = Annotated[str, Field(max_length=200), AfterValidator(_storable)]
"""Up to 200 characters, none of them NUL or half of a surrogate pair."""

Note = Annotated[str, Field(max_length=LONGEST_NOTE), AfterValidator(_storable)]
"""Longer text, the same way."""


class Paged(Sent):
    """Which rows of a list; `sort`: a field's name, with a minus in front for descending order."""

    sort: Text = ""
    offset: Offset = 0
    limit: Limit = 50

    def paging(self) -> Paging:
        return Paging(self.sort, self.offset, self.limit)
