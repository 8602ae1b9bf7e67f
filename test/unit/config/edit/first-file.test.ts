import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { SHIFT_TEMPLATES, type ShiftTemplate } from '../../../../src/base/shift-templates.js'
import { begunWithoutPast, earlierDemo } from '../../../../src/commands/demo.js'
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

test('a first file says in Chinese what it says in English, and means the same', () => {
  const answers = { ...ANSWERS, shifts: 'day' } as const
  const [en, zh] = [firstFile(answers), firstFile(answers, 'zh')]
  const settings = (text: string) => text.split('\n').filter((line) => !/^\s*#/.test(line))
  expect(settings(zh)).toEqual(settings(en))
  expect(zh.match(/^\s*#.*[\u3400-\u9fff]/gm)).toHaveLength(5)
  expect(en.match(/^\s*#.*[\u3400-\u9fff]/gm)).toBeNull()
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

test('a demo that began with one day says so where a past is asked of it, and how to begin anew', () => {
  const dir = mkdtempSync(join(tmpdir(), 'greengauge-demo-'))
  onTestFinished(() => rmSync(dir, { recursive: true }))
  expect(begunWithoutPast(dir)).toBe('')
  mkdirSync(join(dir, 'journal'))
  const tell = (from: string) => {
    const progress = { from, started: '2026-12-01T10:00:00.000Z', sent_to: '2026-12-01T10:00:00.000Z' }
    writeFileSync(join(dir, 'demo-past.json'), JSON.stringify(progress))
  }
  expect(begunWithoutPast(dir)).toContain('--set data_dir=DIR')
  tell('2026-11-30T00:00:00.000Z')
  expect(begunWithoutPast(dir)).toContain('began with its last day alone')
  tell('2025-10-27T00:00:00.000Z')
  expect(begunWithoutPast(dir)).toBe('')
})
