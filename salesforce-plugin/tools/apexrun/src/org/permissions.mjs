// What users may do: permission sets of the project, and the standard profiles as far as the tests need them.
import { childrenOf, parseXml, textOf } from './xml.mjs';

const ALL = { allowRead: true, allowCreate: true, allowEdit: true, allowDelete: true };

/** Permission sets by name: objects, fields, custom permissions, credential principals. Keys in lower case. */
export function readPermissionSets(files) {
  return new Map(
    files.map((file) => {
      const name = file.name.split('.')[0];
      const xml = parseXml(file.text, { file: file.path });
      const flags = (element, names) =>
        Object.fromEntries(names.map((one) => [one, textOf(element, one) === 'true']));
      const by = (list, key, value) =>
        new Map(childrenOf(xml, list).map((one) => [textOf(one, key).toLowerCase(), value(one)]));
      return [
        name,
        {
          name,
          label: textOf(xml, 'label') ?? name,
          objects: by('objectPermissions', 'object', (one) => flags(one, Object.keys(ALL))),
          fields: by('fieldPermissions', 'field', (one) => flags(one, ['readable', 'editable'])),
          customPermissions: by(
            'customPermissions',
            'name',
            (one) => textOf(one, 'enabled') === 'true'
          ),
          principals: by(
            'externalCredentialPrincipalAccesses',
            'externalCredentialPrincipal',
            (one) => textOf(one, 'enabled') === 'true'
          ),
          settings: by('customSettingAccesses', 'name', (one) => textOf(one, 'enabled') === 'true'),
          classes: by('classAccesses', 'apexClass', (one) => textOf(one, 'enabled') === 'true')
        }
      ];
    })
  );
}

// "Modify All Data" lets an administrator reach every object; it never grants field-level security, which
// each permission set or profile must give (Salesforce Help, "Object Permissions" and "Field Permissions").
const PROFILES = {
  'System Administrator': { everyObject: true, standardFields: true, isAdmin: true },
  'Standard User': { objects: new Set(['account', 'contact', 'lead']), standardFields: true },
  'Minimum Access - Salesforce': { objects: new Set(), standardFields: false }
};

export const PROFILE_NAMES = Object.keys(PROFILES);

/** The rights of one user: a profile's name and the permission sets assigned to the user. */
export class Rights {
  constructor({ profile, permissionSets }) {
    this.profile = PROFILES[profile] ?? { objects: new Set(), standardFields: false };
    this.permissionSets = permissionSets;
  }

  get isAdmin() {
    return Boolean(this.profile.isAdmin);
  }

  hasCustomPermission(name) {
    return this.some((set) => set.customPermissions.get(name.toLowerCase()));
  }

  hasPrincipal(name) {
    return this.some((set) => set.principals.get(name.toLowerCase()));
  }

  /** `action` is allowRead, allowCreate, allowEdit or allowDelete. */
  mayObject(schema, action) {
    const key = schema.name.toLowerCase();
    if (schema.isCustomSetting)
      return this.isAdmin || this.some((set) => set.settings.get(key) && action === 'allowRead');
    if (this.profile.everyObject || this.profile.objects?.has(key)) return true;
    return this.some((set) => set.objects.get(key)?.[action]);
  }

  /** `action` is readable or editable. Required and system fields carry no field-level security. */
  mayField(schema, field, action) {
    if (
      field.required ||
      field.name === 'Id' ||
      field.name === 'Name' ||
      schema.isCustomSetting ||
      schema.isEvent
    )
      return true;
    if (!field.isCustom && (schema.isCustom || field.readOnly || this.profile.standardFields))
      return true;
    const key = `${schema.name}.${field.name}`.toLowerCase();
    return this.some(
      (set) =>
        set.fields.get(key)?.[action] || (action === 'readable' && set.fields.get(key)?.editable)
    );
  }

  some(test) {
    return this.permissionSets.some((set) => Boolean(test(set)));
  }
}
