import { describe, expect, it } from 'vitest'
import {
  hexLines,
  isBinary,
  isCut,
  jsonLines,
  type Line,
  plainLines,
  sentReadings,
} from '../../../dashboards/src/devices/payload.js'

const textOf = (lines: readonly Line[] | null) => lines?.map((line) => line.map(({ text }) => text).join(''))

describe('a payload of JSON', () => {
  it('is indented line by line, what is short on one line', () => {
    const text = '{"ts":1,"metrics":{"elec_submeter_kwh":1284.613,"elec_import_kw":86.4},"units":{"a":"MWh"},"seq":7}'
    expect(textOf(jsonLines(text))).toEqual([
      '{',
      '  "ts": 1,',
      '  "metrics": {',
      '    "elec_submeter_kwh": 1284.613,',
      '    "elec_import_kw": 86.4',
      '  },',
      '  "units": { "a": "MWh" },',
      '  "seq": 7',
      '}',
    ])
  })

  it('keeps each number and each key as it came: 12.50 is not 12.5, and a key that came twice stands twice', () => {
    expect(textOf(jsonLines('{"a":12.50,"a":1e999}'))).toEqual(['{', '  "a": 12.50,', '  "a": 1e999', '}'])
  })

  it('signs within a text do not break it', () => {
    expect(textOf(jsonLines('{"a":"{,:}\\" [1]"}'))).toEqual(['{', '  "a": "{,:}\\" [1]"', '}'])
  })

  it('tells keys from values', () => {
    expect(jsonLines('{"a":"b"}')![1]!.filter(({ kind }) => kind !== 'sign')).toEqual([
      { kind: 'key', text: '"a"' },
      { kind: 'value', text: '"b"' },
    ])
  })

  it('of a text that was cut it shows as far as it goes', () => {
    expect(textOf(jsonLines('[{"ts":1},{"ts":2,"metr', true))).toEqual([
      '[',
      '  { "ts": 1 },',
      '  {',
      '    "ts": 2,',
      '    "metr',
    ])
  })

  it('a thousand brackets do not lead a thousand steps to the right', () => {
    const lines = textOf(jsonLines('['.repeat(1_000), true))!
    expect(lines).toHaveLength(1_001)
    expect(Math.max(...lines.map((line) => line.length))).toBeLessThan(40)
  })

  it.each(['', 'hello', '{"a":', '"a"', '12'])('%j is none', (text) => expect(jsonLines(text)).toBeNull())
})

describe('any other payload', () => {
  it('stands as it came, with what cannot be printed as escapes', () => {
    expect(textOf(plainLines('a\u0000b\r\nc'))).toEqual(['a\\x00b\\r', 'c'])
  })
  it('has its bytes sixteen to a line', () => {
    expect(textOf(hexLines('0123456789abcdef°'))).toEqual([
      '30 31 32 33 34 35 36 37 38 39 61 62 63 64 65 66  0123456789abcdef',
      'c2 b0                                            ..',
    ])
  })
  it('has no bytes to show where the text has lost them', () => expect(hexLines('a\ufffd')).toBeNull())
})

describe('the readings that were sent', () => {
  it('are the metrics with the units that the message names', () => {
    const text = '{"ts":"2026-11-24T08:00:00Z","metrics":{"a_kwh":1.5,"state":"Execute"},"units":{"a_kwh":"MWh"}}'
    expect(sentReadings(text)).toEqual([
      { metric: 'a_kwh', value: 1.5, unit: 'MWh', ts: '2026-11-24T08:00:00Z' },
      { metric: 'state', value: 'Execute', unit: null, ts: '2026-11-24T08:00:00Z' },
    ])
  })
  it('of an array are those of the last message', () => {
    expect(sentReadings('[{"ts":1,"metrics":{"a":1}},{"ts":2,"metrics":{"b":2}}]')).toMatchObject([
      { metric: 'b', ts: 2 },
    ])
  })
  it('of an array that was cut are those of the last message that is whole', () => {
    const text = '[{"ts":1,"metrics":{"a":1}},{"ts":2,"metrics":{"b":2}},{"ts":3,"met'
    expect(sentReadings(text, true)).toMatchObject([{ metric: 'b', ts: 2 }])
  })
  it.each(['', 'x', '7', '[]', '{"metrics":[1]}', '{"units":{"a":"kW"}}'])('%j has none', (text) => {
    expect(sentReadings(text)).toEqual([])
    expect(sentReadings(text, true)).toEqual([])
  })
})

describe('bytes that are no text', () => {
  const SAMPLE = 'hex: 08 e4 41 00'

  it('are shown in hex with their characters', () => {
    expect(isBinary(SAMPLE)).toBe(true)
    expect(textOf(hexLines(SAMPLE))![0]).toMatch(/^08 e4 41 00 +\.\.A\.$/)
  })

  it('are whole when as many are shown as came', () => {
    expect([4, 5].map((size) => isCut(SAMPLE, size))).toEqual([false, true])
    expect(isCut(`${SAMPLE} …`, 2000)).toBe(true)
  })

  it.each(['hex: white', 'the hex: 08', '{"hex": 8}'])('%j is a text', (text) => expect(isBinary(text)).toBe(false))
})
