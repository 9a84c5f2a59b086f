import {byId, el} from './dom.js';
import {problemOf} from './sse.js';

const REMEMBERED = 'cortex.choice';

/** Whom the next question goes to, and what is done when that fails. Remembered for this tab. */
export class Picker {

  constructor(providers) {
    this.providers = providers;
    this.choice = {
      models: {}, fallback: false, restart: false, tools: true, guarded: false, background: false, ...remembered(),
    };
    if (!this.provider()) {
      this.choice.provider = providers[0].id;
    }
    this.build();
  }

  build() {
    byId('providers').append(...this.providers.map(({id, name}) => {
      const radio = el('input', {type: 'radio', name: 'provider', value: id, checked: id === this.choice.provider});
      radio.addEventListener('change', () => this.choose({provider: id}));
      return el('label', {class: 'check'}, radio, el('span', {}, name));
    }));
    byId('model').addEventListener('change', event => this.choose(
      {models: {...this.choice.models, [this.choice.provider]: event.target.value}}));
    // A page shows those that mean something there.
    for (const name of ['fallback', 'restart', 'tools', 'guarded', 'background'].filter(byId)) {
      byId(name).checked = this.choice[name];
      byId(name).addEventListener('change', event => this.choose({[name]: event.target.checked}));
    }
    byId('fallback-choice').hidden = this.providers.length < 2;
    byId('picker').addEventListener('toggle', event => this.toggled(event.newState === 'open'));
    this.show();
  }

  /** The popover knows no place of its own: above its button or below, where there is more room. */
  toggled(open) {
    byId('picker-open').setAttribute('aria-expanded', String(open));
    if (!open) {
      return;
    }
    const {left, top, bottom} = byId('picker-open').getBoundingClientRect();
    const picker = byId('picker');
    const below = innerHeight - bottom > top;
    picker.style.left = Math.max(8, Math.min(left, innerWidth - picker.offsetWidth - 8)) + 'px';
    picker.style.top = below ? bottom + 8 + 'px' : 'auto';
    picker.style.bottom = below ? 'auto' : innerHeight - top + 8 + 'px';
    picker.style.maxHeight = Math.max(top, innerHeight - bottom) - 16 + 'px';
    this.loadModels();
  }

  provider(id = this.choice.provider) {
    return this.providers.find(provider => provider.id === id);
  }

  nameOf(id) {
    return this.provider(id)?.name ?? id;
  }

  model() {
    return this.choice.models[this.choice.provider] ?? this.provider().model;
  }

  /** Has people choose what there is no default for; false if there is nothing to choose. */
  prompt() {
    if (this.model()) {
      return false;
    }
    byId('picker').showPopover();
    byId('model').focus();
    return true;
  }

  /** What a question says of it. */
  chosen() {
    const {provider, fallback, restart, tools, guarded, background} = this.choice;
    return {provider, model: this.model(), fallback, restart, tools, guarded, background};
  }

  setTenant(tenant) {
    this.tenant = tenant;
    if (byId('picker').matches(':popover-open')) {
      this.loadModels();
    }
  }

  choose(change) {
    Object.assign(this.choice, change);
    remember(this.choice);
    this.show();
    if (change.provider) {
      this.loadModels();
    }
  }

  show() {
    const {name} = this.provider();
    byId('asked').textContent = this.choice.fallback ? name + ' +' : name;
    byId('asked-model').textContent = this.model() ?? 'choose a model';
    byId('picker-open').title = this.choice.fallback ? 'The others are asked when it fails' : 'Provider and model';
    this.showModels([]);
  }

  showModels(models) {
    const chosen = this.model();
    const all = [...new Set([chosen, ...models])].filter(Boolean);
    byId('model').replaceChildren(
      ...(chosen ? [] : [el('option', {value: '', disabled: true, selected: true}, 'Choose a model')]),
      ...all.map(model => el('option', {value: model, selected: model === chosen}, model)));
  }

  async loadModels() {
    const provider = this.choice.provider;
    byId('models-problem').textContent = '';
    let models = [];
    try {
      const response = await fetch(`api/providers/${encodeURIComponent(provider)}/models`,
        {headers: {'X-Tenant': this.tenant.id}});
      if (!response.ok) {
        throw new Error((await problemOf(response)).message);
      }
      models = await response.json();
    } catch (error) {
      byId('models-problem').textContent = `Its models are not known: ${error.message}`;
    }
    if (provider === this.choice.provider) {
      this.showModels(models);
    }
  }
}

/** A browser may forbid to remember anything; then every visit is the first. */
function remembered() {
  try {
    return JSON.parse(sessionStorage.getItem(REMEMBERED)) ?? {};
  } catch {
    return {};
  }
}

function remember(choice) {
  try {
    sessionStorage.setItem(REMEMBERED, JSON.stringify(choice));
  } catch {
    // Forgotten with the page.
  }
}
