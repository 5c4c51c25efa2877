"""Serves the filled demo and says where to look."""

import os
import socket
import sys
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


def guide(people: list[Person], port: int, kept: Path) -> str:
    """Return the last lines before serving: where to look, and how to sign in as each role."""
    lines = [
        "",
        f"Channelkeeper 渠道管家   http://{HOST}:{port}/",
        "",
        f"  {'role':<16}{'sign in as':<12}{'password':<16}{'who'}",
    ]
    lines += [f"  {one.role.value:<16}{one.login:<12}{one.password:<16}{one.name}  {one.look}" for one in people]
    lines += ["", f"Passwords are kept in {kept}. Press Ctrl+C to end; the data stays.", ""]
    return "\n".join(lines)


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
