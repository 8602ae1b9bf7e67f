import { describe, expect, test } from 'vitest'
import { scopesOf, valuesForFigure, windowsOf } from '../../../dashboards/src/configuration/computed-figures.js'
import { meterTree } from '../../../dashboards/src/configuration/meter-tree.js'
import { proposedWord } from '../../../dashboards/src/configuration/proposed-word.js'
import { regionProposal, regionText } from '../../../dashboards/src/configuration/region-names.js'
import {
  alarmEdits,
  alarmValues,
  targetEdits,
  targetValues,
} from '../../../dashboards/src/configuration/settings-limits.js'
import { deviceEdits, lineEdits, plantEdits } from '../../../dashboards/src/configuration/settings-tree.js'
import { editText } from '../../../src/config/edit/edit-text.js'
import { CATALOGUE } from '../../../src/kpi/catalogue.js'
import { bundledLibrary } from '../../../src/kpi/factors/bundled.js'
import { gridRegions } from '../../../src/kpi/factors/grid-regions.js'
import type { ConfigEdit } from '../../../src/views/wire/configuration.js'

const TEXT = `plants:
  - id: wuxi # ours
    name: { en: Wuxi }
    timezone: Asia/Shanghai
    lines:
      - id: press # by the gate
      - { id: hall, name: { en: Hall, zh: 车间 } }
`

function edited(edits: readonly ConfigEdit[]): string {
  const result = editText(TEXT, edits)
  if ('problems' in result) throw new Error(JSON.stringify(result.problems))
  return result.text
}

describe('forms of the configuration', () => {
  test('give a line names, and take one away, without another byte', () => {
    expect(edited(lineEdits({ id: 'press', en: 'Press', zh: '冲压' }, 'wuxi', { id: 'press' }))).toBe(
      TEXT.replace('# by the gate\n', '# by the gate\n        name: { en: Press, zh: 冲压 }\n'),
    )
    const hall = { id: 'hall', name: { en: 'Hall', zh: '车间' } }
    expect(edited(lineEdits({ id: 'hall', en: '', zh: '车间' }, 'wuxi', hall))).toBe(TEXT.replace('en: Hall, ', ''))
    expect(lineEdits({ id: 'hall', en: 'Hall', zh: '车间' }, 'wuxi', hall)).toEqual([])
  })

  test('write the shifts of a template, and leave those that are there', () => {
    const plant = { id: 'wuxi', name: { en: 'Wuxi' }, timezone: 'Asia/Shanghai' }
    const values = { id: 'wuxi', en: 'Wuxi', zh: '', zone: 'Asia/Shanghai', region: '' }
    expect(plantEdits({ ...values, shifts: 'keep' }, plant)).toEqual([])
    expect(edited(plantEdits({ ...values, shifts: 'day' }, plant))).toContain('start: "08:00"')
  })
})

describe('forms of limits', () => {
  test('write a new target and a new alarm as numbers, and leave out what is empty', () => {
    const target = { ...targetValues(null), kpi: 'oee', min: '0.6' }
    expect(targetEdits(target, 'wuxi', null, null)).toEqual([
      { op: 'add', path: ['plants', 'wuxi', 'targets'], value: { kpi: 'oee', window: '1d', min: 0.6 } },
    ])
    const alarm = { ...alarmValues(null), id: 'peak', kpi: 'peak_demand_15', above: '500' }
    const value = { id: 'peak', kpi: 'peak_demand_15', window: '1h', scope: 'plant', above: 500, severity: 'major' }
    expect(alarmEdits(alarm, 'wuxi', null)).toEqual([{ op: 'add', path: ['plants', 'wuxi', 'alarms'], value }])
  })

  test('change only what somebody has changed: defaults are not written, and what is no number stays for the rule', () => {
    const alarm = { id: 'peak', kpi: 'peak_demand_15', above: 500 }
    const values = alarmValues(alarm)
    expect(alarmEdits(values, 'wuxi', alarm)).toEqual([])
    const path = ['plants', 'wuxi', 'alarms', 'peak']
    expect(alarmEdits({ ...values, above: '', below: 'ten' }, 'wuxi', alarm)).toEqual([
      { op: 'remove', path: [...path, 'above'] },
      { op: 'set', path: [...path, 'below'], value: 'ten' },
    ])
    const target = { kpi: 'oee', window: '1d', min: 0.6 }
    expect(targetEdits({ ...targetValues(target), min: '0.7' }, 'wuxi', 2, target)).toEqual([
      { op: 'set', path: ['plants', 'wuxi', 'targets', 2, 'min'], value: 0.7 },
    ])
  })
})

describe('meters', () => {
  test('are put behind one another and taken away from there', () => {
    const sub = { id: 'sub-1', role: 'sub' }
    const path = ['plants', 'wuxi', 'devices', 'sub-1', 'parent']
    expect(deviceEdits({ id: 'sub-1', role: 'sub', parent: 'main-1' }, 'wuxi', sub)).toEqual([
      { op: 'set', path, value: 'main-1' },
    ])
    expect(deviceEdits({ id: 'sub-1', role: 'sub', parent: '' }, 'wuxi', { ...sub, parent: 'main-1' })).toEqual([
      { op: 'remove', path },
    ])
  })

  test('name the product that they make, and keep it where a form does not ask for it', () => {
    const path = ['plants', 'wuxi', 'devices', 'robot-1', 'product']
    const robot = { id: 'robot-1', role: 'robot' }
    expect(deviceEdits({ ...robot, product: 'gear' }, 'wuxi', robot)).toEqual([{ op: 'set', path, value: 'gear' }])
    expect(deviceEdits({ ...robot, product: '' }, 'wuxi', { ...robot, product: 'gear' })).toEqual([
      { op: 'remove', path },
    ])
    expect(deviceEdits(robot, 'wuxi', { ...robot, product: 'gear' })).toEqual([])
  })

  test('are drawn as a tree, each once, in a circle too', () => {
    const devices = [
      { id: 'sub-2', parent: 'sub-1' },
      { id: 'sub-1', parent: 'main-1' },
      { id: 'main-1' },
      { id: 'a', parent: 'b' },
      { id: 'b', parent: 'a' },
      { id: 'c', parent: 'nowhere' },
    ]
    expect(meterTree(devices).map(({ device, depth }) => `${depth} ${device.id}`)).toEqual([
      ...['0 main-1', '1 sub-1', '2 sub-2', '0 c'],
      ...['0 a', '1 b'],
    ])
  })
})

describe('regions of the grid', () => {
  const regions = gridRegions(bundledLibrary()).map(({ id, name, years }) => ({
    id,
    name,
    years: [...years.keys()].map(Number).sort(),
  }))

  test('have each a name in both languages, and the newest year that has a factor', () => {
    expect(
      regions.map((one) => regionText(one, 'zh')).filter((text) => !/[\u4e00-\u9fff].*，20\d\d 年$/.test(text)),
    ).toEqual([])
    expect(regions.map((one) => regionText(one, 'en'))).toContain('Jiangsu province, 2023')
  })

  test('are meant by the full names of the provinces, in either language', () => {
    const among = (language: 'en' | 'zh') => regions.map((one) => regionProposal(one, language))
    for (const language of ['en', 'zh'] as const) {
      const meant = ['江苏省', '上海市', '广西壮族自治区', '内蒙古自治区', '中国', '江苏'].map((name) =>
        proposedWord(name, among(language)),
      )
      expect(meant).toEqual(['CN-JS', 'CN-SH', 'CN-GX', 'CN-NM', 'CN', 'CN-JS'])
    }
    // Each province has exactly one full name, and no two the same.
    const full = among('zh').flatMap(([, , ...others]) => others.filter((name) => /[省市区]$/.test(name)))
    expect(new Set(full).size).toBe(30)
    expect(proposedWord('江苏市', among('zh'))).toBe('江苏市')
  })

  test('are meant by their name in either language; a name of none or of several stays as it was typed', () => {
    const among = (language: 'en' | 'zh') => regions.map((one) => [one.id, regionText(one, language)] as const)
    expect(proposedWord('江苏', among('zh'))).toBe('CN-JS')
    expect(proposedWord('jiangsu', among('en'))).toBe('CN-JS')
    expect(proposedWord('CN-JS', among('zh'))).toBe('CN-JS')
    expect(proposedWord('江', among('zh'))).toBe('江')
    expect(proposedWord('', among('zh'))).toBe('')
    const twins = [
      ['a', 'Gear, small'],
      ['b', 'Gear, large'],
    ] as const
    expect(proposedWord('gear', twins)).toBe('gear')
    expect(proposedWord('gear, large', twins)).toBe('b')
  })
})

describe('windows of a limit', () => {
  const figures = new Map(CATALOGUE.map((kpi) => [kpi.id, kpi]))
  const [demand, enpi] = [figures.get('peak_demand_15'), figures.get('enpi')]

  test('are those in which the figure is computed; shifts only where the plant has some', () => {
    expect(windowsOf(demand, true)).toEqual(['1h', 'shift', '1d', '1mo'])
    expect(windowsOf(demand, false)).toEqual(['1h', '1d', '1mo'])
    expect(windowsOf(undefined, true)).toHaveLength(6)
    expect(scopesOf(enpi)).toEqual(['plant'])
    expect(scopesOf(undefined)).toEqual(['plant', 'line', 'device'])
  })

  test('give way to the next longer one where another figure is not computed in it', () => {
    const values = { ...alarmValues(null), window: '15m', scope: 'device' }
    expect(valuesForFigure(values, enpi, false)).toEqual({ ...values, window: '1d', scope: 'plant' })
    expect(valuesForFigure(values, demand, false)).toEqual({ ...values, window: '1h' })
    expect(valuesForFigure(values, undefined, false)).toEqual(values)
    expect(valuesForFigure({ ...values, window: 'shift' }, demand, false)).toMatchObject({ window: '1h' })
    expect(valuesForFigure(targetValues(null), demand, false)).toEqual(targetValues(null))
  })
})
