import { expect, test } from 'vitest'
import { Throttle } from '../../../src/access/throttle.js'

const MINUTE_MS = 60_000

/** So many wrong passwords at one instant; how many were let through. */
function tries(throttle: Throttle, name: string, address: string, times: number, nowMs = 0): number {
  return Array.from({ length: times }, () => throttle.begin(name, address, nowMs)).filter((waitMs) => waitMs === 0)
    .length
}

test('five wrong passwords for a name, then one a minute', () => {
  const throttle = new Throttle()
  expect(tries(throttle, 'admin', '10.0.0.7', 10)).toBe(5)
  expect(throttle.begin('admin', '10.0.0.7', 1_000)).toBe(MINUTE_MS - 1_000)
  expect(throttle.begin('admin', '10.0.0.7', MINUTE_MS - 1)).toBe(1)
  expect(tries(throttle, 'admin', '10.0.0.7', 2, MINUTE_MS)).toBe(1)
  expect(tries(throttle, 'admin', '10.0.0.7', 10, 60 * MINUTE_MS)).toBe(5)
})

test('who tries a name from one address keeps nobody out at another, whatever the spelling', () => {
  const throttle = new Throttle()
  tries(throttle, 'Admin', '10.0.0.7', 1000)
  expect(tries(throttle, 'admin', '10.0.0.7', 1)).toBe(0)
  expect(tries(throttle, 'admin', '10.0.0.8', 5)).toBe(5)
})

test('a name that is tried from everywhere leaves each address one try', () => {
  const throttle = new Throttle()
  for (let i = 0; i < 50; i++) tries(throttle, 'admin', `10.0.1.${i}`, 5)
  expect(tries(throttle, 'admin', '10.0.2.1', 5)).toBe(1)
  expect(tries(throttle, 'wang.wei', '10.0.2.1', 5)).toBe(5)
})

test('an address that tries many names is held up, with all of its IPv6 network', () => {
  const throttle = new Throttle()
  for (let i = 0; i < 40; i++) throttle.begin(`name ${i}`, `2001:db8:1:2::${i}`, 0)
  expect(throttle.begin('somebody', '2001:db8:1:2:ffff::1', 0)).toBeGreaterThan(0)
  expect(throttle.begin('somebody', '2001:db8:1:3::1', 0)).toBe(0)
})

test('what was right does not count', () => {
  const throttle = new Throttle()
  for (let i = 0; i < 100; i++) {
    expect(throttle.begin('wang.wei', '10.0.0.7', 0)).toBe(0)
    throttle.forgive('wang.wei', '10.0.0.7', 0)
  }
  expect(throttle.size).toBe(0)
})

test('a clock that is set back neither forgives nor holds up more', () => {
  const throttle = new Throttle()
  tries(throttle, 'admin', '10.0.0.7', 5, 10 * MINUTE_MS)
  expect(throttle.begin('admin', '10.0.0.7', 0)).toBe(MINUTE_MS)
})

test('failures of a clock that was years ahead fade once it is right', () => {
  const throttle = new Throttle()
  tries(throttle, 'admin', '10.0.0.7', 5, 1e12)
  expect(throttle.begin('admin', '10.0.0.7', 0)).toBe(MINUTE_MS)
  expect(throttle.begin('admin', '10.0.0.7', MINUTE_MS)).toBe(0)
})

test('a flood of names and addresses is remembered up to a bound', () => {
  const throttle = new Throttle()
  for (let i = 0; i < 12_000; i++) throttle.begin(`n${i}`, `10.${i >> 16}.${(i >> 8) & 255}.${i & 255}`, 0)
  expect(throttle.size).toBe(30_000)
})
