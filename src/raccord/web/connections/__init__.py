"""The five steps: third-party connections, authorizations, field mapping, data integrations.

One module per screen; each loads, calls `raccord.connections` (or `alerts`, `sync`) and renders.
"""
