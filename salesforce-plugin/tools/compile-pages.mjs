/** Compiles the Lightning web components with the compiler that the platform runs. */
import { createRequire } from 'node:module';
import path from 'node:path';
import { component, files, nameOf, read, report } from './sources.mjs';

const { transformSync } = createRequire(import.meta.url)('@lwc/compiler');

const findings = [];
const sources = files('.js', '.html', '.css').filter((file) => file.includes('/lwc/'));
for (const file of sources) {
  try {
    const options = { namespace: 'c', name: component(file), apiVersion: 65 };
    const { warnings } = transformSync(read(file), path.basename(file), options);
    (warnings ?? []).forEach((each) => findings.push(`${nameOf(file)}: ${each.message}`));
  } catch (error) {
    findings.push(`${nameOf(file)}: ${error.message}`);
  }
}
report(findings, `${sources.length} files of pages compile`);
