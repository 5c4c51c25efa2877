"""Names by sound: the first letters that a Chinese name is typed by."""

from functools import lru_cache

from pypinyin import Style, pinyin


@lru_cache(maxsize=8192)
def initials(text: str) -> str:
    """
    Return the first letters of a name in capitals, digits and Latin letters kept, all else dropped.

    >>> initials("冰红茶 500ml"), initials("重庆华联商贸")
    ('BHC500ML', 'CQHLSM')
    """
    parts = pinyin(text, style=Style.FIRST_LETTER)
    return "".join(letter for part in parts for letter in part[0] if letter.isascii() and letter.isalnum()).upper()
