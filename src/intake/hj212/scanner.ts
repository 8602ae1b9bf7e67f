import {
  declaredLengthOf,
  FRAME_CRC_BYTES,
  FRAME_HEAD_BYTES,
  frameFaults,
  LINE_END,
  readFrame,
} from '../../base/hj212/frame.js'

/** One frame of a stream, or bytes there that are none; without the line end of a sound frame. */
export interface FramePiece {
  /** A frame whose length, check sum and end are right; else bytes that are none. */
  readonly isSound: boolean
  readonly bytes: Buffer
}

const START = '##'
const FIRST_CAPACITY = 512
const NOTHING = Buffer.alloc(0)
const BLANK = Buffer.from(LINE_END)

/**
 * Cuts a TCP stream into frames. What is no frame is given back too, so that nothing is lost in silence: it ends at the
 * next `##` or at a line end, where the scanner finds its way again. A frame that a line end cuts short is bad at once:
 * waiting for the length it declares would swallow those behind it. Between two calls it holds one frame that is not
 * whole, at most, in a buffer that grows with it.
 */
export class FrameScanner {
  #buffer = NOTHING
  /** The bytes that are held lie from here … */
  #from = 0
  /** … to before here. */
  #to = 0
  /** No line end begins before here, counted from `#from`. */
  #soughtTo = 0
  readonly #pieceBytesMax: number

  /** @param segmentBytesMax a frame that declares a larger data segment is none */
  constructor(private readonly segmentBytesMax: number) {
    this.#pieceBytesMax = wholeBytes(segmentBytesMax)
  }

  /** Bytes of what has begun and is not whole. */
  get heldBytes(): number {
    return this.#to - this.#from
  }

  /** Takes a copy of what came. Ask `next` until it gives null before the next one. */
  push(chunk: Buffer): void {
    const needed = this.heldBytes + chunk.length
    if (this.#to + chunk.length > this.#buffer.length) {
      // One that came byte by byte needs the whole frame in the end: doubling keeps the copies few.
      const doubled = Math.min(2 * this.#buffer.length, this.#pieceBytesMax)
      const buffer = Buffer.allocUnsafeSlow(Math.max(needed, FIRST_CAPACITY, doubled))
      this.#to = this.#buffer.copy(buffer, 0, this.#from, this.#to)
      this.#from = 0
      this.#buffer = buffer
    }
    this.#to += chunk.copy(this.#buffer, this.#to)
  }

  /** The next piece, a copy; null when more bytes are needed for it. */
  next(): FramePiece | null {
    this.#dropBlankLines()
    const held = this.#buffer.subarray(this.#from, this.#to)
    if (held.length < FRAME_HEAD_BYTES) return this.#garbage(held, held.indexOf(START) === 0 ? START.length : 0)
    const segmentBytes = declaredLengthOf(held)
    if (segmentBytes === null || segmentBytes > this.segmentBytesMax) return this.#garbage(held, 1)
    const whole = wholeBytes(segmentBytes)
    const lineEnd = this.#lineEnd(held)
    if (lineEnd >= 0 && lineEnd < whole - LINE_END.length) return this.#garbage(held, 1)
    if (held.length < whole) return null
    const length = whole - LINE_END.length
    // Some data loggers leave the line end away: such a frame is whole when the next one begins.
    const isEnded = lineEnd === length || held.indexOf(START, length) === length
    if (isEnded && isSound(held.subarray(0, length))) return this.#cut(length, true)
    return this.#garbage(held, 1) ?? this.#cut(whole, false)
  }

  /** Gives what is left, whatever it is; null when there is nothing. */
  rest(): FramePiece | null {
    this.#dropBlankLines()
    if (this.heldBytes === 0) return null
    const held = this.#buffer.subarray(this.#from, this.#to)
    return this.#cut(held.length, held.length <= this.#pieceBytesMax && isSound(held))
  }

  /** Up to where the next frame may begin, if that can be said yet. */
  #garbage(held: Buffer, from: number): FramePiece | null {
    const ends = [held.indexOf(START, from), this.#lineEnd(held)].filter((at) => at > 0)
    if (ends.length > 0) return this.#cut(Math.min(...ends), false)
    return held.length < this.#pieceBytesMax ? null : this.#cut(this.#pieceBytesMax, false)
  }

  #lineEnd(held: Buffer): number {
    const at = held.indexOf(LINE_END, this.#soughtTo)
    this.#soughtTo = at < 0 ? Math.max(0, held.length - 1) : at
    return at
  }

  #dropBlankLines(): void {
    while (this.#from < this.#to && BLANK.includes(this.#buffer[this.#from]!)) this.#drop(1)
  }

  #cut(length: number, isSound: boolean): FramePiece {
    const bytes = Buffer.from(this.#buffer.subarray(this.#from, this.#from + length))
    this.#drop(length)
    return { isSound, bytes }
  }

  #drop(length: number): void {
    this.#from += length
    this.#soughtTo = 0
    if (this.#from < this.#to) return
    // Between two frames a connection holds nothing.
    this.#buffer = NOTHING
    this.#from = this.#to = 0
  }
}

/** True when these bytes are a frame, and all of it. */
function isSound(bytes: Buffer): boolean {
  const frame = readFrame(bytes)
  return frame !== null && frameFaults(frame).length === 0
}

function wholeBytes(segmentBytes: number): number {
  return FRAME_HEAD_BYTES + segmentBytes + FRAME_CRC_BYTES + LINE_END.length
}
