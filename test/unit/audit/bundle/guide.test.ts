/** Proves that the guide in a bundle is what bundles of before have, byte by byte, in every way that it may be worded. */
import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { type GuideFacts, guideText } from '../../../../src/audit/bundle/guide/guide.js'
import { fillText, textsIn } from '../../../../src/audit/bundle/guide/texts.js'

const DAY = '2026-01-31'

const reading = (time: string, value: number) => ({
  file: `evidence/suzhou-1/readings/${time.slice(0, 10)}.csv`,
  line: `17,press,main-1,energy,elec_import_kwh,kWh,${time},${value},0`,
  ts: Date.parse(time),
  value,
})

const boundary = (
  at: string,
  before: ReturnType<typeof reading>,
  after: ReturnType<typeof reading>,
  register: number,
) => ({
  at,
  before,
  after,
  register,
})

const start = boundary(
  '2026-01-01T00:00:00.000Z',
  reading('2025-12-31T23:59:30.000Z', 100.25),
  reading('2026-01-01T00:00:30.000Z', 101.25),
  100.75,
)
const onTime = reading('2026-02-01T00:00:00.000Z', 1100.75)
const end = boundary('2026-02-01T00:00:00.000Z', onTime, onTime, 1100.75)

const factor = { id: 'cn-grid-2024', value: '0.5', unit: 'kgCO2e/kWh', source: "Ministry's notice", year: 2024 }
const emission = {
  importId: 'import',
  importKwh: '80000',
  figureId: 'scope2',
  kg: '40000',
  unit: 'kg CO2e',
  factor,
}

const example = (value: string, rest: object = {}) => ({
  plant: { id: 'suzhou-1', name: { en: 'Suzhou', zh: '苏州工厂' } },
  figureId: 'meter_main-1',
  figure: {
    name: { en: 'Electricity of main-1', zh: '主表用电量' },
    value,
    unit: 'kWh',
    flags: ['reset', 'gap'],
    made: { by: 'days', days: 31 },
  },
  device: 'main-1',
  start,
  end,
  multiplier: 80,
  configuration: 'evidence/suzhou-1/configurations/000003.json',
  kwh: 80_000,
  emission,
  ...rest,
})

const report = (rest: object = {}) => ({
  id: 'suzhou-1.ghg.2026-01-01.2026-02-01',
  version: 2,
  title: { en: 'Greenhouse gas inventory', zh: '温室气体清单' },
  plants: [
    { id: 'suzhou-1', name: { en: 'Suzhou', zh: '苏州工厂' }, timezone: 'Asia/Shanghai' },
    { id: 'dresden-1', name: { en: '', zh: '' }, timezone: 'Europe/Berlin' },
  ],
  period: { from: '2026-01-01', to: '2026-02-01' },
  basis: { code: { version: '1.2.3', commit: 'abc1234' } },
  ...rest,
})

const ledger = (stamps: number, files?: object) => ({
  freeze: {
    number: 71,
    at: `${DAY}T08:00:00.000Z`,
    hash: 'e'.repeat(64),
    body: { sha256: 'a'.repeat(64), by: 'Li $& Wei', ...(files === undefined ? {} : { files }) },
  },
  days: new Map([
    [3, { rows: 1200 }],
    [4, { rows: 34 }],
  ]),
  timeStamps: Array.from({ length: stamps }, () => ({})),
})

const before = (frozen: object | null) => ({
  period_before: { id: 'suzhou-1.ghg.2025-12-01.2026-01-01', report: frozen },
})

/** Facts with their example as far as the guide reads them. */
const CASES: Readonly<Record<string, object>> = {
  'a figure that is traced to the unit': {
    report: report(before({ version: 1 })),
    ledger: ledger(1, {}),
    example: example('80000'),
  },
  'a figure that is rounded, with other gases': {
    report: report(before(null)),
    ledger: ledger(2, {}),
    example: example('80000.00000125', {
      multiplier: 1,
      emission: { ...emission, kg: '41000', factor: { ...factor, unit: 'kgCO2/kWh' } },
    }),
  },
  'a register that did not simply rise': {
    report: report({ basis: { code: { version: '1.2.3', commit: '' } } }),
    ledger: ledger(0),
    example: example('79000', { emission: null, plant: { id: 'suzhou-1', name: { en: '', zh: '' } } }),
  },
  'no figure that can be traced': { report: report(), ledger: ledger(0, {}), example: null },
}

for (const [name, facts] of Object.entries(CASES)) {
  test(`of ${name}`, () => {
    const golden = new URL(`../../../golden/guide/${name.replaceAll(/\W+/g, '-')}.md`, import.meta.url)
    const text = guideText(facts as unknown as GuideFacts)
    expect(text).toBe(readFileSync(golden, 'utf8'))
  })
}

test('both languages have the same texts', () => {
  expect([...textsIn('zh.md').keys()]).toEqual([...textsIn('en.md').keys()])
})

test('a name without a value is a fault, and values are not looked through for names', () => {
  expect(() => fillText('{{x}}', {})).toThrow('no value for {{x}}')
  expect(fillText('a {{x}}', { x: '$& {{y}}' })).toBe('a $& {{y}}')
  expect(fillText('{{x}}\n  {{y}}\nz', { x: '', y: 'a\nb' })).toBe('  a\n  b\nz')
})
