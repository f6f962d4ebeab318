from django.db import migrations

# What `search_text.words` takes for the end of a word, as a class of a regular expression:
# `translate` with that many signs takes three times as long for text beyond ASCII.
ENDS = (
    r"[!\"#$%&''()*+,\-./:;<=>?@\[\\\]\^_`{|}~«»“”‘’–—…¿¡"
    r"\s\x1c-\x1f\u0085\u1680\u2028\u2029]+"
)
WORDS = f"""
CREATE OR REPLACE FUNCTION raccord_words(project bigint, given text) RETURNS tsvector
LANGUAGE sql IMMUTABLE PARALLEL SAFE RETURN
array_to_tsvector(array_append(array_remove(string_to_array(
    regexp_replace(given, '{ENDS}', ' ', 'g'), ' '), ''), '#' || project::text));
"""
# What an interrupted build left goes as well.
NO_INDEX = "DROP INDEX CONCURRENTLY IF EXISTS contact_words"
# A short list of new entries, since every search looks through it.
INDEX = """
CREATE INDEX CONCURRENTLY contact_words ON contacts_contact
USING gin (raccord_words(project_id, search_text)) WITH (gin_pending_list_limit = 1024)
WHERE deleted_at IS NULL;
"""


class Migration(migrations.Migration):
    """Search by words through an index, with words found in a third of the time.

    Contacts are read and written meanwhile, so nothing locks their table, and no transaction is
    around it all. Interrupted, it can run again.
    """

    atomic = False
    dependencies = [("contacts", "0013_parts_of_texts")]

    operations = [
        migrations.RunSQL(NO_INDEX, migrations.RunSQL.noop),
        migrations.RunSQL(WORDS, migrations.RunSQL.noop),
        migrations.RunSQL(INDEX, NO_INDEX),
    ]
