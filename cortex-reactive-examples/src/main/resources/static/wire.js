import {byId, el} from './dom.js';

const CLOSED = {
  COMPLETED: 'answered completely',
  CLIENT_CLOSED: 'closed by the client',
  FAULT: 'failed as scripted',
  OPEN: 'open',
};

/** The simulated server's own journal. */
export class Wire {

  constructor() {
    byId('tab-wire').hidden = false;
  }

  /** Reads and shows the journal, newest call first. */
  async refresh() {
    try {
      const response = await fetch('api/wire');
      const calls = response.ok ? await response.json() : [];
      byId('calls').replaceChildren(...calls.map(row));
      byId('calls-empty').hidden = calls.length > 0;
      return calls;
    } catch {
      return [];
    }
  }
}

function row({number, key, model, framesWritten, closed}) {
  return el('li', {class: 'call', 'data-closed': closed, 'data-call': String(number)},
    el('div', {class: 'call-head'},
      el('span', {class: 'call-number'}, `Call ${number}`),
      el('span', {class: 'call-closed'}, CLOSED[closed] ?? closed)),
    el('div', {class: 'call-facts'},
      el('span', {class: 'call-key'}, key),
      el('span', {}, `${framesWritten} frames`),
      el('span', {}, model)));
}
