// Tokens of objects and fields, and the describe calls.
import { Gap } from '../problems.mjs';
import { ApexList, ApexMap } from '../values/collections.mjs';
import { EnumValue, Native } from '../values/objects.mjs';
import { Rec } from '../values/records.mjs';

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
  const [first, second, third] = parts.map((one) =>
    one instanceof Native ? one : String(one).toLowerCase()
  );
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
  if (target.type === 'Schema.DescribeSObjectResult' && key === 'fields')
    return new Native('fields', { schema: target.state.schema });
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

/** Fields by name, as getMap() answers them: keys in small letters. */
function fieldMap(schema) {
  const map = new ApexMap();
  for (const [key, field] of schema.fields) map.put(key, fieldToken(schema, field));
  return map;
}

const DISPLAY_TYPES = [
  'ADDRESS',
  'BOOLEAN',
  'CURRENCY',
  'DATE',
  'DATETIME',
  'DOUBLE',
  'EMAIL',
  'ID',
  'INTEGER',
  'LOCATION',
  'PHONE',
  'PICKLIST',
  'REFERENCE',
  'STRING',
  'TEXTAREA',
  'URL'
];

function displayType(field) {
  const name = { Number: 'DOUBLE' }[field.type] ?? field.type.toUpperCase();
  return new EnumValue('DisplayType', name, DISPLAY_TYPES.indexOf(name));
}

export const describes = {
  SObjectType: {
    methods: {
      'getDescribe()': (m, token) => describeOf(token.state.schema),
      'newSObject()': (m, token) => new Rec(token.state.schema),
      'newSObject(Id)': (m, token, id) => new Rec(token.state.schema, new Map([['id', id]])),
      'toString()': (m, token) => token.state.schema.name
    }
  },
  SObjectField: {
    methods: {
      'getDescribe()': (m, token) => new Native('Schema.DescribeFieldResult', token.state),
      'toString()': (m, token) => token.state.field.name
    }
  },
  DescribeSObjectResult: {
    methods: {
      'getName()': (m, self) => self.state.schema.name,
      'getLabel()': (m, self) => self.state.schema.label,
      'getKeyPrefix()': (m, self) => self.state.schema.prefix,
      'getSObjectType()': (m, self) => typeToken(self.state.schema),
      'isCustomSetting()': (m, self) => self.state.schema.isCustomSetting,
      'isAccessible()': (m, self) =>
        m.org.rightsOf(m.userId).mayObject(self.state.schema, 'allowRead'),
      'isCreateable()': (m, self) =>
        m.org.rightsOf(m.userId).mayObject(self.state.schema, 'allowCreate'),
      'isUpdateable()': (m, self) =>
        m.org.rightsOf(m.userId).mayObject(self.state.schema, 'allowEdit'),
      'isDeletable()': (m, self) =>
        m.org.rightsOf(m.userId).mayObject(self.state.schema, 'allowDelete')
    }
  },
  DescribeFieldResult: {
    methods: {
      'getName()': (m, self) => self.state.field.name,
      'getLength()': (m, self) => self.state.field.length ?? 0,
      'isAccessible()': (m, self) =>
        m.org.rightsOf(m.userId).mayField(self.state.schema, self.state.field, 'readable'),
      'isUpdateable()': (m, self) =>
        m.org.rightsOf(m.userId).mayField(self.state.schema, self.state.field, 'editable'),
      'isCustom()': (m, self) => self.state.field.isCustom,
      'getType()': (m, self) => displayType(self.state.field),
      'getSObjectField()': (m, self) => fieldToken(self.state.schema, self.state.field)
    }
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
      'describeSObjects(List<String>)': (m, names) =>
        new ApexList(
          names.items.map((name) => {
            const schema = m.org.schema(name);
            return schema
              ? describeOf(schema)
              : m.raise(
                  'System.InvalidParameterValueException',
                  `sObject type "${name}" is not supported.`
                );
          })
        )
    }
  }
};
