import { constants, createReadStream } from 'node:fs'
import { lstat, open, readdir } from 'node:fs/promises'
import { join } from 'node:path'
import type { Text } from '../../base/report.js'
import type { BundleFile, BundleReader } from './bundle-reader.js'
import { BundleFault } from './fault.js'
import { Listing, missing } from './listing.js'

/** An unpacked bundle. Links are not followed: they could lead anywhere. */
export async function openFolder(path: string): Promise<BundleReader> {
  const listing = new Listing<BundleFile>()
  await list(path, '', listing)
  const { files, refused } = listing.ordered()
  return {
    kind: 'folder',
    path,
    files,
    refused,
    open: (name) => read(path, name, files),
    close: async () => undefined,
  }
}

async function list(root: string, below: string, listing: Listing<BundleFile>): Promise<void> {
  const entries = await readdir(join(root, below), { withFileTypes: true }).catch((error: NodeJS.ErrnoException) => {
    throw new BundleFault('unreadable', below === '' ? root : below, {
      en: `the folder cannot be read (${error.code})`,
      zh: `无法读取该文件夹（${error.code}）`,
    })
  })
  for (const entry of entries) {
    if (listing.isFull) return
    const name = below === '' ? entry.name : `${below}/${entry.name}`
    if (entry.isDirectory() && listing.takesFolder(name)) await list(root, name, listing)
    else if (entry.isFile()) listing.add({ name, bytes: (await lstat(join(root, name))).size })
    else if (!entry.isDirectory()) listing.refuse('name', name, NO_FILE)
  }
}

const NO_FILE: Text = {
  en: 'it is a link or a device, no file: it is not read',
  zh: '它是链接或设备而不是文件：不予读取',
}

async function* read(root: string, name: string, files: ReadonlyMap<string, BundleFile>): AsyncGenerator<Buffer> {
  const file = files.get(name)
  if (file === undefined) throw missing(name)
  let bytes = 0
  try {
    const handle = await open(join(root, name), constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0))
    for await (const piece of createReadStream('', { fd: handle, highWaterMark: 256 * 1024 })) {
      bytes += (piece as Buffer).length
      if (bytes > file.bytes) break
      yield piece as Buffer
    }
  } catch (error) {
    if (error instanceof BundleFault) throw error
    const { code } = error as NodeJS.ErrnoException
    throw new BundleFault('file', name, { en: `it cannot be read (${code})`, zh: `无法读取（${code}）` })
  }
  if (bytes !== file.bytes) {
    throw new BundleFault('file', name, { en: 'it changed while it was read', zh: '读取过程中文件发生了变化' })
  }
}
