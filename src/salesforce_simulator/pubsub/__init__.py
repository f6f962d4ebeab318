"""The Pub/Sub API: the org's events over gRPC, as service eventbus.v1.PubSub.

messages.py (what travels) -> server.py (which method) -> access.py (who) -> subscription.py,
publishing.py, lookup.py (what)
"""
