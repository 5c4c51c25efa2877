"""Addresses of this room, below /reports/."""

from django.urls import path

from channelkeeper.stock.views import bands, counts, days, intake, rates, reports, sell_in, shipments

urlpatterns = [
    path("", reports.week, name="reports"),
    path("new/", intake.upload, name="upload"),
    path("search/", intake.search, name="search"),
    path("intake/<int:pk>/", intake.intake, name="intake"),
    path("intake/<int:pk>/mend/", intake.mend, name="mend"),
    path("intake/<int:pk>/answer/", intake.answer, name="answer"),
    path("intake/<int:pk>/take-in/", intake.take_in, name="take_in"),
    path("intake/<int:pk>/drop/", intake.drop, name="drop"),
    path("shipments/", shipments.listed, name="shipments"),
    path("shipments/import/", shipments.import_file, name="shipments_import"),
    path("shipments/template/", shipments.template, name="shipments_template"),
    path("shipments/<str:number>/received/", shipments.received, name="received"),
    path("rates/", rates.listed, name="rates"),
    path("reminders/", rates.reminders, name="reminders"),
    path("sell-in/import/", sell_in.import_file, name="sell_in_import"),
    path("sell-in/template/", sell_in.template, name="sell_in_template"),
    path("to-count/", counts.to_count, name="to_count"),
    path("counts/", counts.listed, name="counts"),
    path("counts/new/", counts.new, name="count_new"),
    path("counts/import/", counts.import_file, name="counts_import"),
    path("counts/template/", counts.template, name="counts_template"),
    path("counts/<int:pk>/", counts.count, name="count"),
    path("counts/<int:pk>/withdraw/", counts.withdraw, name="count_withdraw"),
    path("bands/", bands.listed, name="bands"),
    path("bands/new/", bands.new, name="band_new"),
    path("bands/import/", bands.import_file, name="bands_import"),
    path("bands/template/", bands.template, name="bands_template"),
    path("bands/<int:band_id>/end/", bands.end, name="band_end"),
    path("days/", days.days, name="days"),
    path("days/<str:code>/<str:product>/", days.product_days, name="product_days"),
    path("turnover/", days.turnover_page, name="turnover"),
    path("codes/<str:code>/", reports.codes, name="codes"),
    path("codes/<str:code>/<int:pk>/withdraw/", reports.withdraw_code, name="withdraw_code"),
    path("codes/<str:code>/units/<int:pk>/withdraw/", reports.withdraw_unit, name="withdraw_unit"),
    path("<str:code>/<str:week>/", reports.report, name="report"),
    path("<str:code>/<str:week>/<int:version>/file/", reports.file, name="file"),
]
