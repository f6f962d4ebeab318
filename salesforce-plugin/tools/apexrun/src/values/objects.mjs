// What an Apex variable can hold besides numbers, text, booleans and null.

/** A calendar date; `day` counts from 1 January 1970. */
export class ApexDate {
  constructor(day) {
    this.day = day;
  }
}

/** A moment; `ms` counts from 1 January 1970 UTC. */
export class ApexDatetime {
  constructor(ms) {
    this.ms = ms;
  }
}

export class Blob {
  constructor(bytes) {
    this.bytes = Buffer.from(bytes);
  }
}

/** An instance of one of the project's classes. `fields` maps lower-case names to `{value, field}`. */
export class Instance {
  constructor(cls) {
    this.cls = cls;
    this.fields = new Map();
  }
}

export class EnumValue {
  constructor(type, name, ordinal) {
    this.type = type;
    this.name = name;
    this.ordinal = ordinal;
  }
}

/** An instance of a platform class, such as HttpRequest; its methods live in src/platform. */
export class Native {
  constructor(type, state = {}) {
    this.type = type;
    this.state = state;
  }
}

/** A platform exception. Exceptions that the project declares are Instances. */
export class PlatformException {
  constructor(type, message, { cause = null, details = null } = {}) {
    this.type = type;
    this.message = message;
    this.cause = cause;
    this.details = details;
    this.trace = '';
    this.line = null;
  }
}

/** `Foo.class`, `Type.forName('Foo')`. */
export class TypeValue {
  constructor(type) {
    this.type = type;
  }
}
