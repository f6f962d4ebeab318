// Records one by one, in collections and page by page.

import { connected, refusal, tell } from './org.mjs';

const conn = connected();
const contacts = conn.sobject('Contact');

await tell(async () => ({
  describe: await describing(),
  one: await one(),
  collections: await collections(),
  paging: await paging(),
  search: await conn.search('FIND {Findable} RETURNING Contact(Id, LastName)'),
  changes: await changes(),
}));

async function describing() {
  const everything = await conn.describeGlobal();
  const contact = await contacts.describe();
  return {
    names: everything.sobjects.map((each) => each.name),
    fields: contact.fields.map((each) => each.name),
    required: contact.fields.find((each) => each.name === 'LastName').nillable === false,
  };
}

async function one() {
  const { id } = await contacts.create({ LastName: 'Findable', Email: 'D@Example.com' });
  const read = await contacts.retrieve(id);
  const updated = await contacts.update({ Id: id, Title: 'CEO', Phone: null });
  const made = await contacts.upsert({ LastName: 'Upserted', Key__c: 'k1' }, 'Key__c');
  const changed = await contacts.upsert({ LastName: 'Again', Key__c: 'k1' }, 'Key__c');
  const { id: doomed } = await contacts.create({ LastName: 'Doomed' });
  const deleted = await contacts.destroy(doomed);
  const gone = await refusal(contacts.retrieve(doomed));
  const bin = await conn.query('SELECT Id FROM Contact WHERE IsDeleted = TRUE', { scanAll: true });
  return {
    email: read.Email,
    updated: updated.success,
    made: made.created,
    changed: changed.created,
    sameRecord: made.id === changed.id,
    deleted: deleted.success,
    gone,
    inBin: bin.records.map((each) => each.Id === doomed),
    refused: await refusal(contacts.create({ FirstName: 'x' })),
  };
}

async function collections() {
  const rows = [{ LastName: 'Good' }, { FirstName: 'Bad' }, { LastName: 'Good too' }];
  const some = await contacts.create(rows);
  const none = await contacts.create(rows, { allOrNone: true });
  const kept = some.filter((each) => each.success).map((each) => each.id);
  const updates = kept.map((Id, index) => ({ Id, Email: index ? 'no address' : 'a@example.com' }));
  const updated = await contacts.update(updates);
  const read = await contacts.retrieve(kept);
  const deleted = await contacts.destroy([...kept, kept[0]]);
  return { some, none, updated, read: read.map((each) => each.Email), deleted };
}

async function paging() {
  const rows = Array.from({ length: 2100 }, (_, index) => ({ LastName: `P${index}`, Company: 'Paged' }));
  const made = await conn.sobject('Lead').create(rows, { allowRecursive: true });
  const text = 'SELECT Id, LastName FROM Lead';
  const first = await conn.query(text);
  const second = await conn.queryMore(first.nextRecordsUrl);
  const fetched = await conn.query(text, { autoFetch: true, maxFetch: 5000 });
  const chosen = await conn
    .sobject('Lead')
    .find({ LastName: { $like: 'P20%' } }, 'Id, LastName')
    .sort({ LastName: 1 })
    .limit(3);
  return {
    made: made.filter((each) => each.success).length,
    first: first.records.length,
    done: [first.done, second.done],
    second: second.records.length,
    fetched: fetched.records.length,
    total: first.totalSize,
    streamed: await counted(conn.query(text)),
    chosen: chosen.map((each) => each.LastName),
  };
}

/** How many records come as events, page after page. */
async function counted(query) {
  let count = 0;
  query.on('record', () => (count += 1));
  await query.run({ autoFetch: true, maxFetch: 5000 });
  return count;
}

/** What changed lately; the org tells it once the second in which it changed is over. */
async function changes() {
  const now = Date.now();
  const [start, end] = [new Date(now - 3600_000), new Date(now + 120_000)].map((each) => each.toISOString());
  let found;
  do {
    await new Promise((resolve) => setTimeout(resolve, 100));
    found = { updated: await contacts.updated(start, end), deleted: await contacts.deleted(start, end) };
  } while (found.updated.ids.length < 2 || found.deleted.deletedRecords.length < 3);
  return { updated: found.updated.ids.length, deleted: found.deleted.deletedRecords.length };
}
