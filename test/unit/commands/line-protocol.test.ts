/** Proves that lines are read as InfluxDB writes them, and that broken ones say why. */

import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fc, test as property } from '@fast-check/vitest'
import { describe, expect, test } from 'vitest'
import type { HistoryRow } from '../../../src/commands/import/history-file.js'
import { GOES_ON, readLine } from '../../../src/commands/import/line-protocol.js'
import { LineProtocolFile } from '../../../src/commands/import/line-protocol-file.js'
import { lineText } from '../../../src/stores/influx/line-protocol.js'
import { DATASETS_REMEDY, datasetFile } from '../../support/datasets.js'

function cellsOf(line: string): unknown {
  const read = readLine(line)
  return read instanceof Map ? Object.fromEntries(read) : read
}

test.each([
  ['cpu,host=a value=1 1709251200000000000', { host: 'a', value: 1, _time: '1709251200000000000' }],
  ['cpu value=1i,b=2u,ok=t,no=FALSE', { value: '1', b: '2', ok: true, no: false, _time: null }],
  ['cpu,host=a\\ b\\,c\\=d value=-1.5e3 1', { host: 'a b,c=d', value: -1500, _time: '1' }],
  ['cpu text="a \\"b\\", c=d \\\\",value=1 1', { text: 'a "b", c=d \\', value: 1, _time: '1' }],
  ['cpu,path=C:\\dir value=9223372036854775807i 1', { path: 'C:\\dir', value: '9223372036854775807', _time: '1' }],
])('%s', (line, cells) => {
  expect(cellsOf(line)).toEqual({ _measurement: 'cpu', ...cells })
})

test.each([
  [',a=b value=1', 'has no measurement'],
  ['cpu,a value=1', 'has a tag without a value: a'],
  ['cpu', 'has no field: measurement,tags field=value time is expected'],
  ['cpu value=abc 1', 'has a field that is no value: value'],
  ['cpu value=1 12:00', 'has a time that is no whole number: 12:00'],
])('%s is refused with a reason', (line, problem) => expect(cellsOf(line)).toEqual({ problem }))

test('a text in quotation marks that does not end goes on in the next line', () => {
  expect(readLine('cpu text="a')).toBe(GOES_ON)
  expect(cellsOf('cpu text="a\nb" 1')).toEqual({ _measurement: 'cpu', text: 'a\nb', _time: '1' })
})

async function fileOf(text: string) {
  const dir = mkdtempSync(join(tmpdir(), 'greengauge-'))
  try {
    const file = join(dir, 'history.lp')
    writeFileSync(file, text)
    const rows: HistoryRow[] = []
    for await (const some of new LineProtocolFile(file, text.length).rows()) rows.push(...some)
    return rows
  } finally {
    rmSync(dir, { recursive: true })
  }
}

test('a file without ends of lines is refused before it fills the memory', async () => {
  await expect(fileOf('x'.repeat(3 * 1024 * 1024))).rejects.toThrow('is no line protocol')
})

test('a quotation mark that does not end takes a bounded number of lines with it, and says which', {
  tags: ['slow'],
}, async () => {
  const lines = Array.from({ length: 20_000 }, (_, i) => `cpu value=${i} ${i}`)
  const rows = await fileOf(['cpu text="a 1', ...lines].join('\n'))
  expect(rows[0]!.problem).toMatch(/does not end, so nothing is read up to line \d+$/)
  const last = Number(/\d+$/.exec(rows[0]!.problem)![0])
  expect(rows[1]!.number).toBe(last + 1)
  expect(rows.length).toBe(lines.length + 1 - last + 1)
})

const name = fc.stringMatching(/^[a-z][a-z ,=\d]{0,8}[a-z]$/)
const field = fc.oneof(fc.double({ noNaN: true, noDefaultInfinity: true }), fc.string(), fc.boolean())

property.prop([name, fc.dictionary(name, name), fc.dictionary(name, field, { minKeys: 1 }), fc.nat()])(
  'what is written to a store is read back, to the bit',
  (measurement, tags, fields, time) => {
    const written = lineText(measurement, tags, fields, time)
    if ('fault' in written) return
    const numbers = Object.entries(fields).map(([key, value]) => [key, Object.is(value, -0) ? 0 : value])
    const expected = { ...tags, ...Object.fromEntries(numbers), _measurement: measurement, _time: String(time) }
    expect(cellsOf(written.text)).toEqual(expected)
  },
)

const published = datasetFile('line-protocol-encode.json')

describe.runIf(published !== null)(`lines of InfluxData's own encoders (${DATASETS_REMEDY})`, () => {
  const cases = published === null ? [] : (JSON.parse(readFileSync(published, 'utf8')) as PublishedCase[])
  test('are read as the points that they were made of', () => {
    const lines = cases.flatMap(({ input, output }) => {
      const { name: measurement, tags, fields } = input.point
      const isPlain = fields?.every(({ value }) => value.float !== undefined) ?? false
      return output.result === undefined || !isPlain
        ? []
        : [{ line: output.result, measurement, tags, fields: fields! }]
    })
    expect(lines.length).toBeGreaterThan(10)
    for (const { line, measurement, tags, fields } of lines) {
      const expected = Object.fromEntries([
        ...(tags ?? []).map(({ key, value }) => [key, value] as const),
        ...fields.map(({ key, value }) => [key, value.float] as const),
      ])
      expect(cellsOf(line), line).toMatchObject({ ...expected, _measurement: measurement })
    }
  })
})

interface PublishedCase {
  readonly input: {
    readonly point: {
      readonly name: string
      readonly tags?: readonly { readonly key: string; readonly value: string }[]
      readonly fields?: readonly { readonly key: string; readonly value: { readonly float?: number } }[]
    }
  }
  readonly output: { readonly result?: string }
}
