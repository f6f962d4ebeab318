// What a name or a dotted path means, and where an assignment goes.
import { Gap } from '../problems.mjs';
import { ApexList } from '../values/collections.mjs';
import { EnumValue, Instance, Native } from '../values/objects.mjs';
import { Rec } from '../values/records.mjs';
import { putValue, readValue } from '../org/fields.mjs';
import { elementAt, evaluate, evaluateTarget } from './expressions.mjs';
import { coerce, singleRow, typeName } from './types.mjs';

/** A class or a namespace on the left of a dot: no value, but its members can be. */
export class StaticRef {
  constructor(text, cls = null) {
    this.text = text;
    this.cls = cls;
  }
}

/** A single name: a local variable, a field of this object, a static of this or an outer class, else a class. */
export function readName(frame, node) {
  const key = node.name.toLowerCase();
  const local = frame.find(key);
  if (local) return local.value;
  const member = memberSlot(frame, key);
  if (member) return readSlot(frame.machine, member);
  if (key === 'trigger' && frame.machine.triggerContext) return frame.machine.triggerContext;
  const cls = frame.machine.program.find(key, frame.cls);
  return new StaticRef(cls ? cls.fullName : node.name, cls);
}

/** A member of a value or of a class: `target.name`. */
export function readField(frame, target, name) {
  const { machine } = frame;
  const key = name.toLowerCase();
  if (target instanceof StaticRef) return readStatic(machine, target, name);
  if (target instanceof Instance) {
    const slot = target.fields.get(key);
    if (!slot) throw new Gap(`the member ${name} of ${target.cls.fullName}`);
    return readSlot(machine, { slot, self: target, cls: slot.owner });
  }
  if (target instanceof Rec) return readValue(machine, target, name);
  if (target instanceof ApexList && target.fromQuery)
    return readValue(machine, singleRow(machine, target), name);
  if (target instanceof Native) return machine.platform.property(machine, target, key);
  throw new Gap(`the member ${name} of a ${typeName(target)}`);
}

/** A member of a class of ours, or of the platform's. */
function readStatic(machine, target, name) {
  const key = name.toLowerCase();
  const { cls } = target;
  if (!cls) {
    const path = `${target.text}.${name}`;
    const own = machine.program.find(path.toLowerCase().replace(/^system\./, ''));
    if (own) return new StaticRef(own.fullName, own);
    const known = machine.platform.staticField(machine, path);
    return known === undefined ? new StaticRef(path) : known;
  }
  if (cls.constants) return enumConstant(cls, key);
  for (let one = cls; one; one = one.superClass) {
    const slot = machine.staticsOf(one).get(key);
    if (slot) return readSlot(machine, { slot, self: null, cls: one });
  }
  if (cls.inner.has(key)) return new StaticRef(cls.inner.get(key).fullName, cls.inner.get(key));
  throw new Gap(`the static member ${name} of ${cls.fullName}`);
}

export function enumConstant(cls, key) {
  const ordinal = cls.constants.findIndex((one) => one.toLowerCase() === key);
  if (ordinal < 0) throw new Gap(`the value ${key} of the enum ${cls.fullName}`);
  return new EnumValue(cls.fullName, cls.constants[ordinal], ordinal);
}

/** Puts a value where an expression points, converted to the declared type; answers the value. */
export function assignTo(frame, node, value) {
  const { machine } = frame;
  if (node.kind === 'Index') return assignElement(frame, node, value);
  if (node.kind === 'Field') {
    const target = evaluateTarget(frame, node.target);
    if (target === null) machine.nullPointer();
    return assignField(frame, target, node.name, value);
  }
  if (node.kind !== 'Name') throw new Gap(`an assignment to ${node.kind}`);
  const key = node.name.toLowerCase();
  const local = frame.find(key);
  if (local) {
    local.value = coerce(machine, value, local.type, frame.cls);
    return local.value;
  }
  const member = memberSlot(frame, key);
  if (!member) throw new Gap(`the variable ${node.name}`);
  return writeSlot(machine, member, value);
}

function assignElement(frame, node, value) {
  const list = evaluate(frame, node.target);
  const index = evaluate(frame, node.index);
  if (list === null || index === null) frame.machine.nullPointer();
  elementAt(frame.machine, list, index);
  list.items[index] = coerce(frame.machine, value, list.type?.args[0], frame.cls);
  return list.items[index];
}

function assignField(frame, target, name, value) {
  const { machine } = frame;
  const key = name.toLowerCase();
  if (target instanceof Rec) return putValue(machine, target, name, value);
  if (target instanceof ApexList && target.fromQuery)
    return putValue(machine, singleRow(machine, target), name, value);
  if (target instanceof Instance) {
    const slot = target.fields.get(key);
    if (!slot) throw new Gap(`the member ${name} of ${target.cls.fullName}`);
    return writeSlot(machine, { slot, self: target, cls: slot.owner }, value);
  }
  if (target instanceof StaticRef && target.cls) {
    for (let one = target.cls; one; one = one.superClass) {
      const slot = machine.staticsOf(one).get(key);
      if (slot) return writeSlot(machine, { slot, self: null, cls: one }, value);
    }
  }
  if (target instanceof StaticRef && !target.cls)
    return machine.platform.setStaticField(machine, `${target.text}.${name}`, value);
  if (target instanceof Native) return machine.platform.setProperty(machine, target, key, value);
  throw new Gap(`an assignment to ${name}`);
}

/** The slot of a field of `this`, or of a static of this class, its ancestors and its outer classes. */
function memberSlot(frame, key) {
  const own = frame.self?.fields?.get(key);
  if (own) return { slot: own, self: frame.self, cls: own.owner };
  for (let outer = frame.cls; outer; outer = outer.outer) {
    for (let cls = outer; cls; cls = cls.superClass) {
      const slot = frame.machine.staticsOf(cls).get(key);
      if (slot) return { slot, self: null, cls };
    }
  }
  return null;
}

/** A slot's value, through the property's getter unless the getter itself is asking. */
function readSlot(machine, { slot, self, cls }) {
  const getter = slot.field.getter;
  if (!getter || slot.isBusy) return slot.value;
  slot.isBusy = true;
  try {
    return machine.runBody(getter, {
      cls,
      self,
      name: `Class.${cls.fullName}.${slot.field.name}`,
      returns: slot.field.type
    });
  } finally {
    slot.isBusy = false;
  }
}

function writeSlot(machine, { slot, self, cls }, value) {
  const { field } = slot;
  if (field.modifiers.words.has('final') && slot.isSet && !machine.isConstructing(self, cls)) {
    throw new Gap(`a second assignment to the final field ${field.name}`);
  }
  const converted = coerce(machine, value, field.type, cls);
  if (!field.setter || slot.isBusy) {
    slot.value = converted;
    slot.isSet = true;
    return converted;
  }
  slot.isBusy = true;
  try {
    const locals = [{ name: 'value', value: converted, type: field.type }];
    machine.runBody(field.setter, {
      cls,
      self,
      name: `Class.${cls.fullName}.${field.name}`,
      returns: null,
      locals
    });
    return converted;
  } finally {
    slot.isBusy = false;
  }
}
