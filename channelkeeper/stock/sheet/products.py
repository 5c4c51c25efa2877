"""
Which product a line speaks of: by code, GTIN, the sender's own code, or name.

Only what is the same counts as found. What is merely like it is offered in a
question, and another size is never near.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from rapidfuzz import fuzz, process

from channelkeeper.sheets.text import clean, fold, fold_code
from channelkeeper.sheets.workbook import CellError, Unstored, Value, show
from channelkeeper.stock.sheet.records import Answers, Candidate, KnownProduct, Sender
from channelkeeper.stock.sheet.sentences import WHY, pair

NO_PRODUCT = ""  # as an answer: this row is no product

_CANDIDATES = 4
_LONGEST = 200  # characters of a name or code that are looked at and remembered
# Comparisons of names per file; one with more unknown names is another firm's.
_COMPARISONS, _LOOKUPS_AT_LEAST = 300_000, 20
_LIKE, _UNLIKE = 80, 50
_OTHER_SIZE_AT_MOST = 20
_OTHER_PACK_AT_MOST = 60
_GTIN_LENGTHS = (8, 12, 13, 14)
_LOSSY = re.compile(r"(\d)(?:\.(\d+))?[eE]\+?(\d{1,2})", re.ASCII)
_SIZE = re.compile(r"(\d+(?:\.\d+)?)\s*(ml|毫升|cl|l|升|kg|千克|公斤|g|克)(?!(?!x\d)[a-z])", re.IGNORECASE | re.ASCII)
_TO_BASE = {
    "ml": ("ml", 1), "毫升": ("ml", 1), "cl": ("ml", 10), "l": ("ml", 1000), "升": ("ml", 1000),
    "g": ("g", 1), "克": ("g", 1), "kg": ("g", 1000), "千克": ("g", 1000), "公斤": ("g", 1000),
}  # fmt: skip
_PACK = re.compile(
    r"(?:[(\[]\s*)?(?:(?<![0-9])1\s*)?(?:[*×]|(?<=[\s0-9lg)\]\u4e00-\u9fff])x)\s*([0-9]{1,3})(?![0-9])"
    r"(?:\s*(?:瓶|罐|听|袋|包|盒|桶|碗|杯|支|个))?(?:\s*/\s*[箱件])?\s*[)\]]?",
    re.IGNORECASE,
)
_BARE_SIZE = re.compile(r"(\d{2,4})\s*[*×xX]\s*\d", re.ASCII)
_NOT_WORDS = re.compile(r"[\W\d_a-z]+", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Identity:
    """What a row says of its product, as the cells hold it."""

    code: Value = None
    gtin: Value = None
    name: Value = None
    spec: Value = None


@dataclass(frozen=True, slots=True)
class Texts:
    """The same, as clean text."""

    code: str
    gtin: str
    name: str
    spec: str

    @property
    def full_name(self) -> str:
        """Return name and size together."""
        return f"{self.name} {self.spec}".strip()

    @property
    def pair(self) -> str:
        """Return code and name together."""
        return f"{self.code} {self.name}".strip()[:_LONGEST]


@dataclass(frozen=True, slots=True)
class Match:
    """
    What an identity means.

    Attributes:
        product: the one product, None if it must be asked or is none.
        code: why it is asked (of `sentences.QUESTIONS`), or the fault; "" if found.
        part: which cell of the row that concerns.
        value: what is asked about, and remembered once answered.
        texts, sure: what the row says, and the products that it names outright.
        skip: a person said that this is no product.
    """

    product: KnownProduct | None
    code: str = ""
    part: str = ""
    value: str = ""
    texts: Texts | None = None
    sure: tuple[KnownProduct, ...] = ()
    skip: bool = False


@dataclass(slots=True)
class _Evidence:
    """The products that each part of an identity names."""

    by_code: KnownProduct | None = None
    learned: bool = False
    by_gtin: list[KnownProduct] = field(default_factory=list)
    gtin_state: str = ""  # "", lossy, wrong, unknown, known
    by_name: list[KnownProduct] = field(default_factory=list)


class Catalogue:
    """The products that one sender may report, under every name they are known by."""

    def __init__(self, sender: Sender, answers: Answers) -> None:
        self._products = {product.code: product for product in sender.products}
        told = {**sender.own_codes, **answers.products}
        self._told = {fold_code(text): code for text, code in told.items() if self._is_known(code)}
        self._told_names = {fold(text): code for text, code in told.items() if self._is_known(code)}
        self._by_code: dict[str, list[KnownProduct]] = {}
        self._by_number: dict[int, list[KnownProduct]] = {}
        self._by_gtin: dict[str, list[KnownProduct]] = {}
        self._by_name: dict[str, list[KnownProduct]] = {}
        self._names: dict[str, str] = {}  # product code and name -> name, folded
        self._named: dict[str, KnownProduct] = {}
        for product in sender.products:
            self._add(product)
        self._lookups_left = max(_LOOKUPS_AT_LEAST, _COMPARISONS // max(1, len(self._names)))

    def _is_known(self, code: str) -> bool:
        return code == NO_PRODUCT or code in self._products

    def _add(self, product: KnownProduct) -> None:
        self._by_code.setdefault(fold_code(product.code), []).append(product)
        if product.code.isascii() and product.code.isdigit():
            self._by_number.setdefault(int(product.code), []).append(product)
        if product.gtin:
            self._by_gtin.setdefault(product.gtin.zfill(14), []).append(product)
        for name in {product.name_zh, product.name_en} - {""}:
            for form in {fold(name), fold(_without_pack(name))}:
                known = self._by_name.setdefault(form, [])
                if product not in known:
                    known.append(product)
            key = f"{product.code} {name}"
            self._names[key], self._named[key] = fold(name), product

    def answered(self, code: str) -> Match | None:
        """Return what an answer means, None where it names no product of ours."""
        if code == NO_PRODUCT:
            return Match(None, skip=True)
        return Match(self._products[code]) if code in self._products else None

    def match(self, identity: Identity) -> Match:
        """Return the product that an identity means, or what to ask about it."""
        broken = _broken(identity)
        if broken is not None:
            return broken
        texts = _texts(identity)
        told = self._told_of(texts)
        if told is not None:
            return Match(self._products.get(told), skip=told == NO_PRODUCT)
        return self._decide(texts, self._evidence(identity, texts))

    def _told_of(self, texts: Texts) -> str | None:
        """Return what a person said of this pair of code and name, of a lone name, or that a code is none of ours."""
        pair = self._told.get(fold_code(texts.pair)) if texts.code and texts.name else None
        if pair is not None:
            return pair
        asked = texts.code or texts.gtin or texts.name
        told = self._told.get(fold_code(asked)) if asked else None
        return told if asked == texts.name or told == NO_PRODUCT else None

    def _evidence(self, identity: Identity, texts: Texts) -> _Evidence:
        found = _Evidence()
        told = self._told.get(fold_code(texts.code)) if texts.code else None
        if told is None and texts.gtin:
            told = self._told.get(fold_code(texts.gtin))
        if told:
            found.by_code, found.learned = self._products[told], True
        else:
            found.by_code = self._of_code(identity.code, texts.code)
        self._read_gtin(found, texts)
        found.by_name = self._of_name(texts)
        return found

    def _of_code(self, value: Value, text: str) -> KnownProduct | None:
        for known in (self._by_code.get(fold_code(text)), self._by_gtin.get(text.zfill(14)) if is_gtin(text) else None):
            if known and len(known) == 1:
                return known[0]
        if isinstance(value, int):  # a number cell has lost its leading zeros
            known = self._by_number.get(value, []) or self._by_gtin.get(text.zfill(14), [])
            return known[0] if len(known) == 1 else None
        return None

    def _read_gtin(self, found: _Evidence, texts: Texts) -> None:
        text = texts.gtin
        if not text or found.learned:
            return
        if _LOSSY.fullmatch(text):
            found.gtin_state = "lossy"
        elif not is_gtin(text.zfill(8)):
            found.gtin_state = "wrong"
        else:
            found.by_gtin = self._by_gtin.get(text.zfill(14), [])
            found.gtin_state = "known" if found.by_gtin else "unknown"

    def _of_name(self, texts: Texts) -> list[KnownProduct]:
        if not texts.name:
            return []
        for name in dict.fromkeys((texts.full_name, texts.name)):
            told = self._told_names.get(fold(name))
            if told:
                return [self._products[told]]
            known = self._by_name.get(fold(name)) or self._of_packed_name(name)
            if known:
                return _narrowed(known, texts)
        by_code = self._by_code.get(fold_code(texts.name), [])
        return by_code or (self._by_gtin.get(texts.name.zfill(14), []) if is_gtin(texts.name) else [])

    def _of_packed_name(self, name: str) -> list[KnownProduct]:
        """Return what a name with its pack written behind means: 冰红茶500ml*15."""
        pack = pack_of(name)
        known = self._by_name.get(fold(_without_pack(name)), []) if pack else []
        return [product for product in known if product.units_per_case == pack]

    def _decide(self, texts: Texts, found: _Evidence) -> Match:
        if found.gtin_state == "wrong":
            return self._ask("check_digit", "gtin", texts.gtin, texts, _named_by(found))
        sure = _named_by(found)
        if len(sure) > 1 and (found.by_code or found.by_gtin):
            return self._contradiction(texts, sure)
        if len(sure) > 1:
            return self._ask("several_products", "name", texts.code or texts.name, texts, sure)
        if not sure:
            return self._unknown(texts, found)
        product = sure[0]
        if found.gtin_state == "unknown" and product.gtin:
            return self._ask("unknown_code", "gtin", texts.gtin, texts, sure)
        if found.gtin_state == "lossy" and not _may_be(texts.gtin, product):
            return self._contradiction(texts, sure)
        if found.by_code and not found.learned and not found.by_name and _speaks_of_another(texts, product):
            return self._contradiction(texts, sure)
        return Match(product)

    def _unknown(self, texts: Texts, found: _Evidence) -> Match:
        if not texts.code and not texts.name and found.gtin_state == "lossy":
            return Match(None, "gtin_lost_digits", "gtin", texts.gtin)
        if texts.code:
            lossy = _LOSSY.fullmatch(texts.code) is not None
            if lossy:
                return Match(None, "gtin_lost_digits", "code", texts.code)
            return self._ask("unknown_code", "code", texts.code, texts, [])
        if found.gtin_state == "unknown":
            return self._ask("unknown_code", "gtin", texts.gtin, texts, [])
        return self._ask("unknown_name", "name", texts.name, texts, [])

    def _contradiction(self, texts: Texts, sure: list[KnownProduct]) -> Match:
        value = texts.pair if texts.code and texts.name else texts.code or texts.gtin or texts.name
        part = "code" if texts.code else "gtin" if texts.gtin else "name"
        return self._ask("contradiction", part, value, texts, sure)

    def _ask(self, code: str, part: str, value: str, texts: Texts, sure: Iterable[KnownProduct]) -> Match:
        return Match(None, code, part, value, texts, tuple(sure))

    def candidates(self, match: Match) -> tuple[Candidate, ...]:
        """Return what to offer: products named outright first, then those with a like name."""
        if match.texts is None:
            return ()
        named = {product.code for product in match.sure}
        scores = dict.fromkeys(named, 100)
        for product, score in self._like(match.texts):
            scores.setdefault(product.code, score)
        rated = [_rated(self._products[code], score, match.texts, code in named) for code, score in scores.items()]
        rated.sort(key=lambda candidate: (-candidate.likeness, candidate.code))
        return tuple(rated[: max(_CANDIDATES, len(named))])

    def _like(self, texts: Texts) -> list[tuple[KnownProduct, int]]:
        wanted = fold(_without_pack(texts.full_name or texts.code))
        if not wanted or not self._lookups_left:
            return []
        self._lookups_left -= 1
        hits = process.extract(wanted, self._names, scorer=fuzz.WRatio, limit=3 * _CANDIDATES, score_cutoff=30)
        return [(self._named[key], round(score)) for _, score, key in hits]


def _broken(identity: Identity) -> Match | None:
    for part in ("code", "name", "gtin"):
        if isinstance(getattr(identity, part), CellError | Unstored):
            return Match(None, "identity_error", part, show(getattr(identity, part)))
    return None


def _texts(identity: Identity) -> Texts:
    gtin = _shown(identity.gtin).replace(" ", "").replace("-", "")
    return Texts(_shown(identity.code), gtin, _shown(identity.name), _shown(identity.spec))


def _shown(value: Value) -> str:
    if value is None:
        return ""
    return clean(value[: 2 * _LONGEST] if isinstance(value, str) else show(value))[:_LONGEST]


def _named_by(found: _Evidence) -> list[KnownProduct]:
    """Return the products that code, GTIN and name leave together; one if they agree."""
    named = [found.by_code] if found.by_code else []
    for others in (found.by_gtin, found.by_name):
        if not others:
            continue
        both = [product for product in named if product in others]
        named = both or ([*named, *(other for other in others if other not in named)] if named else list(others))
    return named


def _narrowed(known: list[KnownProduct], texts: Texts) -> list[KnownProduct]:
    """Return, of products with one name, those whose case size the sender writes, if any."""
    pack = pack_of(texts.full_name)
    return [product for product in known if product.units_per_case == pack] or known if pack else known


def is_gtin(text: str) -> bool:
    """Tell whether digits are a GTIN of 8, 12, 13 or 14 with a right check digit."""
    if not (text.isascii() and text.isdigit() and len(text) in _GTIN_LENGTHS):
        return False
    digits = [int(digit) for digit in text.zfill(14)]
    total = sum(digit * (3 if index % 2 == 0 else 1) for index, digit in enumerate(digits[:13]))
    return (10 - total % 10) % 10 == digits[13]


def _may_be(lossy: str, product: KnownProduct) -> bool:
    """Tell whether 6.90123E+12 can be what is left of a product's GTIN."""
    found = _LOSSY.fullmatch(lossy)
    if found is None or not product.gtin:
        return not product.gtin
    kept = Decimal(lossy)
    step = Decimal(1).scaleb(int(found[3]) - len(found[2] or ""))
    return abs(Decimal(product.gtin) - kept) <= step


def sizes(text: str) -> frozenset[tuple[str, Decimal]]:
    """Return the sizes that a name states, in ml and g: 1.5L is 1500 ml."""
    found = set()
    for number, unit in _SIZE.findall(clean(text)):
        base, times = _TO_BASE[unit.casefold()]
        found.add((base, Decimal(number) * times))
    return frozenset(found)


def pack_of(text: str) -> int | None:
    """Return the pieces per case that a name states behind its size: 500ml*15."""
    found = _PACK.search(clean(text))
    return int(found[1]) if found else None


def _without_pack(text: str) -> str:
    return _PACK.sub(" ", clean(text))


def _bare_sizes(text: str) -> frozenset[Decimal]:
    return frozenset(Decimal(number) for number in _BARE_SIZE.findall(clean(text)))


def _size_verdict(texts: Texts, product: KnownProduct) -> bool | None:
    """Return whether the sender's size is the product's; None where one of them states none."""
    stated, own = sizes(texts.full_name), sizes(product.name_zh) | sizes(product.name_en)
    if not own:
        return None
    if stated:
        return bool(stated & own)
    bare = _bare_sizes(texts.full_name)
    return bool(bare & {amount for _, amount in own}) if bare else None


def _speaks_of_another(texts: Texts, product: KnownProduct) -> bool:
    """Tell whether the name beside a code cannot be the product's: another size, no shared sign."""
    if not texts.name:
        return False
    if _size_verdict(texts, product) is False:
        return True
    shared = set(_letters(texts.name)) & (set(_letters(product.name_zh)) | set(_letters(product.name_en)))
    return bool(_letters(texts.name)) and bool(_letters(product.name_zh)) and not shared


def _letters(text: str) -> str:
    return _NOT_WORDS.sub("", clean(text))


def _rated(product: KnownProduct, score: int, texts: Texts, named: bool) -> Candidate:
    reasons = [_name_reason(score, named, texts)]
    same_size, pack = _size_verdict(texts, product), pack_of(texts.full_name)
    if same_size is not None:
        size = next(iter(_SIZE.finditer(clean(product.name_zh or product.name_en))), None)
        reasons.append(pair(WHY, "size" if same_size else "size_differs", size=size[0] if size else ""))
    if pack is not None:
        fits = pack == product.units_per_case
        reasons.append(pair(WHY, "pack" if fits else "pack_differs", count=product.units_per_case))
        score = min(100, score + 4) if fits else min(score, _OTHER_PACK_AT_MOST)
    if same_size is False:
        score = score * _OTHER_SIZE_AT_MOST // 100
    likeness = score if named and same_size is not False else min(score, 99)
    why_zh, why_en = "，".join(zh for zh, _ in reasons), ", ".join(en for _, en in reasons)
    return Candidate(product.code, product.name_zh, product.name_en, likeness, why_zh, why_en)


def _name_reason(score: int, named: bool, texts: Texts) -> tuple[str, str]:
    if named:
        return pair(WHY, "name" if texts.name and not texts.code else "code")
    if score >= _LIKE:
        return pair(WHY, "name_like")
    return pair(WHY, "name_unlike" if score < _UNLIKE else "name_like")


def told_places(answers: Answers) -> Mapping[str, str]:
    """Return the answers that are for one place only: "sheet!cell" -> product code."""
    return {text: code for text, code in answers.products.items() if "!" in text}
