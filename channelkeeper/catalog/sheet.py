"""The file of products: the same columns in and out."""

from collections.abc import Iterable
from datetime import date, datetime
from functools import partial

from channelkeeper.access.rules import Actor
from channelkeeper.catalog import actions, queries
from channelkeeper.sheets import masters, writer
from channelkeeper.sheets.columns import Column

COLUMNS = (
    Column("code", ("货号", "产品编码", "商品编码", "编码"), ("Code", "Product code", "SKU"), "code", required=True),
    Column("gtin", ("条码", "条形码", "国际条码", "69码"), ("GTIN", "EAN", "Bar code"), "code", width=16),
    Column("name_zh", ("品名", "产品名称", "商品名称", "名称"), ("Name (Chinese)", "Chinese name", "Name")),
    Column("name_en", ("英文品名", "英文名称", "英文名"), ("Name (English)", "English name")),
    Column("brand", ("品牌",), ("Brand",), width=12),
    Column("brand_en", ("品牌英文名", "品牌英文"), ("Brand (English)", "English brand"), width=12),
    Column("category", ("品类", "类别", "分类"), ("Category",), width=12),
    Column("category_en", ("品类英文名", "品类英文"), ("Category (English)", "English category"), width=12),
    Column("units_per_case", ("箱规", "每箱数量", "装箱数"), ("Units per case", "Case size"), "units"),
    Column("cases_per_layer", ("每层箱数", "每层"), ("Cases per layer",), "units"),
    Column("layers_per_pallet", ("每托层数", "层数"), ("Layers per pallet",), "units"),
    Column("shelf_life_days", ("保质期天数", "保质期"), ("Shelf life days", "Shelf life"), "units"),
    Column("near_expiry_days", ("临期天数",), ("Near-expiry days",), "units"),
    Column("launched_on", ("上市日期", "上市"), ("Launched on", "Launch"), "date"),
    Column("retires_on", ("退市日期", "退市"), ("Retires on", "Retirement"), "date"),
    Column("successor", ("替代货号", "替代产品", "后续产品"), ("Successor",), "code"),
    Column("price_per_case", ("每箱出厂价", "出厂价"), ("Price per case", "Ex-factory price per case"), "money"),
    Column("price_from", ("出厂价起始日", "价格起始日"), ("Price from", "Price valid from"), "date"),
)


def take_in(*, data: bytes, filename: str, dry_run: bool, by: Actor, at: datetime) -> masters.Outcome:
    """
    Take a file of products in, whole or not at all.

    Raises:
        NotAllowed: the actor is not headquarters.
    """
    take = partial(_take, by=by, at=at, dry_run=dry_run)
    return masters.outcome(masters.read(data, filename, COLUMNS), take, dry_run=dry_run)


def export(*, on: date, language: str = "zh") -> bytes:
    """Return all products with the prices of a day as a workbook that can be taken in again unchanged."""
    products = queries.products_by_code(on=on)
    return writer.write_table(COLUMNS, _rows(products.values(), on), _title(language), language=language)


def export_csv(*, on: date, language: str = "zh") -> bytes:
    """As `export`, as CSV."""
    return writer.write_csv(COLUMNS, _rows(queries.products_by_code(on=on).values(), on), language=language)


def template(*, language: str = "zh") -> bytes:
    """Return an empty workbook with the right headings."""
    return writer.write_table(COLUMNS, [], _title(language), language=language)


def _take(values: list[masters.Values], *, by: Actor, at: datetime, dry_run: bool) -> masters.Result:
    return actions.import_products(rows=values, by=by, at=at, dry_run=dry_run)


def _title(language: str) -> str:
    return "产品" if language.startswith("zh") else "Products"


def _rows(products: Iterable[queries.ProductView], on: date) -> list[masters.Values]:
    starts = queries.price_starts_on(on)
    return [
        {
            "code": product.code,
            "gtin": product.gtin or None,
            "name_zh": product.name_zh,
            "name_en": product.name_en or None,
            "brand": product.brand_zh,
            "brand_en": product.brand_en or None,
            "category": product.category_zh,
            "category_en": product.category_en or None,
            "units_per_case": product.units_per_case,
            "cases_per_layer": product.cases_per_layer,
            "layers_per_pallet": product.layers_per_pallet,
            "shelf_life_days": product.shelf_life_days,
            "near_expiry_days": product.near_expiry_days,
            "launched_on": product.launched_on,
            "retires_on": product.retires_on,
            "successor": product.successor_code or None,
            "price_per_case": product.price_per_case,
            "price_from": starts.get(product.id),
        }
        for product in products
    ]
