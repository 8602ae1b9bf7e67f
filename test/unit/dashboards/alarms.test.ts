import { beforeEach, describe, expect, it } from 'vitest'
import { alarmChanged, alarmList, alarmsAre, needsPerson, worstOf } from '../../../dashboards/src/alarms.js'
import type { AlarmItem } from '../../../src/base/alarm.js'

const NOW = Date.parse('2026-11-24T08:42:00Z')

function alarm(id: string, changed: Partial<AlarmItem> = {}): AlarmItem {
  return {
    id,
    plant: 'p',
    rule: 'r',
    scope: 'plant',
    scope_id: 'p',
    kpi: null,
    window: null,
    severity: 'minor',
    state: 'active_unack',
    text: { en: id, zh: id },
    value: 1,
    limit: 0,
    unit: '',
    raised_at: '2026-11-24T08:00:00Z',
    cleared_at: null,
    acked_at: null,
    acked_by: null,
    shelved_until: null,
    watched: true,
    notes: [],
    ...changed,
  }
}

const ids = () => alarmList.value.map(({ id }) => id)

describe('the open alarms', () => {
  beforeEach(() => alarmsAre([]))

  it('stand by severity, then the newest first', () => {
    alarmsAre([
      alarm('old minor'),
      alarm('new minor', { raised_at: '2026-11-24T08:30:00Z' }),
      alarm('critical', { severity: 'critical', raised_at: '2026-11-20T00:00:00Z' }),
    ])
    expect(ids()).toEqual(['critical', 'new minor', 'old minor'])
    expect(worstOf(alarmList.value)).toBe('critical')
    expect(worstOf([])).toBeNull()
  })

  it('one that is over and acknowledged goes, one that is only over stays', () => {
    alarmsAre([alarm('a'), alarm('b')])
    alarmChanged(alarm('a', { state: 'cleared_unack' }))
    alarmChanged(alarm('b', { state: 'cleared_ack' }))
    expect(ids()).toEqual(['a'])
  })

  it('of two plants may have the same id', () => {
    alarmsAre([alarm('a'), alarm('a', { plant: 'q' })])
    expect(alarmList.value).toHaveLength(2)
  })

  it('need a person while they are active, not acknowledged, and not put aside', () => {
    expect(needsPerson(alarm('a'), NOW)).toBe(true)
    expect(needsPerson(alarm('a', { state: 'active_ack' }), NOW)).toBe(false)
    expect(needsPerson(alarm('a', { shelved_until: '2026-11-24T09:00:00Z' }), NOW)).toBe(false)
    expect(needsPerson(alarm('a', { shelved_until: '2026-11-24T08:41:59Z' }), NOW)).toBe(true)
  })
})
