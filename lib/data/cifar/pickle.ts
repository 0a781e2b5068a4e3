import { FailureError, messageOf } from "../../errors.ts";

/** What the pickles of CIFAR's Python archives hold. Python 2's texts are bytes; as keys of a dictionary they are texts. */
export type Pickled = null | boolean | number | Uint8Array | NumpyBytes | Pickled[] | Map<unknown, Pickled>;

/** A numpy array of unsigned bytes, row-major. */
export class NumpyBytes {
  shape: readonly number[] = [];
  values: Uint8Array = new Uint8Array();
}

/**
 * Reads a pickle of protocol 2 as numpy and Python 2 wrote CIFAR's batches: dictionaries, lists, texts, whole numbers and
 * arrays of bytes. Nothing else is understood, and nothing that the file names is run.
 */
export function readPickle(bytes: Uint8Array, path: string): Pickled {
  try {
    return new Unpickler(bytes).read();
  } catch (error) {
    throw new FailureError(
      `Reading ${path} (${bytes.length} bytes): ${
        messageOf(error)
      }, so it is damaged or no batch of CIFAR's Python ` +
        "archive; give an undamaged copy.",
    );
  }
}

const [ARRAY, RECONSTRUCT, TYPE] = ["numpy.ndarray", "numpy.core.multiarray._reconstruct", "numpy.dtype"];

/** A numpy type, by its name: "u1". */
class NumpyType {
  constructor(readonly name: string) {}
}

/** A name that the pickle asks for. */
class Global {
  constructor(readonly name: string) {}
}

type Item = Pickled | NumpyType | Global;

/** The machine of pickle's opcodes: a stack, marks in it, and a memory. */
class Unpickler {
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  #at = 0;
  #stack: Item[] = [];
  /** The stacks below each mark. */
  readonly #marked: Item[][] = [];
  readonly #memory = new Map<number, Item>();

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  read(): Pickled {
    if (this.#byte() !== 0x80 || this.#byte() !== 2) throw new Error("it is no pickle of protocol 2");
    for (let code = this.#byte(); code !== 0x2e; code = this.#byte()) this.#obey(code);
    const result = this.#pop();
    if (result instanceof Global || result instanceof NumpyType) throw new Error("it holds no value");
    return result;
  }

  #obey(code: number): void {
    const opcode = String.fromCharCode(code);
    if (PUSHES.has(opcode)) this.#push(this.#value(opcode));
    else if (opcode === "(") this.#mark();
    else if (opcode === "q") this.#memory.set(this.#byte(), this.#top());
    else if (opcode === "r") this.#memory.set(this.#unsigned(4), this.#top());
    else if (opcode === "a") this.#extend([this.#pop()]);
    else if (opcode === "e") this.#extend(this.#popMark());
    else if (opcode === "s") this.#setItems(this.#popSome(2));
    else if (opcode === "u") this.#setItems(this.#popMark());
    else if (opcode === "t") this.#push(this.#popMark() as Pickled[]);
    else if (code >= 0x85 && code <= 0x87) this.#push(this.#popSome(code - 0x84) as Pickled[]);
    else if (opcode === "R") this.#push(called(...this.#popSome(2) as [Item, Item]));
    else if (opcode === "b") build(this.#pop(), this.#top());
    else throw new Error(`it has the opcode 0x${code.toString(16)} at ${this.#at - 1}`);
  }

  #value(opcode: string): Item {
    switch (opcode) {
      case "N":
        return null;
      case "\x88":
        return true;
      case "\x89":
        return false;
      case "K":
        return this.#byte();
      case "M":
        return this.#unsigned(2);
      case "J":
        return this.#unsigned(4) | 0;
      case "U":
        return this.#take(this.#byte());
      case "T":
        return this.#take(this.#unsigned(4));
      case "}":
        return new Map();
      case "]":
      case ")":
        return [];
      case "h":
        return this.#remembered(this.#byte());
      case "j":
        return this.#remembered(this.#unsigned(4));
      default:
        return new Global(`${this.#line()}.${this.#line()}`);
    }
  }

  #take(length: number): Uint8Array {
    const end = this.#at + length;
    if (end > this.#bytes.length) throw new Error(`it is cut short at ${this.#bytes.length}`);
    const taken = this.#bytes.subarray(this.#at, end);
    this.#at = end;
    return taken;
  }

  #byte(): number {
    return this.#take(1)[0] as number;
  }

  #unsigned(length: 2 | 4): number {
    const at = this.#at;
    this.#take(length);
    return length === 2 ? this.#view.getUint16(at, true) : this.#view.getUint32(at, true);
  }

  #line(): string {
    const end = this.#bytes.indexOf(0x0a, this.#at);
    if (end < 0) throw new Error("it is cut short");
    return latin1(this.#take(end + 1 - this.#at)).trimEnd();
  }

  #remembered(key: number): Item {
    const item = this.#memory.get(key);
    if (item === undefined) throw new Error(`it asks for ${key}, which it never kept`);
    return item;
  }

  /** Its argument is made first: it may take the stack away. */
  #push(item: Item): void {
    this.#stack.push(item);
  }

  #mark(): void {
    this.#marked.push(this.#stack);
    this.#stack = [];
  }

  #popMark(): Item[] {
    const items = this.#stack;
    this.#stack = this.#marked.pop() ?? wrongOrder();
    return items;
  }

  #popSome(count: number): Item[] {
    if (this.#stack.length < count) wrongOrder();
    return this.#stack.splice(-count);
  }

  #pop(): Item {
    return this.#popSome(1)[0] as Item;
  }

  #top(): Item {
    return this.#stack.length === 0 ? wrongOrder() : this.#stack.at(-1) as Item;
  }

  #extend(items: Item[]): void {
    const list = this.#top();
    if (!Array.isArray(list)) wrongOrder();
    for (const item of items) list.push(item as Pickled);
  }

  #setItems(items: Item[]): void {
    const map = this.#top();
    if (!(map instanceof Map) || items.length % 2 !== 0) wrongOrder();
    for (let at = 0; at < items.length; at += 2) {
      const key = items[at];
      map.set(key instanceof Uint8Array ? latin1(key) : key, items[at + 1] as Pickled);
    }
  }
}

const PUSHES = new Set("N\x88\x89KMJUT}])hjc");

function wrongOrder(): never {
  throw new Error("its parts stand in an impossible order");
}

function latin1(bytes: Uint8Array): string {
  return String.fromCharCode(...bytes);
}

function called(callee: Item, args: Item): Item {
  const name = callee instanceof Global ? callee.name : "";
  const [first] = Array.isArray(args) ? args : [];
  if (name === TYPE && first instanceof Uint8Array) return new NumpyType(latin1(first));
  if (
    name === RECONSTRUCT && (first as unknown) instanceof Global &&
    (first as unknown as Global).name === ARRAY
  ) {
    return new NumpyBytes();
  }
  throw new Error(`it calls ${name || "what is no function"}`);
}

/** Gives an array its state: version, shape, type, order, bytes. A type's state says nothing about bytes. */
function build(state: Item, target: Item): void {
  if (target instanceof NumpyType) return;
  if (!(target instanceof NumpyBytes) || !Array.isArray(state)) wrongOrder();
  const [_version, shape, type, columnMajor, values] = state as unknown[];
  const isBytes = type instanceof NumpyType && type.name === "u1" && columnMajor === false;
  if (!isBytes || !(values instanceof Uint8Array) || !Array.isArray(shape)) {
    throw new Error("it has an array of something else than row-major bytes");
  }
  if (shape.reduce((product, size) => product * size, 1) !== values.length) {
    throw new Error(`its array of ${shape.join(" x ")} has ${values.length} values`);
  }
  Object.assign(target, { shape, values });
}
