"""For machines that watch: is the web process alive, is it ready, and the figures of the flow.

Answered by ``probes``, before everything that serves people, with what ``readiness`` and
``metrics`` found.
"""
