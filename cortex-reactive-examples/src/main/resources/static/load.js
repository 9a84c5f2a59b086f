import './bar.js';
import {Chart} from './chart.js';
import {byId, duration, el, whileShown} from './dom.js';
import {UNREACHABLE, problemOf, serverSentEvents} from './sse.js';
import {tenants} from './tenants.js';

const SHOWN_MILLIS = 60_000;
const RECONNECT_MILLIS = 2000;
const MEBI = 1024 * 1024;

const count = value => Math.round(value).toLocaleString('en');
const rate = value => value < 10 ? String(Number(value.toFixed(1))) : count(value);
const megabytes = value => `${count(value / MEBI)} MiB`;
const latencies = of => [
  {label: 'p50', kind: 's0', of: sample => of(sample).p50},
  {label: 'p95', kind: 's1', of: sample => of(sample).p95},
];

const charts = [
  {id: 'chunks', title: 'Chunks a second', format: count, least: 10, series: [{kind: 's0', of: s => s.chunksPerSecond}]},
  {id: 'streaming', title: 'Live streams', format: count, least: 5, series: [{kind: 's0', of: s => s.live}]},
  {id: 'first', title: 'Time to first token', format: duration, least: 100, series: latencies(s => s.firstToken)},
  {id: 'gap', title: 'Between two chunks', format: duration, least: 10, series: latencies(s => s.gap)},
  {id: 'errors', title: 'Failed answers a second', format: rate, least: 5, series: [{kind: 'bad', of: s => s.failedPerSecond}]},
  {id: 'memory', title: 'Heap in use', format: megabytes, least: 64 * MEBI, series: [{kind: 's0', of: s => s.process.heapBytes}]},
  {id: 'threads', title: 'Threads, of all kinds', format: count, least: 50, series: [{kind: 's0', of: s => s.process.threads}]},
].map(settings => new Chart(settings));

/** Starts a load and stops it: the load lives as long as its connection. */
class Load {

  constructor() {
    byId('controls').addEventListener('submit', event => {
      event.preventDefault();
      this.start();
    });
    byId('halt').addEventListener('click', () => this.abort.abort());
    whileShown(() => this.abort?.abort(), () => {});
  }

  async start() {
    this.abort = new AbortController();
    this.setRunning(true);
    byId('problem').hidden = true;
    try {
      await this.run();
      state('The load is over.');
    } catch (error) {
      if (this.abort.signal.aborted) {
        state('Stopped. Every connection of the load was closed.');
      } else {
        this.fail(error.problem ?? UNREACHABLE);
      }
    }
    this.setRunning(false);
  }

  async run() {
    const response = await fetch('api/load', {
      method: 'POST',
      headers: {
        'Content-Type': 'application/json',
        'Accept': 'text/event-stream, application/problem+json',
        'X-Tenant': tenant.id,
      },
      body: JSON.stringify({
        provider: byId('provider').value,
        streams: byId('streams').valueAsNumber,
        chunksPerSecond: byId('rate').valueAsNumber,
        seconds: byId('seconds').valueAsNumber,
        failing: byId('failing').valueAsNumber,
      }),
      signal: this.abort.signal,
    });
    if (!response.ok) {
      throw Object.assign(new Error('refused'), {problem: await problemOf(response)});
    }
    for await (const {event, data} of serverSentEvents(response)) {
      if (event === 'running') {
        this.tell(data);
      }
    }
  }

  /** Now and then, so that those who listen to the page hear something else, too. */
  tell({load, secondsLeft}) {
    byId('halt').textContent = `Stop (${secondsLeft} s)`;
    if (secondsLeft === load.seconds) {
      state(`${count(load.streams)} streams as ${tenant.name}, ${load.chunksPerSecond} chunks a second each.`);
    }
  }

  setRunning(running) {
    const hadFocus = [byId('run'), byId('halt')].includes(document.activeElement);
    byId('run').hidden = running;
    byId('halt').hidden = !running;
    byId('halt').textContent = 'Stop';
    for (const field of document.querySelectorAll('#controls input, #controls select')) {
      field.disabled = running;
    }
    if (hadFocus) {
      byId(running ? 'halt' : 'run').focus();
    }
  }

  fail({code, message}) {
    state('No load is running from here.');
    byId('problem').replaceChildren(el('strong', {}, 'The load did not start'), el('p', {}, message), el('code', {class: 'code'}, code));
    byId('problem').hidden = false;
  }
}

/** What all traffic looks like, while anybody makes some. */
class Traffic {

  constructor() {
    this.samples = [];
    whileShown(() => this.leave(), () => this.watch());
  }

  leave() {
    this.abort.abort();
    clearTimeout(this.again);
  }

  async watch() {
    const {signal} = this.abort = new AbortController();
    try {
      const response = await fetch('api/traffic', {signal});
      if (!response.ok) {
        throw new Error((await problemOf(response)).message);
      }
      byId('live').dataset.state = 'live';
      if (byId('state').dataset.first !== 'told') {
        state('Live. Nothing is generated yet.');
      }
      for await (const {event, data} of serverSentEvents(response)) {
        if (event === 'sample') {
          this.take(data);
        }
      }
    } catch {
      // Told below, like an end that was not expected.
    }
    if (signal.aborted) {
      return;
    }
    byId('live').dataset.state = 'off';
    state('Not connected, trying again.');
    this.again = setTimeout(() => this.watch(), RECONNECT_MILLIS);
  }

  take(sample) {
    const now = performance.now();
    this.samples.push({...sample, at: now});
    this.samples = this.samples.filter(({at}) => at > now - SHOWN_MILLIS);
    this.frame ??= requestAnimationFrame(() => {
      this.frame = null;
      const latest = this.samples.at(-1).at;
      charts.forEach(chart => chart.draw(this.samples, latest - SHOWN_MILLIS, latest));
    });
  }
}

let tenant;

function state(text) {
  byId('state').dataset.first = 'told';
  byId('state').textContent = text;
}

async function start() {
  byId('charts').append(...charts.map(({element}) => element));
  const response = await fetch('api/info');
  if (!response.ok) {
    throw new Error((await problemOf(response)).message);
  }
  const info = await response.json();
  tenants(info.tenants, chosen => { tenant = chosen; });
  byId('provider').append(...info.providers.map(({id, name}) => el('option', {value: id}, name)));
  byId('controls').hidden = !info.simulated;
  if (!info.simulated) {
    byId('notice').textContent = 'Every answer of the chat counts. No load is generated: the providers are real, and each answer costs.';
  }
  new Load();
  byId('run').disabled = false;
  new Traffic().watch();
}

start().catch(error => state(`The application cannot be reached (${error.message}). Is it running? Reload to try again.`));
