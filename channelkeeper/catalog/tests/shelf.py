"""A small shelf that tests share: two categories, five products, prices that changed once."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from channelkeeper.catalog.models import Brand, Category, Price, Product

FIRST_DAY = date(2024, 1, 1)


@dataclass(frozen=True)
class Shelf:
    """
    The products by what they are.

    Attributes:
        tea, lemon_tea: 冰红茶 500ml (24 a case, ¥2.00 a piece, ¥2.20 from 2026-07-01) and 柠檬茶 500ml (24, ¥2.10).
        water: 纯净水 550ml (24 a case, ¥0.80 a piece).
        milk: 纯牛奶 250ml (12 a case, ¥2.50, 45 days of shelf life).
        new: 乌龙茶 500ml (15 a case, ¥3.00), launched on 2026-11-02.
    """

    tea: Product
    lemon_tea: Product
    water: Product
    milk: Product
    new: Product

    @property
    def products(self) -> list[Product]:
        """Return all five, in the order above."""
        return [self.tea, self.lemon_tea, self.water, self.milk, self.new]


def build_shelf() -> Shelf:
    """Put the products on the shelf, with their prices."""
    brand = Brand.objects.create(code="QC", name_zh="清川", name_en="Qingchuan")
    drinks = Category.objects.create(code="DRINK", name_zh="饮料", name_en="Drinks")
    dairy = Category.objects.create(code="DAIRY", name_zh="乳品", name_en="Dairy")

    def product(
        code: str, gtin: str, names: tuple[str, str], units_per_case: int, price: str, **more: object
    ) -> Product:
        made = Product.objects.create(
            code=code,
            gtin=gtin,
            name_zh=names[0],
            name_en=names[1],
            brand=brand,
            category=dairy if code.startswith("M") else drinks,
            units_per_case=units_per_case,
            **more,
        )
        Price.objects.create(product=made, starts_on=FIRST_DAY, price_per_unit=Decimal(price))
        return made

    tea = product("T500", "6901234500011", ("冰红茶 500ml", "Iced tea 500ml"), 24, "2.00", initials="BHC500ML")
    Price.objects.create(product=tea, starts_on=date(2026, 7, 1), price_per_unit=Decimal("2.20"))
    return Shelf(
        tea=tea,
        lemon_tea=product(
            "T501", "6901234500028", ("柠檬茶 500ml", "Lemon tea 500ml"), 24, "2.10", initials="NMC500ML"
        ),
        water=product("W550", "6901234500035", ("纯净水 550ml", "Pure water 550ml"), 24, "0.80", initials="CJS550ML"),
        milk=product(
            "M250", "6901234500042", ("纯牛奶 250ml", "Milk 250ml"), 12, "2.50", shelf_life_days=45, initials="CNN250ML"
        ),
        new=product(
            "T502",
            "6901234500059",
            ("乌龙茶 500ml", "Oolong tea 500ml"),
            15,
            "3.00",
            launched_on=date(2026, 11, 2),
            initials="WLC500ML",
        ),
    )
