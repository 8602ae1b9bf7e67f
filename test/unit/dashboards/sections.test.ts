import { describe, expect, test } from 'vitest'
import {
  keyPathText,
  listOfLine,
  numberOrText,
  pathBehind,
  withValue,
} from '../../../dashboards/src/configuration/sections/element.js'
import { daysOfIcs } from '../../../dashboards/src/configuration/sections/ics.js'
import {
  type JsonSchema,
  kindOf,
  kindsOf,
  schemaAt,
  shapeOf,
} from '../../../dashboards/src/configuration/sections/json-schema.js'
import {
  GATEWAY_SECTIONS,
  PLANT_SECTIONS,
  sectionPath,
} from '../../../dashboards/src/configuration/sections/sections.js'
import { HELP_ZH, LABELS_ZH } from '../../../dashboards/src/configuration/sections/settings.zh.js'
import { configJsonSchema } from '../../../src/config/config.js'

/** Proves that forms of the schema know every setting of their sections, and change nothing but what was typed. */

const SCHEMA = configJsonSchema() as JsonSchema
const NAMES = [...PLANT_SECTIONS, ...GATEWAY_SECTIONS]

interface Setting {
  readonly path: readonly string[]
  /** In English, '' without one. */
  readonly help: string
}

function settingsIn(schema: JsonSchema, at: readonly string[] = []): readonly Setting[] {
  if (schema.oneOf !== undefined) return schema.oneOf.flatMap((one) => settingsIn(one, at))
  return Object.entries(schema.properties ?? {}).flatMap(([name, one]) => {
    const inner = kindOf(one) === 'rows' ? one.items! : one
    const setting = { path: [...at, name], help: one.description ?? '' }
    if (kindOf(one) === 'rows' || kindOf(one) === 'map') return [setting, ...settingsIn(inner, setting.path)]
    return kindOf(one) === 'other' ? [] : [setting]
  })
}

describe.each(NAMES)('the section %s', (name) => {
  const element = schemaAt(SCHEMA, [...sectionPath(name, 0), 0])

  test('is in the schema, and each setting of it has a Chinese name', () => {
    expect(element).not.toBe(null)
    const settings = settingsIn(element!)
    expect(settings.length).toBeGreaterThan(3)
    expect(settings.filter(({ path }) => LABELS_ZH[path.at(-1)!] === undefined)).toEqual([])
  })

  test('has Chinese help for every setting that has English help', () => {
    const path = (one: Setting) => one.path.join('.')
    const isWithout = (one: Setting) => HELP_ZH[path(one)] === undefined && HELP_ZH[one.path.at(-1)!] === undefined
    expect(
      settingsIn(element!)
        .filter((one) => one.help !== '' && isWithout(one))
        .map(path),
    ).toEqual([])
  })
})

test('kinds of an element are told apart by its type, and each has the shape of its own', () => {
  const channel = schemaAt(SCHEMA, ['notify', 'channels', 0])!
  expect(kindsOf(channel)).toEqual(['webhook', 'dingtalk', 'wecom', 'mail'])
  expect(Object.keys(shapeOf(channel, { type: 'mail' }).properties ?? {})).toContain('starttls')
  expect(Object.keys(shapeOf(channel, { type: 'wecom' }).properties ?? {})).not.toContain('starttls')
})

test('a value goes to its place, and everything else stays as it is, keys in their order', () => {
  const tariff = { id: 'a', periods: [{ name: 'flat', from: '00:00' }, { name: 'peak' }], note: 1 }
  const set = withValue(tariff, ['periods', 1, 'from'], '08:00')
  expect(set).toEqual({
    id: 'a',
    periods: [
      { name: 'flat', from: '00:00' },
      { name: 'peak', from: '08:00' },
    ],
    note: 1,
  })
  expect(Object.keys(set as object)).toEqual(['id', 'periods', 'note'])
  expect(withValue(tariff, ['periods', 0], undefined)).toMatchObject({ periods: [{ name: 'peak' }] })
  expect(withValue(tariff, ['periods', 2], {})).toMatchObject({ periods: [{}, {}, {}] })
  expect(withValue({ generation: { device: 'm' } }, ['generation', 'device'], undefined)).toEqual({})
  expect(tariff.periods).toHaveLength(2)
})

test('texts become what the file means, and a slip stays a text, of which the rule speaks', () => {
  expect([numberOrText('1.5'), numberOrText('cheap'), numberOrText('')]).toEqual([1.5, 'cheap', undefined])
  expect(listOfLine('1, 2，12', true)).toEqual([1, 2, 12])
  expect(listOfLine(' ', false)).toBe(undefined)
  expect(keyPathText(['plants', 0, 'tariffs', 1])).toBe('plants[0].tariffs[1]')
  expect(pathBehind('plants[0].tariffs[1].periods[0].from', 'plants[0].tariffs[1]')).toBe('periods[0].from')
  expect(pathBehind('plants[0].tariffs[10].id', 'plants[0].tariffs[1]')).toBe(null)
})

const ICS = [
  'BEGIN:VCALENDAR',
  'BEGIN:VEVENT',
  'DTSTART;VALUE=DATE:20261001',
  'DTEND;VALUE=DATE:20261008',
  'SUMMARY:国庆节\\, 假期',
  'END:VEVENT',
  'BEGIN:VEVENT',
  'DTSTART;VALUE=DATE:20260101',
  'DTEND;VALUE=DATE:20260102',
  'SUMMARY:New Year’s',
  '  Day',
  'END:VEVENT',
  'BEGIN:VEVENT',
  'DTSTART;TZID=Asia/Shanghai:20260501T080000',
  'DTEND;TZID=Asia/Shanghai:20260501T200000',
  'END:VEVENT',
  'BEGIN:VEVENT',
  'SUMMARY:no day',
  'END:VEVENT',
  'END:VCALENDAR',
]

test.each(['\r\n', '\n'])('days of a calendar file end on their last day, whatever ends its lines', (end) => {
  expect(daysOfIcs(ICS.join(end))).toEqual([
    { date: '2026-01-01', name: 'New Year’s Day', planned_stop: true },
    { date: '2026-05-01', planned_stop: true },
    { date: '2026-10-01', to: '2026-10-07', name: '国庆节, 假期', planned_stop: true },
  ])
  expect(daysOfIcs('no calendar')).toEqual([])
})

test('an event of a calendar file keeps its name behind an alarm of its own, and days that do not exist are left out', () => {
  const event = (...lines: readonly string[]) => ['BEGIN:VEVENT', ...lines, 'END:VEVENT'].join('\n')
  const alarm = ['BEGIN:VALARM', 'SUMMARY:Tomorrow', 'END:VALARM']
  const days = [
    event('DTSTART;VALUE=DATE:20260101', 'SUMMARY:New Year', ...alarm),
    event('DTSTART;VALUE=DATE:20261301', 'SUMMARY:Nowhere'),
    event('DTSTART;VALUE=DATE:20260501', 'DTEND;VALUE=DATE:20261345'),
  ]
  expect(daysOfIcs(days.join('\n'))).toEqual([
    { date: '2026-01-01', name: 'New Year', planned_stop: true },
    { date: '2026-05-01', planned_stop: true },
  ])
})
