// SObject, custom settings, custom metadata, and the describe calls.
import { Gap } from '../problems.mjs';
import { ApexList, ApexMap } from '../values/collections.mjs';
import { EnumValue, Native } from '../values/objects.mjs';
import { Rec } from '../values/records.mjs';
import { putValue, readValue } from '../org/fields.mjs';

/** `Contact.SObjectType`. */
export function typeToken(schema) {
  const token = new Native('Schema.SObjectType', { schema, text: schema.name });
  token.token = `type ${schema.name}`;
  return token;
}

function fieldToken(schema, field) {
  const token = new Native('Schema.SObjectField', { schema, field, text: field.name });
  token.token = `field ${schema.name}.${field.name}`;
  return token;
}

/** What a dotted path of an object means: its token, a field's token, its describe; undefined where it may go on. */
export function recordToken(machine, parts) {
  const [first, second, third] = parts.map((one) => (one instanceof Native ? one : String(one).toLowerCase()));
  if (first === 'sobjecttype' && second && !third) return describeOf(machine.org.schema(second));
  if (first instanceof Native) return memberOf(first, second);
  const schema = second === undefined ? null : machine.org.schema(first);
  if (!schema) return undefined;
  if (second === 'sobjecttype') return typeToken(schema);
  if (second === 'fields') return new Native('fields', { schema });
  const field = schema.field(second);
  return field && parts.length === 2 ? fieldToken(schema, field) : undefined;
}

/** `describe.fields.Email`: fields of a describe, then one by name. */
function memberOf(target, key) {
  if (target.type === 'Schema.DescribeSObjectResult' && key === 'fields') return new Native('fields', { schema: target.state.schema });
  if (target.type === 'fields') {
    const field = target.state.schema.field(key);
    return field ? fieldToken(target.state.schema, field) : undefined;
  }
  return undefined;
}

function describeOf(schema) {
  if (!schema) throw new Gap('a describe of an unknown object');
  return new Native('Schema.DescribeSObjectResult', { schema });
}

/** `Setting__c.getOrgDefaults()` and the like; undefined when the name is no such method. */
export function recordStatics(machine, schema, name, args) {
  if (name === 'getsobjecttype' && !args.length) return typeToken(schema);
  if (schema.isMetadata) return metadataStatics(machine, schema, name, args);
  if (!schema.isCustomSetting) return undefined;
  if (schema.isListSetting) return listSetting(machine, schema, name, args);
  if (name === 'getorgdefaults' && !args.length) return settingFor(machine, schema, [machine.org.organizationId]) ?? emptySetting(machine, schema);
  if (name === 'getvalues' && args.length === 1) return settingFor(machine, schema, [args[0]]);
  if (name === 'getinstance' && args.length <= 1) {
    const userId = args[0] ?? machine.userId;
    const profileId = machine.org.user(userId)?.get('profileid') ?? null;
    return settingFor(machine, schema, [userId, profileId, machine.org.organizationId]) ?? emptySetting(machine, schema, userId);
  }
  return undefined;
}

/** The first owner that has a record decides; merging field by field across levels is not modelled. */
function settingFor(machine, schema, owners) {
  const rows = machine.org.store.rows(schema);
  const found = owners.map((owner) => rows.find((row) => row.get('setupownerid') === owner)).filter(Boolean);
  if (found.length > 1) throw new Gap('a custom setting with records at several levels');
  return found.length ? machine.org.store.record(schema, found[0]) : null;
}

/** "If no custom setting data is defined, this method returns a new custom setting object" (Apex Reference, getOrgDefaults). */
function emptySetting(machine, schema, owner = machine.org.organizationId) {
  return new Rec(schema, new Map([['setupownerid', owner]]));
}

function listSetting(machine, schema, name, args) {
  const rows = machine.org.store.rows(schema);
  if (name === 'getall') return byName(rows.map((row) => machine.org.store.record(schema, row)), 'name');
  if (name !== 'getinstance' && name !== 'getvalues') return undefined;
  const row = rows.find((one) => one.get('name') === args[0]);
  return row ? machine.org.store.record(schema, row) : null;
}

function metadataStatics(machine, schema, name, args) {
  const records = machine.org.store.rows(schema).map((row) => machine.org.store.record(schema, row));
  if (name === 'getall' && !args.length) return byName(records, 'developername');
  if (name === 'getinstance' && args.length === 1) {
    return records.find((one) => one.fields.get('developername') === args[0] || one.id === args[0]) ?? null;
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

/** Fields by name, as getMap() answers them: keys in small letters. */
function fieldMap(schema) {
  const map = new ApexMap();
  for (const [key, field] of schema.fields) map.put(key, fieldToken(schema, field));
  return map;
}

const DISPLAY_TYPES = ['ADDRESS', 'BOOLEAN', 'CURRENCY', 'DATE', 'DATETIME', 'DOUBLE', 'EMAIL', 'ID', 'INTEGER', 'LOCATION', 'PHONE', 'PICKLIST', 'REFERENCE', 'STRING', 'TEXTAREA', 'URL'];

function displayType(field) {
  const name = { Number: 'DOUBLE' }[field.type] ?? field.type.toUpperCase();
  return new EnumValue('DisplayType', name, DISPLAY_TYPES.indexOf(name));
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
      'clone(Boolean, Boolean, Boolean, Boolean)': (m, record, preserveId) => clone(record, preserveId),
      'addError(String)': (m, record, message) => addError(record, message),
      'addError(Object, String)': (m, record, field, message) => addError(record, message, [nameOf(field)]),
      'hasErrors()': (m, record) => record.errors.length > 0,
    },
  },
  AggregateResult: {
    methods: { 'get(String)': (m, row, name) => row.state.values.get(name.toLowerCase()) ?? null },
  },
  SObjectType: {
    methods: {
      'getDescribe()': (m, token) => describeOf(token.state.schema),
      'newSObject()': (m, token) => new Rec(token.state.schema),
      'newSObject(Id)': (m, token, id) => new Rec(token.state.schema, new Map([['id', id]])),
      'toString()': (m, token) => token.state.schema.name,
    },
  },
  SObjectField: {
    methods: {
      'getDescribe()': (m, token) => new Native('Schema.DescribeFieldResult', token.state),
      'toString()': (m, token) => token.state.field.name,
    },
  },
  DescribeSObjectResult: {
    methods: {
      'getName()': (m, self) => self.state.schema.name,
      'getLabel()': (m, self) => self.state.schema.label,
      'getKeyPrefix()': (m, self) => self.state.schema.prefix,
      'getSObjectType()': (m, self) => typeToken(self.state.schema),
      'isCustomSetting()': (m, self) => self.state.schema.isCustomSetting,
      'isAccessible()': (m, self) => m.org.rightsOf(m.userId).mayObject(self.state.schema, 'allowRead'),
      'isCreateable()': (m, self) => m.org.rightsOf(m.userId).mayObject(self.state.schema, 'allowCreate'),
      'isUpdateable()': (m, self) => m.org.rightsOf(m.userId).mayObject(self.state.schema, 'allowEdit'),
      'isDeletable()': (m, self) => m.org.rightsOf(m.userId).mayObject(self.state.schema, 'allowDelete'),
    },
  },
  DescribeFieldResult: {
    methods: {
      'getName()': (m, self) => self.state.field.name,
      'getLength()': (m, self) => self.state.field.length ?? 0,
      'isAccessible()': (m, self) => m.org.rightsOf(m.userId).mayField(self.state.schema, self.state.field, 'readable'),
      'isUpdateable()': (m, self) => m.org.rightsOf(m.userId).mayField(self.state.schema, self.state.field, 'editable'),
      'isCustom()': (m, self) => self.state.field.isCustom,
      'getType()': (m, self) => displayType(self.state.field),
      'getSObjectField()': (m, self) => fieldToken(self.state.schema, self.state.field),
    },
  },
  DisplayType: { values: DISPLAY_TYPES },
  fields: { methods: { 'getMap()': (m, self) => fieldMap(self.state.schema) } },
  Schema: {
    statics: {
      'getGlobalDescribe()': (m) => {
        const map = new ApexMap();
        for (const [key, schema] of m.org.schemas) map.put(key, typeToken(schema));
        return map;
      },
      'describeSObjects(List<String>)': (m, names) => new ApexList(names.items.map((name) => {
        const schema = m.org.schema(name);
        return schema ? describeOf(schema) : m.raise('System.InvalidParameterValueException', `sObject type "${name}" is not supported.`);
      })),
    },
  },
};
