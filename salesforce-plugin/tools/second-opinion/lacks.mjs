/**
 * What the prototype lacks of the platform, and which of our tests need it.
 *
 * Each lack has a proof: Apex that passes on the platform (our own interpreter says so at every run)
 * and fails there. Once the prototype passes a proof, the tests that needed it have to pass as well.
 */
export const LACKS = {
  'Limits.getCpuTime': `Assert.isTrue(Limits.getCpuTime() < Limits.getLimitCpuTime());`,
  Pattern: `Assert.isTrue(Pattern.matches('[a-z]+', 'abc'));
    Assert.isFalse(Pattern.compile('[a-z]').matcher('abc').matches());`,
  'String.containsIgnoreCase': `Assert.isTrue('A Credential'.containsIgnoreCase('credential'));`,
  'UserInfo.getProfileId': `Assert.isNotNull(UserInfo.getProfileId());`,
  'permission sets': `System.runAs(RaccordScene.colleagueWith('RaccordIntegration')) {
      Assert.isTrue(FeatureManagement.checkPermission('RaccordIntegration'));
    }`,
  'EventBus.publish in limits': `EventBus.publish(new RaccordWake__e(Reason__c = 'proof'));
    Assert.areEqual(1, Limits.getDmlStatements());`,
  'Test.getEventBus': `Test.getEventBus().deliver();`,
  'Database.emptyRecycleBin': `Contact gone = new Contact(LastName = 'Gone');
    insert gone;
    delete gone;
    Database.emptyRecycleBin(new List<Contact>{ gone });
    Assert.isFalse(Database.undelete(gone, false).isSuccess());`,
  merge: `List<Contact> people = new List<Contact>{ new Contact(LastName = 'A'), new Contact(LastName = 'B') };
    insert people;
    merge people[0] people[1];
    Assert.areEqual(1, [SELECT Id FROM Contact].size());`,
  'JSON.deserialize': `Lead one = (Lead) JSON.deserialize('{"attributes":{"type":"Lead"},"Company":"A"}', Lead.class);
    Assert.areEqual('A', one.Company);`,
  'SObjectType.getDescribe': `Assert.areEqual('Contact', Contact.SObjectType.getDescribe().getName());`,
  'DescribeSObjectResult.fields': `Assert.areEqual(
      Schema.DisplayType.EMAIL,
      Contact.SObjectType.getDescribe().fields.getMap().get('email').getDescribe().getType()
    );`,
  'Datetime.formatGmt': `Assert.areEqual(4, System.now().formatGmt('yyyy').length());`,
  'Exception.setMessage': `CalloutException one = new CalloutException();
    one.setMessage('words');
    Assert.areEqual('words', one.getMessage());`,
  'Exception.getMessage of none': `Assert.areEqual('Script-thrown exception', new RaccordReceiver.SurpriseException().getMessage());`,
  'Map.equals': `Assert.areEqual(new Map<String, Object>{ 'a' => 1 }, new Map<String, Object>{ 'a' => 1 });`,
  RestContext: `RestContext.response = new RestResponse();
    RestContext.response.statusCode = 200;
    Assert.areEqual(200, RestContext.response.statusCode);`,
  'AsyncOptions.DuplicateSignature': `RaccordJobs.sendNow();
    RaccordJobs.sendNow();
    Assert.areEqual(1, Limits.getQueueableJobs());`,
  AsyncApexJob: `RaccordJobs.sendNow();
    Assert.areEqual(1, [SELECT Id FROM AsyncApexJob WHERE Status = 'Queued'].size());`
};

/** Tests that cannot pass there, each with the lacks it meets. */
export const TESTS = {
  RaccordAnswerTest: {
    raccordsOwnCodeIsKeptIfItIsOne: ['Pattern'],
    theWaitIsReadInSecondsAndKeptWithinADay: ['Pattern'],
    whatThePlatformSaysIsCutToWhatIsKept: ['String.containsIgnoreCase']
  },
  RaccordBulkTest: {
    aThousandRecordsTakeOneRowAndOneStatementForEachChunk: [
      'Limits.getCpuTime',
      'EventBus.publish in limits'
    ],
    roomIsCountedInStatementsAndRows: ['Limits.getCpuTime'],
    thirtyStatementsStayFree: ['Limits.getCpuTime'],
    theKnockIsRepeatedWhenThePlatformBeganAgain: ['EventBus.publish in limits'],
    aTriggerOperationWithoutMeaningForUsIsNoNews: ['SObjectType.getDescribe']
  },
  RaccordCaptureTest: {
    aNewRecordIsNotedByItsIdAndNothingElse: ['Limits.getCpuTime'],
    onlyFieldsThatAreAskedForMakeAnUpdateNews: ['Limits.getCpuTime'],
    capitalLettersAndEmptyFieldsAreChangesToo: ['Limits.getCpuTime'],
    aSaveThatChangesNothingIsNoNews: ['Limits.getCpuTime'],
    everythingMayBeAskedFor: ['Limits.getCpuTime'],
    aFieldThatWasDeletedInTheOrgMakesEveryUpdateNews: ['Limits.getCpuTime'],
    deletionsAndTheirUndoingAreNoted: ['Limits.getCpuTime'],
    aMergeSaysWhoWon: ['Limits.getCpuTime', 'merge'],
    aConvertedLeadSaysWhichContactItIsNow: ['JSON.deserialize'],
    aLeadThatWasConvertedBeforeIsOneLikeAnyOther: ['JSON.deserialize'],
    leadsAreNotedLikeContacts: ['Limits.getCpuTime'],
    changesByRaccordsOwnUserAreFlaggedAndNotDropped: ['UserInfo.getProfileId', 'permission sets'],
    somebodyWithoutAnyRightsOnTheOutboxSavesAsEver: ['UserInfo.getProfileId'],
    rowsThatTheOrgRefusesAreNotTold: ['Limits.getCpuTime']
  },
  RaccordContractTest: {
    everyKindOfEventIsWrittenAsAgreed: ['Map.equals'],
    everyAnswerIsUnderstood: ['Pattern']
  },
  RaccordJobsTest: {
    whatStillWaitsGetsAnotherSender: ['AsyncOptions.DuplicateSignature'],
    aRowIsDueAtItsVeryMoment: ['AsyncOptions.DuplicateSignature'],
    oneSenderThatWaitsIsEnough: ['AsyncOptions.DuplicateSignature']
  },
  RaccordRestTest: {
    raccordSeesHowThePlugInIsDoing: ['UserInfo.getProfileId', 'permission sets', 'RestContext'],
    raccordSaysWhichFieldsToWatch: [
      'UserInfo.getProfileId',
      'permission sets',
      'RestContext',
      'Pattern',
      'DescribeSObjectResult.fields'
    ],
    everyObjectHasItsOwnFields: [
      'UserInfo.getProfileId',
      'permission sets',
      'RestContext',
      'Pattern',
      'DescribeSObjectResult.fields'
    ],
    anEmptyListEndsTheWatch: ['UserInfo.getProfileId', 'permission sets', 'RestContext', 'Pattern'],
    everythingMayBeAskedFor: ['UserInfo.getProfileId', 'permission sets', 'RestContext', 'Pattern'],
    aBadMessageIsRefusedAndChangesNothing: [
      'UserInfo.getProfileId',
      'permission sets',
      'RestContext',
      'Pattern',
      'DescribeSObjectResult.fields'
    ],
    raccordPausesAndResumes: ['UserInfo.getProfileId', 'permission sets', 'RestContext'],
    raccordPutsItToWorkAndToRest: [
      'UserInfo.getProfileId',
      'permission sets',
      'RestContext',
      'AsyncApexJob'
    ],
    anUnknownActionIsRefused: ['UserInfo.getProfileId', 'permission sets', 'RestContext'],
    nobodyElseIsAnswered: ['UserInfo.getProfileId', 'RestContext']
  },
  RaccordSenderTest: {
    aChangeReachesRaccordInTheAgreedForm: [
      'Limits.getCpuTime',
      'Test.getEventBus',
      'Datetime.formatGmt'
    ],
    theWaitThatRaccordAsksForIsKept: ['Pattern'],
    aWrongSignatureHaltsTheSenderForAnHour: ['Pattern'],
    noAnswerIsTriedAgain: ['Exception.setMessage', 'String.containsIgnoreCase'],
    aCredentialOutOfReachIsForPeople: ['Exception.setMessage', 'String.containsIgnoreCase'],
    whilePausedNothingIsSentAndNothingIsLost: ['Limits.getCpuTime', 'Test.getEventBus'],
    aSenderThatBreaksOffIsRememberedByWhatRunsAfterIt: ['Exception.getMessage of none']
  },
  RaccordSetupPageTest: {
    somebodyWithoutThePermissionSeesNothing: ['UserInfo.getProfileId', 'Exception.setMessage'],
    anActionThatDoesNotExistIsRefused: [
      'UserInfo.getProfileId',
      'permission sets',
      'Exception.setMessage'
    ],
    aGoodTestShowsThatRaccordAnswers: ['UserInfo.getProfileId', 'permission sets'],
    aGoodTestSendsWhatWaits: ['UserInfo.getProfileId', 'permission sets'],
    aTestEndsNoPause: ['UserInfo.getProfileId', 'permission sets'],
    aBadTestShowsWhatIsWrong: ['UserInfo.getProfileId', 'permission sets'],
    aBadTestSendsNothingElse: ['UserInfo.getProfileId', 'permission sets'],
    aTestWhileRaccordIsDownSaysThatItIsTriedAgain: ['UserInfo.getProfileId', 'permission sets'],
    aTestThatFindsNoCredentialIsForPeople: [
      'UserInfo.getProfileId',
      'permission sets',
      'Exception.setMessage',
      'String.containsIgnoreCase'
    ],
    whatWasGivenUpMayBeTriedAgain: ['UserInfo.getProfileId', 'permission sets'],
    theLastDeliveriesAreShownNewestFirst: ['UserInfo.getProfileId', 'permission sets'],
    raccordsUserAloneMayNotOpenThePage: [
      'UserInfo.getProfileId',
      'permission sets',
      'Exception.setMessage'
    ]
  },
  RaccordSweepTest: {
    whatABrokenChainLeftBehindIsSent: ['Database.emptyRecycleBin'],
    nothingIsStartedForAnEmptyOutboxOrBeforeItsTime: ['Database.emptyRecycleBin'],
    whatIsOldGoes: ['Database.emptyRecycleBin'],
    aRowThatSomebodyElseDeletedKeepsNoOther: ['Database.emptyRecycleBin'],
    whatWaitedTwoWeeksIsGivenUp: ['Database.emptyRecycleBin'],
    stoppingLeavesNoSenderBehind: ['AsyncApexJob']
  }
};
