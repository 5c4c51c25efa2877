"""What the reading of a weekly report says, by code, in Chinese and in English."""

from __future__ import annotations

from channelkeeper.sheets import sentences as shared

Pair = tuple[str, str]

FAULTS: dict[str, Pair] = shared.FAULTS | {
    "closing_blank": (
        "结存没填。没有货就写0。",
        "The closing stock is blank. Write 0 where there is none.",
    ),
    "closing_negative": (
        "结存“{value}”是负数，库里不会少于0。数一下写实数。",
        'The closing stock "{value}" is negative. Count, and write what is there.',
    ),
    "near_expiry_negative": (
        "临期“{value}”是负数。写0或更大的数。",
        'The near-expiry stock "{value}" is negative. Write 0 or more.',
    ),
    "piece_fraction": (
        "“{value}”按每箱{units_per_case}算出{pieces}，不是整数。写清楚几箱几瓶。",
        '"{value}" at {units_per_case} per case makes {pieces} pieces, not a whole number. Write cases and pieces.',
    ),
    "fraction": (
        "“{value}”不是整数。没写单位，按最小单位算。写整数，或写上单位箱。",
        '"{value}" is a fraction of a piece. Write a whole number, or say that the unit is the case.',
    ),
    "not_a_quantity": (
        "“{value}”不是件数。写几箱或几瓶。",
        '"{value}" is not a number of packs. Write cases or pieces.',
    ),
    "unit_blank": (
        "这行没写单位，别的行写了。填上单位。",
        "The row has no unit while others have. Fill in the unit.",
    ),
    "unit_unreadable": (
        "“{value}”不是单位。写箱或瓶。",
        '"{value}" is not a unit. Write case or piece.',
    ),
    "no_product": (
        "这行有数，没有货号也没有品名。填上，或删掉这行。",
        "The row has figures and no product. Fill in the product, or delete the row.",
    ),
    "gtin_lost_digits": (
        "条码“{value}”变成了科学计数，后面的数字丢了。把这列设成文本，重填13位条码。",
        'The barcode "{value}" has lost its last digits. Set the column to text and write all 13 digits.',
    ),
    "identity_error": (
        "“{value}”是公式出错，看不出是哪个品种。填上货号或品名。",
        '"{value}" is an error and names no product. Write its code or name.',
    ),
    "case_size_differs": (
        "箱规写的是{value}，我们的{product}是每箱{units_per_case}。改对箱规，或改用瓶数。",
        "{value} per case is written, {product} has {units_per_case}. Mend it, or write pieces.",
    ),
    "product_twice": (
        "{product}在第{first}行已有一行，没有批号或仓库分开。并成一行，或写上批号。",
        "{product} stands already in row {first}, with no batch or warehouse to tell them apart. "
        "Make one row of them, or write the batches.",
    ),
    "columns_disagree": (
        "“{head}”有两列，{other}写{other_value}，这里写{value}，对不上。留一个数。",
        "Two columns give {head}: {other} says {other_value}, this one {value}. Keep one of them.",
    ),
    "merged_figure": (
        "这格和第{first}行合并了，看不出这行是多少。取消合并，每行各写一个数。",
        "The cell is merged with row {first}. Unmerge it and write a number into each row.",
    ),
    "column_missing": (
        "找不到“{column}”这一列。加上这一列，列名写“{column}”。",
        'There is no column "{column_en}". Add it, with "{column_en}" as its head.',
    ),
    "no_table": (
        "找不到表头。要有一行列名，至少写着：品名或货号、本周销售、本周结存。",
        "There is no row of headings. One row must name at least: product, sold, closing.",
    ),
    "no_lines": (
        "表头下面一行数也没有。填好再传。",
        "There is no line below the headings. Fill in the report and send it again.",
    ),
    "too_many_faults": (
        "从这行起没再往下看：要改的已经有{count}处。看看是不是传错了文件。",
        "Reading stopped at this row: there are {count} places to mend. See whether it is the right file.",
    ),
    "several_weeks": (
        "“{value}”不止一周。一周一个文件，分开传。",
        '"{value}" covers more than a week. Send one file per week.',
    ),
}

QUESTIONS: dict[str, Pair] = {
    "unknown_code": (
        "没见过货号{value}。它是哪个品种？只问这一次，以后自动对上。",
        "{value} is new here. Which product is it? Asked once, then known.",
    ),
    "unknown_name": (
        "没见过“{value}”。它是哪个品种？只问这一次，以后自动对上。",
        '"{value}" is new here. Which product is it? Asked once, then known.',
    ),
    "several_products": (
        "“{value}”对得上{count}个品种。是哪一个？只问这一次。",
        '"{value}" fits {count} products. Which one is it? Asked once.',
    ),
    "contradiction": (
        "“{value}”：货号和品名说的不是一个品种。是哪一个？",
        '"{value}": code and name speak of different products. Which one is it?',
    ),
    "check_digit": (
        "条码{value}的校验位不对，多半打错了一位。它是哪个品种？",
        "The check digit of {value} is wrong; a digit is mistyped. Which product is it?",
    ),
    "unknown_unit": (
        "单位“{value}”是一箱，还是一瓶（最小单位）？只问这一次。",
        'Does the unit "{value}" mean a case or a piece? Asked once.',
    ),
    "units_disagree": (
        "单位写了两种：{value}。按箱还是按瓶（最小单位）？只问这一次。",
        "Two units are given: {value}. Is it cases or pieces? Asked once.",
    ),
    "unit_untold": (
        "“{value}”没写单位，别处写了。这一列按箱还是按瓶（最小单位）？只问这一次。",
        '"{value}" gives no unit while others do. Is it cases or pieces? Asked once.',
    ),
    "week_differs": (
        "文件写的是{value}，要的是{asked}。按哪一周收？",
        "The file says {value}, {asked} was asked for. Which week is it?",
    ),
    "week_unclear": (
        "“{value}”看不准是哪一周。是哪一周？",
        '"{value}" does not name one week. Which week is it?',
    ),
    "week_missing": (
        "文件里没写是哪一周。是哪一周？",
        "The file does not say which week it is for. Which week is it?",
    ),
}

WHY: dict[str, Pair] = {
    "code": ("货号对得上", "the code fits"),
    "gtin": ("条码对得上", "the barcode fits"),
    "own_name": ("以前对过", "known from before"),
    "name": ("品名一样", "the name is the same"),
    "name_like": ("品名像", "the name is like it"),
    "name_unlike": ("品名不像", "the name is unlike it"),
    "size": ("规格对得上", "the size fits"),
    "size_differs": ("规格{size}，不像", "its size is {size}"),
    "pack": ("箱规{count}对得上", "{count} per case fits"),
    "pack_differs": ("箱规{count}，不像", "it has {count} per case"),
    "case": ("按箱算", "counted in cases"),
    "piece": ("按最小单位算", "counted in pieces"),
    "week_file": ("文件写的", "the file says so"),
    "week_asked": ("要的是这一周", "asked for"),
}

REMARKS: dict[str, Pair] = {
    "balance": (
        "{sum} = {expected}，表里结存写{written}，差{gap}。数错了，还是少记了销售？",
        "{sum} = {expected}, the closing is written as {written}, off by {gap}. Miscounted, or a sale left out?",
    ),
    "opening": (
        "上周报的结存是{expected}，这里写{written}。",
        "The last report closed at {expected}, here stands {written}.",
    ),
    "opening_swapped": (
        "上周报的结存是{expected}，这里写{written}，像是两位写反了。",
        "The last report closed at {expected}, here stands {written}: two digits look swapped.",
    ),
    "opening_meets": ("用{expected}，这行正好平。", "With {expected} the row meets."),
}

NOTES: dict[str, Pair] = {
    "hidden_rows": (
        "“{sheet}”有{count}行隐藏着，照样算了。",
        "{sheet}: {count} hidden rows were counted like the others.",
    ),
    "hidden_columns": (
        "“{sheet}”的{columns}列隐藏着，{how}。",
        "{sheet}: the hidden columns {columns} were {how_en}.",
    ),
    "hidden_sheet_left": ("隐藏的表“{sheet}”没读。", "The hidden sheet {sheet} was not read."),
    "hidden_sheet_read": ("表“{sheet}”隐藏着，照样读了。", "The hidden sheet {sheet} was read."),
    "other_week_left": ("表“{sheet}”是{week}的，没读。", "The sheet {sheet} is for {week} and was not read."),
    "no_unit": ("整个文件没写单位，按最小单位算。", "No unit is given anywhere: figures are read as pieces."),
    "no_opening": ("没有期初这一列，期初记0。", "There is no opening column: openings are kept as 0."),
    "gb18030": ("文字按GB18030读的。", "The text was read as GB18030."),
}


def pair(templates: dict[str, Pair], code: str, **figures: object) -> Pair:
    """Return a sentence in both languages."""
    zh, en = templates[code]
    return zh.format(**figures), en.format(**figures)
