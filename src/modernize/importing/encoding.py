"""Which encoding a text file is in: UTF-8, UTF-16 with its mark, or Windows-1252, and nothing guessed beyond that."""

from __future__ import annotations

import codecs
import re
from dataclasses import dataclass
from pathlib import Path

from modernize.importing.refused import AS_UTF_8, refused

_CHUNK = 256 * 1024
_CONTROL = re.compile("[\x00-\x08\x0e-\x1f\x7f]")


@dataclass(frozen=True, slots=True)
class Encoding:
    """An encoding by its Python name. `note`: what a person should know, when it was not plain UTF-8."""

    name: str
    note: str | None = None


def encoding_of(path: Path, name: str) -> Encoding:
    """The encoding in which the whole file can be read. The file is read through once, in pieces.

    Raises:
        FileRefused: no encoding of ours fits, or the text holds characters that no text has.
    """
    with path.open("rb") as file:
        start = file.read(4)
    if start.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        # A mark of UTF-32 begins alike, and has two zero bytes where UTF-16 would have a character.
        if start.startswith(codecs.BOM_UTF32_LE):
            raise refused("wrong_encoding", name, "UTF-8 text", "UTF-32", AS_UTF_8)
        if (bad := _unreadable(path, name, "utf-16")) is not None:
            raise refused("malformed", name, "UTF-16 text", f"a broken character near byte {bad:,}", AS_UTF_8)
        return Encoding("utf-16", "The file is UTF-16 text.")
    if start.startswith(codecs.BOM_UTF8):
        if (bad := _unreadable(path, name, "utf-8-sig")) is not None:
            raise refused(
                "malformed",
                name,
                "UTF-8 text, as its mark says",
                f"a broken character at byte {bad:,}",
                AS_UTF_8,
            )
        return Encoding("utf-8-sig")
    bad = _unreadable(path, name, "utf-8")
    if bad is None:
        return Encoding("utf-8")
    if _unreadable(path, name, "cp1252") is not None:
        raise refused(
            "wrong_encoding", name, "UTF-8 or Windows-1252 text", f"neither, from byte {bad:,} on", AS_UTF_8
        )
    return Encoding(
        "cp1252",
        f"The file is not UTF-8 (byte {bad:,} is not), so it was read as Windows-1252; look whether names are right.",
    )


def _unreadable(path: Path, name: str, encoding: str) -> int | None:
    """The byte at which the file stops being of an encoding; None when all of it is.

    Raises:
        FileRefused: it can be read, but holds NUL or other control characters.
    """
    decoder = codecs.getincrementaldecoder(encoding)()
    before = 0
    with path.open("rb") as file:
        while True:
            piece = file.read(_CHUNK)
            pending = len(decoder.getstate()[0])
            try:
                text = decoder.decode(piece, final=not piece)
            except UnicodeDecodeError as error:
                return before - pending + error.start
            if (control := _CONTROL.search(text)) is not None:
                _refuse_control(name, control[0])
            if not piece:
                return None
            before += len(piece)


def _refuse_control(name: str, character: str) -> None:
    if character == "\x00":
        raise refused(
            "nul_bytes",
            name,
            "text",
            "NUL bytes, as binary files have them",
            "export it as text and upload again",
        )
    raise refused(
        "binary",
        name,
        "text",
        f"the control character 0x{ord(character):02X}, as binary files have them",
        "export it as text and upload again",
    )
