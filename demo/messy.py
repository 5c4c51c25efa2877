"""The one report that nobody could take in as it is: what a tired clerk writes on a Sunday night."""

import io
from datetime import date

import xlsxwriter

from channelkeeper.core import weeks
from demo.workbooks import Line

FAULTY = "待改"  # stands in the file's name


def write(firm_zh: str, week: date, lines: list[Line]) -> tuple[str, bytes]:
    """
    Return file name and content of a report with four places to mend or ask about.

    A figure that is none (约…), a closing that does not add up, an opening that is not last
    week's closing, and a product under a code and name that nobody knows.
    """
    year, number, _ = week.isocalendar()
    rows: list[list[object]] = [
        [f"{firm_zh} 进销存周报（{year}年第{number}周）"],
        ["货号", "品名", "单位", "上周结存", "本周进货", "本周销售", "赠品", "报损", "本周结存", "临期"],
    ]
    for line in lines:
        rows.append([line.code, line.name_zh, "瓶", line.opening, line.received, line.sold, line.gifts, line.losses,
                     line.closing, line.near_expiry])  # fmt: skip
    rows[5][5] = f"约{rows[5][5]}"
    rows[9][8] = lines[7].closing + 8
    rows[14][3] = lines[12].opening + 9
    rows[20][0], rows[20][1] = "YS0873", f"{lines[18].name_zh}（新）*{lines[18].units_per_case}"
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer, {"in_memory": True, "strings_to_formulas": False}) as workbook:
        sheet = workbook.add_worksheet("进销存")
        sheet.set_column(1, 1, 28)
        for index, row in enumerate(rows):
            sheet.write_row(index, 0, row)
    return f"{firm_zh}-进销存-{weeks.label(week)}-{FAULTY}.xlsx", buffer.getvalue()
