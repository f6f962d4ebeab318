/**
 * The first thing to see: whether Raccord is told of changes, and if not, what to do about it.
 */
import { LightningElement, api } from 'lwc';
import { words, fill } from 'c/raccordWords';

/** By state: colour, icon and headline. */
const LOOKS = {
  working: ['good', 'utility:success', words.StateWorking, words.StateWorkingHint],
  new: ['calm', 'utility:info', words.StateNew, words.StateNewHint],
  paused: ['calm', 'utility:pause', words.StatePaused, words.StatePausedHint],
  retrying: ['warn', 'utility:warning', words.StateRetrying, words.StateRetryingHint],
  halted: ['bad', 'utility:error', words.StateHalted, undefined]
};

/** The codes of what went wrong on this side. */
const OURS = ['sender_failed', 'not_saved'];

/** By answer, what a person has to put right. */
const REMEDIES = {
  401: words.HaltedSignature,
  404: words.HaltedAddress,
  410: words.HaltedAddress,
  not_raccord: words.HaltedStranger,
  'webhook.clock_off': words.HaltedClock
};

export default class RaccordBanner extends LightningElement {
  @api status;
  words = words;

  get look() {
    const [colour, icon, headline, hint] = LOOKS[this.status.state] ?? LOOKS.new;
    return {
      className: `banner ${colour}`,
      icon,
      headline: this.isOurOwnFault ? words.StateFailed : headline,
      hint: hint ?? this.remedy
    };
  }

  /** The next attempt is near, but it was not Raccord that failed. */
  get isOurOwnFault() {
    return this.status.state === 'retrying' && OURS.includes(this.status.last_reason);
  }

  get remedy() {
    const { last_reason: reason, last_status: httpStatus, sent_as: user } = this.status;
    if (reason === 'no_credential') {
      return fill(words.HaltedCredential, user);
    }
    return REMEDIES[reason] ?? REMEDIES[httpStatus] ?? fill(words.HaltedOther, httpStatus);
  }

  get isPaused() {
    return this.status.state === 'paused';
  }

  get nextAttempt() {
    return this.isPaused ? undefined : this.status.retry_at;
  }

  test() {
    this.ask('test');
  }

  pause() {
    this.ask('pause');
  }

  resume() {
    this.ask('resume');
  }

  ask(action) {
    this.dispatchEvent(new CustomEvent('action', { detail: action }));
  }
}
