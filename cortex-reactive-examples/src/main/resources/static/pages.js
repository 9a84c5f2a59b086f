import {byId, el} from './dom.js';

const PAGES = [['.', 'Chat'], ['research.html', 'Research'], ['workflows.html', 'Workflows'], ['queue.html', 'Queue'], ['load.html', 'Load']];

const isHere = address => new URL(address, location).pathname === location.pathname;

/** Leads from each page to all others, in the same order everywhere. */
byId('pages').append(...PAGES
  .filter(([address]) => !isHere(address))
  .map(([address, name]) => el('a', {class: 'ghost', href: address}, name)));
