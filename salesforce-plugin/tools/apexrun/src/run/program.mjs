// The project's Apex, parsed and linked: classes by name, triggers by object.
import { parseClass, parseTrigger } from '../syntax/parse.mjs';

/** One class, interface or enum, with what the syntax tree says and how it stands to others. */
export class ApexClass {
  constructor(node, { outer = null, program }) {
    this.node = node;
    this.name = node.name;
    this.outer = outer;
    this.program = program;
    this.fullName = outer ? `${outer.fullName}.${node.name}` : node.name;
    this.file = node.file;
    this.inner = new Map(
      node.inner.map((one) => [
        one.name.toLowerCase(),
        new ApexClass(one, { outer: this, program })
      ])
    );
    this.methods = new Map();
    for (const method of node.methods) this.addMethod(method);
    this.constructors = node.constructors;
    this.fields = new Map(node.fields.map((field) => [field.name.toLowerCase(), field]));
    this.constants = node.constants;
    this.foundMethods = new Map();
    this.foundTypes = new Map();
  }

  /** The superclass among the project's classes; null for none and for platform ones. */
  get superClass() {
    if (this.foundSuper === undefined)
      this.foundSuper = this.node.superType
        ? this.program.find(this.node.superType.name, this)
        : null;
    return this.foundSuper;
  }

  /** Names of platform superclass and interfaces, this class's and its ancestors', in lower case. */
  get platformTypes() {
    if (this.foundPlatformTypes) return this.foundPlatformTypes;
    const names = new Set();
    this.foundPlatformTypes = names;
    for (const type of this.ancestors().flatMap((cls) => [
      cls.node.superType,
      ...cls.node.interfaces
    ])) {
      if (type && !this.program.find(type.name, this)) names.add(type.name);
    }
    return names;
  }

  /** This class, its superclasses and all interfaces they implement. */
  ancestors() {
    if (this.foundAncestors) return this.foundAncestors;
    const found = new Set();
    const visit = (cls) => {
      if (!cls || found.has(cls)) return;
      found.add(cls);
      visit(cls.superClass);
      for (const type of cls.node.interfaces) visit(this.program.find(type.name, cls));
    };
    visit(this);
    this.foundAncestors = [...found];
    return this.foundAncestors;
  }

  get isException() {
    return this.ancestors().some(
      (cls) => cls.node.superType?.name === 'exception' && !cls.superClass
    );
  }

  /** Is it declared as a test class, or inside one? */
  get isTest() {
    return this.node.modifiers.annotations.has('istest') || Boolean(this.outer?.isTest);
  }

  addMethod(method) {
    const key = method.name.toLowerCase();
    if (!this.methods.has(key)) this.methods.set(key, []);
    this.methods
      .get(key)
      .push({ ...method, node: method, cls: this, isStatic: method.modifiers.words.has('static') });
  }

  /** Methods of that name, own ones first, then inherited ones that have a body. */
  methodsNamed(name) {
    const known = this.foundMethods.get(name);
    if (known) return known;
    const found = [];
    this.foundMethods.set(name, found);
    for (let cls = this; cls; cls = cls.superClass) found.push(...(cls.methods.get(name) ?? []));
    return found;
  }
}

/** All classes and triggers of a project. */
export class Program {
  constructor(project) {
    this.project = project;
    this.classes = new Map();
    this.foundTypes = new Map();
    for (const { path, text } of project.classes) this.add(parseClass(text, { file: path }));
    this.triggers = project.triggers.map(({ path, text }) => parseTrigger(text, { file: path }));
  }

  add(node) {
    this.classes.set(node.name.toLowerCase(), new ApexClass(node, { program: this }));
  }

  /** The class a name means inside class `from`: inner classes of it and of its outers, then top-level ones. */
  find(name, from = null) {
    const known = (from ?? this).foundTypes;
    if (!known.has(name)) known.set(name, this.search(name, from));
    return known.get(name);
  }

  search(name, from) {
    const [first, second] = name.split('.');
    for (let cls = from; cls; cls = cls.outer ?? null) {
      for (let one = cls; one; one = one.foundSuper ?? null) {
        if (one.inner.has(first))
          return second ? (one.inner.get(first).inner.get(second) ?? null) : one.inner.get(first);
      }
      if (cls.name.toLowerCase() === first && !second) return cls;
    }
    const top = this.classes.get(first);
    return second ? (top?.inner.get(second) ?? null) : (top ?? null);
  }

  triggersOn(schema) {
    return this.triggers.filter(
      (trigger) => trigger.object.toLowerCase() === schema.name.toLowerCase()
    );
  }
}
