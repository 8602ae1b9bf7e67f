import type { AlarmAction, AlarmItem, AlarmSeverity, AlarmState } from '../../base/alarm.js'
import type { Scope, Window } from '../../base/kpi.js'
import type { Occurrence } from './machine.js'
import { textWith } from './texts.js'

/** Notes of the gateway that are kept of one alarm. */
const NOTES_MAX = 20

/** Whom and what an alarm is about: at most one of a kind is active. */
export interface AlarmSubject {
  readonly plant: string
  readonly rule: string
  readonly scope: Scope
  readonly scopeId: string
}

export function subjectKey({ plant, rule, scope, scopeId }: AlarmSubject): string {
  return `${plant}|${rule}|${scope}|${scopeId}`
}

/** Texts, severity and limit that an alarm takes over from its rule. */
export interface AlarmWords {
  readonly kpi: string | null
  readonly window: Window | null
  readonly severity: AlarmSeverity
  readonly text: { readonly en: string; readonly zh: string }
  readonly unit: string
  readonly limit: number
}

interface Note {
  readonly atMs: number
  readonly text: string
}

/** An act of a person with its place in time: the arrival of its journal entry, epoch ms. */
export interface TimedAction {
  readonly act: AlarmAction
  readonly atMs: number
}

/** One alarm: what windows or a device say (`occurrence`), and what people did. */
export interface Alarm {
  readonly id: string
  readonly subject: AlarmSubject
  readonly words: AlarmWords
  readonly occurrence: Occurrence
  /** Late data show that it never was. */
  readonly isWithdrawn: boolean
  /** Notes of the gateway itself, in the order in which it made them; the newest `NOTES_MAX`. */
  readonly notes: readonly Note[]
  /** So many of its acts have been told to stores and feed. */
  readonly actsTold: number
}

/** The name of an occurrence, in URLs and in the journal. */
export function alarmId({ rule, scope, scopeId }: AlarmSubject, firstMs: number): string {
  return `${rule}.${scope}.${scopeId}.${firstMs}`
}

export function noted(alarm: Alarm, atMs: number, text: string): Alarm {
  return { ...alarm, notes: [...alarm.notes, { atMs, text }].slice(-NOTES_MAX) }
}

/** Reads the first acknowledgement and the end of the last shelving from acts in their order. */
function human(acts: readonly TimedAction[]) {
  const ack = acts.find(({ act }) => act.what === 'ack')
  const shelf = acts.findLast(({ act }) => act.what === 'shelve')
  return { ack, shelvedUntilMs: shelf?.act.untilMs ?? null }
}

/**
 * Cleared and acknowledged are two facts that know nothing of each other: so it does not matter which came first. What never
 * was asks nobody for an acknowledgement.
 */
export function alarmStateOf({ occurrence, isWithdrawn }: Alarm, acts: readonly TimedAction[]): AlarmState {
  const isAcked = isWithdrawn || human(acts).ack !== undefined
  if (occurrence.clearedMs === null) return isAcked ? 'active_ack' : 'active_unack'
  return isAcked ? 'cleared_ack' : 'cleared_unack'
}

/** When its shelving ends or has ended, epoch ms; null when it never was shelved. */
export function shelvedUntilMs(acts: readonly TimedAction[]): number | null {
  return human(acts).shelvedUntilMs
}

/** The newest figure of what an alarm compares, or how long a silence has lasted, s; `atMs` is the end of its window. */
export interface CurrentFigure {
  readonly value: number | null
  readonly atMs: number
}

/** A device stands on a line, and a client brings what it sends; null where that is not known. */
export interface AlarmOrigin {
  readonly line: string | null
  readonly client: string | null
}

const NOWHERE: AlarmOrigin = { line: null, client: null }

/** @param nowMs "now" of the journal: a shelving that is over is not shown */
export function toItem(
  alarm: Alarm,
  acts: readonly TimedAction[],
  nowMs: number,
  current: CurrentFigure | null = null,
  origin: AlarmOrigin = NOWHERE,
): AlarmItem {
  const { subject, words, occurrence } = alarm
  const now = occurrence.clearedMs === null ? current : null
  const { ack, shelvedUntilMs } = human(acts)
  const said = acts.filter(({ act }) => act.note !== '')
  return {
    id: alarm.id,
    plant: subject.plant,
    rule: subject.rule,
    scope: subject.scope,
    scope_id: subject.scopeId,
    line: origin.line,
    client: origin.client,
    kpi: words.kpi,
    window: words.window,
    severity: words.severity,
    state: alarmStateOf(alarm, acts),
    text: textWith(words.text, { ...words, rule: subject.rule, value: occurrence.value }),
    value: occurrence.value,
    current: now?.value ?? null,
    current_at: now === null ? null : instant(now.atMs),
    limit: words.limit,
    unit: words.unit,
    raised_at: instant(occurrence.raisedMs),
    cleared_at: occurrence.clearedMs === null ? null : instant(occurrence.clearedMs),
    acked_at: ack === undefined ? null : instant(ack.atMs),
    acked_by: ack?.act.by ?? null,
    shelved_until: shelvedUntilMs !== null && shelvedUntilMs > nowMs ? instant(shelvedUntilMs) : null,
    watched: occurrence.isWatched,
    notes: [
      ...alarm.notes.map(({ atMs, text }) => ({ atMs, by: null, text })),
      ...said.map(({ act, atMs }) => ({ atMs, by: act.by, text: act.note })),
    ]
      .sort((a, b) => a.atMs - b.atMs)
      .map(({ atMs, by, text }) => ({ at: instant(atMs), by, text })),
  }
}

function instant(ms: number): string {
  return new Date(ms).toISOString()
}
