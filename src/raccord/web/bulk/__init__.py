"""Acts on many contacts: choose what to do, see what will happen, confirm, watch, read the result.

A run has one address from the first click to the last line of its result; what stands there
depends on how far it is (`runs.py`).
"""
