"""
Visitors in a closed loop: each asks for a page, waits for all of it, and asks again.

They sign in through the sign-in page like anybody and keep one connection open each. What
they measure is from the first byte sent to the last byte read, on loopback.
"""

from __future__ import annotations

import http.client
import re
import socket
import statistics
import threading
import time
from dataclasses import dataclass, field
from http.cookies import SimpleCookie
from urllib.parse import urlencode

HOST = "127.0.0.1"
TIMEOUT_SECONDS = 60
REDIRECTS = 5
TOKEN = re.compile(r'name="csrfmiddlewaretoken" value="([^"]+)"')


class BadAnswer(Exception):
    """A page answered otherwise than with itself; the words say how."""


@dataclass
class Visitor:
    """One browser: a connection and its cookies."""

    port: int
    cookies: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Connect, and send small requests at once."""
        self._connection = http.client.HTTPConnection(HOST, self.port, timeout=TIMEOUT_SECONDS)
        self._connection.connect()
        self._connection.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def ask(self, method: str, path: str, form: dict[str, str] | None = None) -> tuple[int, str, str]:
        """Return status, where to go next, and the body of one request."""
        headers = {"Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items())}
        body = None
        if form is not None:
            headers |= {"Content-Type": "application/x-www-form-urlencoded", "Referer": f"http://{HOST}:{self.port}/"}
            body = urlencode(form)
        self._connection.request(method, path, body, headers)
        answer = self._connection.getresponse()
        text = answer.read().decode()
        for line in answer.headers.get_all("Set-Cookie") or []:
            self.cookies |= {name: morsel.value for name, morsel in SimpleCookie(line).items()}
        return answer.status, answer.headers.get("Location", ""), text

    def get(self, path: str) -> str:
        """
        Return a page.

        Raises:
            BadAnswer: it is not there, or leads elsewhere.
        """
        status, where, text = self.ask("GET", path)
        if status != 200:
            raise BadAnswer(f"{path} answered {status} {where}")
        return text

    def sign_in(self, path: str, login: str, password: str) -> None:
        """
        Sign in, and follow to where it leads.

        Raises:
            BadAnswer: it was refused.
        """
        token = TOKEN.search(self.get(path))
        form = {"login": login, "password": password, "csrfmiddlewaretoken": token[1] if token else ""}
        status, where, _ = self.ask("POST", path, form)
        for _ in range(REDIRECTS):
            if status not in (301, 302, 303):
                break
            status, where, _ = self.ask("GET", where)
        if status != 200 or where:
            raise BadAnswer(f"Signing in as {login} ended with {status} {where}")

    def close(self) -> None:
        """Hang up."""
        self._connection.close()


@dataclass
class Timing:
    """What a loop took: seconds per request, and the whole."""

    seconds: list[float]
    wall: float

    @property
    def p50(self) -> float:
        """Return the median in milliseconds."""
        return statistics.median(self.seconds) * 1000

    @property
    def p95(self) -> float:
        """Return the 95th percentile in milliseconds."""
        return statistics.quantiles(self.seconds, n=20, method="inclusive")[18] * 1000

    @property
    def per_second(self) -> float:
        """Return requests per second."""
        return len(self.seconds) / self.wall


def loop(port: int, path: str, cookies: dict[str, str], *, clients: int, seconds: float, least: int) -> Timing:
    """
    Ask for a page from so many visitors at once, for so long and at least so often.

    Raises:
        BadAnswer: a request was answered with anything but the page.
    """
    taken: list[float] = []
    wrong: list[Exception] = []
    started = time.perf_counter()

    def visit() -> None:
        visitor = Visitor(port, dict(cookies))
        try:
            while not wrong and (time.perf_counter() - started < seconds or len(taken) < least):
                before = time.perf_counter()
                visitor.get(path)
                taken.append(time.perf_counter() - before)
        except (OSError, http.client.HTTPException, BadAnswer) as error:
            wrong.append(error)
        finally:
            visitor.close()

    threads = [threading.Thread(target=visit) for _ in range(clients)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if wrong:
        raise BadAnswer(f"{path}: {wrong[0]}") from wrong[0]
    return Timing(taken, time.perf_counter() - started)
