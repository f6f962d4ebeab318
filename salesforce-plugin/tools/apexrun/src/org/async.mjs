// Queueable jobs with their finalizers, and future calls.
import { Gap } from '../problems.mjs';
import { EnumValue, Instance, Native, PlatformException } from '../values/objects.mjs';
import { ApexDatetime } from '../values/objects.mjs';
import { copyOf } from '../run/copy.mjs';
import { Schedules } from './schedules.mjs';

// "The maximum delay is 10 minutes" (Apex Developer Guide, "Adding a Queueable Job with a Specified Minimum Delay").
const LONGEST_DELAY = 10;
const MINUTE = 60000;

export class Async {
  constructor(machine) {
    this.machine = machine;
    /** Jobs that wait, in the order they were committed. */
    this.queue = [];
    this.schedules = new Schedules(this);
  }

  /** `System.enqueueJob`. Answers the job's id. */
  enqueue(instance, { delay = 0, signature = null, deepest = null } = {}) {
    const { machine } = this;
    const { transaction } = machine;
    if (instance === null) machine.nullPointer();
    if (!(instance instanceof Instance) || !instance.cls.platformTypes.has('queueable'))
      machine.raise('System.AsyncException', 'The class must implement the Queueable interface.');
    if (delay < 0 || delay > LONGEST_DELAY)
      machine.raise(
        'System.IllegalArgumentException',
        `The delay must be between 0 and ${LONGEST_DELAY} minutes.`
      );
    // "You can't chain queueable jobs in an Apex test" (Apex Developer Guide, Queueable Apex).
    if (machine.isTest && transaction.kind === 'queueable')
      machine.raise('System.AsyncException', 'Maximum stack depth has been reached.');
    const depth = (transaction.job?.depth ?? 0) + 1;
    const most = deepest ?? transaction.job?.deepest ?? null;
    if (most !== null && depth > most)
      machine.raise('System.AsyncException', 'Maximum stack depth has been reached.');
    this.refuseDuplicate(signature);
    transaction.charge(machine, 'queueableJobs');
    transaction.pend('an enqueued job');
    const id = this.jobRow(instance.cls, 'Queueable');
    transaction.jobs.push({
      id,
      kind: 'queueable',
      instance: copyOf(instance),
      userId: machine.userId,
      due: machine.org.now() + delay * MINUTE,
      signature,
      depth,
      deepest: most
    });
    return id;
  }

  /** A job of the same signature that still waits refuses another (Apex Reference, "Detecting Duplicate Queueable Jobs"). */
  refuseDuplicate(signature) {
    if (signature === null) return;
    const waiting = [...this.queue, ...this.machine.transaction.jobs];
    if (waiting.some((job) => job.signature === signature)) {
      this.machine.raise(
        'System.DuplicateMessageException',
        'Attempt to enqueue job with duplicate queueable signature'
      );
    }
  }

  /** `System.abortJob` for a schedule or a waiting job. */
  abort(id) {
    const { machine } = this;
    const { org } = machine;
    if (this.schedules.abort(id)) return;
    if (!org.store.row(org.schema('AsyncApexJob'), id)) {
      machine.raise('System.StringException', `Invalid id: ${id}`);
    }
    this.queue = this.queue.filter((one) => one.id !== id);
    this.setJob(id, { Status: 'Aborted' });
  }

  /** Takes the jobs of a transaction that was committed. */
  accept(jobs) {
    this.queue.push(...jobs);
  }

  /** Runs the first job that is due now; false when there is none. Schedules count as jobs when their time has come. */
  runNext() {
    const now = this.machine.org.now();
    const job = this.queue.find((one) => one.due <= now);
    if (job) {
      this.queue = this.queue.filter((one) => one !== job);
      this.run(job);
      return true;
    }
    return this.schedules.fireNext(now);
  }

  /** Runs one job in its own transaction, as the user who enqueued it, and its finalizer after it. */
  run(job, { keepStatics = false } = {}) {
    const { machine } = this;
    this.setJob(job.id, { Status: 'Processing' });
    let finalizer = null;
    const { problem } = machine.transact(
      { kind: job.kind, userId: job.userId, job, keepStatics },
      () => {
        try {
          this.execute(job);
        } finally {
          finalizer = machine.transaction.finalizer;
        }
      }
    );
    const text = problem && machine.platform.describe(machine, problem);
    this.setJob(
      job.id,
      problem
        ? {
            Status: 'Failed',
            NumberOfErrors: 1,
            ExtendedStatus: text.slice(0, 255),
            CompletedDate: new ApexDatetime(machine.org.now())
          }
        : { Status: 'Completed', CompletedDate: new ApexDatetime(machine.org.now()) }
    );
    if (problem)
      machine.failures.push({ job: job.instance?.cls.fullName ?? job.method.name, problem });
    if (finalizer) this.finish(job, finalizer, problem, keepStatics);
    return problem;
  }

  execute(job) {
    const { machine } = this;
    if (job.kind === 'future')
      machine.invoke(job.method, { self: null, args: job.args, isDue: true });
    else machine.callOwn(job.instance, 'execute', [new Native('QueueableContext', { id: job.id })]);
  }

  /** The finalizer runs in a transaction of its own, whether the job ended well or not. */
  finish(job, finalizer, problem, keepStatics) {
    const { machine } = this;
    const result = problem ? 'UNHANDLED_EXCEPTION' : 'SUCCESS';
    const context = new Native('FinalizerContext', {
      id: job.id,
      result: new EnumValue('ParentJobResult', result, problem ? 1 : 0),
      exception: problem && asAsync(machine, problem)
    });
    const outcome = machine.transact(
      { kind: 'finalizer', userId: job.userId, job, keepStatics },
      () => machine.callOwn(finalizer, 'execute', [context])
    );
    if (outcome.problem)
      machine.failures.push({ job: finalizer.cls.fullName, problem: outcome.problem });
  }

  jobRow(cls, type) {
    const { org, userId } = this.machine;
    const row = org.store
      .rows(org.schema('ApexClass'))
      .find((one) => one.get('name').toLowerCase() === outermost(cls).name.toLowerCase());
    return org.seed('AsyncApexJob', {
      ApexClassId: row?.get('id') ?? null,
      JobType: type,
      Status: 'Queued',
      NumberOfErrors: 0,
      createdbyid: userId
    });
  }

  setJob(id, values) {
    const { org } = this.machine;
    const schema = org.schema('AsyncApexJob');
    const row = new Map(org.store.table(schema).get(id) ?? [['id', id]]);
    for (const [name, value] of Object.entries(values)) row.set(name.toLowerCase(), value);
    org.store.put(schema, row);
  }

  /** `@future` calls: text, numbers and collections of them only. */
  callFuture(method, args) {
    const { machine } = this;
    const { transaction } = machine;
    if (
      transaction.kind !== 'sync' &&
      transaction.kind !== 'event' &&
      transaction.kind !== 'scheduled'
    )
      throw new Gap('a future call from asynchronous code');
    transaction.charge(machine, 'futureCalls');
    transaction.pend('a future call');
    const id = this.jobRow(method.cls, 'Future');
    const callouts = /callout\s*=\s*true/i.test(method.modifiers.annotations.get('future'));
    transaction.jobs.push({
      id,
      kind: 'future',
      method,
      args,
      userId: machine.userId,
      due: machine.org.now(),
      signature: null,
      depth: 1,
      deepest: null,
      callouts
    });
  }
}

function outermost(cls) {
  return cls.outer ? outermost(cls.outer) : cls;
}

/** A finalizer sees a passed limit as AsyncException with the limit's text (verified by aer-dist issue 308 in an org). */
function asAsync(machine, problem) {
  if (!(problem instanceof PlatformException) || problem.type !== 'System.LimitException')
    return problem;
  const wrapped = new PlatformException(
    'System.AsyncException',
    `${problem.type}: ${problem.message}`
  );
  wrapped.trace = problem.trace;
  return wrapped;
}
