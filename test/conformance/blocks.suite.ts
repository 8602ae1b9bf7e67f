import { randomBytes } from 'node:crypto'
import { beforeEach, describe, expect, test } from 'vitest'
import { type BlockStore, getBlock, hashOf, StateFault } from '../../src/cluster/state/blocks.js'
import { BLOCK_BYTES } from '../../src/cluster/state/file-list.js'

/** Tests that every store of blocks has to pass. `open` gives that of another partition each time. */
export function blocksSuite(name: string, open: (partition: number) => Promise<BlockStore>): void {
  describe(name, () => {
    let partition = 0
    let store: BlockStore
    beforeEach(async () => {
      store = await open(++partition)
    })

    const put = async (bytes: Uint8Array): Promise<string> => {
      await store.put(hashOf(bytes), bytes)
      return hashOf(bytes)
    }
    const hashesOf = async () => (await store.list()).map(({ hash }) => hash).sort()

    test('a new one holds nothing', async () => {
      expect(await store.list()).toEqual([])
      expect(await store.get(hashOf(Buffer.from('never stored')))).toBeNull()
    })

    test('the largest block and an empty one come back as they were stored', async () => {
      for (const bytes of [randomBytes(BLOCK_BYTES), Buffer.alloc(0)]) {
        expect(Buffer.from(await getBlock(store, await put(bytes), 'a file')).equals(bytes)).toBe(true)
      }
    })

    test('the list has each once, with its age, however often it was stored', async () => {
      const sinceMs = Date.now()
      const hashes = [await put(Buffer.from('a')), await put(Buffer.from('b')), await put(Buffer.from('a'))]
      expect(await hashesOf()).toEqual([...new Set(hashes)].sort())
      const listed = await store.list()
      const ageMsMax = 1000 + Math.abs(Date.now() - sinceMs)
      for (const { ageMs } of listed) expect(Math.abs(ageMs)).toBeLessThan(ageMsMax)
    })

    test('more than one look can take at once are all in the list', async () => {
      await Promise.all(Array.from({ length: 1010 }, (_, i) => put(Buffer.from(String(i)))))
      expect(new Set(await hashesOf()).size).toBe(1010)
    })

    test('what is removed is gone, what is not there is removed without a word', async () => {
      const hash = await put(Buffer.from('a'))
      const kept = await put(Buffer.from('b'))
      const block = (await store.list()).find((one) => one.hash === hash)!
      await store.remove(block)
      await store.remove(block)
      expect(await hashesOf()).toEqual([kept])
      expect(await store.get(hash)).toBeNull()
    })

    test('one that was stored again since it was listed is not removed', async () => {
      const hash = await put(Buffer.from('a'))
      const [listed] = await store.list()
      await new Promise((resolve) => setTimeout(resolve, 20))
      await put(Buffer.from('a'))
      await store.remove(listed!)
      expect(await hashesOf()).toEqual([hash])
    })

    test('another partition has blocks of its own', async () => {
      const hash = await put(Buffer.from('a'))
      const other = await open(++partition)
      expect(await other.list()).toEqual([])
      expect(await other.get(hash)).toBeNull()
    })

    test('a missing and a damaged block are named', async () => {
      const hash = hashOf(Buffer.from('right'))
      await expect(getBlock(store, hash, 'ledger/head.json')).rejects.toThrow(`ledger/head.json: block ${hash} is not`)
      await store.put(hash, Buffer.from('wrong'))
      const fault = getBlock(store, hash, 'ledger/head.json')
      await expect(fault).rejects.toThrow(`ledger/head.json: block ${hash} in the store is damaged`)
      await expect(fault).rejects.toBeInstanceOf(StateFault)
    })
  })
}
