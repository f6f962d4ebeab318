// Compares what a run found with the list of mutants that may survive: `{in, code, change, why}`, see mutate.mjs.

/**
 * `mutants` as a run reports them, each with `code`, the text of its line. Answers `{counted, stale}`: the mutants that
 * the list does not name, and sentences about entries that name none, or one that a test notices.
 */
export function withoutListed(mutants, listed) {
  const entries = listed.map((entry) => ({ entry, found: mutants.filter(isNamedBy(entry)) }));
  const named = new Set(entries.flatMap(({ found }) => found));
  return {
    counted: mutants.filter((mutant) => !named.has(mutant)),
    stale: entries.map(sentence).filter(Boolean)
  };
}

const isNamedBy = (entry) => (mutant) =>
  mutant.unit === entry.in && mutant.text === entry.change && mutant.code.includes(entry.code);

function sentence({ entry, found }) {
  const name = `${entry.in}: ${entry.code}: ${entry.change}`;
  if (!entry.why) return `${name}: no reason is given`;
  if (found.length !== 1) return `${name}: names ${found.length} mutants instead of one`;
  return found[0].fate === 'killed' ? `${name}: a test notices it; take it off the list` : null;
}
