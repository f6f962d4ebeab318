"""Bulk API 2.0: many records by CSV file, written or read by a job that is asked how it gets on.

    jobs.py        what a job is, and the jobs of an org
    csv_form.py    the CSV rules of both directions
    ingest.py      /jobs/ingest: create, upload, close, ask, results, delete
    writing.py     what an ingest job does to the records
    reading.py     /jobs/query: the same life, the other way

Jobs live in memory: a restart forgets them, as the platform does after a week.
"""
