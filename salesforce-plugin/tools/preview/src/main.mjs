import './org.mjs';
import '@lwc/synthetic-shadow';
import { createElement } from 'lwc';
import Page from 'c/raccordSetup';

document.querySelector('main').append(createElement('c-raccord-setup', { is: Page }));
