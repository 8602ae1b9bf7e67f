import { describe, expect, test } from 'vitest'
import { lengthText, textWith } from '../../../../src/kpi/alarms/texts.js'

const DEVICE = { kpi: null, unit: 's', limit: 300 }
const SHARE = { rule: 'oee', kpi: 'oee', unit: '1', limit: 0.5 }

describe('the text of an alarm', () => {
  test('carries the figure with which it was raised, in both languages', () => {
    const oee = { en: 'OEE below 50 %', zh: 'OEE低于 50 %' }
    expect(textWith(oee, { ...SHARE, value: 0.2258 })).toEqual({
      en: 'OEE below 50 %: 22.6 %',
      zh: 'OEE低于 50 %：22.6 %',
    })
    const budget = { en: 'Budget', zh: '预算' }
    const energy = { rule: 'b', kpi: 'energy_elec_import', unit: 'kWh', limit: 17_000 }
    expect(textWith(budget, { ...energy, value: 17_024.4 }).en).toBe('Budget: 17,024 kWh')
    expect(textWith(budget, { ...energy, kpi: 'power_factor', unit: '1', limit: 0.9, value: 0.87 }).en).toBe(
      'Budget: 0.87',
    )
  })

  test('has as many digits as tell it from its limit', () => {
    const text = { en: 'x', zh: 'x' }
    expect(textWith(text, { ...SHARE, value: 0.49996 }).en).toBe('x: 49.996 %')
    expect(textWith(text, { ...SHARE, value: 0.5 }).en).toBe('x: 50 %')
  })

  test.each([
    ['device-silence', 360, '6 min', '6 分钟'],
    ['device-clock', 95, '1 min 35 s ahead', '快 1 分钟 35 秒'],
    ['device-clock', -4000, '1 h 6 min behind', '慢 1 小时 6 分钟'],
    ['device-clock', -0.013, 'unsteady', '时快时慢'],
    ['device-limit', 1204, '1,204', '1,204'],
    ['month-not-attested', 180_000, 'overdue by 2 d 2 h', '逾期 2 天 2 小时'],
  ])('of a device or a month: %s, %d', (rule, value, en, zh) => {
    expect(textWith({ en: 'It', zh: '它' }, { ...DEVICE, rule, value })).toEqual({ en: `It: ${en}`, zh: `它：${zh}` })
  })
})

test.each([
  [0, '0 s'],
  [59.6, '1 min'],
  [3605, '1 h'],
  [100_000, '1 d 3 h'],
])('a length of %d s is %s', (seconds, text) => {
  expect(lengthText(seconds, 'en')).toBe(text)
})
