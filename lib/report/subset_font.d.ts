declare module "subset-font" {
  /** A font that holds the glyphs of `text` alone (HarfBuzz). */
  export default function subsetFont(
    font: Uint8Array,
    text: string,
    options: { targetFormat: "truetype" },
  ): Promise<Uint8Array>;
}
