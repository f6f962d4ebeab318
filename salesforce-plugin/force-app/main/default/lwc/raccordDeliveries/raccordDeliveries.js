/**
 * What was last taken by Raccord, and what it would not take.
 */
import { LightningElement, api } from 'lwc';
import { words, fill, changes } from 'c/raccordWords';

export default class RaccordDeliveries extends LightningElement {
  @api deliveries;
  words = words;

  get rows() {
    return this.deliveries.map((delivery) => ({
      name: delivery.name,
      at: delivery.at,
      changes: changes(delivery.events),
      result: resultOf(delivery),
      className: `slds-badge ${delivery.taken ? 'slds-theme_success' : 'slds-theme_error'}`
    }));
  }

  get isEmpty() {
    return this.deliveries.length === 0;
  }
}

function resultOf(delivery) {
  if (delivery.taken) {
    return delivery.reason === 'taken_in_part' ? words.TakenInPart : words.Taken;
  }
  return delivery.reason === 'too_old' ? words.TooOld : fill(words.DeadResult, delivery.status);
}
