import { createElement } from 'lwc';
import RaccordDeliveries from 'c/raccordDeliveries';

const TAKEN = {
  name: 'R-00000001',
  at: '2026-11-22T10:15:30.000Z',
  events: 2,
  taken: true,
  status: 202,
  reason: 'taken'
};

function show(...deliveries) {
  const element = createElement('c-raccord-deliveries', { is: RaccordDeliveries });
  element.deliveries = deliveries;
  document.body.appendChild(element);
  return element.shadowRoot;
}

afterEach(() => document.body.replaceChildren());

describe('c-raccord-deliveries', () => {
  it('says that deliveries will appear', () => {
    const root = show();
    expect(root.querySelector('[data-id="empty"]')).not.toBeNull();
    expect(root.querySelector('table')).toBeNull();
  });

  it.each([
    [{}, 'RaccordTaken', 'slds-theme_success'],
    [{ reason: 'taken_in_part' }, 'RaccordTakenInPart', 'slds-theme_success'],
    [{ taken: false, status: 422 }, 'RaccordDeadResult', 'slds-theme_error'],
    [{ taken: false, reason: 'too_old' }, 'RaccordTooOld', 'slds-theme_error']
  ])('shows what became of %j', (delivery, label, colour) => {
    const badge = show({ ...TAKEN, ...delivery }).querySelector('.slds-badge');
    expect(badge.textContent).toBe(`c.${label}`);
    expect(badge.className).toContain(colour);
  });

  it('shows one row for each delivery', () => {
    const root = show(TAKEN, { ...TAKEN, name: 'R-00000002' });
    expect(root.querySelectorAll('tbody tr')).toHaveLength(2);
  });
});
