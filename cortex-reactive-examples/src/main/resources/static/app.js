import './bar.js';
import {Chat} from './chat.js';
import {byId, el} from './dom.js';
import {Events} from './events.js';
import {Picker} from './picker.js';
import {problemOf} from './sse.js';
import {tenants} from './tenants.js';
import {Wire} from './wire.js';

async function start() {
  const response = await fetch('api/info');
  if (!response.ok) {
    throw new Error((await problemOf(response)).message);
  }
  const info = await response.json();
  info.tenants.forEach((tenant, index) => { tenant.hue = index % 2; });
  const wire = info.simulated ? new Wire() : null;
  const picker = new Picker(info.providers);
  const chat = new Chat({maxChars: info.maxChars, picker, onTurnEnd: turn => showKey(wire, turn)});
  const events = new Events({
    types: info.eventTypes,
    tenants: info.tenants,
    onEnd: (id, usage) => chat.usageOf(id, usage),
    onStep: (id, event) => chat.stepOf(id, event),
    onReplaced: (id, count) => chat.replacedIn(id, count),
  });
  describe(info);
  suggest(chat, info.suggestions);
  tenants(info.tenants, tenant => {
    chat.setTenant(tenant);
    picker.setTenant(tenant);
    events.setTenant(tenant);
  });
  tabs(() => wire?.refresh());
  side();
}

function describe({notice, simulated}) {
  byId('notice').textContent = notice;
  byId('reminder').textContent = simulated ? 'No language model: quotes from the documentation' : '';
}

function suggest(chat, {questions, tools, leaks, failures, recoveries}) {
  const button = (text, change) =>
    el('li', {}, el('button', {type: 'button', onclick: () => chat.ask(text, change)}, text));
  byId('questions').append(...questions.map(text => button(text)));
  byId('abilities').append(
    ...tools.map(text => button(text, {tools: true})), ...leaks.map(text => button(text, {guarded: true})));
  byId('failures').append(...failures.map(text => button(text)));
  byId('recoveries').append(...recoveries.map(({text, fallback, restart}) => button(text, {fallback, restart})));
  byId('failures-block').hidden = !failures.length;
}

async function showKey(wire, turn) {
  const calls = await wire?.refresh() ?? [];
  const call = calls.find(({correlationId}) => correlationId === turn.id);
  if (call) {
    turn.setKey(call.key);
  }
}

function tabs(onWire) {
  const all = [byId('tab-events'), byId('tab-wire')];
  const select = tab => {
    for (const each of all) {
      const selected = each === tab;
      each.setAttribute('aria-selected', String(selected));
      each.tabIndex = selected ? 0 : -1;
      byId(each.getAttribute('aria-controls')).hidden = !selected;
    }
    if (tab === all[1]) {
      onWire();
    }
  };
  for (const tab of all) {
    tab.addEventListener('click', () => select(tab));
    tab.addEventListener('keydown', event => {
      const other = all.find(each => each !== tab && !each.hidden);
      if (other && (event.key === 'ArrowRight' || event.key === 'ArrowLeft')) {
        select(other);
        other.focus();
      }
    });
  }
}

/** Beside the chat where there is room, else over it. */
function side() {
  const toggle = byId('side-toggle');
  const show = open => {
    byId('layout').dataset.side = open ? 'open' : 'closed';
    toggle.setAttribute('aria-expanded', String(open));
  };
  toggle.addEventListener('click', () => show(toggle.getAttribute('aria-expanded') !== 'true'));
  const roomy = matchMedia('(min-width: 60rem)').matches;
  show(roomy);
  if (roomy) {
    byId('question').focus();
  }
}

start().catch(error => {
  byId('notice').textContent = `The application cannot be reached (${error.message}). Is it running? Reload to try again.`;
  byId('notice').setAttribute('role', 'alert');
});
