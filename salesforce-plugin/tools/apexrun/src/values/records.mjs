// Records (SObject values): a schema, the values set or read, and how they came to be.

/** One record. `fields` maps lower-case field names to values; related records lie there under the relationship's name. */
export class Rec {
  constructor(schema, fields = new Map()) {
    this.schema = schema;
    this.fields = fields;
    /** The fields a query asked for; null where every field may be read. */
    this.queried = null;
    this.readOnly = false;
    this.errors = [];
  }

  /** A copy that shares nothing that can change. */
  copy() {
    const copy = new Rec(this.schema, new Map(this.fields));
    copy.queried = this.queried;
    return copy;
  }

  get id() {
    return this.fields.get('id') ?? null;
  }
}

/** 18 characters from 15: the suffix tells which letters are capitals (Salesforce Help, "What is a record Id"). */
export function fullId(id) {
  if (id.length === 18) return id;
  const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ012345';
  let suffix = '';
  for (let start = 0; start < 15; start += 5) {
    let bits = 0;
    for (let place = 0; place < 5; place += 1)
      if (/[A-Z]/.test(id[start + place])) bits |= 1 << place;
    suffix += letters[bits];
  }
  return id + suffix;
}

export function looksLikeId(text) {
  return /^[a-zA-Z0-9]{15}([a-zA-Z0-9]{3})?$/.test(text);
}
