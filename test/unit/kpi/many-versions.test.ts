import { describe, expect, test } from 'vitest'
import { MINUTE_MS } from '../../../src/base/durations.js'
import { configVersion, type PlantOptions } from '../../../src/base/plant.js'
import { bundledLibrary } from '../../../src/kpi/factors/bundled.js'
import { EnginePlant } from '../../../src/kpi/plant/plant.js'
import { versionsEndingAfter } from '../../../src/kpi/settings/version.js'
import { inForceAt, placeInForce } from '../../../src/kpi/time/in-force.js'
import { plantOf } from '../../support/engine.js'

/** Proves that of many configurations of a plant each keeps, and has computed, no more than what it changes. */

const FIRST = Date.parse('2026-01-01T00:00:00Z')
const BESIDE = { find: () => undefined }

const devices = (multiplier = 1) => [
  { id: 'main', role: 'main', metrics: { elec_import_kwh: { multiplier } } },
  { id: 'press', role: 'sub', parent: 'main', metrics: { elec_import_kwh: {} } },
]

/** The plants of configurations as the journal brings them: each is parsed from its own text. */
function parsed(plants: readonly object[]): readonly PlantOptions[] {
  const versions = [configVersion({ arrivedAt: 0, hash: '', content: JSON.stringify({ plants: [plants[0]] }) })]
  for (const plant of plants.slice(1)) {
    const entry = { arrivedAt: 0, hash: '', content: JSON.stringify({ plants: [plant] }) }
    versions.push(configVersion(entry, versions.at(-1)))
  }
  return versions.map((version) => version.plants[0]!)
}

function configured(plants: readonly object[], everyMs: number): EnginePlant {
  const plant = new EnginePlant('p', BESIDE, bundledLibrary())
  for (const [i, options] of parsed(plants).entries()) plant.configure(FIRST + i * everyMs, options)
  return plant
}

const rulesOf = (plant: EnginePlant, device: string) => plant.series(device, 'elec_import_kwh')!.rulebook

describe('hundreds of configurations of one plant', () => {
  const targets = Array.from({ length: 300 }, (_, i) => {
    return plantOf({ devices: devices(), targets: [{ kpi: 'oee', window: '1d', min: i / 300 }] })
  })

  test('have one rule for each device that none of them changes', () => {
    const plant = configured(targets, 60_000)
    expect(plant.versions).toHaveLength(300)
    expect(rulesOf(plant, 'main')).toHaveLength(1)
    const settings = plant.versions.map((version) => plant.series('main', 'elec_import_kwh')!.in(version))
    expect(new Set(settings).size).toBe(1)
  })

  test('share the text of their devices', () => {
    const all = parsed(targets)
    expect(new Set(all.map((options) => options.devices)).size).toBe(1)
  })

  test('have another rule where one changes the device, and again where that is undone', () => {
    const edited = targets.map((one, i) => (i === 150 ? { ...one, devices: devices(10) } : one))
    const plant = configured(edited, 60_000)
    expect(rulesOf(plant, 'main').map(({ fromMs, rules }) => [fromMs, rules.multiplier])).toEqual([
      [FIRST, 1],
      [FIRST + 150 * MINUTE_MS, 10],
      [FIRST + 151 * MINUTE_MS, 1],
    ])
    expect(rulesOf(plant, 'press')).toHaveLength(1)
    const ratios = plant.versions.map(
      (version) => plant.series('main', 'elec_import_kwh')!.in(version).rules.multiplier,
    )
    expect(ratios.filter((ratio) => ratio === 10)).toHaveLength(1)
    expect(ratios[150]).toBe(10)
  })

  test('are computed one a minute, as no window ends in between', () => {
    const { versions } = configured(targets, 1000)
    expect(versionsEndingAfter(versions, -Infinity)).toHaveLength(2 + Math.floor(299 / 60))
    expect(versionsEndingAfter(versions, FIRST + 180_000).map(({ fromMs }) => fromMs - FIRST)).toEqual([
      180_000 + 59_000,
      299_000,
    ])
  })
})

test('the one in force is the last that has begun, whatever the order of their begins', () => {
  const plain = (list: readonly { readonly fromMs: number }[], ms: number) => {
    let found = 0
    for (const [i, one] of list.entries()) if (one.fromMs <= ms) found = i
    return found
  }
  for (let length = 1; length < 40; length++) {
    const list = Array.from({ length }, (_, i) => ({ fromMs: (i * 7919 + length * 104_729) % 50 }))
    for (let ms = -1; ms <= 51; ms++) {
      expect(placeInForce(list, ms), `${length} at ${ms}`).toBe(plain(list, ms))
      expect(inForceAt(list, ms)).toBe(list[plain(list, ms)])
    }
  }
})
