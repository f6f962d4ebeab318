/**
 * Builds what is deployed: build/raccord-plugin.zip, by the vendor's own library, which also finds
 * files that belong to no component. Translations go in a package of their own, because an org that
 * has no French refuses them. The manifests in manifest/ have to say the same; --write writes them.
 */
import fs from 'node:fs';
import path from 'node:path';
import { ComponentSet, MetadataConverter } from '@salesforce/source-deploy-retrieve';
import { PROJECT, SOURCE, files, nameOf, read, report } from './sources.mjs';

const API = '65.0';
const TRANSLATIONS = 'Translations';
const BUILD = path.join(PROJECT, 'build');

const everything = ComponentSet.fromSource(SOURCE).getSourceComponents().toArray();
const findings = strays(everything);
await build('raccord-plugin', (each) => each.type.name !== TRANSLATIONS && !isTest(each));
await build('raccord-plugin-tests', (each) => isTest(each));
await build('raccord-plugin-french', (each) => each.type.name === TRANSLATIONS);
report(findings, `${everything.length} components in build/`);

/** Production wants tests with whatever carries Apex; they are of no use to anybody else. */
function isTest(each) {
  return each.content?.includes(`${path.sep}test${path.sep}`) ?? false;
}

async function build(name, belongs) {
  const set = new ComponentSet(everything.filter(belongs));
  set.apiVersion = API;
  set.sourceApiVersion = API;
  await new MetadataConverter().convert(set, 'metadata', {
    type: 'zip',
    outputDirectory: BUILD,
    packageName: name,
    genUniqueDir: false
  });
  const manifest = path.join(PROJECT, 'manifest', `${name}.xml`);
  const xml = `${(await set.getPackageXml(4)).trim()}\n`;
  if (process.argv.includes('--write')) {
    fs.writeFileSync(manifest, xml);
  } else if (!fs.existsSync(manifest) || read(manifest) !== xml) {
    findings.push(`${nameOf(manifest)}: not what is in force-app; npm run manifest writes it`);
  }
}

function strays(components) {
  const owned = new Set(
    components.flatMap((each) => [
      each.xml,
      ...each.walkContent(),
      ...(each.getChildren?.() ?? []).map((child) => child.xml)
    ])
  );
  return files('')
    .filter((file) => fs.statSync(file).isFile() && !owned.has(file))
    .map((file) => `${nameOf(file)}: belongs to no component`);
}
