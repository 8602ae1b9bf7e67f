import { expect, test } from 'vitest'
import { likelyMain, meanPowerKw, type NewMeter } from '../../../../src/pipeline/newcomers/likely-main.js'
import { isMeter, parentOf, roleOf } from '../../../../src/pipeline/newcomers/role.js'

/** Proves that of several new meters of a plant the main one is named by its name or its size, and never by a guess. */

const meters = (powers: Readonly<Record<string, number | null>>): NewMeter[] =>
  Object.entries(powers).map(([device, powerKw]) => ({ device, powerKw }))
const IMPORT = [{ metric: 'elec_import_kwh', class: 'energy' as const }]

test('a name says which one is the main meter, whatever the others measure; two such names say nothing', () => {
  expect(likelyMain(meters({ 'm-1': 90, 'grid-meter': 10, 'm-2': 20 }))).toMatchObject({
    device: 'grid-meter',
    reason: { code: 'called_main', values: { name: 'grid-meter' } },
  })
  expect(likelyMain(meters({ 'grid-1': null }))?.device).toBe('grid-1')
  expect(likelyMain(meters({ 'grid-1': 100, 'main-2': 50, 'm-3': 50 }))).toBeNull()
  // A domain is no main.
  expect(likelyMain(meters({ 'domain-1': 5 }))).toBeNull()
})

test('a meter that measures about what all others do together stands in front of them', () => {
  expect(likelyMain(meters({ 'm-2': 40, 'm-1': 100, 'm-3': 35, 'm-4': 20 }))).toEqual({
    device: 'm-1',
    reason: { code: 'largest_meter', values: { main: 'm-1', others: 3, sum: 95, power: 100 } },
  })
  expect(likelyMain(meters({ 'm-1': 100, 'm-2': 52, 'm-3': 51 }))?.device).toBe('m-1')
})

test.each([
  ['two meters, of which one is always larger', { 'm-1': 100, 'm-2': 90 }],
  ['others that measure more together', { 'm-1': 100, 'm-2': 60, 'm-3': 50 }],
  ['a large machine beside small ones', { 'm-1': 100, 'm-2': 10, 'm-3': 12 }],
  ['meters that stand still', { 'm-1': 0, 'm-2': 0, 'm-3': 0 }],
  ['a meter of which nothing is known yet', { 'm-1': 100, 'm-2': 90, 'm-3': null }],
  ['no meter', {}],
])('nothing is said of %s', (_, powers) => expect(likelyMain(meters(powers))).toBeNull())

test('the others are proposed below it, each with the reason', () => {
  const main = likelyMain(meters({ 'm-1': 100, 'm-2': 50, 'm-3': 45 }))
  expect(roleOf('m-1', IMPORT, null, main)).toMatchObject({ value: 'main', reasons: [{ code: 'largest_meter' }] })
  expect(roleOf('m-2', IMPORT, null, main)).toMatchObject({
    value: 'sub',
    reasons: [{ code: 'behind_likely_main', values: { main: 'm-1' } }, { code: 'largest_meter' }],
  })
})

test('a machine or a submeter by what it sends is no main meter', () => {
  expect(isMeter(IMPORT)).toBe(true)
  expect(isMeter([...IMPORT, { metric: 'state', class: 'production' }])).toBe(false)
  expect(isMeter([...IMPORT, { metric: 'elec_submeter_kwh', class: 'energy' }])).toBe(false)
  expect(isMeter([{ metric: 'renew_onsite_kwh', class: 'energy' }])).toBe(false)
})

test('a register goes before power, and power stands in for one that has just begun', () => {
  const hour = 3_600_000
  const power = { ts: [0, hour], values: [10, 30] }
  expect(meanPowerKw({ ts: [0, hour], values: [100, 150] }, power)).toBe(50)
  expect(meanPowerKw({ ts: [0], values: [100] }, power)).toBe(20)
  expect(meanPowerKw(undefined, undefined)).toBeNull()
})

test('a submeter lies behind the one main meter that there is or probably is, and nothing else behind anything', () => {
  const plant = (...ids: string[]) => ({ devices: ids.map((id) => ({ id, role: 'main' as const })) }) as never
  const likely = likelyMain(meters({ 'm-1': 100, 'm-2': 50, 'm-3': 45 }))
  expect(parentOf('m-2', 'sub', plant('main-1'), null)).toEqual({
    value: 'main-1',
    reasons: [{ code: 'only_main', values: { main: 'main-1' } }],
  })
  expect(parentOf('m-2', 'sub', plant(), likely).value).toBe('m-1')
  expect(parentOf('m-2', 'sub', plant(), null)).toMatchObject({ value: null, reasons: [{ code: 'no_main' }] })
  expect(parentOf('m-2', 'sub', plant('a', 'b', 'c', 'd'), null)).toEqual({
    value: null,
    reasons: [{ code: 'which_main', values: { mains: 'a, b, c, …' } }],
  })
  for (const role of ['main', 'pv', 'machine', null] as const)
    expect(parentOf('m-2', role, plant('main-1'), null)).toEqual({ value: null, reasons: [] })
})
