import { createElement } from 'lwc';
import RaccordFigures from 'c/raccordFigures';

const STATUS = { waiting: 0, dead: 0, scheduled: true };

function show(status) {
  const element = createElement('c-raccord-figures', { is: RaccordFigures });
  element.status = { ...STATUS, ...status };
  document.body.appendChild(element);
  return element.shadowRoot;
}

afterEach(() => document.body.replaceChildren());

describe('c-raccord-figures', () => {
  it('says so when nothing was ever delivered', () => {
    expect(show({}).querySelector('[data-id="last"]').textContent).toContain('RaccordNever');
  });

  it('shows when the last delivery was and who sent it', () => {
    const root = show({
      last_success_at: '2026-11-22T10:15:30.000Z',
      sent_as: 'robot@example.com'
    });
    expect(root.querySelector('lightning-formatted-date-time').value).toBe(
      '2026-11-22T10:15:30.000Z'
    );
    expect(root.textContent).toContain('RaccordSentAs');
  });

  it('shows since when changes wait', () => {
    const root = show({ waiting: 3, waiting_since: '2026-11-22T09:00:00.000Z' });
    expect(root.querySelector('[data-id="waiting"]').textContent).toContain('RaccordChangesMany');
    expect(root.querySelector('lightning-formatted-date-time').value).toContain('09:00');
  });

  it('offers to try again what was given up, and only then', () => {
    expect(show({}).querySelector('lightning-button')).toBeNull();
    const root = show({ dead: 2 });
    const asked = jest.fn();
    root.host.addEventListener('action', (event) => asked(event.detail));
    root.querySelector('lightning-button').click();
    expect(asked).toHaveBeenCalledWith('retry');
  });

  it('offers to start the hourly look where it is off', () => {
    const root = show({ scheduled: false });
    expect(root.querySelector('[data-id="hourly"]').textContent).toContain('RaccordHourlyOff');
    const asked = jest.fn();
    root.host.addEventListener('action', (event) => asked(event.detail));
    root.querySelector('lightning-button').click();
    expect(asked).toHaveBeenCalledWith('start');
  });
});
