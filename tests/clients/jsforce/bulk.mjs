// Both Bulk APIs: loads with bad rows in them, queries of more than a page.

import { all, connected, refusal, tell } from './org.mjs';

const conn = connected();
const BAD = new Set([0, 2500, 4999]);

await tell(async () => ({ classic: await classic(), second: await second() }));

function rows(prefix) {
  return Array.from({ length: 5000 }, (_, index) => ({
    Key__c: `${prefix}-${index}`,
    LastName: BAD.has(index) ? 'x'.repeat(81) : `Name ${index}`,
    DoNotCall: index % 2 === 0,
  }));
}

/** Bulk API 1.0. */
async function classic() {
  conn.bulk.pollInterval = 50;
  conn.bulk.pollTimeout = 60_000;
  const upserted = await conn.bulk.load('Contact', 'upsert', { extIdField: 'Key__c' }, rows('one'));
  const found = await all(await conn.bulk.query('SELECT Id, Key__c, DoNotCall, Account.Name FROM Contact'));
  const nothing = await all(await conn.bulk.query("SELECT Id FROM Contact WHERE LastName = 'nobody'"));
  const deleted = await conn.bulk.load('Contact', 'delete', found.map(({ Id }) => ({ Id })));
  return {
    failed: upserted.map((each, index) => (each.success ? -1 : index)).filter((each) => each >= 0),
    error: upserted[0].errors,
    created: upserted.filter((each) => each.created).length,
    found: found.length,
    columns: Object.keys(found[0]),
    nothing: nothing.length,
    deleted: deleted.filter((each) => each.success).length,
    badField: await refusal(conn.bulk.load('Contact', 'insert', [{ Nope: 'x' }])),
    badObject: await refusal(conn.bulk.load('Nope', 'insert', [{ Name: 'x' }])),
    badSession: await refusal(
      connected({ accessToken: '00D!wrong' }).bulk.load('Contact', 'insert', [{ LastName: 'x' }]),
    ),
  };
}

/** Bulk API 2.0. */
async function second() {
  const polling = { pollInterval: 50, pollTimeout: 60_000 };
  const done = await conn.bulk2.loadAndWaitForResults({
    object: 'Contact',
    operation: 'upsert',
    externalIdFieldName: 'Key__c',
    input: rows('two'),
    ...polling,
  });
  const found = await all(await conn.bulk2.query('SELECT Id, Key__c, DoNotCall FROM Contact', polling));
  return {
    successful: done.successfulResults.length,
    failed: done.failedResults.map((each) => each.sf__Error),
    unprocessed: done.unprocessedRecords.length,
    found: found.length,
    badQuery: await refusal(conn.bulk2.query('SELECT Nope FROM Contact', polling)),
    badField: await refusal(
      conn.bulk2.loadAndWaitForResults({
        object: 'Contact',
        operation: 'insert',
        input: [{ Nope: 'x' }],
        ...polling,
      }),
    ),
  };
}
