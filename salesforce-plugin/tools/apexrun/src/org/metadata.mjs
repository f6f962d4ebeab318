// Everything of the SFDX project that a run needs: schemas, Apex sources, permissions, labels, credentials.
import { readdirSync, readFileSync, existsSync } from 'node:fs';
import { basename, join, relative } from 'node:path';

import { credentialMetadata } from './credentials.mjs';
import { readPermissionSets } from './permissions.mjs';
import { readSchemas } from './schema.mjs';
import { childrenOf, parseXml, textOf } from './xml.mjs';

/** Reads the project whose `sfdx-project.json` lies in `root`, or the plain source folder `root`. */
export function readProject(root) {
  const files = sourceFolders(root).flatMap((folder) => filesUnder(folder, root));
  const named = (ending) => files.filter((file) => file.name.endsWith(ending));
  return {
    root,
    schemas: readSchemas(files),
    classes: named('.cls').map(({ path, text }) => ({ path, text })),
    triggers: named('.trigger').map(({ path, text }) => ({ path, text })),
    labels: readLabels(named('.labels-meta.xml')),
    customPermissions: new Set(
      named('.customPermission-meta.xml').map((file) => file.name.split('.')[0])
    ),
    permissionSets: readPermissionSets(named('.permissionset-meta.xml')),
    records: named('.md-meta.xml').map(customMetadataRecord),
    ...credentialMetadata({
      named: named('.namedCredential-meta.xml'),
      external: named('.externalCredential-meta.xml'),
      remote: named('.remoteSite-meta.xml')
    })
  };
}

function sourceFolders(root) {
  const project = join(root, 'sfdx-project.json');
  if (!existsSync(project)) return [root];
  return JSON.parse(readFileSync(project, 'utf8')).packageDirectories.map((one) =>
    join(root, one.path)
  );
}

function filesUnder(folder, root) {
  return readdirSync(folder, { withFileTypes: true })
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .flatMap((entry) => {
      const path = join(folder, entry.name);
      if (entry.isDirectory()) return entry.name === 'node_modules' ? [] : filesUnder(path, root);
      if (!/\.(cls|trigger|xml)$/.test(entry.name)) return [];
      return [
        { name: basename(path), path: relative(root, path), text: readFileSync(path, 'utf8') }
      ];
    });
}

/** Label name in lower case to its English text. */
function readLabels(files) {
  const labels = new Map();
  for (const file of files) {
    for (const label of childrenOf(parseXml(file.text, { file: file.path }), 'labels')) {
      labels.set(textOf(label, 'fullName').toLowerCase(), textOf(label, 'value'));
    }
  }
  return labels;
}

/** A record of a custom metadata type: `Type.Name.md-meta.xml`. */
function customMetadataRecord(file) {
  const [type, developerName] = file.name.split('.');
  const xml = parseXml(file.text, { file: file.path });
  const values = childrenOf(xml, 'values').map((one) => {
    const value = childrenOf(one, 'value')[0];
    return [textOf(one, 'field'), value.nil ? null : value.text];
  });
  return { object: `${type}__mdt`, developerName, label: textOf(xml, 'label'), values };
}
