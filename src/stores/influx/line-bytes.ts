/** Lines of one request, as they are sent, and one by one. An array of texts is one too. */
export interface Lines {
  readonly length: number
  at(index: number): string | undefined
}

const FIRST_BYTES = 16 * 1024
/** Pieces of memory that are kept for the next lines: those of the requests under way. */
const SPARE_MAX = 4
const [NEWLINE, MINUS, POINT, ZERO] = [10, 45, 46, 48]
/** Most bytes that a number takes. */
const NUMBER_BYTES_MAX = 32
/** Decimals that are tried, and the largest digits: with more than fifteen another text may be the shortest. */
const SCALES = [1, 10, 100, 1000, 10_000]
const DIGITS_MAX = 1e15

/** Memory of lines that have been sent: of megabytes that are let go again and again the collector has more work than of lines. */
export class SpareMemory {
  readonly #spare: Buffer[] = []

  take(): Buffer {
    return this.#spare.pop() ?? Buffer.allocUnsafeSlow(FIRST_BYTES)
  }

  give(memory: Buffer): void {
    if (this.#spare.length < SPARE_MAX) this.#spare.push(memory)
  }

  /** Lets all of it go. */
  clear(): void {
    this.#spare.length = 0
  }
}

/** Writes lines into one piece of memory, which grows as it must. A line is in it when it has been ended. */
export class LineBytes implements Lines {
  readonly #spare: SpareMemory
  #memory: Buffer
  #length = 0
  readonly #ends: number[] = []

  constructor(spare = new SpareMemory()) {
    this.#spare = spare
    this.#memory = spare.take()
  }

  /** Gives the memory back: nobody looks at the lines any more. */
  release(): void {
    this.#spare.give(this.#memory)
    this.#memory = Buffer.alloc(0)
    this.#ends.length = 0
    this.#length = 0
  }

  /** Number of lines. */
  get length(): number {
    return this.#ends.length
  }

  /** The lines with a line break between each two. */
  get bytes(): Buffer {
    return this.#memory.subarray(0, this.byteLength)
  }

  get byteLength(): number {
    return this.#ends.at(-1) ?? 0
  }

  at(index: number): string | undefined {
    const end = this.#ends[index]
    return end === undefined ? undefined : this.#memory.toString('utf8', this.#startOf(index), end)
  }

  /** Begins a line behind the last one that was ended. */
  begin(): void {
    this.#length = this.byteLength
    if (this.#ends.length === 0) return
    this.#reserve(1)
    this.#memory[this.#length++] = NEWLINE
  }

  end(): void {
    this.#ends.push(this.#length)
  }

  /** Moves the line that was ended last to others, as their first one. */
  moveLast(to: LineBytes): void {
    const start = this.#startOf(this.#ends.length - 1)
    to.begin()
    to.put(this.#memory.subarray(start, this.#length))
    to.end()
    this.#ends.pop()
    this.#length = this.byteLength
  }

  put(bytes: Uint8Array): void {
    const { length } = bytes
    this.#reserve(length)
    const [memory, at] = [this.#memory, this.#length]
    // A call for each costs more than the few bytes that a name has.
    if (length > 64) memory.set(bytes, at)
    else for (let i = 0; i < length; i++) memory[at + i] = bytes[i]!
    this.#length = at + length
  }

  text(text: string): void {
    this.#reserve(3 * text.length)
    this.#length += this.#memory.write(text, this.#length, 'utf8')
  }

  /** Writes a finite number as `String` does: most have few digits, and those are written without a text. */
  number(value: number): void {
    this.#reserve(NUMBER_BYTES_MAX)
    const size = Math.abs(value)
    for (let decimals = 0; decimals < SCALES.length; decimals++) {
      const scale = SCALES[decimals]!
      const digits = Math.round(size * scale)
      if (digits >= DIGITS_MAX) break
      // Two decimals of at most fifteen digits are never the same number: this one is the shortest.
      if (digits / scale !== size) continue
      if (value < 0) this.#memory[this.#length++] = MINUS
      this.#digits(digits, decimals)
      return
    }
    this.text(String(value))
  }

  #digits(digits: number, decimals: number): void {
    let count = decimals + 1
    for (let bound = SCALES[decimals]! * 10; digits >= bound; bound *= 10) count++
    const end = this.#length + count + (decimals > 0 ? 1 : 0)
    let left = digits
    for (let at = end - 1, written = 0; written < count; at--) {
      if (written === decimals && decimals > 0) this.#memory[at--] = POINT
      const next = Math.floor(left / 10)
      this.#memory[at] = ZERO + (left - next * 10)
      left = next
      written++
    }
    this.#length = end
  }

  #startOf(index: number): number {
    return index === 0 ? 0 : this.#ends[index - 1]! + 1
  }

  #reserve(bytes: number): void {
    if (this.#length + bytes <= this.#memory.length) return
    const memory = Buffer.allocUnsafeSlow(Math.max(2 * this.#memory.length, this.#length + bytes))
    this.#memory.copy(memory, 0, 0, this.#length)
    this.#memory = memory
  }
}
