import {el} from './dom.js';

/**
 * Shows the little Markdown that answers have: code blocks, headings, lists, tables, links, bold and inline code. An
 * image is its description, because the page loads nothing from elsewhere. It builds nodes and never HTML. When the text
 * grew since the last call, only its last block and what follows are made anew.
 */
export function render(target, text) {
  const blocks = blocksOf(text);
  const shown = target.childElementCount;
  for (let i = Math.max(0, Math.min(shown, blocks.length) - 1); i < blocks.length; i++) {
    const node = toNode(blocks[i]);
    if (i < target.childElementCount) {
      target.children[i].replaceWith(node);
    } else {
      target.append(node);
    }
  }
}

function blocksOf(text) {
  const blocks = [];
  let code = null;
  for (const line of text.split('\n')) {
    const fence = line.match(/^\s*```/);
    if (code) {
      if (fence) {
        code = null;
      } else {
        code.lines.push(line);
      }
    } else if (fence) {
      blocks.push(code = {kind: 'code', lines: []});
    } else {
      addLine(blocks, line);
    }
  }
  return blocks.filter(block => block.kind !== 'gap');
}

function addLine(blocks, line) {
  const last = blocks[blocks.length - 1];
  const heading = line.match(/^#{1,6}\s+(.*)$/);
  const item = line.match(/^\s*(?:[-*]|(\d+)[.)])\s+(.*)$/);
  if (!line.trim()) {
    blocks.push({kind: 'gap'});
  } else if (heading) {
    blocks.push({kind: 'heading', lines: [heading[1]]});
  } else if (item) {
    addTo(blocks, item[1] ? 'numbers' : 'list', item[2], Number(item[1]));
  } else if (line.startsWith('|')) {
    addTo(blocks, 'table', line);
  } else if (/^\s/.test(line) && ['numbers', 'list'].includes(last?.kind)) {
    last.lines.push(last.lines.pop() + '\n' + line.trim());
  } else {
    addTo(blocks, 'paragraph', line);
  }
}

/** Goes on with the last block if it is of this kind, or begins another one. */
function addTo(blocks, kind, line, start) {
  const last = blocks[blocks.length - 1];
  if (last?.kind === kind) {
    last.lines.push(line);
  } else {
    blocks.push({kind, start, lines: [line]});
  }
}

function toNode({kind, start, lines}) {
  switch (kind) {
    case 'code':
      return el('pre', {tabIndex: 0}, el('code', {}, lines.join('\n')));
    case 'list':
      return el('ul', {}, ...items(lines));
    case 'numbers':
      return el('ol', {start}, ...items(lines));
    case 'table':
      return el('div', {class: 'table', tabIndex: 0}, el('table', {}, ...rows(lines)));
    case 'heading':
      return el('p', {class: 'heading'}, ...inline(lines[0]));
    default:
      return el('p', {}, ...inline(lines.join('\n')));
  }
}

function items(lines) {
  return lines.map(line => el('li', {}, ...inline(line)));
}

/** Without the rule under the head, and without a head that says nothing. */
function rows(lines) {
  return lines.filter(line => !/^[\s:|-]+$/.test(line)).map(line => el('tr', {},
    ...line.replace(/^\||\|\s*$/g, '').split('|').map(cell => el('td', {}, ...inline(cell.trim())))));
}

/** A line of the source ends where its editor was full, and is no end of a line here: two spaces at its end make one. */
function inline(text) {
  return text.split(/(`[^`]+`|\*\*[^*]+\*\*|!?\[[^\]]*\]\([^)\s]*\)| {2,}\n)/).filter(Boolean).map(part => {
    const link = part.match(/^(!?)\[([^\]]*)\]\((.*)\)$/);
    if (part.length > 2 && part.startsWith('`') && part.endsWith('`')) {
      return el('code', {}, part.slice(1, -1));
    }
    if (part.length > 4 && part.startsWith('**') && part.endsWith('**')) {
      return el('strong', {}, part.slice(2, -2));
    }
    if (link) {
      return linked(link);
    }
    return /^ {2,}\n$/.test(part) ? el('br') : part;
  });
}

/** Only what leads to the web leads anywhere; a document's own neighbours are not here. */
function linked([, image, text, address]) {
  if (image) {
    return el('span', {class: 'image'}, text);
  }
  return /^https?:\/\//.test(address) ? el('a', {href: address, rel: 'noopener noreferrer', target: '_blank'}, text) : text;
}
