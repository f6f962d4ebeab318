/**
 * The set-up page in a browser, without an org: the platform's own components and styles around our
 * page; only what an org would answer is made up (src/org.mjs).
 */
import fs from 'node:fs';
import lwc from '@lwc/rollup-plugin';
import resolve from '@rollup/plugin-node-resolve';
import replace from '@rollup/plugin-replace';

const METADATA = '../../force-app/main/default';
const OURS =
  /^(@salesforce\/(apex|label\/c\.Raccord|i18n\/lang)|lightning\/platformShowToastEvent)/;

const BASE = { npm: 'lightning-base-components' };

// Beside the platform's components, or the bundler does not find those from ours.
fs.cpSync(`${METADATA}/lwc`, 'build/modules/c', { recursive: true });

export default {
  input: 'src/main.mjs',
  output: { file: 'build/page.js', format: 'iife', inlineDynamicImports: true },
  plugins: [
    { name: 'org', resolveId, load },
    replace({
      preventAssignment: true,
      'import.meta.env.SSR': 'false',
      'process.env.NODE_ENV': JSON.stringify('production')
    }),
    lwc({ rootDir: process.cwd(), modules: [{ dir: 'build/modules' }, BASE] }),
    resolve(),
    { name: 'page', writeBundle: copyPage }
  ],
  onwarn() {}
};

function resolveId(name) {
  return OURS.test(name) ? `\0org:${name}` : null;
}

function load(id) {
  if (!id.startsWith('\0org:')) {
    return null;
  }
  const name = id.slice('\0org:'.length);
  if (name.startsWith('@salesforce/label/')) {
    return `export default ${texts(name.split('.').pop())}[globalThis.org.language];`;
  }
  if (name.startsWith('@salesforce/apex/')) {
    return `export default (values) => globalThis.org.${name.split('.').pop()}(values);`;
  }
  if (name === '@salesforce/i18n/lang') {
    return 'export default globalThis.org.language;';
  }
  return `export class ShowToastEvent extends CustomEvent {
    constructor(detail) { super('toast', { detail, bubbles: true, composed: true }); }
  }`;
}

/** A label in both languages, from the metadata that is deployed. */
function texts(label) {
  const english = read('labels/CustomLabels.labels-meta.xml');
  const french = read('translations/fr.translation-meta.xml');
  const value = english.match(
    new RegExp(`<fullName>${label}</fullName>[\\s\\S]*?<value>(.*?)<`)
  )[1];
  const text = french.match(new RegExp(`<label>([^<]*)</label>\\s*<name>${label}</name>`))[1];
  return JSON.stringify({ en: value, fr: text }).replaceAll('&amp;', '&');
}

function read(file) {
  return fs.readFileSync(`${METADATA}/${file}`, 'utf8');
}

function copyPage() {
  fs.copyFileSync('src/page.html', 'build/page.html');
  fs.cpSync('node_modules/@salesforce-ux/design-system/assets', 'build/assets', {
    recursive: true
  });
}
