// Calls of methods and constructors: which one is meant, and running it.
import { Gap } from '../problems.mjs';
import { ApexList, ApexMap, ApexSet } from '../values/collections.mjs';
import { Instance } from '../values/objects.mjs';
import { Rec } from '../values/records.mjs';
import { putValue } from '../org/fields.mjs';
import { evaluate, evaluateTarget } from './expressions.mjs';
import { enumConstant, StaticRef } from './names.mjs';
import { boundTo, coerce, fit, typeName } from './types.mjs';

/** `name(...)`, `value.name(...)`, `Class.name(...)`, `super.name(...)`. */
export function call(frame, node) {
  const { machine } = frame;
  if (!node.target) return ownCall(frame, node);
  if (node.target.kind === 'Super') return superCall(frame, node);
  const target = evaluateTarget(frame, node.target);
  if (target === null) return node.safe ? null : machine.nullPointer();
  const args = node.args.map((one) => evaluate(frame, one));
  if (target instanceof StaticRef) return staticCall(machine, target, node.name, args);
  return callMethod(machine, target, node.name, args);
}

/** A method of a value, of our class or of the platform's. */
export function callMethod(machine, target, name, args) {
  if (target instanceof Instance) {
    const method = chooseMethod(machine, target.cls.methodsNamed(name.toLowerCase()), args);
    if (method) return machine.invoke(method, { self: method.isStatic ? null : target, args });
  }
  return machine.platform.method(machine, target, name, args);
}

function ownCall(frame, node) {
  const { machine } = frame;
  const args = node.args.map((one) => evaluate(frame, one));
  const key = node.name.toLowerCase();
  for (let cls = frame.cls; cls; cls = cls.outer) {
    const start = cls === frame.cls && frame.self instanceof Instance ? frame.self.cls : cls;
    const method =
      chooseMethod(machine, start.methodsNamed(key), args) ??
      chooseMethod(machine, cls.methodsNamed(key), args);
    if (method) return machine.invoke(method, { self: method.isStatic ? null : frame.self, args });
  }
  if (frame.self instanceof Instance && frame.self.cls.isException)
    return machine.platform.method(machine, frame.self, node.name, args);
  throw new Gap(
    `the method ${node.name}(${args.map(typeName)}) in ${frame.cls?.fullName ?? 'a script'}`
  );
}

function superCall(frame, node) {
  const args = node.args.map((one) => evaluate(frame, one));
  const method = chooseMethod(
    frame.machine,
    frame.cls.superClass?.methodsNamed(node.name.toLowerCase()) ?? [],
    args
  );
  if (!method) throw new Gap(`super.${node.name}`);
  return frame.machine.invoke(method, { self: frame.self, args });
}

function staticCall(machine, target, name, args) {
  const { cls } = target;
  if (!cls) return machine.platform.staticCall(machine, target.text, name, args);
  const key = name.toLowerCase();
  if (cls.constants && key === 'values') {
    return new ApexList(cls.constants.map((one) => enumConstant(cls, one.toLowerCase())));
  }
  if (cls.constants && key === 'valueof') {
    const known = cls.constants.some((one) => one.toLowerCase() === String(args[0]).toLowerCase());
    if (!known)
      machine.raise('System.NoSuchElementException', `No enum constant ${cls.fullName}.${args[0]}`);
    return enumConstant(cls, args[0].toLowerCase());
  }
  const method = chooseMethod(
    machine,
    cls.methodsNamed(key).filter((one) => one.isStatic),
    args
  );
  if (!method) throw new Gap(`the method ${cls.fullName}.${name}(${args.map(typeName)})`);
  return machine.invoke(method, { self: null, args });
}

/** The overload whose parameters suit the arguments best; own methods come before inherited ones. */
export function chooseMethod(machine, methods, args) {
  let best = null;
  let bestScore = 0;
  for (const method of methods) {
    if (!method.body || method.parameters.length !== args.length) continue;
    const score = scoreOf(machine, method, args);
    if (score > bestScore) [best, bestScore] = [method, score];
  }
  return best;
}

function scoreOf(machine, method, args) {
  let total = 1;
  for (const [place, parameter] of method.parameters.entries()) {
    const score = fit(machine, args[place], parameter.type, method.cls);
    if (score === 0) return 0;
    total += score;
  }
  return total;
}

/** `this(...)` and `super(...)` as the first statement of a constructor. */
export function constructorCall(frame, node) {
  const args = node.args.map((one) => evaluate(frame, one));
  if (node.toSuper) constructSuper(frame.machine, frame.self, frame.cls, args);
  else runConstructor(frame.machine, frame.self, frame.cls, args);
}

/** `new Type(...)` in all its forms. */
export function create(frame, node) {
  const { machine } = frame;
  const type = boundTo(node.type, frame.cls);
  const schema = machine.program.find(type.name, frame.cls) ? null : machine.org.schema(type.name);
  if (schema) return newRecord(frame, schema, node.args);
  if (node.elements || node.pairs || node.size) return newCollection(frame, node);
  const args = node.args.map((one) => evaluate(frame, one));
  const cls = machine.program.find(type.name, frame.cls);
  return cls ? construct(machine, cls, args) : machine.platform.construct(machine, type, args);
}

/** A new instance of a class of the project. */
export function construct(machine, cls, args) {
  if (cls.node.modifiers.words.has('abstract') || cls.node.isInterface)
    throw new Gap(`new ${cls.fullName}, which is abstract`);
  const instance = new Instance(cls);
  if (cls.isException)
    instance.exception = {
      message: 'Script-thrown exception',
      cause: null,
      trace: machine.trace(),
      line: machine.line
    };
  initialiseFields(machine, instance, cls);
  runConstructor(machine, instance, cls, args);
  return instance;
}

function initialiseFields(machine, instance, cls) {
  if (cls.superClass) initialiseFields(machine, instance, cls.superClass);
  const own = [...cls.fields.values()].filter((field) => !field.modifiers.words.has('static'));
  for (const field of own)
    instance.fields.set(field.name.toLowerCase(), { value: null, field, owner: cls, isSet: false });
  for (const field of own.filter((one) => one.value)) {
    const slot = instance.fields.get(field.name.toLowerCase());
    slot.value = machine.runValue(field.value, { cls, self: instance, type: field.type });
    slot.isSet = true;
  }
  for (const part of cls.node.initializers.filter((one) => !one.isStatic)) {
    machine.runBody(part.body, {
      cls,
      self: instance,
      name: `Class.${cls.fullName}`,
      returns: null
    });
  }
}

function runConstructor(machine, instance, cls, args) {
  const chosen = chooseMethod(machine, cls.constructors, args);
  if (!chosen && cls.constructors.length && !cls.isException)
    throw new Gap(`the constructor ${cls.fullName}(${args.map(typeName)})`);
  if (!chosen) return constructSuper(machine, instance, cls, args);
  const first = chosen.body.statements[0];
  const delegates = first?.kind === 'Expression' && first.value.kind === 'ConstructorCall';
  if (!delegates) constructSuper(machine, instance, cls, []);
  machine.invoke({ ...chosen, cls, isStatic: false }, { self: instance, args, constructing: true });
  return undefined;
}

function constructSuper(machine, instance, cls, args) {
  if (cls.superClass) runConstructor(machine, instance, cls.superClass, args);
  else if (cls.isException) exceptionArguments(instance, args);
  else if (args.length) throw new Gap(`the constructor ${cls.fullName}(${args.map(typeName)})`);
}

/** The four constructors that every exception has: (), (message), (cause), (message, cause). */
function exceptionArguments(instance, args) {
  for (const value of args) {
    if (typeof value === 'string') instance.exception.message = value;
    else if (value !== null) instance.exception.cause = value;
  }
}

/** `new Contact(LastName = 'x')`: the arguments are assignments to fields. */
function newRecord(frame, schema, assignments) {
  const record = new Rec(schema);
  for (const one of assignments) {
    if (one.kind !== 'Assign') throw new Gap(`new ${schema.name}(...) with plain arguments`);
    putValue(frame.machine, record, one.left.name, evaluate(frame, one.right), {
      constructing: true
    });
  }
  return record;
}

function newCollection(frame, node) {
  const { machine } = frame;
  const { type } = node;
  const element = (one, place = 0) =>
    coerce(machine, evaluate(frame, one), type.args[place], frame.cls);
  if (node.size) return new ApexList(new Array(evaluate(frame, node.size)).fill(null), type);
  if (node.pairs || type.name === 'map') {
    const map = new ApexMap(type);
    for (const [key, value] of node.pairs ?? []) map.put(element(key, 0), element(value, 1));
    return map;
  }
  const items = node.elements.map((one) => element(one));
  return type.name === 'set' ? new ApexSet(items, type) : new ApexList(items, type);
}
