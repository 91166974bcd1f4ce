"""Bodies as they come off the wire, unpacked within bounds. Never holds more than it may."""

from __future__ import annotations

import zlib
from typing import Any

_STEP = 256 * 1024


class TooLargeError(Exception):
    """A body is larger than allowed: `limit` bytes, "sent" or "unpacked"."""

    def __init__(self, limit: int, how: str) -> None:
        super().__init__(f"more than {limit:,} bytes {how}")
        self.limit, self.how = limit, how


class BrokenError(Exception):
    """A packed body breaks off or is damaged."""


class Intake:
    """Takes the chunks of one body; `sent` counts the bytes that came off the wire.

    `packing` is the Content-Encoding: "", "identity", "gzip", "x-gzip" or "deflate".
    """

    def __init__(self, packing: str, most_sent: int, most_unpacked: int) -> None:
        self.sent = 0
        self._most_sent, self._most = most_sent, most_unpacked
        self._pieces: list[bytes] = []
        self._size = 0
        # 47: zlib finds out by itself whether it is gzip or zlib.
        self._unpacker: Any = zlib.decompressobj(47) if packing not in ("", "identity") else None
        self._first = packing == "deflate"

    def take(self, chunk: bytes) -> None:
        """Take the next chunk. Raises TooLargeError or BrokenError."""
        self.sent += len(chunk)
        if self.sent > self._most_sent:
            raise TooLargeError(self._most_sent, "sent")
        if self._unpacker is None:
            self._keep(chunk)
        elif chunk:
            self._unpack(chunk)

    def body(self) -> bytes:
        """The whole body. Raises BrokenError if it breaks off."""
        if self._unpacker is not None and self.sent and not self._unpacker.eof:
            raise BrokenError("the packed answer breaks off")
        return b"".join(self._pieces)

    def _unpack(self, chunk: bytes) -> None:
        while chunk:
            if self._unpacker.eof:
                if not chunk.startswith(b"\x1f\x8b"):
                    return  # padding after the end, which browsers ignore as well
                self._unpacker = zlib.decompressobj(47)
            self._keep(self._step(chunk))
            chunk = self._unpacker.unconsumed_tail or self._unpacker.unused_data

    def _step(self, chunk: bytes) -> bytes:
        first, self._first = self._first, False
        try:
            return bytes(self._unpacker.decompress(chunk, _STEP))
        except zlib.error as error:
            if not first:
                raise BrokenError(f"the packed answer is damaged ({error})") from None
        self._unpacker = zlib.decompressobj(-15)  # "deflate" without its zlib wrapping
        return self._step(chunk)

    def _keep(self, piece: bytes) -> None:
        self._size += len(piece)
        if self._size > self._most:
            raise TooLargeError(self._most, "unpacked")
        if piece:
            self._pieces.append(piece)
