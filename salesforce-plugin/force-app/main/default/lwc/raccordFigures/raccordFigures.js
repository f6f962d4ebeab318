/**
 * The figures below the banner: last delivery, what waits, what was given up, and the hourly look.
 */
import { LightningElement, api } from 'lwc';
import { words, fill, changes } from 'c/raccordWords';

export default class RaccordFigures extends LightningElement {
  @api status;
  words = words;

  get waiting() {
    return changes(this.status.waiting, this.status.waiting_more);
  }

  get givenUp() {
    return changes(this.status.dead, this.status.dead_more);
  }

  get sentAs() {
    return fill(words.SentAs, this.status.sent_as);
  }

  get hourly() {
    return this.status.scheduled ? words.HourlyOn : words.HourlyOff;
  }

  get isOff() {
    return !this.status.scheduled;
  }

  retry() {
    this.ask('retry');
  }

  start() {
    this.ask('start');
  }

  ask(action) {
    this.dispatchEvent(new CustomEvent('action', { detail: action }));
  }
}
