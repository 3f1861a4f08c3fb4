"""Why a file or a cell was not taken, and what to do: (what is wrong, what helps) by the code of the parser."""

from collections.abc import Mapping

from workflows.kit import Text

Words = tuple[Text, Text]

_SPLIT = Text("Bagi menjadi beberapa berkas.", "Split it into several files.")
_SAVE_AS_CSV = Text("Simpan sebagai «CSV UTF-8», lalu impor lagi.", "Save it as “CSV UTF-8” and import again.")
_SAVE_AS_XLSX = Text("Simpan sebagai «Excel Workbook (.xlsx)».", "Save it as “Excel Workbook (.xlsx)”.")
_COPY_VALUES = Text(
    "Salin isinya ke buku kerja baru dengan «Tempel nilai saja», lalu impor buku kerja itu.",
    "Copy its content into a new workbook by “Paste values only” and import that one.",
)
_OPEN_AND_SAVE = Text(
    "Buka dengan Excel atau LibreOffice, simpan lagi sebagai .xlsx, lalu impor.",
    "Open it with Excel or LibreOffice, save it again as .xlsx and import.",
)
_HELP = Text("Bila berkas ini wajar, hubungi kontak bantuan.", "If this file is a normal one, ask the help contact.")

REFUSALS: Mapping[str, Words] = {
    "files": (Text("Paling banyak 8 berkas sekaligus.", "At most 8 files at once."), Text(
        "Impor unit dan jabatan dahulu, lalu pegawai.", "Import units and posts first, then people.",
    )),
    "bytes": (Text("Berkas lebih besar dari 5 MB.", "The file is larger than 5 MB."), _SPLIT),
    "rows": (Text("Berkas berisi lebih dari 20.000 baris.", "The file has more than 20,000 rows."), _SPLIT),
    "columns": (Text("Berkas berisi lebih dari 100 kolom.", "The file has more than 100 columns."), Text(
        "Hapus kolom di luar contoh; periksa juga kolom jauh di sebelah kanan.",
        "Delete the columns that the sample does not have; look far to the right as well.",
    )),
    "cells": (Text("Berkas berisi lebih dari 400.000 sel.", "The file has more than 400,000 cells."), _SPLIT),
    "characters": (Text("Isi berkas terlalu panjang.", "The file says too much."), _SPLIT),
    "utf16": (
        Text("Berkas ini UTF-16 («Unicode Text»), bukan UTF-8.", "The file is UTF-16 (“Unicode Text”), not UTF-8."),
        _SAVE_AS_CSV,
    ),
    "not_utf8": (Text(
        "Berkas ini bukan UTF-8; agaknya Windows-1252 (ANSI), sehingga huruf seperti é rusak.",
        "The file is not UTF-8; it looks like Windows-1252 (ANSI), which breaks letters like é.",
    ), _SAVE_AS_CSV),
    "nul": (Text("Berkas ini berisi karakter NUL.", "The file contains NUL characters."), _SAVE_AS_CSV),
    "quotes": (
        Text("Baris ini tidak terbaca sebagai CSV.", "This row cannot be read as CSV."),
        Text("Periksa tanda kutip yang tidak ditutup.", "Look for a quotation mark that is not closed."),
    ),
    "old_excel": (Text(
        "Ini buku kerja Excel lama (.xls) atau terkunci kata sandi.",
        "This is an old Excel workbook (.xls), or one locked by a password.",
    ), _SAVE_AS_XLSX),
    "ods": (Text("Ini lembar OpenDocument (.ods).", "This is an OpenDocument sheet (.ods)."), _SAVE_AS_XLSX),
    "not_workbook": (
        Text("Ini bukan CSV dan bukan buku kerja Excel.", "This is neither CSV nor an Excel workbook."), _SAVE_AS_XLSX,
    ),
    "encrypted": (Text("Berkas ini terkunci kata sandi.", "The file is locked by a password."), Text(
        "Simpan tanpa kata sandi.", "Save it without a password.",
    )),
    "macros": (Text("Buku kerja ini berisi makro.", "The workbook contains macros."), _SAVE_AS_XLSX),
    "external": (
        Text("Buku kerja ini mengambil data dari berkas lain.", "The workbook takes data from other files."),
        _COPY_VALUES,
    ),
    "nested": (
        Text("Ada berkas lain di dalam buku kerja ini.", "There is another file inside the workbook."), _COPY_VALUES,
    ),
    "doctype": (Text(
        "Buku kerja ini memuat definisi XML yang tidak pernah ditulis Excel.",
        "The workbook contains XML definitions that Excel never writes.",
    ), _OPEN_AND_SAVE),
    "entries": (Text("Buku kerja ini berisi terlalu banyak bagian.", "The workbook has too many parts."), _COPY_VALUES),
    "bomb": (Text(
        "Isi buku kerja ini jauh lebih besar daripada berkasnya.",
        "The workbook's content is far larger than its file.",
    ), _COPY_VALUES),
    "broken": (Text("Berkas ini tidak terbaca.", "The file cannot be read."), _OPEN_AND_SAVE),
    "heavy": (Text(
        "Membaca berkas ini memakan terlalu banyak waktu atau memori; pembacaannya dihentikan.",
        "Reading this file took too much time or memory and was stopped.",
    ), _HELP),
}
CELLS: Mapping[str, Words] = {
    "formula": (Text("Sel ini berisi rumus.", "This cell holds a formula."), Text(
        "Salin kolomnya, lalu tempel sebagai nilai.", "Copy the column and paste it as values.",
    )),
    "error_value": (
        Text("Sel ini berisi kesalahan Excel.", "This cell holds an Excel error."),
        Text("Perbaiki rumusnya, lalu tempel sebagai nilai.", "Correct its formula and paste it as values."),
    ),
    "digits": (Text(
        "Sel ini berisi angka, bukan teks: Excel hanya menyimpan 15 digit, sisanya hilang.",
        "This cell holds a number, not text: Excel keeps 15 digits, the others are lost.",
    ), Text(
        "Format kolom ini sebagai Teks, lalu isi lagi dari sumbernya.",
        "Format the column as Text and fill it again from its source.",
    )),
    "long": (
        Text("Sel ini lebih dari 1.000 karakter.", "This cell has more than 1,000 characters."),
        Text("Persingkat isinya.", "Shorten it."),
    ),
}
