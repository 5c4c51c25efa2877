"""The words of weekly reports: heads, units, and what stands for which figure."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import product

from channelkeeper.sheets.text import fold


@dataclass(frozen=True, slots=True)
class Meaning:
    """
    What a head means.

    Attributes:
        part: the column's own meaning; two columns of one part are one figure twice.
        figure: what the part counts towards; parts of one figure are added up.
        weak: counts only where no stronger head of the same part stands.
    """

    part: str
    figure: str
    weak: bool = False


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


IDENTITY = ("code", "gtin", "name", "spec", "units_per_case", "unit")
APART = ("batch", "produced_on", "expires_on", "warehouse")

# Heads of figures: what may stand before a stem, the stem, what may stand behind.
_NOW = ("", "本周", "本期", "当周", "本次", "周")
_COUNT = ("", "数", "量", "数量", "数目", "合计数量")
_STOCK = ("库存", "结存", "结余", "存货", "余额", "存", "余")
_LAST = ("上周", "上期", "上次", "上周末", "上期末", "上周日", "上期期末", "上周期末")

_FIGURE_HEADS: tuple[tuple[Meaning, Iterable[Iterable[str]]], ...] = (
    (Meaning("opening", "opening"), (("", "本周", "本期"), ("期初", "周初", "初始"), ("", *_STOCK), _COUNT)),
    (Meaning("opening", "opening"), (_LAST, _STOCK, _COUNT)),
    (Meaning("opening", "opening"), (("上周", "上期"), ("期末",), ("", "数", "数量"))),
    (
        Meaning("received", "received"),
        (
            _NOW,
            ("进货", "到货", "收货", "购进", "购入", "来货", "采购", "采购入库", "进货入库", "厂家到货", "进"),
            _COUNT,
        ),
    ),
    (Meaning("received", "received", weak=True), (_NOW, ("入库", "收入", "总入库", "收"), _COUNT)),
    (
        Meaning("other_in", "other_in"),
        (_NOW, ("其他入库", "其它入库", "其他收入", "其它收入", "其他增加", "其他入"), _COUNT),
    ),
    (Meaning("transfer_in", "other_in"), (_NOW, ("调入", "调拨入库", "调拨入", "调拨调入"), _COUNT)),
    (Meaning("surplus", "other_in"), (_NOW, ("盘盈", "报溢", "盘盈入库"), _COUNT)),
    (Meaning("customer_returns", "other_in"), (_NOW, ("客户退货", "销售退货", "客退", "退货入库", "终端退货"), _COUNT)),
    (
        Meaning("sold", "sold"),
        (
            _NOW,
            (
                "销售",
                "销",
                "出货",
                "售出",
                "卖出",
                "销售出库",
                "分销",
                "销货",
                "销出",
                "实销",
                "二级销售",
                "动销",
                "实际销售",
            ),
            _COUNT,
        ),
    ),
    (Meaning("sold", "sold", weak=True), (_NOW, ("出库", "发货", "发出", "总出库", "出"), _COUNT)),
    (
        Meaning("gifts", "gifts"),
        (_NOW, ("赠品", "搭赠", "赠送", "赠", "赠出", "赠品出库", "买赠", "样品", "品尝"), _COUNT),
    ),
    (
        Meaning("gifts", "gifts"),
        (_NOW, ("赠品损耗", "赠品及损耗", "赠品和损耗", "赠损", "赠送损耗", "损耗赠品"), _COUNT),
    ),
    (
        Meaning("losses", "losses"),
        (_NOW, ("损耗", "报损", "破损", "损坏", "残损", "损失", "报废", "损", "货损"), _COUNT),
    ),
    (Meaning("shortage", "losses"), (_NOW, ("盘亏", "盘亏出库"), _COUNT)),
    (
        Meaning("other_out", "losses"),
        (_NOW, ("其他出库", "其它出库", "其他发出", "其他支出", "其他减少", "其他出"), _COUNT),
    ),
    (Meaning("transfer_out", "losses"), (_NOW, ("调出", "调拨出库", "调拨出", "调拨调出"), _COUNT)),
    (
        Meaning("returns", "returns"),
        (
            _NOW,
            ("退货", "退厂", "退回厂家", "采购退货", "进货退货", "退供应商", "返厂", "退厂家", "退回", "采购退回"),
            _COUNT,
        ),
    ),
    (
        Meaning("closing", "closing"),
        (("", "本周", "本期"), ("期末", "周末"), ("", *_STOCK), _COUNT),
    ),
    (Meaning("closing", "closing"), (("本周", "本期", "当前", "现", "现有", "最终"), _STOCK, _COUNT)),
    (Meaning("closing", "closing"), (("结存", "结余", "周日库存", "周日结存"), _COUNT)),
    (
        Meaning("closing", "closing", weak=True),
        (("库存", "存", "余", "存货", "实际库存", "实盘", "盘点", "实存"), _COUNT),
    ),
    (
        Meaning("near_expiry", "near_expiry"),
        (
            ("", "其中", "本周"),
            ("临期", "近效期", "快到期", "临近保质期", "将到期"),
            ("", "品", "库存", "产品", "商品"),
            _COUNT,
        ),
    ),
)

_ENGLISH_COUNT = ("", "qty", "quantity", "units", "stock", "inventory", "balance")
_ENGLISH_FIGURES: tuple[tuple[Meaning, tuple[str, ...]], ...] = (
    (Meaning("opening", "opening"), ("opening", "beginning", "starting", "start", "initial", "begin", "open")),
    (Meaning("opening", "opening"), ("last closing", "previous closing", "last week closing", "stock at start")),
    (Meaning("received", "received"), ("received", "receipts", "receipt", "purchases", "purchase", "purchased")),
    (Meaning("received", "received"), ("goods received", "sell-in", "arrivals", "received this week")),
    (Meaning("received", "received", weak=True), ("in", "stock in", "inbound", "delivered", "deliveries")),
    (Meaning("other_in", "other_in"), ("other in", "other receipts", "other inbound", "adjustment in")),
    (Meaning("transfer_in", "other_in"), ("transfer in", "transfers in", "transferred in")),
    (Meaning("customer_returns", "other_in"), ("customer returns", "sales returns", "returns from customers")),
    (Meaning("sold", "sold"), ("sold", "sales", "sell-out", "units sold", "qty sold", "quantity sold")),
    (Meaning("sold", "sold"), ("sales volume", "weekly sales", "sales this week", "sold this week")),
    (Meaning("sold", "sold", weak=True), ("out", "stock out", "outbound", "issued", "issues", "dispatched")),
    (Meaning("gifts", "gifts"), ("gifts", "gift", "free goods", "free", "samples", "giveaways", "gifted")),
    (Meaning("gifts", "gifts"), ("gifts and losses", "gifts/losses", "gifts & losses", "gifts losses")),
    (Meaning("losses", "losses"), ("losses", "loss", "damaged", "damage", "damages", "breakage", "shrinkage")),
    (Meaning("losses", "losses"), ("write-off", "write-offs", "written off", "spoilage", "wastage", "lost")),
    (Meaning("other_out", "losses"), ("other out", "other issues", "adjustment out")),
    (Meaning("transfer_out", "losses"), ("transfer out", "transfers out", "transferred out")),
    (Meaning("returns", "returns"), ("returns", "return", "returned", "returns to factory", "purchase returns")),
    (Meaning("returns", "returns"), ("returns to supplier", "returned to factory", "returned to supplier")),
    (Meaning("closing", "closing"), ("closing", "ending", "end", "final", "close", "stock on hand", "on hand")),
    (Meaning("closing", "closing"), ("current", "stock at end", "end of week", "soh")),
    (Meaning("closing", "closing", weak=True), ("stock", "inventory", "balance", "counted")),
    (
        Meaning("near_expiry", "near_expiry"),
        ("near expiry", "expiring", "expiring soon", "short dated", "near expired"),
    ),
)

_OTHER_HEADS: dict[str, str] = {
    "code": "货号 编码 编号 代码 商品编码 商品编号 商品代码 商品货号 产品编码 产品编号 产品代码 产品货号 品号 物料编码 "
    "物料编号 物料号 物料代码 存货编码 存货编号 货品编码 货品编号 品项编码 款号 SKU SKU编码 SKU号 商品编码/货号 "
    "code sku item_code product_code item_no item_number material material_no article_no article article_number "
    "product_id product_no item_id sku_code sku_no part_no",
    "gtin": "条码 条形码 69码 国际条码 商品条码 产品条码 商品条形码 产品条形码 单品条码 barcode "
    "bar_code ean ean13 ean_code gtin upc 条码号 国条码 瓶码",
    "name": "品名 名称 商品名称 产品名称 商品 产品 货名 货品 货品名称 物料名称 物料描述 存货名称 存货 品项 品种 "
    "商品名 产品名 品名规格 品名及规格 品名/规格 商品全名 商品名称及规格 产品名称及规格 品项名称 品种名称 "
    "product product_name item item_name description name goods product_description item_description sku_name",
    "spec": "规格 规格型号 商品规格 产品规格 型号 包装规格 spec specification size",
    "units_per_case": "箱规 装箱数 每箱数量 每箱数 箱装数 箱入数 入数 件规 装箱量 每箱瓶数 每件数量 units_per_case "
    "pcs_per_case pieces_per_case per_case case_size pack_size units/case pcs/ctn",
    "unit": "单位 计量单位 库存单位 基本单位 数量单位 主计量单位 unit uom unit_of_measure measure",
    "batch": "批号 生产批号 批次 批次号 生产批次 产品批号 batch batch_no batch_number lot lot_no lot_number",
    "produced_on": "生产日期 生产日 制造日期 日期批号 production_date produced_on made_on manufacturing_date",
    "expires_on": "有效期 有效期至 到期日 到期日期 失效日期 保质期至 expiry expiry_date expires_on best_before use_by",
    "warehouse": "仓库 仓库名称 仓 库房 仓别 库别 所在仓库 存放仓库 warehouse location depot warehouse_name",
    "week": "周次 周别 统计周 报告周 周数 周 期间 统计期间 报告期间 week week_no week_number period reporting_week",
}


def _generated() -> dict[str, Meaning]:
    heads: dict[str, Meaning] = {}
    for meaning, choices in _FIGURE_HEADS:
        for parts in product(*choices):
            heads.setdefault(fold("".join(parts)), meaning)
    for meaning, stems in _ENGLISH_FIGURES:
        for stem, count in product(stems, _ENGLISH_COUNT):
            heads.setdefault(fold(stem + count), meaning)
            heads.setdefault(fold("current " + stem + count), meaning)
    for part, words in _OTHER_HEADS.items():
        for word in words.split():
            heads[fold(word.replace("_", " "))] = Meaning(part, part)
    return heads


HEADS = _generated()

# A head that holds one of these speaks of something else, whatever stands around it.
ELSEWHERE = re.compile(
    r"金额|单价|价格|价值|成本|[万]?元|%|率|占比|累计|去年|同期|上月|本月|本年|年初|目标|计划|预计|下周|任务|"
    r"amount|value|price|cost|target|plan|forecast|ytd|mtd|last year",
    re.IGNORECASE,
)

CASE_WORDS = _words("箱 件 大箱 整箱 整件 case cases ctn ctns carton cartons cs box boxes")
PIECE_WORDS = _words(
    "瓶 罐 听 袋 包 盒 桶 碗 杯 支 个 只 块 片 枚 颗 粒 单品 最小单位 piece pieces pc pcs ea each unit units "
    "bottle bottles btl btls can cans bag bags pack packs pouch pouches cup cups tub tubs"
)
# Words that are units for sure and mean what each sender means by them.
ASKED_WORDS = _words("提 条 打 板 排 组 扎 连 托 盘 套 捆 筐 篮 中包 小箱 中箱 盘装 tray trays pallet dozen set")
# Words behind a figure that are no packs: the figure is no quantity.
NO_PACKS = _words("元 块钱 角 分 kg g 克 千克 公斤 斤 吨 ml l 毫升 升 天 日 周 月 年 个月 次 家 人 度 rmb yuan")

_IN_BRACKETS = re.compile(r"[(\[【<]([^)\]】>]*)[)\]】>]")
_UNIT_TITLE = re.compile(
    r"(?:^|[^\w]|数量|计量|计数|库存|包装)单位\s*[:：]\s*([^\s:：,，;；()]+)|\bunits?\s*:\s*([a-z]+)", re.IGNORECASE
)


def is_unit_word(word: str) -> bool:
    """Tell whether a folded word is a unit, of whatever size."""
    return word in CASE_WORDS or word in PIECE_WORDS or word in ASKED_WORDS


def bracketed(head: str) -> tuple[str, str]:
    """Return a head without its brackets, and what stood in the first of them."""
    found = _IN_BRACKETS.search(head)
    return (_IN_BRACKETS.sub("", head), found[1]) if found else (head, "")


def unit_in_title(text: str) -> str:
    """Return the unit word of 单位：箱 in a line of text, "" for none."""
    found = _UNIT_TITLE.search(text)
    word = (found[1] or found[2]) if found else ""
    return word if is_unit_word(fold(word)) else ""
