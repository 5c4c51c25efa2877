"""How much of a file is read; HAZARDS.md of the house calls for each."""

from __future__ import annotations

UPLOAD_BYTES = 10 * 1024 * 1024
UNPACKED_BYTES = 200 * 1024 * 1024
ZIP_PARTS = 2_000
SHEETS = 100
ROWS = 200_000
COLUMNS = 100
PLACES = 10_000_000  # rows x columns of all sheets; 200 MB of XML fill fewer
CELL_CHARACTERS = 32_767  # Excel's own limit
READER_SECONDS = 60
READER_BYTES = 1024 * 1024 * 1024
