/**
 * What an org would answer, by scene: `?scene=halted&language=fr`. The answers have the shape that
 * RaccordStatus gives them.
 */
const query = new URLSearchParams(globalThis.location.search);
const ago = (minutes) => new Date(Date.now() - minutes * 60_000).toISOString();

const WORKING = {
  v: 1,
  plugin: '1.0.0',
  state: 'working',
  scheduled: true,
  watched: {
    Contact: ['FirstName', 'LastName', 'Email', 'Phone', 'MailingCity', 'HasOptedOutOfEmail'],
    Lead: ['FirstName', 'LastName', 'Email', 'Company']
  },
  waiting: 0,
  waiting_more: false,
  waiting_since: null,
  dead: 0,
  dead_more: false,
  last_attempt_at: ago(2),
  last_success_at: ago(2),
  last_status: 202,
  last_reason: 'taken',
  sent_as: 'raccord@example.com',
  deliveries: [2, 9, 31, 64, 122, 360].map((minutes, i) => ({
    name: `R-0000000${i}`,
    at: ago(minutes),
    events: [1, 3, 200, 1, 47, 2][i],
    taken: i !== 4,
    status: i === 4 ? 422 : 202,
    reason: i === 4 ? 'webhook.unusable_events' : 'taken'
  }))
};

const SCENES = {
  working: WORKING,
  paused: { ...WORKING, state: 'paused', waiting: 12, waiting_since: ago(45) },
  retrying: {
    ...WORKING,
    state: 'retrying',
    waiting: 1240,
    waiting_since: ago(20),
    retry_at: ago(-8),
    last_status: null,
    last_reason: 'no_answer',
    last_detail: 'Read timed out'
  },
  halted: {
    ...WORKING,
    state: 'halted',
    waiting: 3,
    waiting_since: ago(12),
    dead: 47,
    retry_at: ago(-48),
    last_status: 401,
    last_reason: 'webhook.signature_wrong'
  },
  new: {
    ...WORKING,
    state: 'new',
    scheduled: false,
    watched: { Contact: [], Lead: [] },
    last_success_at: null,
    sent_as: null,
    deliveries: []
  }
};

let status = SCENES[query.get('scene')] ?? WORKING;
const CHANGES = {
  pause: { state: 'paused' },
  resume: { state: 'working', retry_at: null },
  start: { scheduled: true },
  stop: { state: 'paused', scheduled: false }
};

globalThis.org = {
  language: query.get('language') ?? 'en',
  read: async () => {
    if (query.get('scene') === 'refused') {
      throw Object.assign(new Error(), { body: { message: 'no_permission' } });
    }
    return JSON.stringify(status);
  },
  act: async ({ action }) => {
    status = { ...status, ...CHANGES[action] };
    return JSON.stringify(status);
  }
};
document.documentElement.lang = globalThis.org.language;
