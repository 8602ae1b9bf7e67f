import { expect, test } from 'vitest'
import { BundleFault } from '../../../../src/audit/bundle/fault.js'
import { byteLines, checkChain, LINE_BYTES_MAX } from '../../../../src/audit/ledger/check-chain.js'
import { eachLine } from '../../../../src/audit/verify/lines.js'

/** Proves that time and memory for lines grow with the bytes alone, also where lines have no end and pieces are small. */

const MIB = 2 ** 20

function* piecesOf(bytes: Buffer, length: number): Generator<Buffer> {
  for (let at = 0; at < bytes.length; at += length) yield bytes.subarray(at, at + length)
}

async function* chunksOf(bytes: Buffer, length: number): AsyncGenerator<Buffer> {
  yield* piecesOf(bytes, length)
}

test('a ledger of 16 MiB without an end, in pieces of 1 KiB, is refused in seconds', async () => {
  const before = process.cpuUsage()
  const { findings } = await checkChain(piecesOf(Buffer.alloc(16 * MIB, 'x'), 1024))
  expect(findings.map(({ ok }) => ok)).toContain(false)
  expect(process.cpuUsage(before).user / 1000).toBeLessThan(20_000)
})

test('a line that is too long is given once, cut, and those behind it are whole', async () => {
  const bytes = Buffer.concat([Buffer.from('a\n'), Buffer.alloc(2 * LINE_BYTES_MAX, 'x'), Buffer.from('\nb\n\nc')])
  const lines: [number, boolean][] = []
  for await (const line of byteLines(piecesOf(bytes, 64 * 1024))) lines.push([line.bytes.length, line.isEnded])
  expect(lines.map(([length, isEnded]) => [Math.min(length, LINE_BYTES_MAX), isEnded])).toEqual([
    [1, true],
    [LINE_BYTES_MAX, false],
    [1, true],
    [0, true],
    [1, false],
  ])
})

test.each([1, 2, 3, 7, 64])('lines are the same in pieces of %i bytes, quotes and all', async (length) => {
  const text = 'a,"b\nc",d\n"",""""\n\n"x""\n""y"\nz\n'
  const lines: string[] = []
  await eachLine('f', chunksOf(Buffer.from(text), length), (line) => lines.push(line.toString()))
  expect(lines).toEqual(['a,"b\nc",d', '"",""""', '', '"x""\n""y"', 'z'])
  const again: string[] = []
  for await (const { bytes } of byteLines(piecesOf(Buffer.from(text), length)))
    again.push(Buffer.from(bytes).toString())
  expect(again).toEqual(text.split('\n').slice(0, -1))
})

test('a quote that never closes, and a line feed behind each letter of an endless line, cost seconds, not minutes', async () => {
  const before = process.cpuUsage()
  for (const text of [`"${'\n'.repeat(16 * MIB)}`, `"${'""'.repeat(8 * MIB)}`]) {
    await expect(eachLine('f', chunksOf(Buffer.from(text), 1024), () => undefined)).rejects.toThrow(BundleFault)
  }
  const lines = Buffer.from(`${'x'.repeat(7 * MIB)}\n`.repeat(8))
  await eachLine('f', chunksOf(lines, 4096), () => undefined)
  expect(process.cpuUsage(before).user / 1000).toBeLessThan(20_000)
})
