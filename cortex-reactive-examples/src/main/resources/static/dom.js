/** Makes an element. Text goes in as text nodes, so nothing that a model or a server says is ever read as HTML. */
export function el(tag, properties = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(properties)) {
    if (name.startsWith('on')) {
      element.addEventListener(name.slice(2), value);
    } else if (name in element && typeof value !== 'string') {
      element[name] = value;
    } else {
      element.setAttribute(name, value);
    }
  }
  element.append(...children.filter(child => child !== null && child !== undefined));
  return element;
}

export const byId = id => document.getElementById(id);

/**
 * A browser keeps a page that was left, with its connections, to go back to it: and has no more than six for all pages of
 * an address. So what is left lets go of them, and begins anew when somebody comes back.
 */
export function whileShown(onLeave, onReturn) {
  addEventListener('pagehide', onLeave);
  addEventListener('pageshow', event => {
    if (event.persisted) {
      onReturn();
    }
  });
}

/** Tells people who cannot see the page. */
export function announce(text) {
  byId('announce').textContent = text;
}

export function duration(milliseconds) {
  return milliseconds < 1000
    ? `${Math.round(milliseconds)} ms`
    : `${Number((milliseconds / 1000).toFixed(milliseconds < 10_000 ? 2 : 1))} s`;
}

export function counted(number, what) {
  return `${number.toLocaleString('en')} ${what}${number === 1 ? '' : 's'}`;
}
