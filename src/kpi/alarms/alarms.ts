import type { DuckDBConnection } from '@duckdb/node-api'
import type { Database } from '../../archive/database.js'
import { readAlarmActions, readDeviceFacts } from '../../archive/samples.js'
import {
  type AlarmBrief,
  type AlarmItem,
  type AlarmPlace,
  type AlarmSeverity,
  type AlarmState,
  newestFirst,
} from '../../base/alarm.js'
import { DAY_MS } from '../../base/durations.js'
import { type KpiInfo, type Scope, streamKey, type Window } from '../../base/kpi.js'
import type { ConfigVersion } from '../../base/plant.js'
import type { DeviceFact } from '../../base/reading.js'
import type { Point, Stream } from '../windows/point.js'
import {
  type Alarm,
  type AlarmOrigin,
  type AlarmSubject,
  type AlarmWords,
  alarmStateOf,
  type CurrentFigure,
  subjectKey,
  type TimedAction,
  toItem,
} from './alarm.js'
import { Condition } from './condition.js'
import { type HeldCondition, occurrenceOf } from './machine.js'
import { AlarmRegister, type UnsavedAlarms } from './register.js'
import { factRuleId, type KpiRule, type Rule, Rules } from './rules.js'
import { type AlarmProgress, readAlarmProgress, readAlarms, readJudgedTo, saveAlarms } from './table.js'
import { WaitingFigures, type WaitingRange } from './waiting.js'

/** The stored points of one stream. */
export interface WindowHistory {
  points(query: Stream & { fromMs: number; toMs: number; limit: number }): Promise<readonly Point[]>
}

export interface AlarmDeps {
  readonly database: Database
  readonly points: WindowHistory
  readonly catalogue: readonly KpiInfo[]
  /** Every configuration that the journal has had, in their order. */
  readonly versions: readonly ConfigVersion[]
  /** Only a device that has sent something has an origin. */
  originOf?(plant: string, device: string): AlarmOrigin | undefined
}

export interface AlarmCount {
  readonly plant: string
  readonly severity: AlarmSeverity
  readonly state: AlarmState
  readonly count: number
}

/** Windows of so long before a stop are judged again after it. */
const RESUMED_MS = 31 * DAY_MS
/** Stored windows that are judged at once. */
const WINDOWS_MAX = 2000
const SILENCE = 'device-silence'
const CORRECTED = 'corrected: late readings have changed the figures'

/**
 * The alarms of all plants: what KPI points, the silence and the clocks of devices, names that are refused, peaks that are expected,
 * and people come to. Everything is judged in event time, out of what is archived; nothing here looks at a clock. What changes waits until
 * it is saved in one transaction with the points it came from, and is told afterwards.
 */
export class Alarms {
  readonly #points: WindowHistory
  readonly #originOf: NonNullable<AlarmDeps['originOf']>
  readonly #rules: Rules
  readonly #register = new AlarmRegister()
  readonly #conditions = new Map<string, Condition>()
  readonly #judgedTo: ReadonlyMap<string, number>
  /** The key is a subject; its level says that the device is silent or its clock wrong, or neither. */
  readonly #levels = new Map<string, { readonly subject: AlarmSubject; level: HeldCondition }>()
  /** The key is the subject of an alarm that is or was active, the value the newest figure that it compares. It is in memory only. */
  readonly #current = new Map<string, CurrentFigure & { readonly startMs: number }>()
  readonly #listeners = new Set<(alarm: AlarmItem) => void>()
  readonly #waiting = new WaitingFigures()
  #hasResumed = false
  #progress: AlarmProgress

  private constructor(deps: AlarmDeps, judgedTo: ReadonlyMap<string, number>, progress: AlarmProgress) {
    this.#points = deps.points
    this.#originOf = deps.originOf ?? (() => undefined)
    this.#rules = new Rules(deps.catalogue)
    for (const version of deps.versions) this.#rules.add(version)
    this.#judgedTo = judgedTo
    this.#progress = progress
  }

  /** Takes up where the saved alarms end: facts and acts that were committed since are taken over. */
  static async open(deps: AlarmDeps): Promise<Alarms> {
    const { database } = deps
    const progress = await readAlarmProgress(database)
    const alarms = new Alarms(deps, await readJudgedTo(database), progress)
    for (const alarm of await readAlarms(database)) alarms.#register.add(alarm)
    for (const timed of await readAlarmActions(database)) alarms.#register.addAct(timed, progress.nowMs)
    alarms.#register.catchUp()
    for (const { fact, position } of await readDeviceFacts(database, progress.position)) {
      if (position > progress.position) alarms.#takeFact(fact)
      else alarms.#setLevel(fact)
    }
    return alarms
  }

  /** Takes over the next configuration. */
  configured(version: ConfigVersion): void {
    this.#rules.add(version)
  }

  /** Takes over what was archived: facts about devices and acts of people, in the order of the journal. */
  take(facts: readonly DeviceFact[], acts: readonly TimedAction[], position: number): void {
    for (const fact of facts) this.#takeFact(fact)
    for (const act of acts) this.#register.act(act)
    if (facts.length > 0) this.#progress = { ...this.#progress, position }
  }

  /**
   * Judges points that have just been computed, before they are stored.
   * @param nowMs "now" of the journal
   * @param isBehind late readings are still worked on
   */
  async judge(
    { final, provisional }: { final: readonly Point[]; provisional: readonly Point[] },
    nowMs: number,
    isBehind = false,
  ): Promise<void> {
    this.#resume(nowMs)
    const bySubject = new Map<string, { subject: AlarmSubject; rule: KpiRule; windows: Point[] }>()
    for (const point of final) {
      for (const { subject, rule } of this.#rulesOf(point)) {
        if (rule.settleMs > 0) {
          this.#waiting.add({ subject, rule, stream: point.stream, fromMs: point.startMs, toMs: point.endMs }, nowMs)
          continue
        }
        const key = subjectKey(subject)
        const entry = bySubject.get(key) ?? { subject, rule, windows: [] }
        entry.windows.push(point)
        bySubject.set(key, entry)
      }
    }
    for (const entry of bySubject.values()) await this.#judgeFinal(entry.subject, entry.rule, entry.windows)
    for (const range of this.#waiting.takeDue(nowMs, isBehind)) await this.#judgeStored(range)
    for (const point of provisional) {
      for (const { subject, rule } of this.#rulesOf(point)) {
        const early = rule.isEarly ? this.#conditionOf(subject, point.stream).early(point, rule, nowMs) : null
        if (early !== null) this.#register.occurred(subject, wordsOf(rule), early)
      }
    }
    for (const point of [...final, ...provisional]) {
      for (const { subject } of this.#rulesOf(point)) this.#noteCurrent(subject, point)
    }
    this.#advance(nowMs)
  }

  /** Takes what has changed since the last save; null when nothing has. */
  takeUnsaved(): UnsavedAlarms | null {
    return this.#register.takeUnsaved()
  }

  save(connection: DuckDBConnection, unsaved: UnsavedAlarms, firstChange: number): Promise<void> {
    return saveAlarms(connection, unsaved, this.#progress, firstChange)
  }

  /** Tells what was saved. */
  tell({ alarms }: UnsavedAlarms): void {
    for (const { subject, id } of alarms) {
      const item = this.find(subject.plant, id)
      if (item !== null) for (const listener of this.#listeners) listener(item)
    }
  }

  listen(listener: (alarm: AlarmItem) => void): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  find(plant: string, id: string): AlarmItem | null {
    const alarm = this.#register.find(plant, id)
    return alarm === undefined ? null : this.#itemOf(alarm)
  }

  /** The newest alarms that are listed and wanted, of a plant or of all of them (null). */
  list(plant: string | null, wanted: (alarm: AlarmBrief) => boolean, limit: number): readonly AlarmItem[] {
    const found: Alarm[] = []
    for (const one of plant === null ? this.#register.plants() : [plant]) {
      for (const alarm of this.#register.of(one))
        if (wanted(briefOf(alarm, this.#register.actsOf(alarm)))) found.push(alarm)
    }
    return found
      .sort((a, b) => newestFirst(placeOf(a), placeOf(b)))
      .slice(0, limit)
      .map((alarm) => this.#itemOf(alarm))
  }

  /** Counts the alarms that are not back to normal, by plant, severity and state. */
  counts(): readonly AlarmCount[] {
    const counts = new Map<string, AlarmCount>()
    for (const plant of this.#register.plants()) {
      for (const alarm of this.#register.of(plant)) {
        const state = alarmStateOf(alarm, this.#register.actsOf(alarm))
        if (state === 'cleared_ack') continue
        const { severity } = alarm.words
        const key = `${plant}|${severity}|${state}`
        counts.set(key, { plant, severity, state, count: (counts.get(key)?.count ?? 0) + 1 })
      }
    }
    return [...counts.values()]
  }

  #noteCurrent(subject: AlarmSubject, { startMs, endMs, value, provisional }: Point): void {
    // A window that has just begun says nothing yet.
    if (provisional && value === null) return
    const key = subjectKey(subject)
    if (startMs < (this.#current.get(key)?.startMs ?? Number.NEGATIVE_INFINITY)) return
    if (this.#register.isActive(subject)) this.#current.set(key, { value, startMs, atMs: endMs })
    else this.#current.delete(key)
  }

  #currentOf({ subject }: Alarm): CurrentFigure | null {
    const key = subjectKey(subject)
    const level = this.#levels.get(key)?.level
    if (level === undefined) return this.#current.get(key) ?? null
    if (subject.rule !== SILENCE || !level.isBad) return null
    const { nowMs } = this.#progress
    const lastedMs = level.value * 1000 + Math.max(0, nowMs - level.sinceMs)
    return { value: Math.round(lastedMs) / 1000, atMs: nowMs }
  }

  #itemOf(alarm: Alarm): AlarmItem {
    const { plant, scope, scopeId } = alarm.subject
    const origin = scope === 'device' ? this.#originOf(plant, scopeId) : undefined
    return toItem(alarm, this.#register.actsOf(alarm), this.#progress.nowMs, this.#currentOf(alarm), origin)
  }

  async #judgeFinal(subject: AlarmSubject, rule: KpiRule, windows: Point[]): Promise<void> {
    windows.sort((a, b) => a.startMs - b.startMs)
    const { stream } = windows[0]!
    const ruleAt = (ms: number) => asKpiRule(this.#rules.at(subject.plant, ms).byId.get(subject.rule))
    const read = async (fromMs: number, toMs: number, limit: number) => {
      const stored = await this.#points.points({ ...stream, fromMs, toMs, limit })
      return stored.filter((point) => !point.provisional)
    }
    const known = this.#register.occurrences(subject)
    const judgement = await this.#conditionOf(subject, stream).judge(windows, ruleAt, known, read)
    const { changed, withdrawn, isCorrection } = judgement
    for (const firstMs of withdrawn) this.#register.withdraw(subject, firstMs)
    for (const one of changed) this.#register.occurred(subject, wordsOf(rule), one, isCorrection ? CORRECTED : '')
  }

  /** Windows that waited when the gateway was stopped were not judged, so the newest wait once more. */
  #resume(nowMs: number): void {
    if (this.#hasResumed) return
    this.#hasResumed = true
    for (const [key, toMs] of this.#judgedTo) {
      const [plant = '', scope, id = '', kpi = '', window] = key.split('|')
      const stream = { plant, scope: scope as Scope, id, kpi, window: window as Window, unit: '' }
      for (const { subject, rule } of this.#rulesOf({ stream, endMs: toMs })) {
        if (rule.settleMs > 0) this.#waiting.add({ subject, rule, stream, fromMs: toMs - RESUMED_MS, toMs }, nowMs)
      }
    }
  }

  async #judgeStored({ subject, rule, stream, fromMs, toMs }: WaitingRange): Promise<void> {
    for (let at = fromMs; at < toMs; ) {
      const stored = await this.#points.points({ ...stream, fromMs: at, toMs, limit: WINDOWS_MAX })
      const windows = stored.filter(({ provisional }) => !provisional)
      if (windows.length > 0) await this.#judgeFinal(subject, rule, windows)
      if (stored.length < WINDOWS_MAX) return
      at = stored.at(-1)!.startMs + 1
    }
  }

  #advance(nowMs: number): void {
    this.#progress = { ...this.#progress, nowMs }
    for (const of of this.#levels.values()) {
      // A level that was noted while the clock was ahead lasts since the clock is right.
      if (of.level.sinceMs > nowMs) of.level = { ...of.level, sinceMs: nowMs }
      if (of.level.isBad) this.#raise(of.subject, of.level, nowMs)
    }
    for (const alarm of this.#register.active()) {
      const { subject, occurrence } = alarm
      const goneMs = this.#rules.goneMs(subject.plant, subject.rule, occurrence.raisedMs)
      if (goneMs === null) continue
      this.#register.abandon(alarm, goneMs)
      this.#conditions.get(subjectKey(subject))?.reset()
    }
    this.#register.unshelve(nowMs)
  }

  #takeFact(fact: DeviceFact): void {
    const subject = subjectOf(fact)
    const before = this.#levels.get(subjectKey(subject))?.level
    if (before?.isBad === true) {
      this.#raise(subject, before, fact.isBad ? before.sinceMs + lastedMs(before, fact) : fact.atMs)
      const active = this.#register.occurrences(subject).find((one) => one.firstMs === before.sinceMs)
      const rule = this.#rules.at(subject.plant, before.sinceMs).byId.get(subject.rule)
      if (active?.clearedMs === null && rule !== undefined && !fact.isBad) {
        this.#register.occurred(subject, wordsOf(rule), { ...active, clearedMs: fact.atMs, turnedMs: fact.atMs })
      }
    }
    this.#setLevel(fact)
  }

  #setLevel(fact: DeviceFact): void {
    const subject = subjectOf(fact)
    const before = this.#levels.get(subjectKey(subject))?.level
    const level =
      before?.isBad === true && fact.isBad
        ? this.#resumed(subject, before, fact)
        : { isBad: fact.isBad, sinceMs: fact.atMs, value: fact.value }
    this.#levels.set(subjectKey(subject), { subject, level })
  }

  /** A level that was bad before the gateway stopped, and still is, counts only for the time that was watched, unless it was raised. */
  #resumed(subject: AlarmSubject, before: HeldCondition, fact: DeviceFact): HeldCondition {
    const rule = this.#rules.at(subject.plant, before.sinceMs).byId.get(subject.rule)
    const watchedMs = lastedMs(before, fact)
    if (rule !== undefined && watchedMs >= rule.onMs) return before
    return { isBad: true, sinceMs: fact.atMs - watchedMs, value: before.value }
  }

  /** Raises what has lasted long enough, once. */
  #raise(subject: AlarmSubject, level: HeldCondition, nowMs: number): void {
    const rule = this.#rules.at(subject.plant, level.sinceMs).byId.get(subject.rule)
    if (rule === undefined) return
    // A silence has grown by the time of its alarm; a clock is as it was seen.
    const grownS = rule.kind === 'silence' ? rule.onMs / 1000 : 0
    const occurrence = occurrenceOf({ ...level, value: level.value + grownS }, nowMs, rule.onMs)
    if (occurrence === null) return
    if (this.#register.occurrences(subject).some(({ firstMs }) => firstMs === occurrence.firstMs)) return
    this.#register.occurred(subject, wordsOf(rule), occurrence)
  }

  *#rulesOf({
    stream,
    endMs,
  }: Pick<Point, 'stream' | 'endMs'>): Generator<{ readonly subject: AlarmSubject; readonly rule: KpiRule }> {
    const { plant, scope, id, kpi, window } = stream
    for (const rule of this.#rules.at(plant, endMs - 1).byFigure.get(`${kpi}|${window}`) ?? []) {
      if (rule.scope !== scope || (rule.of !== null && rule.of !== id)) continue
      yield { subject: { plant, rule: rule.id, scope, scopeId: id }, rule }
    }
  }

  #conditionOf(subject: AlarmSubject, stream: Stream): Condition {
    const key = subjectKey(subject)
    let condition = this.#conditions.get(key)
    if (condition === undefined) {
      const active = this.#register.occurrences(subject).findLast(({ clearedMs }) => clearedMs === null) ?? null
      condition = new Condition(active, this.#judgedTo.get(streamKey(stream)) ?? Number.NEGATIVE_INFINITY)
      this.#conditions.set(key, condition)
    }
    return condition
  }
}

/** A silence that is said again was watched for this much longer, ms. */
function lastedMs(before: HeldCondition, again: DeviceFact): number {
  return Math.round((again.value - before.value) * 1000)
}

function placeOf({ subject, id, occurrence }: Alarm): AlarmPlace {
  return { raisedMs: occurrence.raisedMs, plant: subject.plant, id }
}

function briefOf(alarm: Alarm, acts: readonly TimedAction[]): AlarmBrief {
  return { ...placeOf(alarm), clearedMs: alarm.occurrence.clearedMs, state: alarmStateOf(alarm, acts) }
}

function subjectOf({ plant, device, what }: DeviceFact): AlarmSubject {
  const rule = factRuleId(what)
  if (device === '') return { plant, rule, scope: 'plant', scopeId: plant }
  return { plant, rule, scope: 'device', scopeId: device }
}

function asKpiRule(rule: Rule | undefined): KpiRule | null {
  return rule?.kind === 'kpi' ? rule : null
}

function wordsOf(rule: Rule): AlarmWords {
  const { severity, text, unit } = rule
  if (rule.kind === 'kpi') return { kpi: rule.kpi, window: rule.window, severity, text, unit, limit: rule.limit }
  return { kpi: null, window: null, severity, text, unit, limit: rule.onMs / 1000 }
}
