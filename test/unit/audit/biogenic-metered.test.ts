import { afterEach, describe, expect, test } from 'vitest'
import { checkDocument } from '../../../src/audit/report/checks/all.js'
import type { Report, ReportProfile } from '../../../src/base/report.js'
import type { RulesEdition } from '../../../src/kpi/rules-edition.js'
import { reportOf } from '../../support/bench-report.js'
import type { Bench } from '../../support/engine.js'
import { LOT_DAYS, LOT_OPTIONS, lotPlant } from '../../support/lot-plant.js'

/** Registers of fuel that grew, in reports: what is metered is not known to be nothing because its meter is silent. */

const NOW = '2026-10-07T00:00:00.000Z'
const [GAS, ID] = ['gas-1', 'p/biogenic_co2']
const GREW = { ...LOT_OPTIONS, carbon: { ...LOT_OPTIONS.carbon, biogenic: ['natural_gas'] } }

let bench: Bench
afterEach(() => bench.close())

interface Wanted {
  readonly options: object
  readonly without?: readonly string[]
  readonly edition?: RulesEdition
  readonly profile?: ReportProfile
}

async function made({ options, without = [], ...of }: Wanted): Promise<Report> {
  bench = await lotPlant([], options, [], without)
  const report = await reportOf(bench, { ...LOT_DAYS, now: NOW, ...of })
  expect(checkDocument(report).filter(({ ok }) => !ok)).toEqual([])
  return report
}

/** The plant with the gas meter otherwise. */
function withGas(more: object, carbon: object = {}) {
  const devices = GREW.devices.map((device) => (device.id === GAS ? { ...device, ...more } : device))
  return { ...GREW, devices, carbon: { ...GREW.carbon, ...carbon } }
}

describe('CO2 of metered fuel that grew', () => {
  test('is that of two days: 10 Nm3 an hour at 2.2 kg', async () => {
    expect((await made({ options: GREW })).figures[ID]).toMatchObject({ value: '1056', coverage: 1 })
  })

  test('is not known where the meter is silent in the whole period', async () => {
    expect((await made({ options: GREW, without: [GAS] })).figures[ID]).toMatchObject({
      value: null,
      reason: 'no_data',
    })
  })

  test('is nothing by edition 2, which had events alone', async () => {
    const { figures } = await made({ options: GREW, without: [GAS], edition: 2 })
    expect(figures[ID]).toMatchObject({ value: '0', reason: '' })
  })

  test('is nothing where the register is a submeter, whose gas its parent has counted', async () => {
    const { figures } = await made({ options: withGas({ role: 'sub', parent: 'main-1' }) })
    expect(figures[ID]).toMatchObject({ value: '0', reason: '' })
  })

  test('is nothing where a stack is measured in its place', async () => {
    const options = withGas({}, { measured: [{ stack: 'boiler-1', replaces: [GAS] }] })
    expect((await made({ options })).figures[ID]).toMatchObject({ value: '0', reason: '' })
  })
})
