"""Names by sound."""

import pytest

from channelkeeper.core import pinyin


@pytest.mark.parametrize(
    ("name", "initials"),
    [
        ("冰红茶 500ml", "BHC500ML"),
        ("重庆华联商贸", "CQHLSM"),  # 重 is chóng in 重庆
        ("银行路店", "YHLD"),  # 行 is háng in 银行
        ("Iced tea (500ml)", "ICEDTEA500ML"),
        ("绿茶", "LC"),
        ("＃１", ""),
        ("", ""),
    ],
)
def test_a_name_is_typed_by_its_first_letters(name: str, initials: str) -> None:
    assert pinyin.initials(name) == initials
