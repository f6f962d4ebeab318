// Date and Datetime. The org's and the user's zone is GMT here, so local and GMT methods agree.
import { Gap } from '../problems.mjs';
import { ApexDate, ApexDatetime } from '../values/objects.mjs';

const DAY = 86400000;
const utc = (moment) => new Date(moment.ms);
const dayOf = (ms) => new ApexDate(Math.floor(ms / DAY));
const dateParts = (date) => new Date(date.day * DAY);

function addMonths(date, count) {
  const first = new Date(Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + count, 1));
  const lastDay = new Date(
    Date.UTC(first.getUTCFullYear(), first.getUTCMonth() + 1, 0)
  ).getUTCDate();
  return (
    first.getTime() + (Math.min(date.getUTCDate(), lastDay) - 1) * DAY + (date.getTime() % DAY)
  );
}

/** Java's SimpleDateFormat, the letters that Raccord and its tests use. */
function formatted(moment, pattern) {
  const date = utc(moment);
  const two = (value) => String(value).padStart(2, '0');
  const letters = {
    yyyy: () => date.getUTCFullYear(),
    MM: () => two(date.getUTCMonth() + 1),
    dd: () => two(date.getUTCDate()),
    HH: () => two(date.getUTCHours()),
    mm: () => two(date.getUTCMinutes()),
    ss: () => two(date.getUTCSeconds()),
    SSS: () => String(date.getUTCMilliseconds()).padStart(3, '0'),
    Z: () => '+0000'
  };
  return pattern.replace(/'([^']*)'|([A-Za-z])\2*/g, (whole, quoted) => {
    if (quoted !== undefined) return quoted === '' ? "'" : quoted;
    if (!letters[whole]) throw new Gap(`the date format ${pattern}`);
    return letters[whole]();
  });
}

function parsed(machine, text, type) {
  if (text === null) machine.nullPointer();
  const iso = text.trim().replace(' ', 'T');
  const ms = Date.parse(/[zZ]|[+-]\d\d:?\d\d$/.test(iso) ? iso : `${iso}Z`);
  return Number.isNaN(ms) ? machine.raise('System.TypeException', `Invalid ${type}: ${text}`) : ms;
}

const shifted = (unit) => (m, moment, count) =>
  count === null ? m.nullPointer() : new ApexDatetime(moment.ms + count * unit);
const newDatetime = (m, ...parts) =>
  new ApexDatetime(Date.UTC(parts[0], parts[1] - 1, ...parts.slice(2)));

export const moments = {
  Datetime: {
    statics: {
      'now()': (m) => new ApexDatetime(m.org.now()),
      'valueOf(String)': (m, text) => new ApexDatetime(parsed(m, text, 'date/time')),
      'valueOfGmt(String)': (m, text) => new ApexDatetime(parsed(m, text, 'date/time')),
      'newInstance(Long)': (m, ms) => new ApexDatetime(Number(ms)),
      'newInstance(Integer, Integer, Integer)': newDatetime,
      'newInstance(Integer, Integer, Integer, Integer, Integer, Integer)': newDatetime,
      'newInstanceGmt(Integer, Integer, Integer)': newDatetime,
      'newInstanceGmt(Integer, Integer, Integer, Integer, Integer, Integer)': newDatetime
    },
    methods: {
      'getTime()': (m, moment) => BigInt(moment.ms),
      'addSeconds(Integer)': shifted(1000),
      'addMinutes(Integer)': shifted(60000),
      'addHours(Integer)': shifted(3600000),
      'addDays(Integer)': shifted(DAY),
      'addMonths(Integer)': (m, moment, count) => new ApexDatetime(addMonths(utc(moment), count)),
      'format(String)': (m, moment, pattern) => formatted(moment, pattern),
      'formatGmt(String)': (m, moment, pattern) => formatted(moment, pattern),
      'date()': (m, moment) => dayOf(moment.ms),
      'dateGmt()': (m, moment) => dayOf(moment.ms),
      'year()': (m, moment) => utc(moment).getUTCFullYear(),
      'month()': (m, moment) => utc(moment).getUTCMonth() + 1,
      'day()': (m, moment) => utc(moment).getUTCDate(),
      'hour()': (m, moment) => utc(moment).getUTCHours(),
      'minute()': (m, moment) => utc(moment).getUTCMinutes(),
      'second()': (m, moment) => utc(moment).getUTCSeconds(),
      'minuteGmt()': (m, moment) => utc(moment).getUTCMinutes(),
      'hourGmt()': (m, moment) => utc(moment).getUTCHours()
    }
  },
  Date: {
    statics: {
      'today()': (m) => dayOf(m.org.now()),
      'newInstance(Integer, Integer, Integer)': (m, year, month, day) =>
        dayOf(Date.UTC(year, month - 1, day)),
      'valueOf(String)': (m, text) => dayOf(parsed(m, text, 'date'))
    },
    methods: {
      'addDays(Integer)': (m, date, count) => new ApexDate(date.day + count),
      'addMonths(Integer)': (m, date, count) => dayOf(addMonths(dateParts(date), count)),
      'daysBetween(Date)': (m, date, other) => other.day - date.day,
      'year()': (m, date) => dateParts(date).getUTCFullYear(),
      'month()': (m, date) => dateParts(date).getUTCMonth() + 1,
      'day()': (m, date) => dateParts(date).getUTCDate()
    }
  }
};
