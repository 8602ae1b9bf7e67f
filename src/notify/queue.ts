import { ALARM_SEVERITIES, type AlarmItem, type AlarmSeverity } from '../base/alarm.js'
import { DAY_MS, HOUR_MS } from '../base/durations.js'
import { eventOf, isWithdrawn, type NotifiedAlarm } from './message.js'

/** Alarms that wait in one channel; beyond that the oldest go first, and are counted. */
const WAITING_MAX = 1_000
/** Occurrences that a channel remembers; beyond that those over for longest are forgotten first. */
const KNOWN_MAX = 5_000
/** Age beyond which an alarm is old: whoever is told of something that began longer ago would think that it is new. */
const FRESH_MS = HOUR_MS
/** A back-fill raises and clears what is long over: what is still open after this time is worth a word. */
const OLD_HOLD_MS = 120_000

/** `waiting`: it is in the queue; `told`: its end is to be told too; `over`: nothing more is to be said of it. */
type Known = 'waiting' | 'told' | 'over'

interface Waiting {
  readonly plant: string
  readonly alarm: string
  readonly event: 'raised' | 'cleared'
  readonly raisedMs: number
  readonly dueMs: number
  /** Raised long before it was noticed: counted, not told. */
  readonly isOld: boolean
  /** It was put aside while it waited. */
  readonly wasShelved: boolean
}

/** State of a queue that is kept when the gateway stops. */
export interface QueueMemory {
  /** Plant and id of an occurrence, how it stands, and when it was raised. */
  readonly known: readonly (readonly [key: string, known: Known, raisedMs: number])[]
  readonly waiting: readonly Waiting[]
  readonly dropped: number
}

export const EMPTY_QUEUE: QueueMemory = { known: [], waiting: [], dropped: 0 }

export interface QueueOptions {
  /** null for all. */
  readonly plants: ReadonlySet<string> | null
  readonly minSeverity: AlarmSeverity
  readonly digestMs: number
  readonly isClearedSent: boolean
}

/** Alarms that are to be sent at once. The batch stays in the queue until it is settled. */
export interface NotificationBatch {
  readonly told: readonly NotifiedAlarm[]
  readonly older: number
  readonly entries: readonly Waiting[]
}

/**
 * Holds what one channel has still to tell. An occurrence is known by its id, which is the same after a restart and when all
 * figures are made again: so it is told once, however often it is noticed. Whether it is still worth telling is looked at
 * when it is due, not when it is noticed.
 */
export class Queue {
  readonly #options: QueueOptions
  readonly #known: Map<string, { readonly known: Known; readonly raisedMs: number }>
  #waiting: Waiting[]
  #dropped: number
  /** True when what is to be kept differs from what was last handed out. */
  isChanged = false

  constructor(options: QueueOptions, memory: QueueMemory, nowMs: number) {
    this.#options = options
    this.#known = new Map(memory.known.map(([key, known, raisedMs]) => [key, { known, raisedMs }]))
    // The clock may have been set back since.
    const latestMs = nowMs + Math.max(options.digestMs, OLD_HOLD_MS)
    this.#waiting = memory.waiting.map((one) => ({ ...one, dueMs: Math.min(one.dueMs, latestMs) }))
    this.#dropped = memory.dropped
  }

  get size(): number {
    return this.#waiting.length
  }

  get dropped(): number {
    return this.#dropped
  }

  memory(): QueueMemory {
    this.isChanged = false
    return {
      known: [...this.#known].map(([key, { known, raisedMs }]) => [key, known, raisedMs]),
      waiting: this.#waiting,
      dropped: this.#dropped,
    }
  }

  /** An alarm is there, or has changed; true when it is to be sent at once. */
  notice(alarm: AlarmItem, nowMs: number): boolean {
    if (!this.#isFor(alarm)) return false
    const { digestMs, isClearedSent } = this.#options
    const known = this.#known.get(keyOf(alarm.plant, alarm.id))?.known
    const raisedMs = Date.parse(alarm.raised_at)
    const entry = { plant: alarm.plant, alarm: alarm.id, raisedMs, wasShelved: false }
    if (known === 'told' && alarm.cleared_at !== null) {
      if (isClearedSent) this.#add({ ...entry, event: 'cleared', dueMs: nowMs + digestMs, isOld: false })
      else this.#remember(entry, 'over')
      return false
    }
    // An alarm that somebody has acknowledged is known to people already, and one that never was is no news.
    if (known !== undefined || alarm.state === 'active_ack' || alarm.state === 'cleared_ack') return false
    const isOld = nowMs - raisedMs > FRESH_MS
    if (isOld && alarm.cleared_at !== null) return false
    const isAtOnce = !isOld && alarm.severity === 'critical'
    const dueMs = isOld ? nowMs + OLD_HOLD_MS : isAtOnce ? nowMs : nowMs + digestMs
    this.#add({ ...entry, event: 'raised', dueMs, isOld })
    return isAtOnce
  }

  /** The batch that is due, with all that waits for it as a digest; null when none is. Lets go what is not worth telling any more. */
  take(nowMs: number, find: (plant: string, id: string) => AlarmItem | null): NotificationBatch | null {
    if (!this.#waiting.some(({ dueMs }) => dueMs <= nowMs)) return null
    const ready: { entry: Waiting; alarm: AlarmItem }[] = []
    const kept: Waiting[] = []
    for (const entry of this.#waiting) {
      const alarm = find(entry.plant, entry.alarm)
      // It has waited since the channel was for other alarms.
      const isForOthers = alarm !== null && !this.#isFor(alarm)
      const fate = fateOf(entry, alarm, nowMs)
      if (isForOthers) {
        this.#leave(entry)
        continue
      }
      if (fate === 'drop') {
        this.#remember(entry, entry.event === 'cleared' && alarm?.cleared_at === null ? 'told' : 'over')
        continue
      }
      const now = alarm !== null && alarm.shelved_until !== null ? { ...entry, wasShelved: true } : entry
      kept.push(now)
      if (fate === 'send') ready.push({ entry: now, alarm: alarm! })
    }
    this.#waiting = kept
    const isDue = (isOld: boolean) => ready.some(({ entry }) => entry.isOld === isOld && entry.dueMs <= nowMs)
    const due = { old: isDue(true), fresh: isDue(false) }
    const chosen = ready.filter(({ entry }) => (entry.isOld ? due.old : due.fresh))
    if (chosen.length === 0) return null
    const fresh = chosen.filter(({ entry }) => !entry.isOld)
    return {
      // One that is over by now is told as it was raised: its facts say when it was over.
      told: fresh.map(({ entry, alarm }) => ({ event: entry.event === 'raised' ? 'raised' : eventOf(alarm), alarm })),
      older: chosen.length - fresh.length,
      entries: chosen.map(({ entry }) => entry),
    }
  }

  /** A batch has arrived. */
  settle({ entries, told }: NotificationBatch): void {
    const sent = new Set(entries.map(nameOf))
    this.#waiting = this.#waiting.filter((entry) => !sent.has(nameOf(entry)))
    const ended = new Set(
      told.flatMap(({ alarm }) => (alarm.cleared_at === null ? [] : [keyOf(alarm.plant, alarm.id)])),
    )
    for (const entry of entries) {
      const isOver = entry.event === 'cleared' || ended.has(keyOf(entry.plant, entry.alarm))
      this.#remember(entry, isOver ? 'over' : 'told')
    }
  }

  #isFor({ plant, severity }: AlarmItem): boolean {
    const { plants, minSeverity } = this.#options
    if (plants !== null && !plants.has(plant)) return false
    return ALARM_SEVERITIES.indexOf(severity) <= ALARM_SEVERITIES.indexOf(minSeverity)
  }

  #add(entry: Waiting): void {
    this.#remember(entry, 'waiting')
    this.#waiting.push(entry)
    if (this.#waiting.length <= WAITING_MAX) return
    const index = Math.max(
      0,
      this.#waiting.findIndex(({ isOld }) => isOld),
    )
    const [dropped] = this.#waiting.splice(index, 1)
    this.#remember(dropped!, 'over')
    this.#dropped++
  }

  /** The channel is for other alarms now; should it be for this one again, it is noticed anew. */
  #leave(entry: Waiting): void {
    if (entry.event === 'cleared') {
      this.#remember(entry, 'told')
      return
    }
    this.isChanged = true
    this.#known.delete(keyOf(entry.plant, entry.alarm))
  }

  #remember({ plant, alarm, raisedMs }: Pick<Waiting, 'plant' | 'alarm' | 'raisedMs'>, known: Known): void {
    this.isChanged = true
    const key = keyOf(plant, alarm)
    // At the end of the map stands what has changed last.
    this.#known.delete(key)
    this.#known.set(key, { known, raisedMs })
    if (this.#known.size <= KNOWN_MAX) return
    for (const known of ['over', 'told'] as const) {
      const oldest = [...this.#known].find(([, one]) => one.known === known)
      if (oldest === undefined) continue
      this.#known.delete(oldest[0])
      return
    }
  }
}

function fateOf(entry: Waiting, alarm: AlarmItem | null, nowMs: number): 'send' | 'wait' | 'drop' {
  // After a loss of the database alarms are made again; one that is not there for a day does not come back.
  if (alarm === null) return nowMs - entry.raisedMs > DAY_MS ? 'drop' : 'wait'
  if (entry.event === 'cleared') {
    if (alarm.cleared_at === null) return 'drop'
  } else {
    if (alarm.acked_at !== null || isWithdrawn(alarm)) return 'drop'
    if (alarm.cleared_at !== null && (entry.isOld || entry.wasShelved)) return 'drop'
  }
  return alarm.shelved_until === null ? 'send' : 'wait'
}

function nameOf({ plant, alarm, event }: Waiting): string {
  return `${event}|${plant}|${alarm}`
}

function keyOf(plant: string, alarm: string): string {
  return `${plant}|${alarm}`
}
