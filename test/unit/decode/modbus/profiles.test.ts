import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { parse } from 'yaml'
import { pollPlansOf } from '../../../../src/decode/modbus/meters.js'
import { modbusOptions } from '../../../../src/decode/modbus/options.js'
import { modbusProfile } from '../../../../src/decode/modbus/profile.js'

const folder = join(import.meta.dirname, '../../../../devices')
const contents = readdirSync(folder, { recursive: true, encoding: 'utf8' })
  .filter((name) => name.endsWith('.yaml'))
  .map((name): [string, Record<string, unknown>] => [
    name.replace('.yaml', ''),
    parse(readFileSync(join(folder, name), 'utf8')),
  ])
const maps = new Map(contents.filter(([, { protocol }]) => protocol === 'modbus'))

const issuesOf = (content: unknown) =>
  (modbusProfile.safeParse(content).error?.issues ?? []).map(({ path, message }) => `${path.join('.')}: ${message}`)

/** The requests that a meter of a kind is asked with, as function, first address and count. */
function requestsOf(profile: string): (readonly [number, number, number])[] {
  const unit = { unit_id: 1, profile, plant: 'p', line: 'l', device: 'd' }
  const options = { connections: [{ id: 'c', host: 'h', units: [unit] }], profiles: Object.fromEntries(maps) }
  const [plan] = pollPlansOf(modbusOptions.parse(options))
  return plan!.units[0]!.blocks.map(({ fc, address, count }) => [fc, address, count] as const)
}

describe('the register maps that come with the program', () => {
  test('are all in order, and each names its source', () => {
    expect(maps.size).toBeGreaterThanOrEqual(6)
    for (const [name, content] of maps) expect({ name, issues: issuesOf(content) }).toEqual({ name, issues: [] })
  })

  test('Eastron: power at 30053, energies from 30073 to 30080, in the frame one less', () => {
    expect(requestsOf('eastron/sdm630')).toEqual([
      [4, 52, 2],
      [4, 72, 8],
    ])
    expect(requestsOf('eastron/sdm120')).toEqual([
      [4, 12, 2],
      [4, 72, 8],
    ])
  })

  test('Schneider: registers 3204, 3208, 3220 and 3224 of four words are 0x0C83, 0x0C87, 0x0C93 and 0x0C97', () => {
    expect(requestsOf('schneider/pm3200')).toEqual([
      [3, 0x0c83, 8],
      [3, 0x0c93, 8],
    ])
    expect(requestsOf('schneider/iem3000')).toEqual([
      [3, 3059, 2],
      [3, 0x0c83, 8],
      [3, 0x0c93, 8],
    ])
  })

  test('Acrel: forward 000AH and reversing 0014H energy lie apart', () => {
    expect(requestsOf('acrel/adl3000-e')).toEqual([
      [3, 0x0a, 2],
      [3, 0x14, 2],
      [3, 0x28, 2],
      [3, 0x32, 2],
    ])
  })
})

describe('a wrong register map is refused with place and remedy', () => {
  const good = { metric: 'elec_import_kwh', unit: 'kWh', function: 4, address: 72, type: 'float32' }
  const map = (...registers: object[]) => ({ protocol: 'modbus', name: { en: 'A' }, source: ['B'], registers })

  test('a right one is not', () => expect(issuesOf(map(good))).toEqual([]))
  test.each([
    ['a unit that cannot be converted', { ...good, unit: 'bar' }, /^registers\.0\.unit: .*takes kWh, Wh/],
    ['a metric of another class', { ...good, class: 'robot' }, /^registers\.0\.metric: .*belongs to energy/],
    ['the last register of a value beyond 65535', { ...good, address: 65_535 }, /^registers\.0\.address: .*takes 2/],
    ['digits that no such register has', { ...good, not_available: ['0x8000'] }, /^registers\.0\.not_available: .*8/],
    ['another function', { ...good, function: 1 }, /^registers\.0\.function/],
    ['another type', { ...good, type: 'float' }, /^registers\.0\.type/],
  ])('%s', (_what, register, expected) => {
    expect(issuesOf(map(register))).toEqual([expect.stringMatching(expected)])
  })
  test('a metric that stands there twice', () => {
    expect(issuesOf(map(good, good))).toEqual([expect.stringMatching(/^registers\.1\.metric: .*twice/)])
  })
  test('no source', () => expect(issuesOf({ ...map(good), source: [] })).toHaveLength(1))
})
