import './bar.js';
import {byId, el, whileShown} from './dom.js';
import {failure} from './endings.js';
import {Graph} from './graph.js';
import {UNREACHABLE, problemOf} from './sse.js';
import {tenants} from './tenants.js';
import {ContentApi, STATES, WorkflowRun} from './workflowrun.js';

/** Leads to the topic, and to no run. */
const SKIP = '#topic';

/** The page: begins runs, lists them, and shows the one that the address names. */
class Workflows {

  constructor(graph) {
    this.graph = new Graph(graph);
    byId('graph').append(this.graph.element);
    this.wire();
    const narrow = matchMedia('(max-width: 44rem)');
    const draw = () => this.graph.draw(!narrow.matches);
    narrow.addEventListener('change', draw);
    draw();
  }

  wire() {
    byId('topic').addEventListener('input', () => this.measure());
    byId('begin').addEventListener('submit', event => {
      event.preventDefault();
      this.begin(byId('topic').value.trim());
    });
    byId('approval').addEventListener('submit', event => {
      event.preventDefault();
      this.run?.decide(event.submitter?.value !== 'reject');
    });
    byId('cancel').addEventListener('click', () => this.run?.cancel());
    byId('fork').addEventListener('submit', event => {
      event.preventDefault();
      this.attempt(async () => this.go(await this.run.fork()));
    });
    byId('fork-close').addEventListener('click', () => {
      byId('fork').hidden = true;
    });
    addEventListener('hashchange', () => {
      if (location.hash !== SKIP) {
        this.open();
      }
    });
    whileShown(() => this.run?.close(), () => this.open());
  }

  measure() {
    byId('run').disabled = !byId('topic').value.trim();
  }

  setTenant(tenant) {
    const changed = this.api !== undefined;
    this.api = new ContentApi(tenant);
    if (changed) {
      history.replaceState(null, '', location.pathname);
    }
    this.open();
    this.list();
  }

  async begin(topic) {
    if (topic) {
      await this.attempt(async () => {
        this.go((await this.api.post('', {topic})).id);
        byId('topic').value = '';
        this.measure();
      });
    }
  }

  async attempt(work) {
    try {
      await work();
    } catch (error) {
      byId('notes').replaceChildren(failure(error.problem ?? UNREACHABLE, () => this.attempt(work)));
    }
  }

  go(id) {
    location.hash = id;
  }

  /** Shows the run that the address names. */
  open() {
    this.run?.close();
    const id = location.hash === SKIP ? '' : location.hash.slice(1);
    this.run = new WorkflowRun({id, api: this.api, graph: this.graph, onChange: () => this.list()});
    if (id) {
      this.run.open();
    } else {
      this.run.clear();
      this.run = null;
      byId('run-topic').textContent = 'No run is open';
      byId('run-view').dataset.state = 'none';
    }
    this.mark();
  }

  async list() {
    const {api} = this;
    try {
      const runs = await api.get('runs');
      if (api === this.api) {
        byId('no-runs').hidden = runs.length > 0;
        byId('runs').replaceChildren(...runs.map(run => this.entry(run)));
        this.mark();
      }
    } catch {
      // The next change brings it.
    }
  }

  entry({id, status, topic, times}) {
    const when = times.startedAt ? new Date(times.startedAt).toLocaleString([], {dateStyle: 'short', timeStyle: 'short'}) : '';
    return el('li', {'data-status': status},
      el('a', {href: '#' + id, 'data-run': id},
        el('span', {class: 'runs-topic'}, topic),
        el('span', {class: 'runs-facts'}, el('span', {class: 'runs-status'}, STATES[status] ?? status), ' ', when)));
  }

  mark() {
    for (const link of byId('runs').querySelectorAll('a')) {
      if (link.dataset.run === this.run?.id) {
        link.setAttribute('aria-current', 'true');
      } else {
        link.removeAttribute('aria-current');
      }
    }
  }
}

async function load(address) {
  const response = await fetch(address);
  if (!response.ok) {
    throw new Error((await problemOf(response)).message);
  }
  return response.json();
}

async function start() {
  const [info, graph] = await Promise.all([load('api/info'), load('api/workflows/content')]);
  byId('notice').textContent = 'Agents look a topic up, write about it and review what was written. Then the run waits for you. '
    + (graph.lasting
      ? 'Each step is kept in the database before the next begins: end the application in the middle, start it again, and it goes on. '
      : 'Runs are in memory here, and end with the application. ')
    + (info.simulated ? 'Here a script plays the model; the rest is real.' : info.notice);
  byId('approval-hint').textContent = 'It waits as long as it takes' + (graph.lasting ? ', also while the application does not run.' : '.');
  const page = new Workflows(graph);
  byId('topics').append(...info.suggestions.questions.map(text => el('li', {},
    el('button', {type: 'button', onclick: () => page.begin(text)}, text))));
  tenants(info.tenants, tenant => page.setTenant(tenant));
}

start().catch(error => {
  byId('notice').textContent = `The application cannot be reached (${error.message}). Is it running? Reload to try again.`;
  byId('notice').setAttribute('role', 'alert');
});
