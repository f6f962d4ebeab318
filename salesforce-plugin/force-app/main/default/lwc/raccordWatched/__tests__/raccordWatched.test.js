import { createElement } from 'lwc';
import RaccordWatched from 'c/raccordWatched';

function show(watched) {
  const element = createElement('c-raccord-watched', { is: RaccordWatched });
  element.watched = watched;
  document.body.appendChild(element);
  return element.shadowRoot;
}

afterEach(() => document.body.replaceChildren());

describe('c-raccord-watched', () => {
  it('lists the fields of each object', () => {
    const root = show({ Contact: ['Email', 'LastName'], Lead: [] });
    expect([...root.querySelectorAll('li')].map((item) => item.textContent)).toEqual([
      'Email',
      'LastName'
    ]);
    expect(root.textContent).toContain('RaccordWatchedNone');
  });

  it('says that every field is watched', () => {
    expect(show({ Contact: ['*'], Lead: [] }).querySelector('li').textContent).toContain(
      'RaccordWatchedAll'
    );
  });

  it('says what to do while nothing is watched', () => {
    const root = show({ Contact: [], Lead: [] });
    expect(root.querySelector('[data-id="empty"]').textContent).toContain('RaccordWatchedEmpty');
  });
});
