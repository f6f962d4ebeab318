// One org: what metadata and people made of it before any Apex runs.
import { ApexDatetime } from '../values/objects.mjs';
import { valueFromText } from './fields.mjs';
import { PROFILE_NAMES, Rights } from './permissions.mjs';
import { Store } from './store.mjs';

export class Org {
  constructor(project, { now = Date.now() } = {}) {
    this.project = project;
    this.schemas = project.schemas;
    this.store = new Store();
    this.offset = 0;
    this.start = now;
    this.metadata = new Map();
    this.organizationId = null;
    this.furnish();
  }

  /** The object of that name, or null. */
  schema(name) {
    return this.schemas.get(name.toLowerCase()) ?? null;
  }

  /** The clock: the machine's own, moved by `advance`. */
  now() {
    return Date.now() + this.offset;
  }

  advance(ms) {
    this.offset += ms;
  }

  /** Adds a row without triggers, limits or checks, as set-up work does. */
  seed(objectName, values) {
    const schema = this.schema(objectName);
    const row = new Map(Object.entries(values).map(([name, value]) => [name.toLowerCase(), value]));
    if (!row.has('id')) row.set('id', this.store.newId(schema));
    for (const [name, value] of Object.entries(this.stamps(row.get('createdbyid') ?? null)))
      if (!row.has(name)) row.set(name, value);
    this.store.put(schema, row);
    return row.get('id');
  }

  stamps(userId) {
    const moment = new ApexDatetime(this.now());
    return {
      createddate: moment,
      lastmodifieddate: moment,
      systemmodstamp: moment,
      createdbyid: userId,
      lastmodifiedbyid: userId,
      isdeleted: false
    };
  }

  furnish() {
    this.organizationId = this.seed('Organization', {
      Name: 'Apexrun',
      IsSandbox: false,
      OrganizationType: 'Enterprise Edition',
      LanguageLocaleKey: 'en_US',
      TimeZoneSidKey: 'GMT',
      InstanceName: 'NONE'
    });
    const profiles = new Map(
      PROFILE_NAMES.map((name) => [
        name,
        this.seed('Profile', { Name: name, UserType: 'Standard' })
      ])
    );
    this.adminId = this.seed('User', {
      Username: 'admin@apexrun.example',
      LastName: 'Admin',
      FirstName: 'Ada',
      Name: 'Ada Admin',
      Email: 'admin@apexrun.example',
      Alias: 'admin',
      ProfileId: profiles.get('System Administrator'),
      TimeZoneSidKey: 'GMT',
      LocaleSidKey: 'en_US',
      LanguageLocaleKey: 'en_US',
      EmailEncodingKey: 'UTF-8',
      IsActive: true,
      UserType: 'Standard'
    });
    // Events reach Apex triggers as this user unless a subscriber configuration names another (Platform Events Developer Guide).
    this.automatedId = this.seed('User', {
      Username: 'autoproc@apexrun.example',
      LastName: 'Process',
      FirstName: 'Automated',
      Name: 'Automated Process',
      Alias: 'autoproc',
      ProfileId: null,
      IsActive: true,
      UserType: 'AutomatedProcess'
    });
    for (const set of this.project.permissionSets.values())
      this.seed('PermissionSet', { Name: set.name, Label: set.label, IsOwnedByProfile: false });
    for (const name of this.project.customPermissions)
      this.seed('CustomPermission', { DeveloperName: name, MasterLabel: name });
    for (const { path } of this.project.classes)
      this.seed('ApexClass', { Name: path.split('/').pop().replace('.cls', '') });
    for (const [label, isConverted] of [
      ['Open - Not Contacted', false],
      ['Closed - Converted', true]
    ]) {
      this.seed('LeadStatus', {
        MasterLabel: label,
        ApiName: label,
        IsConverted: isConverted,
        IsDefault: !isConverted
      });
    }
    for (const record of this.project.records) this.seedMetadata(record);
  }

  seedMetadata({ object, developerName, label, values }) {
    const schema = this.schema(object);
    if (!schema) throw new Error(`The custom metadata type ${object} is not known`);
    const row = {
      DeveloperName: developerName,
      MasterLabel: label,
      Label: label,
      QualifiedApiName: developerName
    };
    for (const [name, text] of values) row[name] = valueFromText(schema.field(name), text);
    this.seed(object, row);
  }

  user(id) {
    return this.store.row(this.schema('User'), id);
  }

  /** What a user may do now, with the permission sets assigned at this moment. */
  rightsOf(userId) {
    const user = this.user(userId);
    const profile = user?.get('profileid')
      ? this.store.row(this.schema('Profile'), user.get('profileid')).get('name')
      : '';
    const assigned = this.store
      .rows(this.schema('PermissionSetAssignment'))
      .filter((row) => row.get('assigneeid') === userId);
    const sets = assigned.map((row) =>
      this.store.row(this.schema('PermissionSet'), row.get('permissionsetid'))?.get('name')
    );
    return new Rights({
      profile,
      permissionSets: sets.map((name) => this.project.permissionSets.get(name)).filter(Boolean)
    });
  }
}
