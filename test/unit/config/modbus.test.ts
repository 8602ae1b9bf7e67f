import { expect, test } from 'vitest'
import { formatProblem, type LoadedConfig, loadConfig } from '../../../src/config/config.js'
import { tempFile } from '../../support/house-config.js'

const load = (yaml: string) => loadConfig({ file: tempFile('greengauge.yaml', yaml), env: {}, flags: {} })

const unit = (more = '') => `{ unit_id: 1, profile: eastron/sdm630, plant: p, line: l, device: m${more} }`
const hall = (units: string, id = 'hall') => `{ id: ${id}, host: 10.0.0.7, units: [${units}] }`
const modbus = (...connections: string[]) => `modbus: { connections: [${connections.join(', ')}] }\n`

/** Problems of a configuration, without the name of its file; empty when it is accepted. */
function wrong(yaml: string): string[] {
  const loaded = load(yaml)
  return 'problems' in loaded ? loaded.problems.map((one) => formatProblem({ ...one, where: '' })) : []
}

test('the register map that a unit names is kept with the settings, each once', () => {
  const loaded = load(modbus(hall(unit()), hall(unit(), 'yard'))) as LoadedConfig
  expect(Object.keys(loaded.config.modbus.profiles)).toEqual(['eastron/sdm630'])
  const kept = JSON.parse(loaded.content) as LoadedConfig['config']
  expect(kept.modbus.profiles['eastron/sdm630']!.registers).toContainEqual(
    expect.objectContaining({ metric: 'elec_import_kwh', address: 72, type: 'float32' }),
  )
})

test('a plant that is not configured is doubted', () => {
  const { warnings } = load(
    `${modbus(hall(unit()))}plants: [{ id: q, name: { en: Q }, timezone: UTC }]`,
  ) as LoadedConfig
  expect(warnings.map(formatProblem)).toEqual([
    expect.stringContaining('modbus.connections[0].units[0].plant = "p" is not a configured plant'),
  ])
})

test('another register map is another configuration', () => {
  const own = (address: number) => `modbus:
  profiles:
    own/meter: { protocol: modbus, name: { en: Own }, source: [its manual], registers: [{ metric: elec_import_kwh, function: 3, address: ${address}, type: uint32 }] }
  connections: [${hall('{ unit_id: 1, profile: own/meter, plant: p, line: l, device: m }')}]
`
  const [a, b] = [load(own(10)), load(own(12))] as LoadedConfig[]
  expect(a!.hash).not.toBe(b!.hash)
})

test.each([
  [modbus(hall(unit())), []],
  [
    modbus(hall(unit().replace('sdm630', 'sdm63'))),
    [expect.stringContaining('units[0].profile = "eastron/sdm63" is no profile; did you mean eastron/sdm630?')],
  ],
  [
    'modbus: { profiles: { own/meter: { protocol: modbus, name: { en: Own }, source: [its manual], registers: [{ metric: elec_import_kwh, unit: bar, function: 3, address: 1, type: uint32 }] } } }',
    [expect.stringMatching(/^modbus\.profiles\.own\/meter\.registers\[0\]\.unit = "bar" .*takes kWh, Wh/)],
  ],
  [modbus(hall(unit()), hall(unit())), [expect.stringContaining('is already used at modbus.connections[0].id')]],
  [
    modbus(hall(`${unit()}, ${unit()}`)),
    [expect.stringContaining('is already used at modbus.connections[0].units[0].unit_id')],
  ],
  [
    modbus(hall(unit(', overrides: { elec_import_kwhh: { skip: true } }'))),
    [expect.stringContaining('is no metric of eastron/sdm630; did you mean elec_import_kwh?')],
  ],
  [
    modbus(hall(unit(', overrides: { elec_import_kwh: { metric: state } }'))),
    [expect.stringContaining('cannot be: state belongs to robot or production')],
  ],
  [modbus(hall(unit().replace('unit_id: 1', 'unit_id: 256'))), [expect.stringContaining('is too large')]],
  [modbus(hall('')), [expect.stringContaining('is too small')]],
])('%s', (yaml, expected) => expect(wrong(yaml)).toEqual(expected))
