"""The audit book is append-only by the database itself, whatever program writes to it."""

from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps

SQLITE = [
    """
    CREATE TRIGGER access_auditline_no_update BEFORE UPDATE ON access_auditline
    BEGIN SELECT RAISE(ABORT, 'The audit book is append-only.'); END
    """,
    """
    CREATE TRIGGER access_auditline_no_delete BEFORE DELETE ON access_auditline
    BEGIN SELECT RAISE(ABORT, 'The audit book is append-only.'); END
    """,
]
# TRUNCATE is left to the owner of the database, who could drop the trigger as well.
POSTGRESQL = [
    """
    CREATE FUNCTION access_auditline_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN RAISE EXCEPTION 'The audit book is append-only.' USING ERRCODE = 'restrict_violation'; END $$
    """,
    """
    CREATE TRIGGER access_auditline_append_only BEFORE UPDATE OR DELETE ON access_auditline
    FOR EACH ROW EXECUTE FUNCTION access_auditline_refuse()
    """,
]
UNDO = {
    "sqlite": ["DROP TRIGGER access_auditline_no_update", "DROP TRIGGER access_auditline_no_delete"],
    "postgresql": [
        "DROP TRIGGER access_auditline_append_only ON access_auditline",
        "DROP FUNCTION access_auditline_refuse()",
    ],
}


def install(apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Create the triggers."""
    for statement in POSTGRESQL if schema_editor.connection.vendor == "postgresql" else SQLITE:
        schema_editor.execute(statement, params=None)


def remove(apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Drop the triggers."""
    for statement in UNDO[schema_editor.connection.vendor]:
        schema_editor.execute(statement, params=None)


class Migration(migrations.Migration):
    dependencies = [("access", "0001_initial")]
    operations = [migrations.RunPython(install, remove)]
