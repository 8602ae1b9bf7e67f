import { createWriteStream, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { ZipFile } from 'yazl'
import { bytesOf } from '../../../../src/audit/bundle/bundle-reader.js'
import { isName } from '../../../../src/audit/bundle/format.js'
import { openBundle } from '../../../../src/audit/bundle/open-bundle.js'

let dir: string
beforeAll(() => {
  dir = mkdtempSync(join(tmpdir(), 'bundle-reader-'))
})
afterAll(() => rmSync(dir, { recursive: true }))

async function zipOf(name: string, files: Readonly<Record<string, string | Buffer>>): Promise<string> {
  const zip = new ZipFile()
  for (const [path, content] of Object.entries(files)) zip.addBuffer(Buffer.from(content), path, { mtime: new Date(0) })
  zip.end()
  const path = join(dir, name)
  await pipeline(zip.outputStream, createWriteStream(path))
  return path
}

/** A copy of a zip in which each occurrence of some bytes is others. */
function altered(path: string, to: string, from: string | Buffer, by: string | Buffer): string {
  const bytes = readFileSync(path)
  const [was, is] = [Buffer.from(from), Buffer.from(by)]
  let at = bytes.indexOf(was)
  expect(at).toBeGreaterThan(-1)
  for (; at !== -1; at = bytes.indexOf(was, at + is.length)) is.copy(bytes, at)
  writeFileSync(join(dir, to), bytes)
  return join(dir, to)
}

function folderOf(name: string, files: Readonly<Record<string, string>>): string {
  const path = join(dir, name)
  for (const [file, content] of Object.entries(files)) {
    mkdirSync(dirname(join(path, file)), { recursive: true })
    writeFileSync(join(path, file), content)
  }
  return path
}

const FILES = { 'report/report.json': '{}', 'MANIFEST.json': '[1]', 'evidence/p/readings/2026-10-01.csv': 'a,b\n' }

test('folders that another packer has put into a zip are no files, and nothing is said of them', async () => {
  const zip = new ZipFile()
  for (const [path, content] of Object.entries(FILES)) {
    if (path.includes('/')) zip.addEmptyDirectory(`${dirname(path)}/`, { mtime: new Date(0) })
    zip.addBuffer(Buffer.from(content), path, { mtime: new Date(0) })
  }
  zip.end()
  const path = join(dir, 'folders.zip')
  await pipeline(zip.outputStream, createWriteStream(path))
  const reader = await openBundle(path)
  expect(reader.refused).toEqual([])
  expect([...reader.files.keys()]).toEqual(Object.keys(FILES).sort())
  await reader.close()
})

test('a zip and the folder it unpacks to are the same, in the order of their names', async () => {
  for (const path of [await zipOf('good.zip', FILES), folderOf('good', FILES)]) {
    const reader = await openBundle(path)
    expect([...reader.files.keys()]).toEqual(Object.keys(FILES).sort())
    expect(reader.refused).toEqual([])
    for (const [name, content] of Object.entries(FILES)) {
      expect((await bytesOf(reader, name)).toString()).toBe(content)
      expect(reader.files.get(name)!.bytes).toBe(content.length)
    }
    await expect(bytesOf(reader, 'report/report.en.pdf')).rejects.toThrow('report/report.en.pdf: it is not there')
    await expect(bytesOf(reader, 'report/report.json', 1)).rejects.toThrow(
      'it has 2 bytes; no such file has more than 1',
    )
    await reader.close()
  }
})

describe('a name that means another place is none', () => {
  test.each([
    '../x',
    'a/../x',
    '/etc/passwd',
    'C:/x',
    'a\\b',
    'a//b',
    './x',
    '.hidden',
    'a/.git/config',
    'x.',
    'a b',
    'ä',
    '-rf',
    'x\u0000',
    '',
    'x'.repeat(241),
  ])('%j', (name) => expect(isName(name)).toBe(false))

  test('and those of the format are', () => {
    expect(isName('archive/reading/plant=suzhou-1/day=2026-10-01/gen-1.parquet')).toBe(true)
  })
})

describe('what a hostile zip has is refused and named', () => {
  const only = async (path: string) => {
    const reader = await openBundle(path)
    const { files, refused } = reader
    await reader.close()
    return { files: [...files.keys()], refused: refused.map(({ ok, code, subject }) => ({ ok, code, subject })) }
  }

  test('a way out of the folder', async () => {
    const path = altered(await zipOf('plain.zip', { 'aa/bb/cc': 'x', good: 'y' }), 'out.zip', 'aa/bb/cc', '../../cc')
    expect(await only(path)).toEqual({ files: ['good'], refused: [{ ok: false, code: 'name', subject: '../../cc' }] })
  })

  test('a file that is there twice, and one that differs in capitals only', async () => {
    const path = altered(await zipOf('two.zip', { same1: 'x', same2: 'y', SAME1: 'z' }), 'twice.zip', 'same2', 'same1')
    const { refused } = await only(path)
    expect(refused).toEqual([
      { ok: false, code: 'name', subject: 'same1' },
      { ok: false, code: 'name', subject: 'SAME1' },
    ])
  })

  test('a bomb, without unpacking it', async () => {
    const path = await zipOf('bomb.zip', { 'report/report.json': Buffer.alloc(5_000_000), good: 'y' })
    expect(readFileSync(path).length).toBeLessThan(6_000)
    expect(await only(path)).toEqual({
      files: ['good'],
      refused: [{ ok: false, code: 'size', subject: 'report/report.json' }],
    })
  })

  test('two entries that are the same bytes', async () => {
    const bytes = readFileSync(await zipOf('apart.zip', { aa: 'same', ab: 'same' }))
    // The second entry of the directory gets the place of the first header.
    const second = bytes.indexOf('PK\u0001\u0002', bytes.indexOf('PK\u0001\u0002') + 4)
    bytes.writeUInt32LE(0, second + 42)
    writeFileSync(join(dir, 'over.zip'), bytes)
    const { refused } = await only(join(dir, 'over.zip'))
    expect(refused).toContainEqual({ ok: false, code: 'zip', subject: 'ab' })
  })

  test('bytes between two files', async () => {
    const bytes = readFileSync(await zipOf('close.zip', { aa: 'same', ab: 'same' }))
    const second = bytes.indexOf('PK\u0003\u0004', 4)
    const hidden = Buffer.concat([bytes.subarray(0, second), Buffer.alloc(100), bytes.subarray(second)])
    const entry = hidden.indexOf('PK\u0001\u0002', hidden.indexOf('PK\u0001\u0002') + 4)
    hidden.writeUInt32LE(second + 100, entry + 42)
    const end = hidden.indexOf('PK\u0005\u0006')
    hidden.writeUInt32LE(hidden.readUInt32LE(end + 16) + 100, end + 16)
    writeFileSync(join(dir, 'hidden.zip'), hidden)
    const { refused } = await only(join(dir, 'hidden.zip'))
    expect(refused).toEqual([{ ok: false, code: 'zip', subject: 'ab' }])
  })

  test('a size that is not that of the bytes, and bytes that are not those of the checksum', async () => {
    const text = 'ordinary text, '.repeat(30)
    const lying = readFileSync(await zipOf('honest.zip', { aa: text }))
    lying.writeUInt32LE(text.length + 1, lying.indexOf('PK\u0001\u0002') + 24)
    writeFileSync(join(dir, 'lying.zip'), lying)
    const other = readFileSync(join(dir, 'honest.zip'))
    other.writeUInt32LE(7, other.indexOf('PK\u0001\u0002') + 16)
    writeFileSync(join(dir, 'other.zip'), other)
    for (const name of ['lying.zip', 'other.zip']) {
      const reader = await openBundle(join(dir, name))
      await expect(bytesOf(reader, 'aa')).rejects.toThrow('aa: it cannot be unpacked')
      await reader.close()
    }
  })

  test('a zip that is none, and no zip at all', async () => {
    writeFileSync(join(dir, 'none.zip'), 'PK, but no zip')
    await expect(openBundle(join(dir, 'none.zip'))).rejects.toThrow('it is no zip that can be read')
    await expect(openBundle(join(dir, 'nowhere.zip'))).rejects.toThrow('there is no such file or folder')
  })
})

test('a zip of the larger form, as it has to be above 4 GB, is read like any other', async () => {
  const zip = new ZipFile()
  const options = { mtime: new Date(0), forceZip64Format: true }
  zip.addReadStream(Readable.from([Buffer.from('one')]), 'a', options)
  zip.addReadStream(Readable.from([Buffer.from('two')]), 'b', options)
  zip.end({ forceZip64Format: true, comment: '' })
  await pipeline(zip.outputStream, createWriteStream(join(dir, 'large.zip')))
  const reader = await openBundle(join(dir, 'large.zip'))
  expect(reader.refused).toEqual([])
  expect((await bytesOf(reader, 'b')).toString()).toBe('two')
  await reader.close()
})

test('links in a folder are not followed, and hidden files do not belong there', async () => {
  const path = folderOf('linked', { good: 'y', '.DS_Store': 'x' })
  symlinkSync('/etc/hostname', join(path, 'report'))
  const reader = await openBundle(path)
  expect([...reader.files.keys()]).toEqual(['good'])
  expect(reader.refused.map(({ subject }) => subject).sort()).toEqual(['.DS_Store', 'report'])
})
