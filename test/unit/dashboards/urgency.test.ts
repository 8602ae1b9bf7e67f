import { describe, expect, it } from 'vitest'
import { lastSettled } from '../../../dashboards/src/alarms/settled.js'
import { byUrgency, countsOf, heldOrder, type Situation } from '../../../dashboards/src/alarms/urgency.js'
import { nextPlant } from '../../../dashboards/src/tiles/wall-turn.js'
import { anAlarm as alarm } from '../../support/alarm.js'

const NOW = Date.parse('2026-11-24T08:42:00Z')
const calm = (plant: string, changed: Partial<Situation> = {}): Situation => ({
  plant,
  alarms: [],
  missed: 0,
  isStale: false,
  ...changed,
})

describe('the order of plants', () => {
  it('is that of the configuration while nothing is wrong', () => {
    expect(byUrgency([calm('c'), calm('a'), calm('b')], NOW)).toEqual(['c', 'a', 'b'])
  })

  it('begins with the worst alarm, then missed targets, then silence', () => {
    const plants = [
      calm('calm'),
      calm('stale', { isStale: true }),
      calm('two missed', { missed: 2 }),
      calm('one missed', { missed: 1 }),
      calm('minor', { alarms: [alarm('m')] }),
      calm('critical', { alarms: [alarm('n'), alarm('c', { severity: 'critical' })] }),
    ]
    expect(byUrgency(plants, NOW)).toEqual(['critical', 'minor', 'two missed', 'one missed', 'stale', 'calm'])
  })

  it('an alarm that somebody has taken on or put aside brings no plant forward', () => {
    const acked = alarm('a', { severity: 'critical', state: 'active_ack' })
    const shelved = alarm('s', { severity: 'critical', shelved_until: '2026-11-24T09:00:00Z' })
    const over = alarm('o', { severity: 'critical', state: 'cleared_unack' })
    const plants = [calm('first'), calm('taken on', { alarms: [acked, shelved, over] })]
    expect(byUrgency(plants, NOW)).toEqual(['first', 'taken on'])
  })

  it('is not changed under the pointer: what is new comes last, what is gone goes', () => {
    expect(heldOrder(['a', 'b', 'c'], ['c', 'd', 'a'])).toEqual(['a', 'c', 'd'])
    expect(heldOrder([], ['b', 'a'])).toEqual(['b', 'a'])
  })
})

describe('the balance of alarms', () => {
  it('counts by severity, the worst first, and names none of which there is none', () => {
    const alarms = [alarm('a'), alarm('b', { severity: 'critical' }), alarm('c')]
    expect(countsOf(alarms)).toEqual([
      { severity: 'critical', count: 1 },
      { severity: 'minor', count: 2 },
    ])
    expect(countsOf([])).toEqual([])
  })

  it('is quiet since the last alarm was acknowledged or over, whichever came first', () => {
    const ackedThenOver = alarm('a', { acked_at: '2026-11-24T08:10:00Z', cleared_at: '2026-11-24T08:40:00Z' })
    const overThenAcked = alarm('b', { acked_at: '2026-11-24T08:41:00Z', cleared_at: '2026-11-24T08:20:00Z' })
    const last = lastSettled([ackedThenOver, overThenAcked, alarm('active')])
    expect(last?.alarm.id).toBe('b')
    expect(last?.atMs).toBe(Date.parse('2026-11-24T08:20:00Z'))
  })

  it('says no time where none is known', () => {
    expect(lastSettled([])).toBeNull()
    expect(lastSettled([alarm('active')])).toBeNull()
  })
})

describe('the wall screen', () => {
  it('shows the plants round and round, either way', () => {
    expect(nextPlant(['a', 'b', 'c'], 'c', 1)).toBe('a')
    expect(nextPlant(['a', 'b', 'c'], 'a', -1)).toBe('c')
  })

  it('begins anew when its plant is gone, and shows none when there is none', () => {
    expect(nextPlant(['a', 'b'], 'gone', 1)).toBe('a')
    expect(nextPlant([], 'a', 1)).toBeNull()
  })
})
