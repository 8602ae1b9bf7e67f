import { expect, test } from 'vitest'
import { Pause } from '../../../../src/intake/modbus/pause.js'

/** At which of the next rounds a meter is asked that fails each time. */
function roundsAsked(everyMs: number, rounds: number): number[] {
  const pause = new Pause(everyMs)
  return Array.from({ length: rounds }, (_, round) => round).filter((round) => {
    const nowMs = round * everyMs
    if (!pause.isOver(nowMs)) return false
    // It takes a while until one knows.
    pause.failed(nowMs + everyMs / 10)
    return true
  })
}

test('who fails is asked in the next round, then in every second, fourth, eighth, at least once a minute', () => {
  expect(roundsAsked(10_000, 40)).toEqual([0, 1, 3, 7, 13, 19, 25, 31, 37])
})

test('who is asked once in five minutes anyway is asked each time', () => {
  expect(roundsAsked(300_000, 4)).toEqual([0, 1, 2, 3])
})

test('one success and all is forgotten', () => {
  const pause = new Pause(10_000)
  for (let failure = 0; failure < 5; failure++) pause.failed(0)
  expect(pause.isOver(10_000)).toBe(false)
  pause.succeeded()
  expect(pause.isOver(0)).toBe(true)
  pause.failed(0)
  expect(pause.isOver(10_000)).toBe(true)
})
