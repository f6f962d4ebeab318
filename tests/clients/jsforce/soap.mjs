// The SOAP API: what jsforce offers of it.

import { connected, refusal, tell } from './org.mjs';

const conn = connected();

await tell(async () => {
  const [master, ...losers] = (
    await conn.soap.create(['a', 'b', 'c'].map((LastName) => ({ type: 'Contact', LastName })))
  ).map((each) => each.id);
  const merged = await conn.soap.merge({
    masterRecord: { type: 'Contact', Id: master, Title: 'Chief' },
    recordToMergeIds: losers,
  });
  const updated = await conn.soap.update({ type: 'Contact', Id: master, Phone: '1', Title: null });
  const upserted = await conn.soap.upsert('Key__c', [
    { type: 'Contact', Key__c: 's1', LastName: 'x' },
    { type: 'Contact', Key__c: 's1', LastName: 'y' },
    { type: 'Contact', Key__c: 's2', FirstName: 'no last name' },
  ]);
  const deleted = await conn.soap.delete([master]);
  const undeleted = await conn.soap.undelete([master]);
  const lead = await conn.sobject('Lead').create({ LastName: 'Lead', Company: 'Acme' });
  const converted = await conn.soap.convertLead({
    leadId: lead.id,
    convertedStatus: 'Closed - Converted',
    doNotCreateOpportunity: true,
  });
  const again = await conn.soap.convertLead([
    { leadId: lead.id, convertedStatus: 'Closed - Converted' },
  ]);
  await conn.soap.delete(upserted[0].id);
  const emptied = await conn.soap.emptyRecycleBin([upserted[0].id]);
  const session = connected({ accessToken: '00D!wrong' });
  return {
    merged,
    losers,
    updated,
    master: await conn.sobject('Contact').retrieve(master),
    upserted,
    deleted,
    undeleted,
    converted,
    again,
    lead: await conn.sobject('Lead').retrieve(lead.id),
    emptied,
    user: await conn.soap.getUserInfo(),
    timestamp: await conn.soap.getServerTimestamp(),
    wrongToken: await refusal(session.soap.getUserInfo()),
  };
});
