import { expect, it } from 'vitest'
import { isReadAloud } from '../../../dashboards/src/chart/cursor.js'

it('of all charts that follow a cursor the one whose keys move it is read aloud; a pointer is not', () => {
  const [mine, another] = [{}, {}]
  expect([mine, another].map((chart) => isReadAloud({ ms: 0, owner: mine, isByKey: true }, chart))).toEqual([
    true,
    false,
  ])
  expect(isReadAloud({ ms: 0, owner: mine, isByKey: false }, mine)).toBe(false)
  expect(isReadAloud(null, mine)).toBe(false)
})
