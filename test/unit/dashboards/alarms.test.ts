import { beforeEach, describe, expect, it } from 'vitest'
import {
  alarmChanged,
  alarmList,
  alarmsAre,
  alarmsFailed,
  holdsWall,
  lengthMs,
  membersOf,
  needsPerson,
  readAlarms,
  urgentAlarms,
  worstOf,
} from '../../../dashboards/src/alarms/open.js'
import type { Answer } from '../../../dashboards/src/gateway/api.js'
import type { AlarmItem } from '../../../src/base/alarm.js'
import { anAlarm as alarm } from '../../support/alarm.js'
import { HandClock } from '../views/hand-clock.js'

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

  it('are one for each cause, with all that it stands for', () => {
    const silent = ['m1', 'm2', 'm3'].map((device) => {
      const of = { rule: 'device-silence', scope: 'device', scope_id: device, severity: 'major' } as const
      return alarm(`device-silence.device.${device}.1`, of)
    })
    alarmsAre([alarm('minor'), ...silent])
    const urgent = urgentAlarms(alarmList.value, NOW)
    expect(urgent.map(({ text }) => text.en)).toEqual(['3 devices are silent', 'minor'])
    expect(membersOf(urgent[0]!, NOW)).toHaveLength(3)
    expect(membersOf(urgent[1]!, NOW)).toEqual([alarm('minor')])
    alarmChanged({ ...silent[1]!, state: 'active_ack' })
    expect(membersOf(urgentAlarms(alarmList.value, NOW)[0]!, NOW).map(({ scope_id }) => scope_id)).toEqual(['m1', 'm3'])
  })

  it('hold the screen on the wall at their plant when they are major or worse', () => {
    const held = (['critical', 'major', 'minor', 'warning'] as const).map((severity) =>
      holdsWall(alarm('a', { severity })),
    )
    expect(held).toEqual([true, true, false, false])
  })

  it('last while they are active, and stop when they are cleared', () => {
    expect(lengthMs(alarm('a'), NOW)).toBe(42 * 60_000)
    expect(lengthMs(alarm('a', { cleared_at: '2026-11-24T08:03:12Z' }), NOW)).toBe(192_000)
  })
})

describe('alarms that are read while they change', () => {
  const clock = new HandClock('2026-11-24T08:42:00Z')
  let reads: ((answer: Answer<readonly AlarmItem[]>) => void)[]
  const begin = () => readAlarms(() => new Promise((resolve) => reads.push(resolve)), clock)
  const answer = (read: number, ...value: readonly AlarmItem[]) => reads[read]!({ kind: 'loaded', value })

  beforeEach(() => {
    alarmsAre([])
    reads = []
  })

  it('keep what was told meanwhile: one that was raised stays, one that is over does not come back', async () => {
    const read = begin()
    alarmChanged(alarm('raised'))
    alarmChanged(alarm('over', { state: 'cleared_ack' }))
    alarmChanged(alarm('acknowledged', { state: 'active_ack' }))
    answer(0, alarm('over'), alarm('acknowledged'), alarm('other'))
    await read
    expect(ids().sort()).toEqual(['acknowledged', 'other', 'raised'])
    expect(alarmList.value.find(({ id }) => id === 'acknowledged')?.state).toBe('active_ack')
  })

  it('keep the answer to the newest read, whichever comes last', async () => {
    const both = [begin(), begin()]
    answer(1, alarm('new'))
    answer(0, alarm('old'))
    await Promise.all(both)
    expect(ids()).toEqual(['new'])
  })

  it('are read again while that fails, which is said', async () => {
    const read = begin()
    reads[0]!({ kind: 'failed', detail: 'HTTP 503' })
    await expect.poll(() => alarmsFailed.value).toBe('HTTP 503')
    await clock.advance(4_999)
    expect(reads).toHaveLength(1)
    await clock.advance(1)
    answer(1, alarm('a'))
    await read
    expect([alarmsFailed.value, ...ids()]).toEqual([null, 'a'])
  })
})
