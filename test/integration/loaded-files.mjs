import fs, { appendFileSync } from 'node:fs'
import { syncBuiltinESMExports } from 'node:module'

/** Notes every built file that a process and its threads load, one a line, in the file LOADED_LIST. */
const readFileSync = fs.readFileSync
fs.readFileSync = (file, ...options) => {
  if (String(file).endsWith('.cjs')) appendFileSync(process.env.LOADED_LIST, `${file}\n`)
  return readFileSync(file, ...options)
}
syncBuiltinESMExports()
