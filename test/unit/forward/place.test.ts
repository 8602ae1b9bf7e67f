import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { ForwardPosition, positionPath } from '../../../src/forward/position.js'
import { START } from '../../../src/journal/cursor.js'
import { nodeDisk } from '../../../src/journal/disk.js'

function dataDir(): string {
  const dir = mkdtempSync(join(tmpdir(), 'greengauge-place-'))
  onTestFinished(() => rmSync(dir, { recursive: true, force: true }))
  return dir
}

test('name and place are there after a restart', () => {
  const path = positionPath(dataDir())
  const place = new ForwardPosition(nodeDisk, path)
  expect(place.cursor).toEqual(START)
  expect(place.keep({ segment: 3, offset: 77, crc: 5 })).toBe('')
  const again = new ForwardPosition(nodeDisk, path)
  expect([again.edge, again.cursor]).toEqual([place.edge, { segment: 3, offset: 77, crc: 5 }])
})

test('a place of another journal is given up, the name is kept', () => {
  const path = positionPath(dataDir())
  const place = new ForwardPosition(nodeDisk, path)
  place.keep({ segment: 3, offset: 77, crc: 5 })
  place.reset()
  const again = new ForwardPosition(nodeDisk, path)
  expect([place.cursor, again.cursor, again.edge]).toEqual([START, START, place.edge])
})

test('a file that is damaged is none: all goes out again, under another name', () => {
  const path = positionPath(dataDir())
  const place = new ForwardPosition(nodeDisk, path)
  place.keep({ segment: 3, offset: 77, crc: 5 })
  writeFileSync(path, '{"edge"')
  const again = new ForwardPosition(nodeDisk, path)
  expect(again.cursor).toEqual(START)
  expect(again.edge).not.toBe(place.edge)
})

test('a disk that takes nothing is said, and the place stays the one that is written down', () => {
  const dir = dataDir()
  writeFileSync(join(dir, 'forward'), 'no folder')
  const place = new ForwardPosition(nodeDisk, positionPath(dir))
  expect(place.keep({ segment: 3, offset: 77, crc: 5 })).toMatch(/EEXIST|ENOTDIR/)
  expect(place.cursor).toEqual(START)
})
