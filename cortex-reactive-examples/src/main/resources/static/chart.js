import {el} from './dom.js';

const WIDTH = 300;
const HEIGHT = 100;
const MOST_APART_MILLIS = 3000;
const SVG = 'http://www.w3.org/2000/svg';

/** One figure over the last minute, drawn anew with each sample. A series without a value has a gap. */
export class Chart {

  /**
   * @param series {label, kind, of}: what it is called, the class that colours it, and its value in a sample
   * @param format a value, for people
   * @param least the axis ends here or higher
   */
  constructor({id, title, series, format, least}) {
    Object.assign(this, {title, series, format, least});
    this.values = series.map(({label, kind}) => ({kind, label, text: el('span', {}, '–')}));
    this.grid = [svg('line', {class: 'grid', x1: 0, x2: WIDTH, y1: 0.5, y2: 0.5}), svg('line', {class: 'grid', x1: 0, x2: WIDTH, y1: 50, y2: 50}),
      svg('line', {class: 'grid', x1: 0, x2: WIDTH, y1: HEIGHT, y2: HEIGHT})];
    this.plot = svg('g', {});
    this.picture = svg('svg', {viewBox: `0 0 ${WIDTH} ${HEIGHT}`, preserveAspectRatio: 'none', role: 'img'}, ...this.grid, this.plot);
    this.top = el('span', {}, '');
    this.element = el('figure', {class: 'chart', id},
      el('figcaption', {},
        el('h3', {}, title),
        el('p', {class: 'now'}, ...this.values.map(({kind, label, text}) => el('span', {class: kind},
          ...(label ? [el('i', {}), el('small', {}, label)] : []), text)))),
      this.picture,
      el('p', {class: 'axis', 'aria-hidden': 'true'}, el('span', {}, '60 s ago'), this.top, el('span', {}, 'now')));
  }

  /** @param samples {at, …}, in order; at is milliseconds, as are since and now */
  draw(samples, since, now) {
    const rows = this.series.map(({of}) => samples.map(sample => ({at: sample.at, value: of(sample)})));
    const most = nice(Math.max(this.least, ...rows.flat().map(({value}) => value ?? 0)));
    const x = at => (at - since) / (now - since) * WIDTH;
    const y = value => HEIGHT - value / most * HEIGHT;
    this.plot.replaceChildren(...rows.flatMap((row, i) =>
      runs(row).flatMap(run => shapes(run, this.series[i].kind, this.series.length === 1, x, y))));
    this.top.textContent = `top: ${this.format(most)}`;
    rows.forEach((row, i) => { this.values[i].text.textContent = this.text(row.at(-1)?.value); });
    this.picture.setAttribute('aria-label', this.description(rows));
  }

  text(value) {
    return value === null || value === undefined ? '–' : this.format(value);
  }

  /** For those who cannot see the line. */
  description(rows) {
    const told = rows.map((row, i) => {
      const values = row.map(({value}) => value).filter(value => value !== null && value !== undefined);
      const name = this.series[i].label ? this.series[i].label + ' ' : '';
      return values.length
        ? `${name}now ${this.text(row.at(-1).value)}, from ${this.format(Math.min(...values))} to ${this.format(Math.max(...values))}`
        : `${name}no value yet`;
    });
    return `${this.title}, the last minute: ${told.join('; ')}`;
  }
}

/** Stretches without a gap, in values or in time. */
function runs(row) {
  const all = [[]];
  for (const point of row) {
    if (point.value === null || point.value === undefined) {
      all.push([]);
    } else if (point.at - (all.at(-1).at(-1)?.at ?? point.at) > MOST_APART_MILLIS) {
      all.push([point]);
    } else {
      all.at(-1).push(point);
    }
  }
  return all.filter(run => run.length);
}

function shapes(run, kind, filled, x, y) {
  const points = run.map(({at, value}) => `${x(at).toFixed(1)},${y(value).toFixed(1)}`);
  if (run.length === 1) {
    const [cx, cy] = points[0].split(',');
    return [svg('ellipse', {class: `point ${kind}`, cx, cy, rx: 1.6, ry: 1.6})];
  }
  const line = svg('polyline', {class: `line ${kind}`, points: points.join(' ')});
  const ends = [`${x(run[0].at).toFixed(1)},${HEIGHT}`, `${x(run.at(-1).at).toFixed(1)},${HEIGHT}`];
  return filled ? [svg('polygon', {class: `area ${kind}`, points: [ends[0], ...points, ends[1]].join(' ')}), line] : [line];
}

/** The next of 1, 2, 5, 10, 20, 50 and so on. */
function nice(value) {
  const power = 10 ** Math.floor(Math.log10(value));
  return [1, 2, 5, 10].map(step => step * power).find(step => step >= value);
}

function svg(tag, attributes, ...children) {
  const element = document.createElementNS(SVG, tag);
  for (const [name, value] of Object.entries(attributes)) {
    element.setAttribute(name, value);
  }
  element.append(...children);
  return element;
}
