"""Every route of the product, read from the URL configuration, with the policy that it declares."""

import inspect
import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.urls import URLPattern, URLResolver, get_resolver
from ninja.operation import PathView

from channelkeeper.access.rules import Role

# Routes that the API's framework brings along; it has no decorator that could declare them.
FRAMEWORK = {
    "api:openapi-json": "The schema says what the endpoints take, nothing of what is kept.",
    "api:api-root": "The framework's own anchor for addresses; it always answers 404.",
}
PARAMETER = re.compile(r"<(?:\w+:)?(\w+)>")


@dataclass(frozen=True)
class Route:
    """
    One page, or one operation of the API.

    Attributes:
        name: orders:offer; of an operation: api:orders POST {number}/offer.
        pattern: its address, with the parameters in <>.
        methods: that it answers.
        answered: methods that its address answers: one of the API may have several operations.
        policy: roles that may come in; None for strangers too, or where nothing is declared.
        public: why strangers may; empty otherwise.
    """

    name: str
    pattern: str
    methods: frozenset[str]
    policy: frozenset[Role] | None
    public: str
    answered: frozenset[str]

    @property
    def room(self) -> str:
        """Return the room it belongs to."""
        return self.name.split(" ")[0].removeprefix("api:").split(":")[0]

    @property
    def is_api(self) -> bool:
        """Return whether programs use it, with a token."""
        return self.name.startswith("api:")

    @property
    def parameters(self) -> tuple[str, ...]:
        """Return the names of its parameters, in their order."""
        return tuple(PARAMETER.findall(self.pattern))

    @property
    def is_declared(self) -> bool:
        """Return whether it says who may come in."""
        return self.policy is not None or bool(self.public)

    def address(self, values: Mapping[str, object]) -> str:
        """Return its address with values for the parameters."""
        return PARAMETER.sub(lambda found: str(values[found[1]]), self.pattern)


def all_routes() -> list[Route]:
    """Return the routes of the product."""
    return list(dict.fromkeys(routes(get_resolver().url_patterns)))  # the API names an address once per operation


def undeclared(found: Iterable[Route]) -> list[str]:
    """Return a sentence for each route that says nothing of who may come in."""
    return [
        f"{route.pattern} ({route.name}) declares no policy: decorate its view with doors.page, doors.public, "
        "or doors.endpoint below the router's decorator."
        for route in found
        if not route.is_declared
    ]


def routes(patterns: Collection[Any], prefix: str = "/", namespace: str = "") -> Iterator[Route]:
    """Yield the routes of a URL configuration, those of included ones too."""
    for pattern in patterns:
        address = prefix + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            yield from routes(pattern.url_patterns, address, pattern.namespace or namespace)
        elif operations := _operations(pattern):
            answered = frozenset(method for operation in operations for method in operation.methods)
            yield from (_operation(operation, address, answered) for operation in operations)
        else:
            yield _page(pattern, address, namespace)


def _operations(pattern: URLPattern) -> list[Any]:
    """Return the operations of the API that a pattern leads to; none for a page."""
    if not inspect.isfunction(pattern.callback):
        return []
    view = inspect.getclosurevars(pattern.callback).nonlocals.get("self")
    return view.operations if isinstance(view, PathView) else []


def _operation(operation: Any, address: str, answered: frozenset[str]) -> Route:
    room, _, rest = address.partition("/v1/")[2].partition("/")
    methods = frozenset(operation.methods)
    path = PARAMETER.sub(r"{\1}", rest)
    return Route(
        name=f"api:{room} {' '.join(sorted(methods))} {path}".rstrip(),
        pattern=address,
        methods=methods,
        policy=getattr(operation.view_func, "policy", None),
        public="",
        answered=answered,
    )


def _page(pattern: URLPattern, address: str, namespace: str) -> Route:
    name = f"{namespace}:{pattern.name}"
    methods = getattr(pattern.callback, "methods", frozenset({"GET", "HEAD"}))
    return Route(
        name=name,
        pattern=address,
        methods=methods,
        answered=methods,
        policy=getattr(pattern.callback, "policy", None),
        public=getattr(pattern.callback, "public", "") or FRAMEWORK.get(name, ""),
    )
