import lwc from '@salesforce/eslint-config-lwc/recommended.js';
import js from '@eslint/js';
import jest from 'eslint-plugin-jest';
import globals from 'globals';

export default [
  { ignores: ['node_modules/', 'build/', 'coverage/', 'tools/apexrun/', 'tools/preview/'] },
  ...lwc.map((each) => ({ ...each, files: ['**/lwc/**/*.js'] })),
  {
    files: ['**/__tests__/**/*.js'],
    ...jest.configs['flat/recommended'],
    languageOptions: { globals: { ...globals.node, ...globals.jest } },
    rules: { ...jest.configs['flat/recommended'].rules, '@lwc/lwc/no-async-operation': 'off' }
  },
  {
    files: ['tools/*.mjs'],
    ...js.configs.recommended,
    languageOptions: { globals: globals.node }
  }
];
