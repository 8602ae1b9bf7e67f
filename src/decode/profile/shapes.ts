import { Texts } from '../../base/texts.js'
import type { CompiledMessage } from './compile.js'
import { type JsonShape, shapeOf } from './shape.js'
import { type ValuePath, valuePathsOf } from './wanted.js'

/** Words and times. */
const TEXTS = 1024
/** Kept of one profile. */
const SHAPES_MAX = 32
/** When there are as many, all are forgotten after so many texts of others. */
const STRANGERS_MAX = 1000

/** The shapes of the JSON that devices of one profile send. */
export class JsonShapes {
  readonly #ways: readonly ValuePath[]
  readonly #texts = new Texts(TEXTS)
  #shapes: JsonShape[] = []
  #strangers = 0

  constructor(messages: readonly CompiledMessage[]) {
    this.#ways = valuePathsOf(messages)
  }

  /** The shape of a text, which has read it; undefined when its shape is not known. */
  read(bytes: Buffer, start: number, end: number): JsonShape | undefined {
    const shapes = this.#shapes
    for (let i = 0; i < shapes.length; i++) {
      const shape = shapes[i]!
      if (!shape.read(bytes, start, end)) continue
      // The next one is likely to be like it.
      if (i > 0) [shapes[i - 1], shapes[i]] = [shape, shapes[i - 1]!]
      return shape
    }
    return undefined
  }

  /** Knows a text the next time, if it has a shape. @param content what `JSON.parse` has made of it; nobody may keep it */
  learn(bytes: Uint8Array, content: unknown): void {
    if (this.#shapes.length === SHAPES_MAX) {
      if (++this.#strangers < STRANGERS_MAX) return
      this.#shapes = []
    }
    this.#strangers = 0
    const shape = shapeOf(bytes, content, this.#ways, this.#texts)
    if (shape !== null) this.#shapes.push(shape)
  }
}
