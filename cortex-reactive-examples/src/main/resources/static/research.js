import './bar.js';
import {announce, byId, counted, duration, el, whileShown} from './dom.js';
import {CUT_OFF, STOP_REASONS, failure} from './endings.js';
import {render} from './markup.js';
import {Picker} from './picker.js';
import {RunTree} from './runtree.js';
import {RunsApi, runLink} from './runsapi.js';
import {distinct, sourceLink} from './sources.js';
import {UNREACHABLE, problemOf, serverSentEvents} from './sse.js';
import {tenants} from './tenants.js';

const TICK_MILLIS = 100;

/** Asks for research, and shows one run: its tree while it grows, then its answer. */
class Research {

  constructor({maxChars, picker}) {
    this.maxChars = maxChars;
    this.picker = picker;
    this.question = byId('question');
    this.wire();
    this.measure();
  }

  wire() {
    byId('ask').addEventListener('submit', event => {
      event.preventDefault();
      this.ask(this.question.value);
    });
    this.question.addEventListener('input', () => this.measure());
    this.question.addEventListener('keydown', event => {
      if (event.key === 'Enter' && !event.shiftKey && !event.isComposing) {
        event.preventDefault();
        this.ask(this.question.value);
      }
    });
    byId('run-background').addEventListener('click', () => this.dispatch());
    byId('stop').addEventListener('click', () => this.stop());
    document.addEventListener('keydown', event => {
      if (event.key === 'Escape' && !document.querySelector(':popover-open')) {
        this.stop();
      }
    });
    whileShown(() => this.stop(), () => {});
  }

  /** Grows the field with its text, and says when it is too long. */
  measure() {
    const {length} = this.question.value;
    const over = length > this.maxChars;
    this.question.style.height = 'auto';
    this.question.style.height = this.question.scrollHeight + 'px';
    byId('length').hidden = length < this.maxChars * 0.8;
    byId('length').textContent = `${length} of ${this.maxChars} characters`;
    byId('length').classList.toggle('over', over);
    byId('run').disabled = byId('run-background').disabled = over || !this.question.value.trim();
  }

  setTenant(tenant) {
    this.tenant = tenant;
  }

  /** @param change what this question has other than chosen */
  ask(text, change = {}) {
    const question = text.trim();
    if (!question || question.length > this.maxChars || this.running || this.picker.prompt()) {
      return;
    }
    const {provider, model, fallback, restart} = this.picker.chosen();
    this.run({question, provider, model, fallback, restart, ...change}, this.tenant);
  }

  /** Has it done by whichever worker takes it, and leads to where it can be watched. */
  async dispatch() {
    const {tenant} = this;
    if (this.picker.prompt()) {
      return;
    }
    try {
      const {provider, model} = this.picker.chosen();
      const {id} = await new RunsApi(tenant.id).post('', {question: this.question.value.trim(), provider, model});
      location.href = runLink(id, tenant.id);
    } catch ({problem = UNREACHABLE}) {
      byId('run-view').hidden = false;
      byId('notes').replaceChildren(failure(problem, () => this.dispatch()));
    }
  }

  async run(input, tenant) {
    this.abort = new AbortController();
    this.begin(input, tenant);
    try {
      await this.read(input, tenant);
      this.fail(CUT_OFF, () => this.run(input, tenant));
    } catch (error) {
      if (this.abort.signal.aborted) {
        this.stopped();
      } else {
        this.fail(error.problem ?? UNREACHABLE, () => this.run(input, tenant));
      }
    }
  }

  async read(input, tenant) {
    const response = await fetch('api/research', {
      method: 'POST',
      headers: {
        'Content-Type': 'application/json',
        'Accept': 'text/event-stream, application/problem+json',
        'X-Tenant': tenant.id,
      },
      body: JSON.stringify(input),
      signal: this.abort.signal,
    });
    if (!response.ok) {
      throw Object.assign(new Error('refused'), {problem: await problemOf(response)});
    }
    for await (const {event, data} of serverSentEvents(response)) {
      if (event === 'step') {
        this.take(data);
      } else if (event === 'error') {
        throw Object.assign(new Error('failed'), {problem: data});
      } else if (event === 'done') {
        this.complete(data);
      }
    }
  }

  begin({question, provider}, tenant) {
    this.provider = provider;
    this.started = performance.now();
    this.end = null;
    this.tree = new RunTree(tenant);
    byId('asked-question').textContent = question;
    byId('tree').replaceChildren(this.tree.element);
    byId('notes').replaceChildren();
    byId('result').hidden = true;
    byId('run-view').hidden = false;
    this.setState('running');
    this.setRunning(true);
    this.timer = setInterval(() => this.showFacts(), TICK_MILLIS);
    this.showFacts();
    announce('The run begins.');
  }

  /** Follows what grows, for who looks at its end. */
  take(step) {
    const page = document.scrollingElement;
    const {scrollTop, clientHeight, scrollHeight} = page;
    this.follow = scrollHeight - scrollTop - clientHeight < 64;
    this.tree.take(step);
    if (step.type === 'completed' && step.path.length === 1) {
      this.end = step;
    }
    this.showFacts();
    if (this.follow) {
      page.scrollTop = page.scrollHeight;
    }
  }

  /** Closes the connection; the application passes that on to the provider. */
  stop() {
    if (this.running) {
      this.abort.abort();
    }
  }

  complete({provider}) {
    if (!this.running) {
      return;
    }
    this.provider = provider;
    this.over('complete');
    const {output, sources} = this.end;
    byId('answer').replaceChildren();
    render(byId('answer'), output);
    byId('sources').replaceChildren(...distinct(sources).map(source => el('li', {}, ...sourceLink(source))));
    byId('sources').hidden = byId('sources-title').hidden = !sources.length;
    byId('result').hidden = false;
    if (this.follow) {
      byId('run-view').scrollIntoView();
    }
    announce('Answer complete.');
  }

  stopped() {
    this.over('stopped');
    this.note('Stopped. Every connection to the model was closed.');
    announce('Stopped.');
  }

  fail(problem, onRetry) {
    if (!this.running) {
      return;
    }
    this.over('failed');
    if (this.tree.hasGrown()) {
      this.note('Interrupted. What came before the failure is shown below.');
    }
    byId('notes').append(failure(problem, onRetry));
    byId('notes').scrollIntoView({block: 'nearest'});
    announce('The run failed.');
  }

  note(text) {
    byId('notes').append(el('p', {class: 'mark'}, text));
  }

  over(state) {
    clearInterval(this.timer);
    this.total = performance.now() - this.started;
    this.tree.end(state);
    this.setRunning(false);
    this.setState(state);
    this.showFacts();
  }

  setState(state) {
    byId('run-view').dataset.state = state;
    byId('tree').setAttribute('aria-busy', String(state === 'running'));
  }

  setRunning(running) {
    const hadFocus = [byId('run'), byId('stop')].includes(document.activeElement);
    this.running = running;
    byId('run').hidden = running;
    byId('stop').hidden = !running;
    for (const button of document.querySelectorAll('#questions button')) {
      button.disabled = running;
    }
    if (hadFocus) {
      byId(running ? 'stop' : 'run').focus();
    }
  }

  showFacts() {
    const {iterations, calls, usage} = this.tree.counts();
    const total = this.running ? performance.now() - this.started : this.total;
    const tokens = this.end?.usage ?? usage;
    const facts = [
      ['provider', this.picker.nameOf(this.provider)],
      ['iterations', counted(iterations, 'iteration')],
      ['tools', counted(calls, 'tool call')],
      ['usage', counted(tokens.inputTokens + tokens.outputTokens, 'token') + (tokens.estimated ? ' (estimated)' : '')],
      ['total', duration(Math.round(total / TICK_MILLIS) * TICK_MILLIS)],
      ['stop-reason', this.running ? 'runs…' : this.reason()],
    ];
    byId('facts').replaceChildren(...facts.map(([kind, text]) => el('li', {'data-fact': kind}, text)));
  }

  reason() {
    const reason = this.end?.stopReason;
    return reason ? STOP_REASONS[reason] ?? reason : byId('run-view').dataset.state;
  }
}

function suggest(research, {questions, failures, recoveries}) {
  const button = (text, kind, change) => el('li', {class: kind}, el('button', {
    type: 'button',
    onclick: () => {
      research.question.value = text;
      research.measure();
      research.ask(text, change);
    },
  }, text));
  byId('questions').append(
    ...questions.map(text => button(text, 'example')),
    ...failures.map(text => button(text, 'failures')),
    ...recoveries.map(({text, fallback, restart}) => button(text, 'recoveries', {fallback, restart})));
}

async function start() {
  const response = await fetch('api/info');
  if (!response.ok) {
    throw new Error((await problemOf(response)).message);
  }
  const info = await response.json();
  byId('notice').textContent = 'One agent leads: it is given what the documentation has on your question, and calls two'
    + ' others, which work side by side. Each step of theirs is drawn as it happens. '
    + (info.simulated ? 'Here a script plays the model; the rest is real.' : info.notice);
  const picker = new Picker(info.providers);
  const research = new Research({maxChars: info.maxChars, picker});
  suggest(research, info.suggestions);
  tenants(info.tenants, tenant => {
    research.setTenant(tenant);
    picker.setTenant(tenant);
  });
}

start().catch(error => {
  byId('notice').textContent = `The application cannot be reached (${error.message}). Is it running? Reload to try again.`;
  byId('notice').setAttribute('role', 'alert');
});
