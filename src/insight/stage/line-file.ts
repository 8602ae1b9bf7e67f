import {
  closeSync,
  existsSync,
  fstatSync,
  fsyncSync,
  ftruncateSync,
  mkdirSync,
  openSync,
  readSync,
  statSync,
  writeSync,
} from 'node:fs'
import { dirname } from 'node:path'

/** Looked through from the end of a file for the end of its last whole line. */
const TAIL_BYTES = 256 * 1024

/** Gives what a line says; null when it is not what it should be. */
export type LineReader<T> = (value: unknown) => T | null

/** A text file that lines are added to. What a kill has left of a line at its end counts as not written. */
export class LineFile {
  readonly path: string

  constructor(path: string) {
    this.path = path
  }

  get exists(): boolean {
    return existsSync(this.path)
  }

  /** Gives whole lines behind a byte one after the other, with the byte behind each. */
  *linesFrom(fromByte: number): Generator<{ readonly line: string; readonly endByte: number }, void> {
    const bytes = this.#read(fromByte, Number.POSITIVE_INFINITY)
    for (let at = 0; ; ) {
      const end = bytes.indexOf(10, at)
      if (end === -1) return
      yield { line: bytes.toString('utf8', at, end), endByte: fromByte + end + 1 }
      at = end + 1
    }
  }

  /** Whole lines behind a byte as JSON. Those that cannot be read are left out, and told of by the byte behind each. */
  *parsedFrom<T>(
    fromByte: number,
    read: LineReader<T>,
    onDamaged: (endByte: number) => void,
  ): Generator<{ readonly value: T; readonly endByte: number }, void> {
    for (const { line, endByte } of this.linesFrom(fromByte)) {
      const value = parsedLine(line, read)
      if (value === null) onDamaged(endByte)
      else yield { value, endByte }
    }
  }

  /** The last line that can be read; null when there is none. */
  lastParsed<T>(read: LineReader<T>, onDamaged: (endByte: number) => void): T | null {
    const size = statSync(this.path, { throwIfNoEntry: false })?.size ?? 0
    const from = Math.max(0, size - TAIL_BYTES)
    const bytes = this.#read(from, TAIL_BYTES)
    for (let end = bytes.lastIndexOf(10); end !== -1 || from > 0; ) {
      const before = end <= 0 ? -1 : bytes.lastIndexOf(10, end - 1)
      // A line that begins before these bytes cannot be judged by its end.
      if (before === -1 && from > 0) return [...this.parsedFrom(0, read, onDamaged)].at(-1)?.value ?? null
      const value = parsedLine(bytes.toString('utf8', before + 1, end), read)
      if (value !== null) return value
      onDamaged(from + end + 1)
      end = before
    }
    return null
  }

  /** Adds lines durably, behind the last whole one. */
  append(lines: readonly string[]): void {
    if (lines.length === 0) return
    mkdirSync(dirname(this.path), { recursive: true })
    const fd = openSync(this.path, 'a+')
    try {
      const { size } = fstatSync(fd)
      const whole = wholeBytes(fd, size)
      if (whole < size) ftruncateSync(fd, whole)
      const bytes = Buffer.from(`${lines.join('\n')}\n`)
      for (let at = 0; at < bytes.length; ) at += writeSync(fd, bytes, at)
      fsyncSync(fd)
    } finally {
      closeSync(fd)
    }
  }

  #read(fromByte: number, bytesMax: number): Buffer {
    if (!this.exists) return Buffer.alloc(0)
    const fd = openSync(this.path, 'r')
    try {
      const bytes = Buffer.alloc(Math.min(bytesMax, Math.max(0, fstatSync(fd).size - fromByte)))
      return bytes.subarray(0, readSync(fd, bytes, 0, bytes.length, fromByte))
    } finally {
      closeSync(fd)
    }
  }
}

/** Bytes up to the end of the last whole line. */
function wholeBytes(fd: number, size: number): number {
  const tail = Buffer.alloc(Math.min(size, TAIL_BYTES))
  for (let end = size; end > 0; end -= tail.length) {
    const from = Math.max(0, end - tail.length)
    const last = tail.subarray(0, readSync(fd, tail, 0, end - from, from)).lastIndexOf(10)
    if (last !== -1) return from + last + 1
  }
  return 0
}

function parsedLine<T>(line: string, read: LineReader<T>): T | null {
  try {
    return read(JSON.parse(line))
  } catch {
    return null
  }
}
