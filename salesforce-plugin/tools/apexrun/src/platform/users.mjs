// UserInfo and FeatureManagement: who runs this, and what they may do.

const current = (machine, field) => machine.org.user(machine.userId).get(field) ?? null;

export const users = {
  UserInfo: {
    statics: {
      'getUserId()': (m) => m.userId,
      'getUserName()': (m) => current(m, 'username'),
      'getName()': (m) => current(m, 'name'),
      'getUserEmail()': (m) => current(m, 'email'),
      'getFirstName()': (m) => current(m, 'firstname'),
      'getLastName()': (m) => current(m, 'lastname'),
      'getProfileId()': (m) => current(m, 'profileid'),
      'getUserType()': (m) => current(m, 'usertype'),
      'getLanguage()': (m) => current(m, 'languagelocalekey'),
      'getLocale()': (m) => current(m, 'localesidkey'),
      'getOrganizationId()': (m) => m.org.organizationId,
      'getOrganizationName()': () => 'Apexrun',
      'isCurrentUserLicensed(String)': () => true
    }
  },
  FeatureManagement: {
    statics: {
      'checkPermission(String)': (m, name) => m.org.rightsOf(m.userId).hasCustomPermission(name)
    }
  }
};
