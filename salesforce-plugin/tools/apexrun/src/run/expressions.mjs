// Works out expressions.
import { Gap } from '../problems.mjs';
import { ApexList, ApexMap, ApexSet } from '../values/collections.mjs';
import { Decimal, Double, isNumber, toNumber } from '../values/numbers.mjs';
import { TypeValue } from '../values/objects.mjs';
import { call, constructorCall, create } from './calls.mjs';
import { assignTo, readField, readName, StaticRef } from './names.mjs';
import { operate } from './operators.mjs';
import { coerce, isInstance, typeName } from './types.mjs';

/** The value of an expression. */
export function evaluate(frame, node) {
  const value = EXPRESSIONS[node.kind](frame, node);
  if (value instanceof StaticRef)
    throw new Gap(`the name ${value.text} (${frame.file}:${node.line})`);
  return value === undefined ? null : value;
}

/** As `evaluate`, but a name may also stand for a class or a namespace (`StaticRef`). */
export function evaluateTarget(frame, node) {
  if (node.kind === 'Name' || node.kind === 'Field') return EXPRESSIONS[node.kind](frame, node);
  return evaluate(frame, node);
}

/** A condition; null is an error, not false. */
export function isTrue(frame, node) {
  const value = evaluate(frame, node);
  if (value === null) frame.machine.nullPointer();
  if (typeof value !== 'boolean') throw new Gap(`a condition of type ${typeName(value)}`);
  return value;
}

const EXPRESSIONS = {
  Literal: (_, node) => node.value,
  This: (frame) => frame.self,
  Super: (frame) => frame.self,
  Name: readName,
  Field(frame, node) {
    const target = evaluateTarget(frame, node.target);
    if (target === null) return node.safe ? null : frame.machine.nullPointer();
    return readField(frame, target, node.name);
  },
  Call: call,
  ConstructorCall: constructorCall,
  New: create,
  Index(frame, node) {
    const list = evaluate(frame, node.target);
    const index = evaluate(frame, node.index);
    if (list === null || index === null) frame.machine.nullPointer();
    return elementAt(frame.machine, list, index);
  },
  Cast(frame, node) {
    const value = evaluate(frame, node.value);
    return cast(frame, value, node.type);
  },
  InstanceOf: (frame, node) =>
    isInstance(frame.machine, evaluate(frame, node.value), node.type, frame.cls),
  Conditional: (frame, node) =>
    evaluate(frame, isTrue(frame, node.condition) ? node.then : node.otherwise),
  Coalesce: (frame, node) => evaluate(frame, node.left) ?? evaluate(frame, node.right),
  Logical(frame, node) {
    const left = isTrue(frame, node.left);
    if (node.op === '&&') return left && isTrue(frame, node.right);
    return left || isTrue(frame, node.right);
  },
  Binary: (frame, node) =>
    operate(frame.machine, node.op, evaluate(frame, node.left), evaluate(frame, node.right)),
  Unary: unary,
  Step(frame, node) {
    const before = evaluate(frame, node.target);
    if (before === null) frame.machine.nullPointer();
    const after = operate(frame.machine, '+', before, node.by);
    assignTo(frame, node.target, after);
    return node.prefix ? after : before;
  },
  Assign(frame, node) {
    if (node.op === '=') return assignTo(frame, node.left, evaluate(frame, node.right));
    const before = evaluate(frame, node.left);
    return assignTo(
      frame,
      node.left,
      operate(frame.machine, node.op.slice(0, -1), before, evaluate(frame, node.right))
    );
  },
  TypeLiteral: (_, node) => new TypeValue(node.type),
  Query(frame, node) {
    return frame.machine.query(node.query, { bind: (one) => evaluate(frame, one) });
  }
};

function unary(frame, node) {
  const value = evaluate(frame, node.value);
  if (value === null) frame.machine.nullPointer();
  if (node.op === '!') return !value;
  if (node.op === '+') return value;
  if (node.op === '~') return ~value;
  return operate(frame.machine, '-', 0, value);
}

/** An explicit cast. Numbers convert only through methods such as intValue(), apart from widening and Long to Integer. */
function cast(frame, value, type) {
  if (value === null) return null;
  if (type.name === 'integer' && typeof value !== 'number' && isNumber(value)) {
    if (typeof value === 'bigint' || value instanceof Decimal || value instanceof Double)
      return Math.trunc(toNumber(value)) | 0;
  }
  if (type.name === 'long' && isNumber(value)) return BigInt(Math.trunc(toNumber(value)));
  const target = frame.machine.program.find(type.name, frame.cls);
  if (target && !isInstance(frame.machine, value, type, frame.cls)) {
    frame.machine.raise(
      'System.TypeException',
      `Invalid conversion from runtime type ${typeName(value)} to ${target.fullName}`
    );
  }
  if (value instanceof ApexList || value instanceof ApexSet || value instanceof ApexMap) {
    if (isInstance(frame.machine, value, { name: type.name, args: [], text: type.text }))
      return value;
  }
  return coerce(frame.machine, value, type, frame.cls);
}

/** `list[index]`, with the platform's error when there is no such element. */
export function elementAt(machine, list, index) {
  if (!(list instanceof ApexList)) throw new Gap(`[] on a ${typeName(list)}`);
  if (index < 0 || index >= list.items.length)
    machine.raise('System.ListException', `List index out of bounds: ${index}`);
  return list.items[index];
}
