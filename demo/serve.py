"""Serves the filled demo and says where to look."""

import os
import socket
import sys
from dataclasses import dataclass
from pathlib import Path

from demo.people import Person

HOST = "127.0.0.1"


class PortTaken(Exception):
    """Something else listens on the port."""


def check_port(port: int) -> None:
    """
    Pass if the port is free.

    Raises:
        PortTaken: it is not.
    """
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError as error:
            raise PortTaken(
                f"Port {port} is taken. End what listens there, or choose another: make demo PORT={port + 1}"
            ) from error


@dataclass(frozen=True)
class Guide:
    """The last lines before serving: where to look, and how to sign in as each role."""

    people: list[Person]
    kept: Path

    def __call__(self, port: int) -> str:
        """Return the lines for a port."""
        head = f"  {'role':<16}{'sign in as':<12}{'password':<16}who, and where to look first"
        rows = [f"  {one.role:<16}{one.login:<12}{one.password:<16}{one.name}  {one.look}" for one in self.people]
        return "\n".join(
            ["", f"Channelkeeper 渠道管家   http://{HOST}:{port}/", "", head, *rows, "",
             f"Passwords are kept in {self.kept}. Ctrl+C ends the server; the data stays.", ""]
        )  # fmt: skip


def serve(port: int) -> None:
    """Replace this process by the server."""
    command = [
        str(Path(sys.executable).with_name("granian")),
        "--interface", "wsgi", "--host", HOST, "--port", str(port), "--workers", "2",
        "--blocking-threads", "4", "--no-ws", "--log-level", "warning",
        "channelkeeper.site.wsgi:application",
    ]  # fmt: skip
    sys.stdout.flush()
    os.execv(command[0], command)
