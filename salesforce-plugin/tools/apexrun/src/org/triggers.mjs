// Fires the triggers of an object for one chunk, with the Trigger context they read.
import { ApexList, ApexMap } from '../values/collections.mjs';
import { EnumValue, Native } from '../values/objects.mjs';
import { Rec } from '../values/records.mjs';
import { Frame } from '../run/frame.mjs';
import { execute } from '../run/statements.mjs';

// "Total stack depth for any Apex invocation that recursively fires triggers due to insert, update, or delete statements".
const DEEPEST = 16;

const EVENTS = [
  'BEFORE_INSERT',
  'BEFORE_UPDATE',
  'BEFORE_DELETE',
  'AFTER_INSERT',
  'AFTER_UPDATE',
  'AFTER_DELETE',
  'AFTER_UNDELETE'
];

/** Runs all triggers of `timing` on the outcomes' records; errors go to the outcomes. */
export function fireTriggers(machine, { operation, timing, outcomes }) {
  if (!outcomes.length) return;
  const { schema } = outcomes[0].change;
  const event = `${timing}${operation}`;
  const triggers = machine.program
    .triggersOn(schema)
    .filter((trigger) => trigger.events.includes(event));
  for (const trigger of triggers) {
    const context = triggerContext(outcomes, { operation, timing, schema });
    deeper(machine, () =>
      machine.dml.guarded(
        () => runTrigger(machine, trigger, context),
        outcomes,
        trigger.name,
        eventName(timing, operation)
      )
    );
    collectErrors(outcomes, context);
  }
}

function eventName(timing, operation) {
  const capital = (word) => word[0].toUpperCase() + word.slice(1);
  return capital(timing) + capital(operation);
}

function deeper(machine, work) {
  const { transaction } = machine;
  transaction.triggerDepth += 1;
  if (transaction.triggerDepth > DEEPEST)
    machine.raise('System.LimitException', 'Maximum trigger depth exceeded');
  try {
    work();
  } finally {
    transaction.triggerDepth -= 1;
  }
}

/** Runs a trigger's body with `context` as its Trigger variable. */
export function runTrigger(machine, trigger, context) {
  const outer = machine.triggerContext;
  machine.triggerContext = context;
  try {
    const frame = new Frame(machine, {
      cls: null,
      name: `Trigger.${trigger.name}`,
      file: trigger.file
    });
    machine.inFrame(frame, () => execute(frame, trigger.body));
  } finally {
    machine.triggerContext = outer;
  }
}

/** Trigger.new of a before trigger is the record that will be stored; all else is read-only. */
function triggerContext(outcomes, { operation, timing, schema }) {
  const newer =
    operation === 'delete'
      ? null
      : outcomes.map((one) => (timing === 'before' ? one.change.next : frozen(one.change.next)));
  const older =
    operation === 'update' || operation === 'delete'
      ? outcomes.map((one) => frozen(one.change.old))
      : null;
  const name = `${timing}_${operation}`.toUpperCase();
  return new Native('Trigger', {
    new: newer && listOf(newer, schema),
    old: older && listOf(older, schema),
    newmap:
      newer && operation !== 'insert'
        ? mapOf(newer)
        : newer && timing === 'after'
          ? mapOf(newer)
          : null,
    oldmap: older && mapOf(older),
    isexecuting: true,
    isbefore: timing === 'before',
    isafter: timing === 'after',
    isinsert: operation === 'insert',
    isupdate: operation === 'update',
    isdelete: operation === 'delete',
    isundelete: operation === 'undelete',
    size: outcomes.length,
    operationtype: new EnumValue('TriggerOperation', name, EVENTS.indexOf(name))
  });
}

function frozen(record) {
  const copy = new Rec(record.schema, new Map(record.fields));
  copy.readOnly = true;
  return copy;
}

function listOf(records, schema) {
  return new ApexList(records, {
    name: 'list',
    args: [{ name: 'sobject', args: [], text: schema.name }],
    text: `List<${schema.name}>`
  });
}

function mapOf(records) {
  const map = new ApexMap();
  for (const record of records) map.put(record.id, record);
  return map;
}

/** `record.addError(...)` in a trigger refuses that record. */
function collectErrors(outcomes, context) {
  const records = context.state.new ?? context.state.old;
  for (const [place, record] of records.items.entries()) {
    if (!record.errors.length) continue;
    const [{ message, fields }] = record.errors;
    outcomes[place].error ??= { code: 'FIELD_CUSTOM_VALIDATION_EXCEPTION', message, fields };
  }
}
