import type { AlarmItem } from '../../../src/base/alarm.js'
import type { Language } from '../format.js'
import { csvText } from './csv.js'

const COLUMNS = [
  'plant',
  'alarm',
  'id',
  'severity',
  'state',
  'scope',
  'source',
  'kpi',
  'window',
  'value',
  'limit',
  'unit',
  'started',
  'cleared',
  'acknowledged',
  'acknowledged_by',
  'shelved_until',
  'watched',
  'notes',
]

/** The listed alarms: times in UTC, as they may be of plants in several zones; values as stored. */
export function alarmsCsv(alarms: readonly AlarmItem[], language: Language): string {
  const rows = alarms.map((alarm) => [
    alarm.plant,
    alarm.text[language],
    alarm.id,
    alarm.severity,
    alarm.state,
    alarm.scope,
    alarm.scope_id,
    alarm.kpi,
    alarm.window,
    alarm.value,
    alarm.limit,
    alarm.unit,
    alarm.raised_at,
    alarm.cleared_at,
    alarm.acked_at,
    alarm.acked_by,
    alarm.shelved_until,
    alarm.watched,
    alarm.notes.map(({ at, by, text }) => `${at} ${by ?? 'gateway'}: ${text}`).join('\n'),
  ])
  return csvText(COLUMNS, rows)
}
