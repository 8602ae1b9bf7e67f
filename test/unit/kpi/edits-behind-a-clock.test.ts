import fc from 'fast-check'
import { expect, test } from 'vitest'
import { DAY_MS } from '../../../src/base/durations.js'
import type { PlantOptions } from '../../../src/base/plant.js'
import { bundledLibrary } from '../../../src/kpi/factors/bundled.js'
import { backdated } from '../../../src/kpi/settings/backdated.js'
import { PlantVersion } from '../../../src/kpi/settings/version.js'
import { PlantVersions } from '../../../src/kpi/settings/versions.js'
import { inForceAt } from '../../../src/kpi/time/in-force.js'
import { plantOf } from '../../support/engine.js'

/** Proves what holds when the clock of the gateway was set back between two configurations that speak of days before them. */

const dayMs = (day: number) => Date.UTC(2025, 5, day)
const dayOf = (day: number) => new Date(dayMs(day)).toISOString().slice(0, 10)

/** A plant with one device, its line now, and the days on which it moved. */
function on(line: string, moves: Readonly<Record<number, string>> = {}): PlantOptions {
  const told = Object.entries(moves).map(([day, to]) => ({ from: dayOf(Number(day)), line: to }))
  const lines = ['k', 'l', 'm', 'n'].map((id) => ({ id }))
  return plantOf({ lines, devices: [{ id: 'a', line, ...(told.length > 0 && { moves: told }) }] })
}

function versions(): PlantVersions {
  return new PlantVersions(({ index, fromMs, options }) => new PlantVersion(index, fromMs, options, bundledLibrary()))
}

/** The line of the device on each of some days, by configurations that came one after the other, each by the clock of then. */
function linesOn(days: readonly number[], ...stated: readonly (readonly [day: number, plant: PlantOptions])[]) {
  const taken = versions()
  for (const [day, options] of stated) taken.take(dayMs(day), options)
  return days.map((day) => inForceAt(taken.all, dayMs(day)).device('a')?.line)
}

const DAYS = [3, 5, 7, 12] as const

test('a configuration that came by an earlier clock says itself where a device stands', () => {
  const [first, moved] = [
    [1, on('l')],
    [10, on('m', { 4: 'm' })],
  ] as const
  expect(linesOn(DAYS, first, moved)).toEqual(['l', 'm', 'm', 'm'])
  const back = [6, on('n', { 4: 'm' })] as const
  expect(linesOn(DAYS, first, moved, back)).toEqual(['l', 'm', 'n', 'n'])
  // Another edit that speaks of the past takes nothing of it away.
  expect(linesOn([...DAYS, 13], first, moved, back, [13, on('k', { 2: 'k', 4: 'm' })])).toEqual([
    ...['k', 'm', 'n', 'n'],
    'k',
  ])
})

test('the time that was in force by the clock ahead is told to have changed', () => {
  const taken = versions()
  taken.take(dayMs(1), on('l'))
  taken.take(dayMs(10), on('m'))
  const change = taken.take(dayMs(6), on('n'))
  expect(change?.sinceMs).toBe(dayMs(6))
  expect(change?.changed.map(({ fromMs, toMs, before, after }) => [fromMs, toMs, before, after].map(nameOf))).toEqual([
    [dayMs(6), dayMs(10), 'l', 'n'],
    [dayMs(10), Infinity, 'm', 'n'],
  ])
})

function nameOf(part: number | PlantVersion): unknown {
  return part instanceof PlantVersion ? part.device('a')?.line : part
}

test('taken one by one, in whatever order of their clocks, they are those of all at once', () => {
  const line = fc.constantFrom('k', 'l', 'm', 'n')
  const moves = fc.constantFrom({}, { 4: 'm' }, { 4: 'm', 8: 'k' }, { 2: 'n', 4: 'm' })
  const statement = fc.tuple(fc.integer({ min: 1, max: 12 }), line, moves)
  fc.assert(
    fc.property(fc.array(statement, { minLength: 1, maxLength: 6 }), (drawn) => {
      const stated = drawn.map(([day, to, told]) => ({ fromMs: dayMs(day), options: on(to, told) }))
      const [taken, said] = [versions(), [] as typeof stated]
      for (const one of stated) if (taken.take(one.fromMs, one.options) !== null) said.push(one)
      const atOnce = backdated(said)
      for (let ms = dayMs(1); ms < dayMs(14); ms += DAY_MS / 2) {
        const found = inForceAt(taken.all, ms).device('a')?.line
        expect(found).toBe(inForceAt(atOnce, ms).options?.devices[0]?.line)
      }
    }),
  )
})
