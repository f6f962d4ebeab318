"""OAuth 2.0 as a Salesforce org speaks it.

`grants.py` keeps apps, approvals and tokens; `authorize.py` is the browser's side of the web-server
flow; `token.py` answers every grant type; `identity.py` says who a token belongs to and takes
tokens back.
"""
