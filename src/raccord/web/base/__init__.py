"""The frame that every screen stands in: page, pop-up, form fields and the small pieces.

`templates/base.html` says at its top how a screen uses it.
"""
