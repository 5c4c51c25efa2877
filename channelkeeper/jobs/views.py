"""The page of background runs."""

from django.http import HttpResponse
from django.shortcuts import render

from channelkeeper.access import doors
from channelkeeper.jobs import queries
from channelkeeper.jobs.rules import SEEN_BY


@doors.page(SEEN_BY)
def runs(request: doors.ActorRequest) -> HttpResponse:
    """Show the latest runs and how far they are."""
    found = queries.runs(request.actor)
    going = sum(run.state == "running" for run in found)
    failed = sum(run.state == "failed" for run in found)
    return render(request, "jobs/runs.html", {"runs": found, "going": going, "failed": failed})
