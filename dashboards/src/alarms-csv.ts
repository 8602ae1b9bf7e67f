import type { AlarmItem } from '../../src/base/alarm.js'
import type { Language } from './format.js'

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
] as const

/** A spreadsheet takes these at the beginning of a cell for a formula. */
const FORMULA = /^[=+\-@\t\r]/

type Cell = string | number | boolean | null

/** A number is a number, whatever its sign; text never is a formula. */
function cell(value: Cell): string {
  if (value === null) return ''
  if (typeof value !== 'string') return String(value)
  const safe = FORMULA.test(value) ? `'${value}` : value
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe
}

/** The listed alarms as a file for spreadsheets: times in UTC, values as stored. */
export function alarmsCsv(alarms: readonly AlarmItem[], language: Language): string {
  const lines = alarms.map((alarm): Record<(typeof COLUMNS)[number], Cell> => {
    return {
      plant: alarm.plant,
      alarm: alarm.text[language],
      id: alarm.id,
      severity: alarm.severity,
      state: alarm.state,
      scope: alarm.scope,
      source: alarm.scope_id,
      kpi: alarm.kpi,
      window: alarm.window,
      value: alarm.value,
      limit: alarm.limit,
      unit: alarm.unit,
      started: alarm.raised_at,
      cleared: alarm.cleared_at,
      acknowledged: alarm.acked_at,
      acknowledged_by: alarm.acked_by,
      shelved_until: alarm.shelved_until,
      watched: alarm.watched,
      notes: alarm.notes.map(({ at, by, text }) => `${at} ${by ?? 'gateway'}: ${text}`).join('\n'),
    }
  })
  // The mark at the beginning tells spreadsheets that it is UTF-8.
  return `\uFEFF${[COLUMNS.join(','), ...lines.map((line) => COLUMNS.map((c) => cell(line[c])).join(','))].join('\r\n')}\r\n`
}
