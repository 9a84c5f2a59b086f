import {begin, follow, linkTo} from './broadcast.js';
import {announce, duration, el} from './dom.js';
import {CUT_OFF, STOP_REASONS, failure} from './endings.js';
import {render} from './markup.js';
import {Route} from './route.js';
import {UNREACHABLE, problemOf, serverSentEvents} from './sse.js';
import {ToolCall} from './toolcall.js';

/** One question and its answer: asks, shows what streams in, and says how it ended. */
export class Turn {

  constructor({id, question, tenant, history, choice, nameOf, onRetry}) {
    Object.assign(this, {id, question, tenant, history, choice, nameOf, onRetry});
    this.parts = [];
    this.calls = new Map();
    this.replaced = 0;
    this.outcome = null;
    this.abort = new AbortController();
    this.build();
  }

  build() {
    this.reasoning = el('div', {class: 'thought'});
    this.reasoningBox = el('details', {class: 'reasoning', hidden: true}, el('summary', {}, 'Reasoning'), this.reasoning);
    this.route = new Route(this.nameOf);
    this.discarded = el('div', {class: 'discards'});
    this.content = el('div', {class: 'content'});
    this.addPart(1);
    this.notes = el('div', {class: 'notes'});
    this.facts = el('ul', {class: 'facts', 'aria-label': 'About this answer'});
    this.answer = el('article', {class: 'answer', 'aria-busy': 'true', 'aria-label': 'Answer'},
      this.route.element, this.discarded, this.reasoningBox, this.content, this.notes, this.facts);
    this.element = el('div', {class: 'turn', 'data-state': 'waiting', 'data-hue': String(this.tenant.hue)},
      el('div', {class: 'question'}, el('span', {class: 'sr'}, `You, as ${this.tenant.name}: `), this.question),
      this.answer);
  }

  /** What the model says in one go, and the tools that it calls then. */
  addPart(iteration) {
    this.part = {iteration, text: '', body: el('div', {class: 'text'}), calls: []};
    this.parts.push(this.part);
    this.content.append(this.part.body);
  }

  get text() {
    return this.parts.map(part => part.text).filter(text => text.trim()).join('\n\n');
  }

  /** Asks, and returns when the answer is complete, failed or stopped. Never throws. */
  async run() {
    this.started = performance.now();
    try {
      await (this.choice.background ? this.readInBackground() : this.read());
      if (!this.outcome) {
        this.fail(CUT_OFF);
      }
    } catch (error) {
      if (this.abort.signal.aborted) {
        this.finish('stopped');
      } else {
        this.fail(error.problem ?? UNREACHABLE);
      }
    }
  }

  request() {
    const {background, ...choice} = this.choice;
    return {
      method: 'POST',
      headers: {
        'Content-Type': 'application/json',
        'Accept': 'text/event-stream, application/json, application/problem+json',
        'X-Tenant': this.tenant.id,
        'X-Correlation-Id': this.id,
      },
      body: JSON.stringify({...choice, messages: [...this.history, {role: 'user', text: this.question}]}),
    };
  }

  /** The answer is the application's own; this page follows it as any other may, by the link. */
  async readInBackground() {
    const id = await begin(this.request());
    this.notes.append(el('p', {class: 'elsewhere'},
      'This answer goes on without this page. ', el('a', {href: linkTo(id, this.tenant)}, 'Open it elsewhere')));
    for await (const {event, data} of follow(id, this.tenant.id, this.abort.signal)) {
      if (event === 'end') {
        this.finish('complete');
      } else if (event === 'failed') {
        this.fail(data);
      } else {
        this.take(data);
      }
    }
  }

  async read() {
    const response = await fetch('api/chat', {...this.request(), signal: this.abort.signal});
    if (!response.ok) {
      throw Object.assign(new Error('refused'), {problem: await problemOf(response)});
    }
    for await (const {event, data} of serverSentEvents(response)) {
      if (event === 'chunk') {
        this.take(data);
      } else if (event === 'step') {
        this.follow(data);
      } else if (event === 'error') {
        this.fail(data);
      } else if (event === 'done') {
        this.answeredBy = data.provider;
        this.finish('complete');
      }
    }
  }

  /** Closes the connection; the application passes that on to the provider. */
  stop() {
    this.abort.abort();
  }

  take(chunk) {
    switch (chunk.type) {
      case 'text_delta':
        this.say(chunk.text);
        break;
      case 'reasoning_delta':
        this.think(chunk.redacted ? '' : chunk.text);
        break;
      case 'usage_reported':
        this.usage = chunk.usage;
        break;
      case 'stream_restarted':
        this.discard();
        break;
      case 'chat_completed':
        this.usage = chunk.usage;
        this.stopReason = chunk.stopReason;
        this.model = chunk.model ?? this.choice.model;
        break;
    }
  }

  /** A step of a run in which the model may call tools. */
  follow(step) {
    switch (step.type) {
      case 'text':
        this.say(step.text, step.iteration);
        break;
      case 'reasoning':
        this.think(step.text);
        break;
      case 'restarted':
        this.discard();
        break;
      case 'completed':
        this.usage = step.usage;
        this.stopReason = step.stopReason;
        this.model = step.model ?? this.choice.model;
        break;
      case 'tool_started':
        this.call(step);
        break;
      case 'tool_arguments':
        this.callOf(step)?.addArguments(step.json);
        break;
      case 'tool_progressed':
        this.callOf(step)?.addProgress(step.value);
        break;
      case 'approval_required':
        this.callOf(step)?.ask(step);
        break;
      case 'tool_finished':
        this.called(step);
        break;
    }
    this.onDraw?.();
  }

  say(text, iteration = this.part.iteration) {
    if (iteration !== this.part.iteration) {
      this.addPart(iteration);
    }
    this.firstToken ??= performance.now() - this.started;
    this.element.dataset.state = 'streaming';
    this.part.text += text;
    this.draw();
  }

  think(text) {
    this.firstToken ??= performance.now() - this.started;
    this.reasoningBox.hidden = this.reasoningBox.hidden && !text;
    this.reasoning.append(text);
  }

  /** By its place in the answer: a model may give two calls one id. The step that asks has no iteration: it is the last. */
  callOf({iteration = this.part.iteration, index}) {
    return this.calls.get(`${iteration}/${index}`);
  }

  call({index, tool, iteration}) {
    if (iteration !== this.part.iteration) {
      this.addPart(iteration);
    }
    this.firstToken ??= performance.now() - this.started;
    this.element.dataset.state = 'working';
    const call = new ToolCall({id: `${iteration}/${index}`, tool, tenant: this.tenant});
    this.calls.set(call.id, call);
    if (!this.part.list) {
      this.part.list = el('ol', {class: 'toolcalls', 'aria-label': 'Tool calls'});
      this.content.append(this.part.list);
    }
    this.part.calls.push(call);
    this.part.list.append(call.element);
  }

  /** When the last is done, the model is asked again. */
  called({call, result, iteration, index}) {
    this.callOf({iteration, index})?.finish(call, result);
    if (this.part.calls.every(each => each.isOver())) {
      this.addPart(iteration + 1);
      this.element.dataset.state = 'waiting';
    }
  }

  /** What a broken attempt had said is no part of the answer, but was seen: it goes where that can be seen, too. */
  discard() {
    const {part} = this;
    if (part.text) {
      render(part.body, part.text);
      this.discarded.append(el('p', {class: 'discarded'},
        el('span', {}, 'Discarded'), el('del', {}, part.body.innerText.replace(/\s+/g, ' '))));
    }
    part.text = '';
    part.drawn = '';
    part.calls.splice(0).forEach(call => this.calls.delete(call.id));
    part.list?.remove();
    part.list = null;
    this.reasoning.replaceChildren();
    this.reasoningBox.hidden = true;
    part.body.replaceChildren();
    this.element.dataset.state = 'waiting';
    announce('The answer broke off and begins again.');
  }

  /** Many chunks may come between two frames; one drawing is enough. */
  draw() {
    this.frame ??= requestAnimationFrame(() => {
      this.frame = null;
      this.render();
      this.onDraw?.();
    });
  }

  render() {
    this.parts.filter(part => part.drawn !== part.text).forEach(part => {
      render(part.body, part.text);
      part.drawn = part.text;
    });
  }

  finish(outcome) {
    if (this.outcome) {
      return;
    }
    this.outcome = outcome;
    this.total = performance.now() - this.started;
    this.route.end(outcome === 'complete');
    this.calls.forEach(call => call.end());
    this.render();
    this.element.dataset.state = outcome;
    this.answer.setAttribute('aria-busy', 'false');
    if (outcome === 'stopped') {
      this.notes.append(el('p', {class: 'mark'}, this.stopped()));
    }
    this.showFacts();
    this.onDraw?.();
    announce({complete: 'Answer complete.', stopped: 'Stopped.', failed: 'The call failed.'}[outcome]);
  }

  stopped() {
    if (this.choice.background) {
      return 'Not followed here any more. The answer goes on.';
    }
    return this.text || this.calls.size ? 'Stopped. This answer is not complete.' : 'Stopped before the answer began.';
  }

  fail(problem) {
    if (this.outcome) {
      return;
    }
    if (this.text) {
      this.notes.append(el('p', {class: 'mark'}, 'Interrupted. What came before the failure is shown above.'));
    }
    this.notes.append(failure(problem, () => this.onRetry(this)));
    this.finish('failed');
  }

  /** The event stream tells of each attempt. */
  setStep(event) {
    this.route.take(event);
    if (this.outcome) {
      this.showFacts();
    }
    this.onDraw?.();
  }

  /** The event stream tells what a stopped or failed call has used. */
  setUsage(usage) {
    this.usage ??= usage;
    if (this.outcome) {
      this.showFacts();
    }
  }

  /** The event stream tells what a guardrail did to the answer; not what stood there. */
  setReplaced(count) {
    this.replaced += count;
    this.guardNote ??= this.notes.insertBefore(el('p', {class: 'guarded'}), this.notes.firstChild);
    this.guardNote.textContent = this.replaced === 1
      ? 'A guardrail replaced one thing in this answer before it left the application.'
      : `A guardrail replaced ${this.replaced} things in this answer before they left the application.`;
    this.onDraw?.();
  }

  /** The simulated server tells whose key it saw. */
  setKey(key) {
    this.key = key;
    this.showFacts();
  }

  showFacts() {
    const facts = [['provider', this.providerText()]];
    if (this.firstToken !== undefined) {
      facts.push(['first-token', `First token ${duration(this.firstToken)}`]);
    }
    facts.push(['total', `Total ${duration(this.total)}`]);
    if (this.usage) {
      facts.push(['usage', this.usageText()]);
    }
    if (this.calls.size) {
      facts.push(['tools', this.calls.size === 1 ? '1 tool call' : `${this.calls.size} tool calls`]);
    }
    const reason = this.stopReason;
    facts.push(['stop-reason', reason ? STOP_REASONS[reason] ?? reason : this.outcome]);
    if (this.key) {
      facts.push(['key', `Key ${this.key}`]);
    }
    this.facts.replaceChildren(...facts.map(([kind, text]) => el('li', {'data-fact': kind}, text)));
  }

  /** Who answered; or who was asked last, if nobody did. */
  providerText() {
    const id = this.answeredBy ?? this.route.last() ?? this.choice.provider;
    const model = this.model ?? (id === this.choice.provider ? this.choice.model : null);
    return model ? `${this.nameOf(id)} · ${model}` : this.nameOf(id);
  }

  usageText() {
    const {inputTokens, outputTokens, cacheReadTokens, cacheWriteTokens, estimated} = this.usage;
    const cached = cacheReadTokens + cacheWriteTokens ? ` · ${cacheReadTokens + cacheWriteTokens} cached` : '';
    return `${inputTokens} in · ${outputTokens} out${cached} tokens${estimated ? ' (estimated)' : ''}`;
  }
}
