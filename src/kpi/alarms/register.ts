import type { AlarmAction, AlarmSeverity, AlarmState } from '../../base/alarm.js'
import {
  type Alarm,
  type AlarmSubject,
  type AlarmWords,
  alarmId,
  alarmStateOf,
  noted,
  shelvedUntilMs,
  subjectKey,
  type TimedAction,
} from './alarm.js'
import type { Occurrence } from './machine.js'

/** Alarms of a plant that are over and still listed; the oldest go first. Those that are active are bounded by the rules. */
export const CLEARED_MAX = 10_000

/** A change of state, or a note: what stores get. */
export interface AlarmChange {
  readonly subject: AlarmSubject
  readonly atMs: number
  readonly state: AlarmState
  readonly severity: AlarmSeverity
  readonly value: number
  readonly limit: number
  readonly note: string
}

/** Alarms that have changed since they were last saved, and the changes. */
export interface UnsavedAlarms {
  readonly alarms: readonly Alarm[]
  /** Alarms that are listed no longer. */
  readonly gone: readonly Alarm[]
  readonly changes: readonly AlarmChange[]
}

const NO_ACTS: readonly TimedAction[] = []
const WORDS_OF_ACTS = { ack: 'acknowledged', shelve: 'shelved', note: '' } as const

/** Every alarm that is listed, what people did to it, and what of it is still to be saved and told. */
export class AlarmRegister {
  readonly #byPlant = new Map<string, Map<string, Alarm>>()
  readonly #bySubject = new Map<string, Map<number, Alarm>>()
  /** By plant and id: an act may be known before its alarm is, when figures are computed again. */
  readonly #acts = new Map<string, TimedAction[]>()
  readonly #active = new Set<string>()
  readonly #shelved = new Map<string, number>()
  readonly #dirty = new Map<string, Alarm>()
  readonly #gone = new Map<string, Alarm>()
  #changes: AlarmChange[] = []

  /** Takes over an alarm as it was saved. */
  add(alarm: Alarm): void {
    this.#put(alarm)
  }

  /** Takes over an act as it was saved: it was told already when its alarm says so. */
  addAct(timed: TimedAction, savedAtMs: number): void {
    const key = actKey(timed.act)
    this.#acts.set(key, [...(this.#acts.get(key) ?? []), timed])
    if ((timed.act.untilMs ?? 0) > savedAtMs) this.#shelved.set(key, timed.act.untilMs!)
  }

  find(plant: string, id: string): Alarm | undefined {
    return this.#byPlant.get(plant)?.get(id)
  }

  actsOf({ subject, id }: Alarm): readonly TimedAction[] {
    return this.#acts.get(`${subject.plant}|${id}`) ?? NO_ACTS
  }

  /** Lists the alarms of a plant, in no order. */
  of(plant: string): Iterable<Alarm> {
    return this.#byPlant.get(plant)?.values() ?? []
  }

  plants(): Iterable<string> {
    return this.#byPlant.keys()
  }

  *active(): Generator<Alarm> {
    for (const key of [...this.#active]) {
      const [plant, id] = split(key)
      const alarm = this.find(plant, id)
      if (alarm !== undefined) yield alarm
    }
  }

  /** The occurrences of a subject, ascending, without those that late data have withdrawn. */
  occurrences(subject: AlarmSubject): readonly Occurrence[] {
    const alarms = [...(this.#bySubject.get(subjectKey(subject))?.values() ?? [])]
    return alarms
      .filter(({ isWithdrawn }) => !isWithdrawn)
      .map(({ occurrence }) => occurrence)
      .sort((a, b) => a.firstMs - b.firstMs)
  }

  isActive(subject: AlarmSubject): boolean {
    const alarms = this.#bySubject.get(subjectKey(subject))?.values() ?? []
    for (const { occurrence } of alarms) if (occurrence.clearedMs === null) return true
    return false
  }

  /** Notes how an occurrence stands now; `note` says why when late data have changed what was told before. */
  occurred(subject: AlarmSubject, words: AlarmWords, occurrence: Occurrence, note = ''): void {
    const id = alarmId(subject, occurrence.firstMs)
    const before = this.find(subject.plant, id)
    const fresh: Alarm = { id, subject, words, occurrence, isWithdrawn: false, notes: [], actsTold: 0 }
    const now = before === undefined ? fresh : { ...before, occurrence, isWithdrawn: false }
    const isNew = before === undefined || before.isWithdrawn
    const { raisedMs, clearedMs } = occurrence
    const wasCleared = before?.occurrence.clearedMs ?? null
    const text = !isNew && isOtherwise(before.occurrence, occurrence) ? note : ''
    const alarm = text === '' ? now : noted(now, clearedMs ?? raisedMs, text)
    this.#write(alarm)
    if (isNew) this.#tell({ ...alarm, occurrence: { ...occurrence, clearedMs: null } }, raisedMs, 'raised')
    if (clearedMs !== null && clearedMs !== wasCleared) this.#tell(alarm, clearedMs, text === '' ? 'cleared' : text)
    else if (text !== '') this.#tell(alarm, raisedMs, text)
    else if (before !== undefined && before.occurrence.isWatched !== occurrence.isWatched) {
      this.#tell(alarm, occurrence.turnedMs, occurrence.isWatched ? 'watched again' : 'not watched: a gap in the data')
    }
    this.#actOn(alarm)
  }

  /** Late data show that it never was: it stays in the list, cleared, so that nobody wonders where it went. */
  withdraw(subject: AlarmSubject, firstMs: number): void {
    const alarm = this.find(subject.plant, alarmId(subject, firstMs))
    if (alarm === undefined || alarm.isWithdrawn) return
    const { occurrence } = alarm
    const clearedMs = occurrence.clearedMs ?? occurrence.raisedMs
    const text = 'withdrawn: late readings show that the limit was kept'
    const withdrawn = { ...alarm, occurrence: { ...occurrence, clearedMs }, isWithdrawn: true }
    this.#write(noted(withdrawn, clearedMs, text))
    this.#tell(withdrawn, clearedMs, text)
  }

  /** Clears one whose rule is no more. */
  abandon(alarm: Alarm, atMs: number): void {
    const clearedMs = Math.max(atMs, alarm.occurrence.raisedMs)
    const text = 'its rule is no longer configured'
    const over = noted({ ...alarm, occurrence: { ...alarm.occurrence, clearedMs } }, clearedMs, text)
    this.#write(over)
    this.#tell(over, clearedMs, text)
  }

  /** Notes an act of a person. One on an alarm that is not known is kept: its figures may still have to be computed. */
  act(timed: TimedAction): void {
    const key = actKey(timed.act)
    this.#acts.set(key, [...(this.#acts.get(key) ?? []), timed])
    if (timed.act.what === 'shelve') this.#shelved.set(key, timed.act.untilMs!)
    const alarm = this.find(timed.act.plant, timed.act.alarm)
    if (alarm !== undefined) this.#actOn(alarm)
  }

  /** Tells those acts that were committed, but not told when the gateway was stopped. */
  catchUp(): void {
    for (const alarms of this.#byPlant.values()) for (const alarm of [...alarms.values()]) this.#actOn(alarm)
  }

  /** Ends shelvings whose time has come. */
  unshelve(nowMs: number): void {
    for (const [key, untilMs] of this.#shelved) {
      if (untilMs > nowMs) continue
      this.#shelved.delete(key)
      const [plant, id] = split(key)
      const alarm = this.find(plant, id)
      if (alarm === undefined || shelvedUntilMs(this.actsOf(alarm)) !== untilMs) continue
      this.#write(alarm)
      this.#tell(alarm, untilMs, 'no longer shelved')
    }
  }

  /** Takes what is to be saved, and then told; null when nothing is. */
  takeUnsaved(): UnsavedAlarms | null {
    if (this.#dirty.size + this.#gone.size + this.#changes.length === 0) return null
    const unsaved = { alarms: [...this.#dirty.values()], gone: [...this.#gone.values()], changes: this.#changes }
    this.#dirty.clear()
    this.#gone.clear()
    this.#changes = []
    return unsaved
  }

  #actOn(alarm: Alarm): void {
    const acts = this.actsOf(alarm)
    if (acts.length <= alarm.actsTold) return
    this.#write({ ...this.find(alarm.subject.plant, alarm.id)!, actsTold: acts.length })
    for (let i = alarm.actsTold; i < acts.length; i++) {
      const { act, atMs } = acts[i]!
      const words = [WORDS_OF_ACTS[act.what], act.note].filter((text) => text !== '').join(': ')
      this.#tell(alarm, atMs, act.by === null ? words : `${words} (${act.by})`, acts.slice(0, i + 1))
    }
  }

  #tell(alarm: Alarm, atMs: number, note: string, acts = this.actsOf(alarm).slice(0, alarm.actsTold)): void {
    const { subject, words, occurrence } = alarm
    this.#changes.push({
      subject,
      atMs,
      state: alarmStateOf(alarm, acts),
      severity: words.severity,
      value: occurrence.value,
      limit: words.limit,
      note,
    })
  }

  #write(alarm: Alarm): void {
    this.#put(alarm)
    this.#dirty.set(`${alarm.subject.plant}|${alarm.id}`, alarm)
    if (alarm.occurrence.clearedMs !== null) this.#prune(alarm.subject.plant)
  }

  #put(alarm: Alarm): void {
    const { subject, id, occurrence } = alarm
    const ofPlant = this.#byPlant.get(subject.plant) ?? new Map<string, Alarm>()
    this.#byPlant.set(subject.plant, ofPlant.set(id, alarm))
    const key = subjectKey(subject)
    const ofSubject = this.#bySubject.get(key) ?? new Map<number, Alarm>()
    this.#bySubject.set(key, ofSubject.set(occurrence.firstMs, alarm))
    if (occurrence.clearedMs === null) this.#active.add(`${subject.plant}|${id}`)
    else this.#active.delete(`${subject.plant}|${id}`)
  }

  /** Forgets the oldest that are over, a tenth at once, so that it is not looked for each time. */
  #prune(plant: string): void {
    const ofPlant = this.#byPlant.get(plant)
    if (ofPlant === undefined || ofPlant.size <= CLEARED_MAX) return
    const cleared = [...ofPlant.values()].filter(({ occurrence }) => occurrence.clearedMs !== null)
    if (cleared.length <= CLEARED_MAX) return
    cleared.sort((a, b) => a.occurrence.raisedMs - b.occurrence.raisedMs)
    for (const alarm of cleared.slice(0, CLEARED_MAX / 10)) {
      const key = `${plant}|${alarm.id}`
      ofPlant.delete(alarm.id)
      this.#bySubject.get(subjectKey(alarm.subject))?.delete(alarm.occurrence.firstMs)
      for (const of of [this.#acts, this.#shelved, this.#dirty]) of.delete(key)
      this.#gone.set(key, alarm)
    }
  }
}

/** True when something that was told before was not so: that is more than an end that has come. */
function isOtherwise(before: Occurrence, { raisedMs, clearedMs, value }: Occurrence): boolean {
  if (before.raisedMs !== raisedMs || before.value !== value) return true
  return before.clearedMs !== null && before.clearedMs !== clearedMs
}

function actKey({ plant, alarm }: Pick<AlarmAction, 'plant' | 'alarm'>): string {
  return `${plant}|${alarm}`
}

function split(key: string): [string, string] {
  const at = key.indexOf('|')
  return [key.slice(0, at), key.slice(at + 1)]
}
