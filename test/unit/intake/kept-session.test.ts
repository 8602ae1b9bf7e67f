import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { KeptSession } from '../../../src/intake/bridge/kept-session.js'

const OWNER = { url: 'mqtt://127.0.0.1:1883', client_id: 'gw' }
const dir = mkdtempSync(join(tmpdir(), 'greengauge-kept-'))

afterAll(() => rmSync(dir, { recursive: true }))

test('a disk that takes nothing is said, and what is left at the broker is written down once it takes it', () => {
  const place = join(dir, 'brokers')
  const path = join(place, 'hall.json')
  writeFileSync(place, 'a file where the folder should be')
  const kept = new KeptSession(path, OWNER)
  expect(kept.keep(['plants/#'])).toMatch(/EEXIST|ENOTDIR/)
  expect(kept.filters).toEqual(['plants/#'])
  expect(new KeptSession(path, OWNER).filters).toEqual([])

  rmSync(place)
  mkdirSync(place)
  expect(kept.keep(['plants/#'])).toBe('')
  expect(new KeptSession(path, OWNER).filters).toEqual(['plants/#'])
})
