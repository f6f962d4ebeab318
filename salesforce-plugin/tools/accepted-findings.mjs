/**
 * What the analysis finds and we mean, each with the reason. One that is found no longer has to go,
 * unless the engine itself finds it in one run and not in the next (`wavers`).
 */
export const ACCEPTED = [
  {
    engine: 'pmd',
    rule: 'ApexAssertionsShouldIncludeMessage',
    files: /\/test\//,
    why: 'the name of the test says what is asserted'
  },
  {
    engine: 'pmd',
    rule: 'AvoidHardcodingId',
    files: /RaccordCaptureTest/,
    why: 'made-up ids of records that are never stored'
  },
  {
    engine: 'pmd',
    rule: 'OperationWithLimitsInLoop',
    files: /RaccordRestTest|RaccordJobsTest/,
    why: 'one call for each method; and a loop that is there to use a limit up'
  },
  {
    engine: 'pmd',
    rule: 'AvoidBooleanMethodParameters',
    files: /RaccordSettings/,
    why: 'setPaused sets a flag'
  },
  {
    engine: 'pmd',
    rule: 'GlobalVariable',
    files: /\/lwc\//,
    why: 'a rule for scripts, which takes the names in modules for global ones; ESLint knows better'
  },
  {
    engine: 'sfge',
    rule: 'DatabaseOperationsMustUseWithSharing',
    files: /RaccordActivation/,
    why: 'stopping ends the jobs of the plug-in whoever started them; the entries check a permission',
    wavers: true
  },
  {
    engine: 'sfge',
    rule: 'ApexFlsViolation',
    files: /canary/,
    why: 'put there to be found'
  }
];
