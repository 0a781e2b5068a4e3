/** The look of the page, on screens and on paper. */
export const STYLE = `
:root { color-scheme: light; }
body { font: 16px/1.55 "Open Sans", Arial, Helvetica, sans-serif; color: #222; background: #fff; margin: 0;
  overflow-wrap: break-word; }
.page { width: 100%; max-width: 72em; min-width: 0; margin: 0 auto; padding: 1.5em; box-sizing: border-box; }
a { color: #005a8c; }
h1, h2, h3 { line-height: 1.25; margin: 1.6em 0 0.5em; }
h1 { font-size: 1.6em; } h2 { font-size: 1.3em; } h3 { font-size: 1.1em; }
.page-title { margin-top: 0; font-size: 1.9em; }
.fact { margin: 0.2em 0; color: #444; }
.failed { color: #a32a00; font-weight: 600; }
nav { font-size: 0.85em; padding: 1em 1.2em; background: #f6f7f9; border-bottom: 1px solid #ddd; }
nav h2 { margin: 1em 0 0.2em; font-size: 1em; color: #555; }
nav ul { list-style: none; margin: 0; padding: 0; }
nav li { margin: 0.25em 0; line-height: 1.35; }
nav summary { font-weight: 600; cursor: pointer; }
nav a { text-decoration: none; } nav a:hover { text-decoration: underline; }
[aria-current] { font-weight: 600; }
.depth-2 { padding-left: 0.8em; } .depth-3 { padding-left: 1.6em; }
@media (min-width: 64em) {
  body { display: grid; grid-template-columns: 17em minmax(0, 1fr); }
  nav { position: sticky; top: 0; height: 100vh; overflow-y: auto; box-sizing: border-box; border: 0;
    border-right: 1px solid #ddd; }
  nav summary { display: none; }
}
.sizes details { margin: 0.3em 0; } .sizes summary { cursor: pointer; }
.sizes p { margin: 0.3em 0 0.6em 1.2em; color: #444; }
.notebook + .notebook { border-top: 2px solid #222; margin-top: 3em; }
.html td { vertical-align: top; }
.prose { overflow-x: auto; }
h1:first-child { margin-top: 0; }
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
  body { display: block; font-size: 11pt; }
  .page { max-width: none; padding: 0; }
  details.code:not([open]), nav, .plot { display: none !important; }
  .drawing { display: block !important; }
  figure, table, tr { break-inside: avoid; }
  h1, h2, h3 { break-after: avoid; }
  .html { overflow: visible; } .html table { font-size: 0.62em; }
}
`;

/**
 * Puts the interactive plot in place of each drawing once it comes near the window; a plot that fails leaves the drawing.
 * Folds the contents on narrow screens.
 */
export const BOOT = `
(() => {
  if (matchMedia("(max-width: 63.99em)").matches) document.querySelector("nav details").open = false;
  const library = () => {
    if (window.Plotly !== undefined) return;
    const script = document.createElement("script");
    script.textContent = document.getElementById("plotly").textContent;
    document.body.append(script);
  };
  const config = { displaylogo: false, responsive: false };
  const start = async (figure) => {
    const { data, layout } = JSON.parse(figure.querySelector("script").textContent);
    const [plot, drawing] = [figure.querySelector(".plot"), figure.querySelector(".drawing")];
    plot.hidden = false;
    try {
      library();
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
