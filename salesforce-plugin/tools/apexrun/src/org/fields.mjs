// Reading and writing one field of a record, with the type and the rules of the field.
import { Gap } from '../problems.mjs';
import { Rec } from '../values/records.mjs';
import { ApexDate, ApexDatetime } from '../values/objects.mjs';
import { Decimal } from '../values/numbers.mjs';
import { coerce } from '../run/types.mjs';

/** The Apex type of a field. */
export function fieldType(field) {
  const name = field.isInteger ? 'integer' : (APEX_TYPES[field.type] ?? 'string');
  return { name, args: [], text: name };
}

const APEX_TYPES = {
  Boolean: 'boolean',
  Number: 'decimal',
  Date: 'date',
  Datetime: 'datetime',
  Id: 'id',
  Reference: 'id'
};

/** A record's field, or the record behind a relationship. */
export function readValue(machine, record, name) {
  const key = name.toLowerCase();
  const field = record.schema.field(key);
  if (!field) return readRelated(machine, record, name);
  refuseComputed(field);
  if (record.fields.has(key)) return record.fields.get(key);
  if (record.queried && !record.queried.has(key)) {
    machine.raise(
      'System.SObjectException',
      `SObject row was retrieved via SOQL without querying the requested field: ${record.schema.name}.${field.name}`
    );
  }
  return field.type === 'Boolean' && !record.queried ? unsetCheckbox(field, record) : null;
}

/** Fields that the platform works out from others, which apexrun does not. */
export function refuseComputed(field) {
  if (field.isFormula || field.type === 'Address')
    throw new Gap(`the computed field ${field.name}`);
}

/** A checkbox that was never set reads false. Where its default is true, what an unsaved record reads is not documented. */
function unsetCheckbox(field, record) {
  if (field.defaultValue === 'true' && !record.id)
    throw new Gap(`the unset checkbox ${field.name} whose default is true`);
  return false;
}

function readRelated(machine, record, name) {
  const key = name.toLowerCase();
  const relation = record.schema.relationships.get(key);
  if (!relation && !record.fields.has(key)) {
    machine.raise('System.SObjectException', `Invalid field ${name} for ${record.schema.name}`);
  }
  if (record.queried && !record.fields.has(key)) {
    machine.raise(
      'System.SObjectException',
      `SObject row was retrieved via SOQL without querying the requested field: ${record.schema.name}.${name}`
    );
  }
  return record.fields.get(key) ?? null;
}

/** Sets a field. Throws for unknown fields, read-only ones, and records that a trigger may only read. */
export function putValue(machine, record, name, value, { constructing = false } = {}) {
  if (record.readOnly) machine.raise('System.FinalException', 'Record is read-only');
  const key = name.toLowerCase();
  const field = record.schema.field(key);
  if (!field) return putRelated(machine, record, name, value);
  const isSystem = field.readOnly && !(field.name === 'Id');
  if (isSystem || field.isFormula) {
    // The compiler refuses `record.Name = …`, and at run time put() throws the same words.
    machine.raise('System.SObjectException', `Field ${field.name} is not editable`);
  }
  if (field.name === 'Id' && record.id && !constructing && record.id !== value) {
    machine.raise('System.SObjectException', 'Field Id is not editable');
  }
  const converted = coerce(machine, value, fieldType(field));
  record.fields.set(key, converted);
  return converted;
}

function putRelated(machine, record, name, value) {
  const relation = record.schema.relationships.get(name.toLowerCase());
  if (!relation || !(value === null || value instanceof Rec)) {
    machine.raise('System.SObjectException', `Invalid field ${name} for ${record.schema.name}`);
  }
  record.fields.set(name.toLowerCase(), value);
  return value;
}

/** A value from metadata text (a default, a custom metadata record) as the field holds it. */
export function valueFromText(field, text) {
  if (text === null || text === '') return null;
  switch (fieldType(field).name) {
    case 'boolean':
      return text.toLowerCase() === 'true';
    case 'decimal':
      return Decimal.parse(text)?.withScale(field.scale ?? 0) ?? formula(field, text);
    case 'integer':
      return Number(text);
    case 'datetime':
      return new ApexDatetime(Date.parse(text));
    case 'date':
      return new ApexDate(Math.floor(Date.parse(text) / 86400000));
    default:
      return /^".*"$|^'.*'$/s.test(text) ? text.slice(1, -1) : text;
  }
}

function formula(field, text) {
  throw new Gap(`the default value ${text} of ${field.name}`);
}
