import { expect, test } from 'vitest'
import { badParameters } from '../../../src/views/problem.js'

const fault = (n: number) => ({ parameter: `p${n}`, expected: 'a number from 1 to 1000 and a reason', example: '1' })

test('a problem says all faults, and of many those that somebody reads; `errors` has them all', () => {
  const three = badParameters([fault(1), fault(2), fault(3)])
  expect(three.message).toBe(
    [1, 2, 3].map((n) => `The parameter p${n} is missing; expected a number from 1 to 1000 and a reason.`).join(' '),
  )
  const twenty = badParameters([fault(1), ...Array.from({ length: 19 }, (_, i) => fault(i + 2))])
  expect(twenty.message.length).toBeLessThan(750)
  expect(twenty.message).toMatch(/ And 1\d more\.$/)
  expect(twenty.faults).toHaveLength(20)
})
