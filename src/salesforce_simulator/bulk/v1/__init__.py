"""Bulk API 1.0, /services/async: a job takes batches, each batch has a result of its own.

    model.py     a job and its batches
    notation.py  what jobs, batches and refusals look like in XML and in JSON
    jobs.py      create, show, close, abort a job
    batches.py   add, list, show a batch; its request and its results
    work.py      what a batch does to the records, or reads of them
    records.py   batches as they arrive: CSV, XML, JSON
    results.py   results as they are fetched: CSV, XML, JSON
    chunks.py    a query cut into batches by record ids

It shares with Bulk API 2.0 how a row is written (`bulk/rows.py`) and how jobs are kept.
"""
