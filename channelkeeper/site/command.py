"""The `channelkeeper` command: every room's commands, and Django's own behind `manage`."""

import os

import django
import typer

from channelkeeper.engine.cli import app as engine
from channelkeeper.site import rooms

app = typer.Typer(
    name="channelkeeper", help="Manage distributors / 渠道管家", no_args_is_help=True, pretty_exceptions_enable=False
)


@app.command(
    context_settings={"allow_extra_args": True, "ignore_unknown_options": True, "help_option_names": []},
    help="Run a Django command: migrate, shell, dbshell …",
)
def manage(context: typer.Context) -> None:
    """Hand the rest of the line to Django's management."""
    from django.core.management import execute_from_command_line

    execute_from_command_line(["channelkeeper manage", *context.args])


def mount() -> typer.Typer:
    """Return the command with every room's commands mounted under the room's name, and those of no room."""
    from channelkeeper.site import cli  # needs Django's apps, as the rooms' commands do

    mounted = {group.name for group in app.registered_groups}
    if "engine" not in mounted:
        app.add_typer(engine, name="engine")
        app.command("weekly")(cli.weekly)
    for room, module in rooms.modules("cli"):
        if room.name not in mounted:
            app.add_typer(module.app, name=room.name)
    return app


def main() -> None:
    """Set up Django and run the command line."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "channelkeeper.site.settings")
    # The engine's commands need no database and start faster without Django's apps.
    django.setup()
    mount()(prog_name="channelkeeper")


if __name__ == "__main__":
    main()
