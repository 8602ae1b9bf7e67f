import { expect, test } from 'vitest'
import { GatewayTime } from '../../../dashboards/src/gateway/gateway-time.js'

const HOUR_MS = 3_600_000

/** A machine whose clock is right at first, and a gateway whose clock is six minutes ahead of it. */
function clocks() {
  const at = { wallMs: 1_790_000_000_000, runningMs: 5_000 }
  return {
    at,
    time: new GatewayTime({ wallMs: () => at.wallMs, runningMs: () => at.runningMs }),
    pass: (ms: number) => {
      at.wallMs += ms
      at.runningMs += ms
    },
  }
}

test('is that of the gateway, however wrong the clock of the machine is, and follows its steering', () => {
  const { at, time, pass } = clocks()
  expect(time.nowMs()).toBe(at.wallMs)
  const gatewayMs = at.wallMs + 360_000
  time.hear(gatewayMs)
  pass(1_000)
  expect(time.nowMs()).toBe(gatewayMs + 1_000)
  for (let second = 0; second < 100; second++) {
    at.wallMs += 1_000
    at.runningMs += 1_000.4
    time.nowMs()
  }
  expect([time.nowMs(), time.isDoubtful]).toEqual([gatewayMs + 101_000, false])
})

test('is right for good after a sleep, once the gateway has been heard, however late the clock of the machine is believed', () => {
  const { at, time, pass } = clocks()
  const beganMs = at.wallMs
  time.hear(beganMs)
  at.wallMs += 8 * HOUR_MS
  pass(1_000)
  expect([time.nowMs(), time.isDoubtful]).toEqual([beganMs + 1_000, true])
  time.hear(at.wallMs)
  for (let second = 0; second < 900; second++) {
    pass(1_000)
    expect(time.nowMs()).toBe(at.wallMs)
  }
  expect(time.isDoubtful).toBe(false)
})

test('is that of the machine, as far ahead of it as it was, when the gateway has not been heard for five minutes after a sleep', () => {
  const { at, time, pass } = clocks()
  time.hear(at.wallMs + 360_000)
  at.wallMs += 8 * HOUR_MS
  for (let second = 0; second < 301; second++) {
    pass(1_000)
    time.nowMs()
  }
  expect([time.nowMs(), time.isDoubtful]).toEqual([at.wallMs + 360_000, true])
  time.hear(at.wallMs + 361_000)
  expect([time.nowMs(), time.isDoubtful]).toEqual([at.wallMs + 361_000, false])
})

test('goes on where the clock of the machine is set, whether or not anybody looked in between', () => {
  const { at, time, pass } = clocks()
  const beganMs = at.wallMs
  time.hear(beganMs)
  at.wallMs -= HOUR_MS
  pass(30_000)
  expect(time.nowMs()).toBe(beganMs + 30_000)
  at.wallMs += 2 * HOUR_MS
  time.hear(beganMs + 30_000)
  pass(1_000)
  expect([time.nowMs(), time.isDoubtful]).toEqual([beganMs + 31_000, false])
})
