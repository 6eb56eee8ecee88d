"""The ZIP archive that a workbook is: judged by its directory, and again while each part is inflated.

A directory can lie about sizes, so both are asked. Nothing is written to disk, nothing is held whole, and no part is
inflated past its limit.
"""

from __future__ import annotations

import io
import re
import struct
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path

from modernize.importing.limits import Limits, readable
from modernize.importing.refused import SAVE_AGAIN, FileRefused, refused

_CHUNK = 128 * 1024
# Of the local header only the lengths of name and extra field matter; all else is said by the directory.
_LOCAL = struct.Struct("<26xHH")
_ENCRYPTED = 0x1
_METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
_NESTED = re.compile(r"\.(zip|xlsx|xlsm|docx|pptx|jar|7z|rar|gz|bz2|xz|tar)$", re.IGNORECASE)
_ACTIVE = (
    (re.compile(r"vbaProject.*\.bin$", re.IGNORECASE), "macros"),
    (re.compile(r"/(macrosheets|dialogsheets|intlMacrosheets)/", re.IGNORECASE), "Excel 4 macros"),
    (re.compile(r"/externalLinks/", re.IGNORECASE), "links to other files or DDE"),
    (re.compile(r"/(embeddings|activeX|ctrlProps)/", re.IGNORECASE), "embedded objects or controls"),
    (re.compile(r"/(connections\.xml|queryTables/|customData/)", re.IGNORECASE), "data connections"),
)
_REMOVE = "save the values alone as .xlsx or .csv and upload again"


class Archive:
    """An opened workbook archive whose directory has been found harmless. A context manager."""

    def __init__(self, path: Path, name: str, limits: Limits) -> None:
        """
        Raises:
            FileRefused: it is no archive, damaged, encrypted, too large once inflated, or holds what runs.
        """
        self.name = name
        self._limits = limits
        self._inflated = 0
        self._file = path.open("rb")
        try:
            self._zip = zipfile.ZipFile(self._file)
            self._require_harmless()
        except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError, EOFError):
            self._file.close()
            raise refused("malformed", name, "a whole Excel workbook", "a damaged one", SAVE_AGAIN) from None
        except BaseException:
            self._file.close()
            raise

    def __enter__(self) -> Archive:
        return self

    def __exit__(self, *_: object) -> None:
        self._zip.close()
        self._file.close()

    @property
    def parts(self) -> list[str]:
        return self._zip.namelist()

    def inflate(self, part: str) -> Iterator[bytes]:
        """The bytes of a part, piece by piece.

        Raises:
            FileRefused: more come out than the limits allow, or the part is damaged.
        """
        info = self._zip.getinfo(part)
        found, checksum = 0, 0
        for piece in self._pieces(info):
            found += len(piece)
            checksum = zlib.crc32(piece, checksum)
            self._inflated += len(piece)
            self._require_bounded(part, found, info.compress_size)
            yield piece
        if (found, checksum) != (info.file_size, info.CRC):
            raise self._damaged(part)

    def _pieces(self, info: zipfile.ZipInfo) -> Iterator[bytes]:
        """What really comes out of a part. The standard reader stops at the declared size, other readers go on."""
        file = self._file
        file.seek(info.header_offset)
        header = file.read(_LOCAL.size)
        if len(header) < _LOCAL.size or not header.startswith(b"PK\x03\x04"):
            raise self._damaged(info.filename)
        *_, name, extra = _LOCAL.unpack(header)
        file.seek(name + extra, io.SEEK_CUR)
        inflator = zlib.decompressobj(-zlib.MAX_WBITS)
        left = info.compress_size
        while left > 0:
            packed = file.read(min(_CHUNK, left))
            if not packed:
                raise self._damaged(info.filename)
            left -= len(packed)
            if info.compress_type == zipfile.ZIP_STORED:
                yield packed
                continue
            try:
                while packed:
                    yield inflator.decompress(packed, _CHUNK)
                    packed = inflator.unconsumed_tail
            except zlib.error:
                raise self._damaged(info.filename) from None
            if inflator.unused_data:
                raise self._damaged(info.filename)
        if info.compress_type == zipfile.ZIP_DEFLATED and not inflator.eof:
            raise self._damaged(info.filename)

    def _damaged(self, part: str) -> FileRefused:
        about = f"{self.name}, part {part[:80]}"
        return refused("malformed", about, "a whole part of a workbook", "a damaged one", SAVE_AGAIN)

    def _require_harmless(self) -> None:
        infos = self._zip.infolist()
        if len(infos) > self._limits.members:
            raise refused(
                "zip_bomb",
                self.name,
                f"a workbook of at most {self._limits.members} parts",
                f"{len(infos):,}",
                "save the one sheet that is needed as .xlsx or .csv and upload that",
            )
        names = [info.filename for info in infos]
        if len(set(names)) < len(names):
            raise refused(
                "malformed",
                self.name,
                "every part once",
                "a part twice",
                SAVE_AGAIN,
            )
        for info in infos:
            if info.flag_bits & _ENCRYPTED:
                raise refused(
                    "encrypted",
                    self.name,
                    "an open workbook",
                    "one with a password",
                    "remove the password and upload again",
                )
            if info.compress_type not in _METHODS:
                raise refused(
                    "malformed",
                    self.name,
                    "parts packed as Excel does",
                    "another method",
                    SAVE_AGAIN,
                )
            if _NESTED.search(info.filename):
                raise refused(
                    "zip_bomb", self.name, "a workbook", f"an archive in it, {info.filename[:80]}", _REMOVE
                )
            self._require_bounded(info.filename, info.file_size, info.compress_size)
        declared = sum(info.file_size for info in infos)
        if declared > self._limits.unpacked:
            self._refuse_size("the workbook", declared)
        self._require_inactive(names)

    def _require_inactive(self, names: list[str]) -> None:
        for pattern, kind in _ACTIVE:
            found = [name for name in names if pattern.search(f"/{name}")]
            if found:
                code = "macros" if "macros" in kind else "active_content"
                raise refused(
                    code, self.name, "a workbook of values", f"{kind} ({found[0][:80]})", _REMOVE, found[:10]
                )

    def _require_bounded(self, part: str, size: int, packed: int) -> None:
        if size > self._limits.member_size:
            self._refuse_size(f"part {part[:80]}", size)
        if self._inflated > self._limits.unpacked:
            self._refuse_size("the workbook", self._inflated)
        if size > self._limits.ratio_from and size > self._limits.ratio * max(packed, 1):
            raise refused(
                "zip_bomb",
                f"{self.name}, part {part[:80]}",
                f"at most {self._limits.ratio} times its packed size",
                f"{size // max(packed, 1):,} times, as in a ZIP bomb",
                "save the values as .csv and upload that",
            )

    def _refuse_size(self, what: str, size: int) -> None:
        most = self._limits.unpacked if what == "the workbook" else self._limits.member_size
        raise refused(
            "zip_bomb",
            f"{self.name}, {what}",
            f"at most {readable(most)} once unpacked",
            f"{readable(size)} or more",
            "split it into smaller files and upload these",
        )
