declare module "sanitize-html" {
  interface Tag {
    tagName: string;
    attribs: Record<string, string>;
  }
  interface Options {
    allowedTags: readonly string[];
    /** Attributes by element; "*" holds for every element. */
    allowedAttributes: Record<string, readonly string[]>;
    allowedClasses: Record<string, readonly string[]>;
    allowedSchemes: readonly string[];
    allowProtocolRelative: boolean;
    parseStyleAttributes: boolean;
    transformTags: Record<string, (tagName: string, attribs: Record<string, string>) => Tag>;
    onOpenTag(name: string): void;
    onCloseTag(name: string): void;
  }
  /** HTML of the allowed elements and attributes alone; every element is closed, text is escaped. */
  export default function sanitizeHtml(html: string, options: Options): string;
}
