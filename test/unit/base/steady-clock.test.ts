/** Time in the gateway while somebody sets the clock of its machine. */
import { fc, test as property } from '@fast-check/vitest'
import { expect, test } from 'vitest'
import { SteadyClock } from '../../../src/base/steady-clock.js'

const START = Date.parse('2026-11-24T08:00:00Z')
const [SECOND, MINUTE, HOUR, DAY] = [1000, 60_000, 3_600_000, 86_400_000]

/** A machine whose clock can be set. */
function machine() {
  let runningMs = 12_345.25
  let setMs = START - runningMs
  const clock = new SteadyClock({ wallMs: () => Math.floor(runningMs + setMs), runningMs: () => runningMs })
  const times: number[] = []
  return {
    clock,
    times,
    /** Looks at it each second. */
    run(ms: number) {
      for (const untilMs = runningMs + ms; runningMs < untilMs; ) {
        runningMs += Math.min(SECOND, untilMs - runningMs)
        times.push(clock.nowMs())
      }
      return clock.nowMs() - START
    },
    set: (byMs: number) => {
      setMs += byMs
    },
    sleep: (ms: number) => {
      runningMs += ms
    },
  }
}

test.each([
  ['three days ahead', 3 * DAY],
  ['ten years ahead', 3653 * DAY],
  ['an hour back', -HOUR],
  ['three days back', -3 * DAY],
])('a clock that is %s for four seconds is not followed, and what it said is on record', (_, byMs) => {
  const { clock, run, set, times } = machine()
  run(10 * MINUTE)
  set(byMs)
  const during = run(4 * SECOND)
  expect(clock.state).toMatchObject({ standing: 'doubted', changes: 1 })
  expect(clock.state.toMs - clock.state.fromMs).toBeCloseTo(byMs, -2)
  set(-byMs)
  expect([during, run(MINUTE)]).toEqual([10 * MINUTE + 4 * SECOND, 11 * MINUTE + 4 * SECOND])
  expect(clock.state).toMatchObject({ standing: 'returned', changes: 2 })
  expect(times).toEqual([...times].sort((a, b) => a - b))
})

test('back and forth ten times, it goes on as time does', () => {
  const { clock, run, set } = machine()
  run(MINUTE)
  for (let i = 0; i < 10; i++) {
    set(3 * DAY)
    run(4 * SECOND)
    set(-3 * DAY)
    run(3 * SECOND)
  }
  expect(run(0)).toBe(MINUTE + 70 * SECOND)
  expect(clock.state).toMatchObject({ standing: 'returned', changes: 20 })
})

test('a clock that has stood for five minutes is followed; when it is taken back after that, at once', () => {
  const { clock, run, set } = machine()
  run(HOUR)
  set(3 * DAY)
  expect(run(299 * SECOND)).toBe(HOUR + 299 * SECOND)
  expect(run(2 * SECOND)).toBe(HOUR + 3 * DAY + 301 * SECOND)
  expect(clock.state.standing).toBe('followed')
  set(-3 * DAY)
  expect(run(SECOND)).toBe(HOUR + 302 * SECOND)
  expect(clock.state.standing).toBe('followed')
  // The wrong one stood for a minute only: that makes it no clock to go back to at once.
  set(3 * DAY)
  expect(run(10 * SECOND)).toBe(HOUR + 312 * SECOND)
})

test('a clock that is set right soon after the start is followed after a minute', () => {
  const { run, set } = machine()
  run(20 * SECOND)
  set(-HOUR)
  expect(run(59 * SECOND)).toBe(79 * SECOND)
  expect(run(2 * SECOND)).toBe(81 * SECOND - HOUR)
})

test('soon after the start a wrong clock is followed after a minute; taken back soon, at once', () => {
  const { run, set } = machine()
  run(8 * SECOND)
  set(3 * DAY)
  expect(run(75 * SECOND)).toBe(83 * SECOND + 3 * DAY)
  set(-3 * DAY)
  expect(run(SECOND)).toBe(84 * SECOND)
})

test('one that jumps on and on is not followed before it stands', () => {
  const { run, set } = machine()
  run(10 * MINUTE)
  for (let i = 0; i < 20; i++) {
    set(i % 2 === 0 ? 3 * DAY : DAY)
    run(30 * SECOND)
  }
  expect(run(0)).toBe(20 * MINUTE)
})

test('steering by small steps is followed as it comes; back, it stands still for that long', () => {
  const { clock, run, set, times } = machine()
  for (let i = 0; i < 600; i++) {
    set(0.5)
    run(SECOND)
  }
  set(-400)
  run(10 * SECOND)
  expect(run(0)).toBe(610 * SECOND - 100)
  expect(times).toEqual([...times].sort((a, b) => a - b))
  expect(clock.state.changes).toBe(0)
})

test('a process that was stopped for an hour has slept: that is no jump', () => {
  const { clock, run, sleep } = machine()
  run(MINUTE)
  sleep(HOUR)
  expect(run(SECOND)).toBe(HOUR + 61 * SECOND)
  expect(clock.state.changes).toBe(0)
})

property.prop([
  fc.array(
    fc.record({
      byMs: fc.integer({ min: -4 * DAY, max: 4 * DAY }),
      standsMs: fc.integer({ min: 1, max: 59 * SECOND }),
    }),
    { maxLength: 20 },
  ),
])('whatever is done to it within minutes and taken back, time was right at every look', (jumps) => {
  const { run, set, clock } = machine()
  run(10 * MINUTE)
  for (const { byMs, standsMs } of jumps) {
    const before = clock.nowMs() - START
    set(byMs)
    expect(Math.abs(run(standsMs) - before - standsMs)).toBeLessThan(2 * SECOND)
    set(-byMs)
    expect(Math.abs(run(SECOND) - before - standsMs - SECOND)).toBeLessThan(2 * SECOND)
  }
})

/** A clock that is behind what the journal holds when the process starts. */
function startedBehind(byMs: number) {
  const started = machine()
  started.clock.goOnFrom(START + byMs)
  return started
}

test('a clock that is behind the journal at the start is doubted at the first look; time goes on from the journal', () => {
  const { clock, run, times } = startedBehind(DAY)
  expect(run(MINUTE)).toBe(DAY + MINUTE)
  expect(clock.state).toMatchObject({ standing: 'doubted', fromMs: START + DAY + SECOND, toMs: START + SECOND })
  expect(times).toEqual([...times].sort((a, b) => a - b))
})

test.each([
  ['just as late', 0],
  ['three days later, as the machine was off for so long', 3 * DAY],
])('when it says something %s, it is followed at the next look', (_, offMs) => {
  const { clock, run, set } = startedBehind(DAY)
  run(MINUTE)
  set(DAY + offMs)
  expect(run(SECOND)).toBe(DAY + offMs + 61 * SECOND)
  expect(clock.state).toMatchObject({ standing: 'returned', changes: 2 })
  // From here on it is a clock like any other.
  set(3 * DAY)
  expect(run(30 * SECOND)).toBe(DAY + offMs + 91 * SECOND)
  set(-3 * DAY)
  expect(run(SECOND)).toBe(DAY + offMs + 92 * SECOND)
})

test('one that stands for five minutes is followed, and left at once for one that is as late as the journal', () => {
  const { clock, run, set } = startedBehind(DAY)
  expect(run(299 * SECOND)).toBe(DAY + 299 * SECOND)
  expect(run(2 * SECOND)).toBe(301 * SECOND)
  expect(clock.state.standing).toBe('followed')
  run(10 * MINUTE)
  set(2 * DAY)
  expect(run(SECOND)).toBe(2 * DAY + 10 * MINUTE + 302 * SECOND)
  expect(clock.state).toMatchObject({ standing: 'followed', fromMs: START + 10 * MINUTE + 302 * SECOND })
})

test('one that is not behind, or by less than a jump, is followed from the start', () => {
  for (const byMs of [-DAY, 0, 1499]) {
    const { clock, run } = startedBehind(byMs)
    expect(run(MINUTE)).toBe(MINUTE)
    expect(clock.state.changes).toBe(0)
  }
})
