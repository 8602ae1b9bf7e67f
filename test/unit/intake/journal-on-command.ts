import type {
  BufferedMessage,
  IntakeEntry,
  IntakeEntryMessage,
  StraightSink,
} from '../../../src/intake/journal-sink.js'
import { decodeEntries, messageBytes, messageHead, writeMessage } from '../../../src/journal/entries.js'

/** A journal that answers when the test says so. Each message of the fast path is a batch of its own. */
export class JournalOnCommand implements StraightSink {
  readonly entries: IntakeEntry[] = []
  /** Says of each message of the fast path that it may wait for others, in order. */
  readonly mayWait: boolean[] = []
  /** Answer that every message gets at once; undefined holds the answers back. */
  answer: Error | null | undefined
  #waiting: ((error: Error | null) => void)[] = []
  #settled: (batch: number, error: Error | null) => void = () => {}
  #batches = 0

  constructor(answer: Error | null | undefined) {
    this.answer = answer
  }

  append(entry: IntakeEntry, done: (error: Error | null) => void = () => {}): void {
    this.entries.push(entry)
    if (entry.kind !== 'message') return
    if (this.answer === undefined) this.#waiting.push(done)
    else done(this.answer)
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
    if (this.answer instanceof Error) return 0
    this.mayWait.push(mayWait)
    const body = Buffer.alloc(messageBytes(head, message, properties))
    writeMessage(body, 0, head, arrivedAt, message, properties)
    this.entries.push(...decodeEntries(body))
    const batch = ++this.#batches
    const done = (error: Error | null): void => this.#settled(batch, error)
    if (this.answer === undefined) this.#waiting.push(done)
    else queueMicrotask(() => done(null))
    return batch
  }

  onSettled(settled: (batch: number, error: Error | null) => void): void {
    this.#settled = settled
  }

  /** Messages that took the fast path. */
  get straight(): number {
    return this.#batches
  }

  get messages(): IntakeEntryMessage[] {
    return this.entries.filter((entry) => entry.kind === 'message')
  }

  get waiting(): number {
    return this.#waiting.length
  }

  /** Answers the oldest messages. */
  commit(count = this.#waiting.length, error: Error | null = null): void {
    for (const done of this.#waiting.splice(0, count)) done(error)
  }
}
