import { stat } from 'node:fs/promises'
import type { BundleReader } from './bundle-reader.js'
import { BundleFault } from './fault.js'
import { openFolder } from './folder-reader.js'
import { openZip } from './zip-reader.js'

/** Throws `BundleFault` when there is nothing that could be a bundle. */
export async function openBundle(path: string): Promise<BundleReader> {
  const is = await stat(path).catch((error: NodeJS.ErrnoException) => {
    throw new BundleFault('unreadable', path, {
      en: error.code === 'ENOENT' ? 'there is no such file or folder' : `it cannot be read (${error.code})`,
      zh: error.code === 'ENOENT' ? '没有这个文件或文件夹' : `无法读取（${error.code}）`,
    })
  })
  return is.isDirectory() ? openFolder(path) : openZip(path)
}
