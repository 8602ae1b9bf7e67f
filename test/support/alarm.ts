import type { AlarmItem } from '../../src/base/alarm.js'

/** An alarm of a plant that has been active since 08:00 and that nobody has acknowledged, unless told otherwise. */
export function anAlarm(id: string, of: Partial<AlarmItem> = {}): AlarmItem {
  return {
    id,
    plant: 'p',
    rule: 'r',
    scope: 'plant',
    scope_id: 'p',
    line: null,
    client: null,
    kpi: null,
    window: null,
    severity: 'minor',
    state: 'active_unack',
    text: { en: id, zh: id },
    value: 1,
    current: null,
    current_at: null,
    limit: 0,
    unit: '',
    raised_at: '2026-11-24T08:00:00Z',
    cleared_at: null,
    acked_at: null,
    acked_by: null,
    shelved_until: null,
    watched: true,
    notes: [],
    ...of,
  }
}
