"""Receiving an upload: a multipart form streamed to a private file, never held whole, never past the limit."""

from __future__ import annotations

import hashlib
import os
import tempfile
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

from python_multipart.exceptions import FormParserError
from python_multipart.multipart import MultipartParser, parse_options_header

from modernize.importing.limits import Limits
from modernize.importing.reading import clean_name, require_ending, too_large
from modernize.importing.refused import FileRefused
from modernize.web.errors import Invalid

_FIELD = 2_000
_FIELDS = 8
# What a form has besides its file.
_AROUND = 64 * 1024
_NO_FORM = "The request holds no multipart form, expected one with a part named file; send it as multipart/form-data."


class Form:
    """A multipart form as it comes in: its one file goes to disk, its few fields are kept.

    Attributes:
        fields: text fields by name. path, name: of the file, when there was one. size, sha256: of its bytes.
        refusal: why the file is not taken, known before all of it has come.
    """

    def __init__(self, limits: Limits) -> None:
        self.fields: dict[str, str] = {}
        self.path: Path | None = None
        self.name = ""
        self.size = 0
        self.refusal: FileRefused | None = None
        self._limits = limits
        self._hash = hashlib.sha256()
        self._file: int | None = None
        self._header = [b"", b""]
        self._part: dict[str, str] = {}
        self._text = b""

    @property
    def sha256(self) -> str:
        return self._hash.hexdigest()

    def callbacks(self) -> Any:
        """What the parser calls."""
        return {
            "on_part_begin": self._begin,
            "on_header_field": lambda data, start, end: self._add_header(0, data[start:end]),
            "on_header_value": lambda data, start, end: self._add_header(1, data[start:end]),
            "on_header_end": self._end_header,
            "on_part_data": lambda data, start, end: self._data(data[start:end]),
            "on_part_end": self._end,
        }

    def close(self) -> None:
        """No more bytes are written."""
        if self._file is not None:
            os.close(self._file)
            self._file = None

    def discard(self) -> None:
        """The file is not wanted."""
        self.close()
        if self.path is not None:
            self.path.unlink(missing_ok=True)

    def _begin(self) -> None:
        self._header, self._part, self._text = [b"", b""], {}, b""

    def _add_header(self, which: int, data: bytes) -> None:
        self._header[which] += data
        if len(self._header[which]) > _FIELD:
            raise Invalid("A header of the form is too long.")

    def _end_header(self) -> None:
        if self._header[0].lower() == b"content-disposition":
            _, options = parse_options_header(self._header[1])
            self._part = {key.decode(): value.decode("utf-8", "replace") for key, value in options.items()}
            if "filename" in self._part:
                self._open(self._part["filename"])
        self._header = [b"", b""]

    def _open(self, given: str) -> None:
        if self.path is not None:
            raise Invalid("The form holds several files, expected one; upload them one by one.")
        self.name = clean_name(given)
        try:
            require_ending(self.name)
        except FileRefused as error:
            self.refusal = error
        self._file, path = tempfile.mkstemp(prefix="modernize-upload-")
        self.path = Path(path)

    def _data(self, data: bytes) -> None:
        if "filename" not in self._part:
            self._text += data
            if len(self._text) > _FIELD:
                raise Invalid(f"A field of the form is longer than {_FIELD:,} bytes.")
            return
        self.size += len(data)
        if self.size > self._limits.size and self.refusal is None:
            self.refusal = too_large(self.name, self._limits)
        if self.refusal is None and self._file is not None:
            self._hash.update(data)
            os.write(self._file, data)

    def _end(self) -> None:
        if "filename" in self._part:
            return
        if len(self.fields) >= _FIELDS:
            raise Invalid(f"The form has more than {_FIELDS} fields.")
        text = self._text.decode("utf-8", "replace").replace("\x00", "")
        self.fields[self._part.get("name", "")] = text.strip()


async def received(stream: AsyncIterator[bytes], content_type: str, limits: Limits) -> Form:
    """The form of a request. Whoever calls it discards the file, or hands it on.

    Raises:
        Invalid: it is no such form.
        FileRefused: the file's name or size says already that it is not taken.
    """
    kind, options = parse_options_header(content_type)
    boundary = options.get(b"boundary")
    if kind != b"multipart/form-data" or not boundary:
        raise Invalid(_NO_FORM)
    form = Form(limits)
    try:
        await _parse(form, stream, boundary, limits)
    except BaseException:
        form.discard()
        raise
    if form.refusal is not None:
        form.discard()
        raise form.refusal
    if form.path is None:
        raise Invalid("The form holds no file, expected a part named file with a .csv, .json or .xlsx file.")
    form.close()
    return form


async def _parse(form: Form, stream: AsyncIterator[bytes], boundary: bytes, limits: Limits) -> None:
    """Read to the end, because a browser hears no answer before it has sent all; past twice the limit it need not."""
    came = 0
    try:
        parser = MultipartParser(boundary, form.callbacks())
        async for piece in stream:
            came += len(piece)
            if came > 2 * limits.size + _AROUND:
                break
            if piece:
                parser.write(piece)
        else:
            parser.finalize()
    except (FormParserError, ValueError) as error:
        raise Invalid(_NO_FORM) from error
