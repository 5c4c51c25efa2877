"""Users and their roles, who stands in for whom, tokens for programs, and the audit book."""

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models import F, Q

from channelkeeper.access.rules import Role

ROLES = [(role.value, role.value) for role in Role if role is not Role.SERVICE]


class UserManager(BaseUserManager["User"]):
    """Finds users by the name they sign in with; accounts are made by `access.actions`."""


class User(AbstractBaseUser):
    """A person who signs in."""

    login = models.CharField(max_length=150, unique=True)
    name = models.CharField(max_length=100)
    email = models.EmailField(blank=True)
    phone = models.CharField(max_length=30, blank=True)
    language = models.CharField(max_length=10, default="zh-hans")
    is_active = models.BooleanField(default=True)

    USERNAME_FIELD = "login"
    EMAIL_FIELD = "email"
    objects = UserManager()

    def __str__(self) -> str:
        return self.name


class RoleGrant(models.Model):
    """A user holds a role in [starts_on, ends_on)."""

    user = models.ForeignKey(User, models.PROTECT, related_name="grants")
    role = models.CharField(max_length=20, choices=ROLES)
    starts_on = models.DateField()
    ends_on = models.DateField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["user", "role", "starts_on"], name="grant_once"),
            models.CheckConstraint(
                condition=Q(ends_on__isnull=True) | Q(ends_on__gt=F("starts_on")), name="grant_period"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user} {self.role}"


class Substitution(models.Model):
    """A substitute does the work of an absent user, in that user's role, in [starts_on, ends_on)."""

    absent = models.ForeignKey(User, models.PROTECT, related_name="absences")
    substitute = models.ForeignKey(User, models.PROTECT, related_name="substitutions")
    role = models.CharField(max_length=20, choices=ROLES)
    starts_on = models.DateField()
    ends_on = models.DateField()
    arranged_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")  # null: the system

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(ends_on__gt=F("starts_on")), name="substitution_period"),
            models.CheckConstraint(condition=~Q(absent=F("substitute")), name="substitution_by_another"),
        ]

    def __str__(self) -> str:
        return f"{self.substitute} for {self.absent}"


class Token(models.Model):
    """A key for a program that acts for a user in one role; only its SHA-256 is kept."""

    user = models.ForeignKey(User, models.CASCADE, related_name="tokens")
    role = models.CharField(max_length=20, choices=ROLES)
    label = models.CharField(max_length=100)
    digest = models.CharField(max_length=64, unique=True)
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField(null=True, blank=True)
    last_used_on = models.DateField(null=True, blank=True)

    def __str__(self) -> str:
        return self.label


class AuditLine(models.Model):
    """One action, as it was done: who, in which role, for whom, when, what. Append-only."""

    at = models.DateTimeField(db_index=True)
    actor = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    actor_name = models.CharField(max_length=100)
    role = models.CharField(max_length=20)
    stands_in_for = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    verb = models.CharField(max_length=80)
    subject_kind = models.CharField(max_length=60)
    subject_id = models.CharField(max_length=60)
    distributor_code = models.CharField(max_length=40, blank=True, db_index=True)
    reason = models.TextField(blank=True)
    figures = models.JSONField(default=dict)

    class Meta:
        indexes = [models.Index(fields=["subject_kind", "subject_id"], name="audit_by_subject")]

    def __str__(self) -> str:
        return f"{self.verb} {self.subject_id}"
