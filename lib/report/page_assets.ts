/** The look of the page, on screens and on paper. */
export const STYLE = `
:root { color-scheme: light; }
body { font: 16px/1.55 "Open Sans", Arial, Helvetica, sans-serif; color: #222; background: #fff; margin: 0 auto; padding: 1.5em;
  max-width: 72em; overflow-wrap: break-word; }
a { color: #005a8c; }
h1, h2, h3 { line-height: 1.25; margin: 1.6em 0 0.5em; }
h1 { font-size: 1.6em; } h2 { font-size: 1.3em; } h3 { font-size: 1.1em; }
.page-title { margin-top: 0; font-size: 1.9em; }
.fact { margin: 0.2em 0; color: #444; }
.reduced { color: #8a3d00; font-weight: 600; }
nav { border: 1px solid #ddd; border-radius: 4px; padding: 0.6em 1.2em; margin: 1.2em 0; }
nav h2 { margin: 0.2em 0; font-size: 1em; }
nav ul { list-style: none; margin: 0; padding: 0; }
.depth-2 { padding-left: 1.2em; } .depth-3 { padding-left: 2.4em; }
.notebook + .notebook { border-top: 2px solid #222; margin-top: 3em; }
.prose table, .html table { border-collapse: collapse; font-size: 0.88em; }
.prose th, .prose td { padding: 0.2em 0.7em; border-bottom: 1px solid #ddd; text-align: left; }
.html { margin: 0.8em 0; overflow-x: auto; }
pre { white-space: pre-wrap; background: #f6f6f6; padding: 0.6em 0.8em; border-radius: 4px; font-size: 0.85em; overflow-x: auto; }
code { font-family: "DejaVu Sans Mono", Menlo, Consolas, monospace; font-size: 0.92em; }
.code { margin: 0.6em 0; } .code summary { cursor: pointer; color: #666; font-size: 0.85em; }
.stderr, .error { background: #fff0ea; }
.error { border-left: 4px solid #d55e00; }
figure { margin: 1em 0; overflow-x: auto; }
figure img { max-width: 100%; height: auto; }
@media print {
  body { max-width: none; padding: 0; font-size: 11pt; }
  details.code:not([open]), nav, .plot { display: none !important; }
  .drawing { display: block !important; }
  figure, table, tr { break-inside: avoid; }
  h1, h2, h3 { break-after: avoid; }
  .html { overflow: visible; } .html table { font-size: 0.62em; }
}
`;

/** Puts the interactive plot in place of each drawing once it comes near the window; a plot that fails leaves the drawing. */
export const BOOT = `
(() => {
  const config = { displaylogo: false, responsive: false };
  const start = async (figure) => {
    const { data, layout } = JSON.parse(figure.querySelector("script").textContent);
    const [plot, drawing] = [figure.querySelector(".plot"), figure.querySelector(".drawing")];
    plot.hidden = false;
    try {
      await Plotly.newPlot(plot, data, layout, config);
      drawing.style.display = "none";
    } catch (error) {
      plot.hidden = true;
      console.error(error);
    }
  };
  const figures = document.querySelectorAll("figure.figure");
  const watcher = new IntersectionObserver((entries) => {
    for (const { isIntersecting, target } of entries) {
      if (!isIntersecting) continue;
      watcher.unobserve(target);
      void start(target);
    }
  }, { rootMargin: "400px" });
  figures.forEach((figure) => watcher.observe(figure));
})();
`;
