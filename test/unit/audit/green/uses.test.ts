import { afterAll, expect, test } from 'vitest'
import { checkDocument } from '../../../../src/audit/report/checks/all.js'
import type { Report, ReportCell } from '../../../../src/base/report.js'
import { reportOf } from '../../../support/bench-report.js'
import type { Bench } from '../../../support/engine.js'
import { GREEN_DAYS } from '../../../support/green-plant.js'
import { LOT_OPTIONS, lotPlant } from '../../../support/lot-plant.js'

/** Proves by hand where the electricity of a plant went, by the submeters that saw it. */

const benches: Bench[] = []
afterAll(async () => {
  for (const bench of benches) await bench.close()
})

/** With devices as they are changed: the plant uses 250 kWh an hour, meter-a sees 80 of them and meter-b 60. */
async function declared(change: (devices: readonly Device[]) => readonly Device[]): Promise<Report> {
  const bench = await lotPlant([], { ...LOT_OPTIONS, devices: change(LOT_OPTIONS.devices) })
  benches.push(bench)
  return reportOf(bench, { ...GREEN_DAYS, now: '2026-10-07T00:00:00.000Z', profile: 'centre-declaration' })
}

type Device = (typeof LOT_OPTIONS.devices)[number] | object

const behindA = (devices: readonly Device[]) =>
  devices.map((one) => ('id' in one && one.id === 'meter-b' ? { ...one, parent: 'meter-a' } : one))

function rowsOf({ sections, figures }: Report): readonly string[] {
  const word = (cell: ReportCell) => {
    if (cell === null) return ''
    if ('figure' in cell) return figures[cell.figure]!.value ?? `(${figures[cell.figure]!.reason})`
    return 'word' in cell ? cell.word : cell.text.en
  }
  const table = sections.flatMap(({ tables }) => tables).find(({ id }) => id === 'energy-uses')
  return (table?.rows ?? []).map(({ level, cells }) => [level, ...cells.map(word)].join('|'))
}

test('submeters, what none of them saw, and all that was used', async () => {
  const report = await declared((devices) => devices)
  expect(rowsOf(report)).toEqual([
    '0|meter-a|a|3840|32',
    '0|meter-b|b|2880|24',
    '0|Seen by no submeter, losses included||5280|44',
    '0|Electricity consumed||12000|',
  ])
  expect(report.figures['p/use/meter/meter-a']?.made).toMatchObject({ by: 'days', scope: 'device', days: 2 })
  expect(checkDocument(report).filter(({ ok }) => !ok)).toEqual([])
})

test('a meter behind another one is not added again', async () => {
  expect(rowsOf(await declared(behindA))).toEqual([
    '0|meter-a|a|3840|32',
    '1|meter-b|b|2880|24',
    '0|Seen by no submeter, losses included||8160|68',
    '0|Electricity consumed||12000|',
  ])
})

test('a meter that is silent leaves open what no meter saw', async () => {
  const silent = { id: 'meter-c', line: 'a', role: 'sub', metrics: { elec_submeter_kwh: { period_s: 1800 } } }
  const rows = rowsOf(await declared((devices) => [...devices, silent]))
  expect(rows.slice(2)).toEqual([
    '0|meter-c|a|(no_data)|(no_data)',
    '0|Seen by no submeter, losses included||(no_data)|(no_data)',
    '0|Electricity consumed||12000|',
  ])
})

test('without submeters the table says so, and the first edition of the form has none', async () => {
  const report = await declared((devices) => devices.filter((one) => 'id' in one && !`${one.id}`.startsWith('meter-')))
  // A meter that nobody has configured is heard all the same.
  expect(rowsOf(report)).toHaveLength(4)
  const [bench] = benches
  const order = { ...GREEN_DAYS, now: '2026-10-07T00:00:00.000Z', profile: 'centre-declaration' as const }
  const first = await reportOf(bench!, { ...order, form: 1 })
  expect([first.form, rowsOf(first)]).toEqual([undefined, []])
  expect(Object.keys(first.figures).filter((id) => id.includes('/use/'))).toEqual([])
  expect((await reportOf(bench!, order)).form).toBe(2)
})
