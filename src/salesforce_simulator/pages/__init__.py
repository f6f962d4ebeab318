"""Pages for people: signing in and consenting, and the records as a sales representative sees them.

`layout` is the frame of every page, `visitor` who looks at it and in which language, `texts` the
French of what it says. `oauth/authorize.py` and `views.py` fill it.
"""
