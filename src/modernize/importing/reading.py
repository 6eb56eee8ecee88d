"""Opening an upload by what its name says it is."""

from __future__ import annotations

from pathlib import Path, PurePosixPath

from modernize.importing.json_rows import open_json
from modernize.importing.limits import DEFAULT, Limits, readable
from modernize.importing.refused import EXPORT_AGAIN, FileRefused, refused
from modernize.importing.table import Table
from modernize.importing.text_table import open_csv
from modernize.importing.workbook import open_xlsx

ENDINGS = (".csv", ".json", ".xlsx")
_LONGEST_NAME = 160
_MACROS = (".xlsm", ".xltm", ".xlam", ".xlsb")
_OLD = (".xls", ".ods", ".xlt", ".numbers")


def open_table(path: Path, name: str, limits: Limits = DEFAULT, sheet: str | None = None) -> Table:
    """An uploaded file as a table.

    Args:
        path: where it lies. name: what the person calls it; its ending says what it is.

    Raises:
        FileRefused: it is not what it is called, too large, empty or cannot be read.
    """
    ending = require_ending(name)
    size = path.stat().st_size
    if size == 0:
        raise refused("empty", name, "a header and rows", "an empty file", EXPORT_AGAIN)
    if size > limits.size:
        raise too_large(name, limits, readable(size))
    if ending == ".csv":
        return open_csv(path, name, limits)
    if ending == ".json":
        return open_json(path, name, limits)
    return open_xlsx(path, name, limits, sheet)


def require_ending(name: str) -> str:
    """The ending of a name, when we read such files.

    Raises:
        FileRefused: we do not; asked before a byte is received.
    """
    ending = PurePosixPath(name).suffix.lower()
    if ending in ENDINGS:
        return ending
    found = f'"{ending}"' if ending else "a name without an ending"
    if ending in _MACROS:
        found = f"{ending}, a workbook that may hold macros"
    verb = "save it as .xlsx or .csv" if ending in (*_MACROS, *_OLD) else "export it as one of these"
    raise refused("wrong_ending", name, "a .csv, .json or .xlsx file", found, f"{verb} and upload again")


def too_large(name: str, limits: Limits, found: str = "more") -> FileRefused:
    """The error for a file that is too large; also while it is still being received."""
    return refused(
        "too_large",
        name,
        f"at most {readable(limits.size)}",
        found,
        "split it into several files and upload them one by one",
    )


def clean_name(given: str) -> str:
    """A file's own name out of what a browser sent: no folders, nothing unprintable, not too long."""
    own = given.replace("\\", "/").rpartition("/")[2]
    printable = "".join(character for character in own if character.isprintable()).strip()
    stem, dot, ending = printable.rpartition(".")
    if len(printable) > _LONGEST_NAME and dot:
        return f"{stem[: _LONGEST_NAME - len(ending) - 1]}.{ending}"
    return printable[:_LONGEST_NAME] or "upload"
