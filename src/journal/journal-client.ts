import type { BufferedMessage, StraightSink } from '../intake/journal-sink.js'
import type { JournalBatch } from './committer.js'
import { entryBytes, type JournalEntry, messageBytes, messageHead, writeEntry, writeMessage } from './entries.js'
import { RECORD_BYTES_MAX } from './segment.js'

/** Answer of the journal thread: the batches that are durable, and their memory, to be filled anew. */
export interface Committed {
  readonly ids: readonly number[]
  readonly buffers: readonly ArrayBuffer[]
}

/** The needed part of a `MessagePort` to the journal thread: batches go out, what was committed comes back. */
export interface JournalPort {
  postMessage(value: unknown, transfer?: readonly ArrayBuffer[]): void
  on(event: 'message', listener: (committed: Committed) => void): void
}

export interface JournalClientOptions {
  /** The limit holds for all entries that are not yet durable, those on their way included. */
  readonly pendingBytesMax: number
}

type Done = (error: Error | null) => void

/** Size of a record beyond which more entries wait for the next one, so that a reader never needs a large block. */
const GROUP_BYTES_MAX = 4 * 1024 * 1024
const GROUP_BYTES_MIN = 64 * 1024
/** One is filled while another is on its way. */
const SPARES_MAX = 2
/** Messages of senders who wait for nothing go out this long behind the batch before: a sync of the disk serves all of them. */
const PACE_MS = 20

/** Entries that go out as one record, encoded as they come. */
class Group {
  usedBytes = 0
  messages = 0
  /** Nobody is in a hurry for any of it, and it is not much. */
  mayWait = true
  /** Callbacks of the entries that want an answer of their own. */
  readonly dones: Done[] = []

  constructor(
    readonly id: number,
    public buffer: Buffer,
  ) {}

  /** Room for so much more; the memory doubles, so that it is soon large enough for good. */
  makeRoom(sizeBytes: number): void {
    const neededBytes = this.usedBytes + sizeBytes
    if (neededBytes <= this.buffer.length) return
    const doubled = Math.min(2 * this.buffer.length, GROUP_BYTES_MAX)
    const larger = Buffer.allocUnsafeSlow(Math.max(neededBytes, doubled))
    this.buffer.copy(larger, 0, 0, this.usedBytes)
    this.buffer = larger
  }
}

/**
 * The journal as each ingress sees it: entries in, and an answer to each when it is durable. Entries are collected while
 * the last batch is on its way to the disk and go out as one record, so that one `fdatasync` serves all of them. They
 * are written where they are sent from, and that memory comes back with the answer: a message leaves no garbage.
 */
export class JournalClient implements StraightSink {
  readonly #port: JournalPort
  readonly #pendingBytesMax: number
  /** Too full to take more, oldest first. */
  readonly #full: Group[] = []
  #open: Group | null = null
  #sent: Group | null = null
  #sentAtMs = -Infinity
  /** Runs while the open group waits for its time. */
  #pause: NodeJS.Timeout | undefined
  #spares: Buffer[] = []
  #settled: (batch: number, error: null) => void = () => {}
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

  /** The disk has owed an answer for this long, ms; 0 while nothing is on its way. */
  get stalledMs(): number {
    return this.#sent === null ? 0 : performance.now() - this.#sentAtMs
  }

  /**
   * `done(null)` when the entry is durable, in order of arrival; `done(error)` at once when too much waits already,
   * because the disk does not take it: the connection should end, and the device keeps its data.
   */
  append(entry: JournalEntry, done?: Done): void {
    const sizeBytes = entryBytes(entry)
    if (sizeBytes > RECORD_BYTES_MAX) {
      done?.(new Error(`an entry of ${sizeBytes} bytes is larger than a journal record (${RECORD_BYTES_MAX})`))
      return
    }
    if (this.#pendingBytes + sizeBytes > this.#pendingBytesMax) {
      done?.(new Error(`the journal does not keep up: ${this.#pendingBytes} bytes wait for the disk`))
      return
    }
    const group = this.#groupFor(sizeBytes, false)
    group.usedBytes = writeEntry(group.buffer, group.usedBytes, entry)
    if (entry.kind === 'message') group.messages += 1
    if (done !== undefined) group.dones.push(done)
    // Nothing stands behind an act in its record: the position of the record tells what came before it.
    if (entry.kind === 'act') {
      this.#full.push(group)
      this.#open = null
    }
  }

  headOf(client: string, topic: Uint8Array): Buffer {
    return messageHead(client, topic)
  }

  appendMessage(
    head: Buffer,
    arrivedAt: number,
    message: BufferedMessage,
    properties?: Uint8Array,
    mayWait = false,
  ): number {
    const sizeBytes = messageBytes(head, message, properties)
    if (sizeBytes > RECORD_BYTES_MAX || this.#pendingBytes + sizeBytes > this.#pendingBytesMax) return 0
    const group = this.#groupFor(sizeBytes, mayWait)
    group.usedBytes = writeMessage(group.buffer, group.usedBytes, head, arrivedAt, message, properties)
    group.messages += 1
    return group.id
  }

  onSettled(settled: (batch: number, error: null) => void): void {
    this.#settled = settled
  }

  /** The open group, with room for so much more; it will be sent. */
  #groupFor(sizeBytes: number, mayWait: boolean): Group {
    if (this.#open !== null && this.#open.usedBytes + sizeBytes > GROUP_BYTES_MAX) {
      this.#full.push(this.#open)
      this.#open = null
    }
    this.#open ??= new Group(this.#nextId++, this.#spares.pop() ?? Buffer.allocUnsafeSlow(GROUP_BYTES_MIN))
    this.#open.makeRoom(sizeBytes)
    this.#pendingBytes += sizeBytes
    if (!mayWait || this.#open.usedBytes + sizeBytes > GROUP_BYTES_MIN) this.#open.mayWait = false
    this.#sendSoon(this.#open)
    return this.#open
  }

  /**
   * At the end of this turn of the event loop, so that all that its sockets brought goes out together; what may wait goes when
   * its time has come.
   */
  #sendSoon(open: Group): void {
    if (this.#sent !== null || this.#isSendDue) return
    const waitMs = open.mayWait ? this.#sentAtMs + PACE_MS - performance.now() : 0
    if (waitMs > 1) {
      this.#pause ??= setTimeout(() => this.#send(), waitMs)
      return
    }
    this.#isSendDue = true
    setImmediate(() => {
      this.#isSendDue = false
      this.#send()
    })
  }

  #send(): void {
    if (this.#sent !== null) return
    const group = this.#full.shift() ?? this.#open
    if (group === null) return
    if (group === this.#open) this.#open = null
    clearTimeout(this.#pause)
    this.#pause = undefined
    this.#sent = group
    this.#sentAtMs = performance.now()
    const body = group.buffer.subarray(0, group.usedBytes)
    const batch: JournalBatch = { id: group.id, body, messages: group.messages }
    this.#port.postMessage(batch, [body.buffer as ArrayBuffer])
  }

  #settle({ ids, buffers }: Committed): void {
    const sent = this.#sent
    if (sent === null || !ids.includes(sent.id)) {
      throw new Error(`the journal committed ${ids.join(', ')}, but ${sent?.id ?? 'nothing'} was sent`)
    }
    this.#sent = null
    // The next batch goes first: the disk works while the answers are given.
    if (this.#full.length === 0 && this.#open?.mayWait === true) this.#sendSoon(this.#open)
    else this.#send()
    this.#keepSpares(buffers)
    this.#pendingBytes -= sent.usedBytes
    this.#settled(sent.id, null)
    for (const done of sent.dones) done(null)
  }

  #keepSpares(buffers: readonly ArrayBuffer[]): void {
    for (const buffer of buffers) {
      const isUseful = buffer.byteLength <= GROUP_BYTES_MAX && this.#spares.length < SPARES_MAX
      if (isUseful) this.#spares.push(Buffer.from(buffer))
    }
  }
}
