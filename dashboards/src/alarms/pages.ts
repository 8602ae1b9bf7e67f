import type { AlarmItem } from '../../../src/base/alarm.js'
import type { AlarmsAnswer } from '../../../src/base/wire/alarms.js'
import type { Span } from '../series/points.js'
import { withChanged } from './groups.js'
import { alarmKey } from './open.js'

/**
 * Alarms of a range, read page by page from the newest on, with what changes meanwhile. Of several reads only the one
 * begun last counts; what was told while it was under way is newer than its answer.
 */
export class AlarmPages {
  #items: readonly AlarmItem[] = []
  #next: string | null = null
  #reads = 0
  #isReading = false
  /** While a read is under way: the last word on each alarm. */
  #told = new Map<string, AlarmItem>()

  get items(): readonly AlarmItem[] {
    return this.#items
  }

  /** Cursor of the page with older alarms; null when there are none. */
  get next(): string | null {
    return this.#next
  }

  get isReading(): boolean {
    return this.#isReading
  }

  clear(): void {
    this.#items = []
    this.#next = null
  }

  /** The number of the read that begins. */
  begin(): number {
    this.#isReading = true
    this.#told = new Map()
    return ++this.#reads
  }

  /** Ends a read; true when it is the one that counts. */
  end(read: number): boolean {
    if (read !== this.#reads) return false
    this.#isReading = false
    return true
  }

  /** Takes the page of a read that counts: the first, or one behind those that are there. */
  take({ items, next }: AlarmsAnswer, isFirst: boolean, span: Span): void {
    const known = isFirst ? [] : this.#items
    const keys = new Set(known.map(alarmKey))
    const all: readonly AlarmItem[] = [...known, ...items.filter((alarm) => !keys.has(alarmKey(alarm)))]
    this.#items = [...this.#told.values()].reduce((list, alarm) => withChanged(list, alarm, span), all)
    this.#next = next
  }

  changed(alarm: AlarmItem, span: Span): void {
    this.#items = withChanged(this.#items, alarm, span)
    if (this.#isReading) this.#told.set(alarmKey(alarm), alarm)
  }
}
