/**
 * Draws a chart, which screen readers present as one image: the table of the panel has its figures.
 * @param {import('@observablehq/plot').PlotOptions & { ariaLabel: string }} options
 */
export function drawn(options) {
  // The content security policy of the page allows the style of this class.
  const chart = Plot.plot({ className: 'plot', ...options });
  chart.setAttribute('role', 'img');
  // Plot labels groups, which have no role of their own.
  for (const each of chart.querySelectorAll('[aria-label]')) each.removeAttribute('aria-label');
  return chart;
}
