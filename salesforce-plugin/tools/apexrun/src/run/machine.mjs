// The machine that runs Apex: the program, the org it runs against, the transaction it is in, the calls open.
import { ApexThrow, Gap, Runaway } from '../problems.mjs';
import { onInstanceKey } from '../values/collections.mjs';
import { Instance, PlatformException } from '../values/objects.mjs';
import { chooseMethod } from './calls.mjs';
import { Coverage } from './coverage.mjs';
import { evaluate } from './expressions.mjs';
import { Frame } from './frame.mjs';
import { execute } from './statements.mjs';
import { coerce } from './types.mjs';

// Far above what any test of the plug-in needs (the largest runs some 2 million), far below a minute.
const MOST_STATEMENTS = 20_000_000;
// "Stack depth for any Apex invocation that recursively fires triggers" is another limit; this is the call stack's.
const DEEPEST_CALL = 1000;

export class Machine {
  constructor({ program, org, platform, mostStatements = MOST_STATEMENTS }) {
    this.mostStatements = mostStatements;
    this.program = program;
    this.org = org;
    this.platform = platform;
    this.coverage = new Coverage();
    this.statements = 0;
    this.frames = [];
    this.statics = new Map();
    this.platformStatics = new Map();
    this.triggerContext = null;
    this.debugLog = [];
    onInstanceKey((value) => this.instanceKey(value));
  }

  /** Forgets what static fields hold, as a new transaction does. */
  resetStatics() {
    this.statics = new Map();
  }

  /** Counts a statement for coverage and against endless loops. */
  step(frame, node) {
    frame.line = node.line;
    this.statements += 1;
    if (this.statements > this.mostStatements) throw new Runaway(this.mostStatements);
    this.coverage.hit(frame.file, node.line);
  }

  /** Calls a method of the program with values already worked out; `@future` ones only when their time has come. */
  invoke(method, { self, args, constructing = false, isDue = false }) {
    if (method.modifiers.annotations.has('future') && !isDue)
      return this.async.callFuture(method, args);
    const locals = method.parameters.map((parameter, place) => ({
      name: parameter.name,
      type: parameter.type,
      value: coerce(this, args[place], parameter.type, method.cls)
    }));
    const name = `Class.${method.cls.fullName}.${constructing ? '<init>' : method.name}`;
    return this.runBody(method.body, {
      cls: method.cls,
      self,
      name,
      returns: method.returns,
      locals,
      constructing
    });
  }

  /** Runs a block as a call of its own and answers what it returns. */
  runBody(body, { cls, self, name, returns, locals = [], constructing = false, file = cls.file }) {
    const frame = new Frame(this, { cls, self, name, file });
    frame.constructing = constructing;
    for (const local of locals) frame.declare(local.name, local.value, local.type);
    return this.inFrame(frame, () => {
      const signal = execute(frame, body);
      return signal && returns ? coerce(this, signal.value, returns, cls) : null;
    });
  }

  /** Works out the initial value of a field. */
  runValue(node, { cls, self, type }) {
    const frame = new Frame(this, { cls, self, name: `Class.${cls.fullName}`, file: cls.file });
    frame.line = node.line;
    this.coverage.hit(cls.file, node.line);
    return this.inFrame(frame, () => coerce(this, evaluate(frame, node), type, cls));
  }

  inFrame(frame, work) {
    if (this.frames.length >= DEEPEST_CALL)
      this.raise('System.LimitException', `Maximum stack depth reached: ${DEEPEST_CALL + 1}`);
    this.frames.push(frame);
    const depth = this.frames.length;
    try {
      const result = work();
      this.frames.length = depth - 1;
      return result;
    } catch (problem) {
      // JavaScript's own stack may end first (enough_stack.mjs makes it larger); to Apex it is the same limit.
      if (problem instanceof RangeError)
        return this.raise(
          'System.LimitException',
          `Maximum stack depth reached: ${DEEPEST_CALL + 1}`
        );
      throw problem;
    }
  }

  /** Is a constructor of that object (or a static initializer of that class) running? Then final fields may be set. */
  isConstructing(self, cls) {
    return this.frames.some(
      (frame) => frame.self === self && frame.cls === cls && (frame.constructing || !self)
    );
  }

  /** The static fields of a class; the first use in a transaction initialises them in order. */
  staticsOf(cls) {
    const known = this.statics.get(cls);
    if (known) return known;
    const slots = new Map();
    this.statics.set(cls, slots);
    const own = [...cls.fields.values()].filter((field) => field.modifiers.words.has('static'));
    for (const field of own)
      slots.set(field.name.toLowerCase(), { value: null, field, owner: cls, isSet: false });
    for (const field of own.filter((one) => one.value)) {
      const slot = slots.get(field.name.toLowerCase());
      slot.value = this.runValue(field.value, { cls, self: null, type: field.type });
      slot.isSet = true;
    }
    for (const part of cls.node.initializers.filter((one) => one.isStatic)) {
      this.runBody(part.body, {
        cls,
        self: null,
        name: `Class.${cls.fullName}`,
        returns: null,
        constructing: true
      });
    }
    return slots;
  }

  /** Throws a platform exception, with the trace of where it happened. */
  raise(type, message, details = null) {
    const value = new PlatformException(type, message, { details });
    value.trace = this.trace();
    value.line = this.line;
    throw new ApexThrow(value);
  }

  nullPointer() {
    return this.raise('System.NullPointerException', 'Attempt to de-reference a null object');
  }

  /** The calls open now, innermost first, as Apex prints them. */
  trace() {
    return this.frames
      .map((frame) => frame.position)
      .reverse()
      .join('\n');
  }

  get line() {
    return this.frames.at(-1)?.line ?? null;
  }

  /** The values of an object of ours that is Iterable or an Iterator. */
  *iterate(value) {
    if (!(value instanceof Instance)) throw new Gap('a loop over this value');
    const iterator = value.cls.methodsNamed('iterator').length
      ? this.callOwn(value, 'iterator', [])
      : value;
    if (!(iterator instanceof Instance)) {
      yield* iterator.items;
      return;
    }
    while (this.callOwn(iterator, 'hasnext', [])) yield this.callOwn(iterator, 'next', []);
  }

  /** Calls a method that the platform expects an object of ours to have. */
  callOwn(value, name, args) {
    const method = chooseMethod(this, value.cls.methodsNamed(name.toLowerCase()), args);
    if (!method) throw new Gap(`${value.cls.fullName} without the method ${name}`);
    return this.invoke(method, { self: value, args });
  }

  /** The key of an object whose class has its own equals and hashCode; null for others. */
  instanceKey(value) {
    if (!value.cls.methodsNamed('hashcode').length || !value.cls.methodsNamed('equals').length)
      return null;
    return `h${value.cls.fullName}${this.callOwn(value, 'hashcode', [])}`;
  }
}
