/**
 * Compiles all Apex against the platform's own types of API 65, without an org: apex-ls, which lies
 * as jars in the package of the static analysis. Unused code is a finding as well.
 */
import { spawnSync } from 'node:child_process';
import path from 'node:path';
import { PROJECT } from './sources.mjs';

const JARS = 'node_modules/@salesforce/code-analyzer-pmd-engine/dist/java-lib/*';
const MAIN = 'io.github.apexdevtools.apexls.CheckForIssues';

const run = spawnSync('java', ['-cp', JARS, MAIN, '-w', '.', '-d', 'unused', '-n'], {
  cwd: PROJECT,
  encoding: 'utf8'
});
if (run.error) {
  console.log(`Java (17 or later) is needed: ${run.error.message}`);
  process.exit(2);
}
const findings = run.stdout.replaceAll(PROJECT + path.sep, '').trim();
console.log(findings || 'everything compiles, nothing is unused');
process.exit(findings || run.status ? 1 : 0);
