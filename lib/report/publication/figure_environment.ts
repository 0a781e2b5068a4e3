import { fullCaption } from "../caption.ts";
import type { Figure } from "../figure.ts";
import { floatOf, type Style } from "./style.ts";
import { texText } from "./tex_text.ts";

/** The caption of a figure beside it, as plain text. */
export function captionText(figure: Figure): string {
  return `${figure.title}. ${fullCaption(figure)}\n`;
}

/** A figure's environment in LaTeX, at its own size so that its text keeps the style's. Needs the package graphicx. */
export function figureEnvironment(figure: Figure, style: Style): string {
  const float = floatOf("figure", figure.wide === true, style);
  return [
    "% \\usepackage{graphicx}",
    `\\begin{${float}}`,
    "\\centering",
    `\\includegraphics{${figure.name}.pdf}`,
    `\\caption{${texText(captionText(figure))}}`,
    ...(style.described ? [`\\Description{${texText(figure.title)}}`] : []),
    `\\label{fig:${figure.name}}`,
    `\\end{${float}}`,
    "",
  ].join("\n");
}
