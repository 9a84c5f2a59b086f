import {announce, byId, el} from './dom.js';
import {failure} from './endings.js';
import {render} from './markup.js';
import {UNREACHABLE, problemOf, serverSentEvents} from './sse.js';

const FIRST_PAUSE = 500;
const LONGEST_PAUSE = 8000;

/** Where a run stands, in words. */
export const STATES = {
  pending: 'waits for its turn',
  running: 'runs…',
  paused: 'waits for you',
  completed: 'complete',
  failed: 'failed',
  cancelled: 'cancelled',
};

/** Texts that nodes give, the newest one first. */
const TITLES = {write: 'The text', review: 'Review', research: 'What was found'};

/** One run on the page: follows it from its beginning, and asks what the run asks. */
export class WorkflowRun {

  /**
   * @param api calls the application for the tenant
   * @param onChange the run stands elsewhere than before
   */
  constructor({id, api, graph, onChange}) {
    Object.assign(this, {id, api, graph, onChange});
    this.abort = new AbortController();
    this.outputs = {};
    this.status = 'pending';
    this.pause = FIRST_PAUSE;
  }

  async open() {
    this.clear();
    try {
      const run = await this.api.get(`runs/${encodeURIComponent(this.id)}`);
      if (!this.abort.signal.aborted) {
        this.first = run;
        this.topic = run.data.topic;
        byId('run-topic').textContent = this.topic;
        this.show(run.status);
        await this.follow();
      }
    } catch (error) {
      if (!this.abort.signal.aborted) {
        this.note(failure(error.problem ?? UNREACHABLE, () => this.open()));
      }
    }
  }

  close() {
    this.abort.abort();
  }

  clear() {
    this.graph.reset();
    delete byId('run-view').dataset.state;
    delete byId('run-view').dataset.connection;
    byId('run-topic').textContent = '…';
    byId('notes').replaceChildren();
    byId('texts').replaceChildren();
    byId('history').replaceChildren();
    byId('comment').value = '';
    for (const id of ['facts', 'cancel', 'approval', 'history-view', 'fork']) {
      byId(id).hidden = true;
    }
  }

  /** A stream that breaks off goes on where it was, until the run has ended. */
  async follow() {
    while (!this.abort.signal.aborted && !this.over) {
      try {
        await this.read();
      } catch (error) {
        if (error.problem && !error.problem.transient) {
          throw error;
        }
      }
      if (!this.abort.signal.aborted && !this.over) {
        byId('run-view').dataset.connection = 'lost';
        await new Promise(resolve => setTimeout(resolve, this.pause));
        this.pause = Math.min(2 * this.pause, LONGEST_PAUSE);
      }
    }
  }

  async read() {
    const response = await this.api.open(`runs/${encodeURIComponent(this.id)}/events`, {
      headers: {Accept: 'text/event-stream, application/problem+json', ...(this.position ? {'Last-Event-ID': this.position} : {})},
      signal: this.abort.signal,
    });
    byId('run-view').dataset.connection = 'live';
    for await (const {event, id, data} of serverSentEvents(response)) {
      this.pause = FIRST_PAUSE;
      if (event === 'end') {
        this.over = true;
      } else if (event === 'step') {
        this.position = id ?? this.position;
        this.take(data);
      }
    }
  }

  take(step) {
    switch (step.type) {
      case 'WorkflowStarted':
        this.started(step);
        break;
      case 'WorkflowNodeExited':
        this.exited(step);
        break;
      case 'WorkflowBranchTaken':
        this.graph.take(step.node, step.next);
        break;
      case 'WorkflowPaused':
        this.ask(step);
        break;
      case 'WorkflowResumed':
        this.graph.set(step.node, 'active');
        this.show('running');
        break;
      case 'WorkflowCompleted':
        this.graph.all('active').forEach(id => this.graph.set(id, 'done'));
        this.end('completed', step.output.published === false ? 'It was rejected too often, and is not published.' : 'Published.');
        break;
      case 'WorkflowFailed':
        this.stopAt('failed');
        this.end('failed', 'The run failed.');
        this.note(failure({...step.error, transient: false}));
        break;
      case 'WorkflowCancelled':
        this.stopAt('stopped');
        this.end('cancelled', 'The run was cancelled.');
        break;
    }
    this.showHistory();
  }

  /** A copy of another run has from the beginning what that one had. */
  started({output}) {
    Object.keys(output).filter(name => name !== 'topic').forEach(name => this.give(name, output[name]));
    this.graph.nodes.filter(({id}) => id in output).forEach(({id}) => this.graph.set(id, 'done'));
    const copied = this.graph.nodes.some(({id}) => id in output);
    this.graph.set(copied ? this.first.node : this.graph.start, 'active');
    this.show('running');
  }

  exited({node, next, output}) {
    this.graph.set(node, 'done');
    this.give(node, output);
    if (next && next !== node) {
      this.graph.take(node, next);
      this.graph.set(next, 'active');
    }
    this.show('running');
  }

  give(node, output) {
    this.outputs[node] = output;
    const open = Object.fromEntries([...byId('texts').querySelectorAll('details')].map(one => [one.dataset.node, one.open]));
    byId('texts').replaceChildren(...Object.keys(TITLES)
      .filter(id => typeof this.outputs[id] === 'string')
      .map(id => {
        const text = el('div', {class: 'text'});
        render(text, this.outputs[id]);
        return el('details', {'data-node': id, open: open[id] ?? id !== 'research'}, el('summary', {}, TITLES[id]), text);
      }));
  }

  ask({node, pause}) {
    this.token = pause.token;
    this.graph.set(node, 'asking');
    byId('approval-reason').textContent = pause.reason;
    byId('approval-problem').textContent = '';
    this.show('paused');
    announce(`The run waits: ${pause.reason}`);
  }

  stopAt(state) {
    [...this.graph.all('active'), ...this.graph.all('asking')].forEach(id => this.graph.set(id, state));
  }

  end(status, text) {
    this.show(status);
    if (status !== 'failed') {
      this.note(el('p', {class: status === 'completed' ? 'mark good' : 'mark'}, text));
    }
    announce(text);
  }

  note(element) {
    byId('notes').replaceChildren(element);
  }

  show(status) {
    const changed = this.status !== status;
    this.status = status;
    byId('run-view').dataset.state = status;
    byId('facts').hidden = false;
    byId('facts').replaceChildren(
      el('li', {'data-fact': 'status'}, STATES[status] ?? status), el('li', {'data-fact': 'id'}, `run ${this.id}`));
    byId('cancel').hidden = !['pending', 'running', 'paused'].includes(status);
    byId('approval').hidden = status !== 'paused' || !this.token;
    if (changed) {
      this.onChange();
    }
  }

  async decide(approved) {
    this.busy(true);
    byId('approval-problem').textContent = '';
    try {
      const comment = byId('comment').value.trim();
      await this.api.post(`runs/${encodeURIComponent(this.id)}/resume`,
        {token: this.token, approved, ...(comment ? {comment} : {})});
      byId('comment').value = '';
    } catch (error) {
      byId('approval-problem').textContent = (error.problem ?? UNREACHABLE).message;
    } finally {
      this.busy(false);
    }
  }

  busy(busy) {
    byId('approval').querySelectorAll('button').forEach(button => {
      button.disabled = busy;
    });
  }

  async cancel() {
    try {
      await this.api.post(`runs/${encodeURIComponent(this.id)}/cancel`);
    } catch (error) {
      this.note(failure(error.problem ?? UNREACHABLE, () => this.cancel()));
    }
  }

  /** What comes while it is being read makes it be read again. */
  async showHistory() {
    this.stale = true;
    if (this.reading) {
      return;
    }
    this.reading = true;
    while (this.stale && !this.abort.signal.aborted) {
      this.stale = false;
      try {
        const entries = await this.api.get(`runs/${encodeURIComponent(this.id)}/history`);
        if (!this.abort.signal.aborted) {
          byId('history').replaceChildren(...entries.map(entry => this.row(entry)));
          byId('history-view').hidden = !entries.length;
        }
      } catch {
        // The next event brings it.
      }
    }
    this.reading = false;
  }

  row({sequence, kind, node, output, error, at}) {
    const fork = kind === 'terminal' ? null : el('button', {
      type: 'button',
      class: 'small',
      'aria-label': `Fork after step ${sequence}`,
      onclick: () => this.offerFork(sequence),
    }, 'Fork');
    return el('tr', {'data-kind': kind},
      el('td', {}, String(sequence)),
      el('td', {}, kind),
      el('td', {}, node ?? ''),
      el('td', {class: 'gave'}, error ? error.message : gist(output)),
      el('td', {}, el('time', {datetime: at}, new Date(at).toLocaleTimeString())),
      el('td', {}, fork));
  }

  offerFork(sequence) {
    this.forkAfter = sequence;
    byId('fork-title').textContent = `Begin another run with what was known after step ${sequence}`;
    byId('fork-topic').value = this.topic;
    byId('fork').hidden = false;
    byId('fork-topic').focus();
  }

  /** Gives the id of the other run. */
  async fork() {
    const topic = byId('fork-topic').value.trim();
    const {id} = await this.api.post(`runs/${encodeURIComponent(this.id)}/fork`,
      {sequence: this.forkAfter, ...(topic === this.topic ? {} : {topic})});
    byId('fork').hidden = true;
    return id;
  }
}

function gist(output) {
  const text = typeof output === 'string' ? output : output ? JSON.stringify(output) : '';
  return text.length > 90 ? text.slice(0, 90) + '…' : text;
}

/** Calls the pipeline for a tenant. What it refuses is thrown, with the {@code problem}. */
export class ContentApi {

  constructor(tenant) {
    this.tenant = tenant;
  }

  async open(path, options = {}) {
    const response = await fetch(`api/workflows/content${path ? '/' + path : ''}`, {
      ...options,
      headers: {...options.headers, 'X-Tenant': this.tenant.id},
    });
    if (!response.ok) {
      throw Object.assign(new Error('refused'), {problem: await problemOf(response)});
    }
    return response;
  }

  async get(path) {
    return (await this.open(path)).json();
  }

  async post(path, body) {
    const response = await this.open(path, {
      method: 'POST',
      ...(body ? {headers: {'Content-Type': 'application/json'}, body: JSON.stringify(body)} : {}),
    });
    return response.json();
  }
}
