// Platform events: published now or when the transaction commits, then delivered to Apex triggers in transactions of their own.
import { ApexList, ApexMap } from '../values/collections.mjs';
import { ApexDatetime, EnumValue, Native } from '../values/objects.mjs';
import { Rec } from '../values/records.mjs';
import { firstProblem } from './checks.mjs';
import { runTrigger } from './triggers.mjs';

// "An event trigger can receive a batch of up to 2,000 event messages" (Platform Events Developer Guide).
const BATCH = 2000;
const MOST_RETRIES = 9;

export class EventBus {
  constructor(machine) {
    this.machine = machine;
    this.pending = [];
    this.lastReplayId = 0;
    /** Who a trigger runs as, by event name: PlatformEventSubscriberConfig. */
    this.subscribers = new Map();
  }

  /** `EventBus.publish`. Answers one outcome per event: `{id, error}`. */
  publish(records) {
    const { machine } = this;
    const { transaction } = machine;
    if (records.some((one) => one === null)) machine.nullPointer();
    if (records.some((one) => !one.schema.isEvent))
      machine.raise('System.TypeException', 'EventBus.publish takes platform events only');
    // Publish After Commit counts as a DML statement; Publish Immediately has a limit of its own
    // (Platform Events Developer Guide, "Publish Event Messages with Apex: Governor Limits").
    const isImmediate = records[0]?.schema.publishBehavior === 'PublishImmediately';
    transaction.charge(machine, isImmediate ? 'publishImmediate' : 'dmlStatements');
    transaction.pend('a published event');
    return records.map((record) => this.publishOne(record, isImmediate));
  }

  publishOne(record, isImmediate) {
    const error = firstProblem(this.machine, record, { isInsert: true });
    if (error) return { id: null, error };
    const event = record.copy();
    if (isImmediate && !this.machine.isTest) this.accept([event]);
    else this.machine.transaction.events.push(event);
    return {
      id: `e00xx000000000${String(this.machine.transaction.events.length).padStart(4, '0')}`,
      error: null
    };
  }

  /** Takes events whose transaction was committed. */
  accept(events) {
    for (const event of events) {
      event.fields.set('replayid', String((this.lastReplayId += 1)));
      event.fields.set('createddate', new ApexDatetime(this.machine.org.now()));
      event.fields.set('createdbyid', this.machine.userId);
      this.pending.push(event);
    }
  }

  /** Delivers one batch to the triggers of its event; false when nothing waits. */
  deliver() {
    if (!this.pending.length) return false;
    const [{ schema }] = this.pending;
    const batch = this.pending.filter((event) => event.schema === schema).slice(0, BATCH);
    this.pending = this.pending.filter((event) => !batch.includes(event));
    for (const trigger of this.machine.program.triggersOn(schema))
      this.deliverTo(trigger, batch, 0);
    return true;
  }

  /** A trigger that throws EventBus.RetryableException sees the batch again, up to 9 times more. */
  deliverTo(trigger, batch, retries) {
    const { machine } = this;
    const userId =
      this.subscribers.get(batch[0].schema.name.toLowerCase()) ?? machine.org.automatedId;
    this.current = { retries, checkpoint: null };
    const { problem } = machine.transact({ kind: 'event', userId }, () => {
      machine.transaction.triggerDepth = 1;
      runTrigger(machine, trigger, eventContext(batch));
    });
    if (!problem) return;
    if (problem.type === 'EventBus.RetryableException' && retries < MOST_RETRIES)
      this.deliverTo(trigger, batch, retries + 1);
    else machine.failures.push({ job: trigger.name, problem });
  }
}

function eventContext(batch) {
  const events = batch.map((event) => {
    const copy = new Rec(event.schema, new Map(event.fields));
    copy.readOnly = true;
    return copy;
  });
  return new Native('Trigger', {
    new: new ApexList(events),
    old: null,
    newmap: new ApexMap(),
    oldmap: null,
    isexecuting: true,
    isbefore: false,
    isafter: true,
    isinsert: true,
    isupdate: false,
    isdelete: false,
    isundelete: false,
    size: events.length,
    operationtype: new EnumValue('TriggerOperation', 'AFTER_INSERT', 3)
  });
}
