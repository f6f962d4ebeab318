// One transaction: what it has used of the governor limits, and what it has begun that a callout must not follow.
// The numbers: Apex Developer Guide, "Execution Governors and Limits".

const SYNCHRONOUS = {
  queries: 100,
  queryRows: 50000,
  dmlStatements: 150,
  dmlRows: 10000,
  callouts: 100,
  queueableJobs: 50,
  futureCalls: 50,
  publishImmediate: 150,
  heap: 6000000,
  cpu: 10000
};
const ASYNCHRONOUS = {
  ...SYNCHRONOUS,
  queries: 200,
  queueableJobs: 1,
  futureCalls: 0,
  heap: 12000000,
  cpu: 60000
};

/** Limits by the kind of transaction. A finalizer has synchronous ones, except heap and one job; scheduled Apex is synchronous. */
const LIMITS = {
  sync: SYNCHRONOUS,
  test: SYNCHRONOUS,
  scheduled: SYNCHRONOUS,
  event: SYNCHRONOUS,
  queueable: ASYNCHRONOUS,
  future: ASYNCHRONOUS,
  batch: ASYNCHRONOUS,
  finalizer: { ...SYNCHRONOUS, queueableJobs: 1, heap: 12000000, cpu: 60000 }
};

const NAMES = {
  queries: 'SOQL queries',
  queryRows: 'query rows',
  dmlStatements: 'DML statements',
  dmlRows: 'DML rows',
  callouts: 'callouts',
  queueableJobs: 'queueable jobs added to the queue',
  futureCalls: 'future calls',
  publishImmediate: 'Publish Immediate event messages'
};

export class Transaction {
  constructor(kind, { job = null } = {}) {
    this.kind = kind;
    this.job = job;
    this.limits = LIMITS[kind];
    this.used = Object.fromEntries(Object.keys(NAMES).map((name) => [name, 0]));
    this.calloutMs = 0;
    this.uncommitted = null;
    this.setupWork = null;
    this.triggerDepth = 0;
    this.jobs = [];
    this.schedules = [];
    this.events = [];
    this.finalizer = null;
  }

  /** Uses up some of a limit; passing it cannot be caught. */
  charge(machine, name, amount = 1) {
    this.used[name] += amount;
    if (this.used[name] > this.limits[name])
      machine.raise('System.LimitException', `Too many ${NAMES[name]}: ${this.used[name]}`);
  }

  /** Notes work that must be committed before a callout: DML, enqueued and scheduled jobs, published events. */
  pend(what) {
    this.uncommitted ??= what;
  }
}
