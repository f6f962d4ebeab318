// What the platform checks of a record before it writes it. Each check answers `{code, message, fields}` or null.
import { Decimal } from '../values/numbers.mjs';

/** The first thing wrong with a record that is to be inserted or updated; null if nothing is. */
export function firstProblem(machine, record, { isInsert }) {
  return (
    missing(record, isInsert) ??
    tooLong(record) ??
    notInList(record) ??
    badEmail(record) ??
    badReference(machine, record) ??
    tooLarge(record) ??
    duplicate(machine, record)
  );
}

function missing(record, isInsert) {
  const lacking = [...record.schema.fields.entries()]
    .filter(([key, field]) => {
      if (!field.required || field.type === 'Boolean') return false;
      const value = record.fields.get(key);
      return isInsert
        ? value === undefined || value === null || value === ''
        : record.fields.has(key) && (value === null || value === '');
    })
    .map(([, field]) => field.name);
  if (!lacking.length) return null;
  return {
    code: 'REQUIRED_FIELD_MISSING',
    message: `Required fields are missing: [${lacking.join(', ')}]`,
    fields: lacking
  };
}

function tooLong(record) {
  return firstField(
    record,
    (field, value) => typeof value === 'string' && field.length && value.length > field.length,
    (field, value) => ({
      code: 'STRING_TOO_LONG',
      message: `${field.name}: data value too large: ${value.slice(0, 60)} (max length=${field.length})`,
      fields: [field.name]
    })
  );
}

function notInList(record) {
  return firstField(
    record,
    (field, value) =>
      field.picklist?.restricted && value !== null && !field.picklist.values.includes(value),
    (field, value) => ({
      code: 'INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST',
      message: `${field.name}: bad value for restricted picklist field: ${value}`,
      fields: [field.name]
    })
  );
}

function badEmail(record) {
  const looksWrong = (value) =>
    typeof value === 'string' && value !== '' && !/^[^\s@]+@[^\s@]+\.[^\s@.]+$/.test(value);
  return firstField(
    record,
    (field, value) => field.type === 'Email' && looksWrong(value),
    (field, value) => ({
      code: 'INVALID_EMAIL_ADDRESS',
      message: `${field.name}: invalid email address: ${value}`,
      fields: [field.name]
    })
  );
}

/** A reference must lead to a record that is there, of the right object; custom settings point at users, profiles or the org. */
function badReference(machine, record) {
  const isBroken = (field, value) => {
    const target =
      field.type === 'Reference' && value ? machine.org.schema(field.target ?? '') : null;
    return target && !machine.org.store.row(target, value);
  };
  return firstField(record, isBroken, (field, value) => ({
    code: 'INVALID_CROSS_REFERENCE_KEY',
    message: `invalid cross reference id: ${value}`,
    fields: [field.name]
  }));
}

function tooLarge(record) {
  const overflows = (field, value) =>
    value instanceof Decimal &&
    field.precision &&
    String(value.whole()).replace('-', '').length > field.precision - (field.scale ?? 0);
  return firstField(record, overflows, (field) => ({
    code: 'NUMBER_OUTSIDE_VALID_RANGE',
    message: `${field.name}: value outside of valid range on numeric field`,
    fields: [field.name]
  }));
}

function duplicate(machine, record) {
  const { store } = machine.org;
  const isTaken = (field, value) => {
    if (!field.unique || value === null) return false;
    const key = (one) => (field.caseSensitive ? one : String(one).toLowerCase());
    return store
      .rows(record.schema)
      .some(
        (row) =>
          row.get('id') !== record.id &&
          row.get(field.name.toLowerCase()) !== null &&
          row.get(field.name.toLowerCase()) !== undefined &&
          key(row.get(field.name.toLowerCase())) === key(value)
      );
  };
  return (
    firstField(record, isTaken, (field) => ({
      code: 'DUPLICATE_VALUE',
      message: `duplicate value found: ${field.name} duplicates value on record with id: <unknown>`,
      fields: [field.name]
    })) ?? duplicateSetting(store, record)
  );
}

/** A hierarchy setting has one record for each owner. */
function duplicateSetting(store, record) {
  if (!record.schema.isCustomSetting || record.schema.isListSetting) return null;
  const owner = record.fields.get('setupownerid');
  const taken =
    owner &&
    store
      .rows(record.schema)
      .some((row) => row.get('id') !== record.id && row.get('setupownerid') === owner);
  if (!taken) return null;
  return {
    code: 'DUPLICATE_VALUE',
    message: 'duplicate value found: SetupOwnerId duplicates value on record with id: <unknown>',
    fields: ['SetupOwnerId']
  };
}

function firstField(record, isWrong, describe) {
  for (const [key, value] of record.fields) {
    const field = record.schema.field(key);
    if (field && isWrong(field, value)) return describe(field, value);
  }
  return null;
}
