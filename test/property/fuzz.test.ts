import { describe, expect, test } from 'vitest'
import { regressions } from '../fuzz/regressions.js'
import { TARGETS } from '../fuzz/targets.js'

describe.each(TARGETS)('the fuzz target $name', (target) => {
  test('answers its seeds, and all that was ever found', () => {
    const inputs = [...target.seeds(), ...regressions(target.name)]
    expect(inputs.length).toBeGreaterThan(3)
    for (const input of inputs) {
      try {
        target.fuzz(input)
      } catch (error) {
        throw new Error(`${target.name}: ${input.toString('base64')}`, { cause: error })
      }
    }
  })
})
