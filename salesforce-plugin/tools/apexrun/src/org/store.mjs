// The org's records in memory: tables of rows, savepoints, ids.
import { Rec } from '../values/records.mjs';
import { fullId } from '../values/records.mjs';

/** Rows by object and id. A row maps lower-case field names to values; deleted rows stay, marked. */
export class Store {
  constructor() {
    this.tables = new Map();
    this.lastId = 0;
  }

  /** The rows of an object, deleted ones too. */
  table(schema) {
    const key = schema.name.toLowerCase();
    if (!this.tables.has(key)) this.tables.set(key, new Map());
    return this.tables.get(key);
  }

  /** A row that is there and not deleted; null otherwise. */
  row(schema, id) {
    const row = this.table(schema).get(id);
    return row && !row.get('isdeleted') ? row : null;
  }

  rows(schema, { withDeleted = false } = {}) {
    const rows = [...this.table(schema).values()];
    return withDeleted ? rows : rows.filter((row) => !row.get('isdeleted'));
  }

  /** A new id with the object's prefix. */
  newId(schema) {
    this.lastId += 1;
    return fullId(`${schema.prefix}Rc${String(this.lastId).padStart(10, '0')}`);
  }

  /** Puts a row in place of the one with its id. Rows are never changed in place, so savepoints may share them. */
  put(schema, row) {
    this.table(schema).set(row.get('id'), row);
  }

  /** All tables as they are now; give it to `rollback`. Ids that were used are not used again. */
  savepoint() {
    return new Map([...this.tables].map(([name, table]) => [name, new Map(table)]));
  }

  rollback(savepoint) {
    this.tables = new Map([...savepoint].map(([name, table]) => [name, new Map(table)]));
  }

  /** A row as a record that Apex may read and change. */
  record(schema, row) {
    return new Rec(schema, new Map(row));
  }
}
