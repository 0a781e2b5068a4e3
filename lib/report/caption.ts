/** The caption of a table or a figure, with what its runs' profile reduces. */
export function fullCaption({ caption, label }: { caption: string; label: string }): string {
  return label === "" ? caption : `${caption} ${label}`;
}
