import type { RejectReason } from '../base/reasons.js'
import { type DevicePath, parseTopic } from '../base/topic.js'
import type { Dismissal, DismissFilter, QuarantineItem } from '../base/wire.js'
import { journalPlaceOf, positionOf, START } from '../journal/cursor.js'
import type { Disk } from '../journal/disk.js'
import { JournalReader, readRecordAt } from '../journal/reader.js'
import { RECORD_HEADER_BYTES } from '../journal/segment.js'
import { JournalError, SegmentLog } from '../journal/segment-log.js'

/** On the disk, of all segments together; beyond it the oldest are deleted. */
const BYTES_MAX = 64 * 1024 * 1024
const SEGMENT_BYTES = 4 * 1024 * 1024
/** Items that can be asked for; of older ones only the counts are left. */
const ITEMS_MAX = 100_000
const READ_BYTES = 4 * 1024 * 1024
/** Messages that one record dismisses. */
const DISMISSED_TOGETHER_MAX = 10_000

/** Entry of the index in memory, which a query looks at without reading the item from the disk. */
interface Indexed {
  readonly id: string
  /** In the quarantine's own journal. */
  readonly position: number
  readonly reason: RejectReason
  readonly receivedMs: number
  /** The devices that it is of. */
  readonly senders: readonly Pick<DevicePath, 'plant' | 'device'>[]
  /** null while it waits. */
  readonly dismissed: Dismissal | null
}

interface Filter {
  readonly reason?: RejectReason
  readonly plant?: string | undefined
  readonly device?: string | undefined
  /** Absent: all that are kept. */
  readonly state?: 'waiting' | 'dismissed' | 'all' | undefined
  readonly before: string | null
  readonly limit: number
}

/** A rejected message; `isWhole` when nothing of it was taken. */
export interface Rejected {
  readonly item: QuarantineItem
  /** The devices that it is of; absent in what an earlier version kept: then its topic says so. */
  readonly senders?: readonly Pick<DevicePath, 'plant' | 'device'>[]
  readonly isWhole: boolean
  /** The message as the journal held it, base64: it can be decoded again when the journal has been trimmed. */
  readonly entry: string
}

/** One record of the quarantine's journal: a message, or word that one has gone through, or that some were dismissed, since. */
type Kept =
  | Rejected
  | { readonly released: string }
  | { readonly dismissed: string | readonly string[]; readonly said: Dismissal }

/**
 * Rejected messages, newest last, in a journal of their own: what it says it keeps is on the disk. An item's id is the
 * place of its message in the intake journal, so that a message that is decoded again after a kill is kept once.
 */
export class Quarantine {
  readonly #disk: Disk
  readonly #dir: string
  readonly #log: SegmentLog
  #items: Indexed[] = []
  /** The ids of `#items`. */
  #ids = new Set<string>()

  private constructor(
    disk: Disk,
    dir: string,
    private readonly kept: (item: QuarantineItem) => void,
  ) {
    this.#disk = disk
    this.#dir = dir
    this.#log = SegmentLog.open(disk, dir, { segmentBytes: SEGMENT_BYTES, maxBytes: 2 * BYTES_MAX })
  }

  /** @param kept is told of each message that is new in it */
  static open(disk: Disk, dir: string, kept: (item: QuarantineItem) => void = () => undefined): Quarantine {
    const quarantine = new Quarantine(disk, dir, kept)
    const reader = new JournalReader(disk, dir, START)
    for (;;) {
      const records = reader.read(positionOf(quarantine.#log.end), READ_BYTES)
      if (records.length === 0) break
      for (const record of records) quarantine.#index(parse(record.body), record.position)
    }
    reader.close()
    return quarantine
  }

  /** Keeps items for good. Throws `JournalError` when the disk refuses: then none is kept, and they may come again. */
  keep(rejected: readonly Rejected[]): void {
    const fresh = rejected.filter(({ item }) => !this.#ids.has(item.id))
    this.#append(fresh)
    for (const { item } of fresh) this.kept(item)
  }

  /** Keeps what is wrong with an item by now: its reason is the one of its last retry. */
  renew(rejected: Rejected): void {
    const known = this.#indexed(rejected.item.id)
    if (known === null) return
    // Said again behind the new record: the one that it was said behind may be dropped before it.
    const { id, dismissed } = known
    this.#append(dismissed === null ? [rejected] : [rejected, { dismissed: id, said: dismissed }])
  }

  /**
   * Notes that nothing is to be done about an item: it no longer waits, and stays listed as long as it is kept. Who said so
   * first stays. null when there is no such item. Throws `JournalError` when the disk refuses.
   */
  dismiss(id: string, said: Dismissal): QuarantineItem | null {
    const known = this.#indexed(id)
    if (known === null) return null
    if (known.dismissed === null) this.#append([{ dismissed: id, said }])
    return this.#itemOf(this.#indexed(id)!)
  }

  /** Dismisses all that wait and that the filter names; gives how many those were. Throws `JournalError` when the disk refuses. */
  dismissAll({ reason, plant, device, untilMs = Number.POSITIVE_INFINITY }: DismissFilter, said: Dismissal): number {
    const ids = this.#items.flatMap((item) => {
      const isMeant = isIn(item, 'waiting') && (reason ?? item.reason) === item.reason && isOf(item, { plant, device })
      return isMeant && item.receivedMs <= untilMs ? [item.id] : []
    })
    const parts: Kept[] = []
    for (let from = 0; from < ids.length; from += DISMISSED_TOGETHER_MAX) {
      parts.push({ dismissed: ids.slice(from, from + DISMISSED_TOGETHER_MAX), said })
    }
    this.#append(parts)
    return ids.length
  }

  /** Notes that an item has gone through after all. */
  release(id: string): void {
    this.#append([{ released: id }])
  }

  /** null when there is no such item, or it has gone through. */
  find(id: string): Rejected | null {
    const item = this.#indexed(id)
    return item === null ? null : this.#read(item)
  }

  /** Newest first. */
  query(filter: Filter): QuarantineItem[] {
    const found: QuarantineItem[] = []
    for (let i = this.#endOf(filter.before) - 1; i >= 0 && found.length < filter.limit; i--) {
      const item = this.#items[i]!
      if (filter.reason !== undefined && item.reason !== filter.reason) continue
      if (!isOf(item, filter) || !isIn(item, filter.state)) continue
      const kept = this.#itemOf(item)
      if (kept !== null) found.push(kept)
    }
    return found
  }

  /** Number of the items that are older than an id, which need not be there: those come first. All for null, none for no id. */
  #endOf(before: string | null): number {
    if (before === null) return this.#items.length
    let [from, to] = [0, this.#items.length]
    while (from < to) {
      const middle = (from + to) >>> 1
      if (compareIds(this.#items[middle]!.id, before) < 0) from = middle + 1
      else to = middle
    }
    return from
  }

  /** Number of messages that wait, by reason. */
  waiting(of: Pick<Filter, 'plant' | 'device'>): Partial<Record<RejectReason, number>> {
    return this.#count('waiting', of)
  }

  /** Dismissed messages are counted by reason as long as they are kept. */
  dismissed(of: Pick<Filter, 'plant' | 'device'>): Partial<Record<RejectReason, number>> {
    return this.#count('dismissed', of)
  }

  #count(state: 'waiting' | 'dismissed', { plant, device }: Pick<Filter, 'plant' | 'device'>) {
    const counts: Partial<Record<RejectReason, number>> = {}
    for (const item of this.#items) {
      if (!isOf(item, { plant, device }) || !isIn(item, state)) continue
      counts[item.reason] = (counts[item.reason] ?? 0) + 1
    }
    return counts
  }

  close(): void {
    this.#log.close()
  }

  #indexed(id: string): Indexed | null {
    return (this.#ids.has(id) ? this.#items.find((indexed) => indexed.id === id) : undefined) ?? null
  }

  /** An item is listed with its dismissal, which is not part of its record. */
  #itemOf(indexed: Indexed): QuarantineItem | null {
    const item = this.#read(indexed)?.item ?? null
    return item === null || indexed.dismissed === null ? item : { ...item, dismissed: indexed.dismissed }
  }

  #read(item: Indexed): Rejected | null {
    const record = readRecordAt(this.#disk, this.#dir, item.position)
    const kept = record === null ? null : parse(record.body)
    return kept !== null && 'item' in kept ? kept : null
  }

  #append(kept: readonly Kept[]): void {
    if (kept.length === 0) return
    this.#dropOldest()
    const bodies = kept.map((record) => Buffer.from(JSON.stringify(record)))
    const ends = this.#log.append(
      bodies,
      bodies.map(() => 1),
    )
    for (const [i, end] of ends.entries()) {
      const startOffset = end.offset - bodies[i]!.length - RECORD_HEADER_BYTES
      this.#index(kept[i]!, positionOf({ ...end, offset: startOffset }))
    }
  }

  #index(kept: Kept, position: number): void {
    if ('released' in kept) {
      this.#retain((item) => item.id !== kept.released)
      return
    }
    if ('dismissed' in kept) {
      this.#mark(kept.dismissed, kept.said)
      return
    }
    const { id, topic, reason, received_at: receivedAt } = kept.item
    const senders = kept.senders ?? sendersOf(topic)
    const indexed = { id, position, reason, receivedMs: Date.parse(receivedAt), senders, dismissed: null }
    if (this.#ids.has(id)) {
      const at = this.#items.findIndex((item) => item.id === id)
      this.#items[at] = { ...indexed, dismissed: this.#items[at]!.dismissed }
      return
    }
    // One that was renewed may stand behind younger ones when its first record has been dropped.
    let at = this.#items.length
    while (at > 0 && compareIds(this.#items[at - 1]!.id, id) > 0) at--
    this.#items.splice(at, 0, indexed)
    this.#ids.add(id)
    if (this.#items.length > ITEMS_MAX)
      for (const item of this.#items.splice(0, ITEMS_MAX / 10)) this.#ids.delete(item.id)
  }

  #mark(dismissed: string | readonly string[], said: Dismissal): void {
    if (typeof dismissed === 'string') {
      const at = this.#items.findIndex((item) => item.id === dismissed)
      if (at !== -1) this.#items[at] = { ...this.#items[at]!, dismissed: said }
      return
    }
    const ids = new Set(dismissed)
    this.#items = this.#items.map((item) => (ids.has(item.id) ? { ...item, dismissed: said } : item))
  }

  /** Deletes the oldest segments. Where the disk refuses, the next append tries again; twice the room is there for as long. */
  #dropOldest(): void {
    try {
      while (this.#log.bytes > BYTES_MAX && this.#log.dropOldest()) this.#forgetDropped()
    } catch (error) {
      if (!(error instanceof JournalError)) throw error
    }
  }

  #forgetDropped(): void {
    const oldest = this.#log.oldestSegment
    this.#retain((item) => journalPlaceOf(item.position).segment >= oldest)
  }

  #retain(isKept: (item: Indexed) => boolean): void {
    this.#items = this.#items.filter(isKept)
    this.#ids = new Set(this.#items.map((item) => item.id))
  }
}

/** The id of a message: the journal record it stands in, and its place in it. */
export function quarantineId(position: number, index: number): string {
  // Joined it is one text for as long as the index holds it, and not a tree of three.
  return [position, index].join('-')
}

/** The journal record and the place in it that an id names; null when it is no id. */
function placeOfId(id: string): { readonly position: number; readonly index: number } | null {
  const match = /^(\d{1,16})-(\d{1,7})$/.exec(id)
  return match === null ? null : { position: Number(match[1]), index: Number(match[2]) }
}

function compareIds(a: string, b: string): number {
  const [x, y] = [placeOfId(a), placeOfId(b)]
  if (x === null || y === null) return 0
  return x.position - y.position || x.index - y.index
}

function sendersOf(topic: string): Indexed['senders'] {
  const path = parseTopic(topic)
  return 'problem' in path ? [] : [{ plant: path.plant, device: path.device }]
}

function isIn({ dismissed }: Indexed, state: Filter['state']): boolean {
  return state === undefined || state === 'all' || (state === 'dismissed') === (dismissed !== null)
}

function isOf({ senders }: Indexed, { plant, device }: Pick<Filter, 'plant' | 'device'>): boolean {
  if (plant === undefined && device === undefined) return true
  return senders.some((one) => one.plant === (plant ?? one.plant) && one.device === (device ?? one.device))
}

function parse(body: Uint8Array): Kept {
  return JSON.parse(Buffer.from(body.buffer, body.byteOffset, body.byteLength).toString('utf8')) as Kept
}
