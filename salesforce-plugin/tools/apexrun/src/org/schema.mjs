// The org's objects and fields, by name without regard to case.
import { parseXml, childrenOf, textOf } from './xml.mjs';
import { standardObjects, systemFields } from './standard_objects.mjs';

/** One object: its fields by lower-case name, and what kind of object it is. */
export class ObjectSchema {
  constructor({ name, prefix, fields = [], ...kind }) {
    this.name = name;
    this.prefix = prefix;
    this.isSetup = kind.isSetup ?? false;
    this.isCustomSetting = kind.isCustomSetting ?? false;
    this.isListSetting = kind.isListSetting ?? false;
    this.isEvent = name.endsWith('__e');
    this.isMetadata = name.endsWith('__mdt');
    this.isCustom = /__\w+$/.test(name);
    this.publishBehavior = kind.publishBehavior ?? null;
    this.autoNumber = kind.autoNumber ?? null;
    this.label = kind.label ?? name;
    this.fields = new Map();
    this.relationships = new Map();
    for (const field of fields) this.add(field);
  }

  add(field) {
    this.fields.set(field.name.toLowerCase(), field);
    if (field.relationship) this.relationships.set(field.relationship.toLowerCase(), field);
  }

  field(name) {
    return this.fields.get(name.toLowerCase()) ?? null;
  }
}

/** All objects of the org: standard ones, then those of the project's `objects` folders. */
export function readSchemas(files) {
  const schemas = new Map(
    standardObjects().map((object) => [object.name.toLowerCase(), new ObjectSchema(object)])
  );
  let customs = 0;
  for (const file of files.filter((one) => one.name.endsWith('.object-meta.xml'))) {
    const schema = objectSchema(file, schemas, `a${(customs += 1).toString(36).padStart(2, '0')}`);
    schemas.set(schema.name.toLowerCase(), schema);
  }
  for (const file of files.filter((one) => one.name.endsWith('.field-meta.xml'))) {
    const [, objectName] = /objects\/([^/]+)\/fields\//.exec(file.path);
    const schema = schemas.get(objectName.toLowerCase());
    if (!schema) throw new Error(`${file.path}: the object ${objectName} is not known`);
    schema.add(customField(parseXml(file.text, { file: file.path })));
  }
  return schemas;
}

function objectSchema(file, schemas, prefix) {
  const name = file.name.replace('.object-meta.xml', '');
  const xml = parseXml(file.text, { file: file.path });
  const known = schemas.get(name.toLowerCase());
  if (known) return known;
  const nameField = childrenOf(xml, 'nameField')[0];
  const settings = textOf(xml, 'customSettingsType');
  const schema = new ObjectSchema({
    name,
    prefix,
    label: textOf(xml, 'label') ?? name,
    isCustomSetting: settings !== null,
    isListSetting: settings === 'List',
    publishBehavior: textOf(xml, 'publishBehavior'),
    autoNumber:
      nameField && textOf(nameField, 'type') === 'AutoNumber'
        ? (textOf(nameField, 'displayFormat') ?? '{0}')
        : null
  });
  for (const field of kindFields(schema)) schema.add(field);
  return schema;
}

const field = (name, type, more = {}) => ({
  name,
  type,
  length: null,
  scale: null,
  target: null,
  relationship: null,
  required: false,
  unique: false,
  readOnly: false,
  isCustom: false,
  picklist: null,
  defaultValue: null,
  externalId: false,
  isInteger: false,
  ...more
});

/** The standard fields of a custom object, by its kind (Object Reference). */
function kindFields(schema) {
  if (schema.isEvent) {
    return [
      field('ReplayId', 'String', { readOnly: true }),
      field('EventUuid', 'String', { readOnly: true }),
      field('CreatedDate', 'Datetime', { readOnly: true }),
      field('CreatedById', 'Reference', { target: 'User', readOnly: true })
    ];
  }
  if (schema.isMetadata) {
    return [
      field('Id', 'Id'),
      field('DeveloperName', 'String'),
      field('MasterLabel', 'String'),
      field('Label', 'String'),
      field('QualifiedApiName', 'String'),
      field('NamespacePrefix', 'String'),
      field('Language', 'String')
    ];
  }
  const name = field('Name', 'String', {
    length: 80,
    readOnly: Boolean(schema.autoNumber),
    required: schema.isListSetting
  });
  if (schema.isCustomSetting) return [...systemFields(), name, field('SetupOwnerId', 'Id')];
  return [
    ...systemFields(),
    name,
    field('OwnerId', 'Reference', { target: 'User', relationship: 'Owner' })
  ];
}

const TYPES = {
  Text: 'String',
  LongTextArea: 'TextArea',
  Html: 'TextArea',
  TextArea: 'TextArea',
  Picklist: 'Picklist',
  Url: 'Url',
  Email: 'Email',
  Phone: 'Phone',
  Checkbox: 'Boolean',
  Number: 'Number',
  Currency: 'Number',
  Percent: 'Number',
  DateTime: 'Datetime',
  Date: 'Date',
  Lookup: 'Reference',
  MasterDetail: 'Reference',
  MetadataRelationship: 'Reference',
  EncryptedText: 'String'
};

function customField(xml) {
  const name = textOf(xml, 'fullName');
  const type = TYPES[textOf(xml, 'type')];
  if (!type)
    throw new Error(`${name}: the field type ${textOf(xml, 'type')} is not known to apexrun`);
  const number = (tag) => (textOf(xml, tag) === null ? null : Number(textOf(xml, tag)));
  return field(name, type, {
    isCustom: true,
    length: number('length') ?? (type === 'TextArea' ? 255 : null),
    scale: type === 'Number' ? number('scale') : null,
    precision: number('precision'),
    target: type === 'Reference' ? textOf(xml, 'referenceTo') : null,
    relationship: type === 'Reference' ? name.replace(/__c$/, '__r') : null,
    required: textOf(xml, 'required') === 'true',
    unique: textOf(xml, 'unique') === 'true',
    caseSensitive: textOf(xml, 'caseSensitive') === 'true',
    externalId: textOf(xml, 'externalId') === 'true',
    defaultValue: textOf(xml, 'defaultValue'),
    picklist: picklistOf(xml),
    isFormula: textOf(xml, 'formula') !== null,
    longText: textOf(xml, 'type') === 'LongTextArea'
  });
}

/** `{values, restricted, default}` of a picklist whose values lie in the field itself; null for others. */
function picklistOf(xml) {
  const set = childrenOf(xml, 'valueSet')[0];
  const definition = set && childrenOf(set, 'valueSetDefinition')[0];
  if (!definition) return null;
  const values = childrenOf(definition, 'value');
  return {
    values: values.map((value) => textOf(value, 'fullName')),
    restricted: textOf(set, 'restricted') === 'true',
    default:
      values
        .filter((value) => textOf(value, 'default') === 'true')
        .map((value) => textOf(value, 'fullName'))[0] ?? null
  };
}
