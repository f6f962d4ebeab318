// Runs statements. Each answers undefined to go on, or a signal: BREAK, CONTINUE or `{value}` for return.
import { ApexThrow } from '../problems.mjs';
import { ApexList, ApexSet } from '../values/collections.mjs';
import { EnumValue, Instance, PlatformException } from '../values/objects.mjs';
import { evaluate, isTrue } from './expressions.mjs';
import { operate } from './operators.mjs';
import { coerce, isInstance, plain } from './types.mjs';

const BREAK = Symbol('break');
const CONTINUE = Symbol('continue');

/** Runs one statement in a frame. */
export function execute(frame, node) {
  if (node.kind !== 'Block') frame.machine.step(frame, node);
  return STATEMENTS[node.kind](frame, node);
}

const STATEMENTS = {
  Block(frame, node) {
    const outer = frame.enter();
    try {
      for (const one of node.statements) {
        const signal = execute(frame, one);
        if (signal !== undefined) return signal;
      }
      return undefined;
    } finally {
      frame.leave(outer);
    }
  },
  Local(frame, node) {
    for (const { name, value } of node.names) {
      const initial = value
        ? coerce(frame.machine, evaluate(frame, value), node.type, frame.cls)
        : null;
      frame.declare(name, initial, node.type);
    }
  },
  Expression(frame, node) {
    evaluate(frame, node.value);
  },
  If(frame, node) {
    if (isTrue(frame, node.condition)) return execute(frame, node.then);
    return node.otherwise ? execute(frame, node.otherwise) : undefined;
  },
  While(frame, node) {
    while (isTrue(frame, node.condition)) {
      const signal = execute(frame, node.body);
      if (signal === BREAK) break;
      if (signal && signal !== CONTINUE) return signal;
      frame.machine.step(frame, node);
    }
    return undefined;
  },
  DoWhile(frame, node) {
    do {
      frame.machine.step(frame, node);
      const signal = execute(frame, node.body);
      if (signal === BREAK) break;
      if (signal && signal !== CONTINUE) return signal;
    } while (isTrue(frame, node.condition));
    return undefined;
  },
  For: forLoop,
  ForEach: forEach,
  Switch: chooseCase,
  Return: (frame, node) => ({ value: node.value ? evaluate(frame, node.value) : null }),
  Throw(frame, node) {
    const value = evaluate(frame, node.value);
    if (value === null) frame.machine.nullPointer();
    throw new ApexThrow(value);
  },
  Break: () => BREAK,
  Continue: () => CONTINUE,
  Try: tryCatch,
  Dml(frame, node) {
    const records = evaluate(frame, node.target);
    frame.machine.dml.statement({
      operation: node.operation,
      records,
      mode: node.mode,
      externalId: node.externalId ?? null
    });
  },
  Merge(frame, node) {
    const [master, duplicates] = [evaluate(frame, node.master), evaluate(frame, node.duplicates)];
    frame.machine.dml.merge({ master, duplicates, mode: node.mode, allOrNone: true });
  },
  RunAs(frame, node) {
    const user = evaluate(frame, node.user);
    return frame.machine.runAs(user, () => execute(frame, node.body));
  }
};

function forLoop(frame, node) {
  const outer = frame.enter();
  try {
    if (node.declare) STATEMENTS.Local(frame, node.declare);
    for (const one of node.start) evaluate(frame, one);
    while (!node.condition || isTrue(frame, node.condition)) {
      const signal = execute(frame, node.body);
      if (signal === BREAK) break;
      if (signal && signal !== CONTINUE) return signal;
      for (const one of node.step) evaluate(frame, one);
      frame.machine.step(frame, node);
    }
    return undefined;
  } finally {
    frame.leave(outer);
  }
}

function forEach(frame, node) {
  for (const item of rounds(frame, node)) {
    const outer = frame.enter();
    frame.declare(node.name, coerce(frame.machine, item, node.type, frame.cls), node.type);
    let signal;
    try {
      signal = execute(frame, node.body);
    } finally {
      frame.leave(outer);
    }
    if (signal === BREAK) break;
    if (signal && signal !== CONTINUE) return signal;
  }
  return undefined;
}

/** What a for-each loop runs over; a query over a list variable comes in batches of 200 (SOQL For Loops). */
function rounds(frame, node) {
  const { machine } = frame;
  const value = evaluate(frame, node.iterable);
  if (value === null) machine.nullPointer();
  if (value.fromQuery && node.type.name === 'list') {
    const batches = [];
    for (let at = 0; at < value.items.length; at += 200)
      batches.push(new ApexList(value.items.slice(at, at + 200), node.type));
    return batches;
  }
  if (value instanceof ApexSet) return value.items;
  if (value instanceof ApexList) return guarded(machine, value);
  return machine.iterate(value);
}

/** A list that changes while a loop runs over it stops the loop (Apex Developer Guide, "Iterating Collections"). */
function* guarded(machine, list) {
  const size = list.items.length;
  for (let at = 0; at < size; at += 1) {
    if (list.items.length !== size)
      machine.raise(
        'System.FinalException',
        'Cannot modify a collection while it is being iterated.'
      );
    yield list.items[at];
  }
}

function chooseCase(frame, node) {
  const subject = evaluate(frame, node.subject);
  for (const one of node.cases) {
    if (one.otherwise || one.values?.some((value) => matchesCase(frame.machine, subject, value)))
      return execute(frame, one.body);
    if (one.type && isInstance(frame.machine, subject, one.type, frame.cls)) {
      const outer = frame.enter();
      try {
        frame.declare(one.name, subject, one.type);
        return execute(frame, one.body);
      } finally {
        frame.leave(outer);
      }
    }
  }
  return undefined;
}

/** A text case is compared with regard to case, unlike `==` (Apex Developer Guide, Switch Statements). */
function matchesCase(machine, subject, value) {
  if ('constant' in value)
    return subject instanceof EnumValue && subject.name.toLowerCase() === value.constant;
  if (typeof subject === 'string') return subject === value.literal;
  return operate(machine, '==', subject, value.literal);
}

function tryCatch(frame, node) {
  const { machine } = frame;
  const depth = machine.frames.length;
  let signal;
  try {
    signal = execute(frame, node.body);
  } catch (problem) {
    if (!isCatchable(problem)) throw problem;
    machine.frames.length = depth;
    const clause = node.catches.find((one) => catches(machine, problem.value, one.type, frame.cls));
    try {
      if (!clause) throw problem;
      signal = runCatch(frame, clause, problem.value);
    } catch (again) {
      if (!isCatchable(again) || !node.last) throw again;
      machine.frames.length = depth;
      const last = execute(frame, node.last);
      if (last !== undefined) return last;
      throw again;
    }
  }
  return (node.last ? execute(frame, node.last) : undefined) ?? signal;
}

function runCatch(frame, clause, value) {
  const outer = frame.enter();
  try {
    frame.declare(clause.name, value, null);
    return execute(frame, clause.body);
  } finally {
    frame.leave(outer);
  }
}

/** Passed limits and failed assertions stop the transaction; no catch or finally block sees them. */
function isCatchable(problem) {
  if (!(problem instanceof ApexThrow)) return false;
  const type = problem.value instanceof PlatformException ? problem.value.type : '';
  return type !== 'System.LimitException' && type !== 'System.AssertException';
}

function catches(machine, value, typeText, cls) {
  const name = plain(typeText);
  if (name === 'exception') return true;
  if (value instanceof Instance)
    return isInstance(machine, value, { name, args: [], text: typeText }, cls);
  return plain(value.type) === name;
}
