"""What is taken as a scan is decided by its bytes: a name or a declared type never counts."""

import io
import zipfile

import pytest

from service.scans import MOST_BYTES, NotAScan, media_type
from tests.scans import HTML, JPEG, PDF, PNG


def zipped() -> bytes:
    kept = io.BytesIO()
    with zipfile.ZipFile(kept, "w") as archive:
        archive.writestr("virus.exe", b"MZ")
    return kept.getvalue()


@pytest.mark.parametrize(
    ("content", "kind"), [(PDF, "application/pdf"), (PNG, "image/png"), (JPEG, "image/jpeg")]
)
def test_a_whole_scan_is_known_by_its_bytes(content: bytes, kind: str) -> None:
    assert media_type(content) == kind


@pytest.mark.parametrize(
    "content",
    [
        HTML, b"", b"\0", b"MZ\x90\0", zipped(), b"GIF89a\1\0\1\0", b"<svg xmlns='http://www.w3.org/2000/svg'/>",
        HTML + PDF, b"\n" + PDF, b"%PDF-1.4\n" + HTML, PDF + HTML, PDF + zipped(), PDF[:-7],
        PNG + HTML, PNG + zipped(), PNG[:-12], PNG[:19] + b"\7" + PNG[20:], PNG[:8] + PNG[33:],
        JPEG + HTML, JPEG + zipped(), JPEG[:-2], JPEG[:20], b"\xff\xd8\xff\xe0\0\1" + JPEG[6:],
        PDF.replace(b"/Type/Catalog", b"/OpenAction<</S/JavaScript/JS(app.alert\\(1\\))>>/Type/Catalog"),
        PDF.replace(b"/Type/Catalog", b"/Names<</EmbeddedFiles 9 0 R>>/Type/Catalog"),
    ],
)
def test_what_only_looks_like_a_scan_is_refused_with_what_to_do(content: bytes) -> None:
    with pytest.raises(NotAScan) as refused:
        media_type(content)
    assert refused.value.message.id and refused.value.message.en


def test_too_many_bytes_are_refused_before_anything_is_looked_at() -> None:
    with pytest.raises(NotAScan) as refused:
        media_type(PDF[:-7] + b" " * MOST_BYTES + b"%%EOF")
    assert "5 MB" in refused.value.message.id
