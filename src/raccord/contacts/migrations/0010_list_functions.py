from django.db import migrations

# The marks that `search_text.folded` strips.
MARKS = (
    r"[\u0300-\u036f\u0483-\u0489\u0591-\u05c7\u0610-\u061a\u064b-\u065f\u0670"
    r"\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f]+"
)

# Not STRICT, so that the planner puts their bodies where they are called.
FUNCTIONS = """
CREATE FUNCTION raccord_folded(given text) RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE RETURN
CASE WHEN octet_length(given) = char_length(given) THEN lower(given COLLATE "C") COLLATE "C"
ELSE replace(replace(
    lower(regexp_replace(normalize(given, NFKD), '{marks}', '', 'g') COLLATE {collation}),
    'ß', 'ss'), 'ς', 'σ') COLLATE "C" END;

CREATE FUNCTION raccord_sort_text(given text) RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE RETURN
"left"(raccord_folded("left"(given, 60)), 60);

CREATE FUNCTION raccord_number(given text) RETURNS numeric
LANGUAGE sql IMMUTABLE PARALLEL SAFE RETURN
CASE WHEN given ~ '^-?[0-9]{{1,40}}([.][0-9]{{1,40}})?$' THEN given::numeric END;
"""
DROPPED = """
DROP FUNCTION raccord_number(text);
DROP FUNCTION raccord_sort_text(text);
DROP FUNCTION raccord_folded(text);
"""
# The first of these that the server has knows the small letters of every script.
COLLATIONS = ("pg_c_utf8", "und-x-icu", "C.utf8", "C.UTF-8", "en_US.utf8", "en_US.UTF-8")


def create_functions(apps, schema_editor):
    with schema_editor.connection.cursor() as cursor:
        cursor.execute(
            "SELECT collname FROM pg_collation WHERE collname = ANY(%s) "
            "AND collencoding IN (-1, (SELECT encoding FROM pg_database "
            "WHERE datname = current_database()))",
            [list(COLLATIONS)],
        )
        known = {row[0] for row in cursor.fetchall()}
        best = next((name for name in COLLATIONS if name in known), "default")
        cursor.execute(FUNCTIONS.format(marks=MARKS, collation=f'"{best}"'))


class Migration(migrations.Migration):
    """Values as lists compare and sort them; see `contacts/lists/expressions.py`."""

    dependencies = [("contacts", "0009_bulk_and_exports")]

    operations = [
        migrations.RunPython(create_functions, migrations.RunPython.noop),
        migrations.RunSQL(migrations.RunSQL.noop, DROPPED),
    ]
