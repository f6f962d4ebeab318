"""One folder per third party. A connector talks; it never decides, stores or waits.

`base.py` is the contract, `memory/` the reference implementation to read first, and
`registry.py` finds connectors (also those that another package brings) by entry point.
Adding a connector touches one folder and nothing else: the contract tests walk the registry.
"""
