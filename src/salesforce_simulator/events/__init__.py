"""Change Data Capture: what the org tells its subscribers after each commit.

    committed transaction -> changes.py -> bus.py -> (a subscriber asks) -> encoding.py

`pubsub/` delivers it over gRPC. A commit costs a few tuples; Avro is written when somebody reads.
"""
