"""A stateful look-alike of a Salesforce org, for the demo, the tests and everyone without one.

It speaks HTTP only and knows nothing of the program that calls it. The way of a request:

    server     waitress on a thread or as a process (`__main__` is the command line)
    app        routing, faults, session check, headers, the list of calls
    routes     which function answers which address
    oauth/     sign in, consent, tokens          rest/   the resources under /services/data
    pages/     the records, for people           control the simulator's own addresses
    org        the state: schema/, store, transaction, validation, references, rules, users
    soql/      queries                           journal what outlives the process

`README.md` beside this file says what is simulated and how far.
"""
