// Declared types at run time: what fits, what is converted, and what the platform says when it is not.
import { Gap } from '../problems.mjs';
import { ApexList, ApexMap, ApexSet } from '../values/collections.mjs';
import { Decimal, Double, isNumber } from '../values/numbers.mjs';
import {
  ApexDate,
  ApexDatetime,
  Blob,
  EnumValue,
  Instance,
  Native,
  PlatformException,
  TypeValue
} from '../values/objects.mjs';
import { fullId, looksLikeId, Rec } from '../values/records.mjs';

/** The name of a value's type, as error messages show it. */
export function typeName(value) {
  if (value === null) return 'null';
  if (typeof value === 'string') return 'String';
  if (typeof value === 'number') return 'Integer';
  if (typeof value === 'bigint') return 'Long';
  if (typeof value === 'boolean') return 'Boolean';
  if (value instanceof Rec) return value.schema.name;
  if (value instanceof Instance) return value.cls.fullName;
  if (value instanceof EnumValue || value instanceof Native || value instanceof PlatformException)
    return value.type;
  for (const [kind, name] of BUILT_IN) if (value instanceof kind) return name;
  throw new Gap(`a value of the kind ${value?.constructor?.name}`);
}

const BUILT_IN = [
  [Decimal, 'Decimal'],
  [Double, 'Double'],
  [ApexList, 'List'],
  [ApexSet, 'Set'],
  [ApexMap, 'Map'],
  [ApexDatetime, 'Datetime'],
  [ApexDate, 'Date'],
  [Blob, 'Blob'],
  [TypeValue, 'Type']
];

/** How well a value suits a declared type: 0 not at all, more is better. Chooses between overloads. */
export function fit(machine, value, type, cls = type.cls ?? null) {
  if (type.name === 'object') return 1;
  if (value === null) return 2;
  const name = typeName(value).toLowerCase();
  if (name === type.name) return elementsFit(machine, value, type, cls) ? 4 : 0;
  if (typeof value === 'string') return type.name === 'id' ? (looksLikeId(value) ? 3 : 0) : 0;
  if (isNumber(value)) return widening(name).includes(type.name) ? 3 : 0;
  if (value instanceof ApexDate && type.name === 'datetime') return 2;
  return isInstance(machine, value, type, cls) ? 3 : 0;
}

function elementsFit(machine, value, type, cls) {
  if (
    !(value instanceof ApexList || value instanceof ApexSet) ||
    !type.args.length ||
    !value.items.length
  )
    return true;
  return fit(machine, value.items[0], type.args[0], cls) > 0;
}

/** Integer to Long to Double to Decimal, without a cast (Apex Developer Guide, "Rules of Conversion"). */
function widening(name) {
  const ladder = ['integer', 'long', 'double', 'decimal'];
  const decimalIsDouble = name === 'decimal' ? ['double'] : [];
  return [...ladder.slice(ladder.indexOf(name) + 1), ...decimalIsDouble];
}

/** Remembers in which class a type was written, so that names of inner classes keep their meaning inside collections. */
export function boundTo(type, cls) {
  if (type.cls === undefined) {
    // Hidden from those who walk the syntax tree, which is a tree only without it.
    Object.defineProperty(type, 'cls', { value: cls });
    for (const one of type.args) boundTo(one, cls);
  }
  return type;
}

/** The value as the declared type holds it; throws System.TypeException where Apex would not compile or would fail. */
export function coerce(machine, value, type, cls = type?.cls ?? null) {
  if (value === null || !type || type.name === 'object') return value;
  const convert = CONVERSIONS[type.name];
  if (convert) {
    const converted = convert(value, machine);
    if (converted === undefined) refuse(machine, value, type);
    if ((type.name === 'list' || type.name === 'iterable') && value.fromQuery)
      return plainList(value, boundTo(type, cls));
    return converted;
  }
  if (value.fromQuery) return singleRow(machine, value);
  if (!isInstance(machine, value, type, cls)) refuse(machine, value, type);
  return value;
}

const CONVERSIONS = {
  string: (value) => (typeof value === 'string' ? value : undefined),
  boolean: (value) => (typeof value === 'boolean' ? value : undefined),
  integer: (value) => (typeof value === 'number' ? value | 0 : undefined),
  long: (value) =>
    typeof value === 'bigint' ? value : typeof value === 'number' ? BigInt(value) : undefined,
  decimal: (value) => (isNumber(value) ? Decimal.of(value) : undefined),
  double: (value) =>
    value instanceof Double
      ? value
      : isNumber(value)
        ? new Double(Number(value.toString()))
        : undefined,
  datetime: (value) =>
    value instanceof ApexDatetime
      ? value
      : value instanceof ApexDate
        ? new ApexDatetime(value.day * 86400000)
        : undefined,
  date: (value) => (value instanceof ApexDate ? value : undefined),
  blob: (value) => (value instanceof Blob ? value : undefined),
  id: toId,
  list: (value) => (value instanceof ApexList ? value : undefined),
  set: (value) => (value instanceof ApexSet ? value : undefined),
  map: (value) => (value instanceof ApexMap ? value : undefined),
  iterable: (value) => (value instanceof ApexList || value instanceof ApexSet ? value : undefined),
  type: (value) => (value instanceof TypeValue ? value : undefined)
};

function toId(value, machine) {
  if (typeof value !== 'string') return undefined;
  if (!looksLikeId(value)) machine.raise('System.StringException', `Invalid id: ${value}`);
  return fullId(value);
}

function plainList(rows, type) {
  return new ApexList(rows.items, type);
}

/** A query assigned to one record: none or several rows are errors (SOQL reference, "Assigning a query to a record"). */
export function singleRow(machine, rows) {
  if (rows.items.length === 0)
    machine.raise('System.QueryException', 'List has no rows for assignment to SObject');
  if (rows.items.length > 1)
    machine.raise('System.QueryException', 'List has more than 1 row for assignment to SObject');
  return rows.items[0];
}

function refuse(machine, value, type) {
  machine.raise(
    'System.TypeException',
    `Invalid conversion from runtime type ${typeName(value)} to ${type.text}`
  );
}

/** `value instanceof type`; null is an instance of nothing (API 32 and later). */
export function isInstance(machine, value, type, cls = type.cls ?? null) {
  if (value === null) return false;
  if (type.name === 'object') return true;
  const target = machine.program.find(type.name, cls);
  if (value instanceof Instance) {
    if (target) return value.cls.ancestors().includes(target);
    return (
      value.cls.platformTypes.has(type.name) || (type.name === 'exception' && value.cls.isException)
    );
  }
  if (value instanceof EnumValue)
    return type.name === plain(value.type) || target?.fullName === value.type;
  if (target) return false;
  if (value instanceof Rec)
    return type.name === 'sobject' || type.name === value.schema.name.toLowerCase();
  if (value instanceof PlatformException)
    return type.name === 'exception' || type.name === plain(value.type);
  if (value instanceof Native)
    return type.name === plain(value.type) || (value.state.also ?? []).includes(type.name);
  if (typeof value === 'string')
    return type.name === 'string' || (type.name === 'id' && looksLikeId(value));
  if (type.name === 'iterable') return value instanceof ApexList || value instanceof ApexSet;
  const name = typeName(value).toLowerCase();
  return name === type.name || widening(name).includes(type.name);
}

export function plain(name) {
  return name.toLowerCase().replace(/^(system|schema)\./, '');
}
