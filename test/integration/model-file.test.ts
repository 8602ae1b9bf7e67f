// @module-tag slow

/** Proves that a model file of the operator runs in a process of its own, and that none of its faults reaches the gateway. */
import { spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, mkdtempSync, readFileSync, readlinkSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { Worker } from 'node:worker_threads'
import mqtt from 'mqtt'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { MINUTE_MS, QUARTER_HOUR_MS } from '../../src/base/durations.js'
import { EXIT } from '../../src/base/exit-codes.js'
import { type ForecastModel, ModelFault } from '../../src/insight/model-file/forecast-model.js'
import { emptyInputs } from '../../src/insight/model-file/model-inputs.js'
import { ModelRunner } from '../../src/insight/model-file/model-runner.js'
import { observationColumns } from '../../src/insight/series/observation-columns.js'
import type { ForecastItem, ForecastsAnswer } from '../../src/views/wire/forecasts.js'
import { greengauge } from '../support/cli.js'
import { hourly, workday } from '../support/forecasts.js'
import { getJson, removeData, settled, startGateway, until } from '../support/gateway.js'
import { sliceModel } from '../support/onnx.js'
import { hasOnnxRuntime, installStandIn, type StandInModel } from '../support/onnx-runtime.js'
import { childrenOf, openFilesOf } from '../support/process-tree.js'
import { SOON, SOON_MS } from '../support/soon.js'

const DIST = join(import.meta.dirname, '..', '..', 'dist')
const PROGRAM = pathToFileURL(join(DIST, 'src/insight/model-file/model-process.js'))
/** Quarters of a week, and of the 28 days that a model is given. */
const WEEK = 672
const CONTEXT = 4 * WEEK

let dir: string
let file: string
let runner: ModelRunner | null = null
const pathBefore = process.env.NODE_PATH

beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'model-file-'))
  file = join(dir, 'model.onnx')
})

afterEach(() => {
  runner?.close()
  runner = null
  if (pathBefore === undefined) delete process.env.NODE_PATH
  else process.env.NODE_PATH = pathBefore
  rmSync(dir, { recursive: true, force: true })
})

function write(bytes: Uint8Array | StandInModel): string {
  const content = bytes instanceof Uint8Array ? bytes : Buffer.from(JSON.stringify(bytes))
  writeFileSync(file, content)
  return createHash('sha256').update(content).digest('hex')
}

const open = (nowMs = 0, timeoutMs = SOON_MS) => {
  runner ??= new ModelRunner({ file, timeoutMs }, PROGRAM)
  return runner.open(QUARTER_HOUR_MS, nowMs)
}

async function opened(nowMs = 0, timeoutMs = SOON_MS): Promise<ForecastModel> {
  const model = await open(nowMs, timeoutMs)
  if (model instanceof ModelFault) throw model
  return model
}

/** Values 1, 2, 3, … of which all are known. */
function given() {
  const inputs = emptyInputs(QUARTER_HOUR_MS)
  inputs.context.values.forEach((_, i, values) => {
    values[i] = i + 1
  })
  inputs.known.values.fill(1)
  return inputs
}
const weekBefore = (intervals: number) => Array.from({ length: intervals }, (_, i) => CONTEXT - WEEK + i + 1)

describe('with a runtime that obeys the test', () => {
  beforeEach(() => {
    process.env.NODE_PATH = dir
    installStandIn(dir)
  })

  test('a file is loaded, tried, named by its hash and asked; another one in its place is loaded anew', async () => {
    const sha256 = write({ does: 'repeats' })
    const model = await opened()
    expect(model.sha256).toBe(sha256)
    expect([...(await model.medians(given()))]).toEqual(weekBefore(100))
    const other = write({ does: 'repeats', marker: 'another' })
    expect((await opened()).sha256).toBe(other)
  })

  test('a run that does not end is ended, and the file rests for a while', async () => {
    write({ does: 'loops' })
    const model = await opened(0, 300)
    const asked = model.medians(given())
    await expect(asked).rejects.toMatchObject({ kind: 'too_slow', message: expect.stringContaining('0.3 s') })
    await expect(model.medians(given())).rejects.toMatchObject({ kind: 'too_slow' })
    const sha256 = write({ does: 'repeats' })
    expect(await open(9 * MINUTE_MS)).toMatchObject({ kind: 'too_slow' })
    expect((await opened(11 * MINUTE_MS)).sha256).toBe(sha256)
  })

  test('a process that ends in the middle is a fault of the file', async () => {
    write({ does: 'dies' })
    const asked = (await opened()).medians(given())
    await expect(asked).rejects.toMatchObject({ kind: 'ended', message: expect.stringContaining('SIGKILL') })
  })

  test('a file that is missing, or that is none of the runtime, is a fault with its reason', async () => {
    expect(await open()).toMatchObject({ kind: 'unreadable', message: expect.stringContaining('ENOENT') })
    write(Buffer.from('no model'))
    expect(await open(11 * MINUTE_MS)).toMatchObject({ kind: 'damaged' })
  })

  test('a run that does not end ends when its gateway has gone', async () => {
    const marker = join(dir, 'loops')
    write({ does: 'loops_at_once', marker })
    const script = `
      const stdio = ['pipe', 'ignore', 'ignore', 'ipc']
      const child = require('node:child_process').fork(new URL(process.argv[1]), [], { serialization: 'advanced', stdio })
      const input = { dims: [1, 4], values: new Float32Array(4) }
      child.send({ type: 'load', file: process.argv[2], trial: { context: input, known: input, calendar: input } })
      console.log(child.pid)
      setInterval(() => {}, 1000)`
    const gateway = spawn(process.execPath, ['-e', script, PROGRAM.href, file], {
      stdio: ['ignore', 'pipe', 'ignore'],
    })
    const pid = Number(await new Promise((resolve) => gateway.stdout.once('data', resolve)))
    const isThere = () => openFilesOf(pid).length > 0
    await expect.poll(() => existsSync(marker), SOON).toBe(true)
    expect(isThere()).toBe(true)
    gateway.kill('SIGKILL')
    await expect.poll(isThere, SOON).toBe(false)
  })

  test('a run that does not end ends when the thread that asks has gone, and its gateway has not', async () => {
    const marker = join(dir, 'loops')
    write({ does: 'loops_at_once', marker })
    const asker = orderForecast()
    await expect.poll(() => existsSync(marker), SOON).toBe(true)
    // One of the test before may still be ending.
    await expect.poll(running, SOON).toHaveLength(1)
    await asker.terminate()
    await expect.poll(running, SOON).toEqual([])
  })

  test('a process that is not asked any more is ended and taken leave of while the thread lives', async () => {
    write({ does: 'repeats' })
    const asker = orderForecast()
    const answers: unknown[] = []
    asker.on('message', (answer) => answers.push(answer))
    let orders = 1
    let seen: ReturnType<typeof looks> = []
    await until(() => {
      if (answers.length === orders) seen = running().flatMap(looks)
      // It has ended where this thread stood still meanwhile: another order starts it once more.
      if (answers.length === orders && seen.length === 0) {
        orderForecast(asker)
        orders++
      }
      return seen.length > 0
    })
    expect(answers[0]).toMatchObject({ type: 'done', result: { modelFile: { fault: null } } })
    // Weights beside the file are not looked for, and memory that runs out is its loss.
    expect(seen).toEqual([{ pid: expect.any(Number), folder: '/', oomScore: '1000' }])
    // One that has ended stays in the list until its parent has taken leave of it.
    await expect.poll(() => childrenOf(process.pid), SOON).not.toContain(seen[0]!.pid)
    await asker.terminate()
  })

  /** Has the thread of forecasts, a new one unless one is given, work on a series that is new. */
  function orderForecast(asker = new Worker(new URL('../stage/insight-thread.js', PROGRAM))): Worker {
    const series = { plant: 'p', scope: 'plant', id: 'p', kpi: 'energy_elec_import' }
    const rules = {
      plan: { timezone: 'UTC', shifts: [], calendar: [] },
      coordinates: null,
      stepMs: QUARTER_HOUR_MS,
      issueAfterMs: 0,
      seed: 1,
    }
    const times = {
      observations: observationColumns([]),
      boundaryMs: 0,
      nowMs: 0,
      modelFile: { file, timeoutMs: SOON_MS },
    }
    asker.postMessage({ kind: 'forecast', task: { dir, series, ...rules, ...times } })
    return asker
  }
  const isModel = (pid: number) => {
    try {
      return readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes('model-process')
    } catch {
      return false
    }
  }
  const running = () => childrenOf(process.pid).filter(isModel)
  /** Folder and OOM score of a process; nothing when it has just ended. */
  const looks = (pid: number) => {
    try {
      const oomScore = readFileSync(`/proc/${pid}/oom_score_adj`, 'utf8').trim()
      return [{ pid, folder: readlinkSync(`/proc/${pid}/cwd`), oomScore }]
    } catch {
      return []
    }
  }
})

describe.runIf(hasOnnxRuntime)('with ONNX Runtime (npm install --no-save onnxruntime-node)', () => {
  const week = { context: CONTEXT, from: CONTEXT - WEEK, to: CONTEXT - WEEK + 100 }

  test('a model of two nodes repeats the week before', async () => {
    const sha256 = write(sliceModel(week))
    const model = await opened()
    expect(model.sha256).toBe(sha256)
    expect([...(await model.medians(given()))]).toEqual(weekBefore(100))
  })

  test.each([
    ['half of a file', sliceModel(week).subarray(0, 60), 'damaged'],
    ['an input of another length', sliceModel({ ...week, context: CONTEXT + 1 }), 'wrong_interface'],
    ['an input of another name', sliceModel({ ...week, input: 'x' }), 'wrong_interface'],
    ['an output of another name', sliceModel({ ...week, output: 'y' }), 'wrong_interface'],
  ])('%s is refused', async (_, bytes, kind) => {
    write(bytes)
    expect(await open()).toMatchObject({ kind })
  })
})

describe('a backtest by the command line', () => {
  const lines = hourly(35, workday).map(({ startMs, value }) => `${new Date(startMs).toISOString()},${value}`)
  const backtest = async () => {
    const series = join(dir, 'series.csv')
    writeFileSync(series, `time,value\n${lines.join('\n')}\n`)
    return await greengauge('backtest', '--file', series, '--step', '60', '--model-file', file, '--json')
  }

  test('judges the file with the other models', async () => {
    process.env.NODE_PATH = dir
    installStandIn(dir)
    const sha256 = write({ does: 'repeats' })
    expect(JSON.parse((await backtest()).stdout)).toMatchObject({ modelFile: sha256, intervals: 35 * 24 })
  })

  test('ends with the reason when the file cannot be used', async () => {
    process.env.NODE_PATH = dir
    installStandIn(dir)
    expect(await backtest()).toMatchObject({
      code: EXIT.usage,
      stderr: expect.stringMatching(/--model-file .*model\.onnx: the file cannot be read: ENOENT/),
    })
  })
})

test.skipIf(hasOnnxRuntime)(
  'a gateway without the package says how to install it, and uses the file once it is there',
  async () => {
    const packages = join(dir, 'packages')
    mkdirSync(packages)
    const sha256 = write({ does: 'repeats' })
    const meter = { id: 'main', line: 'hall', role: 'main', metrics: { elec_import_kwh: { period_s: 60 } } }
    const plants = [
      { id: 'works', name: { en: 'Works' }, timezone: 'Asia/Shanghai', lines: [{ id: 'hall' }], devices: [meter] },
    ]
    const config = { plants, insight: { issue_after_s: 1, model_file: file } }
    let gateway = await startGateway({ config, env: { NODE_PATH: packages } })
    const modelOf = async (): Promise<ForecastItem['model_file']> => {
      const { forecasts } = await getJson<ForecastsAnswer>(gateway, '/api/v1/plants/works/forecasts')
      return forecasts.find(({ reason }) => reason === 'too_short')?.model_file ?? null
    }
    try {
      const startMs = Math.floor(Date.now() / MINUTE_MS) * MINUTE_MS - 180 * MINUTE_MS
      const readings = Array.from({ length: 181 }, (_, i) => ({
        ts: startMs + i * MINUTE_MS,
        metrics: { elec_import_kwh: 100 + i },
      }))
      const client = await mqtt.connectAsync(gateway.mqttUrl, { clientId: 'meter' })
      await client.publishAsync('plants/works/hall/main/energy', JSON.stringify(readings), { qos: 1 })
      await settled(gateway)
      await client.endAsync()
      // A series that is new is looked at with the next quarter of an hour, or with the next start.
      await gateway.stop()
      gateway = await gateway.restart()
      await until(async () => (await modelOf()) !== null)
      expect(await modelOf()).toEqual({
        ...{ file: 'model.onnx', sha256: null, reason: 'not_installed' },
        detail: expect.stringContaining('npm install onnxruntime-node'),
      })
      await until(() => gateway.log().includes('npm install onnxruntime-node'))
      await gateway.stop()
      installStandIn(packages)
      gateway = await gateway.restart()
      await until(async () => (await modelOf()) !== null)
      expect(await modelOf()).toEqual({ file: 'model.onnx', sha256, reason: '', detail: '' })
    } finally {
      await gateway.stop()
      removeData(gateway)
    }
  },
)
