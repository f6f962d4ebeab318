// Database, its result classes, savepoints, and EventBus.
import { Gap } from '../problems.mjs';
import { ApexList } from '../values/collections.mjs';
import { EnumValue, Native } from '../values/objects.mjs';
import { Rec } from '../values/records.mjs';

const modeOf = (level) => (level === null ? null : level.name === 'USER_MODE' ? 'user' : 'system');

/** A DML method: one result for one record, a list for a list. */
function dml(operation, resultType) {
  return (machine, records, allOrNone = true, level = null, externalId = null) => {
    const outcomes = machine.dml.run({
      operation,
      records,
      allOrNone: allOrNone ?? true,
      mode: modeOf(level) ?? 'system',
      externalId
    });
    const results = outcomes.map(
      (one) =>
        new Native(`Database.${resultType}`, {
          id: one.error ? null : one.id,
          error: one.error,
          created: one.created
        })
    );
    return records instanceof Rec ? results[0] : new ApexList(results);
  };
}

/** The forms that every operation has: on a record or a list, with all-or-none, with a mode. */
function forms(name, operation, resultType) {
  const run = dml(operation, resultType);
  const entries = {};
  for (const type of ['SObject', 'List<SObject>']) {
    entries[`${name}(${type})`] = run;
    entries[`${name}(${type}, Boolean)`] = run;
    entries[`${name}(${type}, Boolean, AccessLevel)`] = run;
    entries[`${name}(${type}, AccessLevel)`] = (m, records, level) => run(m, records, true, level);
  }
  return entries;
}

/** Deletes and undeletes also take ids. */
function byId(name, operation, resultType) {
  const run = dml(operation, resultType);
  const record = (machine, id) => new Rec(schemaOfId(machine, id), new Map([['id', id]]));
  const each = (machine, ids) => new ApexList(ids.items.map((id) => record(machine, id)));
  return {
    [`${name}(Id)`]: (m, id) => run(m, record(m, id)),
    [`${name}(Id, Boolean)`]: (m, id, all) => run(m, record(m, id), all),
    [`${name}(List<Id>)`]: (m, ids) => run(m, each(m, ids)),
    [`${name}(List<Id>, Boolean)`]: (m, ids, all) => run(m, each(m, ids), all),
    [`${name}(List<Id>, Boolean, AccessLevel)`]: (m, ids, all, level) =>
      run(m, each(m, ids), all, level)
  };
}

function schemaOfId(machine, id) {
  const schema = [...machine.org.schemas.values()].find((one) => one.prefix === id.slice(0, 3));
  return (
    schema ?? machine.raise('System.SObjectException', `Cannot locate Apex Type for ID: ${id}`)
  );
}

function upsert(machine, records, field, allOrNone = true, level = null) {
  return dml('upsert', 'UpsertResult')(machine, records, allOrNone, level, field.state.field.name);
}

/** Dynamic SOQL: bound names are read from the caller's variables, or from a map. */
function dynamicQuery(machine, text, level = null, binds = null) {
  const frame = machine.frames.at(-1);
  const bind = (node) => {
    if (node.kind !== 'Name') throw new Gap('a bound expression in dynamic SOQL');
    if (binds)
      return (
        binds.get(node.name) ??
        machine.raise('System.QueryException', `Key '${node.name}' does not exist in the bindMap`)
      );
    const slot = frame.find(node.name.toLowerCase());
    return slot
      ? slot.value
      : machine.raise('System.QueryException', `Variable does not exist: ${node.name}`);
  };
  return machine.query(text, { bind, mode: modeOf(level) });
}

function savepoint(machine) {
  machine.transaction.charge(machine, 'dmlStatements');
  return new Native('Savepoint', { rows: machine.org.store.savepoint() });
}

/** "Each rollback counts against the limit of DML statements"; static variables are not reverted (Transaction Control). */
function rollback(machine, point) {
  machine.transaction.charge(machine, 'dmlStatements');
  machine.org.store.rollback(point.state.rows);
}

function emptyBin(machine, records) {
  const list = records instanceof Rec ? [records] : records.items;
  machine.transaction.charge(machine, 'dmlStatements');
  machine.transaction.charge(machine, 'dmlRows', list.length);
  machine.transaction.pend('DML');
  for (const record of list) {
    const table = machine.org.store.table(record.schema);
    if (table.get(record.id)?.get('isdeleted')) table.delete(record.id);
  }
  return new ApexList(
    list.map(
      (record) => new Native('Database.EmptyRecycleBinResult', { id: record.id, error: null })
    )
  );
}

function merge(machine, master, duplicates, allOrNone = true) {
  if (allOrNone === false) throw new Gap('Database.merge with partial success');
  const { ids } = machine.dml.merge({ master, duplicates, mode: null });
  const results = ids.map(
    (id) => new Native('Database.MergeResult', { id: master.id, merged: id, error: null })
  );
  return duplicates instanceof ApexList ? new ApexList(results) : results[0];
}

function publish(machine, events) {
  const list = events instanceof Rec ? [events] : (events?.items ?? machine.nullPointer());
  const results = machine.events
    .publish(list)
    .map(({ id, error }) => new Native('Database.SaveResult', { id, error, created: true }));
  return events instanceof Rec ? results[0] : new ApexList(results);
}

const result = {
  properties: ['success', 'id', 'errors'],
  methods: {
    'isSuccess()': (m, self) => self.state.error === null,
    'isCreated()': (m, self) => self.state.created && self.state.error === null,
    'getId()': (m, self) => self.state.id,
    'getErrors()': (m, self) =>
      new ApexList(self.state.error ? [new Native('Database.Error', self.state.error)] : []),
    'getMergedRecordIds()': (m, self) => new ApexList([self.state.merged])
  }
};

export const database = {
  Database: {
    statics: {
      ...forms('insert', 'insert', 'SaveResult'),
      ...forms('update', 'update', 'SaveResult'),
      ...forms('upsert', 'upsert', 'UpsertResult'),
      ...forms('delete', 'delete', 'DeleteResult'),
      ...forms('undelete', 'undelete', 'UndeleteResult'),
      ...byId('delete', 'delete', 'DeleteResult'),
      ...byId('undelete', 'undelete', 'UndeleteResult'),
      'upsert(SObject, Schema.SObjectField)': upsert,
      'upsert(List<SObject>, Schema.SObjectField)': upsert,
      'upsert(List<SObject>, Schema.SObjectField, Boolean)': upsert,
      'upsert(List<SObject>, Schema.SObjectField, Boolean, AccessLevel)': upsert,
      'merge(SObject, Object)': merge,
      'merge(SObject, Object, Boolean)': merge,
      'query(String)': (m, text) => dynamicQuery(m, text),
      'query(String, AccessLevel)': dynamicQuery,
      'queryWithBinds(String, Map<String, Object>, AccessLevel)': (m, text, binds, level) =>
        dynamicQuery(m, text, level, caseless(binds)),
      'countQuery(String)': (m, text) => dynamicQuery(m, text),
      'countQuery(String, AccessLevel)': dynamicQuery,
      'setSavepoint()': savepoint,
      'rollback(System.Savepoint)': rollback,
      'emptyRecycleBin(SObject)': emptyBin,
      'emptyRecycleBin(List<SObject>)': emptyBin,
      'convertLead(Database.LeadConvert)': convert
    }
  },
  'Database.SaveResult': result,
  'Database.UpsertResult': result,
  'Database.DeleteResult': result,
  'Database.UndeleteResult': result,
  'Database.MergeResult': result,
  'Database.EmptyRecycleBinResult': result,
  'Database.Error': {
    methods: {
      'getMessage()': (m, self) => self.state.message,
      'getStatusCode()': (m, self) => new EnumValue('StatusCode', self.state.code, -1),
      'getFields()': (m, self) => new ApexList([...self.state.fields])
    }
  },
  'Database.LeadConvert': {
    new: {
      '()': () =>
        new Native('Database.LeadConvert', {
          withoutOpportunity: false,
          accountId: null,
          contactId: null
        })
    },
    methods: {
      'setLeadId(Id)': (m, self, id) => void (self.state.leadId = id),
      'setConvertedStatus(String)': (m, self, status) => void (self.state.status = status),
      'setDoNotCreateOpportunity(Boolean)': (m, self, value) =>
        void (self.state.withoutOpportunity = value),
      'setAccountId(Id)': (m, self, id) => void (self.state.accountId = id),
      'setContactId(Id)': (m, self, id) => void (self.state.contactId = id)
    }
  },
  'Database.LeadConvertResult': {
    methods: {
      'isSuccess()': () => true,
      'getContactId()': (m, self) => self.state.contactId,
      'getAccountId()': (m, self) => self.state.accountId,
      'getLeadId()': (m, self) => self.state.leadId,
      'getOpportunityId()': () => null
    }
  },
  AccessLevel: { values: ['USER_MODE', 'SYSTEM_MODE'] },
  EventBus: { statics: { 'publish(SObject)': publish, 'publish(List<SObject>)': publish } },
  'EventBus.RetryableException': {}
};

function convert(machine, request) {
  return new Native('Database.LeadConvertResult', machine.dml.convert(request.state));
}

function caseless(binds) {
  const map = new Map(binds.entries.map(({ key, value }) => [key.toLowerCase(), value]));
  return { get: (name) => map.get(name.toLowerCase()) };
}
