// Upsert: which records exist already, by Id or by an external id.

/** Sets `created` of each outcome, and the Id of records found by the external id. */
export function targetsOf(machine, outcomes, externalId) {
  const [
    {
      record: { schema }
    }
  ] = outcomes;
  const key = (externalId ?? 'Id').split('.').pop().toLowerCase();
  const field = schema.field(key);
  if (!field || (key !== 'id' && !field.externalId)) {
    machine.raise(
      'System.DmlException',
      `Invalid field for upsert, must be an External Id custom or standard indexed field: ${externalId}`
    );
  }
  for (const outcome of outcomes) {
    if (key === 'id') outcome.created = !outcome.record.id;
    else matchByExternalId(machine, outcome, key);
  }
}

function matchByExternalId(machine, outcome, key) {
  const { record } = outcome;
  const wanted = record.fields.get(key) ?? null;
  if (wanted === null) {
    outcome.error = {
      code: 'MISSING_ARGUMENT',
      message: `${record.schema.field(key).name} not specified`,
      fields: []
    };
    return;
  }
  const found = machine.org.store
    .rows(record.schema)
    .filter((row) => String(row.get(key)).toLowerCase() === String(wanted).toLowerCase());
  if (found.length > 1)
    outcome.error = {
      code: 'DUPLICATE_EXTERNAL_ID',
      message: 'more than one record found for external id field',
      fields: []
    };
  outcome.created = found.length === 0;
  if (found.length === 1) record.fields.set('id', found[0].get('id'));
}
