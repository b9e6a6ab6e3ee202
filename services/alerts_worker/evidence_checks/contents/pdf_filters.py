"""Read apart: what the filters of a PDF's streams make of packed bytes, up to a limit."""

import io
import re
import zlib
from collections.abc import Callable, Iterator, Sequence

from pdfminer.ascii85 import ascii85decode, asciihexdecode
from pdfminer.lzw import LZWDecoder

from services.alerts_worker.evidence_checks.contents.budget import TooMuch
from services.alerts_worker.evidence_checks.contents.pdf_objects import MALFORMED

_MOST_FILTERS = 8
_CHUNK = 64 << 10
_NO_HEX = re.compile(rb"[^0-9A-Fa-f>]")


def unfiltered(data: bytes, filters: Sequence[str], most: int) -> bytes:
    """What is there before the first filter that is not known, such as those of pictures; damaged, what there is of it.

    Raises TooMuch where one step makes more than `most` bytes.
    """
    if len(filters) > _MOST_FILTERS:
        raise TooMuch("expands")
    for each in filters:
        if each not in _FILTERS:
            break
        data = _joined(_FILTERS[each](data), most)
    return data


def _joined(pieces: Iterator[bytes], most: int) -> bytes:
    found = bytearray()
    try:
        for piece in pieces:
            found += piece
            if len(found) > most:
                raise TooMuch("expands")
    except (*MALFORMED, zlib.error):
        return bytes(found)
    return bytes(found)


def _inflated(data: bytes) -> Iterator[bytes]:
    inflater, view = zlib.decompressobj(), memoryview(data)
    for at in range(0, len(data), _CHUNK):
        piece: bytes | memoryview = view[at : at + _CHUNK]
        while piece and not inflater.eof:
            yield inflater.decompress(piece, _CHUNK)
            piece = inflater.unconsumed_tail


def _run_lengths(data: bytes) -> Iterator[bytes]:
    at = 0
    while at < len(data) and (length := data[at]) != 128:
        if length < 128:
            yield data[at + 1 : at + 2 + length]
            at += 2 + length
        else:
            yield data[at + 1 : at + 2] * (257 - length)
            at += 2


def _hex(data: bytes) -> Iterator[bytes]:
    yield asciihexdecode(_NO_HEX.sub(b"", data))


def _ascii85(data: bytes) -> Iterator[bytes]:
    yield ascii85decode(data)


def _lzw(data: bytes) -> Iterator[bytes]:
    return LZWDecoder(io.BytesIO(data)).run()


_FILTERS: dict[str, Callable[[bytes], Iterator[bytes]]] = {
    "FlateDecode": _inflated,
    "Fl": _inflated,
    "RunLengthDecode": _run_lengths,
    "RL": _run_lengths,
    "ASCIIHexDecode": _hex,
    "AHx": _hex,
    "ASCII85Decode": _ascii85,
    "A85": _ascii85,
    "LZWDecode": _lzw,
    "LZW": _lzw,
}
