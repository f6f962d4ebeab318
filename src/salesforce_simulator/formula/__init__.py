"""Formulas, as administrators write them in fields, validation rules and triggers.

    text -> lexer -> parser -> syntax -> compiled, with functions -> a value per row

A formula field is evaluated when it is read, so its value changes without its record changing.
"""
