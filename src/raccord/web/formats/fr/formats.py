"""French as Québec writes it: 2 novembre 2026 à 14 h 30, and no line breaks inside.

Office québécois de la langue française, Vitrine linguistique, “Date” and “Heure”. The rest, such
as the decimal comma and the no-break space between thousands, is Django's own French.
"""

_NO_BREAK = "\N{NO-BREAK SPACE}"

TIME_FORMAT = rf"G{_NO_BREAK}\h{_NO_BREAK}i"
DATE_FORMAT = f"j{_NO_BREAK}F{_NO_BREAK}Y"
DATETIME_FORMAT = rf"{DATE_FORMAT} \à{_NO_BREAK}{TIME_FORMAT}"
SHORT_DATE_FORMAT = f"j{_NO_BREAK}N{_NO_BREAK}Y"
SHORT_DATETIME_FORMAT = f"{SHORT_DATE_FORMAT}, {TIME_FORMAT}"
MONTH_DAY_FORMAT = f"j{_NO_BREAK}F"
YEAR_MONTH_FORMAT = f"F{_NO_BREAK}Y"
DATE_INPUT_FORMATS = ["%Y-%m-%d", "%d/%m/%Y"]
