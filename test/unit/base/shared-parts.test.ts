import { expect, test } from 'vitest'
import { withSharedParts } from '../../../src/base/shared-parts.js'

/** Proves that equal parts of two values become one object, and that nothing else changes. */

const copy = <T>(value: T): T => structuredClone(value)
const before = { name: { en: 'Works' }, devices: [{ id: 'a', of: { x: 1 } }, { id: 'b' }], days: [1, { d: 2 }] }

test('an equal value is the earlier one', () => {
  expect(withSharedParts(copy(before), before)).toBe(before)
})

test('elements are found by their id, wherever they stand', () => {
  const after = { ...copy(before), devices: [{ id: 'c' }, ...copy(before.devices)] }
  const shared = withSharedParts(after, before)
  expect(shared).toEqual(after)
  expect(shared.name).toBe(before.name)
  expect(shared.devices.slice(1)).toEqual(before.devices)
  expect(shared.devices[1]).toBe(before.devices[0])
  expect(shared.devices[2]).toBe(before.devices[1])
})

test.each([
  ['a value changes', { ...before, days: [1, { d: 3 }] }],
  ['a key goes', { name: before.name, days: before.days }],
  ['a key comes', { ...before, more: null }],
  ['a key comes in place of another', { name: before.name, days: before.days, others: [] }],
  ['a list is cut', { ...before, devices: before.devices.slice(0, 1) }],
  ['a list becomes a map', { ...before, days: { 0: 1, 1: { d: 2 } } }],
  ['there was nothing before', null],
])('%s', (_, after) => {
  expect(withSharedParts(copy(after), before)).toEqual(after)
  expect(withSharedParts(copy(before), after)).toEqual(before)
})
