"""The roles' names as pages show them."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from channelkeeper.access.rules import Role

ROLE_NAMES: dict[Role, Promise] = {
    Role.HEADQUARTERS: _("Headquarters"),
    Role.OFFICE_MANAGER: _("Office manager"),
    Role.FACTORY_REP: _("Factory rep"),
    Role.DISTRIBUTOR: _("Distributor"),
    Role.TEAM_MEMBER: _("Team member"),
    Role.AUDITOR: _("Auditor"),
    Role.SERVICE: _("The system itself"),
}


def role_name(role: str) -> str:
    """Return a role's name in the reader's language."""
    return str(ROLE_NAMES[Role(role)])
