// SObject, custom settings and custom metadata.
import { Gap } from '../problems.mjs';
import { ApexMap } from '../values/collections.mjs';
import { Native } from '../values/objects.mjs';
import { Rec } from '../values/records.mjs';
import { putValue, readValue } from '../org/fields.mjs';
import { typeToken } from './describe.mjs';

/** `Setting__c.getOrgDefaults()` and the like; undefined when the name is no such method. */
export function recordStatics(machine, schema, name, args) {
  if (name === 'getsobjecttype' && !args.length) return typeToken(schema);
  if (schema.isMetadata) return metadataStatics(machine, schema, name, args);
  if (!schema.isCustomSetting) return undefined;
  if (schema.isListSetting) return listSetting(machine, schema, name, args);
  if (name === 'getorgdefaults' && !args.length)
    return (
      settingFor(machine, schema, [machine.org.organizationId]) ?? emptySetting(machine, schema)
    );
  if (name === 'getvalues' && args.length === 1) return settingFor(machine, schema, [args[0]]);
  if (name === 'getinstance' && args.length <= 1) {
    const userId = args[0] ?? machine.userId;
    const profileId = machine.org.user(userId)?.get('profileid') ?? null;
    return (
      settingFor(machine, schema, [userId, profileId, machine.org.organizationId]) ??
      emptySetting(machine, schema, userId)
    );
  }
  return undefined;
}

/** The first owner that has a record decides; merging field by field across levels is not modelled. */
function settingFor(machine, schema, owners) {
  const rows = machine.org.store.rows(schema);
  const found = owners
    .map((owner) => rows.find((row) => row.get('setupownerid') === owner))
    .filter(Boolean);
  if (found.length > 1) throw new Gap('a custom setting with records at several levels');
  return found.length ? machine.org.store.record(schema, found[0]) : null;
}

/** "If no custom setting data is defined, this method returns a new custom setting object" (Apex Reference, getOrgDefaults). */
function emptySetting(machine, schema, owner = machine.org.organizationId) {
  return new Rec(schema, new Map([['setupownerid', owner]]));
}

function listSetting(machine, schema, name, args) {
  const rows = machine.org.store.rows(schema);
  if (name === 'getall')
    return byName(
      rows.map((row) => machine.org.store.record(schema, row)),
      'name'
    );
  if (name !== 'getinstance' && name !== 'getvalues') return undefined;
  const row = rows.find((one) => one.get('name') === args[0]);
  return row ? machine.org.store.record(schema, row) : null;
}

function metadataStatics(machine, schema, name, args) {
  const records = machine.org.store
    .rows(schema)
    .map((row) => machine.org.store.record(schema, row));
  if (name === 'getall' && !args.length) return byName(records, 'developername');
  if (name === 'getinstance' && args.length === 1) {
    return (
      records.find((one) => one.fields.get('developername') === args[0] || one.id === args[0]) ??
      null
    );
  }
  return undefined;
}

function byName(records, field) {
  const map = new ApexMap();
  for (const record of records) map.put(record.fields.get(field), record);
  return map;
}

const nameOf = (field) => (field instanceof Native ? field.state.field.name : field);

function clone(record, preserveId) {
  const copy = record.copy();
  copy.queried = null;
  if (!preserveId) copy.fields.delete('id');
  return copy;
}

function addError(record, message, fields = []) {
  record.errors.push({ message, fields });
}

function populated(record) {
  const map = new ApexMap();
  for (const [key, value] of record.fields) map.put(record.schema.field(key)?.name ?? key, value);
  return map;
}

export const records = {
  SObject: {
    methods: {
      'get(Object)': (m, record, field) => readValue(m, record, nameOf(field)),
      'put(Object, Object)': (m, record, field, value) => {
        const before = record.fields.get(nameOf(field).toLowerCase()) ?? null;
        putValue(m, record, nameOf(field), value);
        return before;
      },
      'getSObject(String)': (m, record, name) => readValue(m, record, name),
      'getSObjectType()': (m, record) => typeToken(record.schema),
      'isSet(Object)': (m, record, field) => record.fields.has(nameOf(field).toLowerCase()),
      'isSet(String)': (m, record, field) => record.fields.has(field.toLowerCase()),
      'getPopulatedFieldsAsMap()': (m, record) => populated(record),
      'clone()': (m, record) => clone(record, false),
      'clone(Boolean)': (m, record, preserveId) => clone(record, preserveId),
      'clone(Boolean, Boolean)': (m, record, preserveId) => clone(record, preserveId),
      'clone(Boolean, Boolean, Boolean, Boolean)': (m, record, preserveId) =>
        clone(record, preserveId),
      'addError(String)': (m, record, message) => addError(record, message),
      'addError(Object, String)': (m, record, field, message) =>
        addError(record, message, [nameOf(field)]),
      'hasErrors()': (m, record) => record.errors.length > 0
    }
  },
  AggregateResult: {
    methods: { 'get(String)': (m, row, name) => row.state.values.get(name.toLowerCase()) ?? null }
  }
};
