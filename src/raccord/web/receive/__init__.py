"""The address that other systems post to: no screen, no session, JSON in and JSON out."""
