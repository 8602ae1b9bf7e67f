import { describe, expect, test } from 'vitest'
import { accepted, refused } from '../../support/house-config.js'

const plant = (report: string) =>
  `plants: [ { id: p, name: {}, timezone: UTC, devices: [ { id: press-1 } ], report: { ${report} } } ]`
const good = (id: string, more: string) =>
  `{ id: ${id}, cn_code: "73181500", category: Screws, route: forming, ${more} }`

describe('what a plant says of its reports', () => {
  test('goods cannot be given more than there is', () => {
    const yaml = plant(`cbam: { goods: [ ${good('a', 'direct_share: 0.7')}, ${good('b', 'direct_share: 0.4')} ] }`)
    expect(refused({ yaml })).toMatchObject([{ path: 'plants[0].report.cbam.goods[1].direct_share' }])
    const all = plant(`cbam: { goods: [ ${good('a', 'direct_share: 0.6')}, ${good('b', 'direct_share: 0.4')} ] }`)
    expect(accepted({ yaml: all }).warnings).toEqual([])
  })

  test('a share and devices are one too many, and so are two goods of one name', () => {
    const both = plant(`cbam: { goods: [ ${good('a', 'direct_share: 0.7, direct_devices: [press-1]')} ] }`)
    expect(refused({ yaml: both })).toMatchObject([{ path: 'plants[0].report.cbam.goods[0].direct_devices' }])
    const twice = plant(`cbam: { goods: [ ${good('a', '')}, ${good('a', '')} ] }`)
    expect(refused({ yaml: twice })).toMatchObject([{ path: 'plants[0].report.cbam.goods[1].id' }])
  })

  test('tonnes of a good that are stated for a day twice are a warning', () => {
    const entry = (from: string, to: string) => `{ from: ${from}, to: ${to}, t: 250, source: weighbridge }`
    const quarters = [entry('2026-01-01', '2026-04-01'), entry('2026-04-01', '2026-07-01')]
    const yaml = (entries: readonly string[]) => plant(`cbam: { goods: [ ${good('a', `produced: [${entries}]`)} ] }`)
    expect(accepted({ yaml: yaml(quarters) }).warnings).toEqual([])
    expect(accepted({ yaml: yaml([...quarters, entry('2026-01-01', '2027-01-01')]) }).warnings).toMatchObject([
      { path: 'plants[0].report.cbam.goods[0].produced[2].from', problem: expect.stringContaining('2026-04-01') },
      { path: 'plants[0].report.cbam.goods[0].produced[1].from', problem: expect.stringContaining('2027-01-01') },
    ])
  })

  test('a calibration of a meter that no device is, is a warning with the one that was meant', () => {
    const yaml = plant('calibrations: [ { device: pres-1, on: 2026-01-02 } ]')
    expect(accepted({ yaml }).warnings).toMatchObject([
      { path: 'plants[0].report.calibrations[0].device', remedy: expect.stringContaining('press-1') },
    ])
  })

  test('a part of the equity belongs to the equity share', () => {
    const yaml = plant('consolidation: operational_control, equity_pct: 40')
    expect(refused({ yaml })).toMatchObject([{ path: 'plants[0].report.equity_pct' }])
  })

  test('two tables of figures that would replace each other in a folder are refused', () => {
    const table = (more: string) =>
      `{ plants: [p], cron: "0 6 3 * *", folder: out, figures: { kpis: [energy_elec_import], window: 1d }${more} }`
    const yaml = (more: string) => `${plant('')}
reports: { schedules: [ ${table('')}, ${table(more)} ] }`
    expect(refused({ yaml: yaml(', period: day') })).toMatchObject([{ path: 'reports.schedules[1].id' }])
    expect(accepted({ yaml: yaml(', id: daily') }).warnings).toEqual([])
  })

  test('a schedule names plants that there are', () => {
    const yaml = `${plant('')}
reports: { schedules: [ { plants: [p, pp], cron: "0 6 3 * *" } ] }`
    expect(refused({ yaml })).toMatchObject([
      { path: 'reports.schedules[0].plants[1]', remedy: expect.stringContaining('did you mean p?') },
    ])
  })
})
