import './bar.js';
import {follow} from './broadcast.js';
import {announce, byId, el} from './dom.js';
import {render} from './markup.js';
import {UNREACHABLE} from './sse.js';

const STATES = {
  waiting: 'Waiting for the answer…',
  streaming: 'It is being written.',
  complete: 'Complete.',
  failed: 'It has failed.',
};

/** An answer that goes on whoever looks: what there is of it, and then what comes. */
async function show() {
  const query = new URLSearchParams(location.search);
  let text = '';
  enter('waiting');
  for await (const {event, data} of follow(query.get('id') ?? '', query.get('tenant') ?? '', new AbortController().signal)) {
    if (event === 'text_delta') {
      text += data.text;
      enter('streaming');
    } else if (event === 'stream_restarted') {
      text = '';
    } else if (event === 'end') {
      enter('complete');
    } else if (event === 'failed') {
      fail(data);
    }
    render(byId('text'), text);
  }
}

function enter(state) {
  if (byId('answer').dataset.state !== state) {
    byId('answer').dataset.state = state;
    byId('text').setAttribute('aria-busy', String(state === 'streaming'));
    byId('state').textContent = STATES[state];
    announce(STATES[state]);
  }
}

function fail(problem) {
  byId('problem').replaceChildren(
    el('strong', {}, problem.message), el('code', {class: 'code'}, problem.code));
  byId('problem').hidden = false;
  enter('failed');
}

show().catch(({problem = UNREACHABLE}) => fail(problem));
