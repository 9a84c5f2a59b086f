const SVG = 'http://www.w3.org/2000/svg';
const WIDTH = 116;
const HEIGHT = 50;
const GAP = 38;
const ROW_GAP = 34;
const LOOP_ROOM = 26;
const CORNER = 10;

const KINDS = {agent: 'agent', person: 'you', code: 'code'};

/**
 * A workflow as a picture: one step after the other, what goes on elsewhere beside it, and ways back around them. From
 * left to right, or downwards where there is no room.
 */
export class Graph {

  constructor({nodes, edges, start}) {
    this.nodes = nodes;
    this.edges = edges;
    this.start = start;
    this.places = places(edges, start);
    this.element = svg('svg', {role: 'img'});
    this.states = new Map();
    this.taken = new Set();
    this.draw(true);
    this.reset();
  }

  /** @param across whether from left to right */
  draw(across) {
    if (this.across === across) {
      return;
    }
    this.across = across;
    const ranks = 1 + Math.max(...[...this.places.values()].map(({rank}) => rank));
    const rows = 1 + Math.max(...[...this.places.values()].map(({row}) => row));
    const length = ranks * this.along() + (ranks - 1) * GAP;
    const breadth = rows * this.beside() + (rows - 1) * ROW_GAP + LOOP_ROOM;
    const [width, height] = across ? [length, breadth] : [breadth, length];
    this.element.setAttribute('viewBox', `-3 -3 ${width + 6} ${height + 6}`);
    this.element.style.maxWidth = `${(width + 6) * 1.15}px`;
    this.element.replaceChildren(arrowHead(), ...this.edges.map(edge => this.edge(edge)), ...this.nodes.map(node => this.node(node)));
    this.show();
  }

  along() {
    return this.across ? WIDTH : HEIGHT;
  }

  beside() {
    return this.across ? HEIGHT : WIDTH;
  }

  /** Where a node begins, along the way and beside it. */
  origin(id) {
    const {rank, row} = this.places.get(id);
    return {a: rank * (this.along() + GAP), b: row * (this.beside() + ROW_GAP)};
  }

  point(a, b) {
    return this.across ? `${a} ${b}` : `${b} ${a}`;
  }

  node({id, kind}) {
    const {a, b} = this.origin(id);
    const [x, y] = this.across ? [a, b] : [b, a];
    const group = svg('g', {class: 'node', 'data-node': id, transform: `translate(${x} ${y})`});
    group.append(
      svg('rect', {width: WIDTH, height: HEIGHT, rx: 11}),
      text(id, {class: 'node-name', x: WIDTH / 2, y: 22}),
      text(KINDS[kind] ?? kind, {class: 'node-kind', x: WIDTH / 2, y: 38}));
    return group;
  }

  edge({from, to}) {
    const back = this.isBack({from, to});
    return svg('path', {
      class: back ? 'edge loop' : 'edge',
      'data-edge': key(from, to),
      d: back ? this.wayBack(from, to) : this.wayOn(from, to),
      'marker-end': 'url(#arrow)',
    });
  }

  wayOn(from, to) {
    const a1 = this.origin(from).a + this.along();
    const b1 = this.origin(from).b + this.beside() / 2;
    const a2 = this.origin(to).a - 3;
    const b2 = this.origin(to).b + this.beside() / 2;
    const middle = (a1 + a2) / 2;
    return `M ${this.point(a1, b1)} C ${this.point(middle, b1)} ${this.point(middle, b2)} ${this.point(a2, b2)}`;
  }

  /** Around everything that is between the two. */
  wayBack(from, to) {
    const a1 = this.origin(from).a + this.along() / 2;
    const b1 = this.origin(from).b + this.beside();
    const a2 = this.origin(to).a + this.along() / 2;
    const b2 = this.origin(to).b + this.beside() + 3;
    const low = b1 + LOOP_ROOM - 8;
    return [
      `M ${this.point(a1, b1)}`,
      `L ${this.point(a1, low - CORNER)} Q ${this.point(a1, low)} ${this.point(a1 - CORNER, low)}`,
      `L ${this.point(a2 + CORNER, low)} Q ${this.point(a2, low)} ${this.point(a2, low - CORNER)}`,
      `L ${this.point(a2, b2)}`,
    ].join(' ');
  }

  /** Nothing has happened yet. */
  reset() {
    this.nodes.forEach(({id}) => this.states.set(id, 'waiting'));
    this.taken.clear();
    this.show();
  }

  /** A node is in this state: waiting, active, asking, done, failed or stopped. */
  set(id, state) {
    if (!this.states.has(id)) {
      return;
    }
    if (state === 'active') {
      this.forgetAfter(id);
    }
    this.states.set(id, state);
    this.show();
  }

  /** What comes later is to be done again. */
  forgetAfter(id) {
    const {rank} = this.places.get(id);
    const later = node => this.places.get(node).rank > rank;
    this.nodes.filter(node => later(node.id)).forEach(node => this.states.set(node.id, 'waiting'));
    this.edges.filter(edge => (edge.from === id || later(edge.from)) && !this.isBack(edge))
      .forEach(({from, to}) => this.taken.delete(key(from, to)));
  }

  isBack({from, to}) {
    return this.places.get(to).rank <= this.places.get(from).rank;
  }

  /** A way was gone. */
  take(from, to) {
    this.taken.add(key(from, to));
    this.show();
  }

  /** The nodes in this state. */
  all(state) {
    return this.nodes.map(({id}) => id).filter(id => this.states.get(id) === state);
  }

  show() {
    for (const group of this.element.querySelectorAll('.node')) {
      group.dataset.state = this.states.get(group.dataset.node) ?? 'waiting';
    }
    for (const path of this.element.querySelectorAll('.edge')) {
      path.dataset.state = this.taken.has(path.dataset.edge) ? 'taken' : 'open';
    }
    this.element.setAttribute('aria-label', 'The workflow: '
      + this.nodes.map(({id}) => `${id} ${this.states.get(id) ?? 'waiting'}`).join(', '));
  }
}

const key = (from, to) => `${from} ${to}`;

/** How far from the start a node is, and which of those it is. */
function places(edges, start) {
  const found = new Map([[start, {rank: 0, row: 0}]]);
  const rows = [1];
  for (const [id, {rank}] of found) {
    for (const {to} of edges.filter(({from}) => from === id)) {
      if (!found.has(to)) {
        const row = rows[rank + 1] ?? 0;
        rows[rank + 1] = row + 1;
        found.set(to, {rank: rank + 1, row});
      }
    }
  }
  return found;
}

function svg(tag, attributes) {
  const element = document.createElementNS(SVG, tag);
  Object.entries(attributes).forEach(([name, value]) => element.setAttribute(name, value));
  return element;
}

function text(content, attributes) {
  const element = svg('text', attributes);
  element.textContent = content;
  return element;
}

function arrowHead() {
  const marker = svg('marker', {id: 'arrow', viewBox: '0 0 8 8', refX: 6, refY: 4, markerWidth: 6.5, markerHeight: 6.5, orient: 'auto'});
  marker.append(svg('path', {d: 'M0 0 8 4 0 8Z', class: 'arrow'}));
  const defs = svg('defs', {});
  defs.append(marker);
  return defs;
}
