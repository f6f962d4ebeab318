/** The project file against its schema, and one version number in all the places that name it. */
import { createRequire } from 'node:module';
import path from 'node:path';
import Ajv from 'ajv';
import { PROJECT, SOURCE, read, report } from './sources.mjs';

const schema = createRequire(import.meta.url)('@salesforce/schemas/sfdx-project.schema.json');
const project = JSON.parse(read(path.join(PROJECT, 'sfdx-project.json')));
const findings = [];

const validate = new Ajv({ strict: false, allErrors: true }).compile(schema);
if (!validate(project)) {
  validate.errors.forEach((error) => findings.push(`${error.instancePath} ${error.message}`));
}

const version = project.packageDirectories[0].versionNumber.replace('.NEXT', '');
const apex = read(path.join(SOURCE, 'main/default/classes/RaccordVersion.cls'));
const written = apex.match(/PLUGIN = '([^']+)'/)?.[1];
if (written !== version) {
  findings.push(`RaccordVersion says ${written}, sfdx-project.json says ${version}`);
}
report(findings, `version ${version}`);
