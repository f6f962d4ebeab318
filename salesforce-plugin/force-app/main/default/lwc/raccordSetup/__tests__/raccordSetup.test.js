import { createElement } from 'lwc';
import LightningConfirm from 'lightning/confirm';
import RaccordSetup from 'c/raccordSetup';
import read from '@salesforce/apex/RaccordSetupPage.read';
import act from '@salesforce/apex/RaccordSetupPage.act';

jest.mock('@salesforce/apex/RaccordSetupPage.read', () => ({ default: jest.fn() }), {
  virtual: true
});
jest.mock('@salesforce/apex/RaccordSetupPage.act', () => ({ default: jest.fn() }), {
  virtual: true
});

const STATUS = {
  v: 1,
  plugin: '1.0.0',
  state: 'working',
  waiting: 0,
  dead: 0,
  scheduled: true,
  watched: { Contact: ['Email'], Lead: [] },
  last_status: 202,
  last_reason: 'taken',
  deliveries: []
};

// Every promise that is settled by then has had its turn.
const settled = () => new Promise((resolve) => setTimeout(resolve));

async function show() {
  const element = createElement('c-raccord-setup', { is: RaccordSetup });
  document.body.appendChild(element);
  await settled();
  return element.shadowRoot;
}

async function press(root, action) {
  const asked = new CustomEvent('action', { detail: action });
  root.querySelector('c-raccord-banner').dispatchEvent(asked);
  await settled();
}

beforeEach(() => {
  read.mockResolvedValue(JSON.stringify(STATUS));
  act.mockResolvedValue(JSON.stringify(STATUS));
});

afterEach(() => {
  document.body.replaceChildren();
  jest.clearAllMocks();
});

describe('c-raccord-setup', () => {
  it('shows how things stand', async () => {
    const root = await show();
    expect(root.querySelector('c-raccord-banner').status.state).toBe('working');
    expect(root.querySelector('c-raccord-watched').watched.Contact).toEqual(['Email']);
    expect(root.querySelector('lightning-spinner')).toBeNull();
    expect(root.querySelector('section').ariaBusy).not.toBe('true');
  });

  it('says which permission is missing', async () => {
    read.mockRejectedValue({ body: { message: 'no_permission' } });
    const root = await show();
    expect(root.querySelector('[role="alert"]').textContent).toContain('RaccordNoPermission');
    expect(root.querySelector('c-raccord-banner')).toBeNull();
  });

  it('offers to try again when it cannot be loaded', async () => {
    read.mockRejectedValueOnce(new Error('network'));
    const root = await show();
    expect(root.querySelector('[role="alert"]').textContent).toContain('RaccordProblem');

    root.querySelector('lightning-button').click();
    await settled();
    expect(root.querySelector('[role="alert"]')).toBeNull();
    expect(root.querySelector('c-raccord-banner')).not.toBeNull();
  });

  it('does what a button says and shows how things are then', async () => {
    act.mockResolvedValue(JSON.stringify({ ...STATUS, state: 'paused' }));
    const root = await show();
    await press(root, 'pause');
    expect(act).toHaveBeenCalledWith({ action: 'pause' });
    expect(root.querySelector('c-raccord-banner').status.state).toBe('paused');
  });

  it.each([
    [202, 'taken', 'success'],
    [200, 'not_raccord', 'error'],
    [202, 'taken_in_part', 'success'],
    [401, 'signature_wrong', 'error']
  ])('tells how a test ended: %s %s', async (status, reason, variant) => {
    act.mockResolvedValue(JSON.stringify({ ...STATUS, last_status: status, last_reason: reason }));
    const root = await show();
    const toast = jest.fn();
    root.host.addEventListener('lightning__showtoast', (event) => toast(event.detail.variant));
    await press(root, 'test');
    expect(toast).toHaveBeenCalledWith(variant);
  });

  it('tells no result of a test that could not be made', async () => {
    act.mockRejectedValue(new Error('network'));
    const root = await show();
    const toast = jest.fn();
    root.host.addEventListener('lightning__showtoast', toast);
    await press(root, 'test');
    expect(toast).not.toHaveBeenCalled();
    expect(root.querySelector('[role="alert"]')).not.toBeNull();
  });

  it.each([
    [true, 1],
    [false, 0]
  ])('asks before it prepares for removal (%s)', async (agreed, calls) => {
    LightningConfirm.open = jest.fn().mockResolvedValue(agreed);
    const root = await show();
    const buttons = root.querySelectorAll('footer lightning-button');
    buttons[1].click();
    await settled();
    expect(LightningConfirm.open).toHaveBeenCalledTimes(1);
    expect(act).toHaveBeenCalledTimes(calls);
  });
});
