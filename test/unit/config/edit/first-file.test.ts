import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { SHIFT_TEMPLATES, type ShiftTemplate } from '../../../../src/base/shift-templates.js'
import { earlierDemo } from '../../../../src/commands/demo.js'
import { loadConfig } from '../../../../src/config/config.js'
import { firstFile } from '../../../../src/config/edit/first-file.js'
import { CATALOGUE } from '../../../../src/kpi/catalogue.js'
import { bundledLibrary } from '../../../../src/kpi/factors/bundled.js'

const kpis = CATALOGUE
const load = (file: string, text?: string) =>
  loadConfig({ file, text, env: {}, flags: { data_dir: '/nowhere' }, kpis, library: bundledLibrary })

const ANSWERS = { id: 'wuxi-1', name: '无锡一厂', timezone: 'Asia/Shanghai', gridRegion: 'CN-JS', lines: ['press'] }

test.each(Object.keys(SHIFT_TEMPLATES) as ShiftTemplate[])('a first file with shifts "%s" is right', (shifts) => {
  const loaded = load('greengauge.yaml', firstFile({ ...ANSWERS, shifts }))
  if ('problems' in loaded) throw new Error(JSON.stringify(loaded.problems))
  expect(loaded.warnings).toEqual([])
  const [plant] = loaded.config.plants
  expect(plant).toMatchObject({
    id: 'wuxi-1',
    name: { zh: '无锡一厂' },
    grid_region: 'CN-JS',
    lines: [{ id: 'press' }],
  })
  expect(plant!.shifts).toHaveLength(SHIFT_TEMPLATES[shifts].length)
})

test('a first file of the fewest answers is right, and what its comments show can be written under it', () => {
  const text = firstFile({ id: 'p', name: 'P', timezone: 'UTC', gridRegion: '', lines: [], shifts: 'none' })
  expect('problems' in load('greengauge.yaml', text)).toBe(false)
  const shown = load(
    'greengauge.yaml',
    text.replaceAll('    # devices:', '    devices:').replaceAll('    #   -', '      -'),
  )
  expect('problems' in shown ? shown.problems : shown.config.plants[0]!.devices.map(({ id }) => id)).toEqual([
    'main-1',
    'robot-1',
  ])
})

test('the sample is right', () => {
  const loaded = load(join(import.meta.dirname, '..', '..', '..', '..', 'deploy', 'greengauge.sample.yaml'))
  if ('problems' in loaded) throw new Error(JSON.stringify(loaded.problems))
  expect(loaded.warnings).toEqual([])
})

test('the demo says that an earlier one has left its data where another gateway takes them', () => {
  const dir = mkdtempSync(join(tmpdir(), 'greengauge-demo-'))
  const before = process.cwd()
  onTestFinished(() => {
    process.chdir(before)
    rmSync(dir, { recursive: true })
  })
  process.chdir(dir)
  expect(earlierDemo('./data/demo')).toBe('')
  mkdirSync(join(dir, 'data', 'journal'), { recursive: true })
  expect(earlierDemo('./data/demo')).toContain('--set data_dir=data')
  expect(earlierDemo('/elsewhere')).toBe('')
  mkdirSync(join(dir, 'data', 'demo', 'journal'), { recursive: true })
  expect(earlierDemo('./data/demo')).toBe('')
})
