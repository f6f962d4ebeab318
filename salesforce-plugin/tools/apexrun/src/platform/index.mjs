// What Apex code can call that is not the project's own. Each module of this folder lists a few classes:
//   { Type: { new: {'(String)': fn}, statics: {'name(Integer)': fn}, methods: {...}, values: ['ENUM'], properties: [...] } }
// The keys are signatures, so that a call with other arguments is a Gap and not a guess.
import { Gap } from '../problems.mjs';
import { EnumValue, Instance, PlatformException } from '../values/objects.mjs';
import { Rec } from '../values/records.mjs';
import { coerce, fit, plain, typeName } from '../run/types.mjs';
import { parseType, splitArguments } from '../syntax/types.mjs';
import { assertions } from './assertions.mjs';
import { asynchronous } from './asynchronous.mjs';
import { collections } from './collections.mjs';
import { cryptography } from './cryptography.mjs';
import { database } from './database.mjs';
import { describes, recordToken } from './describe.mjs';
import { exceptions } from './exceptions.mjs';
import { http } from './http.mjs';
import { json } from './json.mjs';
import { limits } from './limits.mjs';
import { moments } from './moments.mjs';
import { numbers } from './numbers.mjs';
import { patterns } from './patterns.mjs';
import { records, recordStatics } from './records.mjs';
import { rest } from './rest.mjs';
import { strings } from './strings.mjs';
import { system } from './system.mjs';
import { testing } from './testing.mjs';
import { users } from './users.mjs';

export class Platform {
  constructor(modules = MODULES) {
    this.types = new Map();
    for (const module of modules)
      for (const [name, type] of Object.entries(module))
        this.types.set(name.toLowerCase(), compiled(name, type));
  }

  /** `Type.name(...)`. */
  staticCall(machine, text, name, args) {
    const type = this.types.get(plain(text));
    const schema = type ? null : machine.org.schema(plain(text));
    const found = schema ? recordStatics(machine, schema, name.toLowerCase(), args) : undefined;
    if (found !== undefined) return found;
    return this.run(machine, type?.statics, name, [], args, `${text}.${name}`);
  }

  /** `value.name(...)`. */
  method(machine, target, name, args) {
    for (const type of this.typesOf(target)) {
      if (type?.methods.has(name.toLowerCase()))
        return this.run(machine, type.methods, name, [target], args, `${typeName(target)}.${name}`);
    }
    throw new Gap(`the method ${typeName(target)}.${name}(${args.map(typeName).join(', ')})`);
  }

  /** `new Type(...)`. */
  construct(machine, type, args) {
    const known = this.types.get(type.name);
    const isException = type.name.endsWith('exception') && !known?.constructors.size;
    const constructors = isException
      ? this.types.get('exception').constructors
      : known?.constructors;
    return this.run(machine, constructors, '', [type], args, `new ${type.text}`);
  }

  /** `Type.NAME`: an enum's value, a token of an object or a field, a label. Undefined when it may be a longer path. */
  staticField(machine, path) {
    const parts = plain(path).split('.');
    const name = parts.pop();
    const type = this.types.get(parts.join('.'));
    if (type?.values) {
      const ordinal = type.values.findIndex((one) => one.toLowerCase() === name);
      if (ordinal < 0 && !type.isOpen) throw new Gap(`${path}`);
      return new EnumValue(
        type.name,
        ordinal < 0 ? name.toUpperCase() : type.values[ordinal],
        ordinal
      );
    }
    if (type?.staticProperties?.includes(name))
      return machine.platformStatics.get(`${type.name}.${name}`) ?? null;
    if (parts.at(-1) === 'label') return label(machine, name);
    return recordToken(machine, [...parts, name]);
  }

  /** `Type.NAME = value`. */
  setStaticField(machine, path, value) {
    const [typeText, name] = plain(path).split('.');
    const type = this.types.get(typeText);
    if (!type?.staticProperties?.includes(name)) throw new Gap(`an assignment to ${path}`);
    machine.platformStatics.set(`${type.name}.${name}`, value);
    return value;
  }

  /** `value.name` of a platform object. */
  property(machine, target, key) {
    if (target.state.values instanceof Map && target.type === 'AggregateResult')
      throw new Gap('a dotted field of an AggregateResult: use get()');
    if (target.type === 'Trigger' || this.types.get(plain(target.type))?.properties.includes(key))
      return target.state[key] ?? null;
    const related = recordToken(machine, [target, key]);
    if (related !== undefined) return related;
    throw new Gap(`the member ${key} of ${target.type}`);
  }

  setProperty(machine, target, key, value) {
    const type = this.types.get(plain(target.type));
    if (!type?.properties.includes(key)) throw new Gap(`the member ${key} of ${target.type}`);
    type.check?.(machine, key, value);
    target.state[key] = value;
    return value;
  }

  /** An exception with its type, message and trace, as a job's log shows it. */
  describe(machine, value) {
    const { headline, trace } = this.parts(value);
    return trace ? `${headline}\n${trace}` : headline;
  }

  /** `{headline, trace}` of an exception, the platform's or the project's own. */
  parts(value) {
    const facts = value instanceof Instance ? value.exception : value;
    return {
      headline: `${value instanceof Instance ? value.cls.fullName : value.type}: ${facts.message}`,
      trace: facts.trace
    };
  }

  typesOf(target) {
    const names =
      target instanceof Rec
        ? ['sobject']
        : target instanceof EnumValue
          ? ['enum']
          : target instanceof PlatformException
            ? [plain(target.type), 'exception']
            : target instanceof Instance
              ? [target.cls.isException ? 'exception' : 'object']
              : [plain(typeName(target))];
    return [...names, 'object'].map((name) => this.types.get(name));
  }

  run(machine, table, name, before, args, what) {
    const overloads = (table?.get(name.toLowerCase()) ?? []).filter(
      (one) => one.parameters.length === args.length
    );
    let best = null;
    let bestScore = 0;
    for (const one of overloads) {
      const scores = one.parameters.map((type, place) => fit(machine, args[place], type));
      const total = scores.includes(0) ? 0 : scores.reduce((a, b) => a + b, 1);
      if (total > bestScore) [best, bestScore] = [one, total];
    }
    if (!best) throw new Gap(`${what}(${args.map(typeName).join(', ')})`);
    const values = args.map((value, place) => coerce(machine, value, best.parameters[place]));
    const result = best.compute(machine, ...before, ...values);
    return result === undefined ? null : result;
  }
}

const MODULES = [
  assertions,
  asynchronous,
  collections,
  cryptography,
  database,
  describes,
  exceptions,
  http,
  json,
  limits,
  moments,
  numbers,
  patterns,
  records,
  rest,
  strings,
  system,
  testing,
  users
];

function compiled(name, { statics = {}, methods = {}, new: constructors = {}, ...rest }) {
  return {
    properties: [],
    ...rest,
    name,
    statics: table(statics),
    methods: table(methods),
    constructors: table(constructors)
  };
}

/** "left(Integer)" becomes an overload of `left` with one parameter. */
function table(entries) {
  const found = new Map();
  for (const [signature, compute] of Object.entries(entries)) {
    const [, name, parameters] = /^(\w*)\((.*)\)$/.exec(signature);
    const key = name.toLowerCase();
    if (!found.has(key)) found.set(key, []);
    found.get(key).push({ parameters: splitArguments(parameters).map(parseType), compute });
  }
  return found;
}

function label(machine, name) {
  const text = machine.org.project.labels.get(name);
  if (text === undefined) throw new Gap(`the label ${name}`);
  return text;
}
