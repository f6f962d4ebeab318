"""Authorizations, connections, data transfers, field mappings and integrations.

What a person sets up in the five steps. The flow (`sync`) reads it; it never changes it, except
for the state of an integration that errors suspended.
"""
