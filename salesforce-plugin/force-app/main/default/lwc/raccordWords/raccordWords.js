/**
 * The words of the set-up page, from the custom labels: in the language of whoever looks.
 */
import LANGUAGE from '@salesforce/i18n/lang';
import Changes from '@salesforce/label/c.RaccordChanges';
import ChangesMany from '@salesforce/label/c.RaccordChangesMany';
import ChangesMore from '@salesforce/label/c.RaccordChangesMore';
import ChangesOne from '@salesforce/label/c.RaccordChangesOne';
import Contact from '@salesforce/label/c.RaccordContact';
import DeadResult from '@salesforce/label/c.RaccordDeadResult';
import Deliveries from '@salesforce/label/c.RaccordDeliveries';
import DeliveriesEmpty from '@salesforce/label/c.RaccordDeliveriesEmpty';
import Figures from '@salesforce/label/c.RaccordFigures';
import GivenUp from '@salesforce/label/c.RaccordGivenUp';
import GivenUpAgain from '@salesforce/label/c.RaccordGivenUpAgain';
import GivenUpHint from '@salesforce/label/c.RaccordGivenUpHint';
import HaltedAddress from '@salesforce/label/c.RaccordHaltedAddress';
import HaltedClock from '@salesforce/label/c.RaccordHaltedClock';
import HaltedCredential from '@salesforce/label/c.RaccordHaltedCredential';
import HaltedOther from '@salesforce/label/c.RaccordHaltedOther';
import HaltedSignature from '@salesforce/label/c.RaccordHaltedSignature';
import HaltedStranger from '@salesforce/label/c.RaccordHaltedStranger';
import Hourly from '@salesforce/label/c.RaccordHourly';
import HourlyHint from '@salesforce/label/c.RaccordHourlyHint';
import HourlyOff from '@salesforce/label/c.RaccordHourlyOff';
import HourlyOn from '@salesforce/label/c.RaccordHourlyOn';
import LastDelivered from '@salesforce/label/c.RaccordLastDelivered';
import Lead from '@salesforce/label/c.RaccordLead';
import Loading from '@salesforce/label/c.RaccordLoading';
import Never from '@salesforce/label/c.RaccordNever';
import NextAttempt from '@salesforce/label/c.RaccordNextAttempt';
import NoPermission from '@salesforce/label/c.RaccordNoPermission';
import Pause from '@salesforce/label/c.RaccordPause';
import Privacy from '@salesforce/label/c.RaccordPrivacy';
import Problem from '@salesforce/label/c.RaccordProblem';
import Refresh from '@salesforce/label/c.RaccordRefresh';
import Remove from '@salesforce/label/c.RaccordRemove';
import RemoveText from '@salesforce/label/c.RaccordRemoveText';
import RemoveTitle from '@salesforce/label/c.RaccordRemoveTitle';
import Result from '@salesforce/label/c.RaccordResult';
import Resume from '@salesforce/label/c.RaccordResume';
import SentAs from '@salesforce/label/c.RaccordSentAs';
import Start from '@salesforce/label/c.RaccordStart';
import StateFailed from '@salesforce/label/c.RaccordStateFailed';
import StateHalted from '@salesforce/label/c.RaccordStateHalted';
import StateNew from '@salesforce/label/c.RaccordStateNew';
import StateNewHint from '@salesforce/label/c.RaccordStateNewHint';
import StatePaused from '@salesforce/label/c.RaccordStatePaused';
import StatePausedHint from '@salesforce/label/c.RaccordStatePausedHint';
import StateRetrying from '@salesforce/label/c.RaccordStateRetrying';
import StateRetryingHint from '@salesforce/label/c.RaccordStateRetryingHint';
import StateWorking from '@salesforce/label/c.RaccordStateWorking';
import StateWorkingHint from '@salesforce/label/c.RaccordStateWorkingHint';
import Taken from '@salesforce/label/c.RaccordTaken';
import TakenInPart from '@salesforce/label/c.RaccordTakenInPart';
import Test from '@salesforce/label/c.RaccordTest';
import TestBad from '@salesforce/label/c.RaccordTestBad';
import TestGood from '@salesforce/label/c.RaccordTestGood';
import Title from '@salesforce/label/c.RaccordTitle';
import TooOld from '@salesforce/label/c.RaccordTooOld';
import TryNow from '@salesforce/label/c.RaccordTryNow';
import Version from '@salesforce/label/c.RaccordVersion';
import Waiting from '@salesforce/label/c.RaccordWaiting';
import WaitingSince from '@salesforce/label/c.RaccordWaitingSince';
import Watched from '@salesforce/label/c.RaccordWatched';
import WatchedAll from '@salesforce/label/c.RaccordWatchedAll';
import WatchedEmpty from '@salesforce/label/c.RaccordWatchedEmpty';
import WatchedHint from '@salesforce/label/c.RaccordWatchedHint';
import WatchedNone from '@salesforce/label/c.RaccordWatchedNone';
import When from '@salesforce/label/c.RaccordWhen';

export const words = {
  Changes,
  ChangesMany,
  ChangesMore,
  ChangesOne,
  Contact,
  DeadResult,
  Deliveries,
  DeliveriesEmpty,
  Figures,
  GivenUp,
  GivenUpAgain,
  GivenUpHint,
  HaltedAddress,
  HaltedClock,
  HaltedCredential,
  HaltedOther,
  HaltedSignature,
  HaltedStranger,
  Hourly,
  HourlyHint,
  HourlyOff,
  HourlyOn,
  LastDelivered,
  Lead,
  Loading,
  Never,
  NextAttempt,
  NoPermission,
  Pause,
  Privacy,
  Problem,
  Refresh,
  Remove,
  RemoveText,
  RemoveTitle,
  Result,
  Resume,
  SentAs,
  Start,
  StateFailed,
  StateHalted,
  StateNew,
  StateNewHint,
  StatePaused,
  StatePausedHint,
  StateRetrying,
  StateRetryingHint,
  StateWorking,
  StateWorkingHint,
  Taken,
  TakenInPart,
  Test,
  TestBad,
  TestGood,
  Title,
  TooOld,
  TryNow,
  Version,
  Waiting,
  WaitingSince,
  Watched,
  WatchedAll,
  WatchedEmpty,
  WatchedHint,
  WatchedNone,
  When
};

/** Put values in the places {0}, {1} … of a text. */
export function fill(text, ...values) {
  return text.replace(/\{(\d)\}/g, (place, index) => values[index] ?? place);
}

/** "1 change", "2 changes": French counts 0 as one, English as many. */
export function changes(count, isMore) {
  const number = new Intl.NumberFormat(LANGUAGE).format(count);
  if (isMore) {
    return fill(words.ChangesMore, number);
  }
  const isOne = new Intl.PluralRules(LANGUAGE).select(count) === 'one';
  return fill(isOne ? words.ChangesOne : words.ChangesMany, number);
}
