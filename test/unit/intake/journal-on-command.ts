import type { IntakeEntry, IntakeEntryMessage, JournalSink } from '../../../src/intake/journal-sink.js'

/** A journal that answers when the test says so. */
export class JournalOnCommand implements JournalSink {
  readonly entries: IntakeEntry[] = []
  /** What every message is answered with at once; undefined holds the answers back. */
  answer: Error | null | undefined
  #waiting: ((error: Error | null) => void)[] = []

  constructor(answer: Error | null | undefined) {
    this.answer = answer
  }

  append(entry: IntakeEntry, done: (error: Error | null) => void = () => {}): void {
    this.entries.push(entry)
    if (entry.kind !== 'message') return
    if (this.answer === undefined) this.#waiting.push(done)
    else done(this.answer)
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
