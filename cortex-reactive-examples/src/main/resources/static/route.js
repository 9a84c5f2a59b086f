import {duration, el} from './dom.js';
import {placeInTime} from './events.js';

const REASONS = {
  rate_limited: 'limits the rate',
  overloaded: 'is overloaded',
  quota_exhausted: 'has no quota left',
  authentication: 'refused the key',
  model_not_found: 'has no such model',
  provider_unavailable: 'is not available',
  provider_timeout: 'took too long',
  stream_interrupted: 'broke off',
  stream_stalled: 'stalled',
  incomplete_stream: 'ended too early',
  garbled_response: 'sent garbage',
};

/**
 * The way to an answer that did not come at once: each attempt, each wait, and who was asked in place of whom. Told by
 * the server's events, which may come late and in any order.
 */
export class Route {

  constructor(nameOf) {
    this.nameOf = nameOf;
    this.events = [];
    this.over = false;
    this.element = el('ol', {class: 'route', 'aria-label': 'Attempts', hidden: true});
  }

  take(event) {
    this.received = performance.now();
    this.events.push({...event, at: placeInTime(event.meta)});
    this.events.sort((a, b) => a.at < b.at ? -1 : 1);
    this.draw();
  }

  /** Nothing more will be tried; if there is an answer, it is the last attempt's. */
  end(complete) {
    this.over = true;
    this.complete = complete;
    this.draw();
  }

  /** Whom the last attempt went to, as far as is known. */
  last() {
    return attempts(this.events).at(-1)?.provider;
  }

  draw() {
    const all = attempts(this.events);
    const failedOnce = all.some(attempt => attempt.code);
    this.element.hidden = !failedOnce || (all.length < 2 && this.over);
    const waiting = !this.over && !!all.at(-1)?.code;
    this.element.replaceChildren(...all.map((attempt, i) => this.row(attempt, i, all[i + 1], waiting)));
    this.count(waiting);
  }

  row(attempt, index, next, waiting) {
    const answered = attempt.answered || (this.complete && !next);
    const state = attempt.code ? 'failed' : answered ? 'answered' : this.over ? 'ended' : 'asking';
    return el('li', {'data-state': state},
      el('span', {class: 'attempt'}, el('span', {class: 'who'}, this.nameOf(attempt.provider)), ' ', this.outcome(attempt, state)),
      next ? this.between(attempt, next, index + 2) : waiting && attempt.code ? this.wait(index + 2) : null);
  }

  outcome(attempt, state) {
    const took = attempt.end ? el('span', {class: 'took'}, duration(attempt.end - attempt.begin)) : null;
    const said = {
      failed: REASONS[attempt.code] ?? attempt.code,
      answered: 'answered',
      ended: 'was not waited for',
      asking: 'is asked…',
    }[state];
    return el('span', {class: 'outcome'}, said, took ? ' ' : null, took);
  }

  between(attempt, next, number) {
    if (attempt.answered) {
      return el('span', {class: 'then', 'data-then': 'tools'}, 'Asked again, with what the tools gave');
    }
    const waited = next.begin - (attempt.end ?? next.begin);
    return attempt.to
      ? el('span', {class: 'then', 'data-then': 'fallback'}, `Falls back to ${this.nameOf(attempt.to)}`)
      : el('span', {class: 'then', 'data-then': 'retry'}, `Attempt ${number} after ${duration(waited)}${asked(attempt)}`);
  }

  wait(number) {
    return el('span', {class: 'then', 'data-then': 'wait'}, `Waits before attempt ${number}… `,
      el('span', {class: 'counter', 'aria-hidden': 'true'}));
  }

  /** Counts up while nothing is known but that the next attempt will come. */
  count(waiting) {
    clearInterval(this.timer);
    if (waiting) {
      const show = () => {
        const counter = this.element.querySelector('.counter');
        if (counter) {
          counter.textContent = ((performance.now() - this.received) / 1000).toFixed(1) + ' s';
        }
      };
      show();
      this.timer = setInterval(show, 100);
    }
  }
}

function asked({retryAfter}) {
  return retryAfter ? ', as it asked' : '';
}

function attempts(events) {
  const all = [];
  for (const {type, meta, step} of events) {
    const time = Date.parse(meta.timestamp);
    const last = all.at(-1);
    if (type === 'BeforeProviderRequest') {
      all.push({provider: step.provider, begin: time});
    } else if (last && type === 'ProviderRateLimited') {
      last.retryAfter = step?.retryAfterMillis;
    } else if (last && type === 'ProviderError') {
      Object.assign(last, {code: step.code, end: time});
    } else if (last && type === 'ChatFallback') {
      last.to = step.to;
    } else if (last && type === 'AfterProviderResponse') {
      Object.assign(last, {answered: true, end: time});
    }
  }
  return all;
}
