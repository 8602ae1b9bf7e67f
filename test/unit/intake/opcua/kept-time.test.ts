import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { KeptTime } from '../../../../src/intake/opcua/kept-time.js'
import { contentAtSyncs } from '../../../support/syncs.js'

const ENDPOINT = 'opc.tcp://hall:4840'
const SERVER = { endpoint: ENDPOINT, up_to_ms: 5000 }

function place(): string {
  const dir = mkdtempSync(join(tmpdir(), 'greengauge-kept-time-'))
  onTestFinished(() => rmSync(dir, { recursive: true }))
  return join(dir, 'hall.json')
}

function keptAt(path: string) {
  const said: string[] = []
  return { kept: new KeptTime(path, ENDPOINT, { warn: (_: object, text: string) => said.push(text) } as never), said }
}

test('the time is on the disk before its file takes the place of the one before, and seldom written', async () => {
  const path = place()
  writeFileSync(path, JSON.stringify(SERVER))
  const { kept, said } = keptAt(path)
  expect(kept.upToMs).toBe(5000)
  const contents = await contentAtSyncs(path)
  for (let i = 1; i <= 100; i++) kept.reach(5000 + i, i)
  await kept.write()
  // Two writes, of the first time and of the last, are synced each before they are there, and their folder after that.
  const at = (ms: number) => JSON.stringify({ ...SERVER, up_to_ms: ms })
  expect(contents.length).toBeLessThanOrEqual(4)
  expect(contents[0]).toBe(at(5000))
  expect(contents.at(-1)).toBe(at(5100))
  expect(readFileSync(path, 'utf8')).toBe(at(5100))
  expect(said).toEqual([])
})

test.each([
  ['that is empty', '', 1],
  ['that was cut', '{"endpoint":"opc', 1],
  ['of another server', JSON.stringify({ ...SERVER, endpoint: 'opc.tcp://other' }), 0],
])('a file %s says nothing; what cannot be read is named in the log', (_, content, lines) => {
  const path = place()
  writeFileSync(path, content)
  const { kept, said } = keptAt(path)
  expect(kept.upToMs).toBeNull()
  expect(said).toHaveLength(lines)
})

test('without a file nothing is known, nor said', () => {
  const { kept, said } = keptAt(place())
  expect(kept.upToMs).toBeNull()
  expect(said).toEqual([])
})
