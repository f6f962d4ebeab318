/**
 * Changes of the plug-in's code that no Apex test notices, each with the reason why none could or
 * should. `code` is in the line that changes, `change` as tools/apexrun/mutate.mjs words it. One that
 * a test notices by now, or that is no longer there, has to go: the run fails until it does.
 */
const ROUND = 'a round figure: one more or one less is as good';

export const SURVIVING = [
  { in: 'RaccordActions', code: 'MOST_RETRIED = 2000', change: '2000 becomes 2001', why: ROUND },
  { in: 'RaccordStatus', code: 'MOST_ROWS = 2000', change: '2000 becomes 2001', why: ROUND },
  { in: 'RaccordSweep', code: 'MOST_ROWS = 3000', change: '3000 becomes 3001', why: ROUND },
  { in: 'RaccordRoom', code: 'freeRows = 10', change: '10 becomes 11', why: ROUND },
  {
    in: 'RaccordEndpoint',
    code: 'TIMEOUT_MILLISECONDS = 15000',
    change: '15000 becomes 15001',
    why: ROUND
  },
  {
    in: 'RaccordEndpoint',
    code: 'setTimeout(TIMEOUT_MILLISECONDS)',
    change: 'a statement left out',
    why: 'Apex cannot read the time limit of a request, nor make a test wait'
  },
  {
    in: 'RaccordJobs',
    code: "enqueue('RaccordSender now', 0)",
    change: '0 becomes 1',
    why: 'Apex cannot read the delay of a job; tests/plugin sees nothing arrive'
  },
  {
    in: 'RaccordJobs',
    code: 'MinimumQueueableDelayInMinutes = minutes',
    change: 'a statement left out',
    why: 'Apex cannot read the delay of a job; tests/plugin sees senders chase one another'
  },
  {
    in: 'RaccordJobs',
    code: "enqueue('RaccordSender now', 0)",
    change: "'RaccordSender now' becomes 'RaccordSender now~'",
    why: 'any two words do, as long as they differ'
  },
  {
    in: 'RaccordJobs',
    code: "enqueue('RaccordSender later'",
    change: "'RaccordSender later' becomes 'RaccordSender later~'",
    why: 'any two words do, as long as they differ'
  },
  {
    in: 'RaccordLookAgain',
    code: 'retry > due ? retry : due',
    change: '> becomes >=',
    why: 'where both are the same, either is'
  },
  {
    in: 'RaccordSender',
    code: 'isAnotherRunning(context.getJobId())',
    change: 'the condition is always true',
    why: 'a test has no two jobs at work at once; without it messages come twice, which is harmless'
  },
  {
    in: 'RaccordSettings',
    code: 'settings.Id == null',
    change: 'the condition is always false',
    why: 'the platform fills in the organization by itself, though its reference does not promise it'
  },
  {
    in: 'RaccordState',
    code: 'memory.Id == null',
    change: 'the condition is always false',
    why: 'the platform fills in the organization by itself, though its reference does not promise it'
  },
  {
    in: 'RaccordState',
    code: 'memory = new RaccordState__c(',
    change: 'a statement left out',
    why: 'the platform fills in the organization by itself, though its reference does not promise it'
  },
  {
    in: 'RaccordVersion',
    code: "PLUGIN = '1.0.0'",
    change: "'1.0.0' becomes '1.0.0~'",
    why: 'check-project.mjs compares it with sfdx-project.json'
  },
  {
    in: 'RaccordWake',
    code: "Reason__c = 'changes'",
    change: "'changes' becomes 'changes~'",
    why: 'for people who look at the event; nothing reads it'
  }
];
