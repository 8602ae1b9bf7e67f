/** Proves the command `factors`: list, show and check. */
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { EXIT } from '../../src/base/exit-codes.js'
import { factorsFolder } from '../../src/kpi/factors/bundled.js'
import { greengauge } from '../support/cli.js'
import { tempFile } from '../support/house-config.js'

const factors = (...args: readonly string[]) => greengauge('factors', ...args)

test.concurrent('list names the factors of a region, one a line, with their years', async () => {
  const { code, stdout } = await factors('list', '--region', 'CN-JS')
  expect(stdout.split('\n')).toEqual([
    'cn.grid.prov.js.2021  0.6451  kgCO2/kWh  CN-JS  2021',
    'cn.grid.prov.js.2022  0.5978  kgCO2/kWh  CN-JS  2022',
    'cn.grid.prov.js.2023  0.5827  kgCO2/kWh  CN-JS  2023',
    ...['', '3 factors', ''],
  ])
  expect(code).toBe(EXIT.ok)
})

test.concurrent('list is JSON for programs', async () => {
  const { stdout } = await factors('list', '--activity', 'gwp.ar6.ch4', '--json')
  const ids = (JSON.parse(stdout) as { id: string }[]).map((one) => one.id)
  expect(ids).toEqual(['gwp.ar6.ch4', 'gwp.ar6.ch4_fossil', 'gwp.ar6.ch4_nonfossil'])
})

test.concurrent('show says where a number comes from, what it is used in and which flags it causes', async () => {
  const { stdout } = await factors('show', 'us.egrid2022.avg')
  for (const part of ['827.5 lbCO2e/MWh', 'EPA eGRID2022', 'scope 2 by location', 'factor_from_memory: ', 'csv:245']) {
    expect(stdout).toContain(part)
  }
})

test.concurrent('an id that nobody knows is answered with the one that was meant', async () => {
  const { code, stderr } = await factors('show', 'cn.grid.prov.js.203')
  expect(stderr).toContain('did you mean cn.grid.prov.js.2023?')
  expect(code).toBe(EXIT.usage)
})

test.concurrent('check tells what is from memory, what has a range, and how plants stand', async () => {
  const plants =
    '[ { id: a, name: {}, timezone: UTC, grid_region: CN-JS }, { id: b, name: {}, timezone: UTC, grid_region: DE } ]'
  const { code, stdout } = await factors('check', tempFile('good.yaml', `plants: ${plants}`))
  for (const part of [
    'every row is sound',
    '65 numbers are from memory',
    'slime, natural_gas, coke_oven_gas and biogas have a range',
    'a: CN-JS, else CN-GRID-E, else CN; 0 own factors; newest grid factor cn.grid.prov.js.2023',
    'b: DE; 0 own factors; scope 2 is null: there is no grid_electricity for DE',
  ]) {
    expect(stdout).toContain(part)
  }
  expect(code).toBe(EXIT.ok)
})

test.concurrent("check refuses a configuration's own factor with its path", async () => {
  const own = '{ id: x, activity: heat, value: 1, unit: GJ, valid_from: 2026-01-01, published: 2026-01-01, source: s }'
  const yaml = `plants: [ { id: a, name: {}, timezone: UTC, factors: [ ${own} ] } ]`
  const { code, stdout } = await factors('check', tempFile('bad.yaml', yaml))
  expect(stdout).toContain('plants[0].factors[0].unit = "GJ" is no unit of heat; give the value in tCO2/GJ')
  expect(code).toBe(EXIT.badData)
})

test.concurrent('tables that somebody broke are refused with file and line', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'factors-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  cpSync(factorsFolder, folder, { recursive: true })
  const file = join(folder, 'emission-factors.csv')
  writeFileSync(file, readFileSync(file, 'utf8').replace('0.5568', '0,5568'))
  const { code, stderr } = await factors('check', '--tables', folder)
  expect(stderr).toMatch(/^error: emission-factors\.csv/)
  expect(code).toBe(EXIT.badData)
})
