"""Background runs and how far they are."""

from django.db import models


class Run(models.Model):
    """
    One run of a piece of work over many records, in chunks that each commit.

    A run is found again by its key, so that a second start continues and never doubles.
    """

    class State(models.TextChoices):
        """running → done or failed; failed runs continue when started again."""

        RUNNING = "running"
        DONE = "done"
        FAILED = "failed"

    kind = models.CharField(max_length=60)
    key = models.CharField(max_length=120)
    state = models.CharField(max_length=10, choices=State.choices, default=State.RUNNING)
    done = models.PositiveIntegerField(default=0)
    total = models.PositiveIntegerField(default=0)
    last_key = models.CharField(max_length=120, blank=True)  # the last chunk that is committed
    started_at = models.DateTimeField()
    heartbeat_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True, blank=True)
    message = models.TextField(blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["kind", "key"], name="run_once")]

    def __str__(self) -> str:
        return f"{self.kind} {self.key} {self.state}"
