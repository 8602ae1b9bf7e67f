import { afterEach, beforeEach, expect, test } from 'vitest'
import { readConfigs } from '../../../src/archive/samples.js'
import { Bench, plantOf } from '../../support/engine.js'

/** Proves that every configuration that there ever was can be asked for, and that few of the texts are in memory. */

let bench: Bench
beforeEach(async () => {
  bench = await Bench.open()
})
afterEach(() => bench.close())

test('all come in their order with their texts, of which none is kept as it is', async () => {
  const names = Array.from({ length: 70 }, (_, i) => ({ en: `Works ${i}`, zh: `${i}号厂` }))
  for (const [i, name] of names.entries()) await bench.configure([plantOf({ name })], i * 1000)
  const versions = await readConfigs(bench.database)
  expect(versions.map(({ plants }) => plants[0]?.name)).toEqual(names)
  expect(versions.map(({ content }) => JSON.parse(content).plants[0].name)).toEqual(names)
  const kept = versions.map((version) => Object.getOwnPropertyDescriptor(version, 'content')?.value)
  expect(kept.every((text) => text === undefined)).toBe(true)
})
