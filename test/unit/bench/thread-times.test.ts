import { expect, test } from 'vitest'
import { costByThread, threadTimesOf } from '../../bench/measure/thread-times.js'

/** Cost of a stretch of time by the names of threads. */

const time = (cpuSeconds: number, wakeUps: number) => ({ cpuSeconds, wakeUps })

test('threads of one name are added up, and one that came meanwhile counts from its start', () => {
  const before = new Map([
    [1, time(5, 100)],
    [2, time(1, 10)],
    [9, time(7, 7)],
  ])
  const after = new Map([
    [1, time(6, 130)],
    [2, time(1.5, 15)],
    [3, time(0.25, 2)],
  ])
  const costs = costByThread(before, after, (tid) => (tid === 1 ? 'main' : 'pool'))
  expect(Object.fromEntries(costs)).toEqual({ main: time(1, 30), pool: time(0.75, 7) })
})

test('every thread of a process is there, with what it has cost', () => {
  const times = threadTimesOf(process.pid)
  expect(times.get(process.pid)!.cpuSeconds).toBeGreaterThan(0)
  expect([...times.values()].every(({ wakeUps }) => Number.isInteger(wakeUps))).toBe(true)
})
