from django.db import migrations

PARTS = """
CREATE FUNCTION raccord_parts(given text) RETURNS text[]
LANGUAGE sql IMMUTABLE PARALLEL SAFE RETURN (
    SELECT coalesce(array_agg(DISTINCT substr(folded, place, 3)), '{}')
    FROM (SELECT raccord_folded(given)) AS text (folded),
        generate_series(1, char_length(folded) - 2) AS place
);
"""


class Migration(migrations.Migration):
    """What an index needs to find who contains something; see `lists/expressions.Form.PARTS`."""

    dependencies = [("contacts", "0012_list_indexes")]

    operations = [migrations.RunSQL(PARTS, "DROP FUNCTION raccord_parts(text)")]
