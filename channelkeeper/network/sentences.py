"""What this room finds wrong, in words."""

from channelkeeper.core.sentences import Text

TEXTS = {
    "network.needed": Text("这里必须填。", "This is needed."),
    "network.too_long": Text("太长，最多{length}个字。", "Too long: at most {length} characters."),
    "network.login_with_blank": Text("登录名中间不留空。", "A sign-in name has no blanks."),
    "network.code_twice": Text("编码{value}在文件里有两行。留一行。", "{value} stands on two rows. Keep one."),
    "network.unknown_office": Text(
        "没有编码是“{value}”的办事处。先把它加进来。", 'There is no office "{value}". Add it first, or in this file.'
    ),
    "network.unknown_rep": Text(
        "没有编码是“{value}”的业务员。先把他加进来。", 'There is no rep "{value}". Add them first, or in this file.'
    ),
    "network.unknown_distributor": Text(
        "没有编码是“{value}”的经销商。先把它加进来。",
        'There is no distributor "{value}". Add it first, or in this file.',
    ),
    "network.rep_is_another": Text(
        "登录名{value}已经是业务员{code}的。一个人只有一个编码。",
        "The sign-in name {value} is that of rep {code}. A person has one code.",
    ),
    "network.rep_changed_person": Text(
        "业务员{code}是{login}。换了人就用新的编码，再交接经销商。",
        "Rep {code} is {login}. Give another person a new code and hand the distributors over.",
    ),
    "network.grade": Text("等级“{value}”不对，写A、B或C。", 'The grade "{value}" is none: write A, B or C.'),
    "network.lead_time": Text("到货天数写0到{most}。", "Write a lead time of 0 to {most} days."),
    "network.weekday": Text(
        "“{value}”不是星期几，写周一到周日。", '"{value}" is no day of the week: write Mon to Sun.'
    ),
    "network.min_order": Text("起订量写0到{most}箱。", "Write a minimum of 0 to {most} cases."),
    "network.ends_before_start": Text("结束日期要在开始日期之后。", "It ends after it starts."),
    "network.assignment_ends_before": Text(
        "从{starts_on:day}开始的分配，结束日期要在这之后。",
        "The assignment from {starts_on:day} must end after that day.",
    ),
    "network.assignment_overlaps": Text(
        "从{starts_on:day}开始的分配，还没结束就到了{other}的。改结束日期。",
        "The assignment from {starts_on:day} reaches into that of {other}. Change its end.",
    ),
    "network.assignment_twice": Text(
        "同一个经销商在{starts_on:day}有两行。留一行。",
        "The distributor has two rows from {starts_on:day}. Keep one.",
    ),
    "network.rep_outside_office": Text("这个业务员不是你办事处的。", "This rep is not of your office."),
    "network.no_sheet": Text(
        "文件里找不到办事处、业务员、经销商或分配的表。用模板填一份。",
        "The file has no sheet of offices, reps, distributors or assignments. Fill in the empty workbook.",
    ),
    "network.sum": Text(
        "写{least}到{most}之间的数，或者空着。", "Write a number from {least} to {most}, or leave it blank."
    ),
}
