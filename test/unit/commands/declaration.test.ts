import { expect, test } from 'vitest'
import { declaredDays } from '../../../src/commands/declaration.js'

/** Proves that a declaration is of days that are over in the zone of its plant. */

test.each([
  ['Asia/Shanghai', '2026-12-01'],
  ['America/Los_Angeles', '2026-11-30'],
])('the last day in %s is the one before %s', (zone, to) => {
  expect(declaredDays({}, zone, Date.parse('2026-12-01T02:00:00Z')).to).toBe(to)
})

test('it has thirty days, unless the first is named', () => {
  const nowMs = Date.parse('2026-12-01T02:00:00Z')
  expect(declaredDays({}, 'UTC', nowMs)).toEqual({ from: '2026-11-01', to: '2026-12-01' })
  expect(declaredDays({ from: '2026-10-01', to: '2026-11-01' }, 'UTC', nowMs)).toEqual({
    from: '2026-10-01',
    to: '2026-11-01',
  })
})
