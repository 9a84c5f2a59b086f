import './bar.js';
import {byId, el} from './dom.js';
import {render} from './markup.js';
import {UNREACHABLE, problemOf} from './sse.js';

/** A heading's anchor, as those who show Markdown make them. */
function anchor(heading) {
  return heading.toLowerCase().replace(/[^\p{L}\p{N}\s_-]/gu, '').replace(/\s/g, '-');
}

async function textOf(page) {
  let response;
  try {
    response = await fetch('api/documentation/' + page.split('/').map(encodeURIComponent).join('/'));
  } catch {
    throw Object.assign(new Error('unreachable'), {problem: UNREACHABLE});
  }
  if (!response.ok) {
    throw Object.assign(new Error('refused'), {problem: await problemOf(response)});
  }
  return response.text();
}

/** The headings are there only now, so the browser could not go to one. */
function goTo(id) {
  const heading = id && document.getElementById(id);
  if (heading) {
    heading.scrollIntoView();
    heading.focus({preventScroll: true});
  }
}

async function show() {
  const page = new URLSearchParams(location.search).get('page') ?? 'README.md';
  byId('title').textContent = page;
  document.title = `${page} · Cortex Reactive`;
  render(byId('text'), await textOf(page));
  for (const heading of byId('text').querySelectorAll('.heading')) {
    heading.id ||= anchor(heading.textContent);
    heading.tabIndex = -1;
    heading.setAttribute('role', 'heading');
    heading.setAttribute('aria-level', '3');
  }
  goTo(decodeURIComponent(location.hash.slice(1)));
}

show().catch(({problem = UNREACHABLE}) => {
  byId('problem').replaceChildren(
    el('strong', {}, 'There is nothing to show'), el('p', {}, problem.message), el('code', {class: 'code'}, problem.code));
  byId('problem').hidden = false;
});
