import { changes, fill, words } from 'c/raccordWords';

// The labels' English texts, since a label is only its own name outside an org.
beforeAll(() => {
  Object.assign(words, {
    ChangesOne: '{0} change',
    ChangesMany: '{0} changes',
    ChangesMore: 'More than {0} changes'
  });
});

describe('fill', () => {
  it('puts values in their places', () => {
    expect(fill('{1} of {0}', 'all', 3)).toBe('3 of all');
  });

  it('leaves a place without a value as it is', () => {
    expect(fill('{0} and {1}', 'one')).toBe('one and {1}');
  });
});

describe('changes', () => {
  it('counts as the language does', () => {
    expect([0, 1, 2].map((count) => changes(count))).toEqual([
      '0 changes',
      '1 change',
      '2 changes'
    ]);
  });

  it('writes large numbers as the language does', () => {
    expect(changes(12345)).toBe('12,345 changes');
  });

  it('says when there are more than were counted', () => {
    expect(changes(1, true)).toBe('More than 1 changes');
  });
});
