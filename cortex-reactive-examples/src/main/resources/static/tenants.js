import {byId, el} from './dom.js';

/** Has people choose for whom they ask; the page wears the hue of whom they chose. */
export function tenants(all, choose) {
  const use = tenant => {
    document.documentElement.dataset.hue = String(all.indexOf(tenant) % 2);
    choose(tenant);
  };
  byId('tenants').append(...all.map((tenant, index) => {
    const radio = el('input', {type: 'radio', name: 'tenant', value: tenant.id, checked: index === 0});
    radio.addEventListener('change', () => use(tenant));
    return el('label', {}, radio, el('span', {}, tenant.name));
  }));
  use(all[0]);
}
