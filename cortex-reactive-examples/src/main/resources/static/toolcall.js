import {announce, duration, el} from './dom.js';
import {UNREACHABLE, problemOf} from './sse.js';

const STATES = {
  calling: 'is called…',
  asking: 'waits for your approval',
  running: 'runs…',
  done: 'done',
  ended: 'was not waited for',
};

const ERRORS = {
  unknown_tool: 'is not there',
  invalid_arguments: 'cannot work with that',
  arguments_too_large: 'was given too much',
  refused: 'was refused',
  not_run: 'was not run',
  timeout: 'took too long',
  failed: 'failed',
  invalid_output: 'gave what it must not give',
  output_too_large: 'gave too much',
};

/** Up to this many characters a result is shown at once. */
const SHORT = 240;

/** A tool call: its arguments as they come, whether it may run, how it gets on, and what came of it. */
export class ToolCall {

  constructor({id, tool, tenant, timed = true}) {
    Object.assign(this, {id, tool, tenant, timed});
    this.json = '';
    this.started = performance.now();
    this.stateText = el('span', {class: 'toolcall-state'});
    this.given = el('code', {class: 'toolcall-json'});
    this.progress = el('ol', {class: 'toolcall-progress', 'aria-label': 'Progress', hidden: true});
    this.approval = el('div', {class: 'toolcall-approval', hidden: true});
    this.result = el('div', {class: 'toolcall-result', hidden: true});
    this.element = el('li', {class: 'toolcall', tabIndex: -1, 'data-tool': tool},
      el('div', {class: 'toolcall-head'}, el('span', {class: 'toolcall-name'}, tool), ' ', this.stateText),
      this.given, this.progress, this.approval, this.result);
    this.setState('calling');
  }

  setState(state, text = STATES[state]) {
    this.state = state;
    this.element.dataset.state = state;
    this.stateText.textContent = text;
  }

  isOver() {
    return ['done', 'failed', 'refused', 'ended'].includes(this.state);
  }

  addArguments(json) {
    this.json += json;
    this.given.textContent = this.json;
  }

  addProgress(value) {
    this.setState('running');
    this.progress.hidden = false;
    this.progress.append(el('li', {}, shown(value)));
  }

  /** Asks the person, about what will run; the application refuses when nobody answers in time. */
  ask({approvalId, input, millis}) {
    if (this.isOver()) {
      return;
    }
    this.setState('asking');
    this.showArguments({input});
    const until = performance.now() + millis;
    const left = el('span', {class: 'toolcall-left'});
    const count = () => {
      left.textContent = `Refused in ${Math.max(0, Math.ceil((until - performance.now()) / 1000))} s`;
    };
    count();
    this.timer = setInterval(count, 500);
    const button = (name, text, approved) => el('button',
      {type: 'button', class: name, onclick: () => this.decide(approvalId, approved)}, text);
    this.problem = el('p', {class: 'problem', role: 'status'});
    this.approval.setAttribute('role', 'group');
    this.approval.setAttribute('aria-label', `May ${this.tool} run?`);
    this.approval.replaceChildren(
      el('p', {}, 'May it run with these arguments? It waits for you.'),
      el('div', {class: 'toolcall-actions'},
        button('approve', 'Approve', true), button('refuse', 'Refuse', false), left),
      this.problem);
    this.approval.hidden = false;
    announce(`${this.tool} waits for your approval.`);
  }

  async decide(approvalId, approved) {
    const hadFocus = this.approval.contains(document.activeElement);
    const buttons = [...this.approval.querySelectorAll('button')];
    buttons.forEach(button => { button.disabled = true; });
    // Before it is sent: what comes of it may be told sooner than that it was taken.
    this.decided = true;
    const problem = await this.send(approvalId, approved);
    if (problem) {
      this.decided = false;
      this.problem.textContent = problem.message;
      buttons.forEach(button => { button.disabled = !problem.transient; });
      return;
    }
    if (!this.isOver()) {
      this.setState('running', approved ? STATES.running : 'is being refused…');
    }
    this.closeApproval(hadFocus);
  }

  /** What went wrong; null if nothing did. */
  async send(approvalId, approved) {
    try {
      const response = await fetch(`api/approvals/${encodeURIComponent(approvalId)}`, {
        method: 'POST',
        headers: {'Content-Type': 'application/json', 'X-Tenant': this.tenant.id},
        body: JSON.stringify({approved}),
      });
      return response.ok ? null : await problemOf(response);
    } catch {
      return UNREACHABLE;
    }
  }

  /** What had the focus goes away, so the call takes it. */
  closeApproval(hadFocus = this.approval.contains(document.activeElement)) {
    clearInterval(this.timer);
    if (hadFocus) {
      this.element.focus({preventScroll: true});
    }
    this.approval.hidden = true;
    this.approval.replaceChildren();
  }

  finish(call, result) {
    const asked = this.state === 'asking';
    this.showArguments(call);
    this.closeApproval();
    if (result.success) {
      this.setState('done', STATES.done + (this.timed ? ` · ${duration(performance.now() - this.started)}` : ''));
    } else {
      const kind = result.metadata?.errorKind;
      const late = kind === 'refused' && asked && !this.decided;
      this.setState(kind === 'refused' ? 'refused' : 'failed',
        late ? 'was not approved in time' : ERRORS[kind] ?? 'failed');
    }
    this.showResult(result);
  }

  /** Readable, once they are whole. */
  showArguments({input, invalidArguments}) {
    const entries = Object.entries(input);
    if (invalidArguments !== null && invalidArguments !== undefined) {
      this.given.textContent = invalidArguments;
    } else if (entries.length) {
      const list = el('dl', {class: 'toolcall-arguments'},
        ...entries.flatMap(([name, value]) => [el('dt', {}, name), el('dd', {}, shown(value))]));
      this.given.replaceWith(list);
      this.given = list;
    } else {
      this.given.hidden = true;
    }
  }

  showResult({success, output, error}) {
    const text = success ? shown(output ?? 'nothing') : error ?? 'It gave no reason.';
    this.result.hidden = false;
    this.result.replaceChildren(text.length <= SHORT
      ? el('p', {}, text)
      : el('details', {}, el('summary', {}, `Result, ${text.length} characters`), el('p', {}, text)));
  }

  /** Nobody waits for it any more. */
  end() {
    if (!this.isOver()) {
      this.closeApproval();
      this.setState('ended');
    }
  }
}

function shown(value) {
  return typeof value === 'string' ? value : JSON.stringify(value);
}
