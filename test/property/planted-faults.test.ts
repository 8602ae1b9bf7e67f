// @module-tag slow

import { expect, test } from 'vitest'
import { caught, PLANTED_FAULTS } from '../faults/ground/planted.js'

test('eight faults are planted', () => expect(PLANTED_FAULTS).toHaveLength(8))

test.each(PLANTED_FAULTS)('the ground finds: $name', async (fault) => {
  const { sound, faulty, says } = await caught(fault, 20261126)
  expect({ sound, says }).toEqual({ sound: 0, says })
  expect(faulty).toBeGreaterThan(0)
})
