/** The files of the plug-in, and what several checks want to know of them. */
import fs from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

export const PROJECT = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '..');
export const SOURCE = path.join(PROJECT, 'force-app');

/** Every file below the source folder whose name ends like one of these. */
export function files(...endings) {
  return fs
    .readdirSync(SOURCE, { recursive: true })
    .map((name) => path.join(SOURCE, name))
    .filter((file) => endings.some((ending) => file.endsWith(ending)))
    .filter((file) => !file.includes('__tests__'))
    .sort();
}

export function read(file) {
  return fs.readFileSync(file, 'utf8');
}

/** How people write a path: relative to the project. */
export function nameOf(file) {
  return path.relative(PROJECT, file);
}

/** The name of the component that a file holds: what stands before the first dot. */
export function component(file) {
  return path.basename(file).split('.')[0];
}

/** The texts of all elements with this name, wherever they are in an XML file. */
export function texts(xml, element) {
  return [...xml.matchAll(new RegExp(`<${element}>([^<]*)</${element}>`, 'g'))].map((m) => m[1]);
}

/** Print findings and end the process: with 1 if there are any. */
export function report(findings, summary) {
  findings.forEach((finding) => console.log(finding));
  console.log(findings.length ? `${findings.length} findings` : summary);
  process.exit(findings.length ? 1 : 0);
}
