import { describe, expect, test } from 'vitest'
import { regionText } from '../../../dashboards/src/configuration/region-names.js'
import { lineEdits, plantEdits } from '../../../dashboards/src/configuration/settings-tree.js'
import { editText } from '../../../src/config/edit/edit-text.js'
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

describe('regions of the grid', () => {
  test('have each a name in both languages, and the newest year that has a factor', () => {
    const regions = gridRegions(bundledLibrary()).map(({ id, name, years }) => ({
      id,
      name,
      years: [...years.keys()].map(Number).sort(),
    }))
    expect(
      regions.map((one) => regionText(one, 'zh')).filter((text) => !/[\u4e00-\u9fff].*，20\d\d 年$/.test(text)),
    ).toEqual([])
    expect(regions.map((one) => regionText(one, 'en'))).toContain('Jiangsu province, 2023')
  })
})
