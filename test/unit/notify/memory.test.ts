import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { readMemory, writeMemory } from '../../../src/notify/memory.js'
import { contentAtSyncs } from '../../support/syncs.js'

test('a file is on the disk before it takes the place of the one before', async () => {
  const dir = mkdtempSync(join(tmpdir(), 'greengauge-memory-'))
  onTestFinished(() => rmSync(dir, { recursive: true }))
  const path = join(dir, 'channels', 'a.json')
  await writeMemory(path, { told: 1 })
  const contents = await contentAtSyncs(path)
  await writeMemory(path, { told: 2 })
  expect(contents).toEqual(['{"told":1}', '{"told":2}'])
  expect(readFileSync(path, 'utf8')).toBe('{"told":2}')
  expect(statSync(path).mode & 0o777).toBe(0o600)
  expect(await readMemory(path, { told: 0, more: true })).toEqual({ told: 2, more: true })
})
