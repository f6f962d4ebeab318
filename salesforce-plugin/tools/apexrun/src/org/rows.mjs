// From the record in somebody's hands to the row that will be stored: `{schema, old, next}`.
import { ApexDatetime } from '../values/objects.mjs';
import { Rec } from '../values/records.mjs';
import { valueFromText } from './fields.mjs';

/** The change that an operation means for one record; sets `outcome.error` where the record is not there. */
export function prepared(machine, outcome, operation) {
  const { record } = outcome;
  const { schema } = record;
  if (operation === 'insert')
    return { schema, old: null, next: new Rec(schema, withDefaults(machine, record)) };
  if (!record.id) {
    outcome.error = {
      code: 'MISSING_ARGUMENT',
      message: 'Id not specified in an update call',
      fields: []
    };
    return null;
  }
  const row = machine.org.store.table(schema).get(record.id);
  const isDeleted = Boolean(row?.get('isdeleted'));
  if (!row || isDeleted !== (operation === 'undelete')) {
    outcome.error =
      operation === 'undelete'
        ? { code: 'UNDELETE_FAILED', message: 'Entity is not in the recycle bin', fields: [] }
        : { code: 'ENTITY_IS_DELETED', message: 'entity is deleted', fields: [] };
    return null;
  }
  const old = new Rec(schema, new Map(row));
  const next = new Rec(schema, new Map(row));
  if (operation === 'update')
    for (const [name, value] of record.fields)
      if (schema.field(name)) next.fields.set(name, trimmed(schema.field(name), value));
  return { schema, old, next };
}

function withDefaults(machine, record) {
  const { schema } = record;
  const fields = new Map();
  for (const [name, value] of record.fields)
    if (schema.field(name)) fields.set(name, trimmed(schema.field(name), value));
  for (const [key, field] of schema.fields) {
    if (fields.has(key)) continue;
    const preset = field.picklist?.default ?? field.defaultValue;
    if (preset !== null && preset !== undefined) fields.set(key, valueFromText(field, preset));
    else if (field.type === 'Boolean') fields.set(key, false);
  }
  if (schema.field('OwnerId') && !fields.get('ownerid')) fields.set('ownerid', machine.userId);
  if (schema.name === 'Lead' && !fields.get('status')) fields.set('status', 'Open - Not Contacted');
  if (schema.isCustomSetting && !schema.isListSetting && !fields.get('setupownerid'))
    fields.set('setupownerid', machine.org.organizationId);
  return fields;
}

/** Text fields lose the spaces around them, and an empty text is stored as null. */
function trimmed(field, value) {
  if (typeof value !== 'string') return value;
  const text = value.trim();
  return text === '' ? null : text;
}

/** Sets what the system sets: who and when, the full name, the auto-number. */
export function stamp(machine, { schema, next, old }, operation) {
  const fields = next.fields;
  const moment = new ApexDatetime(machine.org.now());
  if (operation === 'insert') {
    fields.set('createddate', fields.get('createddate') ?? moment);
    fields.set('createdbyid', machine.userId);
    fields.set('isdeleted', false);
    if (schema.autoNumber)
      fields.set(
        'name',
        schema.autoNumber.replace(
          /\{0+\}/,
          String(machine.org.store.table(schema).size + 1).padStart(4, '0')
        )
      );
    else if (schema.isCustom && !fields.get('name')) fields.set('name', next.id);
  }
  if (operation === 'delete') fields.set('isdeleted', true);
  if (operation === 'undelete') fields.set('isdeleted', false);
  fields.set('lastmodifieddate', moment);
  fields.set('lastmodifiedbyid', machine.userId);
  fields.set('systemmodstamp', moment);
  if (schema.field('LastName'))
    fields.set('name', [fields.get('firstname'), fields.get('lastname')].filter(Boolean).join(' '));
  if (old === null && schema.name === 'User')
    fields.set('isactive', fields.get('isactive') || true);
}
