import { type ChildProcess, fork } from 'node:child_process'
import { statSync } from 'node:fs'
import { MINUTE_MS } from '../../base/durations.js'
import { type ForecastModel, ModelFault, modelFaultOf } from './forecast-model.js'
import { emptyInputs, type ModelInputs } from './model-inputs.js'
import type { FromModelProcess, ToModelProcess } from './model-messages.js'

/** A file may take this long to be loaded and tried. */
const LOAD_MS_MAX = 60_000
/** A file that could not be loaded, was too slow or has ended its process is tried again after so long. */
const REST_MS = 10 * MINUTE_MS
/** Variables that its process is given: no others, for they may hold secrets. */
const VARIABLES = ['PATH', 'NODE_PATH', 'LD_LIBRARY_PATH', 'TMPDIR', 'TEMP', 'SystemRoot']

/** A model file as it is configured. */
export interface ModelFileOptions {
  readonly file: string
  /** One forecast may take so long, ms. */
  readonly timeoutMs: number
}

/** The near side of `model-process.ts`: one order at a time, each bounded in time. The process is started with the first one. */
export class ModelRunner {
  readonly options: ModelFileOptions
  readonly #program: URL
  #child: ChildProcess | null = null
  /** Hash of the file that the process has loaded, and what the file looked like then. */
  #loaded: { readonly sha256: string; readonly stamp: string } | null = null
  #resting: { readonly fault: ModelFault; readonly untilMs: number } | null = null
  #nowMs = 0

  /** @param program file of the process */
  constructor(options: ModelFileOptions, program = new URL('./model-process.js', import.meta.url)) {
    this.options = options
    this.#program = program
  }

  /** Loads the file unless that is done; gives the fault where it cannot be used. A file that was replaced is loaded anew. */
  async open(stepMs: number, nowMs: number): Promise<ForecastModel | ModelFault> {
    this.#nowMs = nowMs
    if (this.#resting !== null && nowMs < this.#resting.untilMs) return this.#resting.fault
    this.#resting = null
    const stamp = stampOf(this.options.file)
    if (this.#loaded?.stamp !== stamp) this.close()
    try {
      this.#loaded ??= { sha256: await this.#load(stepMs), stamp }
      return { sha256: this.#loaded.sha256, medians: (inputs) => this.#medians(inputs) }
    } catch (error) {
      return this.#rest(modelFaultOf(error))
    }
  }

  /** Ends the process at once. */
  close(): void {
    this.#child?.kill('SIGKILL')
    this.#child = null
    this.#loaded = null
  }

  async #load(stepMs: number): Promise<string> {
    const answer = await this.#ask({ type: 'load', file: this.options.file, trial: emptyInputs(stepMs) }, LOAD_MS_MAX)
    if (answer.type !== 'loaded') throw new ModelFault('ended', 'its process gave another answer than it was asked for')
    return answer.sha256
  }

  async #medians(inputs: ModelInputs): Promise<Float64Array> {
    if (this.#resting !== null) throw this.#resting.fault
    try {
      const answer = await this.#ask({ type: 'ask', inputs }, this.options.timeoutMs)
      if (answer.type === 'medians') return answer.medians
      throw new ModelFault('ended', 'its process gave another answer than it was asked for')
    } catch (error) {
      const fault = modelFaultOf(error)
      throw fault.kind === 'too_slow' || fault.kind === 'ended' ? this.#rest(fault) : fault
    }
  }

  #rest(fault: ModelFault): ModelFault {
    this.close()
    this.#resting = { fault, untilMs: this.#nowMs + REST_MS }
    return fault
  }

  /** Rejects with a `ModelFault` when the process says so, ends, or does not answer in time. */
  #ask(order: ToModelProcess, msMax: number): Promise<FromModelProcess> {
    const child = this.#started()
    return new Promise((resolve, reject) => {
      const done = (end: () => void): void => {
        clearTimeout(late)
        child.off('message', onAnswer).off('exit', onExit).off('error', onError)
        end()
      }
      const fail = (fault: ModelFault): void => done(() => reject(fault))
      const onAnswer = (answer: FromModelProcess): void =>
        answer.type === 'failed' ? fail(new ModelFault(answer.kind, answer.message)) : done(() => resolve(answer))
      const onExit = (code: number | null, signal: string | null): void =>
        fail(new ModelFault('ended', `its process ended with ${signal ?? code}`))
      const onError = (error: Error): void => fail(new ModelFault('ended', `its process failed: ${error.message}`))
      const late = setTimeout(
        () => fail(new ModelFault('too_slow', `there was no answer within ${msMax / 1000} s`)),
        msMax,
      )
      child.on('message', onAnswer).on('exit', onExit).on('error', onError)
      child.send(order, (error) => {
        if (error !== null) onError(error)
      })
    })
  }

  #started(): ChildProcess {
    if (this.#child !== null) return this.#child
    const child = fork(this.#program, [], {
      serialization: 'advanced',
      // Nothing is written into its input: the end of it says that this thread has gone.
      stdio: ['pipe', 'ignore', 'ignore', 'ipc'],
      execArgv: [],
      // Weights in files beside the model have no part in its hash: none are found from here.
      cwd: '/',
      env: Object.fromEntries(VARIABLES.flatMap((name) => variableOf(name))),
    })
    // Whoever asks hears of it; between two orders its end alone counts.
    child.on('error', () => {})
    child.stdin?.on('error', () => {})
    child.once('exit', () => {
      if (this.#child !== child) return
      this.#child = null
      this.#loaded = null
    })
    this.#child = child
    return child
  }
}

function variableOf(name: string): readonly (readonly [string, string])[] {
  const value = process.env[name]
  return value === undefined ? [] : [[name, value]]
}

/** Changes when the file is replaced; '' while it cannot be looked at. */
function stampOf(file: string): string {
  try {
    const { ino, size, mtimeMs } = statSync(file)
    return `${ino} ${size} ${mtimeMs}`
  } catch {
    return ''
  }
}
