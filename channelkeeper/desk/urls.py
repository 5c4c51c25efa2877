"""Addresses of the desk: the first page, and what leads from it."""

from django.urls import path

from channelkeeper.desk.views import distributor, distributors, monday, overview, search

urlpatterns = [
    path("", monday.monday, name="monday"),
    path("distributors/", distributors.distributors, name="distributors"),
    path("distributors/<str:code>/", distributor.distributor, name="distributor"),
    path("distributors/<str:code>/brief/", monday.brief, name="brief"),
    path("distributors/<str:code>/products/<str:product>/chart.json", distributor.chart, name="chart"),
    path("overview/", overview.overview, name="overview"),
    path("search/", search.search, name="search"),
]
