import {el} from './dom.js';

/**
 * Shows the little Markdown that answers have: code blocks, headings, lists, bold and inline code. It builds nodes and
 * never HTML. When the text grew since the last call, only its last block and what follows are made anew.
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
  const item = line.match(/^\s*[-*]\s+(.*)$/);
  const heading = line.match(/^#{1,6}\s+(.*)$/);
  if (!line.trim()) {
    blocks.push({kind: 'gap'});
  } else if (heading) {
    blocks.push({kind: 'heading', lines: [heading[1]]});
  } else if (item && last?.kind === 'list') {
    last.lines.push(item[1]);
  } else if (item) {
    blocks.push({kind: 'list', lines: [item[1]]});
  } else if (last?.kind === 'paragraph') {
    last.lines.push(line);
  } else {
    blocks.push({kind: 'paragraph', lines: [line]});
  }
}

function toNode({kind, lines}) {
  switch (kind) {
    case 'code':
      return el('pre', {tabIndex: 0}, el('code', {}, lines.join('\n')));
    case 'list':
      return el('ul', {}, ...lines.map(line => el('li', {}, ...inline(line))));
    case 'heading':
      return el('p', {class: 'heading'}, ...inline(lines[0]));
    default:
      return el('p', {}, ...inline(lines.join('\n')));
  }
}

function inline(text) {
  return text.split(/(`[^`\n]+`|\*\*[^*\n]+\*\*)/).filter(Boolean).map(part => {
    if (part.length > 2 && part.startsWith('`') && part.endsWith('`')) {
      return el('code', {}, part.slice(1, -1));
    }
    if (part.length > 4 && part.startsWith('**') && part.endsWith('**')) {
      return el('strong', {}, part.slice(2, -2));
    }
    return part;
  });
}
