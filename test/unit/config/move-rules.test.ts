import { expect, test } from 'vitest'
import { moveContradictions, moveDoubts, movesAhead } from '../../../src/config/move-rules.js'
import { configSchema } from '../../../src/config/schema.js'

/** Proves what is said against moves of devices that cannot be so. */

const configWith = (moves: readonly object[]) => {
  const devices = [{ id: 'press', line: 'm', moves }]
  const plant = { id: 'p', name: {}, timezone: 'Asia/Shanghai', lines: [{ id: 'l' }, { id: 'm' }], devices }
  return configSchema.parse({ plants: [plant] })
}
const to = (from: string, line = 'm') => ({ from, line })
const NOW = Date.parse('2026-12-01T10:00:00+08:00')

test('two moves on one day contradict each other, however the time is written', () => {
  const config = configWith([to('2026-11-28'), to('2026-11-27'), to('2026-11-28T00:00:00+08:00', 'l')])
  expect(moveContradictions(config).map(({ path }) => path)).toEqual([['plants', 0, 'devices', 0, 'moves', 2, 'from']])
  expect(moveContradictions(configWith([to('2026-11-28'), to('2026-11-27', 'l')]))).toEqual([])
})

test('a line that is not listed is probably a slip', () => {
  const [doubt, ...others] = moveDoubts(configWith([to('2026-11-28', 'mm'), to('2026-11-29')]))
  expect(doubt).toMatchObject({ problem: 'is not among the lines of p', path: expect.arrayContaining(['line']) })
  expect(others).toEqual([])
})

test('a day that has not begun in the zone of the plant lies ahead', () => {
  const ahead = (from: string) => movesAhead(configWith([to(from)]), NOW).map(({ problem }) => problem)
  expect(ahead('2026-12-02')).toEqual(['has not begun'])
  expect(ahead('2026-12-01')).toEqual([])
  expect(ahead('2026-12-01T10:00:01+08:00')).toEqual(['has not begun'])
})
