// List, Set and Map. Sets and maps look values up by a key text that follows Apex's rules of equality there.
import { ApexDate, ApexDatetime, Blob, EnumValue, Instance, TypeValue } from './objects.mjs';
import { Decimal, Double } from './numbers.mjs';
import { Rec } from './records.mjs';

export class ApexList {
  constructor(items = [], type = null) {
    this.items = items;
    this.type = type;
    /** True for the rows of a query, which Apex also lets be assigned to one record. */
    this.fromQuery = false;
  }
}

export class ApexSet {
  constructor(items = [], type = null) {
    this.map = new Map();
    this.type = type;
    for (const item of items) this.add(item);
  }

  /** Adds; true when the value was new. */
  add(item) {
    const key = keyOf(item);
    if (this.map.has(key)) return false;
    this.map.set(key, item);
    return true;
  }

  has(item) {
    return this.map.has(keyOf(item));
  }

  delete(item) {
    return this.map.delete(keyOf(item));
  }

  get items() {
    return [...this.map.values()];
  }
}

export class ApexMap {
  constructor(type = null) {
    this.map = new Map();
    this.type = type;
  }

  get(key) {
    return this.map.get(keyOf(key))?.value ?? null;
  }

  has(key) {
    return this.map.has(keyOf(key));
  }

  put(key, value) {
    this.map.set(keyOf(key), { key, value });
  }

  delete(key) {
    return this.map.delete(keyOf(key));
  }

  get entries() {
    return [...this.map.values()];
  }
}

let identities = 0;
const identity = new WeakMap();
let userKey = () => null;

/** Lets the interpreter supply the key of an instance whose class defines equals and hashCode. */
export function onInstanceKey(find) {
  userKey = find;
}

/** Text keys are case-sensitive, unlike `==` on text (Apex Developer Guide, "Map keys of type String are case-sensitive"). */
export function keyOf(value) {
  if (value === null) return 'null';
  if (typeof value === 'string') return `s${value}`;
  if (typeof value === 'number' || typeof value === 'bigint') return `n${value}`;
  if (typeof value === 'boolean') return `b${value}`;
  if (value instanceof Decimal) return `d${value.trimmed(0)}`;
  if (value instanceof Double) return `f${value.number}`;
  if (value instanceof ApexDatetime) return `t${value.ms}`;
  if (value instanceof ApexDate) return `D${value.day}`;
  if (value instanceof EnumValue) return `e${value.type}.${value.name}`;
  if (value instanceof TypeValue) return `T${value.type.name}`;
  if (value instanceof Blob) return `B${value.bytes.toString('hex')}`;
  if (value instanceof Rec)
    return `r${value.schema.name}${[...value.fields].sort().map(([name, one]) => `${name}=${keyOf(one)}`)}`;
  if (value instanceof ApexList) return `l${value.items.map(keyOf)}`;
  if (value.token) return `k${value.token}`;
  const own = value instanceof Instance ? userKey(value) : null;
  if (own !== null) return own;
  if (!identity.has(value)) identity.set(value, (identities += 1));
  return `o${identity.get(value)}`;
}
