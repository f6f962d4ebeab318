// Merge: two or three records of one object become one
// (Apex Developer Guide, "Triggers and Merge Statements": delete of the losers first, then update of the master).
import { Gap } from '../problems.mjs';
import { ApexList } from '../values/collections.mjs';
import { Rec } from '../values/records.mjs';

/** Merges; answers `{ids}` of the records merged away. Throws DmlException where the platform refuses. */
export function mergeRecords(dml, { master, duplicates, mode }) {
  const { machine } = dml;
  const losers = loserRecords(machine, master, duplicates);
  if (losers.length > 2)
    machine.raise(
      'System.DmlException',
      'Merge failed. You can merge up to three records at a time.'
    );
  if (!['Account', 'Contact', 'Lead'].includes(master.schema.name))
    throw new Gap(`merge of ${master.schema.name}`);
  const before = dml.mark();
  dml.begin('merge', [master, ...losers]);
  const outcome = (record) => ({
    record,
    id: null,
    created: false,
    error: null,
    original: record.id
  });
  const gone = losers.map(outcome);
  const kept = [outcome(master)];
  for (const one of gone) one.masterId = master.id;
  dml.attempt(gone, { operation: 'delete', mode: mode ?? 'system' });
  dml.attempt(kept, { operation: 'update', mode: mode ?? 'system' });
  if ([...gone, ...kept].some((one) => one.error)) {
    dml.restore(before);
    dml.refuse('merge', [...kept, ...gone]);
  }
  return { ids: losers.map((one) => one.id) };
}

function loserRecords(machine, master, duplicates) {
  if (master === null || duplicates === null) machine.nullPointer();
  const list = duplicates instanceof ApexList ? duplicates.items : [duplicates];
  return list.map((one) =>
    one instanceof Rec ? one : new Rec(master.schema, new Map([['id', one]]))
  );
}
