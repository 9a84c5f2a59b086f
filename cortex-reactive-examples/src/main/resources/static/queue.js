import './bar.js';
import {announce, byId, el, whileShown} from './dom.js';
import {RunsApi, runLink} from './runsapi.js';
import {UNREACHABLE, problemOf} from './sse.js';
import {tenants} from './tenants.js';

const EACH = 1000;
const PAGE = 20;

const time = at => at ? new Date(at).toLocaleTimeString() : '';

const row = (cells, properties = {}) => el('tr', properties, ...cells.map(cell => el('td', {}, cell)));

const nothing = (columns, text) => el('tr', {class: 'nothing'}, el('td', {colSpan: columns}, text));

async function load(address) {
  const response = await fetch(address);
  if (!response.ok) {
    throw Object.assign(new Error('refused'), {problem: await problemOf(response)});
  }
  return response.json();
}

/** The queue as it is, looked at again and again while somebody looks. */
class Queue {

  constructor() {
    byId('status').addEventListener('change', () => this.turn([]));
    byId('newer').addEventListener('click', () => this.turn(this.before.slice(0, -1)));
    byId('older').addEventListener('click', () => this.turn([...this.before, this.last]));
  }

  setTenant(tenant) {
    this.tenant = tenant.id;
    this.api = new RunsApi(tenant.id);
    this.turn([]);
  }

  /** @param before the last runs of the pages before this one */
  turn(before) {
    this.before = before;
    this.look();
  }

  stop() {
    clearTimeout(this.timer);
    this.looking = null;
  }

  async look() {
    this.stop();
    const looking = this.looking = {};
    try {
      const {value: status} = byId('status');
      const after = this.before.at(-1);
      const query = new URLSearchParams({...(after && {after}), ...(status && {status})});
      const [overview, runs] = await Promise.all([load('api/queue'), this.api.get('?' + query)]);
      if (looking === this.looking) {
        this.show(overview, runs);
      }
    } catch ({problem = UNREACHABLE}) {
      this.fail(problem);
    }
    if (looking === this.looking) {
      this.timer = setTimeout(() => this.look(), EACH);
    }
  }

  show({place, queues, workers}, runs) {
    byId('queue').dataset.connection = 'live';
    byId('problem').hidden = true;
    byId('notice').textContent = place === 'in memory'
      ? 'Runs are kept in the memory of this process, and end with it.'
      : `Runs are kept ${place}. Any process that has the same queue works on them: start another worker, end one in the middle,`
        + ' and its runs go on elsewhere within seconds.';
    byId('queues').replaceChildren(...(queues.length ? queues.map(one => row([one.queue, one.tenantId, one.waiting, one.delayed, one.running,
      one.paused, time(one.oldestWaiting)].map(String), {'data-tenant': one.tenantId})) : [nothing(7, 'Nothing to do.')]));
    byId('workers').replaceChildren(...(workers.length ? workers.map(worker => this.worker(worker)) : [nothing(4, 'Nobody works.')]));
    byId('runs').replaceChildren(...(runs.length ? runs.map(run => this.run(run)) : [nothing(7, 'None.')]));
    this.last = runs.at(-1)?.id;
    byId('page').textContent = `Page ${this.before.length + 1}`;
    byId('newer').disabled = !this.before.length;
    byId('older').disabled = runs.length < PAGE;
  }

  worker({id, draining, beat, runs}) {
    const [host, pid] = id.split(':');
    return row([el('code', {title: id}, `${host}:${pid}`), String(runs), time(beat), draining ? 'takes no more' : 'works'], {'data-worker': id});
  }

  run({id, agent, status, attempt, createdAt, error}) {
    const again = status === 'failed'
      ? el('button', {type: 'button', class: 'small', onclick: () => this.redrive(id)}, 'Re-drive')
      : '';
    return row([el('a', {href: runLink(id, this.tenant)}, id.slice(0, 8)), agent, el('span', {class: 'run-status'}, status),
      new Date(createdAt).toLocaleString([], {dateStyle: 'short', timeStyle: 'medium'}), String(attempt || ''), error ? `${error.message} (${error.code})` : '', again],
    {'data-run': id, 'data-status': status});
  }

  async redrive(id) {
    try {
      await this.api.post(`/${encodeURIComponent(id)}/redrive`);
      announce('It is begun anew, once until that fails, too.');
      this.turn([]);
    } catch ({problem = UNREACHABLE}) {
      this.fail(problem);
    }
  }

  fail(problem) {
    byId('queue').dataset.connection = 'lost';
    byId('problem').hidden = false;
    byId('problem').replaceChildren(el('strong', {}, problem.message), ' ', el('code', {class: 'code'}, problem.code));
  }
}

async function start() {
  const info = await load('api/info');
  const queue = new Queue();
  tenants(info.tenants, tenant => queue.setTenant(tenant));
  whileShown(() => queue.stop(), () => queue.look());
}

start().catch(() => {
  byId('notice').textContent = `${UNREACHABLE.message} Reload to try again.`;
  byId('notice').setAttribute('role', 'alert');
});
