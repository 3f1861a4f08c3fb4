"""A file that somebody sends us: what it really is, decided by its bytes alone. Nothing of it is ever run or decoded.

Only PDF, PNG and JPEG that begin and end as their formats say: what hides a second file behind the first one is refused
(PNG: W3C PNG 3rd ed., 5; JPEG: ITU-T T.81, B.1; PDF: ISO 32000-1, 7.5).
"""

import re
import zlib

from workflows.kit import Text

MOST_BYTES = 5 * 1024 * 1024
_PNG, _JPEG, _PDF = b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff", b"%PDF-"
_ENDS = {"application/pdf": "pdf", "image/png": "png", "image/jpeg": "jpg"}
_ACTIVE = re.compile(rb"/(JavaScript|JS|Launch|EmbeddedFiles?|RichMedia|XFA|OpenAction)\b")
_TAIL = 2048

_EMPTY = Text("Berkas ini kosong. Pindai lagi.", "This file is empty. Scan it again.")
_BIG = Text(
    "Berkas ini lebih besar dari 5 MB. Pindai dengan resolusi lebih rendah (150 dpi cukup).",
    "This file is larger than 5 MB. Scan with a lower resolution (150 dpi is enough).",
)
_OTHER = Text(
    "Hanya PDF, PNG, atau JPEG. Isi berkas ini bukan salah satunya, apa pun namanya.",
    "PDF, PNG or JPEG only. The content of this file is none of them, whatever its name says.",
)
_BROKEN = Text(
    "Berkas ini tidak utuh atau memuat sesuatu di belakang gambarnya. Pindai lagi.",
    "This file is not whole, or something hides behind the picture. Scan it again.",
)
_RUNS = Text(
    "PDF ini memuat program atau lampiran. Cetak, lalu pindai sebagai gambar.",
    "This PDF holds a program or an attachment. Print it, then scan it as a picture.",
)


class NotAScan(ValueError):
    """The file cannot be taken; `message` says why and what to do."""

    def __init__(self, message: Text) -> None:
        self.message = message
        super().__init__(message.en)


def media_type(content: bytes) -> str:
    """The type of a scan. Raises NotAScan."""
    if not content:
        raise NotAScan(_EMPTY)
    if len(content) > MOST_BYTES:
        raise NotAScan(_BIG)
    for start, kind, is_whole in (
        (_PDF, "application/pdf", _is_whole_pdf), (_PNG, "image/png", _is_whole_png),
        (_JPEG, "image/jpeg", _is_whole_jpeg),
    ):
        if content.startswith(start):
            if not is_whole(content):
                raise NotAScan(_BROKEN)
            if kind == "application/pdf" and _ACTIVE.search(content):
                raise NotAScan(_RUNS)
            return kind
    raise NotAScan(_OTHER)


def ending(kind: str) -> str:
    """The ending of a file name for a media type."""
    return _ENDS[kind]


def _is_whole_pdf(content: bytes) -> bool:
    """Ends with its end-of-file marker and nothing but white space after it."""
    before, marker, after = content[-_TAIL:].rpartition(b"%%EOF")
    return bool(marker) and b"startxref" in before and not after.strip(b"\0\t\n\f\r ")


def _is_whole_png(content: bytes) -> bool:
    """Every chunk has its length and checksum, the first is IHDR, and IEND is the last thing there is."""
    at, first = len(_PNG), True
    while at + 12 <= len(content):
        length = int.from_bytes(content[at : at + 4], "big")
        kind, end = content[at + 4 : at + 8], at + 12 + length
        if end > len(content) or (first and kind != b"IHDR"):
            return False
        if zlib.crc32(content[at + 4 : end - 4]) != int.from_bytes(content[end - 4 : end], "big"):
            return False
        if kind == b"IEND":
            return end == len(content)
        at, first = end, False
    return False


def _is_whole_jpeg(content: bytes) -> bool:
    """Segments up to the picture follow one another, and its end marker is the last thing there is."""
    at = 2
    while at + 4 <= len(content) and content[at] == 0xFF:
        marker, length = content[at + 1], int.from_bytes(content[at + 2 : at + 4], "big")
        if marker == 0xDA:
            return content.endswith(b"\xff\xd9") and content.find(b"\xff\xd9", at) == len(content) - 2
        if length < 2:
            return False
        at += 2 + length
    return False
