/**
 * Which fields of which objects make an update news for Raccord.
 */
import { LightningElement, api } from 'lwc';
import { words } from 'c/raccordWords';

const EVERYTHING = '*';

export default class RaccordWatched extends LightningElement {
  @api watched;
  words = words;

  get objects() {
    return Object.entries(this.watched).map(([name, fields]) => ({
      name,
      label: words[name] ?? name,
      fields: fields.includes(EVERYTHING) ? [words.WatchedAll] : fields,
      isWatched: fields.length > 0
    }));
  }

  get isNothingWatched() {
    return this.objects.every((object) => !object.isWatched);
  }
}
