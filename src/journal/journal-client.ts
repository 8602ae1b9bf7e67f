import type { Batch } from './committer.js'
import { type Entry, encodeEntries, entryBytes } from './entries.js'
import { RECORD_BYTES_MAX } from './segment.js'

/** The needed part of a `MessagePort` to the journal thread: batches go out, lists of committed ids come back. */
export interface JournalPort {
  postMessage(value: unknown, transfer?: readonly ArrayBuffer[]): void
  on(event: 'message', listener: (committed: readonly number[]) => void): void
}

export interface JournalClientOptions {
  /** Of all entries that are not yet durable, those on their way included. */
  readonly pendingBytesMax: number
}

interface Pending {
  readonly entry: Entry
  readonly sizeBytes: number
  readonly done: (error: Error | null) => void
}

/** Of one record. More entries wait for the next one, so that a reader never needs a large block. */
const GROUP_BYTES_MAX = 4 * 1024 * 1024

/**
 * The journal as the doors see it: entries in, and an answer to each when it is durable. Entries are collected while
 * the last batch is on its way to the disk and go out as one record, so that one `fdatasync` serves all of them.
 */
export class JournalClient {
  readonly #port: JournalPort
  readonly #pendingBytesMax: number
  #waiting: Pending[] = []
  #sent: { readonly id: number; readonly group: readonly Pending[] } | null = null
  #isSendDue = false
  #nextId = 1
  #pendingBytes = 0

  constructor(port: JournalPort, options: JournalClientOptions) {
    this.#port = port
    this.#pendingBytesMax = options.pendingBytesMax
    port.on('message', (committed) => this.#settle(committed))
  }

  /** Bytes of the entries that are not yet durable. */
  get pendingBytes(): number {
    return this.#pendingBytes
  }

  /**
   * `done(null)` when the entry is durable, in order of arrival; `done(error)` at once when too much waits already,
   * because the disk does not take it: the connection should end, and the device keeps its data.
   */
  append(entry: Entry, done: (error: Error | null) => void = () => {}): void {
    const sizeBytes = entryBytes(entry)
    if (sizeBytes > RECORD_BYTES_MAX) {
      done(new Error(`an entry of ${sizeBytes} bytes is larger than a journal record (${RECORD_BYTES_MAX})`))
      return
    }
    if (this.#pendingBytes + sizeBytes > this.#pendingBytesMax) {
      done(new Error(`the journal does not keep up: ${this.#pendingBytes} bytes wait for the disk`))
      return
    }
    this.#pendingBytes += sizeBytes
    this.#waiting.push({ entry, sizeBytes, done })
    this.#sendSoon()
  }

  /** At the end of this turn of the event loop, so that all that its sockets brought goes out together. */
  #sendSoon(): void {
    if (this.#sent !== null || this.#isSendDue) return
    this.#isSendDue = true
    setImmediate(() => {
      this.#isSendDue = false
      this.#send()
    })
  }

  #send(): void {
    const group = this.#takeGroup()
    if (group.length === 0) return
    const id = this.#nextId++
    this.#sent = { id, group }
    const body = encodeEntries(group.map((pending) => pending.entry))
    const messages = group.reduce((sum, pending) => sum + (pending.entry.kind === 'message' ? 1 : 0), 0)
    this.#port.postMessage({ id, body, messages } satisfies Batch, [body.buffer as ArrayBuffer])
  }

  #takeGroup(): Pending[] {
    let count = 0
    let groupBytes = 0
    for (const { sizeBytes } of this.#waiting) {
      if (count > 0 && groupBytes + sizeBytes > GROUP_BYTES_MAX) break
      groupBytes += sizeBytes
      count += 1
    }
    return this.#waiting.splice(0, count)
  }

  #settle(committed: readonly number[]): void {
    const sent = this.#sent
    if (sent === null || !committed.includes(sent.id)) {
      throw new Error(`the journal committed ${committed.join(', ')}, but ${sent?.id ?? 'nothing'} was sent`)
    }
    this.#sent = null
    // The next batch goes first: the disk works while the answers are given.
    this.#send()
    for (const { sizeBytes } of sent.group) this.#pendingBytes -= sizeBytes
    for (const { done } of sent.group) done(null)
  }
}
