"""What this room refuses, in words."""

from channelkeeper.core.sentences import Text

TEXTS = {
    "access.substitute_is_arranger": Text(
        "你自己在里面，不能由你来安排。请别的经理或总部安排。",
        "You are part of it, so you cannot arrange it. Ask another manager or headquarters.",
    ),
    "access.substitute_is_absent": Text(
        "不在的人和代班的人是同一个。换一个人代班。",
        "The absent person and the substitute are the same. Choose another substitute.",
    ),
    "access.substitute_role": Text(
        "这个角色不能由你安排代班。经理只能给厂家代表安排。",
        "You cannot arrange a substitute for this role. Managers arrange it for factory reps.",
    ),
    "access.absent_without_role": Text(
        "不在的人那天没有这个角色。",
        "The absent person does not hold this role on the first day.",
    ),
    "access.substitute_not_staff": Text(
        "代班的人得是自己人：总部、经理或厂家代表。",
        "The substitute must be staff: headquarters, a manager or a factory rep.",
    ),
    "access.substitute_period": Text(
        "从今天或以后开始，最多{days}天；更久就交接。",
        "Start today or later, for at most {days} days; for longer, hand over.",
    ),
    "access.substitute_overlaps": Text(
        "这两个人在这段时间已经安排过代班。",
        "These two have a substitution in this time already.",
    ),
    "access.outside_office": Text(
        "这个人不归你管。",
        "This person is not of your office.",
    ),
    "access.login_taken": Text(
        "登录名{login}已经有人用了。换一个。",
        "The sign-in name {login} is taken. Choose another.",
    ),
    "access.login_invalid": Text(
        "登录名“{login}”不行：写1到150个字，中间不留空。",
        'The sign-in name "{login}" does not do: write 1 to 150 characters without blanks.',
    ),
    "access.name_missing": Text(
        "姓名没填。写1到100个字。",
        "The name is missing. Write 1 to 100 characters.",
    ),
    "access.role_held": Text(
        "这个人已经有这个角色，或已排定。",
        "This person holds the role already, or is to hold it.",
    ),
    "access.role_end": Text(
        "结束日期要在开始日期{starts_on:day}之后。",
        "The last day must lie after the first, {starts_on:day}.",
    ),
    "access.own_role": Text(
        "不能结束自己的角色，也不能停用自己。请总部的另一个人来做。",
        "You cannot end your own role or account. Ask another person at headquarters.",
    ),
    "access.wrong_password": Text(
        "现在的密码不对。",
        "The present password is wrong.",
    ),
    "access.token_label": Text(
        "写上这个密钥给谁用，1到100个字。",
        "Say what the token is for, in 1 to 100 characters.",
    ),
    "access.token_many": Text(
        "最多留{limit}个密钥。先撤掉不用的。",
        "At most {limit} tokens are kept. Revoke one that is not used.",
    ),
    "access.token_days": Text(
        "密钥有效1到{limit}天。",
        "A token lasts 1 to {limit} days.",
    ),
    "access.token_standing_in": Text(
        "代班的时候不能建密钥。换回自己的角色再建。",
        "No token can be made while standing in for someone. Change to your own role first.",
    ),
}
