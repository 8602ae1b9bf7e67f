import { readFileSync } from 'node:fs'
import { fc, test as prop } from '@fast-check/vitest'
import { Point as ClientPoint } from '@influxdata/influxdb-client'
import { describe, expect, test } from 'vitest'
import { type FieldValue, lineText } from '../../src/stores/influx/line-protocol.js'
import { LineProtocolWriter } from '../../src/stores/influx/schema.js'
import type { SampleSource, StoreSample } from '../../src/stores/sample.js'
import { DATASETS_REMEDY, datasetFile } from '../support/datasets.js'

/** Texts full of what must be escaped. */
const text = fc.string({
  unit: fc.oneof(
    { weight: 3, arbitrary: fc.constantFrom(',', ' ', '=', '"', '\\', '\n', '\r', '\t', "'", 'n', '温', '🜨') },
    { weight: 1, arbitrary: fc.string({ unit: 'grapheme', minLength: 1, maxLength: 1 }) },
  ),
  maxLength: 12,
})
/** Text outside of quotes: never empty, and no backslash at its end; one name the client's own object swallows. */
const name = text.filter((one) => one !== '' && !one.endsWith('\\') && one !== '__proto__')
const number = fc.double({ noNaN: true, noDefaultInfinity: true })
const tags = fc.dictionary(name, name, { maxKeys: 5 })
const time = fc.integer({ min: -9_223_372_036_854, max: 9_223_372_036_854 })

const inOrder = <T>(of: Readonly<Record<string, T>>) =>
  Object.keys(of)
    .sort()
    .map((key) => [key, of[key] as T] as const)

function clientLine(
  measurement: string,
  tagValues: Readonly<Record<string, string>>,
  fields: Readonly<Record<string, FieldValue>>,
  ms: number,
): string | undefined {
  const point = new ClientPoint(measurement).timestamp(ms)
  for (const [key, value] of Object.entries(tagValues)) point.tag(key, value)
  for (const [key, value] of Object.entries(fields)) {
    if (typeof value === 'number') point.floatField(key, value)
    else if (typeof value === 'boolean') point.booleanField(key, value)
    else point.stringField(key, value)
  }
  return point.toLineProtocol({ convertTime: String })
}

describe("a line is what InfluxData's own client writes", () => {
  prop.prop([name, tags, fc.dictionary(name, fc.oneof(number, text), { minKeys: 1, maxKeys: 6 }), time], {
    numRuns: 2000,
  })('for any names, tags, numbers and texts', (measurement, tagValues, fields, ms) => {
    const sorted = Object.fromEntries(inOrder(fields))
    // An object puts keys that look like whole numbers first, whatever their order.
    fc.pre(Object.keys(sorted).join() === Object.keys(fields).sort().join())
    expect(lineText(measurement, tagValues, sorted, ms)).toEqual({
      text: clientLine(measurement, tagValues, fields, ms),
    })
  })

  test('but for true and false, which it writes as letters', () => {
    expect(clientLine('m', {}, { is: true, not: false }, 1)).toBe('m is=T,not=F 1')
    expect(lineText('m', {}, { is: true, not: false }, 1)).toEqual({ text: 'm is=true,not=false 1' })
  })

  const metric = fc
    .stringMatching(/^[a-z][a-z0-9_]{0,8}$/)
    .filter((one) => !['quality', 'state', 'op_mode', 'safety_state'].includes(one))
  const id = fc.stringMatching(/^[a-z0-9][a-z0-9_-]{0,8}$/)

  prop.prop([id, id, id, fc.dictionary(metric, number, { minKeys: 1, maxKeys: 6 }), time])(
    'and so is the line of a sample, whatever of it is kept from the sample before',
    (plant, line, device, readings, ms) => {
      const writer = new LineProtocolWriter()
      const source: SampleSource = { plant, line, device, class: 'energy' }
      const sample: StoreSample = {
        source,
        ts: ms,
        metrics: inOrder(readings).map(([key]) => key),
        values: inOrder(readings).map(([, value]) => value),
        qualities: Object.fromEntries(Object.keys(readings).map((key) => [key, 0])),
      }
      const expected = lineText(
        'energy',
        { plant, line, device },
        { ...Object.fromEntries(inOrder(readings)), quality: 'good' },
        ms,
      )
      expect(writer.sample(sample)).toEqual(expected)
      expect(writer.sample(sample)).toEqual(expected)
    },
  )
})

interface Vector {
  readonly input: {
    readonly key: string
    readonly point: {
      readonly time: number
      readonly name: string
      readonly tags: readonly { readonly key: string; readonly value: string }[]
      readonly fields: readonly { readonly key: string; readonly value: Readonly<Record<string, FieldValue>> }[]
    }
  }
  readonly output: { readonly result?: string; readonly error?: string }
}

const file = datasetFile('line-protocol-encode.json')

/**
 * Reason why our writer cannot be asked for a vector; null when it can. Our fields are floats, strings and booleans, and times
 * are numbers that are exact.
 */
function beyondUs({ input: { point } }: Vector): string | null {
  const kinds = new Set(point.fields.flatMap(({ value }) => Object.keys(value)))
  if (kinds.has('int')) return 'integers'
  if (kinds.has('uint')) return 'unsigned integers'
  return Number.isSafeInteger(point.time) ? null : 'times beyond exact numbers'
}

describe.skipIf(file === null)(`the vectors of InfluxData's line-protocol-corpus (${DATASETS_REMEDY})`, () => {
  const vectors = file === null ? [] : (JSON.parse(readFileSync(file, 'utf8')) as Vector[])

  test('are all there, and those that we cannot be asked for are counted', () => {
    const counts: Record<string, number> = {}
    for (const vector of vectors) {
      const why = beyondUs(vector) ?? 'asked'
      counts[why] = (counts[why] ?? 0) + 1
    }
    expect(counts).toEqual({ asked: 61, integers: 41, 'times beyond exact numbers': 13 })
  })

  const asked = vectors.filter((vector) => beyondUs(vector) === null)

  test('one of them has a number in the longer form of Go', () => {
    expect(asked.filter(({ output }) => inOurForm(output.result) !== output.result)).toHaveLength(1)
  })

  test.each(asked.map((vector) => [vector.output.result ?? vector.output.error, vector] as const))(
    '%s',
    (_, { input: { point }, output }) => {
      const tagValues = Object.fromEntries(point.tags.map(({ key, value }) => [key, value]))
      const fields = Object.fromEntries(
        point.fields.map(({ key, value }) => [key, Object.values(value)[0] as FieldValue]),
      )
      const written = lineText(point.name, tagValues, fields, point.time)
      if (output.result === undefined) expect(written).toHaveProperty('fault')
      else expect(written).toEqual({ text: inOurForm(output.result) })
    },
  )
})

/** Go writes 6632243 as 6.632243e+06: the same number, and shorter without. */
function inOurForm(line: string | undefined): string | undefined {
  return line?.replace(/=(\d+\.\d+e\+0\d)(?=[ ,])/g, (_, number: string) => `=${Number(number)}`)
}

describe('what no line can hold is said', () => {
  test.each([
    ['an empty tag', lineText('m', { line: '' }, { v: 1 }, 1), 'tag line is empty'],
    [
      'a tag that ends in a backslash',
      lineText('m', { line: 'a\\' }, { v: 1 }, 1),
      'tag line ends in a backslash: a\\',
    ],
    ['a measurement that ends in one', lineText('m\\', {}, { v: 1 }, 1), 'measurement ends in a backslash: m\\'],
    ['a field key that ends in one', lineText('m', {}, { 'v\\': 1 }, 1), 'field key ends in a backslash: v\\'],
    ['no number', lineText('m', {}, { v: Number.NaN }, 1), 'field v is NaN, which no field can hold'],
    ['infinity', lineText('m', {}, { v: -Infinity }, 1), 'field v is -Infinity, which no field can hold'],
    ['no field', lineText('m', {}, {}, 1), 'm has no field'],
  ])('%s', (_, written, fault) => expect(written).toEqual({ fault }))

  test('a text that ends in a backslash, or has several lines, is none of that', () => {
    expect(lineText('m', {}, { v: 'a\\', w: 'one\ntwo' }, 1)).toEqual({ text: 'm v="a\\\\",w="one\ntwo" 1' })
  })
})
