// The list of mutants that may survive, and what makes a run fail.
import assert from 'node:assert/strict';
import { test } from 'node:test';

import { printMutation } from '../src/commands/mutation.mjs';
import { withoutListed } from '../src/mutation/survivors.mjs';

const mutant = (unit, code, text, fate) => ({
  unit,
  file: `${unit}.cls`,
  line: 1,
  code,
  text,
  fate
});
const KILLED = mutant('A', 'if (x > 1) {', '> becomes >=', 'killed');
const SURVIVED = mutant('A', 'Integer most = 10;', '10 becomes 11', 'survived');
const ENTRY = { in: 'A', code: 'most = 10', change: '10 becomes 11', why: 'a round figure' };

test('a mutant that the list names does not count', () => {
  assert.deepEqual(withoutListed([KILLED, SURVIVED], [ENTRY]), { counted: [KILLED], stale: [] });
});

test('an entry that a test notices, or that names no mutant, or none alone, or gives no reason, is out of date', () => {
  const stale = (mutants, entry) => withoutListed(mutants, [entry]).stale.join();
  assert.match(stale([{ ...SURVIVED, fate: 'killed' }], ENTRY), /a test notices it/);
  assert.match(stale([KILLED], ENTRY), /names 0 mutants/);
  assert.match(
    stale([SURVIVED, { ...SURVIVED, unit: 'B' }], { ...ENTRY, in: 'B', code: 'gone' }),
    /names 0/
  );
  assert.match(stale([SURVIVED, { ...SURVIVED }], ENTRY), /names 2 mutants/);
  assert.match(stale([SURVIVED], { ...ENTRY, why: '' }), /no reason/);
});

test('a run fails below the share asked for, by an old list, by what it did not try, and by nothing to try', (context) => {
  context.mock.method(console, 'log', () => {});
  const code = (mutants, listed = [], least = 100) =>
    printMutation({ mutants, broken: [] }, { json: false, least, listed });
  assert.equal(code([KILLED]), 0);
  assert.equal(code([KILLED, SURVIVED], [ENTRY]), 0);
  assert.equal(code([KILLED, SURVIVED]), 1);
  assert.equal(code([KILLED, SURVIVED], [], 50), 0);
  assert.equal(code([KILLED], [ENTRY]), 1);
  assert.equal(code([KILLED, { ...KILLED, fate: 'untried' }]), 1);
  assert.equal(code([]), 1);
});
