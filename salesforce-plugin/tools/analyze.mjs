/**
 * Static analysis with the vendor's security rules: PMD, patterns, and with --deep the graph engine,
 * which follows data from the entry points. Findings of severity 1 to 3 count.
 *
 *     node tools/analyze.mjs [--deep]
 */
import { createRequire } from 'node:module';
import path from 'node:path';
import { PROJECT, SOURCE } from './sources.mjs';
import { ACCEPTED } from './accepted-findings.mjs';

const require = createRequire(import.meta.url);
const { CodeAnalyzer, CodeAnalyzerConfig } = require('@salesforce/code-analyzer-core');

const COUNTS_UP_TO = 3;
// The graph engine enters where pages and REST do, so tests only cost it time.
const [engines, folders] = process.argv.includes('--deep')
  ? [['sfge'], [path.join(SOURCE, 'main/default'), path.join(PROJECT, 'tools/canary')]]
  : [['pmd', 'regex'], [SOURCE]];

const analyzer = new CodeAnalyzer(CodeAnalyzerConfig.withDefaults());
for (const engine of engines) {
  const { createEnginePlugin } = require(`@salesforce/code-analyzer-${engine}-engine`);
  await analyzer.addEnginePlugin(createEnginePlugin());
}
const workspace = await analyzer.createWorkspace(folders);
const rules = await analyzer.selectRules(['all'], { workspace });
const result = await analyzer.run(rules, { workspace });

const violations = result.getViolations().map(described).filter(counts);
const unneeded = ACCEPTED.filter(
  (each) => engines.includes(each.engine) && !each.seen && !each.wavers
);
violations.forEach((each) => console.log(`${each.place}: ${each.rule}: ${each.message}`));
unneeded.forEach((each) => console.log(`accepted but not found: ${each.rule} ${each.files}`));
console.log(`${rules.getCount()} rules of ${engines.join(', ')}, ${violations.length} findings`);
process.exit(violations.length + unneeded.length ? 1 : 0);

function described(violation) {
  const location = violation.getPrimaryLocation();
  const file = path.relative(PROJECT, location.getFile() ?? '');
  return {
    file,
    place: `${file}:${location.getStartLine()}`,
    rule: violation.getRule().getName(),
    severity: violation.getRule().getSeverityLevel(),
    message: violation.getMessage().replace(/\s+/g, ' ').slice(0, 200)
  };
}

function counts(violation) {
  if (violation.severity > COUNTS_UP_TO) {
    return false;
  }
  const accepted = ACCEPTED.filter(
    (each) => each.rule === violation.rule && each.files.test(violation.file)
  );
  accepted.forEach((each) => {
    each.seen = true;
  });
  return accepted.length === 0;
}
