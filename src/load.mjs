/*
 * Loads what was built, with what the engine made of it while it was built: reading the source is a third of a start's work.
 * What another version of the engine made is not looked for, and what was damaged or the engine refuses is read as source; all
 * of it only takes longer. Threads read the source: all functions ready made would be 35 MiB more of a gateway that runs for weeks,
 * and most of them are never called.
 *
 * Plain JavaScript, as it is what runs before anything that was built.
 */
import { existsSync, readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname } from 'node:path'
import { fileURLToPath } from 'node:url'
import { Script } from 'node:vm'
import { isMainThread } from 'node:worker_threads'
import { crc32 } from 'node:zlib'

/** Stands behind the name of a built file; the same in gateway.config.ts. */
const ENGINE = `${process.version}-${process.arch}`

const outside = createRequire(import.meta.url)
const loaded = new Map()

/** Exports of a built file; it runs once, however many ask for it. */
export function load(url) {
  const known = loaded.get(url.href)
  if (known !== undefined) return known.exports
  const module = { exports: {} }
  loaded.set(url.href, module)
  const file = fileURLToPath(url)
  const source = readFileSync(file)
  const script = new Script(source.toString(), { filename: url.href, cachedData: madeOf(file, source) })
  const require = (name) => (name.startsWith('.') ? load(new URL(name, url)) : outside(name))
  require.resolve = outside.resolve
  script.runInThisContext()(module.exports, require, module, file, dirname(file), (name) => import(name))
  return module.exports
}

/** Undefined unless it is of exactly this source and as it was written: the engine compares little more than lengths. */
function madeOf(file, source) {
  const made = `${file}.${ENGINE}`
  if (!isMainThread || !existsSync(made)) return undefined
  const bytes = readFileSync(made)
  if (bytes.length < 8 || bytes.readUInt32LE(0) !== crc32(source)) return undefined
  const data = bytes.subarray(8)
  return bytes.readUInt32LE(4) === crc32(data) ? data : undefined
}
