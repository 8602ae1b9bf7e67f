import {
  chmodSync,
  chownSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, onTestFinished, test } from 'vitest'
import { withLock, writeWhole } from '../../../src/config/files/access-file.js'
import { makeFolder } from '../../../src/program/folders.js'
import { giveToOwner } from '../../../src/program/ownership.js'
import { holdDataDir } from '../../../src/runtime/data-dir.js'

/** Proves that what root writes in a data directory can be read by the user of the gateway. */

/** A user that owns nothing. */
const SERVICE = { uid: 61_234, gid: 61_235 } as const
const isRoot = process.getuid?.() === 0

function dataDirOf(mode: number, { uid, gid }: { uid: number; gid: number } = SERVICE): string {
  const dir = mkdtempSync(join(tmpdir(), 'greengauge-owner-'))
  onTestFinished(() => rmSync(dir, { recursive: true, force: true }))
  chownSync(dir, uid, gid)
  chmodSync(dir, mode)
  return dir
}

const ownerOf = (path: string) => {
  const { uid, gid, mode } = statSync(path)
  return { uid, gid, mode: mode & 0o777 }
}

describe.skipIf(!isRoot)('root in the data directory of another user', () => {
  test('writes files of that user, and folders', () => {
    const dir = dataDirOf(0o700)
    const file = join(dir, 'access', 'people.json')
    withLock(
      file,
      () => {
        expect(ownerOf(`${file}.lock`)).toEqual({ ...SERVICE, mode: 0o600 })
        writeWhole(file, '[]', dir)
      },
      dir,
    )
    expect(ownerOf(file)).toEqual({ ...SERVICE, mode: 0o600 })
    expect(ownerOf(join(dir, 'access'))).toEqual({ ...SERVICE, mode: 0o700 })
  })

  test('lets the group read where it may write to the folder, and only there', () => {
    const [shared, seen, open] = [dataDirOf(0o770), dataDirOf(0o750), dataDirOf(0o777)]
    for (const dir of [shared, seen, open]) writeWhole(join(dir, 'devices.json'), '[]')
    expect(ownerOf(join(shared, 'devices.json'))).toEqual({ ...SERVICE, mode: 0o660 })
    expect(ownerOf(join(seen, 'devices.json'))).toEqual({ ...SERVICE, mode: 0o600 })
    expect(ownerOf(join(open, 'devices.json'))).toEqual({ ...SERVICE, mode: 0o600 })
  })

  test('mends a folder that it has made as its own before', () => {
    const dir = dataDirOf(0o700)
    mkdirSync(join(dir, 'access'), { mode: 0o700 })
    writeWhole(join(dir, 'access', 'people.json'), '[]', dir)
    expect(ownerOf(join(dir, 'access'))).toEqual({ ...SERVICE, mode: 0o700 })
  })

  test('does not write through a link that was put in its way', () => {
    const dir = dataDirOf(0o700)
    const target = join(dataDirOf(0o700, { uid: 0, gid: 0 }), 'target')
    writeFileSync(target, 'untouched')
    const file = join(dir, 'devices.json')
    symlinkSync(target, `${file}.${process.pid}.new`)
    writeWhole(file, '[]')
    expect([readFileSync(target, 'utf8'), readFileSync(file, 'utf8')]).toEqual(['untouched', '[]'])
  })

  test('gives away all that it has made once its work is done, and nothing of others', async () => {
    const dir = dataDirOf(0o700)
    const occupied = await holdDataDir(dir, { as: 'refill' })
    mkdirSync(join(dir, 'journal'))
    writeFileSync(join(dir, 'journal', '1'), '')
    writeFileSync(join(dir, 'other'), '')
    chownSync(join(dir, 'other'), 7, 7)
    const outside = join(dataDirOf(0o700, { uid: 0, gid: 0 }), 'outside')
    writeFileSync(outside, '')
    symlinkSync(outside, join(dir, 'link'))
    occupied.close()
    for (const name of ['gateway.lock', 'journal', 'journal/1'])
      expect(ownerOf(join(dir, name)), name).toMatchObject(SERVICE)
    expect(ownerOf(join(dir, 'other'))).toMatchObject({ uid: 7, gid: 7 })
    expect(ownerOf(outside)).toMatchObject({ uid: 0, gid: 0 })
  })

  test('keeps what is in a folder of its own', () => {
    const dir = dataDirOf(0o700, { uid: 0, gid: 0 })
    writeFileSync(join(dir, 'other'), '')
    chownSync(join(dir, 'other'), 7, 7)
    giveToOwner(dir)
    expect(ownerOf(join(dir, 'other'))).toMatchObject({ uid: 7, gid: 7 })
  })
})

test('a folder is made with those above it; in a place that takes none it ends with an error of the system', () => {
  const dir = join(mkdtempSync(join(tmpdir(), 'greengauge-folder-')), 'a', 'b', 'c')
  onTestFinished(() => rmSync(join(dir, '..', '..', '..'), { recursive: true, force: true }))
  makeFolder(dir, 0o700)
  makeFolder(dir, 0o755)
  expect(statSync(dir).mode & 0o777).toBe(0o700)
  writeFileSync(join(dir, 'file'), '')
  expect(() => makeFolder(join(dir, 'file'))).toThrow('EEXIST')
  expect(() => makeFolder(join(dir, 'file', 'below'))).toThrow('ENOTDIR')
  if (process.platform === 'linux') expect(() => makeFolder('/proc/none/below')).toThrow('ENOENT')
})
