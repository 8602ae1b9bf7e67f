import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { isIntact, OriginalStore, originalsIn } from '../../../../src/audit/originals/store.js'

const HELLO = '2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824'

let dir: string
let store: OriginalStore

const fresh = () => new OriginalStore({ dir: join(dir, 'originals'), fileBytesMax: 8, bytesMax: 12 })

beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'originals-'))
  store = fresh()
})
afterEach(() => rmSync(dir, { recursive: true, force: true }))

describe('originals', () => {
  it('are kept under their SHA-256, once, and there after a start', async () => {
    expect(store.path(HELLO)).toBeNull()
    expect(await store.keep(Buffer.from('hello'))).toEqual({ sha256: HELLO, bytes: 5, known: false })
    expect(await store.keep(Buffer.from('hello'))).toMatchObject({ known: true })
    expect(readFileSync(fresh().path(HELLO)!, 'utf8')).toBe('hello')
    expect(originalsIn(join(dir, 'originals'))).toEqual([{ sha256: HELLO, bytes: 5 }])
  })

  it('are refused when they are empty or too large, or no room is left for more', async () => {
    expect(await store.keep(Buffer.alloc(0))).toMatchObject({ refused: 'empty' })
    expect(await store.keep(Buffer.alloc(9))).toEqual({ refused: 'too_large', bytesMax: 8 })
    const all = await Promise.all(['aaaaaaa', 'bbbbbbb'].map((text) => store.keep(Buffer.from(text))))
    expect(all[0]).toMatchObject({ known: false })
    expect(all[1]).toEqual({ refused: 'full', bytesMax: 12 })
    expect(await fresh().keep(Buffer.from('ccccccc'))).toMatchObject({ refused: 'full' })
  })

  it('are found when they were damaged, and mended by handing them in again', async () => {
    await store.keep(Buffer.from('hello'))
    writeFileSync(store.path(HELLO)!, 'hellO')
    expect(isIntact(join(dir, 'originals'), HELLO)).toBe(false)
    expect(await store.intactPath(HELLO)).toBe('damaged')
    expect(await store.keep(Buffer.from('hello'))).toMatchObject({ known: false })
    expect(isIntact(join(dir, 'originals'), HELLO)).toBe(true)
    expect(await store.intactPath(HELLO)).toBe(store.path(HELLO))
    expect(await store.intactPath('0'.repeat(64))).toBeNull()
  })

  it('are mended where no room is left, and take none of it', async () => {
    await store.keep(Buffer.from('hello'))
    await store.keep(Buffer.from('aaaaaaa'))
    writeFileSync(store.path(HELLO)!, 'hellO')
    expect(await store.keep(Buffer.from('hello'))).toMatchObject({ sha256: HELLO })
    writeFileSync(store.path(HELLO)!, '')
    const started = fresh()
    expect(await started.keep(Buffer.from('hello'))).toMatchObject({ sha256: HELLO })
    expect(await started.keep(Buffer.from('b'))).toMatchObject({ refused: 'full' })
  })

  it('are refused where the disk would have too little left for readings', async () => {
    const gib = 2 ** 30
    const options = { dir: join(dir, 'originals'), fileBytesMax: 8, bytesMax: 12 }
    const nearly = new OriginalStore({ ...options, freeBytes: () => gib + 4 })
    expect(await nearly.keep(Buffer.from('hello'))).toEqual({ refused: 'disk', bytesMax: gib })
    const enough = new OriginalStore({ ...options, freeBytes: () => gib + 5 })
    expect(await enough.keep(Buffer.from('hello'))).toMatchObject({ known: false })
  })

  it('have no other names: a path of somebody else is none', () => {
    for (const name of ['', '../../etc/passwd', HELLO.toUpperCase(), `${HELLO}/x`]) expect(store.path(name)).toBeNull()
  })
})
