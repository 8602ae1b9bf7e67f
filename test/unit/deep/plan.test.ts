import { expect, test } from 'vitest'
import { planned } from '../../deep/plan.js'
import { SEARCHES, type Search } from '../../deep/searches.js'

/** The plan of the deep run: without a limit all of everything, with one what fits, and what does not is named. */

const search = (name: string, seconds: number, shareMin: number): Search => {
  return { name, seconds, shareMin, command: () => ({ args: [] }) }
}

const HOUR_OF_SOAK = search('soak', 3600, 1)
const STEEL = search('steel', 100, 1)
const KILLS = search('kills', 400, 0.2)
const FUZZ = search('fuzz', 60, 0.2)

test('without a limit each search has its full size', () => {
  expect(planned([HOUR_OF_SOAK, KILLS], null, 2).map(({ share }) => share)).toEqual([1, 1])
})

test('with time enough only what is longer than all of it is left out', () => {
  expect(planned([HOUR_OF_SOAK, STEEL, KILLS, FUZZ], 1000, 2).map(({ share }) => share)).toEqual([null, 1, 1, 1])
})

test('with less, those that have smaller sizes share what is left', () => {
  const [soak, steel, kills, fuzz] = planned([HOUR_OF_SOAK, STEEL, KILLS, FUZZ], 200, 2)
  // 2 x 200 s, of which 85 in 100 are shared out: 100 for steel, 240 of 460 for the others.
  expect([soak?.share, steel?.share]).toEqual([null, 1])
  expect(kills?.share).toBeCloseTo(240 / 460)
  expect(fuzz?.share).toBe(kills?.share)
})

test('what would become too small is left out', () => {
  expect(planned([STEEL, KILLS], 80, 1).map(({ share }) => share)).toEqual([null, null])
})

test('in twenty minutes all but the soak find room, at nearly their full size', () => {
  const plan = planned(SEARCHES, 20 * 60, 2)
  expect(plan.filter(({ share }) => share === null).map(({ search: { name } }) => name)).toEqual(['prove soak'])
  expect(Math.min(...plan.map(({ share }) => share ?? 1))).toBeGreaterThan(0.9)
})
