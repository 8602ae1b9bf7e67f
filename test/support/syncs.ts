import { readFileSync } from 'node:fs'
import { type FileHandle, open } from 'node:fs/promises'
import { onTestFinished, vi } from 'vitest'

/** Content that a file has at each sync of any file or folder from now on, until the end of the test; '' without one. */
export async function contentAtSyncs(path: string): Promise<string[]> {
  const contents: string[] = []
  const handle = await open('.', 'r')
  const prototype = Object.getPrototypeOf(handle) as FileHandle
  await handle.close()
  const { sync } = prototype
  const spy = vi.spyOn(prototype, 'sync').mockImplementation(function (this: FileHandle) {
    contents.push(contentOf(path))
    return sync.call(this)
  })
  onTestFinished(() => void spy.mockRestore())
  return contents
}

function contentOf(path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return ''
  }
}
