// List, Set, Map and Iterator.
import { Gap } from '../problems.mjs';
import { ApexList, ApexMap, ApexSet } from '../values/collections.mjs';
import { EnumValue, Instance, Native } from '../values/objects.mjs';
import { Rec } from '../values/records.mjs';
import { copyOf } from '../run/copy.mjs';
import { compare, isEqual } from '../run/text.mjs';
import { coerce } from '../run/types.mjs';

const element = (m, list, value) => coerce(m, value, list.type?.args[0]);

function at(machine, list, place) {
  if (place === null) machine.nullPointer();
  if (place < 0 || place >= list.items.length)
    machine.raise('System.ListException', `List index out of bounds: ${place}`);
  return place;
}

function itemsOf(machine, value) {
  if (value === null) machine.nullPointer();
  if (!(value instanceof ApexList || value instanceof ApexSet))
    throw new Gap('addAll with something else than a list or a set');
  return value.items;
}

/** Numbers, text, dates and enums have an order; our classes give theirs through Comparable. */
function sort(machine, list) {
  const order = (a, b) => {
    if (a instanceof Instance) return machine.callOwn(a, 'compareTo', [b]);
    if (a instanceof Rec || b instanceof Rec) throw new Gap('sort() of records');
    return a instanceof EnumValue ? a.ordinal - b.ordinal : compare(machine, a, b);
  };
  list.items.sort(order);
}

function mapFromRecords(machine, map, records) {
  for (const record of records) {
    if (!record.id) machine.raise('System.ListException', 'Row with null Id at index: 0');
    map.put(record.id, record);
  }
  return map;
}

function iterator(machine, items) {
  return new Native('Iterator', { items: [...items], place: 0 });
}

export const collections = {
  List: {
    new: {
      '()': (m, type) => new ApexList([], type),
      '(Integer)': (m, type, size) => new ApexList(new Array(size).fill(null), type),
      '(List<Object>)': (m, type, other) => new ApexList([...itemsOf(m, other)], type),
      '(Set<Object>)': (m, type, other) => new ApexList([...itemsOf(m, other)], type)
    },
    methods: {
      'add(Object)': (m, list, value) => void list.items.push(element(m, list, value)),
      'add(Integer, Object)': (m, list, place, value) => {
        if (place < 0 || place > list.items.length)
          m.raise('System.ListException', `List index out of bounds: ${place}`);
        list.items.splice(place, 0, element(m, list, value));
      },
      'addAll(Object)': (m, list, other) =>
        void list.items.push(...itemsOf(m, other).map((one) => element(m, list, one))),
      'size()': (m, list) => list.items.length,
      'isEmpty()': (m, list) => list.items.length === 0,
      'get(Integer)': (m, list, place) => list.items[at(m, list, place)],
      'set(Integer, Object)': (m, list, place, value) =>
        void (list.items[at(m, list, place)] = element(m, list, value)),
      'remove(Integer)': (m, list, place) => list.items.splice(at(m, list, place), 1)[0],
      'clear()': (m, list) => void (list.items.length = 0),
      'contains(Object)': (m, list, value) => list.items.some((one) => isEqual(m, one, value)),
      'indexOf(Object)': (m, list, value) => list.items.findIndex((one) => isEqual(m, one, value)),
      'sort()': sort,
      'clone()': (m, list) => new ApexList([...list.items], list.type),
      'deepClone()': (m, list) => copyOf(list),
      'iterator()': (m, list) => iterator(m, list.items),
      'equals(Object)': (m, list, other) => isEqual(m, list, other)
    }
  },
  Set: {
    new: {
      '()': (m, type) => new ApexSet([], type),
      '(List<Object>)': (m, type, other) => new ApexSet(itemsOf(m, other), type),
      '(Set<Object>)': (m, type, other) => new ApexSet(itemsOf(m, other), type)
    },
    methods: {
      'add(Object)': (m, set, value) => set.add(element(m, set, value)),
      'addAll(Object)': (m, set, other) =>
        itemsOf(m, other)
          .map((one) => set.add(element(m, set, one)))
          .includes(true),
      'contains(Object)': (m, set, value) => set.has(element(m, set, value)),
      'containsAll(Object)': (m, set, other) => itemsOf(m, other).every((one) => set.has(one)),
      'remove(Object)': (m, set, value) => set.delete(element(m, set, value)),
      'removeAll(Object)': (m, set, other) =>
        itemsOf(m, other)
          .map((one) => set.delete(one))
          .includes(true),
      'retainAll(Object)': (m, set, other) => {
        const kept = new ApexSet(itemsOf(m, other));
        return set.items
          .filter((one) => !kept.has(one))
          .map((one) => set.delete(one))
          .includes(true);
      },
      'size()': (m, set) => set.map.size,
      'isEmpty()': (m, set) => set.map.size === 0,
      'clear()': (m, set) => void set.map.clear(),
      'clone()': (m, set) => new ApexSet(set.items, set.type),
      'iterator()': (m, set) => iterator(m, set.items),
      'equals(Object)': (m, set, other) => isEqual(m, set, other)
    }
  },
  Map: {
    new: {
      '()': (m, type) => new ApexMap(type),
      '(Map<Object, Object>)': (m, type, other) => {
        const map = new ApexMap(type);
        for (const { key, value } of other.entries) map.put(key, value);
        return map;
      },
      '(List<SObject>)': (m, type, rows) => mapFromRecords(m, new ApexMap(type), rows.items)
    },
    methods: {
      'put(Object, Object)': (m, map, key, value) => {
        const typed = coerce(m, key, map.type?.args[0]);
        const before = map.get(typed);
        map.put(typed, coerce(m, value, map.type?.args[1]));
        return before;
      },
      'putAll(Map<Object, Object>)': (m, map, other) =>
        other.entries.forEach(({ key, value }) => map.put(key, value)),
      'putAll(List<SObject>)': (m, map, rows) => void mapFromRecords(m, map, rows.items),
      'get(Object)': (m, map, key) => map.get(coerce(m, key, map.type?.args[0])),
      'containsKey(Object)': (m, map, key) => map.has(coerce(m, key, map.type?.args[0])),
      'remove(Object)': (m, map, key) => {
        const before = map.get(key);
        map.delete(key);
        return before;
      },
      'keySet()': (m, map) => new ApexSet(map.entries.map((one) => one.key)),
      'values()': (m, map) => new ApexList(map.entries.map((one) => one.value)),
      'size()': (m, map) => map.map.size,
      'isEmpty()': (m, map) => map.map.size === 0,
      'clear()': (m, map) => void map.map.clear(),
      'clone()': (m, map) => collections.Map.new['(Map<Object, Object>)'](m, map.type, map),
      'equals(Object)': (m, map, other) => isEqual(m, map, other)
    }
  },
  Iterator: {
    methods: {
      'hasNext()': (m, self) => self.state.place < self.state.items.length,
      'next()': (m, self) => {
        if (self.state.place >= self.state.items.length)
          m.raise('System.NoSuchElementException', 'Iterator has no more elements');
        return self.state.items[self.state.place++];
      }
    }
  }
};
