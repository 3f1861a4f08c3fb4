"""What a spreadsheet may cost, checked before and while it is read: bytes, cells, characters, seconds."""

MOST_FILES = 8
MOST_BYTES = 5 * 1024 * 1024
MOST_BYTES_TOGETHER = 10 * 1024 * 1024
MOST_ROWS = 20_000
MOST_COLUMNS = 100
MOST_CELLS = 400_000
MOST_CHARACTERS = 1_000
MOST_CHARACTERS_TOGETHER = 16 * 1024 * 1024

# A workbook is a zip of XML. Honest ones unpack to about twenty times their size.
MOST_ENTRIES = 300
MOST_UNPACKED_BYTES = 48 * 1024 * 1024
MOST_RATIO = 120
MOST_SHORT_PART_BYTES = 4 * 1024 * 1024
"""Of a part that is neither a sheet nor the table of its texts: styles, themes, relations."""
MOST_TAGS = 2_000_000
TAGS_OF_A_CELL = 8
RATIO_COUNTS_FROM_BYTES = 2 * 1024 * 1024
LAST_ROW = 1_048_576
"""Excel's own last row; a row said to lie further down is no row of Excel's."""

MEMORY_BYTES = 512 * 1024 * 1024
PROCESSOR_S = 15
WALL_CLOCK_S = 30


class Refused(Exception):
    """The file is not read any further; `code` says why, `row` where if that is known."""

    def __init__(self, code: str, row: int = 1, value: str = "") -> None:
        super().__init__(code)
        self.code, self.row, self.value = code, row, value
