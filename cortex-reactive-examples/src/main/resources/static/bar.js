import {byId, el} from './dom.js';

const PAGES = [['.', 'Chat'], ['research.html', 'Research'], ['workflows.html', 'Workflows'], ['queue.html', 'Queue'], ['load.html', 'Load']];

const isHere = address => new URL(address, location).pathname === location.pathname;

const bar = byId('bar');
const own = [...bar.children];

/**
 * What stands at the top of each page: whom it is for, where `data-tenants` asks for that, what leads to all other pages,
 * in the same order everywhere, and last what the page has of its own.
 */
bar.append(
  el('div', {class: 'brand'},
    el('img', {src: 'icon.svg', alt: '', width: '28', height: '28'}),
    el('h1', {}, 'Cortex ', el('span', {}, 'Reactive'))),
  el('div', {class: 'bar-end'},
    el('fieldset', {class: 'tenants', id: 'tenants', hidden: !('tenants' in bar.dataset)}, el('legend', {}, 'Tenant')),
    el('nav', {class: 'pages', id: 'pages', 'aria-label': 'Pages'}, ...PAGES
      .filter(([address]) => !isHere(address))
      .map(([address, name]) => el('a', {class: 'ghost', href: address}, name))),
    ...own));
