// One call: where it runs, on what, and its local variables in nested scopes.

export class Frame {
  constructor(machine, { cls, self = null, name, file, parent = null }) {
    this.machine = machine;
    this.cls = cls;
    this.self = self;
    this.name = name;
    this.file = file;
    this.line = 0;
    this.scope = { names: new Map(), outer: parent };
  }

  /** Opens a scope; give what it answers to `leave`. */
  enter() {
    const outer = this.scope;
    this.scope = { names: new Map(), outer };
    return outer;
  }

  leave(outer) {
    this.scope = outer;
  }

  declare(name, value, type) {
    const key = name.toLowerCase();
    // Apex has no shadowing inside a method: a second declaration in reach does not compile.
    if (this.find(key)) throw new Error(`${this.file}:${this.line} Duplicate variable: ${name}`);
    this.scope.names.set(key, { value, type });
  }

  /** The slot of a local variable, or null. */
  find(key) {
    for (let scope = this.scope; scope; scope = scope.outer) {
      const slot = scope.names.get(key);
      if (slot) return slot;
    }
    return null;
  }

  /** As a line of a stack trace. */
  get position() {
    return `${this.name}: line ${this.line}, column 1`;
  }
}
