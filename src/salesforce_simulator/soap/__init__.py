"""The SOAP API, partner and enterprise: what older clients sign in with, and some do all with.

    envelope.py    reading a request, writing an answer or a fault
    endpoint.py    from the address to the operation
    asked.py       one request: its session, its headers, its way to the REST resources
    records.py     records as elements, both ways
    login.py       log-in, logout, who am I, what time is it
    finding.py     query, queryMore, queryAll, retrieve, search, getUpdated, getDeleted
    saving.py      create, update, upsert, delete, undelete, emptyRecycleBin
    lifecycle.py   merge, convertLead
    describing.py  describeGlobal, describeSObject, describeSObjects

What REST does as well is asked of the REST resources and told in elements: one org, one behaviour.
"""
