import { describe, expect, it } from 'vitest'
import { accountable, timeAccount } from '../../../dashboards/src/plant/time-account.js'
import type { KpiPoint } from '../../../src/base/kpi.js'
import { aPlant } from './plant.js'
import { hourPoint } from './point.js'

const day = hourPoint(0, 0).start
const yesterday = hourPoint(-24, 0).start

/** The newest points of a robot: seconds by state, all of the day that starts at `start`. */
function robot(seconds: Readonly<Record<string, number>>, start = day) {
  return (kpi: string): KpiPoint | undefined => {
    const value = seconds[kpi.replace('time_', '')]
    return value === undefined ? undefined : hourPoint(0, value, { kpi, window: '1d', start })
  }
}

describe('the time account of a robot', () => {
  it('gives every second of the day to one state, in the order of the time model', () => {
    const account = timeAccount(robot({ unknown: 600, down_fault: 120, producing: 2880 }), day)
    expect(account?.shares).toEqual([
      { state: 'PRODUCING', seconds: 2880 },
      { state: 'DOWN_FAULT', seconds: 120 },
      { state: 'UNKNOWN', seconds: 600 },
    ])
    expect(account?.totalS).toBe(3600)
  })

  it('leaves out states it was not in', () => {
    expect(timeAccount(robot({ producing: 60, held: 0 }), day)?.shares).toHaveLength(1)
  })

  it('of a day without a point of it there is none: yesterday is not today', () => {
    expect(timeAccount(robot({ producing: 60 }, yesterday), day)).toBeNull()
    expect(timeAccount(robot({}), day)).toBeNull()
  })
})

describe('an account is kept', () => {
  it('of robots, machines and senders without a role', () => {
    const roles = ['main', 'robot', 'stack', 'machine', null]
    const plant = aPlant(roles.map((role, i) => ({ id: `d${i}`, role })))
    expect(accountable(plant).map(({ device }) => device.id)).toEqual(['d1', 'd3', 'd4'])
  })
})
