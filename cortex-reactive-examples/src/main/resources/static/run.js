import './bar.js';
import {resumed} from './broadcast.js';
import {announce, byId, counted, el, whileShown} from './dom.js';
import {failure} from './endings.js';
import {render} from './markup.js';
import {RunsApi, runLink} from './runsapi.js';
import {RunTree} from './runtree.js';
import {distinct, sourceLink} from './sources.js';
import {UNREACHABLE} from './sse.js';
import {STATES} from './workflowrun.js';

/** Until a store that does not answer is asked again. */
const PAUSE = 2000;

const OVER = ['completed', 'failed', 'cancelled'];

/** A run that goes on whoever looks: what there is of it, then what comes; and what it asks. */
class Run {

  constructor(id, tenant) {
    Object.assign(this, {id, tenant});
    this.api = new RunsApi(tenant);
    this.path = '/' + encodeURIComponent(id);
    byId('cancel').addEventListener('click', () => this.attempt(() => this.api.post(this.path + '/cancel')));
  }

  async open() {
    this.abort = new AbortController();
    this.tree = new RunTree({id: this.tenant}, {timed: false});
    byId('tree').replaceChildren(this.tree.element);
    await this.refresh();
    byId('question').textContent = (await this.api.get(this.path + '/question')).question;
    byId('notes').replaceChildren();
    try {
      for await (const {event, data} of resumed(this.api.address(this.path + '/events'), this.tenant, this.abort.signal)) {
        await this.take(event, data);
      }
    } catch (error) {
      if (!this.abort.signal.aborted) {
        throw error;
      }
    }
  }

  close() {
    this.abort?.abort();
  }

  async take(event, data) {
    if (event === 'step') {
      await this.step(data);
    } else if (event === 'end' || event === 'failed') {
      this.tree.end(event === 'end' ? 'complete' : 'failed');
      await this.refresh();
      if (event === 'failed') {
        this.failed(data);
      }
    }
  }

  async step(step) {
    this.tree.take(step);
    if (step.type === 'completed' && step.path.length === 1) {
      this.complete(step);
    } else if (['approval_requested', 'tool_finished', 'restarted', 'iteration_completed'].includes(step.type)) {
      await this.refresh();
    }
    this.showFacts();
  }

  /** How it stands now: what was asked long ago may be decided. */
  async refresh() {
    this.run = await this.api.get(this.path);
    const asked = this.run.status === 'paused' ? await this.api.get(this.path + '/approvals') : [];
    this.ask(asked);
    const {status} = this.run;
    if (byId('run-view').dataset.state !== status) {
      announce(STATES[status]);
    }
    byId('run-view').dataset.state = status;
    byId('cancel').hidden = OVER.includes(status);
    byId('tree').setAttribute('aria-busy', String(status === 'running'));
    this.showFacts();
  }

  showFacts() {
    const {agent, status, attempt, createdAt, redriveOf} = this.run;
    const {iterations, calls, usage} = this.tree.counts();
    byId('facts').replaceChildren(...[
      ['status', STATES[status]],
      ['agent', agent],
      ['created', 'begun ' + new Date(createdAt).toLocaleString([], {dateStyle: 'short', timeStyle: 'medium'})],
      ['iterations', counted(iterations, 'iteration')],
      ['tools', counted(calls, 'tool call')],
      ['usage', counted(usage.inputTokens + usage.outputTokens, 'token')],
      ...(attempt > 1 ? [['attempt', `attempt ${attempt}`]] : []),
      ...(redriveOf ? [['redrive', 'repeats a run that failed']] : []),
    ].map(([kind, text]) => el('li', {'data-fact': kind}, text)));
  }

  /** Those that are shown stay, with what is being said to them. */
  ask(asked) {
    const shown = new Map([...byId('approvals').children].map(one => [one.dataset.call, one]));
    byId('approvals').replaceChildren(...asked.map(one => shown.get(one.callId) ?? this.question(one)));
  }

  question({callId, call}) {
    const problem = el('p', {class: 'problem', role: 'alert'});
    const reason = el('input', {class: 'reason', type: 'text', maxlength: '2000', placeholder: 'Why not? The agent is told.', 'aria-label': 'Reason for a rejection'});
    const button = (name, text, approved) => el('button', {
      type: 'button', class: name, onclick: () => this.decide(callId, {approved, reason: approved ? null : reason.value}, problem),
    }, text);
    return el('section', {class: 'approval', 'data-call': callId, 'aria-label': `May ${call.name} run?`},
      el('p', {}, 'May ', el('code', {}, call.name), ' run with these arguments? The run waits as long as it takes, and holds nothing.'),
      el('dl', {class: 'toolcall-arguments'}, ...Object.entries(call.input).flatMap(([name, value]) =>
        [el('dt', {}, name), el('dd', {}, typeof value === 'string' ? value : JSON.stringify(value))])),
      el('div', {class: 'toolcall-actions'}, button('approve', 'Approve', true), button('refuse', 'Reject', false), reason),
      problem);
  }

  async decide(callId, decision, problem) {
    try {
      await this.api.post(`${this.path}/approvals/${encodeURIComponent(callId)}`, decision);
      await this.refresh();
    } catch (error) {
      problem.textContent = (error.problem ?? UNREACHABLE).message;
    }
  }

  complete({output, sources}) {
    byId('answer').replaceChildren();
    render(byId('answer'), output);
    byId('sources').replaceChildren(...distinct(sources).map(source => el('li', {}, ...sourceLink(source))));
    byId('sources').hidden = byId('sources-title').hidden = !sources.length;
    byId('result').hidden = false;
  }

  failed(problem) {
    const again = () => this.attempt(async () => {
      location.href = runLink((await this.api.post(this.path + '/redrive')).id, this.tenant);
    });
    byId('notes').replaceChildren(failure({...problem, transient: false}, again));
    if (this.run.status === 'failed') {
      byId('notes').append(el('button', {type: 'button', class: 'small', id: 'redrive', onclick: again}, 'Begin anew, with what was kept'));
    }
  }

  async attempt(work) {
    try {
      await work();
    } catch (error) {
      byId('notes').replaceChildren(failure(error.problem ?? UNREACHABLE, () => this.attempt(work)));
    }
  }
}

let waiting;
const query = new URLSearchParams(location.search);
const run = new Run(query.get('id') ?? '', query.get('tenant') ?? '');
const open = () => {
  clearTimeout(waiting);
  return run.open().catch(({problem = UNREACHABLE}) => {
    byId('run-view').dataset.state = 'unknown';
    byId('notes').replaceChildren(failure(problem, open));
    if (problem.transient) {
      waiting = setTimeout(open, PAUSE);
    }
  });
};
whileShown(() => {
  clearTimeout(waiting);
  run.close();
}, open);
open();
