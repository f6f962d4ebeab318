// Queueable, Finalizer, Schedulable: what a running job can ask and set.
import { Gap } from '../problems.mjs';
import { Native } from '../values/objects.mjs';

/** The classes that Async options and contexts come in. */
export const asynchronous = {
  AsyncOptions: {
    new: { '()': () => new Native('AsyncOptions') },
    properties: [
      'minimumqueueabledelayinminutes',
      'maximumqueueablestackdepth',
      'duplicatesignature'
    ]
  },
  QueueableDuplicateSignature: {
    methods: { 'toString()': (m, self) => self.state.parts.join('') }
  },
  'QueueableDuplicateSignature.Builder': {
    new: { '()': () => new Native('QueueableDuplicateSignature.Builder', { parts: [] }) },
    methods: {
      'addString(String)': (m, self, part) => add(self, part),
      'addId(Id)': (m, self, part) => add(self, part),
      'addInteger(Integer)': (m, self, part) => add(self, String(part)),
      'build()': (m, self) =>
        new Native('QueueableDuplicateSignature', { parts: [...self.state.parts] })
    }
  },
  QueueableContext: { methods: { 'getJobId()': (m, self) => self.state.id } },
  SchedulableContext: { methods: { 'getTriggerId()': (m, self) => self.state.id } },
  FinalizerContext: {
    methods: {
      'getAsyncApexJobId()': (m, self) => self.state.id,
      'getResult()': (m, self) => self.state.result,
      'getException()': (m, self) => self.state.exception ?? null,
      'getRequestId()': () => {
        throw new Gap('FinalizerContext.getRequestId');
      }
    }
  },
  ParentJobResult: { values: ['SUCCESS', 'UNHANDLED_EXCEPTION'] },
  TriggerOperation: {
    values: [
      'BEFORE_INSERT',
      'BEFORE_UPDATE',
      'BEFORE_DELETE',
      'AFTER_INSERT',
      'AFTER_UPDATE',
      'AFTER_DELETE',
      'AFTER_UNDELETE'
    ],
    methods: {}
  },
  LoggingLevel: { values: ['NONE', 'ERROR', 'WARN', 'INFO', 'DEBUG', 'FINE', 'FINER', 'FINEST'] }
};

function add(builder, part) {
  builder.state.parts.push(part);
  return builder;
}

/** `System.enqueueJob` in its three forms. */
export const enqueueing = {
  'enqueueJob(Object)': (m, job) => m.async.enqueue(job),
  'enqueueJob(Object, Integer)': (m, job, delay) => m.async.enqueue(job, { delay }),
  'enqueueJob(Object, AsyncOptions)': (m, job, options) =>
    m.async.enqueue(job, {
      delay: options.state.minimumqueueabledelayinminutes ?? 0,
      signature: options.state.duplicatesignature?.state.parts.join('\u0000') ?? null,
      deepest: options.state.maximumqueueablestackdepth ?? null
    }),
  'attachFinalizer(Object)': attachFinalizer,
  'schedule(String, String, Object)': (m, name, expression, job) =>
    m.async.schedules.add(name, expression, job),
  'abortJob(Id)': (m, id) => m.async.abort(id),
  'isQueueable()': (m) => m.transaction.kind === 'queueable',
  'isScheduled()': (m) => m.transaction.kind === 'scheduled',
  'isFuture()': (m) => m.transaction.kind === 'future',
  'isBatch()': () => false
};

/** One finalizer for each job, attached from inside it (Apex Developer Guide, "Transaction Finalizers"). */
function attachFinalizer(machine, finalizer) {
  const { transaction } = machine;
  if (finalizer === null) machine.nullPointer();
  if (transaction.kind !== 'queueable')
    machine.raise(
      'System.AsyncException',
      'System.attachFinalizer(Finalizer) is not allowed in this context'
    );
  if (transaction.finalizer)
    machine.raise(
      'System.AsyncException',
      'More than one Finalizer cannot be attached to same Async Apex Job'
    );
  transaction.finalizer = finalizer;
}
