import { beforeEach, describe, expect, it } from 'vitest'
import { alarmChanged, alarmList, alarmsAre, lengthMs, needsPerson, worstOf } from '../../../dashboards/src/alarms.js'
import { alarm } from './alarm.js'

const NOW = Date.parse('2026-11-24T08:42:00Z')

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

  it('last while they are active, and stop when they are cleared', () => {
    expect(lengthMs(alarm('a'), NOW)).toBe(42 * 60_000)
    expect(lengthMs(alarm('a', { cleared_at: '2026-11-24T08:03:12Z' }), NOW)).toBe(192_000)
  })
})
