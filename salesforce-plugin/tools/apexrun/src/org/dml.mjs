// Insert, update, upsert, delete and undelete: chunks of 200, triggers, checks, and all-or-none or partial success.
import { ApexThrow, Gap } from '../problems.mjs';
import { ApexList } from '../values/collections.mjs';
import { PlatformException } from '../values/objects.mjs';
import { Rec } from '../values/records.mjs';
import { writeProblem } from './access.mjs';
import { firstProblem } from './checks.mjs';
import { convertLead } from './convert.mjs';
import { mergeRecords } from './merge.mjs';
import { prepared, stamp } from './rows.mjs';
import { fireTriggers } from './triggers.mjs';
import { targetsOf } from './upsert.mjs';

// "Records are processed in batches of 200" (Apex Developer Guide, "Bulk DML": triggers fire once per batch).
const CHUNK = 200;
// First try, second, third and last (Apex Developer Guide, "Bulk DML Exception Handling").
const MOST_ATTEMPTS = 3;

export class Dml {
  constructor(machine) {
    this.machine = machine;
  }

  /** A DML statement: all or none, and a DmlException for the first failure. */
  statement({ operation, records, mode = null, externalId = null }) {
    return this.run({ operation, records, mode: mode ?? 'system', externalId, allOrNone: true });
  }

  merge(request) {
    return mergeRecords(this, request);
  }

  convert(request) {
    return convertLead(this, request);
  }

  /** Runs an operation and answers one outcome per record: `{record, id, created, error}`. */
  run({ operation, records, mode = 'system', allOrNone = true, externalId = null }) {
    const { machine } = this;
    const list = this.listOf(records);
    if (!list.length) return [];
    this.begin(operation, list);
    const outcomes = list.map((record) => ({
      record,
      id: null,
      created: operation === 'insert',
      error: null,
      original: record.id
    }));
    if (operation === 'upsert') targetsOf(machine, outcomes, externalId);
    const before = this.mark();
    this.attempts(outcomes, { operation, mode, allOrNone });
    const failed = outcomes.find((one) => one.error);
    if (failed && allOrNone) {
      this.restore(before);
      for (const one of outcomes) this.forget(one);
      this.refuse(operation, outcomes);
    }
    return outcomes;
  }

  /** The records of a statement; a statement on nothing at all costs nothing. */
  listOf(records) {
    if (records === null) this.machine.nullPointer();
    const list = records instanceof ApexList ? records.items : [records];
    if (list.some((one) => one === null)) this.machine.nullPointer();
    if (list.some((one) => !(one instanceof Rec)))
      throw new Gap('DML on something else than records');
    if (list.length && list.some((one) => one.schema !== list[0].schema))
      throw new Gap('DML on a list of several objects');
    return list;
  }

  /** What every statement costs, and what it may not be mixed with. */
  begin(operation, list) {
    const { machine } = this;
    const [{ schema }] = list;
    const { transaction } = machine;
    if (schema.isEvent) throw new Gap('DML on platform events: use EventBus.publish');
    if (schema.isMetadata)
      machine.raise('System.TypeException', `DML not allowed on ${schema.name}`);
    transaction.charge(machine, 'dmlStatements');
    transaction.charge(machine, 'dmlRows', list.length);
    transaction.pend('DML');
    if (operation === 'insert' && list.some((one) => one.id))
      this.listError(
        'cannot specify Id in an insert call',
        'INVALID_FIELD_FOR_INSERT_UPDATE',
        operation
      );
    const ids = list.map((one) => one.id).filter(Boolean);
    if (new Set(ids).size < ids.length)
      machine.raise(
        'System.ListException',
        `Duplicate id in list: ${ids.find((id, at) => ids.indexOf(id) !== at)}`
      );
    this.checkMixed(schema);
  }

  /** Set-up objects and others in one transaction: MIXED_DML_OPERATION ("sObjects That Cannot Be Used Together in DML Operations"). */
  checkMixed(schema) {
    const { transaction } = this.machine;
    if (schema.isCustomSetting) return;
    const before = transaction.setupWork;
    if (before !== null && before.isSetup !== schema.isSetup) {
      const text =
        'DML operation on setup object is not permitted after you have updated a non-setup object (or vice versa): ';
      this.listError(
        `${text}${schema.name}, original object: ${before.name}`,
        'MIXED_DML_OPERATION',
        'insert'
      );
    }
    transaction.setupWork ??= schema;
  }

  listError(message, code, operation) {
    this.refuse(operation, [{ error: { code, message, fields: [] }, original: null }]);
  }

  /** One attempt, or with partial success up to three: each without the records that failed, all triggers anew. */
  attempts(outcomes, { operation, mode, allOrNone }) {
    const { machine } = this;
    const before = this.mark();
    for (let attempt = 1; ; attempt += 1) {
      const open = outcomes.filter((one) => !one.error);
      this.attempt(open, { operation, mode });
      const failed = open.filter((one) => one.error);
      if (!failed.length || allOrNone) return;
      // "During the second and third attempts, governor limits are reset to their original state before the first
      // attempt"; static variables are not (Apex Developer Guide, "Bulk DML Exception Handling").
      this.restore(before);
      for (const one of outcomes) this.forget(one);
      if (failed.length === open.length) return;
      if (attempt === MOST_ATTEMPTS)
        machine.raise(
          'System.DmlException',
          'Too many batch retries in the presence of Apex triggers and partial failures.'
        );
    }
  }

  attempt(outcomes, { operation, mode }) {
    for (let start = 0; start < outcomes.length; start += CHUNK) {
      const chunk = outcomes.slice(start, start + CHUNK);
      if (operation !== 'upsert') this.chunk(chunk, { operation, mode });
      else {
        this.chunk(
          chunk.filter((one) => one.created),
          { operation: 'insert', mode }
        );
        this.chunk(
          chunk.filter((one) => !one.created),
          { operation: 'update', mode }
        );
      }
    }
  }

  /** One chunk through: rights, before triggers, checks, the write itself, after triggers. */
  chunk(outcomes, { operation, mode }) {
    if (!outcomes.length) return;
    const { machine } = this;
    if (mode === 'user')
      for (const one of outcomes) one.error ??= writeProblem(machine, one.record, operation);
    for (const one of outcomes) if (!one.error) one.change = prepared(machine, one, operation);
    const alive = () => outcomes.filter((one) => !one.error);
    fireTriggers(machine, { operation, timing: 'before', outcomes: alive() });
    if (operation === 'insert' || operation === 'update') {
      for (const one of alive())
        one.error = firstProblem(machine, one.change.next, { isInsert: operation === 'insert' });
    }
    for (const one of alive()) this.write(one, operation);
    fireTriggers(machine, { operation, timing: 'after', outcomes: alive() });
  }

  write(outcome, operation) {
    const { machine } = this;
    const { next, schema } = outcome.change;
    if (operation === 'insert') next.fields.set('id', machine.org.store.newId(schema));
    // "The system sets the MasterRecordId field on the deleted records" between the before and the after trigger.
    if (outcome.masterId)
      for (const one of [next, outcome.change.old])
        one.fields.set('masterrecordid', outcome.masterId);
    stamp(machine, outcome.change, operation);
    machine.org.store.put(schema, new Map(next.fields));
    outcome.id = next.id;
    if (operation === 'insert') outcome.record.fields.set('id', next.id);
  }

  /** All that a failed attempt takes back: rows, events not yet delivered, jobs, and what the limits counted. */
  mark() {
    const { machine } = this;
    const { transaction } = machine;
    return {
      rows: machine.org.store.savepoint(),
      used: { ...transaction.used },
      events: [...transaction.events],
      jobs: [...transaction.jobs],
      frames: machine.frames.length
    };
  }

  restore(mark) {
    const { machine } = this;
    machine.org.store.rollback(mark.rows);
    Object.assign(machine.transaction.used, mark.used);
    machine.transaction.events = [...mark.events];
    machine.transaction.jobs = [...mark.jobs];
  }

  /** A record that was not inserted after all has no Id. */
  forget(outcome) {
    if (outcome.original === null && outcome.created) outcome.record.fields.delete('id');
    outcome.id = null;
  }

  refuse(operation, outcomes) {
    const failures = outcomes.map((one, row) => ({ ...one, row })).filter((one) => one.error);
    const [{ row, error, original }] = failures;
    const where = original ? `with id ${original}; ` : '';
    const verb = `${operation[0].toUpperCase()}${operation.slice(1)} failed. `;
    const fields = `[${error.fields.join(', ')}]`;
    const message = `${verb}First exception on row ${row}${where ? ` ${where}` : '; '}first error: ${error.code}, ${error.message}: ${fields}`;
    this.machine.raise('System.DmlException', message, { failures });
  }

  /** Runs work that a trigger does; an exception there becomes the error of all its records. */
  guarded(work, outcomes, triggerName, event) {
    const { machine } = this;
    const depth = machine.frames.length;
    try {
      work();
    } catch (problem) {
      if (!(problem instanceof ApexThrow) || isFatal(problem.value)) throw problem;
      machine.frames.length = depth;
      const cause = machine.platform.describe(machine, problem.value);
      const message = `${triggerName}: execution of ${event}\n\ncaused by: ${cause}`;
      for (const one of outcomes)
        one.error ??= { code: 'CANNOT_INSERT_UPDATE_ACTIVATE_ENTITY', message, fields: [] };
    }
  }
}

function isFatal(value) {
  return (
    value instanceof PlatformException &&
    (value.type === 'System.LimitException' || value.type === 'System.AssertException')
  );
}
