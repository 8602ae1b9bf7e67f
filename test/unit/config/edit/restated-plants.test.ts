import { expect, test } from 'vitest'
import { plantOptions } from '../../../../src/base/plant.js'
import { restatedPlants } from '../../../../src/config/edit/restated-plants.js'

/** Proves that a preview names the plants of which days that are over are computed again, and from when on. */

const plantOf = (devices: readonly object[]) => [plantOptions.parse({ id: 'p', name: {}, timezone: 'UTC', devices })]
const NOW = Date.parse('2026-12-01T10:00:00Z')
const MOVE = { from: '2026-11-25', line: 'm' }
const since = (id: string, holds_from?: string) => ({ id, ...(holds_from === undefined ? {} : { holds_from }) })

test.each([
  ['a device that holds from before is added', [], [since('a', '2026-11-28')], '2026-11-28'],
  ['one is taken out', [since('a', '2026-11-28')], [], '2026-11-28'],
  ['its day is another', [since('a', '2026-11-28')], [since('a', '2026-11-20T08:00:00+08:00')], '2026-11-20'],
  ['the earliest of several counts', [], [since('a', '2026-11-28'), since('b', '2026-11-27')], '2026-11-27'],
  ['a device without the setting is added', [], [since('a')], null],
  ['a device is to hold from a day to come', [], [since('a', '2026-12-02')], null],
  ['one of two does', [], [since('a', '2026-12-02'), since('b', '2026-12-01')], '2026-12-01'],
  ['it moved before this was said', [since('a')], [{ ...since('a'), moves: [MOVE] }], '2026-11-25'],
  ['that is taken back', [{ ...since('a'), moves: [MOVE] }], [since('a')], '2026-11-25'],
  ['its line is another now', [{ ...since('a'), line: 'l' }], [{ ...since('a'), line: 'm' }], null],
  ['nothing of it changes', [since('a', '2026-11-28')], [{ ...since('a', '2026-11-28'), role: 'sub' }], null],
])('%s', (_, before, after, from) => {
  expect(restatedPlants(plantOf(before), plantOf(after), NOW)).toEqual(from === null ? [] : [{ plant: 'p', from }])
})

test('the first configuration of a plant holds for all time before it anyway', () => {
  expect(restatedPlants([], plantOf([since('a', '2026-11-28')]), NOW)).toEqual([])
})
