"""Pages of this room: reports by week, a file on its way in, one report, shipments."""
