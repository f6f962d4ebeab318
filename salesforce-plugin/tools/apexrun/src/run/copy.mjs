// Copies of values: a job is stored when it is enqueued, so what changes afterwards in the caller does not reach it.
import { ApexList, ApexMap, ApexSet } from '../values/collections.mjs';
import { Instance } from '../values/objects.mjs';
import { Rec } from '../values/records.mjs';

/** A copy that shares nothing that can change; transient fields come back empty. */
export function copyOf(value, seen = new Map()) {
  if (value === null || typeof value !== 'object') return value;
  if (seen.has(value)) return seen.get(value);
  const remember = (copy) => {
    seen.set(value, copy);
    return copy;
  };
  if (value instanceof Instance) return copyInstance(value, seen, remember);
  if (value instanceof Rec) return remember(value.copy());
  if (value instanceof ApexList) {
    const copy = remember(new ApexList([], value.type));
    copy.items = value.items.map((one) => copyOf(one, seen));
    return copy;
  }
  if (value instanceof ApexSet)
    return remember(
      new ApexSet(
        value.items.map((one) => copyOf(one, seen)),
        value.type
      )
    );
  if (value instanceof ApexMap) {
    const copy = remember(new ApexMap(value.type));
    for (const { key, value: one } of value.entries) copy.put(copyOf(key, seen), copyOf(one, seen));
    return copy;
  }
  return value;
}

function copyInstance(value, seen, remember) {
  const copy = remember(new Instance(value.cls));
  copy.exception = value.exception;
  for (const [name, slot] of value.fields) {
    const isTransient = slot.field.modifiers.words.has('transient');
    copy.fields.set(name, { ...slot, value: isTransient ? null : copyOf(slot.value, seen) });
  }
  return copy;
}
