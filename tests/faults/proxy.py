"""A way to a server that can be cut: it sees COPY in what passes, and after so many bytes of it drops everything."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace
from typing import Literal

from reseed.database import Target

#: What a COPY is for: rows of the old database come out, go into a copy that proves the dump, new rows go in.
Purpose = Literal["dump", "proof", "load"]

#: How the server's messages that begin a COPY begin, less their length: a dump is text, and new rows go in binary.
_BEGINS: dict[bytes, Purpose] = {b"H\0": "dump", b"G\0": "proof", b"G\1": "load"}
_ENDS = b"CZ"  # the command is complete, or the server waits for the next one
_PIECE = 1 << 14


@dataclass
class Proxy:
    """A port of ours that leads to the server.

    Attributes:
        target: the server as it is reached through here.
        passed: purpose -> bytes of COPY that have passed. cut_after: cut when so many have passed for a purpose.
        was_cut: the fault has happened.
    """

    server: Target
    target: Target = field(init=False)
    passed: dict[Purpose, int] = field(default_factory=lambda: {"dump": 0, "proof": 0, "load": 0})
    cut_after: tuple[Purpose, int] | None = None
    was_cut: bool = False
    _open: set[socket.socket] = field(default_factory=set)
    _listening: socket.socket = field(init=False)
    _turns: threading.Lock = field(default_factory=threading.Lock)

    def __post_init__(self) -> None:
        self._listening = socket.create_server(("127.0.0.1", 0))
        options = {"sslmode": "disable", "gssencmode": "disable"}
        self.target = replace(self.server, port=self._listening.getsockname()[1], options=options)
        threading.Thread(target=self._accept, daemon=True).start()

    def close(self) -> None:
        """Let nothing pass any more."""
        # Closing alone does not wake the thread that waits there.
        with suppress(OSError):
            self._listening.shutdown(socket.SHUT_RDWR)
        self._listening.close()
        self._drop()

    def _accept(self) -> None:
        while True:
            try:
                client, _ = self._listening.accept()
                server = socket.create_connection((self.server.host, self.server.port))
            except OSError:
                return
            with self._turns:
                self._open |= {client, server}
            way = _Way(self)
            for source, sink, look in ((server, client, way.from_server), (client, server, way.from_client)):
                threading.Thread(target=self._pass_on, args=(source, sink, look), daemon=True).start()

    def _pass_on(self, source: socket.socket, sink: socket.socket, look: Callable[[bytes], None]) -> None:
        with suppress(OSError):
            while piece := source.recv(_PIECE):
                look(piece)
                sink.sendall(piece)
        for end in (source, sink):
            with suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)
            end.close()
            with self._turns:
                self._open.discard(end)

    def count(self, purpose: Purpose, size: int) -> None:
        """So many bytes of a COPY are about to pass."""
        with self._turns:
            self.passed[purpose] += size
            cut = self.cut_after
        if cut and cut[0] == purpose and self.passed[purpose] >= cut[1]:
            self.was_cut = True
            self._drop()
            raise ConnectionAbortedError

    def _drop(self) -> None:
        with self._turns:
            ends = tuple(self._open)
        for end in ends:
            with suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)


@dataclass
class _Way:
    """One connection: which COPY is under way on it, as the heads of the server's messages say."""

    proxy: Proxy
    copying: Purpose | None = None
    _rest: bytearray = field(default_factory=bytearray)
    _skip: int = 0

    def from_server(self, piece: bytes) -> None:
        """Look at what the server says: messages of a byte, a length, and so many bytes less four."""
        for begins in self._messages(piece):
            if begins in _BEGINS:
                self.copying = _BEGINS[begins]
            elif begins[:1] in _ENDS:
                self.copying = None
        if self.copying == "dump":
            self.proxy.count("dump", len(piece))

    def from_client(self, piece: bytes) -> None:
        if self.copying in ("proof", "load"):
            self.proxy.count(self.copying, len(piece))

    def _messages(self, piece: bytes) -> Iterator[bytes]:
        """Of each message that begins here, its kind and the first byte of what it says."""
        self._rest += piece
        while self._rest:
            if self._skip:
                gone = min(self._skip, len(self._rest))
                del self._rest[:gone]
                self._skip -= gone
            elif len(self._rest) >= 6:
                yield bytes((self._rest[0], self._rest[5]))
                self._skip = 1 + int.from_bytes(self._rest[1:5], "big")
            elif len(self._rest) == 5 and self._rest[1:5] == b"\0\0\0\4":
                yield bytes((self._rest[0], 0))
                self._rest.clear()
            else:
                return


@contextmanager
def proxy(server: Target) -> Iterator[Proxy]:
    """A proxy that closes with the block."""
    made = Proxy(server)
    try:
        yield made
    finally:
        made.close()
