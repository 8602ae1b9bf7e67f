import { mkdirSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'

/** True where the package that runs model files is installed: it is no dependency, for it weighs more than all others together. */
export const hasOnnxRuntime = (() => {
  try {
    createRequire(import.meta.url).resolve('onnxruntime-node')
    return true
  } catch {
    return false
  }
})()

export interface StandInModel {
  /** It repeats the week before, never ends, or ends its process, once it is given a value; `loops_at_once` needs none. */
  readonly does: 'repeats' | 'loops' | 'dies' | 'loops_at_once'
  /** A file that is written when it begins to loop. */
  readonly marker?: string
}

const STAND_IN = `
const { writeFileSync } = require('node:fs')
const loop = ({ marker }) => {
  if (marker !== undefined) writeFileSync(marker, '')
  for (;;);
}
exports.Tensor = class {
  constructor(type, data, dims) { Object.assign(this, { type, data, dims }) }
}
exports.InferenceSession = {
  async create(bytes) {
    const model = JSON.parse(Buffer.from(bytes).toString())
    const run = async ({ context: { data } }) => {
      const isGiven = data.some((value) => value !== 0)
      if (model.does === 'loops_at_once' || (model.does === 'loops' && isGiven)) loop(model)
      if (model.does === 'dies' && isGiven) process.kill(process.pid, 'SIGKILL')
      const week = data.length / 4
      return { quantiles: { type: 'float32', dims: [1, 100, 1], data: data.slice(data.length - week, data.length - week + 100) } }
    }
    return { inputNames: ['context'], outputNames: ['quantiles'], run }
  },
}
`

/** Puts a package of that name into a folder of packages, whose models are files of `StandInModel`. */
export function installStandIn(folder: string): void {
  const dir = join(folder, 'onnxruntime-node')
  mkdirSync(dir, { recursive: true })
  writeFileSync(join(dir, 'package.json'), '{"name":"onnxruntime-node","version":"0.0.0","main":"index.js"}')
  writeFileSync(join(dir, 'index.js'), STAND_IN)
}
