import { closeSync, openSync } from 'node:fs'
import { expect, test } from 'vitest'
import { filesHealth, filesMax, fittedToFiles, tooFewFiles, type WithPlaces } from '../../../src/program/open-files.js'

/** Places for connections by how many files the process may have open. */

const CONFIG: WithPlaces = {
  mqtt: { enabled: true, limits: { connections: 5000, unproved: 1000 } },
  http: { connections: 3000, unproved: 1000 },
  hj212: { port: null, connections: 2000, unproved: 1000 },
}

test('all places stay where there is room, or where no limit is known', () => {
  expect(fittedToFiles(CONFIG, 10_256)).toBe(CONFIG)
  expect(fittedToFiles(CONFIG, null)).toBe(CONFIG)
  expect(tooFewFiles(CONFIG, 10_256)).toBe('')
})

test('one file less takes a little of each, and says so with the remedy', () => {
  const { mqtt, http } = fittedToFiles(CONFIG, 10_255)
  expect([mqtt.limits.connections, mqtt.limits.unproved, http.connections, http.unproved]).toEqual([
    4999, 999, 2999, 999,
  ])
  expect(tooFewFiles(CONFIG, 10_255)).toMatch(/10255 files open, and 10256 are needed .* places for 9996; raise/)
})

test('of a small limit half is kept for files', () => {
  const { mqtt, http } = fittedToFiles(CONFIG, 256)
  const places = [mqtt.limits, http].flatMap(({ connections, unproved }) => [connections, unproved])
  expect(places).toEqual([64, 12, 38, 12])
})

test('HJ 212 counts where it listens', () => {
  const listening = { ...CONFIG, hj212: { ...CONFIG.hj212, port: 9212 } }
  expect(tooFewFiles(listening, 13_255)).toContain('13256 are needed')
})

test('readiness says when few are left, and else what was said at the start', () => {
  expect(filesHealth('', 1000, 968)).toEqual({ name: 'open_files', ok: true, reason: '' })
  expect(filesHealth('', 1000, 969)).toMatchObject({ ok: false, reason: expect.stringContaining('969 of 1000 files') })
  expect(filesHealth('fewer places', null, null)).toMatchObject({ ok: true, reason: 'fewer places' })
})

test('files that are opened are counted', () => {
  const count = () => Number(/^\d+/.exec(filesHealth('', 1).reason)?.[0])
  const before = count()
  const opened = Array.from({ length: 50 }, () => openSync('/dev/null', 'r'))
  try {
    // Others in this process may open and close some of their own meanwhile.
    expect(count() - before).toBeGreaterThan(40)
  } finally {
    for (const file of opened) closeSync(file)
  }
})

test('this process has a limit', () => expect(filesMax()).toBeGreaterThan(256))
