import {byId, el, whileShown} from './dom.js';
import {Turn} from './turn.js';

const MAX_HISTORY = 20;

/** The conversation: the composer, the turns, and which of them the model is told. */
export class Chat {

  constructor({maxChars, picker, onTurnEnd}) {
    this.maxChars = maxChars;
    this.picker = picker;
    this.onTurnEnd = onTurnEnd;
    this.turns = new Map();
    this.running = null;
    this.count = 0;
    this.page = Date.now().toString(36) + Math.random().toString(36).slice(2, 8);
    this.question = byId('question');
    this.scroll = byId('scroll');
    this.follow = true;
    this.wire();
  }

  wire() {
    byId('composer').addEventListener('submit', event => {
      event.preventDefault();
      this.ask(this.question.value);
    });
    byId('stop').addEventListener('click', () => this.stop());
    byId('new').addEventListener('click', () => this.restart());
    this.question.addEventListener('input', () => this.measure());
    this.question.addEventListener('keydown', event => {
      if (event.key === 'Enter' && !event.shiftKey && !event.isComposing) {
        event.preventDefault();
        this.ask(this.question.value);
      }
    });
    document.addEventListener('keydown', event => {
      if (event.key === 'Escape' && !document.querySelector(':popover-open')) {
        this.stop();
      }
    });
    this.scroll.addEventListener('scroll', () => {
      const {scrollTop, clientHeight, scrollHeight} = this.scroll;
      this.follow = scrollHeight - scrollTop - clientHeight < 48;
    });
    whileShown(() => this.stop(), () => {});
    this.measure();
  }

  /** Grows the field with its text, and says when it is too long. */
  measure() {
    const length = this.question.value.length;
    const over = length > this.maxChars;
    this.question.style.height = 'auto';
    this.question.style.height = this.question.scrollHeight + 'px';
    byId('length').hidden = length < this.maxChars * 0.8;
    byId('length').textContent = `${length} of ${this.maxChars} characters`;
    byId('length').classList.toggle('over', over);
    byId('send').disabled = over || !this.question.value.trim();
  }

  /** A tenant has its own conversation: nothing that one said is sent with the key of the other. */
  setTenant(tenant) {
    if (byId('log').childElementCount) {
      byId('log').append(el('p', {class: 'divider'}, el('span', {}, `${tenant.name} starts a new conversation`)));
      this.toBottom();
    }
    this.tenant = tenant;
    this.history = [];
  }

  restart() {
    this.stop();
    this.history = [];
    byId('log').replaceChildren();
    byId('welcome').hidden = false;
    this.question.focus();
  }

  /** @param change what this question has other than chosen */
  ask(text, change = {}) {
    const question = text.trim();
    if (!question || question.length > this.maxChars || this.running || !this.tenant) {
      return;
    }
    if (this.picker.prompt()) {
      return;
    }
    this.question.value = '';
    this.measure();
    byId('welcome').hidden = true;
    const {tenant, history} = this;
    const choice = {...this.picker.chosen(), ...change};
    this.start(this.turn(question, {tenant, history, choice}), turn => byId('log').append(turn.element));
  }

  turn(question, {tenant, history, choice}) {
    return new Turn({
      id: `${this.page}-${++this.count}`,
      question,
      tenant,
      history,
      choice,
      nameOf: id => this.picker.nameOf(id),
      onRetry: failed => {
        if (!this.running) {
          this.start(this.turn(failed.question, failed), turn => failed.element.replaceWith(turn.element));
        }
      },
    });
  }

  async start(turn, place) {
    this.turns.set(turn.id, turn);
    this.setRunning(turn);
    place(turn);
    turn.onDraw = () => this.follow && this.toBottom();
    this.follow = true;
    this.toBottom();
    await turn.run();
    this.setRunning(null);
    this.remember(turn);
    this.onTurnEnd(turn);
  }

  /** A failed answer is forgotten, with its question; a stopped one stands as far as it came. */
  remember(turn) {
    if (turn.outcome !== 'failed' && turn.text.trim()) {
      turn.history.push({role: 'user', text: turn.question}, {role: 'assistant', text: turn.text});
      turn.history.splice(0, Math.max(0, turn.history.length - MAX_HISTORY));
    }
  }

  setRunning(turn) {
    const hadFocus = document.activeElement === byId('stop');
    this.running = turn;
    byId('stop').hidden = !turn;
    byId('send').hidden = !!turn;
    if (hadFocus) {
      this.question.focus();
    }
  }

  stop() {
    this.running?.stop();
  }

  stepOf(id, event) {
    this.turns.get(id)?.setStep(event);
  }

  replacedIn(id, count) {
    this.turns.get(id)?.setReplaced(count);
  }

  usageOf(id, usage) {
    this.turns.get(id)?.setUsage(usage);
  }

  toBottom() {
    this.scroll.scrollTop = this.scroll.scrollHeight;
  }
}
