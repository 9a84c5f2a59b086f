import {byId, el} from './dom.js';

/** What stands at the top of each page; whom it is for only where `data-tenants` asks for it. */
byId('bar').append(
  el('div', {class: 'brand'},
    el('img', {src: 'icon.svg', alt: '', width: '28', height: '28'}),
    el('h1', {}, 'Cortex ', el('span', {}, 'Reactive'))),
  el('div', {class: 'bar-end'},
    el('fieldset', {class: 'tenants', id: 'tenants', hidden: !('tenants' in byId('bar').dataset)}, el('legend', {}, 'Tenant')),
    el('nav', {class: 'pages', id: 'pages', 'aria-label': 'Pages'})));
