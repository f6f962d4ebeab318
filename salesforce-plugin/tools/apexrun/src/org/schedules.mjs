// Scheduled jobs: System.schedule, the CronTrigger that people see, and running when the time has come.
import { ApexDatetime, Native } from '../values/objects.mjs';
import { copyOf } from '../run/copy.mjs';
import { nextFireTime } from './cron.mjs';

export class Schedules {
  constructor(async) {
    this.async = async;
    /** By CronTrigger id. */
    this.waiting = new Map();
  }

  /** `System.schedule`. Answers the CronTrigger's id. */
  add(name, expression, instance) {
    const { async } = this;
    const { machine } = async;
    const { org } = machine;
    if (name === null || expression === null || instance === null) machine.nullPointer();
    const next = nextFireTime(expression, org.now());
    if (next === null)
      machine.raise('System.StringException', `Illegal cron expression format (${expression})`);
    const details = org.store.rows(org.schema('CronJobDetail'));
    if (details.some((row) => row.get('name') === name)) {
      machine.raise(
        'System.AsyncException',
        `The Apex job named "${name}" is already scheduled for execution.`
      );
    }
    machine.transaction.pend('a scheduled job');
    const detail = org.seed('CronJobDetail', {
      Name: name,
      JobType: '7',
      createdbyid: machine.userId
    });
    const id = org.seed('CronTrigger', {
      CronJobDetailId: detail,
      CronExpression: expression,
      NextFireTime: new ApexDatetime(next),
      State: 'WAITING',
      TimesTriggered: 0,
      createdbyid: machine.userId,
      OwnerId: machine.userId
    });
    const job = async.jobRow(instance.cls, 'ScheduledApex');
    this.waiting.set(id, {
      id,
      detail,
      job,
      expression,
      instance: copyOf(instance),
      userId: machine.userId,
      next
    });
    machine.transaction.schedules.push(id);
    return id;
  }

  /** Ends a schedule; false when the id is none. */
  abort(id) {
    const { org } = this.async.machine;
    const trigger = org.store.row(org.schema('CronTrigger'), id);
    if (!trigger) return false;
    org.store.table(org.schema('CronTrigger')).delete(id);
    org.store.table(org.schema('CronJobDetail')).delete(trigger.get('cronjobdetailid'));
    const schedule = this.waiting.get(id);
    if (schedule) this.async.setJob(schedule.job, { Status: 'Aborted' });
    this.waiting.delete(id);
    return true;
  }

  /** Runs one schedule whose time has come; false when there is none. */
  fireNext(now) {
    const due = [...this.waiting.values()].find((one) => one.next !== null && one.next <= now);
    if (due) this.fire(due);
    return Boolean(due);
  }

  /** Runs a schedule once and works out its next time. */
  fire(schedule, { keepStatics = false } = {}) {
    const { machine } = this.async;
    const { org } = machine;
    const context = new Native('SchedulableContext', { id: schedule.id });
    const { problem } = machine.transact(
      { kind: 'scheduled', userId: schedule.userId, job: schedule, keepStatics },
      () => {
        machine.callOwn(schedule.instance, 'execute', [context]);
      }
    );
    if (problem) machine.failures.push({ job: schedule.instance.cls.fullName, problem });
    schedule.next = nextFireTime(schedule.expression, org.now());
    const schema = org.schema('CronTrigger');
    const row = org.store.row(schema, schedule.id);
    if (!row) return;
    const changed = new Map(row)
      .set('timestriggered', row.get('timestriggered') + 1)
      .set('previousfiretime', new ApexDatetime(org.now()));
    org.store.put(
      schema,
      changed.set('nextfiretime', schedule.next === null ? null : new ApexDatetime(schedule.next))
    );
  }
}
