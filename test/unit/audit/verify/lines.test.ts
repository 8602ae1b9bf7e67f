import { fc, test } from '@fast-check/vitest'
import { describe, expect } from 'vitest'
import { eachLine } from '../../../../src/audit/verify/lines.js'

async function linesOf(...chunks: readonly (string | Buffer)[]): Promise<string[]> {
  const lines: string[] = []
  const bytes = (async function* () {
    for (const chunk of chunks) yield Buffer.from(chunk)
  })()
  await eachLine('a.csv', bytes, (line) => lines.push(line.toString()))
  return lines
}

describe('lines of a CSV file', () => {
  test('end with a line feed, which does not belong to them', async () => {
    expect(await linesOf('a,b\n1,2\n\n')).toEqual(['a,b', '1,2', ''])
    expect(await linesOf()).toEqual([])
  })

  test('a line feed inside quotes belongs to the line', async () => {
    expect(await linesOf('a,"one\ntwo""\n",b\nc\n')).toEqual(['a,"one\ntwo""\n",b', 'c'])
  })

  test('the last line has to end', async () => {
    await expect(linesOf('a\nb')).rejects.toThrow('its last line does not end')
    await expect(linesOf('a\n"b\n')).rejects.toThrow('its last line does not end')
  })

  test('a line without an end is given up, not kept', async () => {
    await expect(linesOf(...Array(9).fill(Buffer.alloc(2 ** 20, 65)))).rejects.toThrow('it has a line without an end')
  })

  const cell = fc.oneof(
    fc.stringMatching(/^[a-z0-9]*$/),
    fc.string().map((text) => `"${text.replaceAll('"', '""')}"`),
  )
  test.prop([fc.array(fc.array(cell, { minLength: 1 }).map((cells) => cells.join(','))), fc.array(fc.nat(400))])(
    'are the same wherever the bytes are cut',
    async (lines, cuts) => {
      const bytes = Buffer.from(lines.map((line) => `${line}\n`).join(''))
      const places = [0, ...cuts.filter((cut) => cut < bytes.length).sort((a, b) => a - b), bytes.length]
      const chunks = places.slice(1).map((end, i) => bytes.subarray(places[i], end))
      expect(await linesOf(...chunks)).toEqual(lines)
    },
  )
})
