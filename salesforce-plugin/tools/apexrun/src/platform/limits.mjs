// Limits: what this transaction has used, and may. Time and memory are not measured: both read as nothing used.

const pairs = (name, key) => ({
  [`get${name}()`]: (m) => m.transaction.used[key],
  [`getLimit${name}()`]: (m) => m.transaction.limits[key]
});

export const limits = {
  Limits: {
    statics: {
      ...pairs('Queries', 'queries'),
      ...pairs('QueryRows', 'queryRows'),
      ...pairs('DmlStatements', 'dmlStatements'),
      ...pairs('DmlRows', 'dmlRows'),
      ...pairs('Callouts', 'callouts'),
      ...pairs('QueueableJobs', 'queueableJobs'),
      ...pairs('FutureCalls', 'futureCalls'),
      ...pairs('PublishImmediateDml', 'publishImmediate'),
      'getHeapSize()': () => 0,
      'getLimitHeapSize()': (m) => m.transaction.limits.heap,
      'getCpuTime()': () => 0,
      'getLimitCpuTime()': (m) => m.transaction.limits.cpu
    }
  }
};
