import { createElement } from 'lwc';
import RaccordBanner from 'c/raccordBanner';

const WORKING = { state: 'working', last_status: 202, last_reason: 'taken', sent_as: 'robot' };

function show(status) {
  const element = createElement('c-raccord-banner', { is: RaccordBanner });
  element.status = { ...WORKING, ...status };
  document.body.appendChild(element);
  return element;
}

function text(element) {
  return element.shadowRoot.querySelector('.text').textContent;
}

function buttons(element) {
  return [...element.shadowRoot.querySelectorAll('lightning-button')];
}

function labels(element) {
  return buttons(element).map((button) => button.label);
}

afterEach(() => document.body.replaceChildren());

describe('c-raccord-banner', () => {
  it.each([
    ['working', 'good'],
    ['new', 'calm'],
    ['paused', 'calm'],
    ['retrying', 'warn'],
    ['halted', 'bad']
  ])('shows the state %s as %s', (state, colour) => {
    const banner = show({ state }).shadowRoot.querySelector('.banner');
    expect(banner.className).toContain(colour);
  });

  it('shows a state it does not know, of a later version, as nothing alarming', () => {
    expect(text(show({ state: 'tomorrow' }))).toContain('RaccordStateNew');
  });

  it.each([
    ['webhook.clock_off', 401, 'RaccordHaltedClock'],
    ['webhook.signature_wrong', 401, 'RaccordHaltedSignature'],
    ['http_404', 404, 'RaccordHaltedAddress'],
    ['webhook.closed', 410, 'RaccordHaltedAddress'],
    ['no_credential', null, 'RaccordHaltedCredential'],
    ['not_raccord', 200, 'RaccordHaltedStranger'],
    ['http_403', 403, 'RaccordHaltedOther']
  ])('says what to put right after %s', (reason, status, label) => {
    const element = show({ state: 'halted', last_reason: reason, last_status: status });
    expect(text(element)).toContain(label);
  });

  it('says when it is tried again and what the platform said', () => {
    const element = show({
      state: 'retrying',
      retry_at: '2026-11-22T10:15:30.000Z',
      last_detail: 'Read timed out'
    });
    expect(element.shadowRoot.querySelector('lightning-formatted-date-time').value).toBe(
      '2026-11-22T10:15:30.000Z'
    );
    expect(text(element)).toContain('Read timed out');
  });

  it('does not blame Raccord for what failed here', () => {
    const retrying = { state: 'retrying', last_status: null };
    expect(text(show({ ...retrying, last_reason: 'sender_failed' }))).toContain(
      'RaccordStateFailed'
    );
    expect(text(show({ ...retrying, last_reason: 'no_answer' }))).toContain('RaccordStateRetrying');
  });

  it('offers to pause while it works and to resume while it is paused', () => {
    expect(labels(show({}))).toEqual(['c.RaccordTest', 'c.RaccordPause']);
    expect(labels(show({ state: 'paused', retry_at: '2026-11-22T10:15:30.000Z' }))).toEqual([
      'c.RaccordTest',
      'c.RaccordResume'
    ]);
  });

  it('offers not to wait for the next attempt', () => {
    expect(labels(show({ state: 'halted', retry_at: '2026-11-22T10:15:30.000Z' }))).toContain(
      'c.RaccordTryNow'
    );
  });

  it.each([
    [{}, ['test', 'pause']],
    [{ state: 'paused' }, ['test', 'resume']]
  ])('asks for what its buttons say', (status, expected) => {
    const element = show(status);
    const asked = [];
    element.addEventListener('action', (event) => asked.push(event.detail));
    buttons(element).forEach((button) => button.click());
    expect(asked).toEqual(expected);
  });
});
