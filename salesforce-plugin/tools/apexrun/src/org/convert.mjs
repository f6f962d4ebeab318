// Lead conversion, as Database.convertLead does it for a lead without opportunity: an account, a contact, and an
// update of the lead that its triggers see (Apex Reference, LeadConvert class).
import { Gap } from '../problems.mjs';
import { Rec } from '../values/records.mjs';

/** Converts; answers `{leadId, accountId, contactId}`. */
export function convertLead(dml, { leadId, accountId, contactId, status, withoutOpportunity }) {
  const { machine } = dml;
  const { org } = machine;
  if (!withoutOpportunity)
    throw new Gap(
      'a lead conversion that makes an opportunity: call setDoNotCreateOpportunity(true)'
    );
  const schema = org.schema('Lead');
  const lead = org.store.row(schema, leadId);
  if (!lead)
    machine.raise(
      'System.DmlException',
      'ConvertLead failed. First exception on row 0; first error: ENTITY_IS_DELETED, entity is deleted: []'
    );
  if (lead.get('isconverted'))
    machine.raise(
      'System.DmlException',
      'ConvertLead failed. First exception on row 0; first error: CANNOT_UPDATE_CONVERTED_LEAD, cannot reference converted lead: []'
    );
  const known = org.store
    .rows(org.schema('LeadStatus'))
    .find((row) => row.get('isconverted') && row.get('masterlabel') === status);
  if (!known)
    machine.raise(
      'System.DmlException',
      `ConvertLead failed. First exception on row 0; first error: INVALID_STATUS, invalid convertedStatus: ${status}: []`
    );
  machine.transaction.charge(machine, 'dmlStatements');
  machine.transaction.charge(machine, 'dmlRows');
  machine.transaction.pend('DML');
  const account =
    accountId ??
    insert(dml, 'Account', [
      ['name', lead.get('company')],
      ['phone', lead.get('phone')]
    ]);
  const contact = contactId ?? insert(dml, 'Contact', [['accountid', account], ...copied(lead)]);
  update(dml, schema, lead, { account, contact, status });
  return { leadId, accountId: account, contactId: contact };
}

const COPIED = [
  'firstname',
  'lastname',
  'salutation',
  'email',
  'phone',
  'mobilephone',
  'fax',
  'title',
  'leadsource',
  'hasoptedoutofemail',
  'donotcall'
];

function copied(lead) {
  return COPIED.filter((name) => lead.get(name) !== undefined).map((name) => [
    name,
    lead.get(name)
  ]);
}

function insert(dml, objectName, values) {
  const outcome = {
    record: new Rec(dml.machine.org.schema(objectName), new Map(values)),
    id: null,
    created: true,
    error: null,
    original: null
  };
  dml.attempt([outcome], { operation: 'insert', mode: 'system' });
  if (outcome.error) dml.refuse('convertLead', [outcome]);
  return outcome.id;
}

/** The fields that only conversion may set go to the row by way of an update that the triggers see. */
function update(dml, schema, lead, { account, contact, status }) {
  const changed = new Rec(
    schema,
    new Map([
      ['id', lead.get('id')],
      ['isconverted', true],
      ['convertedaccountid', account],
      ['convertedcontactid', contact],
      ['status', status]
    ])
  );
  const outcome = { record: changed, id: null, created: false, error: null, original: changed.id };
  dml.attempt([outcome], { operation: 'update', mode: 'system' });
  if (outcome.error) dml.refuse('convertLead', [outcome]);
}
