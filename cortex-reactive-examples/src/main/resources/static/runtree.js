import {announce, duration, el} from './dom.js';
import {STOP_REASONS} from './endings.js';
import {render} from './markup.js';
import {sourceLink} from './sources.js';
import {ToolCall} from './toolcall.js';

const NOTHING = {inputTokens: 0, outputTokens: 0, estimated: false};

const STATES = {
  working: 'works…',
  complete: 'done',
  stopped: 'stopped',
  failed: 'was interrupted',
};

/** A run of agents as a tree: an agent has iterations, these have tool calls, and those may run other agents. */
export class RunTree {

  /** @param timed whether steps come as they happen, so that the time between them means something */
  constructor(tenant, {timed = true} = {}) {
    this.tenant = tenant;
    this.timed = timed;
    this.agents = [];
    this.element = el('ol', {class: 'agents', 'aria-label': 'Steps of the run'});
  }

  take(step) {
    const agent = this.agent(step.path);
    switch (step.type) {
      case 'retrieved':
        agent.retrieved(step.content.items);
        break;
      case 'handed_off':
        agent.note(`Hands over to ${step.to}.`);
        break;
      case 'completed':
        agent.complete(step);
        break;
      default:
        agent.iteration(step.iteration).take(step);
    }
  }

  /** The agent of a path. One below another belongs to the call that runs it, or took over from it. */
  agent(path) {
    if (path.length === 1) {
      return this.root ??= this.grow(path[0], null);
    }
    const around = this.agent(path.slice(0, -1));
    const name = path.at(-1);
    const call = around.callOf(name);
    const known = call ? call.agent : around.successors.get(name);
    return known ?? this.grow(name, around, call);
  }

  grow(name, around, call) {
    const agent = new Agent(idAndIndex(name)[0], this.tenant, this.timed);
    this.agents.push(agent);
    if (call) {
      call.run(agent);
    } else if (around) {
      around.successors.set(name, agent);
      around.steps.append(agent.element);
    } else {
      this.element.append(agent.element);
    }
    return agent;
  }

  hasGrown() {
    return this.agents.length > 0;
  }

  /** Nothing more will come. */
  end(state) {
    this.agents.forEach(agent => agent.end(state));
  }

  /** Of all agents together. */
  counts() {
    const iterations = this.agents.flatMap(agent => agent.iterations);
    return {
      iterations: iterations.length,
      calls: iterations.reduce((sum, {calls}) => sum + calls.length, 0),
      usage: iterations.map(({usage}) => usage).reduce((sum, usage) => ({
        inputTokens: sum.inputTokens + usage.inputTokens,
        outputTokens: sum.outputTokens + usage.outputTokens,
        estimated: sum.estimated || usage.estimated,
      }), NOTHING),
    };
  }
}

/** One run of one agent. */
class Agent {

  constructor(name, tenant, timed) {
    this.tenant = tenant;
    this.timed = timed;
    this.iterations = [];
    this.successors = new Map();
    this.started = performance.now();
    this.stateText = el('span', {class: 'agent-state'});
    this.steps = el('ol', {class: 'agent-steps', 'aria-label': `Steps of ${name}`});
    this.element = el('li', {class: 'agent', 'data-agent': name},
      el('div', {class: 'agent-head'}, el('span', {class: 'agent-name'}, name), ' ', this.stateText), this.steps);
    this.setState('working');
  }

  setState(state, text = STATES[state]) {
    this.state = state;
    this.element.dataset.state = state;
    this.stateText.textContent = text;
  }

  iteration(number) {
    const last = this.iterations.at(-1);
    if (last?.number === number) {
      return last;
    }
    const next = new Iteration(number, this.tenant, this.timed);
    this.iterations.push(next);
    this.steps.append(next.element);
    return next;
  }

  /** The latest call that runs this agent; of several at once, the one that the name tells. */
  callOf(name) {
    const [id, index] = idAndIndex(name);
    const tool = id.replace(/[^\w-]/g, '_').slice(0, 50);
    const iteration = this.iterations.findLast(({calls}) => calls.some(call => call.tool === tool));
    return index ? iteration?.calls[index] : iteration?.calls.find(call => call.tool === tool);
  }

  retrieved(items) {
    const title = items.length === 1 ? 'Retrieved 1 passage' : `Retrieved ${items.length} passages`;
    this.steps.append(el('li', {class: 'retrieved'},
      el('details', {open: true},
        el('summary', {}, title),
        el('ol', {class: 'sources'}, ...items.map(passage)))));
  }

  note(text) {
    this.steps.append(el('li', {class: 'step-note'}, text));
  }

  complete({stopReason, usage}) {
    const tokens = (usage.inputTokens + usage.outputTokens).toLocaleString('en');
    const how = stopReason === 'completed' ? STATES.complete : STOP_REASONS[stopReason] ?? stopReason;
    this.iterations.forEach(iteration => iteration.end());
    this.setState(stopReason === 'completed' ? 'complete' : 'cut',
      `${how} · ${tokens} tokens` + (this.timed ? ` · ${duration(performance.now() - this.started)}` : ''));
  }

  end(state) {
    this.iterations.forEach(iteration => iteration.end());
    if (this.state === 'working') {
      this.setState(state);
    }
  }
}

/** The second call of an agent at once and those after it have their index behind its id: `searcher#1`. */
function idAndIndex(name) {
  return name.split(/#(?=\d+$)/);
}

function passage({content, score, metadata}) {
  const text = el('div', {class: 'text'});
  render(text, content);
  return el('li', {}, ...sourceLink({...metadata, score}), el('details', {}, el('summary', {}, 'Passage'), text));
}

/** What the model says in one go, and the tools that it calls then. */
class Iteration {

  constructor(number, tenant, timed) {
    Object.assign(this, {number, tenant, timed, text: '', calls: [], usage: NOTHING});
    this.facts = el('span', {class: 'iteration-facts'});
    this.discarded = el('div', {class: 'discards'});
    this.reasoning = el('div', {class: 'thought'});
    this.reasoningBox = el('details', {class: 'reasoning', hidden: true}, el('summary', {}, 'Reasoning'), this.reasoning);
    this.body = el('div', {class: 'text'});
    this.list = el('ol', {class: 'toolcalls', 'aria-label': 'Tool calls', hidden: true});
    this.element = el('li', {class: 'iteration', 'data-state': 'working', 'data-iteration': String(number)},
      el('div', {class: 'iteration-head'}, `Iteration ${number}`, ' ', this.facts),
      this.discarded, this.reasoningBox, this.body, this.list);
  }

  take(step) {
    switch (step.type) {
      case 'text':
        this.text += step.text;
        this.draw();
        break;
      case 'reasoning':
        this.reasoningBox.hidden = false;
        this.reasoning.append(step.text);
        break;
      case 'restarted':
        this.discard();
        break;
      case 'tool_started':
        this.call(step);
        break;
      case 'tool_arguments':
        this.calls[step.index]?.addArguments(step.json);
        break;
      case 'tool_progressed':
        this.calls[step.index]?.addProgress(step.value);
        break;
      case 'tool_finished':
        this.calls[step.index]?.finish(step.call, step.result);
        break;
      case 'iteration_completed':
        this.complete(step);
        break;
    }
  }

  call({index, tool}) {
    this.list.hidden = false;
    this.calls[index] = new RunningCall({id: `${this.number}/${index}`, tool, tenant: this.tenant, timed: this.timed});
    this.list.append(this.calls[index].element);
  }

  /** Many pieces may come between two frames; one drawing is enough. */
  draw() {
    this.frame ??= requestAnimationFrame(() => this.render());
  }

  render() {
    this.frame = null;
    render(this.body, this.text);
    // Where there is no room for all of it, its end is shown, and the keyboard can go through it.
    if (this.body.scrollHeight > this.body.clientHeight) {
      this.body.scrollTop = this.body.scrollHeight;
      this.body.tabIndex = 0;
    }
  }

  /** What a broken attempt had said is no part of the answer, but was seen. */
  discard() {
    if (this.text) {
      this.render();
      this.discarded.append(el('p', {class: 'discarded'},
        el('span', {}, 'Discarded'), el('del', {}, this.body.innerText.replace(/\s+/g, ' '))));
    }
    this.text = '';
    this.body.replaceChildren();
    this.calls = [];
    this.list.replaceChildren();
    this.list.hidden = true;
    this.reasoning.replaceChildren();
    this.reasoningBox.hidden = true;
    announce('An answer broke off and begins again.');
  }

  complete({usage, millis}) {
    this.usage = usage;
    this.facts.textContent = `${(usage.inputTokens + usage.outputTokens).toLocaleString('en')} tokens · ${duration(millis)}`;
    this.end();
  }

  end() {
    this.element.dataset.state = 'over';
    this.calls.forEach(call => call.end());
    if (this.frame) {
      cancelAnimationFrame(this.frame);
      this.render();
    }
  }
}

/** A call that may run an agent, which is shown in it. */
class RunningCall extends ToolCall {

  run(agent) {
    this.agent = agent;
    this.setState('running');
    this.progress.after(el('ol', {class: 'agents', 'aria-label': `Run of ${this.tool}`}, agent.element));
  }

  /** What an agent gave stands at the end of its run. */
  showResult(result) {
    if (!this.agent || !result.success) {
      super.showResult(result);
    }
  }
}
