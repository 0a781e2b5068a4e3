/** How much is trained on what. */
export interface Amounts {
  trainImages: number;
  testImages: number;
  epochs: number;
  batch: number;
}

/** What a size takes away from the published amounts, in words. */
export function reductions(published: Amounts, size: Amounts): string[] {
  const number = (value: number) => value.toLocaleString("en-US");
  const share = (key: "trainImages" | "testImages" | "epochs", what: string) =>
    size[key] < published[key] ? [`${number(size[key])} of ${number(published[key])} ${what}`] : [];
  return [
    ...share("trainImages", "training images"),
    ...share("testImages", "test images"),
    ...share("epochs", "epochs"),
    ...(size.batch < published.batch ? [`batch ${size.batch} instead of ${published.batch}`] : []),
  ];
}
