// A machine at work on an org: transactions one after another, and between them the jobs and events they left.
import { ApexThrow } from '../problems.mjs';
import { ApexList } from '../values/collections.mjs';
import { Rec } from '../values/records.mjs';
import { Async } from '../org/async.mjs';
import { Dml } from '../org/dml.mjs';
import { EventBus } from '../org/events.mjs';
import { runQuery } from '../org/query.mjs';
import { Transaction } from '../org/transaction.mjs';
import { parseQuery } from '../syntax/parse.mjs';
import { Machine } from './machine.mjs';

export class Session extends Machine {
  /** `callouts` answers HTTP requests: see src/org/callouts.mjs. `test` is true while an @IsTest method runs. */
  constructor({ callouts, test = false, ...parts }) {
    super(parts);
    const { org } = parts;
    this.callouts = callouts;
    this.isTest = test;
    this.userId = org.adminId;
    this.dml = new Dml(this);
    this.async = new Async(this);
    this.events = new EventBus(this);
    this.transaction = new Transaction('sync');
    this.failures = [];
  }

  /**
   * Runs work as a transaction of its own: fresh limits and, unless `keepStatics`, fresh statics. Commits jobs and
   * events when it ends well; takes everything back and answers the Apex exception when it does not.
   */
  transact({ kind, userId = this.userId, job = null, keepStatics = false }, work) {
    const outer = {
      transaction: this.transaction,
      userId: this.userId,
      statics: this.statics,
      frames: this.frames,
      trigger: this.triggerContext
    };
    const rows = this.org.store.savepoint();
    Object.assign(this, {
      transaction: new Transaction(kind, { job }),
      userId,
      frames: [],
      triggerContext: null
    });
    if (!keepStatics) this.statics = new Map();
    const { transaction } = this;
    let problem = null;
    try {
      work();
    } catch (thrown) {
      if (!(thrown instanceof ApexThrow)) throw thrown;
      problem = thrown.value;
      this.org.store.rollback(rows);
      for (const id of transaction.schedules) this.async.schedules.waiting.delete(id);
    } finally {
      Object.assign(this, {
        transaction: outer.transaction,
        userId: outer.userId,
        frames: outer.frames,
        triggerContext: outer.trigger
      });
      if (!keepStatics) this.statics = outer.statics;
    }
    if (!problem) this.commit(transaction);
    return { problem, transaction };
  }

  /** Limits as they are when nothing has been done. */
  freshTransaction() {
    return new Transaction('sync');
  }

  /** Hands what a transaction left behind to the queue and the bus. */
  commit(transaction) {
    this.async.accept(transaction.jobs);
    this.events.accept(transaction.events);
    transaction.jobs = [];
    transaction.events = [];
  }

  /** Runs jobs and delivers events until nothing is due. Outside tests only. */
  settle() {
    while (this.events.deliver() || this.async.runNext()) {
      // Each round runs one job or one batch of events; both may leave more.
    }
  }

  /** A query of the program's text, or of a syntax tree already made. */
  query(query, { bind, mode = null }) {
    const node = typeof query === 'string' ? this.parsed(query) : query;
    return runQuery(this, node, { bind, mode });
  }

  parsed(text) {
    try {
      return parseQuery(text);
    } catch (problem) {
      if (problem.name !== 'SyntaxProblem') throw problem;
      return this.raise('System.QueryException', problem.message);
    }
  }

  /** `System.runAs(user) { … }`: another user, and a fresh rule on mixing set-up objects with others. */
  runAs(user, work) {
    if (user === null) this.nullPointer();
    if (!(user instanceof Rec) || user.schema.name !== 'User')
      this.raise('System.TypeException', 'System.runAs expects a User');
    if (!user.id) this.insertUser(user);
    const outer = { userId: this.userId, setup: this.transaction.setupWork };
    this.userId = user.id;
    this.transaction.setupWork = null;
    try {
      return work();
    } finally {
      this.userId = outer.userId;
      this.transaction.setupWork = outer.setup;
    }
  }

  /** runAs with a user that was not inserted inserts it, outside the limits (Apex Developer Guide, "Using the runAs Method"). */
  insertUser(user) {
    const { transaction } = this;
    this.transaction = new Transaction('sync');
    try {
      this.dml.statement({ operation: 'insert', records: new ApexList([user]) });
    } finally {
      this.transaction = transaction;
    }
  }
}
