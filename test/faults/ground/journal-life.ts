import { type Cursor, positionOf, START } from '../../../src/journal/cursor.js'
import { JournalReader } from '../../../src/journal/reader.js'
import { JournalError, SegmentLog } from '../../../src/journal/segment-log.js'
import { SimulatedDisk } from '../../support/simulated-disk.js'

export const DIR = '/journal'
export const OPTIONS = { segmentBytes: 4096, maxBytes: Infinity }

/** One record of the model: what it says, and how many messages it counts for. */
export interface Written {
  readonly text: string
  readonly messages: number
}

/**
 * Promises of the journal: the acknowledged records, and the attempts since the last acknowledgement. A restart
 * may find the beginning of one attempt, and never anything else.
 */
export class Model {
  readonly acknowledged: Written[] = []
  attempts: (readonly Written[])[] = []

  /** Takes what was found behind the first `skipped` records for acknowledged, or says what is wrong with it. */
  accept(found: readonly Written[], skipped: number): string | null {
    const promised = this.acknowledged.slice(skipped)
    for (const [i, expected] of promised.entries()) {
      if (found[i]?.text !== expected.text)
        return `record ${i} is ${nameOf(found[i]) ?? 'lost'}, not ${nameOf(expected)}`
    }
    const more = found.slice(promised.length)
    const isAttempt = (attempt: readonly Written[]) => more.every((record, i) => record.text === attempt[i]?.text)
    if (more.length > 0 && !this.attempts.some(isAttempt)) return `${nameOf(more[0])} was never the next record`
    this.acknowledged.push(...more)
    this.attempts = []
    return null
  }

  get messages(): number {
    return this.acknowledged.reduce((sum, record) => sum + record.messages, 0)
  }
}

/** Its number: the rest of it fills it up. */
function nameOf(record: Written | undefined): string | undefined {
  return record?.text.slice(0, 20).trim()
}

/** Appends a group to both; true when it was acknowledged. */
export function append(log: SegmentLog, model: Model, group: readonly Written[]): boolean {
  try {
    log.append(
      group.map((record) => Buffer.from(record.text)),
      group.map((record) => record.messages),
    )
  } catch (error) {
    if (!(error instanceof JournalError)) throw error
    model.attempts.push(group)
    return false
  }
  model.acknowledged.push(...group)
  model.attempts = []
  return true
}

/** Everything from a cursor to the end, in reads of `maxBytes`, and what the reader says of damage. */
export function readAll(disk: SimulatedDisk, log: SegmentLog, from: Cursor = START, maxBytes = 1500) {
  const reader = new JournalReader(disk, DIR, from)
  const found: Written[] = []
  let messages = reader.messagesThrough
  for (;;) {
    const records = reader.read(positionOf(log.end), maxBytes)
    if (records.length === 0) break
    for (const record of records) {
      found.push({ text: Buffer.from(record.body).toString(), messages: record.messagesThrough - messages })
      messages = record.messagesThrough
    }
  }
  reader.close()
  return { found, messages, damage: reader.damage }
}

/** Opens the log until it opens: a power cut during recovery is one more power cut. */
function openThroughCuts(disk: SimulatedDisk): SegmentLog {
  for (;;) {
    try {
      const log = SegmentLog.open(disk, DIR, OPTIONS)
      disk.planPowerCut(Infinity)
      return log
    } catch (error) {
      if (!disk.isOff) throw error
      disk.powerOn()
      if (disk.pick(2) === 0) disk.planPowerCut(disk.pick(20))
    }
  }
}

/** Position of a consumer, and the number of records before it. */
export interface Place {
  readonly cursor: Cursor
  readonly count: number
}
export const BEGINNING: Place = { cursor: START, count: 0 }

/** Reads all there is behind a place and compares it with what was promised; null when every promise was kept. */
export function check(disk: SimulatedDisk, log: SegmentLog, model: Model, from: Place = BEGINNING): string | null {
  const { found, messages, damage } = readAll(disk, log, from.cursor)
  const broken = model.accept(found, from.count)
  if (broken !== null || damage !== null) return broken ?? damage
  return log.messages === messages && messages === model.messages ? null : `${log.messages} messages are counted`
}

/** One life with several power cuts and kills, also of the recovery; null when every promise was kept. */
export function lifeWithPowerCuts(
  seed: number,
  change: (disk: SimulatedDisk) => void = () => undefined,
): string | null {
  const disk = new SimulatedDisk(seed)
  change(disk)
  const model = new Model()
  let number = 0
  for (let cut = 0; cut < 3; cut++) {
    const log = openThroughCuts(disk)
    const broken = check(disk, log, model)
    if (broken !== null) return broken

    disk.planPowerCut(disk.pick(60))
    for (let appends = disk.pick(40); appends > 0 && !disk.isOff; appends--) {
      if (disk.pick(7) === 0) disk.failingSyncs = disk.pick(2)
      if (disk.pick(9) === 0) disk.freeBytes = disk.pick(3000)
      const group = Array.from({ length: 1 + disk.pick(2) }, () => {
        number += 1
        return { text: `${number} `.padEnd(8 + disk.pick(disk.pick(3) === 0 ? 2500 : 80), 'x'), messages: disk.pick(3) }
      })
      if (!append(log, model, group)) disk.freeBytes = Infinity
    }
    disk.failingSyncs = 0
    disk.freeBytes = Infinity
    if (disk.isOff) disk.powerOn()
    else disk.killProcess()
    if (disk.pick(2) === 0) disk.planPowerCut(disk.pick(20))
  }
  return check(disk, openThroughCuts(disk), model)
}
