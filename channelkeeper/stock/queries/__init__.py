"""Reads of this room, by what is asked: reports, files on their way in, shipments, products, weeks in sums, orders."""
