import type { Socket } from 'node:net'
import { Duplex } from 'node:stream'

/** A fake of a socket: gives what a test pushes, and takes everything. */
export class FakeSocket extends (Duplex as unknown as new () => Socket) {
  override _read(): void {}

  override _write(_chunk: unknown, _encoding: BufferEncoding, done: (error?: Error | null) => void): void {
    done()
  }
}
