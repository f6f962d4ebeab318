// A session that runs one @IsTest method: the window between Test.startTest and Test.stopTest, mocks, and asynchronous
// work that waits for stopTest.
import { ApexThrow } from '../problems.mjs';
import { noCallouts } from '../org/callouts.mjs';
import { Transaction } from '../org/transaction.mjs';
import { Session } from './session.mjs';
import { Native } from '../values/objects.mjs';

export class TestSession extends Session {
  constructor(parts) {
    super({ ...parts, test: true, callouts: mockedAnswer });
    this.mock = null;
    this.window = null;
    this.isStopped = false;
  }

  /** Fresh limits until stopTest, and callouts although set-up work has been done (Apex Developer Guide, "Limits, startTest and stopTest"). */
  startTest() {
    if (this.window || this.isStopped)
      this.raise('System.FinalException', 'Testing already started');
    this.window = {
      outer: this.transaction,
      schedules: new Set(this.async.schedules.waiting.keys())
    };
    this.transaction = new Transaction('sync');
    this.transaction.setupWork = this.window.outer.setupWork;
  }

  /** Runs what waits, then gives the outer limits back. */
  stopTest() {
    if (!this.window)
      this.raise('System.FinalException', 'Test.startTest must be called before Test.stopTest');
    this.runWaiting();
    const { outer } = this.window;
    outer.setupWork = this.transaction.setupWork;
    this.transaction = outer;
    this.window = null;
    this.isStopped = true;
  }

  /**
   * Jobs that waited when stopTest was called run once, in order. Events are delivered first; jobs that their triggers
   * enqueue, and jobs of finalizers, stay queued: an org leaves them pending as well (aer-dist issue 494).
   */
  runWaiting() {
    const { transaction } = this;
    const jobs = [...this.async.queue, ...transaction.jobs];
    this.async.queue = [];
    transaction.jobs = [];
    this.deliverEvents();
    for (const job of jobs) this.failWith(this.async.run(job, { keepStatics: true }));
    for (const schedule of [...this.async.schedules.waiting.values()]) {
      if (this.window && !this.window.schedules.has(schedule.id)) this.fireOnce(schedule);
    }
    this.deliverEvents();
  }

  fireOnce(schedule) {
    const before = this.failures.length;
    this.async.schedules.fire(schedule, { keepStatics: true });
    if (this.failures.length > before) this.failWith(this.failures.at(-1).problem);
  }

  /** An exception that a job does not handle reaches the test from stopTest. */
  failWith(problem) {
    if (problem) throw new ApexThrow(problem);
  }

  /** Test.getEventBus().deliver(): everything published so far reaches its triggers. */
  deliverEvents() {
    this.events.accept(this.transaction.events);
    this.transaction.events = [];
    while (this.events.deliver()) {
      // Triggers may publish further events.
    }
  }

  setCreatedDate(id, moment) {
    const schema = [...this.org.schemas.values()].find((one) => one.prefix === id.slice(0, 3));
    const row = this.org.store.row(schema, id);
    if (!row) this.raise('System.NullPointerException', `No record ${id}`);
    this.org.store.put(schema, new Map(row).set('createddate', moment));
  }
}

function mockedAnswer(machine, state) {
  if (!machine.mock) return noCallouts(machine);
  const request = new Native('HttpRequest', { ...state, headers: new Map(state.headers) });
  const response = machine.callOwn(machine.mock, 'respond', [request]);
  return response ?? machine.nullPointer();
}
