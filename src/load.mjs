/*
 * Loads what was built, with what the engine made of it when a gateway was started after the build: reading the source is a third
 * of a start's work. Each thread has its own, of the functions that it needed by then: all functions ready made would be 35 MiB more of
 * a gateway that runs for weeks, and most of them are never called. What another version of the engine made is not looked for, and
 * what was damaged or the engine refuses is read as source; all of it only takes longer.
 *
 * Plain JavaScript, as it is what runs before anything that was built.
 */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { basename, dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { Script } from 'node:vm'
import { crc32 } from 'node:zlib'

const outside = createRequire(import.meta.url)
const loaded = new Map()
/** Folder of what was made for this thread: named after the file that it began with. */
let folder

/** Exports of a built file; it runs once, however many ask for it. */
export function load(url) {
  const known = loaded.get(url.href)
  if (known !== undefined) return known.module.exports
  const module = { exports: {} }
  const file = fileURLToPath(url)
  folder ??= join(`${file}.made`, `${process.version}-${process.arch}`)
  const source = readFileSync(file)
  const script = new Script(source.toString(), { filename: url.href, cachedData: madeOf(file, source) })
  loaded.set(url.href, { module, script })
  const require = (name) => (name.startsWith('.') ? load(new URL(name, url)) : outside(name))
  require.resolve = outside.resolve
  script.runInThisContext()(module.exports, require, module, file, dirname(file), (name) => import(name))
  return module.exports
}

/** Undefined unless it is of exactly this source and as it was written: the engine compares little more than lengths. */
function madeOf(file, source) {
  const made = join(folder, basename(file))
  if (!existsSync(made)) return undefined
  const bytes = readFileSync(made)
  if (bytes.length < 8 || bytes.readUInt32LE(0) !== crc32(source)) return undefined
  const data = bytes.subarray(8)
  return bytes.readUInt32LE(4) === crc32(data) ? data : undefined
}

/** Keeps what the engine has made in this thread so far, for the starts to come; called when a build has started a gateway. */
export function keepMade() {
  if (folder === undefined) return
  mkdirSync(folder, { recursive: true })
  for (const [href, { script }] of loaded) {
    const file = fileURLToPath(href)
    const made = script.createCachedData()
    const sums = Buffer.alloc(8)
    sums.writeUInt32LE(crc32(readFileSync(file)), 0)
    sums.writeUInt32LE(crc32(made), 4)
    writeFileSync(join(folder, basename(file)), Buffer.concat([sums, made]))
  }
}
