"""JSON files: an array of objects, or an object with one such array, read piece by piece.

The standard decoder reads one record after the other from a window over the file, so that a file's size is never the
memory's size. A record that does not end within the declared length is refused; so is what PostgreSQL cannot store.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any, NoReturn, TextIO

from modernize.importing.encoding import encoding_of
from modernize.importing.limits import Limits
from modernize.importing.refused import AS_UTF_8, refused
from modernize.importing.table import Row, Table
from modernize.models.enums import FileFormat

_WINDOW = 128 * 1024
_BLANK = " \t\r\n"
_DIGITS = 300
_TAIL = 32


class _Repeated(ValueError):
    """An object names a key twice."""


class _NotANumber(ValueError):
    """NaN, an infinity, or more digits than any amount has."""


def open_json(path: Path, name: str, limits: Limits) -> Table:
    """A JSON file as a table. Its columns are known once its rows are read.

    Raises:
        FileRefused: it is not JSON, or holds no array of objects.
    """
    with path.open("rb") as file:
        start = file.read(64)
    if start.startswith((b"PK\x03\x04", b"\xd0\xcf\x11\xe0", b"%PDF", b"\x1f\x8b")):
        raise refused(
            "wrong_content",
            name,
            "JSON text, as its name says",
            "a binary file",
            "export it as JSON and upload again",
        )
    encoding = encoding_of(path, name)
    if encoding.name == "cp1252":
        raise refused("wrong_encoding", name, "JSON in UTF-8", "another encoding", AS_UTF_8)
    with path.open(encoding=encoding.name, newline="") as text:
        key = _Document(text, name, limits).find_rows()
    options: dict[str, Any] = {"encoding": encoding.name, **({"path": key} if key is not None else {})}
    notes = (encoding.note,) if encoding.note else ()
    return Table(
        FileFormat.JSON,
        "application/json",
        None,
        options,
        partial(_rows, path, encoding.name, name, limits),
        notes,
    )


def _rows(path: Path, encoding: str, name: str, limits: Limits) -> Iterator[Row]:
    with path.open(encoding=encoding, newline="") as text:
        document = _Document(text, name, limits)
        inside = document.find_rows() is not None
        for number, record in enumerate(document.records(), 1):
            yield Row(number, f"record {number:,}", record)
        document.require_end(inside)


class _Document:
    """A window over a JSON text, and where in it we are."""

    def __init__(self, text: TextIO, name: str, limits: Limits) -> None:
        self._text = text
        self._name = name
        self._limits = limits
        self._window = ""
        self._at = 0
        self._passed = 0
        self._ended = False
        self._decoder = json.JSONDecoder(
            object_pairs_hook=_object, parse_constant=_no_constant, parse_int=_integer, parse_float=_number
        )

    def find_rows(self) -> str | None:
        """Go to the first record. Answers with the key of the array that holds them; None for a bare array."""
        first = self._peek()
        if first == "[":
            self._at += 1
            return None
        if first != "{":
            self._refuse("an array of objects", f'"{first}"' if first else "nothing")
        self._at += 1
        return self._find_array()

    def records(self) -> Iterator[dict[str, Any]]:
        """Every object of the array we stand in; ends behind its bracket."""
        if self._peek() == "]":
            self._at += 1
            return
        while True:
            if self._peek() != "{":
                self._refuse("an object for every row", f'"{self._peek() or "the end of the file"}"')
            yield self._value()
            separator = self._peek()
            self._at += 1
            if separator == "]":
                return
            if separator != ",":
                self._refuse("a comma or the end of the array after a row", _told(separator))

    def require_end(self, inside: bool) -> None:
        """What follows the rows is well-formed too, and holds no second array of objects."""
        while inside:
            separator = self._peek()
            self._at += 1
            if separator == "}":
                break
            if separator != ",":
                self._refuse("a comma or the end of the object", _told(separator))
            key = self._key()
            if self._peek() == "[":
                self._at += 1
                if self._peek() == "{":
                    raise refused(
                        "several_arrays",
                        self._name,
                        "one array of objects",
                        f'a second one, "{key}"',
                        "export each list to a file of its own and upload them one by one",
                    )
                self._at -= 1
            self._value()
        if after := self._peek():
            self._refuse("nothing after the end", _told(after))

    def _find_array(self) -> str:
        """Past the members before it to the member that is an array of objects."""
        if self._peek() == "}":
            self._refuse("an array of objects in the object", "an empty object")
        while True:
            key = self._key()
            if self._peek() == "[":
                self._at += 1
                if self._peek() in ("{", "]"):
                    return key
                self._at -= 1
            self._value()
            separator = self._peek()
            self._at += 1
            if separator == "}":
                self._refuse("one array of objects in the object", "none")
            if separator != ",":
                self._refuse("a comma or the end of the object", _told(separator))

    def _key(self) -> str:
        if self._peek() != '"':
            self._refuse("a quoted key", _told(self._peek()))
        key = self._value()
        if self._peek() != ":":
            self._refuse("a colon after a key", _told(self._peek()))
        self._at += 1
        return str(key)

    def _peek(self) -> str:
        """The next character that is not blank; empty at the end."""
        while True:
            while self._at < len(self._window) and self._window[self._at] in _BLANK:
                self._at += 1
            if self._at < len(self._window):
                return self._window[self._at]
            if not self._more():
                return ""

    def _value(self) -> Any:
        """The value here. Retried with a larger window while it may only be cut off by the window's end."""
        while True:
            try:
                value, end = self._decoder.raw_decode(self._window, self._at)
            except json.JSONDecodeError as error:
                if self._more():
                    continue
                if self._ended and error.pos >= len(self._window.rstrip()) - 1:
                    self._refuse(
                        "a complete file", "an end in the middle of a value, as in a file that was cut off"
                    )
                self._at = max(self._at, min(error.pos, len(self._window)))
                self._refuse("well-formed JSON", "something else")
            except _Repeated as error:
                self._refuse("every key once in an object", f'"{error}" twice', "duplicate_header")
            except _NotANumber as error:
                self._refuse("numbers that can be stored", str(error))
            except (RecursionError, ValueError):
                self._refuse(f"at most {self._limits.depth} levels of objects", "many more", "too_deep")
            # A number may go on behind the window: `1e` there, `5` to come.
            if len(self._window) - end < _TAIL and self._more():
                continue
            if _depth(value, self._limits.depth) > self._limits.depth:
                self._refuse(f"at most {self._limits.depth} levels of objects", "more", "too_deep")
            self._at = end
            return value

    def _more(self) -> bool:
        """Read on, dropping what is behind us; False at the end of the file.

        Raises:
            FileRefused: a single value is longer than a row may be.
        """
        if self._ended:
            return False
        if len(self._window) - self._at > self._limits.record + _WINDOW:
            self._refuse(
                f"values of at most {self._limits.record:,} characters", "a longer one", "too_long_row"
            )
        piece = self._text.read(_WINDOW)
        if not piece:
            self._ended = True
            return False
        self._passed += self._at
        self._window, self._at = self._window[self._at :] + piece, 0
        return True

    def _refuse(self, expected: str, found: str, code: str = "malformed") -> NoReturn:
        raise refused(
            code,
            f"{self._name}, character {self._passed + self._at + 1:,}",
            expected,
            found,
            "correct it or export the file again, then upload it",
        )


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        seen: set[str] = set()
        raise _Repeated(next(key for key, _ in pairs if key in seen or seen.add(key)))  # type: ignore[func-returns-value]
    return found


def _no_constant(name: str) -> NoReturn:
    raise _NotANumber(name)


def _integer(digits: str) -> int:
    if len(digits) > _DIGITS:
        raise _NotANumber(f"a number of {len(digits):,} digits")
    return int(digits)


def _number(digits: str) -> float:
    number = float(digits)
    if number in (float("inf"), float("-inf")):
        raise _NotANumber("a number too large")
    return number


def _depth(value: Any, most: int) -> int:
    """How many objects and arrays lie in each other; stops counting past `most`."""
    depth, level = 0, [value]
    while level and depth <= most:
        inner: list[Any] = []
        for each in level:
            if isinstance(each, dict):
                inner.extend(each.values())
            elif isinstance(each, list):
                inner.extend(each)
        level = [each for each in inner if isinstance(each, dict | list)]
        depth += 1
    return depth


def _told(character: str) -> str:
    return f'"{character}"' if character else "the end of the file"
