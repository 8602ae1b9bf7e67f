import { setImmediate as turn } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { StallMeter } from '../../../src/runtime/intake/stall-meter.js'

function work(ms: number): void {
  const endMs = performance.now() + ms
  while (performance.now() < endMs);
}

test('no timer runs for stalls before there is work that can be one; that work counts in whole, and is looked at closely from then on', async () => {
  const meter = new StallMeter()
  meter.takeS()
  expect(meter.isFine).toBe(false)
  await turn()
  work(30)
  await turn()
  expect(meter.takeS()).toBeGreaterThanOrEqual(0.03)
  expect(meter.isFine).toBe(true)
  meter.close()
})

test('work between two looks is the most that a stall can have been, not that of a whole second', async () => {
  const meter = new StallMeter()
  meter.takeS()
  for (let look = 0; look < 4; look++) {
    await turn()
    work(8)
    await turn()
    meter.look()
  }
  const stallS = meter.takeS()
  expect(stallS).toBeGreaterThanOrEqual(0.008)
  meter.close()
})

test('what the close look itself costs a slow machine does not keep it going', () => {
  let workedMs = 0
  let isOn = false
  const delays = {
    max: 5_000_000,
    count: 200,
    enable: () => {
      isOn = true
    },
    disable: () => {
      isOn = false
    },
    reset: () => undefined,
  }
  const meter = new StallMeter({ delays, workedMs: () => workedMs })
  const second = (ms: number) => {
    workedMs += ms
    meter.takeS()
  }
  second(30)
  expect(isOn).toBe(true)
  // Two hundred looks of 0.13 ms a second, and nothing else.
  for (let i = 0; i < 5; i++) second(26)
  expect(isOn).toBe(false)
  second(30)
  for (let i = 0; i < 20; i++) second(26 + 40)
  expect(isOn).toBe(true)
  meter.close()
})
