"""
Many keys in one `__in`: PostgreSQL gets them as one array, not each as a value of its own.

Written, quoted and parsed one by one, a chunk's few hundred keys cost more than what the query finds
(2026-11: a fifth of the client's time of a close). The plan is the same: it makes an array of them itself.
"""

from typing import Any

from django.db import models
from django.db.models.fields.related_lookups import RelatedIn
from django.db.models.lookups import In

FEW = 16


def _are_keys(values: Any) -> bool:
    """Return whether values are more whole numbers than a few."""
    listed = isinstance(values, (list, tuple, set, frozenset)) and len(values) > FEW
    return listed and all(type(one) is int for one in values)


class _Keys:
    """Of a lookup `in` on one column; whatever is no list of keys goes Django's own way."""

    rhs: Any

    def get_prep_lookup(self) -> Any:
        """Return the values as they are to be asked for: keys need nothing."""
        if _are_keys(self.rhs):
            return sorted(set(self.rhs))
        return super().get_prep_lookup()  # type: ignore[misc]  # of the lookup that this is mixed into

    def as_postgresql(self, compiler: Any, connection: Any, **given: Any) -> tuple[str, tuple[Any, ...]]:
        """Return the condition with all keys in one parameter."""
        if not _are_keys(self.rhs):
            return super().as_sql(compiler, connection, **given)  # type: ignore[misc,no-any-return]
        column, params = self.process_lhs(compiler, connection)  # type: ignore[attr-defined]
        return f"{column} = ANY(%s::bigint[])", (*params, "{" + ",".join(map(str, self.rhs)) + "}")


class KeyIn(_Keys, In):
    """`pk__in`."""


class RelatedKeyIn(_Keys, RelatedIn):
    """`distributor__in`, `distributor_id__in`."""


def register() -> None:
    """Let keys and foreign keys be looked up this way."""
    models.BigAutoField.register_lookup(KeyIn)
    models.ForeignKey.register_lookup(RelatedKeyIn)
