// @module-tag slow

import { expect, it } from 'vitest'
import { pointKey, streamKey } from '../../../src/base/kpi.js'
import { quarantineId } from '../../../src/decode/quarantine.js'
import { windowKey } from '../../../src/kpi/windows/point.js'
import { usedMiB } from '../../support/fuzz/memory.js'

const KEYS = 20_000
/** A key as one text takes 120 with its place in the map; as a tree of its parts it took 320. */
const KEY_BYTES_MAX = 220

const stream = (i: number) =>
  ({ plant: 'own', scope: 'device', id: `d${i}`, kpi: 'energy_elec_import', window: '15m', unit: 'kWh' }) as const

it.each([
  ['of a point', (i: number) => pointKey({ ...stream(i), start: '2026-11-29T04:45:00.000Z' })],
  ['of a stream', (i: number) => streamKey(stream(i))],
  ['of a window', (i: number) => windowKey({ stream: stream(i), startMs: 1_795_920_300_000 } as never)],
  ['of a quarantined message', (i: number) => quarantineId(4_334_515_604_480 + i, 57)],
])('a key %s is one text, however long it is kept', (_, keyOf) => {
  const kept = new Map<string, number>()
  const beforeMiB = usedMiB()
  for (let i = 0; i < KEYS; i++) kept.set(keyOf(i), i)
  const bytes = ((usedMiB() - beforeMiB) * 2 ** 20) / kept.size
  expect(kept.has(keyOf(7))).toBe(true)
  expect(bytes).toBeLessThan(KEY_BYTES_MAX)
})

it('keys are the parts that make a point the same point', () => {
  expect(pointKey({ ...stream(1), start: 'T' })).toBe('own|device|d1|energy_elec_import|15m|T')
  expect(streamKey(stream(1))).toBe('own|device|d1|energy_elec_import|15m')
  expect(quarantineId(12, 3)).toBe('12-3')
})
