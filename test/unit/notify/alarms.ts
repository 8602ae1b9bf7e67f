import type { AlarmItem } from '../../../src/base/alarm.js'
import { anAlarm } from '../../support/alarm.js'

export const NOW = Date.UTC(2026, 10, 25, 9, 40)

/** An alarm that was just raised, unless told otherwise. */
export function alarm(id: string, of: Partial<AlarmItem> = {}): AlarmItem {
  return anAlarm(id, {
    plant: 'suzhou-1',
    rule: 'nox',
    scope: 'device',
    scope_id: 'boiler-1',
    kpi: 'pollutant_mean_nox',
    window: '1h',
    severity: 'major',
    text: { en: 'NOx above 150', zh: '氮氧化物高于 150' },
    value: 163.2,
    limit: 150,
    unit: 'mg/Nm3',
    raised_at: new Date(NOW).toISOString(),
    ...of,
  })
}

export const hoursAgo = (hours: number) => new Date(NOW - hours * 3_600_000).toISOString()
