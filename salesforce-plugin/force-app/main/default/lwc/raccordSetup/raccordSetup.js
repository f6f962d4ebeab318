/**
 * The set-up page of the plug-in: how things stand, and the few buttons that change that.
 */
import { LightningElement } from 'lwc';
import { ShowToastEvent } from 'lightning/platformShowToastEvent';
import LightningConfirm from 'lightning/confirm';
import read from '@salesforce/apex/RaccordSetupPage.read';
import act from '@salesforce/apex/RaccordSetupPage.act';
import { words, fill } from 'c/raccordWords';

/** The codes of an answer by which Raccord took a message. */
const TAKEN = ['taken', 'taken_in_part'];

export default class RaccordSetup extends LightningElement {
  words = words;
  status;
  problem;
  isBusy = true;

  connectedCallback() {
    this.show(read());
  }

  get version() {
    return fill(words.Version, this.status.plugin);
  }

  async refresh() {
    await this.show(read());
  }

  async handleAction(event) {
    const action = event.detail;
    if (action === 'stop' && !(await this.confirmStop())) {
      return;
    }
    await this.show(act({ action }));
    if (action === 'test' && !this.problem) {
      this.tellTestResult();
    }
  }

  prepareForRemoval() {
    return this.handleAction({ detail: 'stop' });
  }

  confirmStop() {
    return LightningConfirm.open({
      label: words.RemoveTitle,
      message: words.RemoveText,
      theme: 'warning'
    });
  }

  tellTestResult() {
    const isGood = TAKEN.includes(this.status.last_reason);
    this.dispatchEvent(
      new ShowToastEvent({
        title: isGood ? words.TestGood : words.TestBad,
        variant: isGood ? 'success' : 'error'
      })
    );
  }

  /** Show what the server answers; while it thinks, the page says so. */
  async show(answer) {
    this.isBusy = true;
    try {
      this.status = JSON.parse(await answer);
      this.problem = undefined;
    } catch (error) {
      const isRefusal = error.body?.message === 'no_permission';
      this.problem = isRefusal ? words.NoPermission : words.Problem;
    } finally {
      this.isBusy = false;
    }
  }
}
