import fs from 'node:fs'
import { syncBuiltinESMExports } from 'node:module'
import { dirname } from 'node:path'

/** Things that somebody may rely on: messages of the journal, the number of the manifest, entries of the ledger. */
export type Promised = 'journal' | 'manifest' | 'ledger'

/** One call of a program to the file system below one folder. Lists of them are in order; paths are full ones. */
export type Call =
  | { readonly do: 'create' | 'remove' | 'makeDirectory' | 'syncDirectory' | 'sync'; readonly path: string }
  | { readonly do: 'write'; readonly path: string; readonly at: number; readonly bytes: Buffer }
  | { readonly do: 'truncate'; readonly path: string; readonly sizeBytes: number }
  | { readonly do: 'rename'; readonly path: string; readonly to: string }
  /** Not a call: from here on somebody relies on it. */
  | { readonly do: 'told'; readonly path: Promised; readonly what: number }

/**
 * Runs something while the calls of `node:fs` and `node:fs/promises` that change files below `root` are written down; they are
 * carried out all the same. What others than Node write, as DuckDB does, is taken over when the file is synced.
 */
export async function recorded(root: string, run: (calls: Call[]) => Promise<void>): Promise<readonly Call[]> {
  const calls: Call[] = []
  const isBelow = (path: unknown): path is string => typeof path === 'string' && path.startsWith(root)
  const open = new Map<number, string>()
  const { promises } = fs
  const real = { ...fs }
  const realPromises = { ...promises }

  const creates = (path: string, flags: unknown) => {
    const isNew = !real.existsSync(path)
    return (isNew && typeof flags === 'string' && /[wa]/.test(flags)) || flags === 'w'
  }
  const writes = (path: string, at: number, data: unknown) => {
    const bytes = Buffer.from(data as Uint8Array)
    calls.push({ do: 'write', path, at, bytes })
  }
  const syncs = (path: string) => {
    if (real.statSync(path).isDirectory()) {
      calls.push({ do: 'syncDirectory', path })
      return
    }
    if (!calls.some((call) => call.path === path && call.do === 'create')) {
      calls.push({ do: 'create', path })
      writes(path, 0, real.readFileSync(path))
    }
    calls.push({ do: 'sync', path })
  }
  const madeBetween = (first: string | undefined, dir: string) => {
    if (first === undefined) return
    const made: string[] = []
    for (let path = dir; path.length >= first.length; path = dirname(path)) made.unshift(path)
    for (const path of made) calls.push({ do: 'makeDirectory', path })
  }

  const patched = {
    openSync(path: fs.PathLike, flags?: fs.OpenMode, mode?: fs.Mode) {
      const isCreated = isBelow(path) && creates(path, flags)
      const fd = real.openSync(path, flags ?? 'r', mode)
      if (isCreated) calls.push({ do: 'create', path: path as string })
      if (isBelow(path)) open.set(fd, path)
      return fd
    },
    closeSync(fd: number) {
      open.delete(fd)
      real.closeSync(fd)
    },
    writeSync(fd: number, data: Uint8Array | string, offset?: number, length?: number, position?: number) {
      const path = open.get(fd)
      const bytes = Buffer.from(data as Uint8Array).subarray(
        offset,
        length === undefined ? undefined : (offset ?? 0) + length,
      )
      if (path !== undefined) writes(path, position ?? real.fstatSync(fd).size, bytes)
      return real.writeSync(fd, bytes, 0, bytes.length, position)
    },
    fdatasyncSync(fd: number) {
      const path = open.get(fd)
      if (path !== undefined) syncs(path)
      real.fdatasyncSync(fd)
    },
    fsyncSync(fd: number) {
      const path = open.get(fd)
      if (path !== undefined) syncs(path)
      real.fsyncSync(fd)
    },
    rmSync(path: fs.PathLike, options?: fs.RmOptions) {
      if (isBelow(path) && real.existsSync(path)) calls.push({ do: 'remove', path })
      real.rmSync(path, options)
    },
    renameSync(path: fs.PathLike, to: fs.PathLike) {
      real.renameSync(path, to)
      if (isBelow(path)) calls.push({ do: 'rename', path, to: to as string })
    },
    mkdirSync(path: fs.PathLike, options?: fs.MakeDirectoryOptions) {
      const first = real.mkdirSync(path, options)
      if (isBelow(path)) madeBetween(first, path)
      return first
    },
    writeFileSync(path: fs.PathOrFileDescriptor, data: string | NodeJS.ArrayBufferView, options?: fs.WriteFileOptions) {
      real.writeFileSync(path, data, options)
      if (!isBelow(path)) return
      calls.push({ do: 'create', path })
      writes(path, 0, real.readFileSync(path))
    },
  }
  const patchedPromises = {
    async writeFile(path: string, data: string | Uint8Array, options?: fs.WriteFileOptions) {
      await realPromises.writeFile(path, data, options as BufferEncoding)
      if (!isBelow(path)) return
      calls.push({ do: 'create', path })
      writes(path, 0, Buffer.from(data as string))
    },
    async rename(path: string, to: string) {
      await realPromises.rename(path, to)
      if (isBelow(path)) calls.push({ do: 'rename', path, to })
    },
    async rm(path: string, options?: fs.RmOptions) {
      await realPromises.rm(path, options)
      if (isBelow(path)) calls.push({ do: 'remove', path })
    },
    async truncate(path: string, sizeBytes: number) {
      await realPromises.truncate(path, sizeBytes)
      if (isBelow(path)) calls.push({ do: 'truncate', path, sizeBytes })
    },
    async open(path: string, flags?: string, mode?: fs.Mode) {
      const isCreated = isBelow(path) && creates(path, flags)
      const file = await realPromises.open(path, flags, mode)
      if (!isBelow(path)) return file
      if (isCreated) calls.push({ do: 'create', path })
      const { sync, writeFile } = file
      file.sync = async () => {
        syncs(path)
        await sync.call(file)
      }
      file.writeFile = async (data, options) => {
        const at = flags === 'a' ? (await file.stat()).size : 0
        await writeFile.call(file, data, options)
        writes(path, at, Buffer.from(data as string))
      }
      return file
    },
  }
  Object.assign(fs, patched)
  Object.assign(promises, patchedPromises)
  syncBuiltinESMExports()
  try {
    await run(calls)
  } finally {
    for (const name of Object.keys(patched)) Object.assign(fs, { [name]: real[name as keyof typeof real] })
    for (const name of Object.keys(patchedPromises)) {
      Object.assign(promises, { [name]: realPromises[name as keyof typeof realPromises] })
    }
    syncBuiltinESMExports()
  }
  return calls
}
