import {el} from './dom.js';

/** Without those that lead where another one before them does: several passages may stand at one place. */
export function distinct(sources) {
  return sources.filter((one, at) => sources.findIndex(other => other.source === one.source) === at);
}

/** A passage's title, which leads to the page it stands on, and the name of that page. */
export function sourceLink({source, title, score}) {
  const [page, anchor] = source.split('#');
  const address = `document.html?page=${encodeURIComponent(page)}${anchor ? '#' + anchor : ''}`;
  return [
    el('a', {class: 'source', href: address, target: '_blank', rel: 'noopener'}, title || page),
    el('span', {class: 'source-page'}, page),
    el('span', {class: 'score'}, `score ${score.toFixed(2)}`),
  ];
}
