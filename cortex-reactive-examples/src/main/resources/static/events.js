import {byId, el, whileShown} from './dom.js';
import {problemOf, serverSentEvents} from './sse.js';

const MOST_ROWS = 300;
const RECONNECT_MILLIS = 2000;
/** Always asked for: they tell what a stopped or failed call has used. */
const ENDS = ['ChatStreamCancelled', 'ChatError'];
/** Always asked for as well: they tell how a question comes to its answer. */
const STEPS = ['BeforeProviderRequest', 'ProviderError', 'ProviderRateLimited', 'ChatFallback', 'AfterProviderResponse'];
/** Always asked for, too: it tells that a guardrail changed an answer. */
const GUARDS = ['GuardrailChecked'];
/** A row for each token drowns the rest, so it starts switched off. */
const QUIET = ['ChatStreamChunk'];

/** The live event stream, filtered by type on the server. */
export class Events {

  constructor({types, tenants, onEnd, onStep, onReplaced}) {
    this.hues = new Map(tenants.map(({id, hue}) => [id, hue]));
    this.onEnd = onEnd;
    this.onStep = onStep;
    this.onReplaced = onReplaced;
    this.held = [];
    this.paused = false;
    this.list = byId('events');
    this.checks = types.map(type => this.check(type));
    this.build(types);
    this.connect();
    whileShown(() => this.leave(), () => this.connect());
  }

  leave() {
    this.abort.abort();
    clearTimeout(this.again);
    clearTimeout(this.change);
  }

  check({name, family}) {
    const box = el('input', {type: 'checkbox', value: name, checked: !QUIET.includes(name)});
    box.dataset.family = family;
    box.addEventListener('change', () => this.changed());
    return box;
  }

  build(types) {
    const families = [...new Set(types.map(type => type.family))];
    byId('types').append(...families.map(family => el('fieldset', {}, el('legend', {}, family),
      ...this.checks.filter(box => box.dataset.family === family)
        .map(box => el('label', {class: 'check'}, box, ' ', box.value)))));
    byId('filter-all').addEventListener('click', () => this.setAll(true));
    byId('filter-none').addEventListener('click', () => this.setAll(false));
    byId('mine').addEventListener('change', () => this.changed());
    byId('pause').addEventListener('click', () => this.setPaused(!this.paused));
    byId('clear').addEventListener('click', () => this.clear());
    byId('filter').addEventListener('keydown', event => {
      if (event.key === 'Escape') {
        byId('filter').open = false;
        event.stopPropagation();
      }
    });
    document.addEventListener('click', event => {
      if (!byId('filter').contains(event.target)) {
        byId('filter').open = false;
      }
    });
    this.showFilter();
  }

  setAll(checked) {
    this.checks.forEach(box => { box.checked = checked; });
    this.changed();
  }

  chosen() {
    return this.checks.filter(box => box.checked).map(box => box.value);
  }

  showFilter() {
    byId('filter-count').textContent = `${this.chosen().length} of ${this.checks.length}`;
  }

  /** Several boxes changed at once make one new connection. */
  changed() {
    this.showFilter();
    this.setState('connecting');
    clearTimeout(this.change);
    this.change = setTimeout(() => this.connect(), 150);
  }

  setTenant(tenant) {
    this.tenant = tenant;
    if (byId('mine').checked) {
      this.changed();
    }
  }

  async connect() {
    this.abort?.abort();
    clearTimeout(this.again);
    const abort = this.abort = new AbortController();
    try {
      const response = await fetch('api/events?' + this.query(), {signal: abort.signal});
      if (!response.ok) {
        throw new Error((await problemOf(response)).message);
      }
      this.setState('live');
      for await (const {event, data} of serverSentEvents(response)) {
        this.take(event, data);
      }
      throw new Error('The application closed the event stream.');
    } catch (error) {
      if (!abort.signal.aborted) {
        this.setState('off');
        this.again = setTimeout(() => this.connect(), RECONNECT_MILLIS);
      }
    }
  }

  query() {
    const query = new URLSearchParams({types: [...new Set([...this.chosen(), ...ENDS, ...STEPS, ...GUARDS])].join(',')});
    if (byId('mine').checked && this.tenant) {
      query.set('tenant', this.tenant.id);
    }
    return query;
  }

  take(kind, event) {
    if (kind === 'status') {
      byId('dropped').textContent = event.dropped;
      return;
    }
    if (event.usage && ENDS.includes(event.type)) {
      this.onEnd(event.meta.correlationId, event.usage);
    }
    if (STEPS.includes(event.type)) {
      this.onStep(event.meta.correlationId, event);
    }
    if (event.replaced) {
      this.onReplaced(event.meta.correlationId, event.replaced);
    }
    if (!this.chosen().includes(event.type)) {
      return;
    }
    this.held.push(event);
    if (this.paused) {
      this.held.splice(0, this.held.length - MOST_ROWS);
      this.setState('paused');
    } else {
      this.frame ??= requestAnimationFrame(() => this.draw());
    }
  }

  draw() {
    this.frame = null;
    for (const event of this.held.splice(0).slice(-MOST_ROWS)) {
      this.place(row(event, this.hues));
    }
    while (this.list.childElementCount > MOST_ROWS) {
      this.list.lastElementChild.remove();
    }
    byId('events-empty').hidden = this.list.childElementCount > 0;
  }

  /** Newest first. Events of different types may come in another order than they happened in. */
  place(item) {
    let older = this.list.firstElementChild;
    while (older && older.dataset.at > item.dataset.at) {
      older = older.nextElementSibling;
    }
    this.list.insertBefore(item, older);
  }

  setPaused(paused) {
    this.paused = paused;
    byId('pause').setAttribute('aria-pressed', String(paused));
    byId('pause').textContent = paused ? 'Resume' : 'Pause';
    this.setState(paused ? 'paused' : this.connected);
    if (!paused) {
      this.draw();
    }
  }

  clear() {
    this.held = [];
    this.list.replaceChildren();
    byId('events-empty').hidden = false;
  }

  setState(state) {
    if (state !== 'paused') {
      this.connected = state;
    }
    const shown = this.paused ? 'paused' : state;
    byId('event-state').dataset.state = shown;
    byId('event-status').textContent = {
      connecting: 'Connecting…',
      live: 'Live',
      paused: `Paused, ${this.held.length} waiting`,
      off: 'Not connected, trying again',
    }[shown];
  }
}

/** Sorts as text. */
export function placeInTime({timestamp, sequence}) {
  const [seconds, fraction = ''] = timestamp.slice(0, -1).split('.');
  return `${seconds}.${fraction.padEnd(9, '0')} ${String(sequence).padStart(9, '0')}`;
}

function row({type, family, meta, summary}, hues) {
  const time = new Date(meta.timestamp);
  const clock = time.toLocaleTimeString([], {hour12: false}) + '.' + String(time.getMilliseconds()).padStart(3, '0');
  return el('li', {class: 'event', 'data-type': type, 'data-family': family, 'data-at': placeInTime(meta)},
    el('div', {class: 'event-head'},
      el('span', {class: 'event-type'}, type),
      meta.tenantId ? el('span', {class: 'event-tenant', 'data-hue': String(hues.get(meta.tenantId) ?? 0)}, meta.tenantId) : null,
      el('time', {datetime: meta.timestamp}, clock)),
    summary ? el('div', {class: 'event-summary'}, summary) : null);
}
