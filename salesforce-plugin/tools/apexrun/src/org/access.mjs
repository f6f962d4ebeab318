// User mode: may this user read or write these objects and fields? Sharing between records is not modelled.

/** Throws System.QueryException if the user may not read the object or a field (user mode reports them as unknown). */
export function checkReadable(machine, schema, paths) {
  const rights = machine.org.rightsOf(machine.userId);
  requireObject(machine, rights, schema);
  for (const path of paths) checkPath(machine, rights, schema, path);
}

function checkPath(machine, rights, schema, path) {
  const [first, ...rest] = path.split('.');
  if (rest.length) {
    const relation = schema.relationships.get(first.toLowerCase());
    const target = relation && machine.org.schema(relation.target);
    if (!target) return;
    requireObject(machine, rights, target);
    checkPath(machine, rights, target, rest.join('.'));
    return;
  }
  const field = schema.field(first);
  if (field && !rights.mayField(schema, field, 'readable')) {
    machine.raise(
      'System.QueryException',
      `No such column '${field.name}' on entity '${schema.name}'. If you are attempting to use a custom field, be sure to append the '__c' after the custom field name.`
    );
  }
}

function requireObject(machine, rights, schema) {
  if (isOpen(schema) || rights.mayObject(schema, 'allowRead')) return;
  machine.raise(
    'System.QueryException',
    `sObject type '${schema.name}' is not supported. If you are attempting to use a custom object, be sure to append the '__c' after the entity name.`
  );
}

/** Set-up objects such as User and CronTrigger have rights of their own, which are not modelled; everyone may read them. */
function isOpen(schema) {
  return (
    schema.isMetadata || (!schema.isCustom && !['Account', 'Contact', 'Lead'].includes(schema.name))
  );
}

const ACTIONS = {
  insert: 'allowCreate',
  update: 'allowEdit',
  upsert: 'allowEdit',
  delete: 'allowDelete',
  undelete: 'allowDelete',
  merge: 'allowDelete'
};

/** Why the user may not do this to the record: `{code, message, fields}`, or null. */
export function writeProblem(machine, record, operation) {
  const rights = machine.org.rightsOf(machine.userId);
  const { schema } = record;
  if (!isOpen(schema) && !rights.mayObject(schema, ACTIONS[operation])) {
    return {
      code: 'CANNOT_INSERT_UPDATE_ACTIVATE_ENTITY',
      message: `Access to entity '${schema.name}' denied`,
      fields: []
    };
  }
  if (operation === 'delete' || operation === 'undelete') return null;
  const closed = [...record.fields.keys()]
    .map((key) => schema.field(key))
    .filter((field) => field && !rights.mayField(schema, field, 'editable'));
  if (!closed.length) return null;
  const names = closed.map((field) => field.name);
  return {
    code: 'INVALID_FIELD_FOR_INSERT_UPDATE',
    fields: names,
    message: `Operation failed due to fields being inaccessible on Sobject ${schema.name}, check errors on Exception or Result!`
  };
}
