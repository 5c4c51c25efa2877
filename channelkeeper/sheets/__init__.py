"""Workbooks in and out: a guarded reader, header recognition, and a writer."""
