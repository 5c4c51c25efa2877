"""What the reader says, by code, in Chinese and in English."""

from __future__ import annotations

from channelkeeper.sheets.faults import Fault, Refused

_LONGEST = 100  # characters of a cell that a sentence repeats

REFUSALS: dict[str, tuple[str, str]] = {
    "empty": (
        "这个文件是空的。换一个有内容的文件再传。",
        "The file is empty. Choose the one that holds the report.",
    ),
    "too_large": (
        "文件有{megabytes}MB，最多收10MB。删掉图片和用不着的表，再传。",
        "The file has {megabytes} MB; at most 10 MB are taken. Take out pictures and sheets that are not needed.",
    ),
    "not_a_workbook": (
        "这不是Excel或CSV文件。用Excel打开，另存为.xlsx，再传。",
        "This is neither an Excel workbook nor a CSV file. Open it in Excel, save it as .xlsx.",
    ),
    "web_page": (
        "这个文件其实是网页，只是名字像Excel。用Excel打开，另存为.xlsx，再传。",
        "This is a web page with the name of a workbook. Open it in Excel, save it as .xlsx.",
    ),
    "old_excel": (
        "这是旧格式.xls。用Excel打开，另存为.xlsx，再传。",
        "This is the old .xls format. Open it in Excel, save it as .xlsx.",
    ),
    "binary_excel": (
        "这是.xlsb格式。用Excel打开，另存为.xlsx，再传。",
        "This is the .xlsb format. Open it in Excel, save it as .xlsx.",
    ),
    "open_document": (
        "这是.ods格式。打开后另存为.xlsx，再传。",
        "This is the .ods format. Open it and save it as .xlsx.",
    ),
    "macros": (
        "文件里带宏，不收。用Excel另存为.xlsx（不带宏），再传。",
        "The workbook carries macros and is not taken. Save it as .xlsx, without macros.",
    ),
    "password": (
        "文件加了密码，打不开。去掉密码另存，再传。",
        "The file has a password. Take the password off, save it, and send it again.",
    ),
    "doctype": (
        "文件里有不该有的定义（DOCTYPE），不收。用Excel打开，另存为.xlsx，再传。",
        "The file holds a DOCTYPE, which no workbook needs, and is not taken. Open it in Excel, save it as .xlsx.",
    ),
    "doubled_parts": (
        "文件里同一部分出现了两次（{part}），读哪个都可能错。用Excel打开，另存为.xlsx，再传。",
        "One part stands twice in the file ({part}); either could be the wrong one. "
        "Open it in Excel, save it as .xlsx.",
    ),
    "unpacked_too_large": (
        "文件解开后超过200MB。删掉用不着的表和格式，再传。",
        "Unpacked the file exceeds 200 MB. Take out sheets and formats that are not needed.",
    ),
    "too_many_sheets": (
        "文件里有{count}张表，最多读100张。只留周报那张，再传。",
        "The file has {count} sheets; at most 100 are read. Keep the one with the report.",
    ),
    "too_many_rows": (
        "“{sheet}”的{cell}有内容，最多读200,000行。删掉下面用不着的行，或分成几个文件。",
        "{sheet}, cell {cell} has content; at most 200,000 rows are read. "
        "Delete the rows below that are not needed, or split the file.",
    ),
    "too_many_columns": (
        "“{sheet}”的{cell}有内容，最多读100列。删掉右边用不着的列，再传。",
        "{sheet}, cell {cell} has content; at most 100 columns are read. "
        "Delete the columns to the right that are not needed.",
    ),
    "broken": (
        "文件坏了，读不出来。用Excel打开看一遍，另存为.xlsx，再传。",
        "The file is damaged and cannot be read. Open it in Excel, save it as .xlsx.",
    ),
    "timeout": (
        "读了60秒还没读完，停了。删掉用不着的表和格式，或分成几个文件。",
        "Reading took longer than 60 seconds and was stopped. Take out what is not needed, or split the file.",
    ),
    "too_heavy": (
        "文件太大或太乱，读不下来。只留周报那张表，另存为.xlsx，再传。",
        "The file needs more memory than it may have. Keep the one sheet with the report, save it as .xlsx.",
    ),
    "busy": (
        "正在读的文件太多。等一分钟再传。",
        "Too many files are being read. Wait a minute and send it again.",
    ),
    "encoding": (
        "第{row}行的文字认不出编码。另存为.xlsx，或“CSV UTF-8”，再传。",
        'Row {row} is neither UTF-8 nor GB18030. Save the file as .xlsx or as "CSV UTF-8".',
    ),
    "encoding_doubt": (
        "文字可能是“{first}”，也可能是“{second}”，认不准。另存为.xlsx，或“CSV UTF-8”，再传。",
        'The text may read "{first}" or "{second}". Save the file as .xlsx or as "CSV UTF-8".',
    ),
    "broken_csv": (
        "第{row}行附近的引号不成对。用Excel打开，另存为.xlsx，再传。",
        "Near row {row} a quotation mark is not closed. Open the file in Excel, save it as .xlsx.",
    ),
}

FAULTS: dict[str, tuple[str, str]] = {
    "error": (
        "“{value}”是公式出错。改成数字。",
        '"{value}" is an error, not a value. Write the number.',
    ),
    "unstored": (
        "公式没有存下结果。用Excel打开、保存一遍，或直接写数字。",
        "The formula has no stored value. Open and save the file in Excel, or write the number.",
    ),
    "approximate": (
        "“{value}”不是准数。写一个确定的数。",
        '"{value}" is not an exact number. Write one number.',
    ),
    "range": (
        "“{value}”是一个范围。写一个确定的数。",
        '"{value}" is a range. Write one number.',
    ),
    "percent": (
        "“{value}”是百分数。写数量。",
        '"{value}" is a percentage. Write the quantity.',
    ),
    "date": (
        "“{value}”是日期。写数量，把单元格格式改成数字。",
        '"{value}" is a date. Write the quantity and set the format of the cell to number.',
    ),
    "time": (
        "“{value}”是时间。写数量，把单元格格式改成数字。",
        '"{value}" is a time. Write the quantity and set the format of the cell to number.',
    ),
    "scientific": (
        "“{value}”是科学计数，后面的数字已经丢了。写出完整的数。",
        '"{value}" is in scientific notation and has lost digits. Write the number in full.',
    ),
    "yes_no": (
        "“{value}”是是非值，不是数字。写数字。",
        '"{value}" is true or false, not a number. Write the number.',
    ),
    "not_a_number": (
        "“{value}”不是数字。只写数字。",
        '"{value}" is not a number. Write the number alone.',
    ),
    "too_big": (
        "“{value}”太大，不像数量。看看是不是填错了列。",
        '"{value}" is too large for a quantity. See whether it stands in the wrong column.',
    ),
    "not_whole": (
        "“{value}”不是整数。写整数。",
        '"{value}" is not a whole number. Write a whole number.',
    ),
    "negative": (
        "“{value}”是负数。写0或更大的数。",
        '"{value}" is negative. Write 0 or more.',
    ),
    "below_fen": (
        "“{value}”比分还细。写到分为止。",
        '"{value}" is finer than a fen. Write at most two decimals.',
    ),
    "not_a_date": (
        "“{value}”不是日期。写成2026-11-16这样。",
        '"{value}" is not a date. Write it as 2026-11-16.',
    ),
    "not_yes_no": (
        "“{value}”看不出是还是否。写“是”或“否”。",
        '"{value}" is neither yes nor no. Write yes or no.',
    ),
    "number_format": (
        "数字的格式显示“{unit}”，存的却是{value}。写成普通数字。",
        'The format of the cell shows "{unit}" behind {value}. Write a plain number.',
    ),
    "blank": (
        "这里没填，必须填。",
        "The cell is blank and must be filled in.",
    ),
    "column_missing": (
        "找不到“{column}”这一列。加上这一列，列名写“{column}”。",
        'There is no column "{column_en}". Add it, with "{column_en}" as its head.',
    ),
    "column_twice": (
        "“{column}”有两列（{other}和{cell}）。留一列。",
        'There are two columns "{column_en}" ({other} and {cell}). Keep one.',
    ),
    "no_table": (
        "找不到表头。要有一行列名，写着：{columns}。",
        "There is no row of headings. One row must hold: {columns_en}.",
    ),
}


def refusal(code: str, **figures: object) -> Refused:
    """Return the refusal of a file, in words."""
    zh, en = REFUSALS[code]
    return Refused(code, zh.format(**figures), en.format(**figures))


def fault(
    code: str,
    *,
    sheet: str,
    cell: str,
    value: str,
    head: str = "",
    row: int = 0,
    offer: str = "",
    templates: dict[str, tuple[str, str]] = FAULTS,
    **figures: object,
) -> Fault:
    """
    Return a fault in words, its place said first.

    Args:
        head: the column's head as the sender wrote it, "" where no column is meant.
        row: as the sender counts, from 1; 0 where no row is meant.
        templates: the sentences that `code` is looked up in.
    """
    zh, en = templates[code]
    value = shortened(value)
    figures |= {"value": value, "cell": cell, "head": head}
    place_zh, place_en = _place(sheet, row, head)
    return Fault(
        sheet,
        cell,
        value,
        code,
        place_zh + zh.format(**figures),
        place_en + en.format(**figures),
        offer,
    )


def shortened(text: str) -> str:
    """Return a cell's text as far as a sentence can hold it."""
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}…"


def _place(sheet: str, row: int, head: str) -> tuple[str, str]:
    zh = f"{sheet}第{row}行" if row else sheet
    en = f"{sheet}, row {row}" if row else sheet
    if head:
        zh, en = f"{zh}“{head}”", f"{en}, column {head}"
    return f"{zh}：", f"{en}: "
