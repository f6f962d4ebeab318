// Cron expressions of System.schedule: seconds minutes hours day-of-month month day-of-week [year]
// (Apex Developer Guide, "Using the System.schedule Method").

const RANGES = [
  [0, 59],
  [0, 59],
  [0, 23],
  [1, 31],
  [1, 12],
  [1, 7],
  [1970, 2099]
];
const MONTHS = ['JAN', 'FEB', 'MAR', 'APR', 'MAY', 'JUN', 'JUL', 'AUG', 'SEP', 'OCT', 'NOV', 'DEC'];
const DAYS = ['SUN', 'MON', 'TUE', 'WED', 'THU', 'FRI', 'SAT'];

/** The first moment after `now` (milliseconds) that the expression names, in GMT; null when it is malformed or never. */
export function nextFireTime(expression, now) {
  const parts = expression.trim().split(/\s+/);
  if (parts.length < 6 || parts.length > 7) return null;
  // Seconds and minutes take single integers only; everything else may be a list, a range or a step.
  if (!/^\d+$/.test(parts[0]) || !/^\d+$/.test(parts[1])) return null;
  const fields = [...parts, '*'].slice(0, 7).map((text, place) => fieldValues(text, place));
  if (fields.some((one) => one === null) || (parts[3] === '?') === (parts[5] === '?')) return null;
  return search(fields, now);
}

function fieldValues(text, place) {
  if (text === '*' || text === '?')
    return text === '?' && place !== 3 && place !== 5 ? null : () => true;
  const [lowest, highest] = RANGES[place];
  const numbers = new Set();
  for (const part of text.split(',')) {
    const match = /^(\*|\w+)(?:-(\w+))?(?:\/(\d+))?$/.exec(part);
    if (!match) return null;
    const from = match[1] === '*' ? lowest : number(match[1], place);
    const to = match[2] ? number(match[2], place) : match[3] || match[1] === '*' ? highest : from;
    if (!(from >= lowest && to <= highest)) return null;
    for (let one = from; one <= to; one += Number(match[3] ?? 1)) numbers.add(one);
  }
  return (value) => numbers.has(value);
}

function number(text, place) {
  const names = place === 4 ? MONTHS : place === 5 ? DAYS : [];
  const named = names.indexOf(text.toUpperCase());
  return named >= 0 ? named + 1 : /^\d+$/.test(text) ? Number(text) : NaN;
}

/** Looks minute by minute; days and hours that cannot match are skipped whole. */
function search([second, minute, hour, day, month, weekday, year], now) {
  const wantedSecond = [...Array(60).keys()].find(second);
  let at = Math.floor(now / 60000) * 60000 + wantedSecond * 1000;
  if (at <= now) at += 60000;
  const end = now + 5 * 366 * 86400000;
  while (at < end) {
    const date = new Date(at);
    const isDay =
      day(date.getUTCDate()) &&
      month(date.getUTCMonth() + 1) &&
      weekday(date.getUTCDay() + 1) &&
      year(date.getUTCFullYear());
    if (!isDay) at = Math.floor(at / 86400000) * 86400000 + 86400000 + wantedSecond * 1000;
    else if (!hour(date.getUTCHours()))
      at = Math.floor(at / 3600000) * 3600000 + 3600000 + wantedSecond * 1000;
    else if (!minute(date.getUTCMinutes())) at += 60000;
    else return at;
  }
  return null;
}
