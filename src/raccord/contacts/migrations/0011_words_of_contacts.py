from django.contrib.postgres.operations import AddIndexConcurrently, RemoveIndexConcurrently
from django.db import migrations, models
from django.db.models import Q

# What `search_text.words` takes for the end of a word; all ASCII signs but the quote, then it.
SIGNS = '!"#$%&()*+,-./:;<=>?@[\\]^_`{|}~«»“”‘’–—…¿¡'
SPACES = r"\n\t\r\f\v\x1c\x1d\x1e\x1f\u0085\u1680\u2028\u2029"

# An index takes 2,046 bytes in a word: see `search_text.LONGEST_WORD`.
# Committed piece after piece: nobody who writes a contact meanwhile waits for long.
BEARABLE = r"""
DO $$
DECLARE
    place bigint := 0;
    last bigint := (SELECT coalesce(max(id), 0) FROM contacts_contact);
BEGIN
    WHILE place < last LOOP
        UPDATE contacts_contact
        SET search_text = regexp_replace(
            "left"(search_text, 200000), '(\S{250}\S{250})', '\1 ', 'g')
        WHERE id > place AND id <= place + 5000
            AND (search_text ~ '\S{250}\S{250}' OR char_length(search_text) > 200000);
        COMMIT;
        place := place + 5000;
    END LOOP;
END $$
"""
WORDS = f"""
CREATE OR REPLACE FUNCTION raccord_words(project bigint, given text) RETURNS tsvector
LANGUAGE sql IMMUTABLE PARALLEL SAFE RETURN
array_to_tsvector(array_append(array_remove(string_to_array(
    translate(given, '{SIGNS}''' || E'{SPACES}', repeat(' ', {len(SIGNS) + 14})),
    ' '), ''), '#' || project::text));
"""


class Migration(migrations.Migration):
    """The list of living contacts through an index of its own; the words it is searched by.

    Contacts are read and written meanwhile, so nothing locks their table, and no transaction is
    around it all. Interrupted, it can run again. The index of the words follows in 0014.
    """

    atomic = False

    dependencies = [("contacts", "0010_list_functions")]

    operations = [
        migrations.RunSQL(BEARABLE, migrations.RunSQL.noop),
        migrations.RunSQL(WORDS, "DROP FUNCTION raccord_words(bigint, text)"),
        # What an interrupted build leaves is in the way of the next one.
        migrations.RunSQL(
            "DROP INDEX CONCURRENTLY IF EXISTS contact_changed", migrations.RunSQL.noop
        ),
        AddIndexConcurrently(
            model_name="contact",
            index=models.Index(
                condition=Q(deleted_at=None),
                fields=["project", "updated_at", "id"],
                name="contact_changed",
            ),
        ),
        RemoveIndexConcurrently(model_name="contact", name="contact_recent"),
    ]
