"""Gzip with the same bytes on every machine.

Python's own gzip leaves the compressing to whatever zlib it was built with, and zlib, zlib-ng, Intel's and IBM's
write different bytes for the same level. So the compressing is done here: repeated text by its distance (greedy, one
candidate for each eight bytes), then the fixed Huffman codes of the format. The files are a little larger than zlib's.

Source: RFC 1951 (DEFLATE), sections 3.2.5 and 3.2.6; RFC 1952 (gzip), section 2.3.
"""

from __future__ import annotations

import zlib
from typing import Final

_WINDOW: Final = 32768
_LONGEST: Final = 258
_SHORTEST: Final = 8
_END: Final = 256
# Method 8, no flags, no time, slowest method, system unknown.
_HEADER: Final = b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x02\xff"


def compress(data: bytes) -> bytes:
    """Some bytes as one gzip member, without name or time.

    >>> import gzip
    >>> gzip.decompress(compress(b"as before, as before, as before")) == b"as before, as before, as before"
    True
    """
    sizes = (zlib.crc32(data) & 0xFFFFFFFF).to_bytes(4, "little") + (len(data) & 0xFFFFFFFF).to_bytes(4, "little")
    return _HEADER + _deflate(data) + sizes


def _deflate(data: bytes) -> bytes:
    """One block with fixed codes."""
    out = bytearray()
    held, bits = 0b011, 3  # the last block, with fixed codes
    at, size = 0, len(data)
    seen: dict[bytes, int] = {}
    codes, lengths = _CODES, _LENGTHS
    while at < size:
        key = data[at : at + _SHORTEST]
        before = seen.get(key)
        seen[key] = at
        if before is not None and len(key) == _SHORTEST and at - before <= _WINDOW:
            length = _common(data, before, at, size)
            code, width = lengths[length]
            held |= code << bits
            bits += width
            code, width = _distance(at - before)
            held |= code << bits
            bits += width
            for inside in range(at + 1, at + length, 4):
                seen[data[inside : inside + _SHORTEST]] = inside
            at += length
        else:
            code, width = codes[data[at]]
            held |= code << bits
            bits += width
            at += 1
        if bits > 4096:
            whole = bits >> 3
            out += (held & ((1 << (whole << 3)) - 1)).to_bytes(whole, "little")
            held >>= whole << 3
            bits &= 7
    code, width = codes[_END]
    held |= code << bits
    bits += width
    return bytes(out + held.to_bytes((bits + 7) >> 3, "little"))


def _common(data: bytes, before: int, at: int, size: int) -> int:
    """How far the bytes at two places are the same, at most the longest length of the format."""
    most = min(_LONGEST, size - at)
    low, high = _SHORTEST, most
    if data[before : before + most] == data[at : at + most]:
        return most
    while low < high:  # the slices compare in C; a loop over bytes would not
        middle = (low + high + 1) // 2
        if data[before : before + middle] == data[at : at + middle]:
            low = middle
        else:
            high = middle - 1
    return low


def _reversed(code: int, width: int) -> int:
    return int(f"{code:0{width}b}"[::-1], 2)


def _fixed() -> list[tuple[int, int]]:
    """The fixed code of each symbol, its bits in the order in which they are written, and how many they are."""
    found = []
    for first, last, start, width in ((0, 143, 0x30, 8), (144, 255, 0x190, 9), (256, 279, 0, 7), (280, 287, 0xC0, 8)):
        found += [(_reversed(start + symbol - first, width), width) for symbol in range(first, last + 1)]
    return found


_CODES: Final = _fixed()


def _length_table() -> dict[int, tuple[int, int]]:
    """For each length the code with its extra bits, and how many bits they are."""
    found = {}
    start = 3
    for symbol in range(257, 285):
        extra = max(0, (symbol - 261) // 4)
        code, width = _CODES[symbol]
        for offset in range(1 << extra):
            found[start + offset] = (code | offset << width, width + extra)
        start += 1 << extra
    found[_LONGEST] = _CODES[285]
    return found


_LENGTHS: Final = _length_table()


def _distance_table() -> list[tuple[int, int, int]]:
    """For each distance symbol: the first distance, its code, and the number of extra bits."""
    found = []
    start = 1
    for symbol in range(30):
        extra = max(0, symbol // 2 - 1)
        found.append((start, _reversed(symbol, 5), extra))
        start += 1 << extra
    return found


_DISTANCE_TABLE: Final = _distance_table()


def _distance(distance: int) -> tuple[int, int]:
    """The code of a distance with its extra bits, and how many bits they are."""
    top = (distance - 1).bit_length() - 1
    symbol = 2 * top + ((distance - 1) >> (top - 1) & 1) if top > 0 else distance - 1
    start, code, extra = _DISTANCE_TABLE[symbol]
    return code | (distance - start) << 5, 5 + extra
